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

	"github.com/google/go-cmp/cmp"
)

func TestTooManyConnections(t *testing.T) {
	for name, o := range map[string]Options{
		"in all":        {MaxConns: 2},
		"of one addr":   {MaxConnsPerAddr: 2},
		"with no login": {MaxUnauthenticated: 2},
	} {
		t.Run(name, func(t *testing.T) {
			g := newTestGate(t, o)
			s := webServer(t, g)
			first, w1 := g.dial()
			g.dial()

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
			counted := map[string]int64{"in all": m.Crowded.Load(), "of one addr": m.CrowdedAddr.Load(), "with no login": m.CrowdedAnon.Load()}
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

func TestALoginMakesRoom(t *testing.T) {
	g := newTestGate(t, Options{MaxUnauthenticated: 1})
	_, w := g.dial()
	w.link.Authenticated(true)
	_, w2 := g.dial()
	w2.link.Authenticated(true)
	w.link.Authenticated(false)
	if got := refusal(t, g); !strings.Contains(got, "not logged in") {
		t.Errorf("got %q", got)
	}
}

func TestAddressesAreCountedByTheirSubscriber(t *testing.T) {
	same := [][2]string{{"192.0.2.1", "::ffff:192.0.2.1"}, {"2001:db8::1", "2001:db8::2:3"}, {"fe80::1%a", "fe80::2%b"}}
	for _, p := range same {
		if keyOf(netip.MustParseAddr(p[0])) != keyOf(netip.MustParseAddr(p[1])) {
			t.Errorf("%s and %s are counted apart", p[0], p[1])
		}
	}
	if keyOf(netip.MustParseAddr("2001:db8::1")) == keyOf(netip.MustParseAddr("2001:db8:0:1::1")) {
		t.Error("two /64 are counted as one")
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
