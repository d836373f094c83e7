package store

import (
	"context"
	"sync"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// readers are the connections for reading, each with a goroutine of its own. Reading
// goes deep: the stack of a client's goroutine would have to grow for it at every
// login, and would stay grown, while those few keep theirs.
type readers struct {
	store   *Store
	pool    pool
	asked   chan *reading // without a buffer: who was taken is answered
	warm    chan *reading // the same, of those alone that have a connection
	closing chan struct{}
	once    sync.Once
	running sync.WaitGroup
}

// reading is one use of a connection.
type reading struct {
	fn   func(l *link) error
	done chan error
}

func startReaders(s *Store, n int) *readers {
	r := &readers{store: s, asked: make(chan *reading), warm: make(chan *reading), closing: make(chan struct{})}
	for range n {
		r.running.Go(r.run)
	}
	return r
}

// run serves readings with one connection, which is opened when first wanted.
func (r *readers) run() {
	var l *link
	idle := time.NewTicker(spareAfter)
	defer idle.Stop()
	used := false
	for {
		warm := r.warm
		if l == nil {
			warm = nil
		}
		var g *reading
		select {
		case <-r.closing:
			if l != nil {
				_ = l.close() // nothing is going on
			}
			return
		case <-idle.C:
			if !used {
				l = r.pool.spare(l)
			}
			used = false
			continue
		case g = <-warm:
		case g = <-r.asked:
		}
		used = true
		before := l
		var err error
		l, err = r.serve(l, g.fn)
		r.pool.changed(before, l)
		if !r.pool.crowded(r.store.dialect, err) || !r.pass(g) {
			g.done <- err
		}
	}
}

// pass leaves a reading to another worker, and keeps this one from taking the next at once.
func (r *readers) pass(g *reading) bool {
	late := time.NewTimer(passWait)
	defer late.Stop()
	select {
	case r.warm <- g:
	case <-late.C:
		return false
	case <-r.closing:
		return false
	}
	select {
	case <-time.After(crowdedPause):
	case <-r.closing:
	}
	return true
}

// serve runs fn and gives the connection for the next one, nil if it has to be new. Should
// the connection be lost, fn runs once more on another. Errors of the database become
// Unavailable, those of fn stay.
func (r *readers) serve(l *link, fn func(l *link) error) (*link, error) {
	d := r.store.dialect
	var again tries
	for {
		var err error
		if l, err = d.refreshed(l, forReading); err != nil {
			return nil, &chat.Error{Code: wire.Unavailable, Cause: err}
		}
		err = fn(l)
		if err == nil || isAnswer(err) {
			return l, err
		}
		_ = l.close() // whatever is wrong with it, the next one is new
		l = nil
		if f := d.classify(err); f != failedBusy && again.again(r.store, f, err) {
			continue
		}
		r.store.log.Error("reading from the database failed", "err", err)
		return nil, &chat.Error{Code: wire.Unavailable, Cause: err}
	}
}

// close waits for all readings and closes the connections.
func (r *readers) close() {
	r.once.Do(func() { close(r.closing) })
	r.running.Wait()
}

// read runs fn with a connection for reading and returns when it has ended. It waits
// for a connection as long as ctx allows; once it has one, fn is not interrupted.
func (s *Store) read(ctx context.Context, fn func(l *link) error) error {
	if err := ctx.Err(); err != nil {
		return &chat.Error{Code: wire.Unavailable, Cause: err}
	}
	g := &reading{fn: fn, done: make(chan error, 1)}
	select {
	case s.readers.warm <- g: // no more connections than are needed
		return <-g.done
	default:
	}
	select {
	case s.readers.warm <- g:
		return <-g.done
	case s.readers.asked <- g:
		return <-g.done
	case <-s.readers.closing:
		return errClosed()
	case <-ctx.Done():
		return &chat.Error{Code: wire.Unavailable, Cause: ctx.Err()}
	}
}

// readOnce is read with all statements of fn seeing one moment.
func (s *Store) readOnce(ctx context.Context, fn func(l *link) error) error {
	return s.read(ctx, func(l *link) error {
		if _, err := l.exec(sqlBeginRead); err != nil {
			return err
		}
		err := fn(l)
		if _, endErr := l.exec(sqlCommit); err == nil {
			err = endErr
		}
		return err
	})
}
