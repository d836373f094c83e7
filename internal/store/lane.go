package store

import (
	"time"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
)

const (
	laneRest  = 10 * time.Millisecond  // between two transactions of a lane that found nothing to store
	laneCheck = 100 * time.Millisecond // whether somebody has waited for too long
	laneIdle  = time.Minute            // after that a lane gives its connection up
)

// lane is a goroutine that writes appends that wait, with a connection of its own, which
// is open only while it is needed.
type lane struct {
	w       *waiting
	patient bool
	wake    chan struct{}
	pen     pen
	batch   batch
	taken   []*waiter
	items   []item // of those
	swept   bool   // the last transaction waited for no row
}

func (l *lane) run() {
	idle := time.NewTimer(laneIdle)
	defer idle.Stop()
	for {
		ended, waits := l.pick()
		switch {
		case ended:
			_ = l.pen.close() // nothing is open in it
			return
		case l.batch.first.device != 0:
			l.awaitDevice()
		case len(l.taken) > 0:
			l.write()
		default:
			l.rest(idle, waits)
			continue
		}
		idle.Reset(laneIdle)
	}
}

// rest waits until something has changed.
func (l *lane) rest(idle *time.Timer, waits bool) {
	var check <-chan time.Time
	if waits {
		check = time.After(laneCheck)
	}
	select {
	case <-l.wake:
	case <-check:
	case <-idle.C:
		l.pen.drop()
	}
}

// pick takes the appends for the next transaction into l.items, and the row that it waits
// for into the batch. ended is true when there is nothing and never will be; waits while
// anything waits.
func (l *lane) pick() (ended, waits bool) {
	w := l.w
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.c.store.clock.Now()
	w.expire(now)
	first, several, clean := l.survey()
	// Where there are several that need patience, every other transaction waits for none,
	// and takes what can be had. What needs no row that is known to be held has its turn too.
	l.swept = first == (lockKey{}) || !l.swept && (clean || l.patient && several)
	if l.swept {
		first = lockKey{}
	} else {
		w.rows[first].asked = now
	}
	l.taken, l.items, l.batch.first = l.taken[:0], l.items[:0], first
	if first.device == 0 {
		l.take(first)
	}
	return w.closing && len(w.queue) == 0, len(w.queue) > 0
}

// mine calls fn for the appends that the lane could write now, in order, until fn says that
// it does not want one: then those behind it of the same device are not offered.
func (l *lane) mine(fn func(q *waiter, keys []lockKey) bool) {
	w := l.w
	behind, picked := map[chat.DeviceID]bool{}, map[chat.DeviceID]bool{}
	convs := map[chat.ConvID]bool{} // that fn wanted
	for _, q := range w.queue {
		if q.taken || behind[q.device] || w.free[q.conv] || w.writing[q.conv] && !convs[q.conv] {
			behind[q.device] = true
			continue
		}
		keys, patient := w.known(q)
		if patient != l.patient && !(l.patient && picked[q.device]) || !fn(q, keys) {
			behind[q.device] = true
			continue
		}
		picked[q.device], convs[q.conv] = true, true
	}
}

// survey tells for which row the lane has waited least lately, whether there are others, and
// whether there are appends whose rows are not known to be held.
func (l *lane) survey() (first lockKey, several, clean bool) {
	held := map[chat.DeviceID]bool{}
	l.mine(func(q *waiter, keys []lockKey) bool {
		held[q.device] = held[q.device] || len(keys) > 0
		clean = clean || !held[q.device]
		for _, k := range keys {
			switch {
			case first == (lockKey{}):
				first = k
			case k != first:
				several = true
				if l.w.rows[k].asked.Before(l.w.rows[first].asked) {
					first = k
				}
			}
		}
		return true
	})
	return first, several, clean
}

// take takes appends for a transaction that waits for the row of a conversation, or for
// none. While it waits, nobody else can write to its conversations: so it takes only what
// has to wait anyway. The brief lane leaves what others hold for a transaction that waits.
func (l *lane) take(first lockKey) {
	waits := first != lockKey{}
	l.mine(func(q *waiter, keys []lockKey) bool {
		held := l.w.rows[lockKey{conv: q.conv}] != nil
		if waits && !held || !waits && !l.patient && len(keys) > 0 || len(l.items) == l.w.c.maxBatch {
			return false
		}
		q.taken, l.w.writing[q.conv] = true, true
		l.taken, l.items = append(l.taken, q), append(l.items, q.item)
		return true
	})
}

// write takes what was picked through a transaction.
func (l *lane) write() {
	defer l.pen.giveBack()
	began := time.Now()
	if err := l.pen.open(); err != nil {
		l.cannotOpen(err)
		l.settle(l.items)
		time.Sleep(laneCheck)
		return
	}
	left := l.w.c.commit(&l.batch, l.items)
	l.settle(left)
	if len(left) == len(l.taken) && time.Since(began) < laneRest {
		// A row was not held any more, and then was again.
		time.Sleep(laneRest)
	}
}

// cannotOpen leaves everything where it is: the committer's connection may be well, and
// what waits here is refused when its time is over.
func (l *lane) cannotOpen(err error) {
	l.w.c.store.log.Warn("there is no connection for messages that wait for a lock; retrying", "err", err)
	l.batch.held, l.batch.timedOut = l.batch.held[:0], true
}

// settle takes what has its outcome out of the queue and takes note of the rows. left are
// the appends that have none.
func (l *lane) settle(left []item) {
	w := l.w
	w.mu.Lock()
	defer w.mu.Unlock()
	rows, isLeft := map[lockKey]bool{}, map[*chat.Append]bool{}
	for _, it := range left {
		isLeft[it.append] = true
	}
	for _, q := range l.taken {
		delete(w.writing, q.conv)
		q.taken, q.done = false, !isLeft[q.append]
		keys, _ := w.known(q)
		for _, k := range keys {
			rows[k] = !l.batch.timedOut
		}
	}
	w.release()
	w.hold(l.batch.held, l.taken[0].since)
	for _, k := range l.batch.held {
		rows[k] = false
	}
	for k, had := range rows {
		w.learn(k, had)
	}
	clear(l.items)
	w.wakeAll()
}

// awaitDevice waits until the row of a device can be had, and has it for no longer: whoever
// writes for the device may do so with others then.
func (l *lane) awaitDevice() {
	defer l.pen.giveBack()
	began := time.Now()
	err := l.pen.open()
	if err == nil {
		err = l.pen.link.Begin()
	}
	if err == nil {
		l.batch.tx.Link = l.pen.link
		err = l.batch.lockFirst()
		if _, e := l.pen.link.Exec(sqldb.Rollback); e != nil {
			l.pen.drop()
		}
	} else {
		l.pen.drop()
	}
	if err != nil && time.Since(began) < laneRest {
		time.Sleep(laneRest)
	}
	l.w.mu.Lock()
	defer l.w.mu.Unlock()
	if err == nil {
		delete(l.w.rows, l.batch.first)
	}
	l.w.learn(l.batch.first, false)
	l.w.wakeAll()
}
