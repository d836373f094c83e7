package platform

import (
	"errors"
	"syscall"

	"golang.org/x/sys/windows"
)

// IsFull reports whether err says that a disk, or the user's share of it, is full.
func IsFull(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL) ||
		errors.Is(err, windows.ERROR_DISK_QUOTA_EXCEEDED)
}

// IsReadOnly reports whether err says that the file system cannot be written to.
func IsReadOnly(err error) bool { return errors.Is(err, windows.ERROR_WRITE_PROTECT) }

// IsRefused reports whether err says that nobody listens at an address. The number that
// package syscall has for it is Go's own; the system returns Winsock's.
func IsRefused(err error) bool { return errors.Is(err, windows.WSAECONNREFUSED) }

// acceptLater are the errors of an accept that may work again by itself.
var acceptLater = []syscall.Errno{
	windows.WSAEMFILE, windows.WSAENOBUFS, windows.ERROR_NOT_ENOUGH_MEMORY,
	windows.WSAECONNABORTED, windows.WSAECONNRESET, windows.WSAEINTR,
	windows.WSAENETDOWN, windows.WSAEHOSTUNREACH, windows.WSAENETUNREACH, windows.WSAETIMEDOUT,
}
