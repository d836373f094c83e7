package store

import (
	"database/sql/driver"
	"errors"
	"math/rand/v2"
	"net"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// failure is what an error of the database means to the store.
type failure uint8

const (
	failedOtherwise failure = iota // nothing is known: what was not committed is gone, a commit is in doubt
	failedDuplicate                // a unique key is taken; only the statement failed
	failedOrder                    // a message's key is taken: the log is out of step with its conversation
	failedRow                      // the row was refused; only the statement failed
	failedFull                     // no room, or no right to write: nothing was committed
	failedBusy                     // locks could not be had
	failedConflict                 // a deadlock, or another server was first: nothing was committed
	failedReadOnly                 // the server takes no writes, and perhaps another does by now: nothing was committed
	failedCrowded                  // the server takes no more connections
	failedIO                       // the disk or the connection: reopen; a commit is in doubt
)

// statementOnly reports whether the transaction goes on after the failure.
func (f failure) statementOnly() bool {
	return f == failedDuplicate || f == failedOrder || f == failedRow
}

// goesOn reports whether the committer keeps its connection after a failure.
func (f failure) goesOn() bool { return f == failedBusy || f == failedConflict || f.statementOnly() }

// known reports whether a connection can be used again after a failure.
func (f failure) known() bool {
	switch f {
	case failedIO, failedOtherwise, failedReadOnly, failedCrowded:
		return false
	case failedDuplicate, failedOrder, failedRow, failedFull, failedBusy, failedConflict:
	}
	return true
}

// lost reports whether another connection may do what this one failed to do.
func (f failure) lost() bool { return f == failedIO || f == failedReadOnly }

// undone reports whether a COMMIT that ended with err is known to have changed nothing.
// A time-out is not: the server may have committed, and stopped waiting for another one.
func (d *dialect) undone(f failure, err error) bool {
	switch f {
	case failedFull, failedConflict, failedReadOnly:
		return true
	case failedBusy:
		return !d.server
	case failedOtherwise, failedDuplicate, failedOrder, failedRow, failedCrowded, failedIO:
	}
	return unsent(err)
}

// unsent reports whether an error is one of a statement that never left.
func unsent(err error) bool { return errors.Is(err, driver.ErrBadConn) || pgconn.SafeToRetry(err) }

// How often a transaction that is known to have changed nothing is begun anew.
const (
	// busyAttempts is how often one is tried that cannot have its locks; each attempt waits
	// for the database's own time-out (1 s).
	busyAttempts = 3
	// conflictTime is for how long one is tried that others are faster than.
	conflictTime = 3 * time.Second
	// conflictPause is the longest pause between two of those attempts.
	conflictPause = 50 * time.Millisecond
)

// tries decides whether a transaction is begun anew. Its zero value is for one.
type tries struct {
	busy, lost, conflicts int
	first                 time.Time // conflict
}

// again reports whether one that failed is to be tried once more, after a pause if there is
// need of one, and tells the metrics why. Nothing of it may be committed.
func (t *tries) again(s *Store, f failure, err error) bool {
	var reason string
	switch {
	case f == failedBusy && t.busy < busyAttempts-1:
		t.busy++
		reason = "lock"
	case f == failedConflict && (t.conflicts == 0 || time.Since(t.first) < conflictTime):
		if t.conflicts++; t.conflicts == 1 {
			t.first = time.Now()
		}
		time.Sleep(rand.N(min(time.Millisecond<<min(t.conflicts, 10), conflictPause))) //nolint:gosec // it need not be secret
		reason = "conflict"
	case (f.lost() || unsent(err)) && t.lost == 0 && s.dialect.elsewhere(err):
		t.lost++
		reason = "connection"
	default:
		return false
	}
	s.metrics.retried(reason)
	return true
}

// elsewhere reports whether it makes sense to do on another connection what failed with
// err: not if the only server there is stood still for as long as a call may take.
func (d *dialect) elsewhere(err error) bool {
	var late net.Error
	var away *unreachable
	if errors.As(err, &away) {
		return false
	}
	return d.server && (d.hosts.several() || !errors.As(err, &late) || !late.Timeout())
}

// unreachable is the error of a connection that cannot be had: all that could be tried
// for it was.
type unreachable struct{ cause error }

func (e *unreachable) Error() string { return "connecting to the database: " + e.cause.Error() }
func (e *unreachable) Unwrap() error { return e.cause }
