package memstore

import (
	"context"
	"sync"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// Outcome is how a commit ends.
type Outcome uint8

// The outcomes.
const (
	Commits  Outcome = iota
	Refused          // known not to have happened: the disk is full
	Lost             // nobody knows, and it did not happen
	TookHold         // nobody knows, and it happened
)

// Commit is the fate of one transaction.
type Commit struct {
	Before, After time.Duration // what it takes until it has happened, and until it is known
	Outcome       Outcome
}

// Faults decide what becomes of what a Store does. They are asked by several
// goroutines, one at a time.
type Faults interface {
	Read() (time.Duration, error)
	Commit() Commit
}

type noFaults struct{}

func (noFaults) Read() (time.Duration, error) { return 0, nil }
func (noFaults) Commit() Commit               { return Commit{} }

// Store is one node's way to the database. All that it writes goes through one
// queue: what waits while a commit is under way forms the next. It neither erases, invites nor
// forgets: no simulation asks for that.
type Store struct {
	db     *Database
	clock  chat.Clock
	faults Faults

	mu         sync.Mutex
	queue      []item
	results    []result
	committing bool
	handing    bool
	closed     bool
	dead       bool
	appended   func([]*chat.Append, bool)
	working    sync.WaitGroup
}

type item struct {
	append *chat.Append
	piece  *piece
}

// piece is a write that is no append.
type piece struct {
	run     func(tx *transaction)
	fail    func(error)
	done    chan struct{}
	ctx     context.Context
	skipped bool
}

type result struct {
	appends  []*chat.Append
	doubtful bool
}

// transaction is the database, locked, at a moment of the node's clock.
type transaction struct {
	*Database
	at time.Time
}

// Open returns a store over the database. Without faults it never fails.
func (d *Database) Open(clock chat.Clock, f Faults) *Store {
	if f == nil {
		f = noFaults{}
	}
	return &Store{db: d, clock: clock, faults: f, appended: func([]*chat.Append, bool) {}}
}

func unavailable() *chat.Error { return &chat.Error{Code: wire.Unavailable} }

// Kill cuts the store off: nothing that has not taken effect yet will, and every call
// is answered with Unavailable.
func (s *Store) Kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dead = true
}

func (s *Store) cutOff() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dead
}

// Close implements chat.Store.
func (s *Store) Close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.working.Wait()
	return nil
}

// Ping implements chat.Store.
func (s *Store) Ping(ctx context.Context) error {
	_, err := write(ctx, s, func(*transaction) (struct{}, error) { return struct{}{}, nil })
	return err
}

// SetAppended implements chat.Log.
func (s *Store) SetAppended(fn func(batch []*chat.Append, doubtful bool)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.appended = fn
}

// Append implements chat.Log.
func (s *Store) Append(a *chat.Append) {
	a.Seq, a.Err, a.LastSendSeq = 0, nil, 0
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		a.Err = unavailable()
		s.handBack(result{appends: []*chat.Append{a}})
		return
	}
	s.enqueue(item{append: a})
}

// enqueue is called with mu held.
func (s *Store) enqueue(it item) {
	s.queue = append(s.queue, it)
	if !s.committing {
		s.committing = true
		s.working.Go(s.commitAll)
	}
}

// handBack is called with mu held.
func (s *Store) handBack(r result) {
	s.results = append(s.results, r)
	if !s.handing {
		s.handing = true
		s.working.Go(s.handAll)
	}
}

func (s *Store) handAll() {
	for {
		s.mu.Lock()
		if len(s.results) == 0 {
			s.handing = false
			s.mu.Unlock()
			return
		}
		r, f := s.results[0], s.appended
		s.results = s.results[1:]
		// What was committed while this was busy comes in one piece, as from a database.
		for !r.doubtful && len(s.results) > 0 && !s.results[0].doubtful {
			r.appends = append(r.appends, s.results[0].appends...)
			s.results = s.results[1:]
		}
		s.mu.Unlock()
		f(r.appends, r.doubtful)
	}
}

func (s *Store) commitAll() {
	for {
		s.mu.Lock()
		items := s.queue
		s.queue = nil
		if len(items) == 0 {
			s.committing = false
			s.mu.Unlock()
			return
		}
		s.mu.Unlock()
		s.commit(items)
	}
}

// commit takes items through one transaction.
func (s *Store) commit(items []item) {
	c := s.faults.Commit()
	sleep(c.Before)
	if s.cutOff() {
		c = Commit{Outcome: Lost}
	}
	if c.Outcome == Commits || c.Outcome == TookHold {
		s.apply(items)
	}
	sleep(c.After)
	if s.cutOff() && c.Outcome == Commits {
		c.Outcome = TookHold // nobody is left to hear of it
	}
	if c.Outcome != Commits {
		s.fail(items, c.Outcome)
	}
	s.finish(items, c.Outcome == Lost || c.Outcome == TookHold)
}

func (s *Store) apply(items []item) {
	s.db.mu.Lock()
	defer s.db.mu.Unlock()
	tx := &transaction{s.db, s.clock.Now()}
	for _, it := range items {
		switch {
		case it.append != nil:
			tx.append(it.append)
		case it.piece.ctx.Err() != nil:
			it.piece.skipped = true
			it.piece.fail(unavailable())
		default:
			it.piece.run(tx)
		}
	}
}

// fail returns all items the answer of a transaction that failed.
func (s *Store) fail(items []item, o Outcome) {
	answer := unavailable()
	if o == Refused {
		answer = chat.E(wire.StoreFull)
	}
	for _, it := range items {
		switch {
		case it.piece != nil:
			it.piece.fail(answer)
		default:
			it.append.Seq, it.append.Err = 0, answer
		}
	}
}

func (s *Store) finish(items []item, doubtful bool) {
	var appends []*chat.Append
	for _, it := range items {
		if it.append != nil {
			appends = append(appends, it.append)
		} else {
			close(it.piece.done)
		}
	}
	if len(appends) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handBack(result{appends, doubtful})
}

// write runs f in a transaction.
func write[T any](ctx context.Context, s *Store, f func(tx *transaction) (T, error)) (T, error) {
	var answer T
	var err error
	p := &piece{ctx: ctx, done: make(chan struct{})}
	p.run = func(tx *transaction) { answer, err = f(tx) }
	p.fail = func(e error) { err = e }
	s.mu.Lock()
	if s.closed || s.dead {
		s.mu.Unlock()
		return answer, unavailable()
	}
	s.enqueue(item{piece: p})
	s.mu.Unlock()
	var none T
	select {
	case <-p.done:
	case <-ctx.Done():
		return none, unavailable()
	}
	if err != nil {
		return none, err
	}
	return answer, nil
}

// read runs f over the database, locked.
func (s *Store) read(ctx context.Context, f func(d *Database) error) error {
	delay, err := s.faults.Read()
	if err := pause(ctx, delay); err != nil {
		return unavailable()
	}
	if err != nil {
		return err
	}
	if s.cutOff() {
		return unavailable()
	}
	s.db.mu.Lock()
	defer s.db.mu.Unlock()
	return f(s.db)
}

func sleep(d time.Duration) {
	if d > 0 {
		time.Sleep(d)
	}
}

func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
