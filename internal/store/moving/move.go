// Package moving takes whole databases from one place to another: copies of a file that is in use
// (Backup), their way back (Restore), what must hold in a database that is whole (Check), and the
// move into a database of another kind, with a proof that nothing was lost (Move). It knows tables
// and columns, and not what they are for.
package moving

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"parley/internal/store/sqldb"
)

// Options say what a move needs besides the two databases. Zero values take the
// defaults.
type Options struct {
	// Progress is told how far the move is, after every piece; nil for nobody.
	Progress func(Progress)
	// Lease is for how long a node's counter must have stood still before the node counts
	// as dead (default 12 s, more than a lease lasts).
	Lease time.Duration
}

// Progress is how far a move is. Rows counts over all tables.
type Progress struct {
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

// ErrDiffers is the error of a move whose two sides are not equal at its end.
var ErrDiffers = errors.New("the two databases differ: the target is not to be used; empty it and begin again")

// Move copies everything from one database into another, ids, numbers and hashes
// unchanged, and returns the proof that it did. Both are named as for a server's database. Nobody
// must use either: a server that has a file open, or nodes whose leases are alive, make
// it refuse, and while it runs none can start. The target must be empty, or hold the
// beginning of a move of the same log, which then goes on: rows go over in the order of
// their keys, in transactions, so that what is there says how far it came. Nobody is
// logged in afterwards. Until the proof holds, no server starts on the target.
func Move(ctx context.Context, from, to string, o Options) ([]TableProof, error) {
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	if o.Lease <= 0 {
		o.Lease = 12 * time.Second
	}
	m := &move{ctx: ctx, o: o}
	var err error
	if m.from, err = openSide(ctx, from, "source"); err != nil {
		return nil, err
	}
	defer m.from.Close()
	if m.to, err = openSide(ctx, to, "target"); err != nil {
		return nil, err
	}
	defer m.to.Close()
	return m.run()
}

// move is a move that runs. Its two links have one user each, except while both sides
// are read for the comparison, by one goroutine each.
type move struct {
	ctx      context.Context //nolint:containedctx // of one call
	o        Options
	from, to *side
	log      string // which one is moved

	mu       sync.Mutex // of progress
	progress Progress
}

// side is one database of a move.
type side struct {
	*sqldb.Link
	what, path string
}

// openSide opens a database for nobody but this move.
func openSide(ctx context.Context, url, what string) (*side, error) {
	d, path, err := sqldb.New(url)
	if err != nil {
		return nil, fmt.Errorf("the %s: %w", what, err)
	}
	wrap := func(err error) error { return fmt.Errorf("the %s: %w", what, d.CannotOpen(path, err)) }
	if d.Exists != nil {
		if err := d.Exists(); err != nil && what == "source" {
			return nil, wrap(err)
		} else if err == nil {
			// Before anything is changed there.
			if err := probeAlone(ctx, d); err != nil {
				return nil, wrap(err)
			}
		}
	}
	if err := sqldb.Migrate(ctx, d); err != nil {
		return nil, wrap(err)
	}
	l, err := d.Open(ctx, sqldb.ForMoving)
	if err != nil {
		return nil, wrap(alone(d, err))
	}
	s := &side{l, what, path}
	if err := s.lock(ctx); err != nil {
		return nil, errors.Join(wrap(err), l.Close())
	}
	return s, nil
}

// probeAlone finds out whether nobody else has a file open.
func probeAlone(ctx context.Context, d *sqldb.Dialect) error {
	l, err := d.Open(ctx, sqldb.ForMoving)
	if err != nil {
		return alone(d, err)
	}
	defer l.Close()
	_, err = l.One(sqldb.Begin)
	return alone(d, err)
}

// alone says what an error of the first access means.
func alone(d *sqldb.Dialect, err error) error {
	if err != nil && d.Classify(err) == sqldb.FailedBusy {
		return errors.New("another program has it open, a running server perhaps: stop that first (parley admin stop)")
	}
	return err
}

// lock keeps other moves out.
func (s *side) lock(ctx context.Context) error {
	const wait, pause = 10 * time.Second, 100 * time.Millisecond // a server may find out late that a move was killed
	if !s.Dialect.Has(sqlMovingLock) {
		return nil
	}
	for began := time.Now(); ; {
		r, err := s.One(sqlMovingLock)
		switch {
		case err != nil:
			return err
		case r != nil && r.Num(0) == 1:
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
	if _, err := m.from.Exec(sqldb.BeginRead); err != nil {
		return nil, m.from.failed(err)
	}
	if m.from.Dialect.Has(sqlHoldNodes) {
		if _, err := m.from.One(sqlHoldNodes); err != nil {
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
			return proofs, ErrDiffers
		}
	}
	if err := m.nobodyNow(m.to); err != nil {
		return proofs, err
	}
	return proofs, m.to.failed(m.to.InTransaction(func() error {
		if err := m.raiseCounters(devices); err != nil {
			return err
		}
		was, err := m.to.ReadInstallation()
		if err != nil {
			return err
		}
		if err := m.to.RenameLog(was.LogID, m.log); err != nil {
			return err
		}
		return m.to.SetMoving("")
	}))
}

// mark finds out whether the move may be made, and writes down in the target that it
// has begun.
func (m *move) mark() error {
	from, err := m.from.NameLog()
	if err != nil {
		return m.from.failed(err)
	}
	if from.MovingFrom != "" {
		return fmt.Errorf("the source %s is itself the target of a move that is not finished", m.from.path)
	}
	m.log = from.LogID
	to, err := m.to.ReadInstallation()
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
		r, err := m.to.One(t.end)
		if err != nil {
			return m.to.failed(err)
		}
		if r != nil {
			return fmt.Errorf("the target %s is not empty: there are rows in %s; name an empty database", m.to.path, t.name)
		}
	}
	return m.to.failed(m.to.InTransaction(func() error {
		return m.to.SetMoving(m.log)
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
	return s.failed(s.InTransaction(func() error {
		for _, n := range first {
			if _, err := s.Exec(sqlBuryNode, n.id, n.counter); err != nil {
				return err
			}
		}
		return nil
	}))
}

// stood finds out whether the nodes' counters still stand where they were.
func (m *move) stood(s *side, were []node) error {
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
			return fmt.Errorf("the node %q is running on the %s %s; stop all nodes first", n.name, s.what, s.path)
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
		if n.counter > 0 {
			return fmt.Errorf("the node %q was started on the %s %s; stop it and begin again", n.name, s.what, s.path)
		}
	}
	return nil
}

// node is a row of nodes.
type node struct {
	id      int64
	name    string
	counter int64
}

func (s *side) nodes() (list []node, err error) {
	err = s.Query(sqlAllNodes, func(r sqldb.Row) bool {
		list = append(list, node{id: r.Num(0), name: r.Text(1), counter: r.Num(2)})
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
