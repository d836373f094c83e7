//go:build unix

package platform

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// TryLock takes the lock on an open file, or returns ErrLocked when another process or
// another opened file has it. The system frees the lock when the file is closed or the
// process ends, however it ends. What is in the file can be read all the same.
func TryLock(f *os.File) error {
	err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return ErrLocked
	}
	return err
}

// AwaitUnlock blocks until nobody holds the lock on the file that TryLock takes.
func AwaitUnlock(f *os.File) error { return unix.Flock(int(f.Fd()), unix.LOCK_SH) }
