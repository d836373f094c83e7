package gate

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// idleSweeps is how many sweeps a connection must have been quiet before it is put
// to rest.
const idleSweeps = 2

// sweep looks after the time limits of all connections with one timer, which runs
// only while there is a connection to look after: one without a login, with an
// object under way, with bytes under way to the peer, or that is not at rest. An idle connection is not among them and costs nothing.
type sweep struct {
	// Set once.
	gate  *Gate
	clock chat.Clock
	every time.Duration
	peers uint32 // look at the peers of stalled connections each so many sweeps

	count atomic.Uint32 // sweeps begun

	mu sync.Mutex
	// Guarded by mu.
	links   []*Link
	running bool // a timer is set or a sweep under way
	closed  bool
	timer   chat.Timer
	done    sync.WaitGroup // of the sweep under way
}

func newSweep(g *Gate) *sweep {
	return &sweep{
		gate: g, clock: g.opts.Clock, every: g.opts.Sweep,
		peers: max(1, uint32(g.opts.Silent/8/g.opts.Sweep)),
	}
}

func (s *sweep) now() uint32 { return s.count.Load() }

// deadline sets a time limit of a link that is d from now or up to one sweep later.
func (s *sweep) deadline(l *Link, at *atomic.Uint32, d time.Duration) {
	at.Store(s.now() + 1 + uint32((d+s.every-1)/s.every))
	s.watch(l)
}

// watch puts a link on the list. Whoever calls it has set before what is to be
// looked after.
func (s *sweep) watch(l *Link) {
	if l.watched.Load() || !l.watched.CompareAndSwap(false, true) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.links = append(s.links, l)
	s.schedule()
}

// schedule sets the timer if there is something to look after; s.mu is held.
func (s *sweep) schedule() {
	if s.running || s.closed || len(s.links) == 0 {
		return
	}
	s.running = true
	s.done.Add(1)
	s.timer = s.clock.AfterFunc(s.every, s.run)
}

// run is one sweep.
func (s *sweep) run() {
	defer s.done.Done()
	tick := s.count.Add(1)
	s.mu.Lock()
	links := s.links
	s.links = nil
	s.mu.Unlock()

	kept := links[:0]
	for _, l := range links {
		if l.look(tick) || l.stays() {
			kept = append(kept, l)
		}
	}
	clear(links[len(kept):])

	s.mu.Lock()
	defer s.mu.Unlock()
	s.running = false
	s.links = append(kept, s.links...)
	if len(s.links) == 0 {
		s.links = nil // a list that was long once is not kept
	}
	s.schedule()
}

// close ends the sweeping and waits for the one under way.
func (s *sweep) close() {
	s.mu.Lock()
	s.closed = true
	if s.running && s.timer.Stop() {
		s.running = false
		s.done.Done()
	}
	s.mu.Unlock()
	s.done.Wait()
}

// stays takes a link that needs no looking after off the list, unless something came
// up meanwhile.
func (l *Link) stays() bool {
	l.watched.Store(false)
	return l.needsLook() && l.watched.CompareAndSwap(false, true)
}

func (l *Link) needsLook() bool {
	if l.closed() {
		return false
	}
	return l.loginBy.Load() != 0 || l.frameBy.Load() != 0 || l.grown.Load() || l.wrote.Load()
}

// look checks the time limits of a link and reports whether it must be looked at
// again.
func (l *Link) look(tick uint32) bool {
	if l.closed() {
		return false
	}
	o, m := &l.gate.opts, l.gate.opts.Metrics
	if late(&l.loginBy, tick) {
		m.LoginLate.Add(1)
		l.out.Last(goodbye(wire.ByeIdle, fmt.Sprintf("there was no login within %v: connect again and log in", o.LoginTimeout), 0))
	}
	if late(&l.frameBy, tick) {
		m.FrameLate.Add(1)
		l.out.Last(goodbye(wire.ByeSilent, fmt.Sprintf("a frame was begun and not finished within %v: connect again", o.FrameTimeout), 0))
	}
	if l.wrote.Load() && tick%l.gate.sweep.peers == 0 {
		l.checkPeer()
	}
	if l.grown.Load() && tick-l.seen.Load() > idleSweeps {
		l.grown.Store(false)
		_ = l.conn.SetReadDeadline(longAgo) // tells the reader to rest; that of a closed one is awake
	}
	return l.needsLook()
}

func late(at *atomic.Uint32, tick uint32) bool {
	by := at.Load()
	return by != 0 && tick >= by && at.CompareAndSwap(by, 0)
}

// ErrSilent is why a connection ended whose peer vanished.
var ErrSilent = errors.New("gate: the peer has acknowledged nothing for too long")

// checkPeer looks at the bytes under way to the peer.
func (l *Link) checkPeer() {
	l.wrote.Store(false)
	left := unsent(l.raw)
	if left == 0 && l.out.Queued() == 0 {
		l.endStall() // whoever writes from now on sets wrote again
		return
	}
	l.wrote.Store(true)
	if left == 0 {
		return
	}
	state, ok := peerState(l.raw)
	if !ok {
		return // closed meanwhile, or not known here: the kernel's own limits apply
	}
	if l.stall == nil {
		l.stall = new(stall)
	}
	silent := l.gate.opts.Silent
	verdict, limit := l.stall.judge(state, l.gate.opts.Clock.Now(), silent)
	if verdict == vanished {
		l.gate.opts.Metrics.Silent.Add(1)
		l.out.Die(ErrSilent)
		l.Close()
		return
	}
	if limit != 0 {
		l.setLimit(limit)
	}
}

// setLimit moves the kernel's limit for bytes under way ahead, and not back.
func (l *Link) setLimit(d time.Duration) {
	if l.unlimited || d <= max(l.stall.limit, l.gate.opts.Silent) {
		return
	}
	if l.stall.limit == 0 {
		askOften(l.raw, l.gate.opts.Silent/4)
	}
	l.stall.limit = d
	setUserTimeout(l.raw, d)
}

// endStall lifts a limit that was moved.
func (l *Link) endStall() {
	if l.stall != nil && l.stall.limit != 0 {
		l.unlimited = true
		setUserTimeout(l.raw, 0)
	}
	l.stall = nil
}
