package gate

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/wire"
)

func TestTooManyConnections(t *testing.T) {
	for name, o := range map[string]Options{
		"in all":      {MaxConns: 2},
		"of one addr": {MaxConnsPerAddr: 2},
	} {
		t.Run(name, func(t *testing.T) {
			g := newTestGate(t, o)
			s := webServer(t, g)
			first, w1 := g.dial()
			_, w2 := g.dial()
			w1.link.Authenticated(true) // who has logged in makes room for nobody
			w2.link.Authenticated(true)

			refused := refusal(t, g)
			if !strings.HasPrefix(refused, `{"msgid":26,"code":1005,`) || !strings.Contains(refused, `"reconnect":true,"after_ms":10000`) {
				t.Errorf("got %q", refused)
			}
			_, r, status := shake(t, s, "", "")
			if status != http.StatusSwitchingProtocols {
				t.Errorf("status %d", status)
			}
			var all strings.Builder
			if _, err := r.WriteTo(&all); err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff([]string{"goodbye 1005", "close 1013"}, serverFrames(t, all.String())); diff != "" {
				t.Error(diff)
			}

			_ = first.Close()
			within(t, w1.gone)
			eventually(t, func() bool { return g.Conns() == 1 })
			c, w := g.dial()
			send(t, c, `{}`)
			within(t, w.objects)
			m := g.opts.Metrics
			counted := map[string]int64{"in all": m.Crowded.Load(), "of one addr": m.CrowdedAddr.Load()}
			for limit, n := range counted {
				if n != 0 != (limit == name) || n != 0 && n != 2 {
					t.Errorf("%d refusals counted for connections %s", n, limit)
				}
			}
		})
	}
}

// refusal opens a connection that must be refused and gives what it is told.
func refusal(t *testing.T, g *testGate) string {
	t.Helper()
	c, err := net.Dial("tcp", g.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	send(t, c, `{"msgid":2}`) // a client that speaks first is told all the same
	_ = c.(*net.TCPConn).CloseWrite()
	return readAll(t, c)
}

// dialAs opens a connection to the gate as one that a proxy forwards for an address.
func (g *testGate) dialAs(addr string) (net.Conn, *witness) {
	g.t.Helper()
	c, err := net.Dial("tcp", g.addr)
	if err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(func() { _ = c.Close() })
	send(g.t, c, "PROXY TCP4 "+addr+" 127.0.0.1 5001 6000\r\n")
	return c, within(g.t, g.peers)
}

var behindProxy = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}

// Connections without a login do not keep others out: the oldest of the most crowded
// address makes room, and who has logged in stays.
func TestIdleConnectionsMakeRoom(t *testing.T) {
	for name, o := range map[string]Options{
		"without a login": {MaxUnauthenticated: 3},
		"in all":          {MaxConns: 4},
	} {
		t.Run(name, func(t *testing.T) {
			o.ProxyFrom = behindProxy
			g := newTestGate(t, o)
			_, member := g.dialAs("192.0.2.1") // logged in, before all others
			member.link.Authenticated(true)
			g.dialAs("192.0.2.2")
			crowd, first := g.dialAs("192.0.2.3")
			_, second := g.dialAs("192.0.2.3")
			if err := soFar(first.gone); err != nil {
				t.Fatalf("%v, and there was room", err)
			}
			_, newcomer := g.dialAs("192.0.2.4")
			if got := readAll(t, crowd); !strings.HasPrefix(got, `{"msgid":26,"code":1005,`) {
				t.Errorf("who has to go is told %q", got)
			}
			within(t, first.gone)
			eventually(t, func() bool { return g.Conns() == 4 })
			for _, w := range []*witness{member, second, newcomer} {
				if w.link.out.Ending() {
					t.Error("another one was closed")
				}
			}
			if n := g.opts.Metrics.MadeRoom.Load(); n != 1 {
				t.Errorf("%d counted", n)
			}
			newcomer.link.Authenticated(true)
			newcomer.link.Authenticated(false) // and is without a login again
			if name == "without a login" && g.Unauthenticated() != 3 {
				t.Errorf("%d without a login", g.Unauthenticated())
			}
		})
	}
}

// soFar returns what has come, nil if nothing has.
func soFar(gone chan error) error {
	select {
	case err := <-gone:
		return err
	default:
		return nil
	}
}

// An address has a share, and makes room for itself.
func TestShareOfAnAddress(t *testing.T) {
	g := newTestGate(t, Options{MaxUnauthenticatedPerAddr: 2, ProxyFrom: behindProxy})
	_, other := g.dialAs("192.0.2.1")
	_, first := g.dialAs("192.0.2.2")
	_, second := g.dialAs("192.0.2.2")
	_, third := g.dialAs("192.0.2.2")
	within(t, first.gone)
	for _, w := range []*witness{other, second, third} {
		if w.link.out.Ending() {
			t.Error("another one was closed")
		}
	}
}

// A flood of connections that say nothing: all are let in, no more than may be stay, and
// only some of those that go are told why.
func TestAFloodOfIdleConnections(t *testing.T) {
	const most, flood = 50, 400
	g := newTestGate(t, Options{MaxUnauthenticated: most, ProxyFrom: behindProxy, Linger: time.Minute})
	_, honest := g.dialAs("192.0.2.1")
	var all []*witness
	for range flood {
		_, w := g.dialAs("192.0.2.66")
		all = append(all, w)
	}
	if g.Unauthenticated() != most {
		t.Errorf("%d without a login", g.Unauthenticated())
	}
	eventually(t, func() bool { return g.Conns() <= most+maxRefusals })
	if honest.link.out.Ending() {
		t.Error("the only one of another address was closed")
	}
	for _, w := range all {
		w.link.Close()
	}
}

// Frames that are begun and not finished hold no more memory than they may together: those
// of the address with most of it go, and a frame of somebody else gets through.
func TestUnfinishedFrames(t *testing.T) {
	const part = 32 << 10
	g := newTestGate(t, Options{MaxParts: 8 * part, ProxyFrom: behindProxy})
	var attackers []*witness
	for range 20 {
		c, w := g.dialAs("192.0.2.66")
		send(t, c, `{"a":"`+strings.Repeat("x", part))
		attackers = append(attackers, w)
	}
	eventually(t, func() bool { return g.opts.Metrics.PartsCut.Load() >= 12 })
	if n := g.PartBytes(); n > 8*part {
		t.Errorf("%d bytes are held", n)
	}
	c, w := g.dialAs("192.0.2.1")
	whole := `{"a":"` + strings.Repeat("x", part) + `"}`
	send(t, c, whole[:part])
	eventually(t, func() bool { return w.link.frameBy.Load() != 0 })
	send(t, c, whole[part:])
	if got := within(t, w.objects); got != whole {
		t.Errorf("%d bytes came", len(got))
	}
	for _, w := range attackers {
		w.link.Close()
		within(t, w.gone)
	}
	eventually(t, func() bool { return g.PartBytes() == 0 })
}

// What a WebSocket holds is counted too.
func TestUnfinishedMessages(t *testing.T) {
	const part = 32 << 10
	g := memoryGate(t, Options{})
	g.endWithTest(t)
	for _, in := range []string{
		string(text(strings.Repeat("x", 2*part))[:part]), // the beginning of a frame
		join(maskedFrame(0x01, []byte(strings.Repeat("x", part)))),
	} {
		here, there := net.Pipe()
		g.ServeConn(here, wire.WebSocket)
		w := within(t, g.peers)
		send(t, there, in)
		eventually(t, func() bool { return g.PartBytes() >= part-4096 })
		_ = there.Close()
		within(t, w.gone)
		eventually(t, func() bool { return g.PartBytes() == 0 })
	}
}

// failingListener fails as a system out of files does, a few times.
type failingListener struct {
	net.Listener
	fails atomic.Int32
}

func (f *failingListener) Accept() (net.Conn, error) {
	if f.fails.Add(-1) >= 0 {
		return nil, &net.OpError{Op: "accept", Err: os.NewSyscallError("accept4", syscall.EMFILE)}
	}
	return f.Listener.Accept()
}

func TestAcceptGoesOnWithoutFiles(t *testing.T) {
	g := memoryGate(t, Options{})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	failing := &failingListener{Listener: ln}
	failing.fails.Store(4)
	g.ln, g.addr = ln, ln.Addr().String()
	g.served.Go(func() {
		if err := g.ServeTCP(failing); err != nil {
			t.Errorf("ServeTCP: %v", err)
		}
	})
	t.Cleanup(g.end)
	c, w := g.dial()
	send(t, c, `{}`)
	within(t, w.objects)
	if n := g.opts.Metrics.AcceptFails.Load(); n != 4 {
		t.Errorf("%d failures counted", n)
	}
}

func TestAcceptGivesUpOnABrokenListener(t *testing.T) {
	g := memoryGate(t, Options{})
	g.endWithTest(t)
	broken := errors.New("broken")
	if err := g.ServeTCP(brokenListener{broken}); !errors.Is(err, broken) {
		t.Errorf("ServeTCP: %v", err)
	}
}

type brokenListener struct{ err error }

func (b brokenListener) Accept() (net.Conn, error) { return nil, b.err }
func (b brokenListener) Close() error              { return nil }
func (b brokenListener) Addr() net.Addr            { return nil }
