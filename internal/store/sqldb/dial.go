package sqldb

import (
	"context"
	"net"
	"time"
)

// dialing makes the TCP connections to the servers of a database. Where there are several,
// one whose machine has vanished must be found out soon, also while an answer of it is
// awaited: its kernel acknowledges nothing any more, and that of one that is slow does.
func (h *hosts) dialing(ctx context.Context, network, addr string) (net.Conn, error) {
	d := &net.Dialer{Timeout: dialTimeout, KeepAlive: 5 * time.Second}
	if h.several() {
		d.KeepAliveConfig = net.KeepAliveConfig{Enable: true, Idle: time.Second, Interval: 500 * time.Millisecond, Count: 3}
		d.Control = vanishedAfter(vanishedTime)
	}
	return d.DialContext(ctx, network, addr)
}

// vanishedTime is how long data may stay unacknowledged where there are other servers.
const vanishedTime = 2500 * time.Millisecond
