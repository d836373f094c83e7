package store

import (
	"context"
	"sync"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// writers run writes that are no appends on a database server: one transaction for each,
// on a few connections, so that one that waits for a lock does not hold up the messages. One
// that could not have a lock within the database's time-out is tried again on connections
// for such alone, so that it costs the others that once.
type writers struct {
	store    *Store
	queue    chan *piece
	again    chan *piece // those that could not have a lock
	running  sync.WaitGroup
	retrying sync.WaitGroup

	mu      sync.RWMutex // held for reading while something is queued
	closing bool
}

func startWriters(s *Store, o Options) *writers {
	w := &writers{store: s, queue: make(chan *piece, o.Queue), again: make(chan *piece, o.Queue)}
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
	w.running.Wait()
	close(w.again)
	w.retrying.Wait()
}

func (w *writers) run() {
	var l *link
	for p := range w.queue {
		held := false
		if p.state.CompareAndSwap(queued, taken) {
			l, held = w.write(l, p, 1)
		} else {
			p.err = chat.E(wire.Unavailable)
		}
		if !held || !w.later(p) {
			close(p.done)
		}
	}
	if l != nil {
		l.close()
	}
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
	var l *link
	for p := range w.again {
		if p.state.CompareAndSwap(queued, taken) {
			l, _ = w.write(l, p, busyAttempts-1)
		} else {
			p.err = chat.E(wire.Unavailable)
		}
		close(p.done)
		if l != nil && len(w.again) == 0 {
			l.close()
			l = nil
		}
	}
}

// write runs a piece in a transaction of its own, a few times if there is a conflict with
// others, and as often as waits says if it has to wait for a lock until the time-out; held
// tells that it did so the last time. It gives the connection for the next one, nil if that
// has to be new.
func (w *writers) write(l *link, p *piece, waits int) (_ *link, held bool) {
	for attempt := 1; ; attempt++ {
		if l == nil {
			var err error
			if l, err = openLink(context.Background(), w.store.dialect, forWriting); err != nil {
				p.err = refusal(w.store.dialect.classify(err), err)
				return nil, false
			}
		}
		began := time.Now()
		err := w.try(l, p)
		if err == nil {
			return l, false
		}
		answer := isAnswer(err)
		f := w.store.dialect.classify(err)
		if _, rolledBack := l.exec(sqlRollback); rolledBack != nil || !answer && !f.known() {
			l.close()
			l = nil
		}
		held = !answer && f == failedBusy && time.Since(began) >= lockWait*9/10
		if held {
			waits--
		}
		switch {
		case answer:
			p.err = err
		case f == failedBusy && attempt < busyAttempts && waits > 0:
			continue
		case held:
			p.err = refusal(f, err)
		case f.statementOnly():
			w.store.log.Error("a write was refused by the database", "err", err)
			p.err = &chat.Error{Code: wire.Internal, Cause: err}
		default:
			w.store.log.Error("writing to the database failed", "err", err)
			p.err = refusal(f, err)
		}
		return l, held
	}
}

func (w *writers) try(l *link, p *piece) error {
	if _, err := l.exec(sqlBegin); err != nil {
		return err
	}
	p.err = nil
	if err := p.run(&transaction{link: l, dialect: w.store.dialect, at: w.store.clock.Now()}); err != nil {
		return err
	}
	_, err := l.exec(sqlCommit)
	return err
}

// known reports whether a connection can be used again after a failure.
func (f failure) known() bool { return f != failedIO && f != failedOtherwise }
