package store

import (
	"context"
	"sync/atomic"
	"time"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
	"parley/wire"
)

// transaction is what a piece writes with.
type transaction struct {
	*sqldb.Link
	dialect *sqldb.Dialect
	at      time.Time
}

// place says where in a transaction a piece may run.
type place uint8

const (
	// inOrder: after what was appended before it and before what is appended after
	// it, where one committer writes everything. On a database server the rows' locks
	// decide. For everything that reads or writes devices and conversations.
	inOrder place = iota
	// apart: it touches neither, so appends need not be brought to rest for it.
	apart
)

// piece is a write that is no append: it runs in a savepoint of a transaction of the
// committer, alone or among others.
type piece struct {
	place place
	run   func(tx *transaction) error
	state atomic.Int32
	done  chan struct{}
	err   error // read after done
}

// The states of a piece.
const (
	queued int32 = iota
	taken
	givenUp
)

// write runs fn on the committer and returns when what it wrote is durable. An
// *chat.Error of fn is the answer, and undoes what fn did. Who gives up while fn is
// queued has changed nothing; who gives up later does not know.
func write[T any](ctx context.Context, s *Store, where place, fn func(tx *transaction) (T, error)) (T, error) {
	if err := ctx.Err(); err != nil {
		var none T
		return none, &chat.Error{Code: wire.Unavailable, Cause: err}
	}
	return queue(s, where, fn)(ctx)
}

// queue puts fn into the committer's queue. The function it gives waits for it.
func queue[T any](s *Store, where place, fn func(tx *transaction) (T, error)) (wait func(context.Context) (T, error)) {
	var none, found T
	p := &piece{place: where, done: make(chan struct{})}
	p.run = func(tx *transaction) (err error) {
		found, err = fn(tx)
		return err
	}
	submit := s.committer.submit
	if s.writers != nil {
		submit = s.writers.submit
	}
	if err := submit(p); err != nil {
		p.err = err
		close(p.done)
	}
	return func(ctx context.Context) (T, error) {
		select {
		case <-p.done:
		case <-ctx.Done():
			p.state.CompareAndSwap(queued, givenUp)
			return none, &chat.Error{Code: wire.Unavailable, Cause: ctx.Err()}
		}
		if p.err != nil {
			return none, p.err
		}
		return found, nil
	}
}
