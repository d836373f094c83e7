package store

import "time"

// failing are appends that were refused because their transaction failed. Their senders
// come back with them, so they count as waiting until one succeeds or nobody comes.
type failing struct {
	since time.Time // since when the first of them waits; zero: none
	last  time.Time // when one failed last
}

// attempted takes note of how a transaction with appends ended.
func (c *committer) attempted(items []item, committed bool) {
	first := firstAppend(items)
	if first.IsZero() {
		return
	}
	now := c.store.clock.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case committed:
		c.failed = failing{}
	case c.failed.since.IsZero() || now.Sub(c.failed.last) > lockMemory:
		c.failed = failing{since: first, last: now}
	default:
		c.failed.last = now
	}
}

// firstAppend is since when the first append of items waits; zero if there is none.
func firstAppend(items []item) time.Time {
	for i := range items {
		if items[i].append != nil {
			return items[i].since
		}
	}
	return time.Time{}
}

// Waiting tells how long the oldest append has been waiting that is not stored yet: in the
// queue, in a transaction, or for a row that another transaction holds. One that was
// refused for now counts as waiting for 5 s, in which its sender comes back with it. 0 is
// for nothing that waits. held is how many appends wait for such rows.
func (s *Store) Waiting() (oldest time.Duration, held int) {
	c := s.committer
	now := s.clock.Now()
	var since time.Time
	earlier := func(t time.Time) {
		if !t.IsZero() && (since.IsZero() || t.Before(since)) {
			since = t
		}
	}
	if c.waiting != nil {
		var t time.Time
		t, held = c.waiting.oldest()
		earlier(t)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	earlier(c.working)
	earlier(firstAppend(c.queue))
	if now.Sub(c.failed.last) <= lockMemory {
		earlier(c.failed.since)
	}
	if since.IsZero() {
		return 0, held
	}
	return max(0, now.Sub(since)), held
}
