package platform

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// lockAt is where the locked byte is: beyond all that stands in the file, since on
// Windows others cannot even read what is locked.
const lockAt = 1 << 30

// TryLock takes the lock on an open file, or returns ErrLocked when another process or
// another opened file has it. The system frees the lock when the file is closed or the
// process ends, however it ends. What is in the file can be read all the same.
func TryLock(f *os.File) error {
	err := lock(f, windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return ErrLocked
	}
	return err
}

// AwaitUnlock blocks until nobody holds the lock on the file that TryLock takes.
func AwaitUnlock(f *os.File) error { return lock(f, 0) }

func lock(f *os.File, how uint32) error {
	return windows.LockFileEx(windows.Handle(f.Fd()), how, 0, 1, 0, &windows.Overlapped{Offset: lockAt})
}
