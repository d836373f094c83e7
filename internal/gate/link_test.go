package gate

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parley/internal/outbox"
	"parley/wire"
)

// witness is a Peer that answers every object with itself and remembers all calls.
type witness struct {
	link *Link
	mu   sync.Mutex
	seen []string

	objects chan string
	faults  chan wire.GoodbyeCode
	gone    chan error
	onGone  func(*Link)
	handles func() // what handling an object takes
}

func (w *witness) Object(obj []byte) {
	w.mu.Lock()
	w.seen = append(w.seen, string(obj))
	w.mu.Unlock()
	if w.handles != nil {
		w.handles()
	}
	w.link.Out().Send(obj)
	select {
	case w.objects <- string(obj):
	default:
	}
}

func (w *witness) Fault(code wire.GoodbyeCode, info string) {
	w.link.Out().Last(goodbye(code, info, 0))
	w.faults <- code
}

func (w *witness) Gone(err error) {
	if w.onGone != nil {
		w.onGone(w.link)
	}
	w.gone <- err // a second call would block for ever and be found as a leak
}

// testGate is a gate under test with the peers it made.
type testGate struct {
	*Gate
	t      testing.TB
	addr   string
	ln     net.Listener
	peers  chan *witness
	onGone func(*Link)
	served sync.WaitGroup
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// newTestGate makes a gate that listens on loopback and must have ended in order,
// with every goroutine, when the test ends.
func newTestGate(t testing.TB, o Options) *testGate {
	t.Helper()
	leaks := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, leaks) })
	g := memoryGate(t, o)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g.ln, g.addr = ln, ln.Addr().String()
	g.served.Go(func() {
		if err := g.ServeTCP(ln); err != nil {
			t.Errorf("ServeTCP: %v", err)
		}
	})
	t.Cleanup(g.end)
	return g
}

// memoryGate makes a gate without a listener.
func memoryGate(t testing.TB, o Options) *testGate {
	if o.Log == nil {
		o.Log = quiet()
	}
	g := &testGate{t: t, peers: make(chan *witness, 10_000)}
	g.Gate = New(o, func(l *Link) Peer {
		w := &witness{
			link: l, objects: make(chan string, 1000), faults: make(chan wire.GoodbyeCode, 1),
			gone: make(chan error, 1), onGone: g.onGone,
		}
		g.peers <- w
		return w
	})
	return g
}

func (g *testGate) end() {
	if g.ln != nil {
		_ = g.ln.Close()
	}
	g.served.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := g.Shutdown(ctx); err != nil {
		g.t.Errorf("Shutdown: %v", err)
	}
	if n := g.Conns(); n != 0 {
		g.t.Errorf("%d connections after Shutdown", n)
	}
}

// dial opens a TCP connection and gives its end and the gate's.
func (g *testGate) dial() (*net.TCPConn, *witness) {
	g.t.Helper()
	c, err := net.Dial("tcp", g.addr)
	if err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(func() { _ = c.Close() })
	return c.(*net.TCPConn), within(g.t, g.peers)
}

// within takes from a channel what must come soon.
func within[T any](t testing.TB, ch <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-ch:
	case <-time.After(10 * time.Second):
		t.Fatal("nothing came within 10 s")
	}
	return v
}

func send(t testing.TB, c net.Conn, s string) {
	t.Helper()
	if _, err := io.WriteString(c, s); err != nil {
		t.Fatal(err)
	}
}

// readAll reads until the end of the stream.
func readAll(t testing.TB, c net.Conn) string {
	t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
	all, err := io.ReadAll(c)
	if err != nil {
		t.Errorf("the stream did not end in order: %v (read %q)", err, all)
	}
	return string(all)
}

func take(t testing.TB, c net.Conn, n int) string {
	t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
	b := make([]byte, n)
	if _, err := io.ReadFull(c, b); err != nil {
		t.Fatalf("%v", err)
	}
	return string(b)
}

func TestObjectsInAnyPieces(t *testing.T) {
	g := newTestGate(t, Options{})
	want := []string{`{"a":1}`, `{"b":"}{"}`, `{"c":[{}]}`}
	for name, writes := range map[string][]string{
		"one write":    {strings.Join(want, "")},
		"newlines":     {strings.Join(want, "\n") + "\n"},
		"NULs":         {strings.Join(want, "\x00") + "\x00"},
		"many":         {" \r\n\t\x00" + strings.Join(want, "\r\n\x00")},
		"each byte":    strings.Split(strings.Join(want, "\x00"), ""),
		"ten in one":   {strings.Repeat(strings.Join(want, ""), 10)},
		"split in two": {want[0] + want[1][:3], want[1][3:] + want[2]},
	} {
		t.Run(name, func(t *testing.T) {
			c, w := g.dial()
			defer c.Close()
			for _, piece := range writes {
				send(t, c, piece)
			}
			if err := c.CloseWrite(); err != nil {
				t.Fatal(err)
			}
			n := strings.Count(strings.Join(writes, ""), `{"a":1}`)
			wanted := slices.Repeat(want, n)
			if got := readAll(t, c); got != strings.Join(wanted, "\n")+"\n" {
				t.Errorf("answers %q", got)
			}
			if !slices.Equal(w.seen, wanted) {
				t.Errorf("objects %q", w.seen)
			}
			if err := within(t, w.gone); err != io.EOF {
				t.Errorf("Gone(%v), want EOF", err)
			}
		})
	}
}

func TestOneObjectInTenWrites(t *testing.T) {
	g := newTestGate(t, Options{})
	c, w := g.dial()
	object := `{"msgid":4,"msg":"` + strings.Repeat("x", 20_000) + `"}`
	for i := range 10 {
		send(t, c, object[i*len(object)/10:(i+1)*len(object)/10])
		time.Sleep(time.Millisecond) // so that they leave as ten segments; nothing depends on it
	}
	if got := within(t, w.objects); got != object {
		t.Errorf("got %d bytes", len(got))
	}
	if got := take(t, c, len(object)+1); got != object+"\n" {
		t.Error("the answer differs")
	}
}

// TestHalfClosed is nc -N: the client has said all and waits for the answers, some
// of which come while Gone runs.
func TestHalfClosed(t *testing.T) {
	g := memoryGate(t, Options{})
	g.onGone = func(l *Link) { l.Out().Send([]byte(`{"late":1}`)) }
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g.ln, g.addr = ln, ln.Addr().String()
	g.served.Go(func() { _ = g.ServeTCP(ln) })
	t.Cleanup(g.end)
	c, _ := g.dial()
	send(t, c, `{"a":1}{"half`)
	_ = c.CloseWrite()
	if got := readAll(t, c); got != "{\"a\":1}\n{\"late\":1}\n" {
		t.Errorf("got %q", got)
	}
}

func TestFaultsOfAStream(t *testing.T) {
	g := newTestGate(t, Options{MaxFrame: 1000})
	for name, c := range map[string]struct {
		in   string
		code wire.GoodbyeCode
	}{
		"not JSON": {`{"a":1}GET / HTTP/1.1`, wire.ByeNotJSON},
		"too long": {`{"a":1}{"b":"` + strings.Repeat("x", 100_000), wire.ByeFrameTooBig},
		"too deep": {`{"a":1}` + strings.Repeat(`{"a":`, 100), wire.ByeFrameTooBig},
	} {
		t.Run(name, func(t *testing.T) {
			conn, w := g.dial()
			send(t, conn, c.in)
			if code := within(t, w.faults); code != c.code {
				t.Errorf("goodbye code %d, want %d", code, c.code)
			}
			got := readAll(t, conn)
			if !strings.HasPrefix(got, "{\"a\":1}\n{\"msgid\":26,") {
				t.Errorf("got %q, want the answer and the goodbye", got)
			}
			if err := within(t, w.gone); !errors.Is(err, outbox.ErrFinished) {
				t.Errorf("Gone(%v)", err)
			}
		})
	}
}

// TestGoodbyeIsNotLostToAReset: a client that goes on sending reads its goodbye.
func TestGoodbyeIsNotLostToAReset(t *testing.T) {
	g := newTestGate(t, Options{})
	c, w := g.dial()
	send(t, c, `{"a":1}`)
	within(t, w.objects)
	w.link.Out().Last([]byte(`{"bye":1}`))
	send(t, c, strings.Repeat(`{"more":1}`, 1000))
	_ = c.CloseWrite()
	if got := readAll(t, c); got != "{\"a\":1}\n{\"bye\":1}\n" {
		t.Errorf("got %q", got)
	}
	within(t, w.gone)
	if len(w.seen) != 1 {
		t.Errorf("%d objects were handed on after Last", len(w.seen)-1)
	}
}

func TestCloseEndsAtOnce(t *testing.T) {
	g := newTestGate(t, Options{})
	c, w := g.dial()
	w.link.Close()
	if err := within(t, w.gone); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Gone(%v)", err)
	}
	_ = readAll(t, c)
}

func TestDrainedTellsWhatThePeerHas(t *testing.T) {
	g := newTestGate(t, Options{Soft: 64 << 20, Hard: 128 << 20, Linger: 50 * time.Millisecond})
	c, w := g.dial()
	out := w.link.Out()
	out.Send([]byte(`{}`))
	take(t, c, 3)
	eventually(t, out.Drained)
	for range 64 { // more than the kernels hold
		out.Queue(make([]byte, 1<<20))
	}
	out.Flush()
	eventually(t, func() bool { return (*end)(w.link).Unsent() > 0 })
	if out.Drained() {
		t.Error("drained, and the client has not read")
	}
	w.link.Close()
	within(t, w.gone)
	if out.Drained() {
		t.Error("drained after a death with bytes under way")
	}
}

// eventually waits for a fact that nobody announces.
func eventually(t testing.TB, fact func() bool) {
	t.Helper()
	for until := time.Now().Add(10 * time.Second); !fact(); time.Sleep(time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("it did not come true within 10 s")
		}
	}
}

func TestShutdownForcesWhatDoesNotEnd(t *testing.T) {
	g := memoryGate(t, Options{Linger: time.Minute})
	here, there := net.Pipe()
	defer there.Close()
	g.ServeConn(here, wire.Lines)
	w := within(t, g.peers)
	ctx, cancel := context.WithCancel(context.Background())
	cancel() // nobody reads the goodbye
	if err := g.Shutdown(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Shutdown: %v", err)
	}
	within(t, w.gone)
}

func TestShutdownSaysGoodbye(t *testing.T) {
	g := newTestGate(t, Options{Linger: 100 * time.Millisecond})
	c, w := g.dial()
	g.end()
	if got := readAll(t, c); !strings.Contains(got, `"msgid":26,"code":1000,`) {
		t.Errorf("got %q", got)
	}
	within(t, w.gone)
	late, err := net.Dial("tcp", g.addr)
	if err == nil {
		_ = late.Close()
		t.Error("the listener still accepts")
	}
}
