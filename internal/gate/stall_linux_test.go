package gate

import (
	"io"
	"net"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestAReaderWithASmallBuffer: the peer has a small receive buffer, stops reading for longer
// than the kernel's limit, and then reads a little at a time. Its window opens by less than what
// is next to be sent, which does not end the kernel's count.
func TestAReaderWithASmallBuffer(t *testing.T) {
	const silent = 2 * time.Second
	g := newTestGate(t, Options{Silent: silent, Sweep: 50 * time.Millisecond, Soft: 8 << 20, LoginTimeout: time.Hour})
	d := net.Dialer{Control: func(_, _ string, raw syscall.RawConn) error {
		return raw.Control(func(fd uintptr) { _ = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF, 8<<10) })
	}}
	c, err := d.Dial("tcp", g.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	w := within(t, g.peers)
	const total = 5 << 20
	left := total
	for range total >> 16 {
		w.link.Out().Queue(make([]byte, 1<<16))
	}
	w.link.Out().Flush()
	piece := make([]byte, 1500)
	for range 3 {
		time.Sleep(2 * silent)
		for began := time.Now(); time.Since(began) < silent; time.Sleep(30 * time.Millisecond) {
			n, err := c.Read(piece)
			if left -= n; err != nil {
				t.Fatalf("a reader that pauses was cut: %v", err)
			}
		}
	}
	if _, err := io.CopyN(io.Discard, c, int64(left)); err != nil {
		t.Fatalf("a reader that paused was cut: %v", err)
	}
	eventually(t, w.link.Out().Drained)
}
