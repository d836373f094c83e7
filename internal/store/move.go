package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"parley/internal/chat"
)

// MoveOptions say what a move needs besides the two databases. Zero values take the
// defaults.
type MoveOptions struct {
	// Progress is told how far the move is, after every piece; nil for nobody.
	Progress func(MoveProgress)
	// Lease is for how long a node's counter must have stood still before the node counts
	// as dead (default 12 s, more than a lease lasts).
	Lease time.Duration
}

// MoveProgress is how far a move is. Rows counts over all tables.
type MoveProgress struct {
	Step, Table string // Step is "copying" or "comparing"
	Rows, Of    int64
}

// TableProof is what both sides hold of one table, counted and summed up (SHA-256) by
// reading all of it from both.
type TableProof struct {
	Table    string
	From, To TableSum
}

// Equal reports whether both sides hold the same rows.
func (p TableProof) Equal() bool { return p.From == p.To }

// TableSum is what was read of a table.
type TableSum struct {
	Rows int64
	Sum  [32]byte
}

// ErrMoveDiffers is the error of a move whose two sides are not equal at its end.
var ErrMoveDiffers = errors.New("the two databases differ: the target is not to be used; empty it and begin again")

// Move copies everything from one database into another, ids, numbers and hashes
// unchanged, and gives the proof that it did. Both are named as Options.URL is. Nobody
// must use either: a server that has a file open, or nodes whose leases are alive, make
// it refuse, and while it runs none can start. The target must be empty, or hold the
// beginning of a move of the same log, which then goes on: rows go over in the order of
// their keys, in transactions, so that what is there says how far it came. Nobody is
// logged in afterwards. Until the proof holds, no server starts on the target.
func Move(ctx context.Context, from, to string, o MoveOptions) ([]TableProof, error) {
	if o.Progress == nil {
		o.Progress = func(MoveProgress) {}
	}
	if o.Lease <= 0 {
		o.Lease = 12 * time.Second
	}
	m := &move{ctx: ctx, o: o}
	var err error
	if m.from, err = openSide(ctx, from, "source"); err != nil {
		return nil, err
	}
	defer m.from.close()
	if m.to, err = openSide(ctx, to, "target"); err != nil {
		return nil, err
	}
	defer m.to.close()
	return m.run()
}

// move is a move that runs. Its two links have one user each, except while both sides
// are read for the comparison, by one goroutine each.
type move struct {
	ctx      context.Context //nolint:containedctx // of one call
	o        MoveOptions
	from, to *side
	log      string // which one is moved

	mu       sync.Mutex // of progress
	progress MoveProgress
}

// side is one database of a move.
type side struct {
	*link
	what, path string
}

// openSide opens a database for nobody but this move.
func openSide(ctx context.Context, url, what string) (*side, error) {
	d, path, err := dialectOf(url)
	if err != nil {
		return nil, fmt.Errorf("the %s: %w", what, err)
	}
	wrap := func(err error) error { return fmt.Errorf("the %s: %w", what, d.cannotOpen(path, err)) }
	if d.exists != nil {
		if err := d.exists(); err != nil && what == "source" {
			return nil, wrap(err)
		} else if err == nil {
			// Before anything is changed there.
			if err := probeAlone(ctx, d); err != nil {
				return nil, wrap(err)
			}
		}
	}
	if err := migrate(ctx, d); err != nil {
		return nil, wrap(err)
	}
	l, err := d.open(ctx, forMoving)
	if err != nil {
		return nil, wrap(alone(d, err))
	}
	s := &side{l, what, path}
	if err := s.lock(ctx); err != nil {
		return nil, errors.Join(wrap(err), l.close())
	}
	return s, nil
}

// probeAlone finds out whether nobody else has a file open.
func probeAlone(ctx context.Context, d *dialect) error {
	l, err := d.open(ctx, forMoving)
	if err != nil {
		return alone(d, err)
	}
	defer l.close()
	_, err = l.one(sqlBegin)
	return alone(d, err)
}

// alone says what an error of the first access means.
func alone(d *dialect, err error) error {
	if err != nil && d.classify(err) == failedBusy {
		return errors.New("another program has it open, a running server perhaps: stop that first (parley admin stop)")
	}
	return err
}

// lock keeps other moves out.
func (s *side) lock(ctx context.Context) error {
	const wait, pause = 10 * time.Second, 100 * time.Millisecond // a server may find out late that a move was killed
	if s.dialect.texts[sqlMovingLock] == "" {
		return nil
	}
	for began := time.Now(); ; {
		r, err := s.one(sqlMovingLock)
		switch {
		case err != nil:
			return err
		case r != nil && r.num(0) == 1:
			return nil
		case time.Since(began) > wait:
			return errors.New("another move uses it; wait for its end")
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (m *move) run() ([]TableProof, error) {
	for _, s := range []*side{m.from, m.to} {
		if err := m.nobody(s); err != nil {
			return nil, err
		}
	}
	if err := m.mark(); err != nil {
		return nil, err
	}
	// From here on the source is read as it is at one moment, and none of its nodes can
	// start.
	if _, err := m.from.exec(sqlBeginRead); err != nil {
		return nil, m.from.failed(err)
	}
	if m.from.dialect.texts[sqlHoldNodes] != "" {
		if _, err := m.from.one(sqlHoldNodes); err != nil {
			return nil, m.from.failed(err)
		}
	}
	if err := m.nobodyNow(m.from); err != nil {
		return nil, err
	}
	if err := m.count(); err != nil {
		return nil, err
	}
	for i := range movedTables {
		if err := m.copy(&movedTables[i]); err != nil {
			return nil, err
		}
	}
	return m.finish()
}

// finish proves the move and, if it holds, lets servers use the target.
func (m *move) finish() ([]TableProof, error) {
	proofs, devices, err := m.compare()
	if err != nil {
		return nil, err
	}
	for _, p := range proofs {
		if !p.Equal() {
			return proofs, ErrMoveDiffers
		}
	}
	if err := m.nobodyNow(m.to); err != nil {
		return proofs, err
	}
	return proofs, m.to.failed(m.to.inTransaction(func() error {
		if err := m.raiseCounters(devices); err != nil {
			return err
		}
		was, err := m.to.installation()
		if err != nil {
			return err
		}
		if _, err := m.to.exec(sqlNameLog, m.log, was.LogID); err != nil {
			return err
		}
		_, err = m.to.exec(sqlSetMoving, "")
		return err
	}))
}

// mark finds out whether the move may be made, and writes down in the target that it
// has begun.
func (m *move) mark() error {
	from, err := m.from.nameLog()
	if err != nil {
		return m.from.failed(err)
	}
	if from.MovingFrom != "" {
		return fmt.Errorf("the source %s is itself the target of a move that is not finished", m.from.path)
	}
	m.log = from.LogID
	to, err := m.to.installation()
	if err != nil {
		return m.to.failed(err)
	}
	switch to.MovingFrom {
	case m.log:
		return nil
	case "":
	default:
		return fmt.Errorf("the target %s holds the beginning of a move from another database: finish that one, or name an empty database", m.to.path)
	}
	if to.LogID == m.log {
		return fmt.Errorf("the target %s is the source, or holds all of it already: a finished move is not repeated", m.to.path)
	}
	for _, t := range movedTables {
		r, err := m.to.one(t.end)
		if err != nil {
			return m.to.failed(err)
		}
		if r != nil {
			return fmt.Errorf("the target %s is not empty: there are rows in %s; name an empty database", m.to.path, t.name)
		}
	}
	return m.to.failed(m.to.inTransaction(func() error {
		_, err := m.to.exec(sqlSetMoving, m.log)
		return err
	}))
}

// nobody waits until it is certain that no node lives on a database server, and buries
// the dead: one that wakes up later finds that it has no lease.
func (m *move) nobody(s *side) error {
	first, err := s.nodes()
	if err != nil || len(first) == 0 {
		return s.failed(err)
	}
	tick := time.NewTicker(m.o.Lease / 10)
	defer tick.Stop()
	for until := time.Now().Add(m.o.Lease); time.Now().Before(until); {
		select {
		case <-tick.C:
		case <-m.ctx.Done():
			return m.ctx.Err()
		}
		if err := m.stood(s, first); err != nil {
			return err
		}
	}
	return s.failed(s.inTransaction(func() error {
		for _, n := range first {
			if _, err := s.exec(sqlCondemnNode, n.ID, n.Counter); err != nil {
				return err
			}
		}
		return nil
	}))
}

// stood finds out whether the nodes' counters still stand where they were.
func (m *move) stood(s *side, were []chat.NodeRow) error {
	now, err := s.nodes()
	if err != nil {
		return s.failed(err)
	}
	for _, n := range now {
		alive := true
		for _, was := range were {
			alive = alive && was != n
		}
		if alive {
			return fmt.Errorf("the node %q is running on the %s %s; stop all nodes first", n.Name, s.what, s.path)
		}
	}
	return nil
}

// nobodyNow finds out that no node has joined since nobody was there.
func (m *move) nobodyNow(s *side) error {
	now, err := s.nodes()
	if err != nil {
		return s.failed(err)
	}
	for _, n := range now {
		if n.Counter > 0 {
			return fmt.Errorf("the node %q was started on the %s %s; stop it and begin again", n.Name, s.what, s.path)
		}
	}
	return nil
}

func (s *side) nodes() (list []chat.NodeRow, err error) {
	err = s.query(sqlNodes, func(r row) bool {
		list = append(list, chat.NodeRow{ID: chat.NodeID(r.num(0)), Name: r.text(1), Counter: r.num(2)})
		return true
	})
	return list, err
}

// failed says on which side an error happened.
func (s *side) failed(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("the %s %s: %w", s.what, s.path, err)
}

// inTransaction commits what fn did unless it failed.
func (l *link) inTransaction(fn func() error) error {
	if _, err := l.exec(sqlBegin); err != nil {
		return err
	}
	err := fn()
	if err == nil {
		_, err = l.exec(sqlCommit)
	}
	if err != nil {
		_, _ = l.exec(sqlRollback) // the first error says more
	}
	return err
}
