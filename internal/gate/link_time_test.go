package gate

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/outbox"
	"parley/wire"
)

// inBubble runs a test with an in-memory connection and time that bends.
func inBubble(t *testing.T, o Options, f wire.Framing, test func(t *testing.T, g *testGate, c net.Conn, w *witness)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		g := memoryGate(t, o)
		here, there := net.Pipe()
		g.ServeConn(here, f)
		test(t, g, there, <-g.peers)
		_ = there.Close()
		if err := g.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

// lasts tells how long a connection stays open and what it gives until then.
func lasts(t *testing.T, c net.Conn) (time.Duration, string) {
	begin := time.Now()
	all, err := io.ReadAll(c)
	if err != nil {
		t.Error(err)
	}
	return time.Since(begin), string(all)
}

func between(t *testing.T, what string, d, least, most time.Duration) {
	t.Helper()
	if d < least || d > most {
		t.Errorf("%s after %v, want %v to %v", what, d, least, most)
	}
}

func TestInMemory(t *testing.T) {
	inBubble(t, Options{}, wire.Lines, func(t *testing.T, g *testGate, c net.Conn, w *witness) {
		if !w.link.Secure() || w.link.Remote().IsValid() {
			t.Errorf("secure %v, remote %v", w.link.Secure(), w.link.Remote())
		}
		send(t, c, `{"a":1}{"b"`)
		if got := <-w.objects; got != `{"a":1}` {
			t.Errorf("got %q", got)
		}
		b := make([]byte, 8)
		if _, err := io.ReadFull(c, b); err != nil || string(b) != "{\"a\":1}\n" {
			t.Errorf("answer %q, %v", b, err)
		}
		_ = c.Close()
		if err := <-w.gone; err != io.EOF {
			t.Errorf("Gone(%v)", err)
		}
		synctest.Wait()
		if !w.link.Out().Drained() {
			t.Error("not drained")
		}
	})
}

func TestLoginIsDue(t *testing.T) {
	inBubble(t, Options{LoginTimeout: 10 * time.Second}, wire.Lines, func(t *testing.T, g *testGate, c net.Conn, w *witness) {
		took, got := lasts(t, c)
		between(t, "closed", took, 10*time.Second, 12*time.Second)
		if !strings.Contains(got, `"code":1004`) || !strings.Contains(got, "10s") {
			t.Errorf("goodbye %q", got)
		}
		if err := <-w.gone; !errors.Is(err, outbox.ErrFinished) {
			t.Errorf("Gone(%v)", err)
		}
	})
}

// Who was told to come back for a login has the time for that on this connection.
func TestLoginIsDueAfterTheTimeThatWasTold(t *testing.T) {
	inBubble(t, Options{LoginTimeout: 10 * time.Second}, wire.Lines, func(t *testing.T, g *testGate, c net.Conn, w *witness) {
		time.Sleep(8 * time.Second)
		w.link.Expected(30 * time.Second)
		began := time.Now()
		if _, err := io.ReadAll(c); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took < 40*time.Second || took > 43*time.Second {
			t.Errorf("closed after %v", took)
		}
	})
}

func TestLoginEndsTheLimitAndLogoutStartsIt(t *testing.T) {
	inBubble(t, Options{LoginTimeout: 10 * time.Second}, wire.Lines, func(t *testing.T, g *testGate, c net.Conn, w *witness) {
		w.link.Authenticated(true)
		w.link.Authenticated(true)
		if n := g.Unauthenticated(); n != 0 {
			t.Errorf("%d without a login", n)
		}
		time.Sleep(time.Hour)
		if err := w.link.Out().Err(); err != nil {
			t.Fatalf("closed a connection with a login: %v", err)
		}
		w.link.Authenticated(false)
		if n := g.Unauthenticated(); n != 1 {
			t.Errorf("%d without a login", n)
		}
		took, _ := lasts(t, c)
		between(t, "closed", took, 10*time.Second, 12*time.Second)
	})
}

// TestSlowLoris sends a byte now and then: it does not win time by it.
func TestSlowLoris(t *testing.T) {
	for name, f := range map[string]wire.Framing{"TCP": wire.Lines, "WebSocket": wire.WebSocket} {
		t.Run(name, func(t *testing.T) {
			o := Options{FrameTimeout: 30 * time.Second}
			inBubble(t, o, f, func(t *testing.T, g *testGate, c net.Conn, w *witness) {
				w.link.Authenticated(true)
				drip := `{"a":"` + strings.Repeat("x", 200)
				if f == wire.WebSocket {
					drip = string(maskedFrame(0x01, []byte(drip)))
				}
				begin := time.Now()
				var dripping sync.WaitGroup
				defer dripping.Wait()
				dripping.Go(func() {
					for i := range len(drip) {
						if _, err := io.WriteString(c, drip[i:i+1]); err != nil {
							return
						}
						time.Sleep(time.Second)
					}
				})
				_, got := lasts(t, c)
				between(t, "closed", time.Since(begin), 30*time.Second, 33*time.Second)
				if !strings.Contains(got, `"code":1002`) {
					t.Errorf("goodbye %q", got)
				}
				<-w.gone
			})
		})
	}
}

// TestAlwaysHalfAnObject is no slow loris: every object ends in time, the next has begun.
func TestAlwaysHalfAnObject(t *testing.T) {
	inBubble(t, Options{FrameTimeout: 30 * time.Second}, wire.Lines, func(t *testing.T, g *testGate, c net.Conn, w *witness) {
		w.link.Authenticated(true)
		go func() { _, _ = io.Copy(io.Discard, c) }()
		send(t, c, `{"a"`)
		for range 20 {
			time.Sleep(10 * time.Second)
			send(t, c, `:1}{"a"`)
		}
		if err := w.link.Out().Err(); err != nil {
			t.Errorf("closed: %v", err)
		}
	})
}

// TestASlowServerIsNoSlowLoris: an object has come whole, and the server takes longer over it,
// and over the one behind it, than a client may take to send one.
func TestASlowServerIsNoSlowLoris(t *testing.T) {
	inBubble(t, Options{FrameTimeout: 30 * time.Second}, wire.Lines, func(t *testing.T, g *testGate, c net.Conn, w *witness) {
		w.link.Authenticated(true)
		w.handles = func() { time.Sleep(time.Minute) }
		go func() { _, _ = io.Copy(io.Discard, c) }()
		send(t, c, `{"a"`)
		time.Sleep(time.Second)
		send(t, c, `:1}{"b":1}{"c"`)
		time.Sleep(130 * time.Second)
		send(t, c, `:1}`)
		for _, want := range []string{`{"a":1}`, `{"b":1}`, `{"c":1}`} {
			if got := <-w.objects; got != want {
				t.Errorf("%s came, want %s", got, want)
			}
		}
		if err := w.link.Out().Err(); err != nil {
			t.Errorf("closed: %v", err)
		}
	})
}

// TestAStoppedReaderStays: nothing but its bound ends a reader that does not read.
func TestAStoppedReaderStays(t *testing.T) {
	inBubble(t, Options{Soft: 1000}, wire.Lines, func(t *testing.T, g *testGate, c net.Conn, w *witness) {
		w.link.Authenticated(true)
		out := w.link.Out()
		out.Send(make([]byte, 2000))
		time.Sleep(time.Hour)
		if out.Err() != nil || !out.Full() || g.QueuedBytes() != 2001 {
			t.Errorf("err %v, full %v, %d queued", out.Err(), out.Full(), g.QueuedBytes())
		}
		out.Send(make([]byte, 2000))
		if err := <-w.gone; !errors.Is(err, outbox.ErrSlow) {
			t.Errorf("Gone(%v)", err)
		}
	})
}

// TestLingerIsBounded: a client that neither reads on nor leaves is left.
func TestLingerIsBounded(t *testing.T) {
	inBubble(t, Options{Linger: 2 * time.Second}, wire.Lines, func(t *testing.T, g *testGate, c net.Conn, w *witness) {
		begin := time.Now()
		w.link.Out().Last([]byte(`{}`))
		if err := <-w.gone; !errors.Is(err, outbox.ErrLinger) {
			t.Errorf("Gone(%v)", err)
		}
		synctest.Wait()
		between(t, "gone", time.Since(begin), 2*time.Second, 2*time.Second)
		if n := g.Conns(); n != 0 {
			t.Errorf("%d connections", n)
		}
	})
}
