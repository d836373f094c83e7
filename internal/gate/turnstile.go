package gate

import (
	"context"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"parley/internal/chat"
)

// turnstile lets a few in at once: those who do what takes a core for long. Who waits
// stands in a bounded queue, in the order of arrival, and waits for a bounded time.
// chat.Turns is for those who must not wait behind everybody.
type turnstile struct {
	slots   *semaphore.Weighted
	waiting atomic.Int64
	queue   int64
	patient time.Duration
	clock   chat.Clock
}

// newTurnstile makes one for so many at once, and so many waiting so long.
func newTurnstile(atOnce, queue int, patient time.Duration, clock chat.Clock) *turnstile {
	return &turnstile{slots: semaphore.NewWeighted(int64(atOnce)), queue: int64(queue), patient: patient, clock: clock}
}

// enter waits for a place and reports whether there was one in time; then leave must
// follow.
func (t *turnstile) enter(ctx context.Context) bool {
	if t.slots.TryAcquire(1) {
		return true
	}
	defer t.waiting.Add(-1)
	if t.waiting.Add(1) > t.queue {
		return false
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	tooLate := t.clock.AfterFunc(t.patient, cancel)
	defer tooLate.Stop()
	return t.slots.Acquire(ctx, 1) == nil
}

// leave gives the place to the next.
func (t *turnstile) leave() { t.slots.Release(1) }
