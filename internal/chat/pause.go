package chat

import "time"

// After returns a channel that is closed once d has passed by the clock. Whoever no
// longer waits calls cancel.
func After(c Clock, d time.Duration) (over <-chan struct{}, cancel func()) {
	fired := make(chan struct{})
	t := c.AfterFunc(d, func() { close(fired) })
	return fired, func() { t.Stop() }
}

// Pause waits until d has passed by the clock, or stop is closed or has a value. It
// reports whether d has passed. A nil stop stops nothing.
func Pause(c Clock, d time.Duration, stop <-chan struct{}) bool {
	over, cancel := After(c, d)
	defer cancel()
	select {
	case <-over:
		return true
	case <-stop:
		return false
	}
}

// Backoff is how long to wait between attempts that fail, one after another: First,
// then twice as long each time, and at most Longest. It is not safe for concurrent use.
type Backoff struct {
	First, Longest time.Duration

	last time.Duration
}

// Next returns how long to wait before the next attempt.
func (b *Backoff) Next() time.Duration {
	b.last = min(max(b.First, 2*b.last), b.Longest)
	return b.last
}

// Reset says that an attempt went well: Next returns First again.
func (b *Backoff) Reset() { b.last = 0 }

// Fresh reports whether no attempt has failed since the last Reset.
func (b *Backoff) Fresh() bool { return b.last == 0 }
