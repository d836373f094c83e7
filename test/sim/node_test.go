package sim

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"parley/internal/chat"
	"parley/internal/gate"
	"parley/internal/hub"
	"parley/test/sim/memstore"
	"parley/wire"
)

// clock is a node's own: it is off by a while and runs at its own rate.
type clock struct {
	start time.Time
	off   time.Duration
	rate  float64
}

func (c clock) Now() time.Time {
	return c.start.Add(c.off + time.Duration(float64(time.Since(c.start))*c.rate))
}

func (c clock) AfterFunc(d time.Duration, f func()) chat.Timer {
	return timer{c, time.AfterFunc(c.real(d), f)}
}

func (c clock) real(d time.Duration) time.Duration { return time.Duration(float64(d) / c.rate) }

type timer struct {
	clock clock
	t     *time.Timer
}

func (t timer) Stop() bool                 { return t.t.Stop() }
func (t timer) Reset(d time.Duration) bool { return t.t.Reset(t.clock.real(d)) }

// storeFaults are one node's troubles with the database.
type storeFaults struct {
	mu    sync.Mutex
	rng   *rand.Rand
	doubt float64 // how many commits fail in one of the ways there are
	fail  float64 // how many reads fail
	slow  float64 // how many of either take long
	away  bool    // the database does not answer at all
}

func (f *storeFaults) set(doubt, fail, slow float64, away bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.doubt, f.fail, f.slow, f.away = doubt, fail, slow, away
}

func (f *storeFaults) latency() time.Duration {
	if f.rng.Float64() < f.slow {
		return time.Duration(f.rng.Int64N(int64(time.Second)))
	}
	return 50*time.Microsecond + time.Duration(f.rng.Int64N(int64(time.Millisecond)))
}

// Read implements memstore.Faults.
func (f *storeFaults) Read() (time.Duration, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	d := f.latency()
	if f.away || f.rng.Float64() < f.fail {
		return d, chat.E(wire.Unavailable)
	}
	return d, nil
}

// Commit implements memstore.Faults.
func (f *storeFaults) Commit() memstore.Commit {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := memstore.Commit{Before: f.latency(), After: f.latency()}
	switch {
	case f.away:
		c.Outcome = memstore.Refused + memstore.Outcome(f.rng.IntN(2))
	case f.rng.Float64() < f.doubt:
		c.Outcome = memstore.Refused + memstore.Outcome(f.rng.IntN(3))
	}
	return c
}

// node is one server.
type node struct {
	world  *world
	id     chat.NodeID
	clock  clock
	faults *storeFaults
	rng    *rand.Rand

	mu sync.Mutex
	// Guarded by mu; nil and empty while the node is down.
	life *life
	dead bool // is to stay down until it is started
}

// life is a node between a start and its end.
type life struct {
	store    *memstore.Store
	bus      *busEnd
	hub      *hub.Hub
	service  *chat.Service
	handlers *gate.Handlers
	gate     *gate.Gate
	conns    []*conn
}

// start brings the node up, in the background: it may have to wait for the database.
func (n *node) start() {
	n.mu.Lock()
	n.dead = false
	n.mu.Unlock()
	n.world.tasks.Go(func() {
		store := n.world.db.Open(n.clock, n.faults)
		var gone []chat.PresenceMove
		for {
			var err error
			if gone, _, err = store.FreeSessions(context.Background(), n.id, 100); err == nil {
				break
			}
			time.Sleep(100 * time.Millisecond)
		}
		n.run(store, gone)
	})
}

func (n *node) run(store *memstore.Store, gone []chat.PresenceMove) {
	w := n.world
	log := slog.New(slog.DiscardHandler)
	l := &life{store: store}
	l.hub = hub.New(hub.Options{MaxText: maxText, SweepEvery: w.sweepEvery, PageRows: 16, Log: log}, store, n.clock)
	l.bus = w.bus.attach(n.id, l.hub, split(n.rng))
	l.hub.SetBus(l.bus)
	l.service = chat.NewService(store, l.hub, n.clock, chat.ServiceOptions{Node: n.id, HashCost: cheapHash, Log: log})
	l.handlers = gate.NewHandlers(gate.HandlerOptions{
		Service: l.service, Hub: l.hub, Heartbeat: heartbeat, Clock: n.clock, Log: log,
		Rates: gate.Rates{Accounts: gate.Rate{PerSecond: -1}, Requests: gate.Rate{PerSecond: -1}, Traffic: gate.Rate{PerSecond: -1}},
	})
	l.gate = gate.New(gate.Options{Soft: w.plan.soft, Clock: n.clock, Log: log}, l.handlers.Accept)
	for _, m := range gone {
		friends, err := store.FriendIDs(context.Background(), m.User)
		if err != nil {
			continue
		}
		for _, f := range friends {
			l.hub.Notify(chat.Notice{Presence: &chat.PresenceNotice{PresenceMove: m}}, chat.Topic{User: f})
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.life = l
}

// up reports whether the node takes connections.
func (n *node) up() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.life != nil
}

// accept takes a connection if the node is up.
func (n *node) accept(c *conn) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.life == nil {
		return false
	}
	kept := n.life.conns[:0]
	for _, old := range n.life.conns {
		if !old.ended() {
			kept = append(kept, old)
		}
	}
	n.life.conns = append(kept, c)
	n.life.gate.ServeConn(c, wire.Lines)
	return true
}

// kill ends the node as a crash would: from now on nothing that it does has an effect,
// and its memory is forgotten.
func (n *node) kill() {
	n.mu.Lock()
	l := n.life
	n.life, n.dead = nil, true
	n.mu.Unlock()
	if l == nil {
		return
	}
	l.store.Kill()
	_ = l.bus.Close() // never fails
	for _, c := range l.conns {
		c.cut()
	}
	n.world.tasks.Go(func() { l.stop(0) })
}

// stop ends the node in good order.
func (n *node) stop() {
	n.mu.Lock()
	l := n.life
	n.life, n.dead = nil, true
	n.mu.Unlock()
	if l != nil {
		l.stop(10 * time.Second)
	}
}

// stop ends what runs, in the server's order.
func (l *life) stop(patience time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	_ = l.hub.Close(ctx)
	gateCtx, cancelGate := context.WithTimeout(ctx, patience)
	_ = l.gate.Shutdown(gateCtx)
	cancelGate()
	l.handlers.Close()
	_ = l.service.Close(ctx)
	_ = l.bus.Close()
	_ = l.store.Close()
}
