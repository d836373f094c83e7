package store

import (
	"errors"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
	"parley/wire"
)

// isAnswer reports whether err is meant for the caller, and no failure of the
// database.
func isAnswer(err error) bool {
	var e *chat.Error
	return errors.As(err, &e)
}

func errClosed() error {
	return chat.Errorf(wire.Unavailable, "the server is stopping; try again in a moment")
}

// refusal is what the callers of a transaction are told that did not happen, or may
// not have happened.
func refusal(f sqldb.Failure, cause error) *chat.Error {
	switch f {
	case sqldb.FailedFull, sqldb.FailedReadOnly:
		return &chat.Error{Code: wire.StoreFull, Cause: cause}
	case sqldb.FailedBusy, sqldb.FailedConflict:
		return &chat.Error{Code: wire.Busy, Cause: cause}
	}
	return &chat.Error{Code: wire.Unavailable, Cause: cause}
}

// errLeft is the outcome of an append that waits on, because another transaction holds
// its rows. It never leaves the store.
var errLeft = errors.New("store: rows are held by others")

// errHeld is why an append is refused that waited for too long.
var errHeld = errors.New("store: a row that it needs was locked by another transaction for too long")

// faults is where tests break what a disk breaks too seldom.
type faults interface {
	// open is asked before the writer's connection is opened again.
	open() error
	// insert is asked before a message's row is inserted.
	insert(a *chat.Append) error
	// commit stands around the commit, which is do.
	commit(do func() error) error
}

type noFaults struct{}

func (noFaults) open() error                  { return nil }
func (noFaults) insert(*chat.Append) error    { return nil }
func (noFaults) commit(do func() error) error { return do() }

// again reports whether a transaction that failed is begun anew, and tells the metrics. Nothing
// of it may be committed.
func (s *Store) again(t *sqldb.Tries, f sqldb.Failure, err error) bool {
	reason, again := t.Again(s.dialect, f, err)
	if again {
		s.metrics.retried(reason)
	}
	return again
}
