package hub

import (
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/chat"
)

// MessageCost is what a message counts for besides the bytes of its text: about what its
// row takes in the database.
const MessageCost = 100

// leastWait is how long somebody is told to wait at least who has sent too much, so that
// they come back for more than one message.
const leastWait = time.Second

// budget is how many bytes an account may still send. As long as there is something left,
// a message costs one subtraction; the clock is read only when nothing is.
type budget struct {
	left atomic.Int64

	mu    sync.Mutex // held while bytes are earned
	since time.Time  // what was earned until then is in left
}

func (b *budget) fill(most int64, now time.Time) {
	b.left.Store(most)
	b.since = now
}

// take takes n bytes, or returns how long it is until there are so many. A budget earns
// most bytes a minute and keeps no more than that.
func (b *budget) take(n, most int64, clock chat.Clock) (wait time.Duration) {
	if b.left.Add(-n) >= 0 {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.left.Add(n)
	b.earn(most, clock.Now())
	left := b.left.Add(-n)
	if left >= 0 {
		return 0
	}
	b.left.Add(n)
	return max(leastWait, time.Duration(float64(-left)/float64(most)*float64(time.Minute))+time.Millisecond)
}

// earn adds what a time has brought. The caller holds b.mu.
func (b *budget) earn(most int64, now time.Time) {
	passed := min(max(0, now.Sub(b.since)), time.Minute)
	earned := int64(float64(most) * (float64(passed) / float64(time.Minute)))
	if earned > 0 || now.Before(b.since) {
		b.since = now
		b.left.Add(max(0, min(earned, most-b.left.Load())))
	}
}

// full reports whether nothing of a budget is used up.
func (b *budget) full(most int64, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.earn(most, now)
	return b.left.Load() >= most
}

// allowance is what one account may send through this node, over all its sessions.
type allowance struct {
	usual  budget
	scarce budget // while the disk is nearly full
}

// allowances are those of the accounts that have gone and had used something up: who logs
// out and in again has no more than before. Guarded by Hub.mu.
type allowances struct {
	gone map[chat.UserID]*allowance
	look int // how many there may be before those that are full are looked for
}

// leastGone is how many are kept before they are looked through.
const leastGone = 1024
