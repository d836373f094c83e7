package sim

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/chat"
	"parley/internal/cluster"
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

// neverAsked is a store with the ports that no simulation uses: they would panic.
type neverAsked struct {
	*memstore.Store
	chat.Erasures
	chat.Invitations
	chat.Consents
	chat.Deletions
}

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
	name   string
	clock  clock
	faults *storeFaults
	rng    *rand.Rand

	mu sync.Mutex
	// Guarded by mu; nil and empty while the node is down.
	life *life
	dead bool // is to stay down until it is started
	last chat.NodeID
}

// life is a node between a start and its end.
type life struct {
	store    *memstore.Store
	bus      *busEnd
	member   atomic.Pointer[cluster.Member]
	hub      *hub.Hub
	service  *chat.Service
	handlers *gate.Handlers
	gate     *gate.Gate
	conns    []*conn
}

// Receive implements chat.Receiver.
func (l *life) Receive(t chat.Topic, n chat.Notice) {
	if n.Beat == nil {
		l.hub.Receive(t, n)
	} else if m := l.member.Load(); m != nil {
		m.Hear(n.Beat)
	}
}

// Lost implements chat.Receiver.
func (l *life) Lost() { l.hub.Lost() }

// start brings the node up, in the background: it may have to wait for the database.
// Now and then it comes up on another machine, and knows nothing of its life before.
func (n *node) start() {
	n.mu.Lock()
	n.dead = false
	previous := n.last
	if n.rng.IntN(3) == 0 {
		previous = 0
	}
	n.mu.Unlock()
	n.world.tasks.Go(func() { n.run(n.world.db.Open(n.clock, n.faults), previous) })
}

func (n *node) run(store *memstore.Store, previous chat.NodeID) {
	w := n.world
	log := slog.New(slog.DiscardHandler)
	l := &life{store: store}
	l.hub = hub.New(hub.Options{MaxText: maxText, SweepEvery: 5 * time.Second, SweepFast: 200 * time.Millisecond, PageRows: 16, Log: log}, store, n.clock)
	l.bus = w.bus.attach(l, split(n.rng))
	l.hub.SetBus(l.bus)
	l.service = chat.NewService(neverAsked{Store: store}, l.hub, l.hub, n.clock, chat.ServiceOptions{Leased: true, HashCost: cheapHash, Log: log})
	l.handlers = gate.NewHandlers(gate.HandlerOptions{
		Service: l.service, Hub: l.hub, Heartbeat: heartbeat, Clock: n.clock, Log: log,
		Rates: gate.Rates{Accounts: gate.Rate{PerSecond: -1}, Requests: gate.Rate{PerSecond: -1}, Traffic: gate.Rate{PerSecond: -1}},
	})
	l.gate = gate.New(gate.Options{Soft: w.plan.soft, Clock: n.clock, Log: log}, l.handlers.Accept)
	_ = l.bus.Subscribe(context.Background(), chat.Topic{Nodes: true}) // never fails
	l.join(n, previous)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.life = l
}

// join takes the node's place in the cluster, once the database lets it.
func (l *life) join(n *node, previous chat.NodeID) {
	w := n.world
	o := cluster.Options{
		Name: n.name, Previous: previous, Certain: true, Store: l.store, Bus: l.bus, Clock: n.clock,
		Joined: func(id chat.NodeID) {
			l.service.SetNode(id)
			w.record.note("%s is node %d", n.name, int64(id))
			if id != 0 {
				n.mu.Lock()
				n.last = id
				n.mu.Unlock()
			}
		},
		Fenced:     func(reason string) { l.hub.Expel(wire.ByeFenced, reason, 0) },
		Freed:      l.service.Freed,
		BusTrouble: l.hub.BusTrouble,
	}
	for {
		m, err := cluster.Join(context.Background(), o)
		if err == nil {
			l.member.Store(m)
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
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
	_ = l.member.Load().Leave(ctx) // a node that was killed cannot
	_ = l.bus.Close()
	_ = l.store.Close()
}
