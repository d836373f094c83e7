package server

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"parley/internal/platform"
)

const lockName = "parley.lock"

// dataLock keeps a data folder to one server. The kernel frees it when the process
// ends, however it ends.
type dataLock struct{ file *os.File }

// lockData makes the folder if need be and takes the lock on it.
func lockData(dir string) (*dataLock, error) {
	if err := platform.MakeOwnFolder(dir); err != nil {
		return nil, folderError(dir, err)
	}
	l, by, err := lockFile(filepath.Join(dir, lockName))
	switch {
	case errors.Is(err, errLocked):
		return nil, fmt.Errorf("another parley server%s uses the data folder %s; stop it (parley admin stop --data %s) or give this one another folder with --data",
			by, dir, dir)
	case errors.Is(err, errNoLocks):
		return nil, fmt.Errorf("cannot lock the data folder %s: %w; it must be on a file system with locks", dir, err)
	case err != nil:
		return nil, folderError(dir, err)
	}
	return l, nil
}

var (
	errLocked  = errors.New("it is locked")
	errNoLocks = errors.New("no lock")
)

// lockFile takes the lock on a file, which is made if need be. by says who has it, with
// errLocked.
func lockFile(path string) (l *dataLock, by string, err error) {
	f, err := openOwn(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, "", err
	}
	if err := platform.TryLock(f); err != nil {
		defer f.Close() // nothing was written
		if errors.Is(err, platform.ErrLocked) {
			return nil, holder(f), errLocked
		}
		return nil, "", fmt.Errorf("%w: %w", errNoLocks, err)
	}
	l = &dataLock{file: f}
	if err := l.sign(); err != nil {
		return nil, "", errors.Join(err, l.release())
	}
	return l, "", nil
}

// isLocked reports whether a server runs on a data folder.
func isLocked(dir string) bool {
	f, err := os.Open(filepath.Join(dir, lockName))
	if err != nil {
		return false
	}
	defer f.Close() // frees it
	return errors.Is(platform.TryLock(f), platform.ErrLocked)
}

// sign writes the process id, for the message that the second server shows.
func (l *dataLock) sign() error {
	if err := l.file.Truncate(0); err != nil {
		return err
	}
	_, err := l.file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}

// release frees the lock; nil holds none.
func (l *dataLock) release() error {
	if l == nil {
		return nil
	}
	return l.file.Close()
}

func holder(f *os.File) string {
	b := make([]byte, 32)
	n, _ := f.ReadAt(b, 0)
	if pid, err := strconv.Atoi(strings.TrimSpace(string(b[:n]))); err == nil {
		return fmt.Sprintf(" (process %d)", pid)
	}
	return ""
}

func folderError(dir string, err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission), platform.IsReadOnly(err):
		return fmt.Errorf("cannot write to the data folder %s: %w; give this user the right to write there, or choose another folder with --data", dir, err)
	case platform.IsFull(err):
		return fmt.Errorf("no room in the data folder %s: %w; free some, or choose another folder with --data", dir, err)
	default:
		return fmt.Errorf("cannot use the data folder %s: %w; choose another with --data", dir, err)
	}
}
