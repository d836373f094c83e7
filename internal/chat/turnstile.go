package chat

import (
	"context"
	"sync/atomic"
	"time"
)

// Turnstile lets a few in at once: those who do what takes a core for long. Who waits
// stands in a bounded queue and waits for a bounded time.
type Turnstile struct {
	slots   chan struct{}
	waiting atomic.Int64
	refused atomic.Int64
	queue   int64
	patient time.Duration
	clock   Clock
}

// NewTurnstile makes one for so many at once, and so many waiting so long.
func NewTurnstile(atOnce, queue int, patient time.Duration, clock Clock) *Turnstile {
	return &Turnstile{slots: make(chan struct{}, atOnce), queue: int64(queue), patient: patient, clock: clock}
}

// Enter waits for a place and reports whether there was one in time; then Leave must
// follow.
func (t *Turnstile) Enter(ctx context.Context) bool {
	select {
	case t.slots <- struct{}{}:
		return true
	default:
	}
	if t.waiting.Add(1) <= t.queue {
		defer t.waiting.Add(-1)
		if t.wait(ctx) {
			return true
		}
	} else {
		t.waiting.Add(-1)
	}
	t.refused.Add(1)
	return false
}

func (t *Turnstile) wait(ctx context.Context) bool {
	tooLate, cancel := After(t.clock, t.patient)
	defer cancel()
	select {
	case t.slots <- struct{}{}:
		return true
	case <-tooLate:
	case <-ctx.Done():
	}
	return false
}

// Leave gives the place to the next.
func (t *Turnstile) Leave() { <-t.slots }

// Patient is how long one waits at most.
func (t *Turnstile) Patient() time.Duration { return t.patient }

// Waiting is how many wait now.
func (t *Turnstile) Waiting() int64 { return t.waiting.Load() }

// Refused is how many were sent away.
func (t *Turnstile) Refused() int64 { return t.refused.Load() }
