package balancers

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/gate"
	"parley/test/testkit"
	"parley/wire"
)

// seen is a connection as the node behind a balancer sees it.
type seen struct {
	link   *gate.Link
	header http.Header // of a WebSocket's request
	faults chan wire.GoodbyeCode
	gone   chan struct{} // closed when the node has found out that it has ended
}

func (s *seen) Object([]byte) { s.link.Out().Send([]byte(`{"msgid":12}`)) }

func (s *seen) Fault(code wire.GoodbyeCode, _ string) { s.faults <- code }

func (s *seen) Gone(error) { close(s.gone) }

// watchedNode is a node's gate with its two listeners and nothing behind it, to see what
// comes through a balancer on this machine. It listens on all of the machine's addresses.
func watchedNode(t *testing.T) (n *testkit.Process, came chan *seen) {
	t.Helper()
	came = make(chan *seen, 100)
	var headers sync.Map // by the connection's remote address as HTTP sees it, which is the proxy's
	g := gate.New(gate.Options{
		ProxyFrom: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")},
		Log:       slog.New(slog.DiscardHandler), LoginTimeout: time.Hour,
	}, func(l *gate.Link) gate.Peer {
		s := &seen{link: l, faults: make(chan wire.GoodbyeCode, 1), gone: make(chan struct{})}
		if h, ok := headers.LoadAndDelete("last"); ok {
			s.header = h.(http.Header)
		}
		came <- s
		return s
	})
	mux := http.NewServeMux()
	mux.HandleFunc("GET /readyz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("/ws", func(w http.ResponseWriter, r *http.Request) {
		headers.Store("last", r.Header.Clone()) // one request at a time
		g.HandleWebSocket(w, r)
	})
	var listeners [2]net.Listener
	for i := range listeners {
		ln, err := net.Listen("tcp4", ":0")
		if err != nil {
			t.Fatal(err)
		}
		listeners[i] = ln
	}
	web := &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	var serving sync.WaitGroup
	serving.Go(func() { _ = g.ServeTCP(listeners[0]) })
	serving.Go(func() { _ = web.Serve(listeners[1]) })
	t.Cleanup(func() {
		_ = listeners[0].Close()
		_ = web.Close()
		serving.Wait()
		ctx, cancel := context.WithTimeout(context.Background(), testkit.Patience)
		defer cancel()
		if err := g.Shutdown(ctx); err != nil {
			t.Error(err)
		}
	})
	at := func(i int) string { return fmt.Sprint("127.0.0.1:", listeners[i].Addr().(*net.TCPAddr).Port) }
	return &testkit.Process{TCP: at(0), HTTP: at(1), Admin: at(1)}, came
}

// through sends something through a balancer until the node behind it has seen it: a
// balancer that has just started sends nobody on before its first check.
func through(t *testing.T, came chan *seen, attempt func()) *seen {
	t.Helper()
	for began := time.Now(); time.Since(began) < testkit.Patience; {
		attempt()
		select {
		case s := <-came:
			return s
		case <-time.After(500 * time.Millisecond):
		}
	}
	t.Fatal("nothing comes through the balancer")
	return nil
}

// Behind the shipped configurations a client cannot choose its own address: what it sends
// of the headers that name a client, over HTTP and TCP, changes nothing.
func TestForgedAddresses(t *testing.T) {
	t.Parallel()
	const client = "127.0.0.2" // the balancer is 127.0.0.1
	forged := map[string]string{
		"none":          "",
		"one":           "X-Forwarded-For: 192.0.2.66\r\n",
		"two lines":     "X-Forwarded-For: 192.0.2.66\r\nX-Forwarded-For: 192.0.2.67\r\n",
		"a list":        "X-Forwarded-For: 192.0.2.66, 192.0.2.67\r\n",
		"lower case":    "x-forwarded-for: 192.0.2.66\r\n",
		"an empty line": "X-Forwarded-For:\r\n",
		"https":         "X-Forwarded-Proto: https\r\nX-Forwarded-Proto: https, https\r\n",
		"others":        "Forwarded: for=192.0.2.66;proto=https\r\nX-Real-IP: 192.0.2.66\r\n",
	}
	prefaces := map[string]string{
		"a line":          "PROXY TCP4 192.0.2.66 127.0.0.1 5001 6000\r\n",
		"a line for IPv6": "PROXY TCP6 2001:db8::66 ::1 5001 6000\r\n",
		"no client":       "PROXY UNKNOWN\r\n",
		"binary":          "\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c\xc0\x00\x02\x42\x7f\x00\x00\x01\x13\x89\x17\x70",
	}
	for _, name := range []string{"haproxy.cfg", "nginx.conf"} {
		t.Run(name, func(t *testing.T) {
			node, came := watchedNode(t)
			tcp, web := balancer(t, name, []*testkit.Process{node, node, node})
			for what, lines := range forged {
				s := through(t, came, func() { shakeFrom(t, client, web, lines) })
				if got := s.link.Remote().Addr().String(); got != client {
					t.Errorf("%s: the node takes the client for %s", what, got)
				}
				for header, want := range map[string][]string{
					"X-Forwarded-For": {client}, "X-Forwarded-Proto": {"http"}, "Forwarded": nil, "X-Real-Ip": nil,
				} {
					if got := s.header.Values(header); !slices.Equal(got, want) {
						t.Errorf("%s: %s is %q, want %q", what, header, got, want)
					}
				}
			}
			honest := through(t, came, func() { answered(t, testkit.DialFrom(t, client, tcp)) })
			if got := honest.link.Remote().Addr().String(); got != client {
				t.Errorf("the node takes a TCP client for %s", got)
			}
			for what, preface := range prefaces {
				c := testkit.DialFrom(t, client, tcp)
				if _, err := io.WriteString(c, preface); err != nil {
					t.Fatal(err)
				}
				s := <-came
				if got := s.link.Remote().Addr().String(); got != client {
					t.Errorf("behind %s of its own, the node takes the client for %s", what, got)
				}
				if code := <-s.faults; code != wire.ByeNotJSON {
					t.Errorf("%s of a client is answered with goodbye %d", what, code)
				}
			}
		})
	}
}

// shakeFrom opens a WebSocket with further header lines, and tells whether it was opened.
func shakeFrom(t *testing.T, from, to, lines string) bool {
	t.Helper()
	c := testkit.DialFrom(t, from, to)
	_, err := fmt.Fprintf(c, "GET /ws HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s\r\n", to, lines)
	if err != nil {
		t.Fatal(err)
	}
	status, err := bufio.NewReader(c).ReadString('\n')
	return err == nil && strings.Contains(status, " 101 ")
}

// answered sends a heartbeat and tells whether it was answered.
func answered(t *testing.T, c net.Conn) bool {
	t.Helper()
	if _, err := io.WriteString(c, `{"msgid":11}`); err != nil {
		return false
	}
	line, err := bufio.NewReader(c).ReadString('\n')
	return err == nil && strings.Contains(line, "12")
}
