package store

import (
	"context"
	"sync"

	"parley/internal/chat"
	"parley/wire"
)

// writers run writes that are no appends on a database server: one transaction for each,
// on a few connections, so that one that waits for a lock holds up neither the messages
// nor, before all of them wait, the others.
type writers struct {
	store   *Store
	queue   chan *piece
	running sync.WaitGroup

	mu      sync.RWMutex // held for reading while something is queued
	closing bool
}

func startWriters(s *Store, o Options) *writers {
	w := &writers{store: s, queue: make(chan *piece, o.Queue)}
	for range o.Writers {
		w.running.Go(w.run)
	}
	return w
}

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
}

func (w *writers) run() {
	var l *link
	for p := range w.queue {
		if p.state.CompareAndSwap(queued, taken) {
			l = w.write(l, p)
		} else {
			p.err = chat.E(wire.Unavailable)
		}
		close(p.done)
	}
	if l != nil {
		l.close()
	}
}

// write runs a piece in a transaction of its own, again if locks cannot be had. It gives
// the connection for the next one, nil if that has to be new.
func (w *writers) write(l *link, p *piece) *link {
	for attempt := 1; ; attempt++ {
		if l == nil {
			var err error
			if l, err = openLink(context.Background(), w.store.dialect, forWriting); err != nil {
				p.err = refusal(w.store.dialect.classify(err), err)
				return nil
			}
		}
		err := w.try(l, p)
		if err == nil {
			return l
		}
		answer := isAnswer(err)
		f := w.store.dialect.classify(err)
		if _, rolledBack := l.exec(sqlRollback); rolledBack != nil || !answer && !f.known() {
			l.close()
			l = nil
		}
		switch {
		case answer:
			p.err = err
		case f == failedBusy && attempt < busyAttempts:
			continue
		case f.statementOnly():
			w.store.log.Error("a write was refused by the database", "err", err)
			p.err = &chat.Error{Code: wire.Internal, Cause: err}
		default:
			w.store.log.Error("writing to the database failed", "err", err)
			p.err = refusal(f, err)
		}
		return l
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
