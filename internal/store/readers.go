package store

import (
	"context"
	"log/slog"
	"sync"

	"parley/internal/chat"
	"parley/wire"
)

// readers are the connections for reading, each with a goroutine of its own. Reading
// goes deep: the stack of a client's goroutine would have to grow for it at every
// login, and would stay grown, while those few keep theirs.
type readers struct {
	dialect *dialect
	log     *slog.Logger
	asked   chan *reading // without a buffer: who was taken is answered
	closing chan struct{}
	once    sync.Once
	running sync.WaitGroup
}

// reading is one use of a connection.
type reading struct {
	fn   func(l *link) error
	done chan error
}

func startReaders(d *dialect, n int, log *slog.Logger) *readers {
	r := &readers{dialect: d, log: log, asked: make(chan *reading), closing: make(chan struct{})}
	for range n {
		r.running.Go(r.run)
	}
	return r
}

// run serves readings with one connection, which is opened when first wanted.
func (r *readers) run() {
	var l *link
	for {
		select {
		case <-r.closing:
			if l != nil {
				l.close()
			}
			return
		case g := <-r.asked:
			var err error
			l, err = r.serve(l, g.fn)
			g.done <- err
		}
	}
}

// serve runs fn and gives the connection for the next one, nil if it has to be new.
// Errors of the database become Unavailable, those of fn stay.
func (r *readers) serve(l *link, fn func(l *link) error) (*link, error) {
	if l == nil {
		var err error
		if l, err = openLink(context.Background(), r.dialect, forReading); err != nil {
			return nil, &chat.Error{Code: wire.Unavailable, Cause: err}
		}
	}
	err := fn(l)
	if err == nil || isAnswer(err) {
		return l, err
	}
	r.log.Error("reading from the database failed", "err", err)
	l.close() // whatever is wrong with it, the next one is new
	return nil, &chat.Error{Code: wire.Unavailable, Cause: err}
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
