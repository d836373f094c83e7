package cluster

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/bus"
	"parley/internal/chat"
	"parley/test/sim/memstore"
)

// faultyStore is a node's way to the database, which a test can break.
type faultyStore struct {
	*memstore.Store
	mu     sync.Mutex
	broken error         // what every call gives
	frozen chan struct{} // calls wait for this to be closed
}

func (f *faultyStore) set(broken error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.broken = broken
}

// freeze holds every call until the function it gives is called, whatever its context.
func (f *faultyStore) freeze() (thaw func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := make(chan struct{})
	f.frozen = c
	return func() {
		f.mu.Lock()
		f.frozen = nil
		f.mu.Unlock()
		close(c)
	}
}

func (f *faultyStore) pass(ctx context.Context) error {
	f.mu.Lock()
	broken, frozen := f.broken, f.frozen
	f.mu.Unlock()
	if frozen != nil {
		<-frozen
	}
	if broken != nil {
		<-ctx.Done() // a database that is away does not answer
		return broken
	}
	return nil
}

func (f *faultyStore) RenewNode(ctx context.Context, id chat.NodeID) (bool, error) {
	if err := f.pass(ctx); err != nil {
		return false, err
	}
	return f.Store.RenewNode(ctx, id)
}

func (f *faultyStore) Nodes(ctx context.Context) ([]chat.NodeRow, error) {
	if err := f.pass(ctx); err != nil {
		return nil, err
	}
	return f.Store.Nodes(ctx)
}

// deafBus is a bus that can be cut.
type deafBus struct {
	chat.Bus
	mu     sync.Mutex
	cut    bool
	health error
}

func (b *deafBus) set(cut bool, health error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.cut, b.health = cut, health
}

func (b *deafBus) Publish(n chat.Notice, topics ...chat.Topic) {
	b.mu.Lock()
	cut := b.cut
	b.mu.Unlock()
	if !cut {
		b.Bus.Publish(n, topics...)
	}
}

func (b *deafBus) Health() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.health
}

// place is a node in a test.
type place struct {
	t      *testing.T
	db     *memstore.Database
	store  *faultyStore
	bus    *deafBus
	member *Member
	hears  atomic.Pointer[Member]
	dead   bool

	mu      sync.Mutex
	ids     []chat.NodeID // as told by Joined
	fenced  []string
	offline []string
	trouble []bool
}

func (p *place) Receive(_ chat.Topic, n chat.Notice) {
	if m := p.hears.Load(); m != nil {
		m.Hear(n.Beat)
	}
}
func (p *place) Lost() {}

func (p *place) told(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
}

// nodes runs a test with n nodes on one database and one bus, in fake time.
func nodes(t *testing.T, n int, run func(*testing.T, *memstore.Database, []*place)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		db, exchange := memstore.New(), bus.NewMemory()
		var all []*place
		for i := range n {
			all = append(all, join(t, db, exchange, fmt.Sprint("n", i+1), 0))
		}
		time.Sleep(5 * time.Second)
		run(t, db, all)
		for _, p := range all {
			p.leave()
		}
	})
}

func join(t *testing.T, db *memstore.Database, exchange *bus.Memory, name string, previous chat.NodeID) *place {
	t.Helper()
	p, err := tryJoin(t, db, exchange, Options{Name: name, Previous: previous, Certain: true})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func tryJoin(t *testing.T, db *memstore.Database, exchange *bus.Memory, o Options) (*place, error) {
	t.Helper()
	p := &place{t: t, db: db, store: &faultyStore{Store: db.Open(chat.SystemClock{}, nil)}}
	p.bus = &deafBus{Bus: exchange.Attach(1, p)}
	if err := p.bus.Subscribe(t.Context(), chat.Topic{Nodes: true}); err != nil {
		t.Fatal(err)
	}
	o.Store, o.Bus = p.store, p.bus
	o.Joined = func(id chat.NodeID) { p.told(func() { p.ids = append(p.ids, id) }) }
	o.Fenced = func(reason string) { p.told(func() { p.fenced = append(p.fenced, reason) }) }
	o.Freed = func(_ context.Context, moves []chat.PresenceMove) {
		for _, m := range moves {
			p.told(func() { p.offline = append(p.offline, m.Name) })
		}
	}
	o.BusTrouble = func(on bool) { p.told(func() { p.trouble = append(p.trouble, on) }) }
	m, err := Join(t.Context(), o)
	if err != nil {
		return p, errors.Join(err, p.bus.Close(), p.store.Close())
	}
	p.member = m
	p.hears.Store(m)
	return p, nil
}

func (p *place) leave() {
	if err := p.member.Leave(context.Background()); err != nil && !p.dead {
		p.t.Errorf("leave: %v", err)
	}
	_ = p.bus.Close()
	_ = p.store.Close()
}

// kill ends the node as a crash would: its row and its sessions stay.
func (p *place) kill() {
	p.bus.set(true, nil)
	p.store.set(errors.New("dead"))
	p.dead = true
	p.store.Kill()
}

// user logs a user in on the node.
func (p *place) user(name string) {
	p.t.Helper()
	id, err := p.store.CreateUser(p.t.Context(), name, name, "")
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := p.store.OpenSession(p.t.Context(), chat.Opening{
		User: id, Session: chat.SessionID(id), Node: p.member.Node(), At: time.Now(),
	}); err != nil {
		p.t.Fatal(err)
	}
}

func (p *place) quiet(t *testing.T, what string) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.fenced) > 0 || len(p.ids) != 1 || len(p.offline) > 0 {
		t.Errorf("%s: numbers %v, fenced %q, offline %q", what, p.ids, p.fenced, p.offline)
	}
}

// A node that dies is buried by one other, in time for its users to log in again within
// 12 s.
func TestBurial(t *testing.T) {
	nodes(t, 3, func(t *testing.T, db *memstore.Database, n []*place) {
		n[0].user("alice")
		n[0].user("bob")
		n[0].kill()
		died := time.Now()
		for db.LooksOnline(1, 0) || db.LooksOnline(2, 0) {
			if time.Since(died) > 12*time.Second {
				t.Fatal("after 12 s the dead node's sessions are still there")
			}
			time.Sleep(100 * time.Millisecond)
		}
		if since := time.Since(died); since < 8*time.Second {
			t.Errorf("buried after %v: its lease may not have run out", since)
		}
		time.Sleep(time.Second)
		told := append(slices.Clone(n[1].offline), n[2].offline...)
		if slices.Sort(told); !slices.Equal(told, []string{"alice", "bob"}) {
			t.Errorf("told of as offline: %q, want each once", told)
		}
		if rows, _ := n[1].store.Nodes(t.Context()); len(rows) != 2 {
			t.Errorf("nodes %+v are left", rows)
		}
		if len(n[1].fenced)+len(n[2].fenced) > 0 {
			t.Error("a living node lost its lease")
		}
	})
}

// A burial that stops halfway is taken up by another node.
func TestBurialIsTakenUp(t *testing.T) {
	nodes(t, 3, func(t *testing.T, db *memstore.Database, n []*place) {
		n[0].user("alice")
		id := n[0].member.Node()
		n[0].kill()
		rows, err := n[1].store.Nodes(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		row, _ := rowOf(rows, id)
		if ok, err := n[1].store.CondemnNode(t.Context(), id, row.Counter); !ok || err != nil {
			t.Fatal(ok, err)
		}
		time.Sleep(12 * time.Second)
		if db.LooksOnline(1, 0) {
			t.Error("a burial that stopped halfway was not taken up")
		}
	})
}

// The node that was there before under the same name is buried at once: nothing is
// behind it any more.
func TestPreviousLife(t *testing.T) {
	nodes(t, 2, func(t *testing.T, db *memstore.Database, n []*place) {
		n[0].user("alice")
		old := n[0].member.Node()
		n[0].kill()
		again := join(t, db, bus.NewMemory(), "n1", old)
		time.Sleep(time.Second)
		if db.LooksOnline(1, 0) {
			t.Error("the sessions of the life before are still there")
		}
		again.leave()
	})
}

// A server that says that it was a node which is alive, as one on a copy of that node's data
// folder does, is refused, and the node keeps its place and its people.
func TestACopyOfALivingNode(t *testing.T) {
	nodes(t, 2, func(t *testing.T, db *memstore.Database, n []*place) {
		n[0].user("alice")
		_, err := tryJoin(t, db, bus.NewMemory(), Options{Name: "copy", Previous: n[0].member.Node()})
		var copied *CopiedError
		if !errors.As(err, &copied) || copied.Node != n[0].member.Node() || copied.Name != "n1" {
			t.Fatalf("got %v", err)
		}
		time.Sleep(12 * time.Second)
		if !db.LooksOnline(1, 0) || len(n[0].fenced) > 0 {
			t.Errorf("the node lost its people, or its place: %q", n[0].fenced)
		}
	})
}

// A node that is dead is replaced by a server that only may have been it: its lease runs out
// as that of any other.
func TestAnUncertainPreviousLife(t *testing.T) {
	nodes(t, 2, func(t *testing.T, db *memstore.Database, n []*place) {
		n[0].user("alice")
		old := n[0].member.Node()
		n[0].kill()
		again, err := tryJoin(t, db, bus.NewMemory(), Options{Name: "n1", Previous: old})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(12 * time.Second)
		if db.LooksOnline(1, 0) {
			t.Error("the sessions of the life before are still there")
		}
		again.leave()
	})
}

// A database that is away for everybody, for longer than a lease, costs nobody his
// place.
func TestDatabaseAway(t *testing.T) {
	nodes(t, 3, func(t *testing.T, db *memstore.Database, n []*place) {
		n[0].user("alice")
		for _, p := range n {
			p.store.set(errors.New("away"))
		}
		time.Sleep(25 * time.Second)
		for i, p := range n {
			if s := p.member.State(); !s.Expired {
				t.Errorf("node %d trusts its lease after %v", i+1, s.Renewed)
			}
		}
		for _, p := range n { // one after the other, and the last of them late
			p.store.set(nil)
			time.Sleep(700 * time.Millisecond)
		}
		time.Sleep(20 * time.Second)
		for i, p := range n {
			p.quiet(t, fmt.Sprint("node ", i+1))
			if s := p.member.State(); s.Expired {
				t.Errorf("node %d has not renewed", i+1)
			}
		}
		if !db.LooksOnline(1, 0) {
			t.Error("a session was freed")
		}
	})
}

// A node that alone has lost the database steps down when it hears that others renew,
// and begins anew when the database is back for it.
func TestCutOffFromTheDatabase(t *testing.T) {
	nodes(t, 3, func(t *testing.T, db *memstore.Database, n []*place) {
		n[0].user("alice")
		n[0].store.set(errors.New("away"))
		time.Sleep(20 * time.Second)
		n[0].mu.Lock()
		if len(n[0].fenced) != 1 || n[0].ids[len(n[0].ids)-1] != 0 && len(n[0].ids) < 3 {
			t.Errorf("fenced %q, numbers %v", n[0].fenced, n[0].ids)
		}
		n[0].mu.Unlock()
		if db.LooksOnline(1, 0) {
			t.Error("nobody has freed its sessions")
		}
		n[0].store.set(nil)
		time.Sleep(5 * time.Second)
		if id := n[0].member.Node(); id <= 3 {
			t.Errorf("the node goes on as number %d", id)
		}
	})
}

// A node that stood still wakes up without its lease, and buries nobody for what it did
// not see.
func TestFrozen(t *testing.T) {
	nodes(t, 2, func(t *testing.T, _ *memstore.Database, n []*place) {
		n[0].user("alice")
		thaw := n[0].store.freeze()
		n[0].bus.set(true, nil)
		time.Sleep(30 * time.Second)
		thaw()
		n[0].bus.set(false, nil)
		time.Sleep(15 * time.Second)
		n[0].mu.Lock()
		if len(n[0].fenced) != 1 {
			t.Errorf("fenced %q", n[0].fenced)
		}
		n[0].mu.Unlock()
		n[1].mu.Lock()
		defer n[1].mu.Unlock()
		if len(n[1].fenced) != 0 || !slices.Equal(n[1].offline, []string{"alice"}) {
			t.Errorf("the other node: fenced %q, told of %q", n[1].fenced, n[1].offline)
		}
	})
}

// A node is content with the bus only while it hears every other, whatever its own end
// says.
func TestBusTrouble(t *testing.T) {
	nodes(t, 3, func(t *testing.T, _ *memstore.Database, n []*place) {
		look := func(when string, want ...bool) {
			t.Helper()
			for i, p := range n {
				if got := p.member.State().Trouble; (got != nil) != want[i] {
					t.Errorf("%s: node %d has trouble: %v", when, i+1, got)
				}
			}
		}
		look("at first", false, false, false)
		n[0].bus.set(true, nil) // it hears the others and is not heard
		time.Sleep(2 * time.Second)
		look("one cut off", false, true, true)
		n[0].bus.set(false, nil)
		time.Sleep(2 * time.Second)
		look("healed", false, false, false)
		n[2].bus.set(false, errors.New("no connection"))
		time.Sleep(time.Second)
		look("one without a connection", false, false, true)
		n[2].bus.set(false, nil)
		time.Sleep(time.Second)
		look("healed again", false, false, false)
		if n[1].mu.Lock(); !slices.Equal(n[1].trouble, []bool{true, false}) {
			t.Errorf("told of trouble: %v", n[1].trouble)
		}
		n[1].mu.Unlock()
		n[0].quiet(t, "node 1")
	})
}
