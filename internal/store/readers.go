package store

import (
	"context"
	"sync"

	"parley/internal/chat"
	"parley/wire"
)

// readers are the connections for reading. Each has one user at a time.
type readers struct {
	dialect *dialect
	free    chan *link // nil entries are connections still to be opened
	closing chan struct{}
	once    sync.Once
}

func newReaders(d *dialect, n int) *readers {
	r := &readers{dialect: d, free: make(chan *link, n), closing: make(chan struct{})}
	for range n {
		r.free <- nil
	}
	return r
}

// take waits for a connection. Whoever has one gives it back with give.
func (r *readers) take(ctx context.Context) (*link, error) {
	select {
	case <-r.closing:
		return nil, errClosed()
	default:
	}
	var l *link
	select {
	case l = <-r.free:
	default:
		select {
		case l = <-r.free:
		case <-r.closing:
			return nil, errClosed()
		case <-ctx.Done():
			return nil, &chat.Error{Code: wire.Unavailable, Cause: ctx.Err()}
		}
	}
	if l != nil {
		return l, nil
	}
	l, err := openLink(ctx, r.dialect, forReading)
	if err != nil {
		r.free <- nil
		return nil, &chat.Error{Code: wire.Unavailable, Cause: err}
	}
	return l, nil
}

// give returns a connection, nil for one that was closed.
func (r *readers) give(l *link) { r.free <- l }

// close waits for all connections to come back and closes them.
func (r *readers) close() {
	r.once.Do(func() {
		close(r.closing)
		for range cap(r.free) {
			if l := <-r.free; l != nil {
				l.close()
			}
		}
	})
}

// read runs fn with a connection for reading. Errors of the database become
// Unavailable, those of fn stay.
func (s *Store) read(ctx context.Context, fn func(l *link) error) error {
	if err := ctx.Err(); err != nil {
		return &chat.Error{Code: wire.Unavailable, Cause: err}
	}
	l, err := s.readers.take(ctx)
	if err != nil {
		return err
	}
	err = fn(l)
	if err == nil || isAnswer(err) {
		s.readers.give(l)
		return err
	}
	s.log.Error("reading from the database failed", "err", err)
	l.close() // whatever is wrong with it, the next one is new
	s.readers.give(nil)
	return &chat.Error{Code: wire.Unavailable, Cause: err}
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
