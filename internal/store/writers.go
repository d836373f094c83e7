package store

import (
	"sync"
	"time"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
	"parley/wire"
)

// writers run writes that are no appends on a database server: one transaction for each,
// on a few connections, so that one that waits for a lock does not hold up the messages. One
// that could not have a lock within the database's time-out is tried again on connections
// for such alone, so that it costs the others that once.
type writers struct {
	store    *Store
	pool     sqldb.Pool
	queue    chan *piece
	warm     chan *piece   // to those that have a connection; without a buffer
	closed   chan struct{} // with queue
	loans    chan loan
	again    chan *piece // those that could not have a lock
	running  sync.WaitGroup
	retrying sync.WaitGroup

	mu      sync.RWMutex // held for reading while something is queued
	closing bool
}

func startWriters(s *Store, o Options) *writers {
	w := &writers{
		store: s, queue: make(chan *piece, o.Queue), warm: make(chan *piece), closed: make(chan struct{}),
		loans: make(chan loan),
		again: make(chan *piece, o.Queue),
	}
	for range o.Writers {
		w.running.Go(w.run)
	}
	for range patientWriters {
		w.retrying.Go(w.retry)
	}
	return w
}

// patientWriters is how many connections there are for writes that could not have a lock.
// They are open only while there are such.
const patientWriters = 2

// submit queues a write.
func (w *writers) submit(p *piece) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closing {
		return errClosed()
	}
	select {
	case w.warm <- p: // no more connections than are needed
		return nil
	default:
	}
	select {
	case w.queue <- p:
		return nil
	default:
		return chat.E(wire.Busy)
	}
}

// stop finishes what is queued.
func (w *writers) stop() {
	w.mu.Lock()
	w.closing = true
	w.mu.Unlock()
	close(w.queue)
	close(w.closed)
	w.running.Wait()
	close(w.again)
	w.retrying.Wait()
}

func (w *writers) run() {
	var l *sqldb.Link
	idle := time.NewTicker(sqldb.SpareAfter)
	defer idle.Stop()
	used := false
	for {
		warm, loans := w.warm, w.loans
		if l == nil {
			warm, loans = nil, nil
		}
		var p *piece
		select {
		case <-idle.C:
			if !used {
				l = w.pool.Spare(l)
			}
			used = false
			continue
		case n := <-loans:
			n.link <- l
			before := l
			l = <-n.back
			w.pool.Changed(before, l)
			continue
		case p = <-warm:
		case p = <-w.queue: // nil when it is closed and empty
		}
		if p == nil {
			break
		}
		used = true
		l = w.do(l, p)
	}
	if l != nil {
		_ = l.Close() // nothing is going on
	}
}

// do runs a piece, or leaves it to another worker, and returns the connection for the next.
func (w *writers) do(l *sqldb.Link, p *piece) *sqldb.Link {
	before := l
	if p.state.Load() == taken || p.state.CompareAndSwap(queued, taken) {
		var held bool
		l, held = w.write(l, p, 1)
		w.pool.Changed(before, l)
		if held && w.later(p) || w.pool.Crowded(w.store.dialect, p.err) && w.pass(p) {
			return l
		}
	} else {
		p.err = chat.E(wire.Unavailable)
	}
	close(p.done)
	return l
}

// pass leaves a piece to another worker, and keeps this one from taking the next at once.
func (w *writers) pass(p *piece) bool {
	late := time.NewTimer(passWait)
	defer late.Stop()
	select {
	case w.warm <- p:
	case <-late.C:
		return false
	case <-w.closed:
		return false
	}
	select {
	case <-time.After(crowdedPause):
	case <-w.closed:
	}
	return true
}

// loan is the use of a worker's connection by somebody else.
type loan struct {
	link chan *sqldb.Link
	back chan *sqldb.Link // takes one; nil for a connection that is gone
}

// lend returns a connection that some worker has and does not use, and where it is to be given
// back soon; nil if there is none within a second.
func (w *writers) lend() (*sqldb.Link, chan *sqldb.Link) {
	n := loan{link: make(chan *sqldb.Link), back: make(chan *sqldb.Link, 1)}
	late := time.NewTimer(lendWait)
	defer late.Stop()
	select {
	case w.loans <- n:
		return <-n.link, n.back
	case <-late.C:
	case <-w.closed:
	}
	return nil, nil
}

// later has a piece tried again, and reports whether there is room for that.
func (w *writers) later(p *piece) bool {
	p.state.Store(queued) // who waits for it may still give up
	select {
	case w.again <- p:
		return true
	default:
		return false
	}
}

// retry runs pieces that could not have a lock.
func (w *writers) retry() {
	var l *sqldb.Link
	for p := range w.again {
		if p.state.CompareAndSwap(queued, taken) {
			l, _ = w.write(l, p, sqldb.BusyAttempts-1)
		} else {
			p.err = chat.E(wire.Unavailable)
		}
		close(p.done)
		if l != nil && len(w.again) == 0 {
			_ = l.Close() // nothing is going on
			l = nil
		}
	}
}

// write runs a piece in a transaction of its own, again if nothing of it can have been
// committed and another try may succeed, and as often as waits says if it has to wait for a
// lock until the time-out; held tells that it did so the last time. It returns the connection
// for the next one, nil if that has to be new.
func (w *writers) write(l *sqldb.Link, p *piece, waits int) (_ *sqldb.Link, held bool) {
	var again sqldb.Tries
	for {
		var err error
		if l, err = w.store.dialect.Refreshed(l, sqldb.ForWriting); err != nil {
			p.err = refusal(w.store.dialect.Classify(err), err)
			return nil, false
		}
		began := time.Now()
		doubtful, err := w.try(l, p)
		if err == nil {
			l.Wrote()
			return l, false
		}
		answer := isAnswer(err)
		f := w.store.dialect.Classify(err)
		if !answer && !f.Known() || w.rollback(l) != nil {
			_ = l.Close() // whatever is wrong with it
			l = nil
		}
		held = !answer && !doubtful && f == sqldb.FailedBusy && time.Since(began) >= sqldb.LockWait*9/10
		if held {
			waits--
		}
		switch {
		case answer:
			p.err = err
		case !doubtful && (!held || waits > 0) && w.store.again(&again, f, err):
			continue
		case held:
			p.err = refusal(f, err)
		case f.StatementOnly():
			w.store.log.Error("a write was refused by the database", "err", err)
			p.err = &chat.Error{Code: wire.Internal, Cause: err}
		default:
			w.store.log.Error("writing to the database failed", "err", err, "outcome known", !doubtful)
			p.err = refusal(f, err)
		}
		return l, held
	}
}

func (w *writers) rollback(l *sqldb.Link) error {
	_, err := l.Exec(sqldb.Rollback)
	return err
}

// try runs a piece once. The outcome is doubtful if the server may have committed it all
// the same.
func (w *writers) try(l *sqldb.Link, p *piece) (doubtful bool, err error) {
	if err := l.Begin(); err != nil {
		return false, err
	}
	p.err = nil
	if err := p.run(&transaction{Link: l, dialect: w.store.dialect, at: w.store.clock.Now()}); err != nil {
		return false, err
	}
	if err := l.Commit(); err != nil {
		return !w.store.dialect.Undone(w.store.dialect.Classify(err), err), err
	}
	return false, nil
}
