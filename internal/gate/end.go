package gate

import (
	"net"
	"time"

	"parley/internal/hub"
	"parley/internal/outbox"
	"parley/wire"
)

// end is a Link as its outbox sees it.
type end Link

var (
	_ outbox.Conn     = (*end)(nil)
	_ outbox.Finisher = (*end)(nil)
)

// Write implements outbox.Conn. It waits for a slow reader as long as its kernel still
// answers; the sweep looks after that.
func (e *end) Write(p []byte) error {
	l := (*Link)(e)
	if l.raw != nil && !l.wrote.Load() {
		l.wrote.Store(true)
		l.gate.sweep.watch(l)
	}
	if s := l.sealed.Load(); s != nil {
		return s.write(l.conn, p)
	}
	_, err := l.conn.Write(p)
	return err
}

// Unsent implements outbox.Conn.
func (e *end) Unsent() int {
	l := (*Link)(e)
	if n := l.unsent.Load(); n >= 0 {
		return int(n)
	}
	return l.underWay()
}

// underWay is how many bytes the peer's machine has not acknowledged. A connection in
// memory may know that itself.
func (l *Link) underWay() int {
	if m, ok := l.conn.(interface{ Unsent() int }); ok {
		return m.Unsent()
	}
	return unsent(l.raw)
}

// Close implements outbox.Conn.
func (e *end) Close() error {
	l := (*Link)(e)
	l.unsent.CompareAndSwap(-1, int32(l.underWay())) //nolint:gosec // bounded by the outbox
	err := l.conn.Close()
	l.Cut()
	l.wake()
	return err
}

// Finish implements outbox.Finisher: the last frame is written, so the reader is woken
// to see to the end. A connection that cannot be closed by halves loses nothing by
// being closed.
func (e *end) Finish() {
	if s := e.sealed.Load(); s != nil && s.framing == wire.WebSocket {
		_ = s.control(e.conn, appendControl(nil, opClose, statusBody(statusNormal))) // it ends either way
	}
	if !closeWrite(e.conn) {
		_ = e.Close()
		return
	}
	_ = e.conn.SetReadDeadline(longAgo) // on a closed connection the reader is awake
	(*Link)(e).wake()
}

// Unread is for hub.Session.End, at the end of a connection by err, as Gone is told it. Who
// closed the connection is what counts: the client's program, its kernel, which does that
// also for a program that was killed, or something on the way.
func (l *Link) Unread(err error) time.Duration {
	if l.parted {
		return hub.ReadAll
	}
	if !isEOF(err) {
		return hub.ReadLost
	}
	c := l.conn
	if _, tunnel := c.(proxiedTLS); !tunnel {
		c = inner(c) // Go's TLS does not tell an end in order from a torn one
	}
	switch c.(type) {
	case proxied, proxiedTLS: // a balancer closes in order whatever has become of the client
		return hub.ReadLost
	}
	return hub.ReadClosed
}

// Close ends the connection at once; what is queued is dropped. For an end in good
// order, use Out().Last.
func (l *Link) Close() {
	l.out.Die(net.ErrClosed)
	_ = (*end)(l).Close() // it may be lingering with an outbox that has ended
}
