package sqldb

import (
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// vanishedAfter has the kernel end a connection whose peer acknowledges nothing for d.
func vanishedAfter(d time.Duration) func(network, address string, c syscall.RawConn) error {
	return func(_, _ string, c syscall.RawConn) error {
		var err error
		if failed := c.Control(func(fd uintptr) {
			err = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(d/time.Millisecond))
		}); failed != nil {
			return failed
		}
		return err
	}
}
