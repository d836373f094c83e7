package store

import (
	"context"
	"sync"
	"time"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
	"parley/wire"
)

const (
	// crowdedPause is for how long a worker without a connection takes nothing, after the
	// server had none for it; passWait is how long what it had taken waits for another, and
	// lendWait how long a lane waits for the loan of a connection before it tries again.
	crowdedPause = time.Second
	passWait     = 5 * time.Second
	lendWait     = time.Second
)

// readers are the connections for reading, each with a goroutine of its own. Reading
// goes deep: the stack of a client's goroutine would have to grow for it at every
// login, and would stay grown, while those few keep theirs.
type readers struct {
	store   *Store
	pool    sqldb.Pool
	asked   chan *reading // without a buffer: who was taken is answered
	warm    chan *reading // the same, of those alone that have a connection
	lengthy lengthy
	closing chan struct{}
	once    sync.Once
	running sync.WaitGroup
}

// reading is one use of a connection.
type reading struct {
	fn   func(l *sqldb.Link) error
	done chan error
	ctx  context.Context //nolint:containedctx // cuts it off; nil for one that is short
}

func startReaders(s *Store, n int) *readers {
	r := &readers{store: s, asked: make(chan *reading), warm: make(chan *reading), closing: make(chan struct{}), lengthy: newLengthy(n)}
	for range n {
		r.running.Go(r.run)
	}
	return r
}

// run serves readings with one connection, which is opened when first wanted.
func (r *readers) run() {
	var l *sqldb.Link
	idle := time.NewTicker(sqldb.SpareAfter)
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
				_ = l.Close() // nothing is going on
			}
			return
		case <-idle.C:
			if !used {
				l = r.pool.Spare(l)
			}
			used = false
			continue
		case g = <-warm:
		case g = <-r.asked:
		}
		used = true
		before := l
		var err error
		l, err = r.serve(l, g)
		r.pool.Changed(before, l)
		if !r.pool.Crowded(r.store.dialect, err) || !r.pass(g) {
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

// serve runs a reading and returns the connection for the next one, nil if it has to be new.
// Should the connection be lost, the reading runs once more on another. Errors of the database
// become Unavailable, those of the reading stay.
func (r *readers) serve(l *sqldb.Link, g *reading) (*sqldb.Link, error) {
	d := r.store.dialect
	var again sqldb.Tries
	for {
		var err error
		if l, err = d.Refreshed(l, sqldb.ForReading); err != nil {
			return nil, &chat.Error{Code: wire.Unavailable, Cause: err}
		}
		l.Until(g.ctx)
		err = g.fn(l)
		l.Unending()
		if err == nil || isAnswer(err) {
			return l, err
		}
		_ = l.Close() // whatever is wrong with it, the next one is new
		l = nil
		if g.ctx != nil && g.ctx.Err() != nil {
			r.store.metrics.cutOff()
			return nil, errGivenUp(g.ctx)
		}
		if f := d.Classify(err); f != sqldb.FailedBusy && r.store.again(&again, f, err) {
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
// for a connection as long as ctx allows. Once it has one, a read that may be long (see
// chat.Length) ends with ctx, and with it its statement; a short one is not interrupted, which
// spares each of its statements a goroutine.
func (s *Store) read(ctx context.Context, fn func(l *sqldb.Link) error) error {
	if err := ctx.Err(); err != nil {
		return &chat.Error{Code: wire.Unavailable, Cause: err}
	}
	g := &reading{fn: fn, done: make(chan error, 1)}
	if length := chat.LengthOf(ctx); length != chat.Short {
		leave, err := s.readers.lengthy.enter(ctx, length)
		if err != nil {
			return err
		}
		defer leave()
		g.ctx = ctx
	}
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
func (s *Store) readOnce(ctx context.Context, fn func(l *sqldb.Link) error) error {
	return s.read(ctx, func(l *sqldb.Link) error {
		if _, err := l.Exec(sqldb.BeginRead); err != nil {
			return err
		}
		err := fn(l)
		if _, endErr := l.Exec(sqldb.Commit); err == nil {
			err = endErr
		}
		return err
	})
}
