package balancers

import (
	"io"
	"net"
	"regexp"
	"testing"
	"time"

	"github.com/gobwas/ws"

	"parley/test/testkit"
)

var (
	timeLimits = regexp.MustCompile(`(timeout (?:client|server|tunnel|client-fin|server-fin|http-request|http-keep-alive)|proxy_timeout|proxy_read_timeout|proxy_send_timeout|keepalive_timeout) +\d+s`)
	longLimits = regexp.MustCompile(`(timeout client|timeout server|timeout tunnel|proxy_timeout|proxy_read_timeout|proxy_send_timeout) +20d`)
)

// A plain client that says nothing stays connected behind the shipped configurations: of
// their time-outs only those of 20 days concern it. All others are cut down to a
// second here; so are those of 20 days in a second balancer, which shows that time
// passes and that they are what matters.
func TestQuietBehindBalancers(t *testing.T) {
	t.Parallel()
	short := func(text string) string { return timeLimits.ReplaceAllString(text, "$1 1s") }
	shortest := func(text string) string { return longLimits.ReplaceAllString(short(text), "$1 1s") }
	for _, name := range []string{"haproxy.cfg", "nginx.conf"} {
		t.Run(name, func(t *testing.T) {
			node, came := watchedNode(t)
			nodes := []*testkit.Process{node, node, node}
			tcp, web := balancerWith(t, name, "127.0.0.1", nodes, short)
			cutTCP, cutWeb := balancerWith(t, name, "127.0.0.1", nodes, shortest)
			open := func(tcp, web string) (plain, webSocket net.Conn) {
				through(t, came, func() { plain = testkit.DialFrom(t, "127.0.0.2", tcp); answered(t, plain) })
				through(t, came, func() { webSocket = shakenFrom(t, "127.0.0.2", web) })
				return plain, webSocket
			}
			plain, webSocket := open(tcp, web)
			for range 3 {
				cutPlain, cutWebSocket := open(cutTCP, cutWeb)
				for _, c := range []net.Conn{cutPlain, cutWebSocket} {
					if _, err := io.Copy(io.Discard, c); err != nil {
						t.Fatalf("a time-out of a second does not end a quiet connection: %v", err)
					}
				}
			}
			if !answered(t, plain) {
				t.Error("a quiet TCP client was cut")
			}
			frame := ws.MaskFrame(ws.NewTextFrame([]byte(`{"msgid":11}`)))
			if err := ws.WriteFrame(webSocket, frame); err != nil {
				t.Fatal(err)
			}
			if h, err := ws.ReadHeader(webSocket); err != nil || h.OpCode != ws.OpText {
				t.Errorf("a quiet WebSocket was cut: %v, %v", h, err)
			}
		})
	}
}

// shakenFrom opens a WebSocket.
func shakenFrom(t *testing.T, from, to string) net.Conn {
	t.Helper()
	local := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	d := ws.Dialer{NetDial: local.DialContext, Timeout: testkit.Patience}
	c, _, _, err := d.Dial(t.Context(), "ws://"+to+"/ws")
	if err != nil {
		return nil
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(testkit.Patience))
	return c
}
