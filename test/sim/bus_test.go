package sim

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"parley/internal/chat"
)

// bus joins the nodes. It delays, reorders, doubles and loses notices of every kind as
// its faults say.
type bus struct {
	mu     sync.Mutex
	faults busFaults
	ends   []*busEnd
}

// busFaults are how the bus treats notices. All zero is a bus in good order.
type busFaults struct {
	late   time.Duration // notices are late by up to this, and so out of order
	drop   float64       // how many notices are lost
	double float64       // how many come twice
	tell   float64       // how often a loss is told by Lost
}

// busEnd is one node's end: its chat.Bus.
type busEnd struct {
	bus      *bus
	receiver chat.Receiver

	// Guarded by bus.mu.
	rng    *rand.Rand
	topics map[chat.Topic]int // the number of the subscription
	count  int
	closed bool
	last   time.Time

	mu      sync.Mutex
	ready   []arrival
	running bool
}

type arrival struct {
	topic  chat.Topic
	notice *chat.Notice // nil: Lost
	number int          // of the subscription that it was published to
}

func (b *bus) attach(r chat.Receiver, rng *rand.Rand) *busEnd {
	e := &busEnd{bus: b, receiver: r, rng: rng, topics: map[chat.Topic]int{}}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ends = append(b.ends, e)
	return e
}

func (b *bus) set(f busFaults) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.faults = f
}

// Publish implements chat.Bus.
func (e *busEnd) Publish(n chat.Notice, topics ...chat.Topic) {
	b := e.bus
	b.mu.Lock()
	defer b.mu.Unlock()
	if e.closed {
		return
	}
	for _, t := range topics {
		for _, other := range b.ends {
			if number := other.topics[t]; other != e && !other.closed && number != 0 {
				other.carry(arrival{t, &n, number}, b.faults)
			}
		}
	}
}

// carry decides about one notice to e; bus.mu is held.
func (e *busEnd) carry(a arrival, f busFaults) {
	if e.rng.Float64() < f.drop {
		if e.rng.Float64() < f.tell {
			e.arrive(arrival{}, time.Now().Add(e.upTo(500*time.Millisecond)))
		}
		return
	}
	at := time.Now().Add(200*time.Microsecond + e.upTo(f.late))
	if f.late == 0 {
		if at.Before(e.last) {
			at = e.last
		}
		e.last = at
	}
	e.arrive(a, at)
	if e.rng.Float64() < f.double {
		e.arrive(a, at.Add(e.upTo(2*f.late)))
	}
}

func (e *busEnd) upTo(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	return time.Duration(e.rng.Int64N(int64(d)))
}

func (e *busEnd) arrive(a arrival, at time.Time) {
	time.AfterFunc(time.Until(at), func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.ready = append(e.ready, a)
		if !e.running {
			e.running = true
			go e.deliver()
		}
	})
}

// deliver hands over what has arrived, one notice at a time.
func (e *busEnd) deliver() {
	for {
		e.mu.Lock()
		if len(e.ready) == 0 || e.isClosed() {
			e.ready, e.running = nil, false
			e.mu.Unlock()
			return
		}
		a := e.ready[0]
		e.ready = e.ready[1:]
		e.mu.Unlock()
		switch {
		case a.notice == nil:
			e.receiver.Lost()
		case e.subscribed(a):
			e.receiver.Receive(a.topic, *a.notice)
		}
	}
}

// subscribed reports whether the subscription that a notice was published to still
// stands: nobody gets what was published before he subscribed.
func (e *busEnd) subscribed(a arrival) bool {
	e.bus.mu.Lock()
	defer e.bus.mu.Unlock()
	return e.topics[a.topic] == a.number
}

func (e *busEnd) isClosed() bool {
	e.bus.mu.Lock()
	defer e.bus.mu.Unlock()
	return e.closed
}

// Subscribe implements chat.Bus.
func (e *busEnd) Subscribe(ctx context.Context, topics ...chat.Topic) error {
	e.bus.mu.Lock()
	wait := e.upTo(2 * time.Millisecond)
	e.bus.mu.Unlock()
	time.Sleep(wait)
	e.bus.mu.Lock()
	defer e.bus.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, t := range topics {
		if e.topics[t] == 0 {
			e.count++
			e.topics[t] = e.count
		}
	}
	return nil
}

// Alone implements chat.Bus.
func (e *busEnd) Alone() bool { return false }

// Mute implements chat.Bus.
func (e *busEnd) Mute() bool { return false }

// Health implements chat.Bus.
func (e *busEnd) Health() error { return nil }

// Unsubscribe implements chat.Bus.
func (e *busEnd) Unsubscribe(topics ...chat.Topic) {
	e.bus.mu.Lock()
	defer e.bus.mu.Unlock()
	for _, t := range topics {
		delete(e.topics, t)
	}
}

// Close implements chat.Bus.
func (e *busEnd) Close() error {
	b := e.bus
	b.mu.Lock()
	defer b.mu.Unlock()
	e.closed = true
	for i, other := range b.ends {
		if other == e {
			b.ends = append(b.ends[:i:i], b.ends[i+1:]...)
			break
		}
	}
	return nil
}
