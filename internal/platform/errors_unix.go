//go:build unix

package platform

import (
	"errors"
	"syscall"
)

// IsFull reports whether err says that a disk, or the user's share of it, is full.
func IsFull(err error) bool { return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) }

// IsReadOnly reports whether err says that the file system cannot be written to.
func IsReadOnly(err error) bool { return errors.Is(err, syscall.EROFS) }

// IsRefused reports whether err says that nobody listens at an address.
func IsRefused(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) }

// acceptLater are the errors of an accept that may work again by itself.
var acceptLater = []syscall.Errno{
	syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM,
	syscall.ECONNABORTED, syscall.EPERM, syscall.EPROTO, syscall.EINTR,
	syscall.ENETDOWN, syscall.EHOSTUNREACH, syscall.ENETUNREACH, syscall.ETIMEDOUT,
}
