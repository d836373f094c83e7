package sim

import (
	"io"
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// weather is what a connection has to go through.
type weather struct {
	delay    time.Duration // until bytes arrive
	jitter   time.Duration // on top of it
	tear     float64       // how often a write arrives in pieces
	capacity int           // bytes that may be on their way or unread
}

// half is one direction of a connection.
type half struct {
	mu      sync.Mutex
	cond    sync.Cond
	rng     *rand.Rand
	weather weather
	chunks  []chunk
	bytes   int
	last    time.Time // when the last chunk arrives
	lost    int       // bytes that will never arrive
	eof     bool      // the writer has said its last
	gone    bool      // the reader has closed
	dark    bool      // nothing arrives any more
	err     error     // the connection was cut
	readBy  time.Time
	writeBy time.Time
}

type chunk struct {
	at   time.Time
	data []byte
}

func newHalf(w weather, rng *rand.Rand) *half {
	h := &half{weather: w, rng: rng}
	h.cond.L = &h.mu
	return h
}

// conn is one end of a connection; it is a net.Conn and can be closed by halves.
type conn struct {
	in, out *half
}

// newPipe returns the two ends of a connection.
func newPipe(w weather, rng *rand.Rand) (client, server *conn) {
	up, down := newHalf(w, split(rng)), newHalf(w, split(rng))
	return &conn{in: down, out: up}, &conn{in: up, out: down}
}

func split(rng *rand.Rand) *rand.Rand { return rand.New(rand.NewPCG(rng.Uint64(), rng.Uint64())) }

// wakeAt has waiters look again at a time to come; h.mu is held.
func (h *half) wakeAt(t time.Time) {
	if d := time.Until(t); d > 0 {
		time.AfterFunc(d, h.cond.Broadcast)
		return
	}
	h.cond.Broadcast()
}

func passed(deadline time.Time) bool { return !deadline.IsZero() && !time.Now().Before(deadline) }

func (c *conn) Read(p []byte) (int, error) {
	h := c.in
	h.mu.Lock()
	defer h.mu.Unlock()
	for {
		switch {
		case h.gone:
			return 0, net.ErrClosed
		case passed(h.readBy):
			return 0, os.ErrDeadlineExceeded
		case len(h.chunks) > 0 && !h.dark && !h.chunks[0].at.After(time.Now()):
			return h.take(p), nil
		case len(h.chunks) == 0 && h.err != nil:
			return 0, h.err
		case len(h.chunks) == 0 && h.eof && !h.dark:
			return 0, io.EOF
		}
		h.cond.Wait()
	}
}

func (h *half) take(p []byte) int {
	first := &h.chunks[0]
	n := copy(p, first.data)
	if first.data = first.data[n:]; len(first.data) == 0 {
		h.chunks = h.chunks[1:]
	}
	h.bytes -= n
	h.cond.Broadcast()
	return n
}

func (c *conn) Write(p []byte) (int, error) {
	h := c.out
	h.mu.Lock()
	defer h.mu.Unlock()
	for {
		switch {
		case h.err != nil:
			return 0, syscall.EPIPE
		case h.eof:
			return 0, net.ErrClosed
		case h.gone:
			return 0, syscall.ECONNRESET
		case passed(h.writeBy):
			return 0, os.ErrDeadlineExceeded
		}
		if h.bytes < h.weather.capacity {
			h.send(append([]byte(nil), p...))
			return len(p), nil
		}
		h.cond.Wait()
	}
}

// send puts bytes on their way, in one piece or several.
func (h *half) send(p []byte) {
	h.bytes += len(p)
	for len(p) > 0 {
		n := len(p)
		if n > 1 && h.rng.Float64() < h.weather.tear {
			n = 1 + h.rng.IntN(n-1)
		}
		at := time.Now().Add(h.weather.delay)
		if h.weather.jitter > 0 {
			at = at.Add(time.Duration(h.rng.Int64N(int64(h.weather.jitter))))
		}
		if at.Before(h.last) {
			at = h.last
		}
		h.last = at
		h.chunks = append(h.chunks, chunk{at, p[:n:n]})
		h.wakeAt(at)
		p = p[n:]
	}
}

// Unsent is how many bytes that Write took have not reached the other side.
func (c *conn) Unsent() int {
	h := c.out
	h.mu.Lock()
	defer h.mu.Unlock()
	n := h.lost
	for _, k := range h.chunks {
		if h.dark || k.at.After(time.Now()) {
			n += len(k.data)
		}
	}
	return n
}

func (c *conn) Close() error {
	c.out.finish()
	h := c.in
	h.mu.Lock()
	defer h.mu.Unlock()
	h.gone = true
	for _, k := range h.chunks {
		h.lost += len(k.data)
	}
	h.chunks, h.bytes = nil, 0
	h.cond.Broadcast()
	return nil
}

func (c *conn) CloseWrite() error {
	c.out.finish()
	return nil
}

func (h *half) finish() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.eof = true
	h.cond.Broadcast()
}

// cut ends the connection. What has arrived can still be read, and of what is under
// way a part, which may end in the middle of a frame.
func (c *conn) cut() {
	c.in.cut()
	c.out.cut()
}

func (h *half) cut() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.err != nil {
		return
	}
	h.err = syscall.ECONNRESET
	arrived := 0
	for arrived < len(h.chunks) && !h.dark && !h.chunks[arrived].at.After(time.Now()) {
		arrived++
	}
	for _, k := range h.chunks[arrived:] {
		h.lost += len(k.data)
	}
	if arrived < len(h.chunks) && !h.dark {
		part := h.chunks[arrived].data
		part = part[:h.rng.IntN(len(part)+1)]
		h.lost -= len(part)
		h.chunks = h.chunks[:arrived]
		if len(part) > 0 {
			h.chunks = append(h.chunks, chunk{time.Now(), part})
		}
	} else {
		h.chunks = h.chunks[:arrived]
	}
	h.dark = false
	h.cond.Broadcast()
}

// darken lets nothing through any more, without a word.
func (c *conn) darken() {
	for _, h := range []*half{c.in, c.out} {
		h.mu.Lock()
		h.dark = h.err == nil
		h.mu.Unlock()
	}
}

func (c *conn) ended() bool {
	for _, h := range []*half{c.in, c.out} {
		h.mu.Lock()
		over := h.err != nil || h.gone || h.eof
		h.mu.Unlock()
		if over {
			return true
		}
	}
	return false
}

func (c *conn) SetDeadline(t time.Time) error {
	_ = c.SetReadDeadline(t) // neither fails
	return c.SetWriteDeadline(t)
}

func (c *conn) SetReadDeadline(t time.Time) error {
	c.in.mu.Lock()
	defer c.in.mu.Unlock()
	c.in.readBy = t
	c.in.wakeAt(t)
	return nil
}

func (c *conn) SetWriteDeadline(t time.Time) error {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	c.out.writeBy = t
	c.out.wakeAt(t)
	return nil
}

func (c *conn) LocalAddr() net.Addr  { return address{} }
func (c *conn) RemoteAddr() net.Addr { return address{} }

type address struct{}

func (address) Network() string { return "sim" }
func (address) String() string  { return "sim" }
