// Package cluster keeps this node's place among the nodes that share a database: its
// lease, the burial of those whose leases have run out, and whether the bus carries
// between all that live.
//
// A lease is a counter in the node's row, raised every two seconds. A node trusts its
// own for ten seconds from before it sent the last renewal that succeeded, by its own
// monotonic clock. It may bury another only once it has itself renewed, and has since
// then watched the other's counter stand still for ten seconds of its own clock: a
// database that was away for a while, or a node that was frozen, buries nobody.
package cluster

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"parley/internal/chat"
)

// Options say who the node is and how it keeps time. Zero values take the defaults.
type Options struct {
	Name string
	// Previous is the number that this very node had before: no process can be behind it
	// any more, so that its sessions are freed at once. 0 for none.
	Previous chat.NodeID
	// Certain: this is known of Previous. If it is not, the number's lease is watched first:
	// one that is renewed has a process behind it, and Join returns a CopiedError; one that
	// is not runs out like that of any other node.
	Certain bool
	Store   Store
	Bus     chat.Bus
	Clock   chat.Clock
	Log     *slog.Logger

	Lease      time.Duration // how long a counter may stand still, default DefaultLease
	RenewEvery time.Duration // default 2 s
	WatchEvery time.Duration // how often the others' counters are looked at, default 500 ms
	BeatEvery  time.Duration // how often this node is heard on the bus, default 250 ms
	Deaf       time.Duration // how long another's beat may stay away, default 1.2 s
	StepDown   time.Duration // how long others must have renewed while this node could not, default 3 s
	Patience   time.Duration // how long one request of the store may take, default 2 s

	// Joined is told the node's number, first and whenever it begins anew.
	Joined func(chat.NodeID)
	// Fenced is told that the lease is lost, with the reason: every session of this node
	// must end, with word to come back elsewhere. When it returns, the node begins anew.
	Fenced func(reason string)
	// Freed is told of the users who went offline because their node was buried.
	Freed func(context.Context, []chat.PresenceMove)
	// BusTrouble is told when the bus stops to carry and when it carries again.
	BusTrouble func(on bool)
}

// Store is what the cluster needs of chat.Store.
type Store interface {
	chat.Nodes
	FreeSessions(ctx context.Context, node chat.NodeID, limit int) ([]chat.PresenceMove, bool, error)
}

// DefaultLease is the longest time between the death of a node and the end of its sessions,
// but for what others need to notice it.
const DefaultLease = 10 * time.Second

func (o *Options) setDefaults() {
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{
		{&o.Lease, DefaultLease},
		{&o.RenewEvery, 2 * time.Second},
		{&o.WatchEvery, 500 * time.Millisecond},
		{&o.BeatEvery, 250 * time.Millisecond},
		{&o.Deaf, 1200 * time.Millisecond},
		{&o.StepDown, 3 * time.Second},
		{&o.Patience, 2 * time.Second},
	} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = chat.SystemClock{}
	}
}

// Member is this node's place in the cluster. Hear may be called by anybody; the rest
// runs in goroutines that Leave waits for.
type Member struct {
	// Static.
	o      Options
	ctx    context.Context // ends with Leave
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu      sync.Mutex
	id      chat.NodeID // 0 while the node begins anew
	renewed time.Time   // when the last renewal that succeeded was sent
	others  map[chat.NodeID]*other
	outrun  time.Time // since when others renew and this node cannot; zero for not so
	trouble error     // why the bus does not carry
	watched time.Time // the last look at the others that succeeded
}

// other is another node as this one sees it.
type other struct {
	name    string
	counter int64
	since   time.Time // when the counter was first seen to be so
	first   time.Time // when the node was first seen
	heard   time.Time // its last beat on the bus
	fresh   time.Time // its last beat that told of a lease in good order
	dying   bool      // this node buries it
}

// CopiedError is the error of a node that says that it had a number before under which
// another process runs.
type CopiedError struct {
	Node chat.NodeID
	Name string
}

func (e *CopiedError) Error() string {
	return fmt.Sprintf("node %d (%s) is alive, and this server says that it was that node", e.Node, e.Name)
}

// Join takes a place in the cluster. It returns once the node has a number, or with the
// store's error, or a CopiedError.
func Join(ctx context.Context, o Options) (*Member, error) {
	o.setDefaults()
	m := &Member{o: o, others: map[chat.NodeID]*other{}}
	m.ctx, m.cancel = context.WithCancel(context.Background())
	if o.Previous != 0 && !o.Certain {
		if err := m.refuseAlive(ctx, o.Previous); err != nil {
			m.cancel()
			return nil, err
		}
		o.Previous = 0
	}
	if err := m.enroll(ctx); err != nil {
		m.cancel()
		return nil, err
	}
	if o.Previous != 0 {
		m.wg.Go(func() { m.buryPrevious(o.Previous) })
	}
	m.wg.Go(m.renewLoop)
	m.wg.Go(m.watchLoop)
	m.wg.Go(m.beatLoop)
	return m, nil
}

// refuseAlive watches a node's lease for longer than two renewals, and returns a
// CopiedError if it moves.
func (m *Member) refuseAlive(ctx context.Context, id chat.NodeID) error {
	const looks = 5 // two in every RenewEvery, and one more
	var first chat.NodeRow
	for i := range looks {
		rows, err := m.o.Store.Nodes(ctx)
		if err != nil {
			return err
		}
		row, there := rowOf(rows, id)
		switch {
		case !there:
			return nil
		case i == 0:
			first = row
		case row.Counter > first.Counter:
			return &CopiedError{Node: id, Name: row.Name}
		}
		if !m.pause(m.o.RenewEvery/2) || ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

// Node is this node's number, 0 while it begins anew.
func (m *Member) Node() chat.NodeID {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.id
}

// Leave ends the node's place in good order: its sessions, which must have ended, are
// freed, and its row goes, so that nobody has to watch it.
func (m *Member) Leave(ctx context.Context) error {
	m.cancel()
	m.wg.Wait()
	id := m.Node()
	if id == 0 {
		return nil
	}
	if err := m.free(ctx, id); err != nil {
		return err
	}
	return m.o.Store.RemoveNode(ctx, id)
}

// pause waits for d and reports whether the member is still there.
func (m *Member) pause(d time.Duration) bool {
	return chat.Pause(m.o.Clock, d, m.ctx.Done()) && m.ctx.Err() == nil
}

// patience is a context for one request of the store.
func (m *Member) patience() (context.Context, context.CancelFunc) {
	return context.WithTimeout(m.ctx, m.o.Patience)
}
