package changes

import (
	"bufio"
	"bytes"
	"context"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
)

// faulty is the network of one device. While it is on, frames 40 are lost, doubled, and come late.
type faulty struct {
	on     atomic.Bool
	faults atomic.Int64 // how many it has made

	mu   sync.Mutex
	rnd  *rand.Rand
	conn net.Conn
}

func newFaulty(seed uint64) *faulty { return &faulty{rnd: rand.New(rand.NewPCG(seed, 40))} }

func (f *faulty) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.conn = conn
	return &faultyConn{Conn: conn, f: f, lines: bufio.NewReader(conn)}, nil
}

// cut ends the connection there is.
func (f *faulty) cut() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.conn != nil {
		f.conn.Close()
	}
}

// fate says what becomes of a frame 40.
func (f *faulty) fate() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.rnd.IntN(6)
}

type faultyConn struct {
	net.Conn
	f     *faulty
	lines *bufio.Reader
	ready []byte   // what is handed on next
	late  [][]byte // what comes after the next frame
}

var changed = []byte(`{"msgid":40,`)

func (c *faultyConn) Read(p []byte) (int, error) {
	for len(c.ready) == 0 {
		line, err := c.lines.ReadBytes('\n')
		if err != nil {
			return 0, err
		}
		c.take(line)
	}
	n := copy(p, c.ready)
	c.ready = c.ready[n:]
	return n, nil
}

func (c *faultyConn) take(line []byte) {
	fate := 5 // as it is
	if c.f.on.Load() && bytes.HasPrefix(line, changed) {
		fate = c.f.fate()
	}
	switch fate {
	case 0, 1: // lost
		c.f.faults.Add(1)
		return
	case 2: // doubled
		c.f.faults.Add(1)
		c.ready = append(append(c.ready, line...), line...)
	case 3: // late
		c.f.faults.Add(1)
		c.late = append(c.late, line)
		return
	default:
		c.ready = append(c.ready, line...)
	}
	for i := len(c.late) - 1; i >= 0; i-- { // the last one first
		c.ready = append(c.ready, c.late[i]...)
	}
	c.late = nil
}
