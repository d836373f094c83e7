package store

import (
	"slices"
	"sync"
	"time"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
	"parley/wire"
)

// How long an append waits for rows that others hold, and what is remembered of them.
const (
	// lockPatience is after what time an append that waits is refused for now.
	lockPatience = 6 * time.Second
	// lockWarm is how long a row that was had at last is written by a lane alone, which waits
	// for its turn: it is likely that another node wants it again at once.
	lockWarm = time.Second
	// lockMemory is how long a row is known to be held when nobody waits for it any more.
	// Whoever was refused comes back within it.
	lockMemory = 5 * time.Second
)

// lockKey names a row that appends lock: one of the two. device is as senderOf gives it.
type lockKey struct {
	device chat.DeviceID
	conv   chat.ConvID
}

// waiting are the appends of a database server whose rows other transactions hold. They
// stand aside, so that the committer writes all others without waiting for any lock, and
// are written by two lanes, each with a connection of its own. The brief lane waits for
// rows that were held only now, as other nodes hold them from their first lock to their
// commit; the patient one for rows that could not be had within the database's time-out.
//
// An append stands aside behind every earlier one of its device, so that the order of a
// device holds, and of those that wait for one conversation. A conversation is written by
// one of the committer and the lanes at a time: outcomes are handed back in the order of
// seq.
type waiting struct {
	c        *committer
	limit    int // appends that may wait at most
	patience time.Duration
	lanes    sync.WaitGroup
	wake     [2]chan struct{} // 1 each: something has changed

	mu      sync.Mutex
	queue   []*waiter
	devices map[chat.DeviceID]int // how many of the queue
	rows    map[lockKey]*heldRow
	writing map[chat.ConvID]bool // by a lane
	free    map[chat.ConvID]bool // written by the committer, while anything waits
	closing bool
}

// waiter is an append that waits. The append itself is its owner's again once it was
// handed back, and may even come anew while this is looked at.
type waiter struct {
	item
	device chat.DeviceID // senderOf the append
	conv   chat.ConvID
	taken  bool // by a lane
	done   bool // by a lane; only the queue has to let it go
}

// heldRow is what is known of a row that others held.
type heldRow struct {
	since   time.Time // since when the first append waits for it; zero after it was had
	noted   time.Time // when it was first found held
	asked   time.Time // when a lane waited for it last
	until   time.Time // when it is forgotten if nobody waits for it
	patient bool      // it could not be had within the database's time-out
}

func startWaiting(c *committer, patience time.Duration) *waiting {
	w := &waiting{
		c: c, limit: max(1, c.maxQueue/4), patience: patience,
		devices: map[chat.DeviceID]int{}, rows: map[lockKey]*heldRow{},
		writing: map[chat.ConvID]bool{}, free: map[chat.ConvID]bool{},
	}
	for i := range w.wake {
		w.wake[i] = make(chan struct{}, 1)
		l := &lane{w: w, patient: i == 1, wake: w.wake[i]}
		l.pen = pen{store: c.store, faults: c.faults, lender: c.store.writers}
		l.batch.init(c, &l.pen)
		w.lanes.Go(l.run)
	}
	return w
}

// wakeAll tells the lanes that something has changed.
func (w *waiting) wakeAll() {
	for _, c := range w.wake {
		signal(c)
	}
}

// stop lets what waits have one more time-out, and ends the lanes.
func (w *waiting) stop() {
	w.mu.Lock()
	w.closing = true
	w.mu.Unlock()
	w.wakeAll()
	w.lanes.Wait()
}

// commitFree writes those items that need not wait, and lets the others stand aside. On a
// database server all items are appends.
func (c *committer) commitFree(items []item) {
	w := c.waiting
	rest := w.standAside(items)
	var left []item
	if len(rest) > 0 {
		left = c.commit(&c.batch, rest)
	}
	w.committed(left, c.batch.held)
}

// standAside takes out of items what waits for a row, or behind an append that does.
func (w *waiting) standAside(items []item) (rest []item) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.forget(w.c.store.clock.Now())
	if len(w.queue) == 0 && len(w.rows) == 0 {
		return items
	}
	rest = items[:0]
	for _, it := range items {
		if w.mustWait(it.append) {
			w.add(it)
			continue
		}
		w.free[it.append.Conv] = true
		rest = append(rest, it)
	}
	w.wakeAll()
	return rest
}

func (w *waiting) mustWait(a *chat.Append) bool {
	return w.devices[senderOf(a)] > 0 || w.writing[a.Conv] ||
		w.rows[lockKey{conv: a.Conv}] != nil || w.rows[lockKey{device: senderOf(a)}] != nil
}

// add lets an append wait, or refuses it where too many do.
func (w *waiting) add(it item) {
	if len(w.queue) >= w.limit {
		w.refuse(it.append)
		return
	}
	it.append.Err = nil
	w.queue = append(w.queue, &waiter{item: it, device: senderOf(it.append), conv: it.append.Conv})
	w.devices[senderOf(it.append)]++
}

// refuse hands an append back undone.
func (w *waiting) refuse(a *chat.Append) {
	a.Seq, a.Err = 0, &chat.Error{Code: wire.Busy, Cause: errHeld}
	w.c.store.metrics.refused(reason(a.Err), 1)
	w.c.giveBack(a)
}

// committed takes note of what a transaction of the committer had to leave.
func (w *waiting) committed(left []item, held []lockKey) {
	w.mu.Lock()
	defer w.mu.Unlock()
	clear(w.free)
	if len(left) > 0 {
		w.hold(held, left[0].since)
	}
	for _, it := range left {
		w.add(it)
	}
	if len(w.queue) > 0 {
		w.wakeAll()
	}
}

// hold takes note of rows that others hold.
func (w *waiting) hold(keys []lockKey, since time.Time) {
	now := w.c.store.clock.Now()
	for _, k := range keys {
		r := w.rows[k]
		if r == nil {
			r = &heldRow{}
			w.rows[k] = r
		}
		if r.since.IsZero() {
			r.since, r.noted = since, now
		}
		r.until = now.Add(lockMemory)
	}
}

// forget drops what is known of rows that nobody waits for.
func (w *waiting) forget(now time.Time) {
	if len(w.rows) == 0 {
		return
	}
	wanted := make(map[lockKey]bool, len(w.queue))
	for i := range w.queue {
		q := w.queue[i]
		wanted[lockKey{conv: q.conv}], wanted[lockKey{device: q.device}] = true, true
	}
	for k, r := range w.rows {
		switch {
		case wanted[k] && !r.since.IsZero():
			r.until = now.Add(lockMemory)
		case now.After(r.until):
			delete(w.rows, k)
		}
	}
}

// oldest is since when the oldest append waits for a row that others hold, or would if
// it had not been refused meanwhile; zero if none does. It also tells how many wait.
func (w *waiting) oldest() (since time.Time, n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.forget(w.c.store.clock.Now())
	if len(w.queue) > 0 {
		since = w.queue[0].since
	}
	for _, r := range w.rows {
		if !r.since.IsZero() && (since.IsZero() || r.since.Before(since)) {
			since = r.since
		}
	}
	return since, len(w.queue)
}

// expire refuses appends that have waited for too long, and all behind them of the same
// device: they could not be stored without them.
func (w *waiting) expire(now time.Time) {
	patience := w.patience
	if w.closing {
		patience = min(patience, sqldb.LockWait)
	}
	if len(w.queue) == 0 || now.Sub(w.queue[0].since) <= patience {
		return
	}
	refused := map[chat.DeviceID]bool{}
	w.queue = slices.DeleteFunc(w.queue, func(q *waiter) bool {
		if q.taken || now.Sub(q.since) <= patience && !refused[q.device] {
			return false
		}
		refused[q.device] = true
		w.leaves(q)
		w.refuse(q.append)
		return true
	})
}

// release takes the appends of a lane out of the queue, but for those that were left, which
// stay in their places.
func (w *waiting) release() {
	w.queue = slices.DeleteFunc(w.queue, func(q *waiter) bool {
		if q.done {
			w.leaves(q)
		}
		return q.done
	})
}

func (w *waiting) leaves(q *waiter) {
	if w.devices[q.device]--; w.devices[q.device] == 0 {
		delete(w.devices, q.device)
	}
}

// known are the rows of an append that are known to be held, or to have been lately.
func (w *waiting) known(q *waiter) (keys []lockKey, patient bool) {
	for _, k := range [...]lockKey{{device: q.device}, {conv: q.conv}} {
		if r := w.rows[k]; r != nil {
			keys, patient = append(keys, k), patient || r.patient
		}
	}
	return keys, patient
}

// learn takes note of what became of a row: had, or still held.
func (w *waiting) learn(k lockKey, had bool) {
	now := w.c.store.clock.Now()
	r := w.rows[k]
	switch {
	case r == nil:
	case !had:
		r.patient = r.patient || now.Sub(r.noted) >= sqldb.LockWait
	case !r.since.IsZero():
		r.since, r.patient, r.until = time.Time{}, false, now.Add(lockWarm)
	}
}
