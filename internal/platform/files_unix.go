//go:build unix

package platform

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// CreateOwn opens an empty file for reading and writing, with mode 0600. One that is there
// is emptied; a link is refused, not followed.
func CreateOwn(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	if err := f.Chmod(0o600); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// SyncFolder returns when the names in a folder are on disk.
func SyncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// MakeOwnFolder makes a folder, and those above it, that only this user may enter. One
// that is there keeps its mode.
func MakeOwnFolder(dir string) error { return os.MkdirAll(dir, 0o700) }

// KeepFilesOwn makes what this process writes from now on readable by its user alone,
// whatever mode a library gives it.
func KeepFilesOwn() { syscall.Umask(0o077) }

// Owner returns the id of the user that a file belongs to; ok is false where the system
// does not say.
func Owner(info fs.FileInfo) (uid int, ok bool) {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(st.Uid), true
}
