// Package faultproxy is a TCP proxy that misbehaves on command: it delays, stands
// still in one direction or both, resets, closes one half, and cuts in the middle of
// what is under way. What a healthy network would deliver it delivers byte for byte.
package faultproxy

import (
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// Direction is which way bytes go; directions may be added up.
type Direction uint8

// The directions.
const (
	ToServer Direction = 1 << iota
	ToClient
	Both = ToServer | ToClient
)

// Proxy passes connections on to one address. Its faults apply to the connections it
// has and to those that come. All methods may be called from any goroutine.
type Proxy struct {
	ln     net.Listener
	target string
	wg     sync.WaitGroup

	mu      sync.Mutex
	changed *sync.Cond // on mu: something below has changed
	closed  bool
	refuse  bool
	still   Direction
	delay   time.Duration
	left    int           // how many bytes may pass until all stands still; 0 is no limit
	stalled chan struct{} // closed when they have
	pairs   map[*pair]struct{}
}

// pair is one connection through the proxy.
type pair struct {
	client, server net.Conn
	// budget is how many bytes may still pass in each direction before the pair is
	// reset; negative is no limit. Guarded by Proxy.mu.
	budget map[Direction]int
	cut    bool
}

// New listens on a free port of the loopback.
func New(target string) (*Proxy, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &Proxy{ln: ln, target: target, pairs: map[*pair]struct{}{}}
	p.changed = sync.NewCond(&p.mu)
	p.wg.Go(p.accept)
	return p, nil
}

// Addr is where clients connect to.
func (p *Proxy) Addr() string { return p.ln.Addr().String() }

// Close ends everything and waits for it.
func (p *Proxy) Close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	_ = p.ln.Close()
	p.Reset()
	p.wg.Wait()
}

// Refuse resets new connections at once, or takes them again.
func (p *Proxy) Refuse(yes bool) { p.set(func() { p.refuse = yes }) }

// Delay holds everything back for d, in both directions, in order.
func (p *Proxy) Delay(d time.Duration) { p.set(func() { p.delay = d }) }

// Stall passes nothing on in a direction, as if packets vanished: connections stay
// open, and what was held back comes when Heal is called.
func (p *Proxy) Stall(d Direction) { p.set(func() { p.still |= d }) }

// StallAfter stalls both directions once n more bytes have come, n > 0, over all
// connections and both directions together, and closes the channel it returns then. What
// came last is held back.
func (p *Proxy) StallAfter(n int) <-chan struct{} {
	stalled := make(chan struct{})
	p.set(func() { p.left, p.stalled = n, stalled })
	return stalled
}

// Heal ends Stall, StallAfter, Delay and Refuse.
func (p *Proxy) Heal() { p.set(func() { p.still, p.delay, p.refuse, p.left = 0, 0, false, 0 }) }

// Reset ends every connection with a TCP reset, both ways.
func (p *Proxy) Reset() {
	p.set(func() {
		for c := range p.pairs {
			c.reset()
		}
	})
}

// HalfClose ends one direction of every connection, as a shutdown of one half does.
func (p *Proxy) HalfClose(d Direction) {
	p.set(func() {
		for c := range p.pairs {
			if d&ToServer != 0 {
				closeWrite(c.server)
			}
			if d&ToClient != 0 {
				closeWrite(c.client)
			}
		}
	})
}

// CutAfter resets every connection once n more bytes have passed in a direction: in
// the middle of a frame, most of the time.
func (p *Proxy) CutAfter(d Direction, n int) {
	p.set(func() {
		for c := range p.pairs {
			c.budget[d] = n
		}
	})
}

// Conns is how many connections there are.
func (p *Proxy) Conns() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.pairs)
}

func (p *Proxy) set(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
	p.changed.Broadcast()
}

func (p *Proxy) accept() {
	for {
		client, err := p.ln.Accept()
		if err != nil {
			return
		}
		p.mu.Lock()
		refuse := p.refuse || p.closed
		p.mu.Unlock()
		server, err := net.Dial("tcp", p.target)
		if refuse || err != nil {
			reset(client)
			if err == nil {
				reset(server)
			}
			continue
		}
		c := &pair{client: client, server: server, budget: map[Direction]int{ToServer: -1, ToClient: -1}}
		p.mu.Lock()
		p.pairs[c] = struct{}{}
		p.mu.Unlock()
		p.wg.Go(func() { p.serve(c) })
	}
}

func (p *Proxy) serve(c *pair) {
	var both sync.WaitGroup
	both.Go(func() { p.pass(c, ToServer, c.server, c.client) })
	both.Go(func() { p.pass(c, ToClient, c.client, c.server) })
	both.Wait()
	p.mu.Lock()
	delete(p.pairs, c)
	p.mu.Unlock()
	_ = c.client.Close()
	_ = c.server.Close()
}

// pass copies one direction until it ends, and passes the end on.
func (p *Proxy) pass(c *pair, d Direction, to, from net.Conn) {
	buf := make([]byte, 16<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			allowed, cut := p.allow(c, d, n)
			if _, werr := to.Write(buf[:allowed]); werr != nil {
				err = werr
			}
			if cut {
				p.set(c.reset)
				return
			}
		}
		if errors.Is(err, io.EOF) {
			p.allow(c, d, 0)
			closeWrite(to)
			return
		}
		if err != nil {
			p.set(c.reset)
			return
		}
	}
}

// allow waits until n bytes may pass, and returns how many of them do and whether the
// pair is to be reset behind them.
func (p *Proxy) allow(c *pair, d Direction, n int) (allowed int, cut bool) {
	p.mu.Lock()
	delay := p.delay
	p.mu.Unlock()
	if delay > 0 {
		time.Sleep(delay)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.left > 0 && n > 0 {
		if p.left -= n; p.left <= 0 {
			p.left, p.still = 0, Both
			close(p.stalled)
		}
	}
	for p.still&d != 0 && !c.cut && !p.closed {
		p.changed.Wait()
	}
	if c.cut {
		return 0, true
	}
	left := c.budget[d]
	if left < 0 || left > n {
		if left > 0 {
			c.budget[d] = left - n
		}
		return n, false
	}
	return left, true
}

func (c *pair) reset() {
	c.cut = true
	reset(c.client)
	reset(c.server)
}

func reset(c net.Conn) {
	if t, ok := c.(*net.TCPConn); ok {
		_ = t.SetLinger(0)
	}
	_ = c.Close()
}

func closeWrite(c net.Conn) {
	if t, ok := c.(*net.TCPConn); ok {
		_ = t.CloseWrite()
	}
}
