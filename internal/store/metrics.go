package store

// Metrics are the callbacks through which a store tells what it does; any may be
// nil. They are called from the store's own goroutines and must return at once.
type Metrics struct {
	// Commit is told of each transaction: how many appends it stored, how many other
	// writes were in it, how long it took from its begin to its end in seconds, and
	// whether it was committed.
	Commit func(appends, writes int, seconds float64, ok bool)
	// Waited is told of each transaction that stored appends how long the first of them had
	// waited since Append, in seconds.
	Waited func(seconds float64)
	// Refused is told of appends that were not stored, by reason: "full queue",
	// "session gone", "repeat", "out of step", "stale members", "row", "store full",
	// "busy", "unavailable", "no conversation".
	Refused func(reason string, n int)
	// Retried is told of each transaction and read that failed and was begun anew, by reason:
	// "conflict" (a deadlock, or another server of a cluster was first), "lock" (one could
	// not be had in time), "connection" (it was lost before anything was committed).
	Retried func(reason string)
	// CutOff is told of each read that was begun and ended with its context: its client was
	// gone, or it took too long.
	CutOff func()
	// Checkpoint is told each time the log was folded into the database as a whole: how
	// many pages it had, and how long the next transaction had to wait for the last of
	// them, in seconds.
	Checkpoint func(pages int, seconds float64)
}

func (m *Metrics) commit(appends, writes int, seconds float64, ok bool) {
	if m.Commit != nil {
		m.Commit(appends, writes, seconds, ok)
	}
}

func (m *Metrics) refused(reason string, n int) {
	if m.Refused != nil && n > 0 {
		m.Refused(reason, n)
	}
}

func (m *Metrics) retried(reason string) {
	if m.Retried != nil {
		m.Retried(reason)
	}
}

func (m *Metrics) cutOff() {
	if m.CutOff != nil {
		m.CutOff()
	}
}

func (m *Metrics) checkpoint(pages int, seconds float64) {
	if m.Checkpoint != nil {
		m.Checkpoint(pages, seconds)
	}
}

func (m *Metrics) waited(seconds float64) {
	if m.Waited != nil {
		m.Waited(seconds)
	}
}
