package sim

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"time"

	"parley/client"
	"parley/internal/chat"
	"parley/test/sim/memstore"
)

const (
	maxText   = 60 // characters of a message in the simulation
	heartbeat = 2 * time.Second
	password  = "a password for everyone"
)

// cheapHash is as little work as argon2 allows.
var cheapHash = chat.HashCost{MemoryKiB: 8, Passes: 1, Threads: 1}

// passwordHash is the hash of password, made once.
var passwordHash = sync.OnceValue(func() string {
	db := memstore.New()
	store := db.Open(chat.SystemClock{}, nil)
	s := chat.NewService(neverAsked{Store: store}, nil, nil, chat.SystemClock{}, chat.ServiceOptions{HashCost: cheapHash})
	u, err := s.Register(context.Background(), netip.Addr{}, "somebody", password, "")
	if err != nil {
		panic(err)
	}
	a, err := store.Account(context.Background(), u.ID)
	if err != nil {
		panic(err)
	}
	return a.PasswordHash
})

// account is a user and where his programs run.
type account struct {
	id chat.UserID
}

// world is one run: the cluster, its clients, and what is recorded.
type world struct {
	seed      uint64
	rng       *rand.Rand // the script's; nobody else draws from it
	plan      plan
	record    *record
	db        *memstore.Database
	bus       *bus
	nodes     []*node
	accounts  []*account
	groups    []int64
	instances []*instance // those that run
	plains    []*plain
	mirrors   []*mirrored
	said      int
	tasks     sync.WaitGroup

	mu    sync.Mutex
	conns []*conn // the clients' ends
}

// plan is what a seed is about.
type plan struct {
	nodes, users, devices, groups int

	span  time.Duration // how long there are faults
	pace  time.Duration // the mean pause between two steps of the script
	soft  int           // bytes of an outbox
	storm weather

	cuts, dark, kills, doubts, outages, notices bool // kinds of trouble
	members, blocks, restarts, takeovers, skew  bool // kinds of change
	slowHandlers                                bool
}

func newPlan(rng *rand.Rand) plan {
	maybe := func(p float64) bool { return rng.Float64() < p }
	ms := func(n int) time.Duration { return time.Duration(rng.IntN(n)+1) * time.Millisecond }
	p := plan{
		nodes: 1 + rng.IntN(3), users: 2 + rng.IntN(2), devices: 1 + rng.IntN(2), groups: rng.IntN(3),
		span: 1500*time.Millisecond + ms(2500), pace: 10*time.Millisecond + ms(60), soft: 1 << (12 + rng.IntN(5)),
		storm: weather{delay: ms(20), jitter: ms(30), capacity: 1 << (9 + rng.IntN(8))},
		cuts:  maybe(.6), dark: maybe(.25), kills: maybe(.4), doubts: maybe(.5), outages: maybe(.2), notices: maybe(.7),
		members: maybe(.5), blocks: maybe(.3), restarts: maybe(.4), takeovers: maybe(.3), skew: maybe(.5),
		slowHandlers: maybe(.3),
	}
	if maybe(.7) {
		p.storm.tear = .5 * rng.Float64()
	}
	return p
}

func newWorld(seed uint64, verbose bool) *world {
	rng := rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15))
	w := &world{seed: seed, plan: newPlan(rng), rng: rng, record: newRecord(verbose), db: memstore.New(), bus: &bus{}}
	w.db.OnCursor(w.cursorMoved)
	w.people()
	for n := range w.plan.nodes {
		c := clock{start: time.Now(), rate: 1}
		if w.plan.skew {
			c.off = time.Duration(rng.IntN(4000)-2000) * time.Millisecond
			c.rate = 1 + (rng.Float64()-.5)/500
		}
		w.nodes = append(w.nodes, &node{
			world: w, name: fmt.Sprint("n", n+1), clock: c, rng: split(rng), faults: &storeFaults{rng: split(rng)},
		})
	}
	return w
}

// people makes the accounts, their friendships and groups, before there is a server.
func (w *world) people() {
	ctx := context.Background()
	store := w.db.Open(chat.SystemClock{}, nil)
	must := func(err error) {
		if err != nil {
			panic(err) // the store has no faults yet
		}
	}
	for n := range w.plan.users {
		name := fmt.Sprint("user ", n+1)
		id, err := store.CreateUser(ctx, name, name, passwordHash())
		must(err)
		w.accounts = append(w.accounts, &account{id: id})
		for _, a := range w.accounts[:n] {
			_, err := store.AddFriend(ctx, id, a.id, 0)
			must(err)
		}
	}
	for g := range w.plan.groups {
		creator := w.accounts[w.rng.IntN(len(w.accounts))]
		info, _, _, err := store.CreateGroup(ctx, creator.id, fmt.Sprint("group ", g+1), "", chat.JoinOpen, 0, time.Now())
		must(err)
		for _, a := range w.accounts {
			if a != creator && w.rng.IntN(3) > 0 {
				_, _, _, err = store.JoinGroup(ctx, a.id, info.ID, 0, 0)
				must(err)
			}
		}
		w.groups = append(w.groups, int64(info.ID))
	}
}

// begin starts the nodes and the clients.
func (w *world) begin() {
	for _, n := range w.nodes {
		n.start()
	}
	for _, a := range w.accounts {
		for d := range w.plan.devices {
			w.instances = append(w.instances, w.startInstance(a, fmt.Sprint("d", d+1)))
		}
	}
	first, second := w.accounts[0], w.accounts[len(w.accounts)-1]
	if w.rng.IntN(2) == 0 {
		w.disturbBus()
	}
	w.plains = append(w.plains, w.startPlain(first, "plain", w.rng.IntN(2) == 0))
	if w.rng.IntN(2) == 0 {
		w.plains = append(w.plains, w.startPlain(second, "", false))
	}
	w.mirrors = append(w.mirrors, w.startMirror(first, "m1", false), w.startMirror(second, "m1", false))
	if w.rng.IntN(2) == 0 {
		w.mirrors = append(w.mirrors, w.startMirror(first, "m2", false))
	}
}

// names are all conversations that a user may be in, in a fixed order.
func (w *world) names(u *account) (all []client.Conversation) {
	for _, a := range w.accounts {
		if a != u {
			all = append(all, client.Direct(int64(a.id)))
		}
	}
	for _, g := range w.groups {
		all = append(all, client.Group(g))
	}
	return all
}

// convID finds the conversation that a user calls so; 0 if there is none yet.
func (w *world) convID(u *account, c client.Conversation) chat.ConvID {
	if c.GID != 0 {
		return chat.ConvID(c.GID) // groups were made first, and in this order
	}
	return w.db.Direct(u.id, chat.UserID(c.With))
}

var errRefused = errors.New("connection refused")

type dialer = func(context.Context, string, string) (net.Conn, error)

// dialer makes connections to whichever node the load balancer takes.
func (w *world) dialer(rng *rand.Rand) dialer {
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		t := time.NewTimer(time.Duration(rng.IntN(5000)) * time.Microsecond)
		defer t.Stop()
		select {
		case <-t.C:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		n := w.nodes[rng.IntN(len(w.nodes))]
		for tries := 0; !n.up() && tries < 3; tries++ {
			n = w.nodes[rng.IntN(len(w.nodes))]
		}
		ours, theirs := newPipe(w.plan.storm, rng)
		w.mu.Lock()
		w.conns = append(w.conns, ours)
		w.mu.Unlock()
		if !n.accept(theirs) {
			return nil, errRefused
		}
		return ours, nil
	}
}

// aConn picks one of the connections that are open; nil if there is none.
func (w *world) aConn() *conn {
	w.mu.Lock()
	defer w.mu.Unlock()
	open := w.conns[:0]
	for _, c := range w.conns {
		if !c.ended() {
			open = append(open, c)
		}
	}
	w.conns = open
	if len(open) == 0 {
		return nil
	}
	return open[w.rng.IntN(len(open))]
}
