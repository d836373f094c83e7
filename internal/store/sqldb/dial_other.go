//go:build !linux

package sqldb

import (
	"syscall"
	"time"
)

// vanishedAfter has no effect here: a server whose machine vanished is found out by
// keep-alive while nothing is on the way to it, and by the time-out of a call (6 s) else.
func vanishedAfter(time.Duration) func(network, address string, c syscall.RawConn) error {
	return nil
}
