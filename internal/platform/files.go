package platform

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrLocked is returned for a file that somebody else has locked.
var ErrLocked = errors.New("somebody else has locked the file")

// Rename returns a finished file its name, in place of what has that name, and returns when
// both the content and the name are on disk. The two paths are in one folder.
func Rename(from, to string) error {
	if err := SyncFile(from); err != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return SyncFolder(filepath.Dir(to))
}

// SyncFile returns when the content of a file is on disk.
func SyncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0) // Windows syncs only what it may write to
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// createBetweenLooks is CreateOwn for a system that cannot be told not to follow a link:
// it looks before and after it opens the file, and empties only what it has looked at.
func createBetweenLooks(path string) (*os.File, error) {
	before, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	}
	if err != nil {
		return nil, err
	}
	if !before.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no plain file but a link or something else; remove it", path)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	after, err := f.Stat()
	if err == nil && !os.SameFile(before, after) {
		err = fmt.Errorf("%s was exchanged for another file while it was opened", path)
	}
	if err == nil {
		err = f.Truncate(0)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
