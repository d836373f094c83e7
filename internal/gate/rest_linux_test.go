package gate

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"

	"parley/internal/outbox"
)

// atRest has a connection handle one object and waits until it has no reader.
func atRest(t *testing.T, g *testGate) (*net.TCPConn, *witness) {
	t.Helper()
	c, w := g.dial()
	w.link.Authenticated(true)
	send(t, c, `{}`)
	take(t, c, 3)
	within(t, w.objects)
	eventually(t, w.link.resting.Load)
	return c, w
}

func TestWhatWakesAConnectionAtRest(t *testing.T) {
	g := newTestGate(t, Options{Sweep: time.Millisecond, Linger: 100 * time.Millisecond})
	t.Run("an object", func(t *testing.T) {
		c, w := atRest(t, g)
		for range 3 { // and again
			send(t, c, `{"a":1}`)
			take(t, c, 8)
			within(t, w.objects)
			eventually(t, w.link.resting.Load)
		}
	})
	t.Run("the client leaves", func(t *testing.T) {
		c, w := atRest(t, g)
		_ = c.Close()
		if err := within(t, w.gone); err != io.EOF {
			t.Errorf("Gone(%v)", err)
		}
	})
	t.Run("the client is cut off", func(t *testing.T) {
		c, w := atRest(t, g)
		_ = c.SetLinger(0)
		_ = c.Close()
		if err := within(t, w.gone); err == nil || err == io.EOF {
			t.Errorf("Gone(%v)", err)
		}
	})
	t.Run("Last", func(t *testing.T) {
		c, w := atRest(t, g)
		w.link.Out().Last([]byte(`{"bye":1}`))
		if got := readAll(t, c); got != "{\"bye\":1}\n" {
			t.Errorf("got %q", got)
		}
		if err := within(t, w.gone); !errors.Is(err, outbox.ErrFinished) {
			t.Errorf("Gone(%v)", err)
		}
	})
	t.Run("Close", func(t *testing.T) {
		_, w := atRest(t, g)
		w.link.Close()
		if err := within(t, w.gone); !errors.Is(err, net.ErrClosed) {
			t.Errorf("Gone(%v)", err)
		}
	})
	t.Run("a login that is due", func(t *testing.T) {
		_, w := atRest(t, g)
		w.link.gate.opts.LoginTimeout = 5 * time.Millisecond
		w.link.Authenticated(false)
		within(t, w.gone)
	})
	atRest(t, g) // Shutdown
}

// TestRestingAndWorking lets connections rest and wake as fast as they can, while
// some end in all the ways there are: no object may be lost and no end missed.
func TestRestingAndWorking(t *testing.T) {
	g := newTestGate(t, Options{Sweep: 200 * time.Microsecond, Linger: 100 * time.Millisecond, LoginTimeout: time.Hour})
	var clients sync.WaitGroup
	for i := range 40 {
		c, w := g.dial()
		clients.Go(func() {
			r := bufio.NewReader(c)
			_ = c.SetReadDeadline(time.Now().Add(20 * time.Second))
			for n := range 40 {
				object := fmt.Sprintf("{\"n\":%d}\n", n)
				if _, err := io.WriteString(c, object); err != nil {
					t.Error(err)
					return
				}
				if got, err := r.ReadString('\n'); err != nil || got != object {
					t.Errorf("answer %q, %v", got, err)
					return
				}
				time.Sleep(time.Duration(rand.IntN(3000)) * time.Microsecond)
			}
			switch i % 4 {
			case 0:
				_ = c.Close()
			case 1:
				w.link.Close()
			case 2:
				w.link.Out().Last([]byte(`{}`))
				_ = c.Close()
			case 3:
				_ = c.CloseWrite()
			}
			select {
			case <-w.gone:
			case <-time.After(10 * time.Second):
				t.Errorf("an end of kind %d was missed", i%4)
			}
		})
	}
	clients.Wait()
	eventually(t, func() bool { return g.Conns() == 0 })
	g.rest.mu.Lock()
	defer g.rest.mu.Unlock()
	for _, l := range g.rest.links {
		if l != nil {
			t.Error("a connection that ended is still known")
		}
	}
}
