package sqldb

import (
	"database/sql/driver"
	"errors"
	"math/rand/v2"
	"net"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// Failure is what an error of the database means to the store.
type Failure uint8

// The failures.
const (
	FailedOtherwise Failure = iota // nothing is known: what was not committed is gone, a commit is in doubt
	FailedDuplicate                // a unique key is taken; only the statement failed
	FailedOrder                    // a message's key is taken: the log is out of step with its conversation
	FailedRow                      // the row was refused; only the statement failed
	FailedFull                     // no room, or no right to write: nothing was committed
	FailedBusy                     // locks could not be had
	FailedConflict                 // a deadlock, or another server was first: nothing was committed
	FailedReadOnly                 // the server takes no writes, and perhaps another does by now: nothing was committed
	FailedCrowded                  // the server takes no more connections
	FailedIO                       // the disk or the connection: reopen; a commit is in doubt
)

// StatementOnly reports whether the transaction goes on after the failure.
func (f Failure) StatementOnly() bool {
	return f == FailedDuplicate || f == FailedOrder || f == FailedRow
}

// GoesOn reports whether the committer keeps its connection after a failure.
func (f Failure) GoesOn() bool { return f == FailedBusy || f == FailedConflict || f.StatementOnly() }

// Known reports whether a connection can be used again after a failure.
func (f Failure) Known() bool {
	switch f {
	case FailedIO, FailedOtherwise, FailedReadOnly, FailedCrowded:
		return false
	case FailedDuplicate, FailedOrder, FailedRow, FailedFull, FailedBusy, FailedConflict:
	}
	return true
}

// lost reports whether another connection may do what this one failed to do.
func (f Failure) lost() bool { return f == FailedIO || f == FailedReadOnly }

// Undone reports whether a COMMIT that ended with err is known to have changed nothing.
// A time-out is not: the server may have committed, and stopped waiting for another one.
func (d *Dialect) Undone(f Failure, err error) bool {
	switch f {
	case FailedFull, FailedConflict, FailedReadOnly:
		return true
	case FailedBusy:
		return !d.Server
	case FailedOtherwise, FailedDuplicate, FailedOrder, FailedRow, FailedCrowded, FailedIO:
	}
	return unsent(err)
}

// unsent reports whether an error is one of a statement that never left.
func unsent(err error) bool { return errors.Is(err, driver.ErrBadConn) || pgconn.SafeToRetry(err) }

// How often a transaction that is known to have changed nothing is begun anew.
const (
	// BusyAttempts is how often one is tried that cannot have its locks; each attempt waits
	// for the database's own time-out (1 s).
	BusyAttempts = 3
	// conflictTime is for how long one is tried that others are faster than.
	conflictTime = 3 * time.Second
	// conflictPause is the longest pause between two of those attempts.
	conflictPause = 50 * time.Millisecond
)

// Tries decides whether a transaction is begun anew. Its zero value is for one.
type Tries struct {
	busy, lost, conflicts int
	first                 time.Time // conflict
}

// Again reports whether one that failed is to be tried once more, after a pause if there is
// need of one, and why, in a word: "lock", "conflict" or "connection". Nothing of it may be committed.
func (t *Tries) Again(d *Dialect, f Failure, err error) (reason string, again bool) {
	switch {
	case f == FailedBusy && t.busy < BusyAttempts-1:
		t.busy++
		reason = "lock"
	case f == FailedConflict && (t.conflicts == 0 || time.Since(t.first) < conflictTime):
		if t.conflicts++; t.conflicts == 1 {
			t.first = time.Now()
		}
		time.Sleep(rand.N(min(time.Millisecond<<min(t.conflicts, 10), conflictPause))) //nolint:gosec // it need not be secret
		reason = "conflict"
	case (f.lost() || unsent(err)) && t.lost == 0 && d.elsewhere(err):
		t.lost++
		reason = "connection"
	default:
		return "", false
	}
	return reason, true
}

// elsewhere reports whether it makes sense to do on another connection what failed with
// err: not if the only server there is stood still for as long as a call may take.
func (d *Dialect) elsewhere(err error) bool {
	var late net.Error
	var away *unreachable
	if errors.As(err, &away) {
		return false
	}
	return d.Server && (d.hosts.several() || !errors.As(err, &late) || !late.Timeout())
}

// unreachable is the error of a connection that cannot be had: all that could be tried
// for it was.
type unreachable struct{ cause error }

func (e *unreachable) Error() string { return "connecting to the database: " + e.cause.Error() }
func (e *unreachable) Unwrap() error { return e.cause }
