package platform

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"unsafe"

	"golang.org/x/sys/windows"
)

// CreateOwn opens an empty file for reading and writing. One that is there is emptied; a
// link is refused, not followed. Who may read it is decided by its folder: files have no
// mode on Windows.
func CreateOwn(path string) (*os.File, error) { return createBetweenLooks(path) }

// SyncFolder does nothing: Windows keeps names in a journal of its own and syncs no
// folder on request.
func SyncFolder(string) error { return nil }

// onlyOwner allows everything to the owner, to the system and to administrators, in the
// folder and all below it, and inherits nothing from above.
const onlyOwner = "D:P(A;OICI;FA;;;OW)(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)"

// MakeOwnFolder makes a folder, and those above it, that only this user may enter (and
// administrators, whom nothing on Windows keeps out). One that is there keeps its rights,
// which may be wider.
func MakeOwnFolder(dir string) error {
	if info, err := os.Stat(dir); err == nil {
		if !info.IsDir() {
			return fmt.Errorf("%s is no folder", dir)
		}
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(filepath.Clean(dir)), 0o700); err != nil {
		return err
	}
	rights, err := windows.SecurityDescriptorFromString(onlyOwner)
	if err != nil {
		return err
	}
	name, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return err
	}
	with := windows.SecurityAttributes{SecurityDescriptor: rights}
	with.Length = uint32(unsafe.Sizeof(with))
	err = windows.CreateDirectory(name, &with)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return &fs.PathError{Op: "mkdir", Path: dir, Err: err}
	}
	return nil
}

// KeepFilesOwn does nothing: on Windows files take their rights from their folder, which
// MakeOwnFolder has made for one user.
func KeepFilesOwn() {}

// Owner returns false: owners have no number on Windows.
func Owner(fs.FileInfo) (uid int, ok bool) { return 0, false }
