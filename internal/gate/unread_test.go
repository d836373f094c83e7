package gate

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"parley/internal/hub"
	"parley/wire"
)

// How much of what was written to a client may be unread is told by who closed the
// connection.
func TestUnreadByTheEndOfAConnection(t *testing.T) {
	certs, trusting := selfSigned(t)
	loopback := []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	header := "PROXY TCP4 192.0.2.7 127.0.0.1 5001 6000\r\n"
	for name, c := range map[string]struct {
		options Options
		end     func(t *testing.T, c *net.TCPConn, w *witness)
		want    time.Duration
	}{
		"read everything and closed": {Options{}, func(t *testing.T, c *net.TCPConn, w *witness) {
			send(t, c, `{}`)
			take(t, c, 3)
			_ = c.Close()
		}, hub.ReadClosed},
		"killed with something unread": {Options{}, func(t *testing.T, c *net.TCPConn, w *witness) {
			send(t, c, `{}`)
			within(t, w.objects)
			eventually(t, w.link.out.Drained) // it is in the client's socket
			_ = c.Close()
		}, hub.ReadLost},
		"closed behind a proxy": {Options{ProxyFrom: loopback}, func(t *testing.T, c *net.TCPConn, w *witness) {
			_ = c.Close()
		}, hub.ReadLost},
		"TLS was ended": {Options{TLS: certs}, func(t *testing.T, c *net.TCPConn, w *witness) {
			_ = handshaken(t, c, trusting).Close()
		}, hub.ReadClosed},
		"TLS was torn": {Options{TLS: certs}, func(t *testing.T, c *net.TCPConn, w *witness) {
			handshaken(t, c, trusting)
			_ = c.Close()
		}, hub.ReadClosed},
		"TLS behind a proxy": {Options{TLS: certs, ProxyFrom: loopback}, func(t *testing.T, c *net.TCPConn, w *witness) {
			_ = handshaken(t, c, trusting).Close()
		}, hub.ReadLost},
		"ended by the server": {Options{}, func(t *testing.T, c *net.TCPConn, w *witness) {
			w.link.Out().Last([]byte(`{}`))
		}, hub.ReadLost},
	} {
		t.Run(name, func(t *testing.T) {
			g := newTestGate(t, c.options)
			raw, err := net.Dial("tcp", g.addr)
			if err != nil {
				t.Fatal(err)
			}
			defer raw.Close()
			if len(c.options.ProxyFrom) > 0 {
				send(t, raw, header)
			}
			w := within(t, g.peers)
			c.end(t, raw.(*net.TCPConn), w)
			if got := w.link.Unread(within(t, w.gone)); got != c.want {
				t.Errorf("%v may be unread, want %v", got, c.want)
			}
		})
	}
	for name, c := range map[string]struct {
		in   string
		want time.Duration
	}{
		"with a close frame": {join(text(`{}`), maskedFrame(0x88, []byte{0x03, 0xe8})), hub.ReadAll},
		"without one":        {join(text(`{}`)), hub.ReadClosed},
	} {
		t.Run("WebSocket "+name, func(t *testing.T) {
			g := memoryGate(t, Options{})
			g.endWithTest(t)
			here, there := net.Pipe()
			g.ServeConn(here, wire.WebSocket)
			w := within(t, g.peers)
			go func() { _, _ = io.Copy(io.Discard, there) }()
			send(t, there, c.in)
			_ = there.Close()
			err := within(t, w.gone)
			if errors.Is(err, io.ErrClosedPipe) {
				err = io.EOF // a write met the closed pipe first
			}
			if got := w.link.Unread(err); got != c.want {
				t.Errorf("%v may be unread after %v, want %v", got, err, c.want)
			}
		})
	}
}

// handshaken is the connection with TLS on it, of which something has come back.
func handshaken(t *testing.T, c net.Conn, config *tls.Config) *tls.Conn {
	t.Helper()
	s := tls.Client(c, config)
	send(t, s, `{}`)
	take(t, s, 3)
	return s
}
