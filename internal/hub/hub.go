// Package hub holds the sessions of this node: the heads of their conversations,
// who is live and who is catching up, the queues to the connections, and the fan-out.
//
// Locks. At most two nest, always in this order, and none is held over a call to the
// store or the bus:
//
//	conv.mu → Session.mu
//	conv.mu → positions.mu
//	conv.mu → outbox.Outbox.mu
//	Session.mu → outbox.Outbox.mu
//	Sender.mu → outbox.Outbox.mu
//	Sender.mu → posts.mu
//
// A journal's lock nests with nothing: what it hands on is handed on without it.
// Hub.mu guards the maps alone and nests with nothing.
package hub

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// Options are a hub's bounds; zero values take the defaults.
type Options struct {
	MaxText     int           // characters of a message, default wire.DefaultMaxText
	GapWait     time.Duration // how long a seq beyond head+1 waits for the ones before it, default 20 ms
	RetryEvery  time.Duration // how long a read of the log that failed waits to be tried again, default 200 ms
	CursorEvery time.Duration // how often cursors are written, default 1 s
	SweepEvery  time.Duration // how often the database is asked what changed, default 5 s
	SweepFast   time.Duration // the same while the bus does not carry, default 200 ms
	OfflineWait time.Duration // how long a friend's absence lasts before it is told if no notice told it, default 3 s
	PageRows    int           // messages of one read of the log, default 512
	PageBytes   int           // bytes of text of one read of the log, default 64 KiB
	// BytesPerMinute is how much an account may send in a minute through this node, over all
	// its sessions, each message counted with 100 bytes more than its text has; 0 is no limit.
	// At once, and after a pause, it may be up to twice as much.
	BytesPerMinute int64
	// StrangerMessages is how many messages an account may send on a day (UTC) to people who
	// neither wrote to it nor added it as a friend, and Strangers to how many of them who never
	// heard of it; 0 is no limit. The database counts, so that both hold over all nodes.
	StrangerMessages, Strangers int
	// EditWithin is how long after it was sent a message may be edited or recalled by its sender; 0
	// is for ever.
	EditWithin time.Duration
	// ScarceBytesPerMinute is BytesPerMinute while the disk is nearly full; see SetScarce.
	ScarceBytesPerMinute int64
	Log                  *slog.Logger
}

func (o *Options) setDefaults() {
	setDefault(&o.MaxText, wire.DefaultMaxText)
	setDefault(&o.GapWait, 20*time.Millisecond)
	setDefault(&o.RetryEvery, 200*time.Millisecond)
	setDefault(&o.CursorEvery, time.Second)
	setDefault(&o.SweepEvery, 5*time.Second)
	setDefault(&o.SweepFast, 200*time.Millisecond)
	setDefault(&o.OfflineWait, 3*time.Second)
	setDefault(&o.PageRows, 512)
	setDefault(&o.PageBytes, 64<<10)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
}

func setDefault[T int | time.Duration](p *T, v T) {
	if *p == 0 {
		*p = v
	}
}

// Hub is the sessions of one node. It is a chat.Notifier, a chat.Poster and a chat.Receiver.
type Hub struct {
	// Static.
	opts      Options
	store     Store
	clock     chat.Clock
	bus       chat.Bus
	log       *slog.Logger
	names     *names
	positions *positions
	Metrics   Metrics

	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	work   work // every goroutine of the hub and its sessions, and every batch that the store returns

	mu       sync.Mutex
	closed   bool
	sessions map[chat.SessionID]*Session
	users    map[chat.UserID]*local
	convs    map[chat.ConvID]*conv
	pairs    map[pair]*conv
	groups   map[chat.GroupID]*conv
	// missed grows whenever a message may have passed by a conversation that has no
	// conv here; a session that opens meanwhile reads the heads once more.
	missed uint64

	allowances allowances

	posts posts

	scarce   atomic.Bool // see SetScarce
	presence *presenceNumbers
	receipts *receipts
	// changesWanted is how many sessions here are told of changes.
	changesWanted atomic.Int64
	sweeping      sweeping
}

// local is what this node knows of a user with sessions here.
type local struct {
	sessions  []*Session
	allowance *allowance
	journal   journal
	// hides holds who blocks the user (true), and who no longer does (false), as far as it
	// was told, or read with a list of friends, since the first of these sessions opened.
	hides map[chat.UserID]bool
}

type pair struct{ lo, hi chat.UserID }

func pairOf(a, b chat.UserID) pair {
	if a > b {
		a, b = b, a
	}
	return pair{a, b}
}

// spawn runs f in a goroutine that Close waits for; after Close it does nothing.
func (h *Hub) spawn(f func()) {
	if !h.work.enter() {
		return
	}
	go func() {
		defer h.work.leave()
		f()
	}()
}

// pause waits for d, or until the hub or the session ends.
func (h *Hub) pause(d time.Duration, stop <-chan struct{}) {
	over, cancel := chat.After(h.clock, d)
	defer cancel()
	select {
	case <-over:
	case <-stop:
	case <-h.ctx.Done():
	}
}

func (h *Hub) snapshot() []*Session {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := make([]*Session, 0, len(h.sessions))
	for _, s := range h.sessions {
		all = append(all, s)
	}
	return all
}

// sessionsOf returns a copy of a user's sessions here.
func (h *Hub) sessionsOf(u chat.UserID) []*Session {
	h.mu.Lock()
	defer h.mu.Unlock()
	l := h.users[u]
	if l == nil {
		return nil
	}
	return append([]*Session(nil), l.sessions...)
}

func (h *Hub) closing() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.closed
}

// noBus is the bus of a hub that was given none.
type noBus struct{}

func (noBus) Publish(chat.Notice, ...chat.Topic)             {}
func (noBus) Subscribe(context.Context, ...chat.Topic) error { return nil }
func (noBus) Unsubscribe(...chat.Topic)                      {}
func (noBus) Health() error                                  { return nil }
func (noBus) Close() error                                   { return nil }
func (noBus) Alone() bool                                    { return true }
func (noBus) Mute() bool                                     { return true }

// sweeping is what others ask of the comparisons.
type sweeping struct {
	kick    chan struct{} // 1: look now
	trouble atomic.Bool   // the bus does not carry
	full    atomic.Bool   // look at everything
	doubt   atomic.Int64  // Unix nanoseconds: until then even a node that is alone looks
}

func (h *Hub) here(u chat.UserID) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.users[u] != nil
}

// subscribe wants topics of the bus. Where it cannot have them now the log heals what the
// bus does not carry, and the comparison of numbers finds what is missing. A bus that is
// away says so itself, once; this would say it for every login.
func (h *Hub) subscribe(ctx context.Context, topics ...chat.Topic) {
	if err := h.bus.Subscribe(ctx, topics...); err != nil {
		h.log.Debug("subscribing failed", "topics", len(topics), "err", err)
	}
}

// maxRetry bounds the growing wait after reads of the log that failed.
const maxRetry = 10 * time.Second

func (h *Hub) backoff() chat.Backoff {
	return chat.Backoff{First: h.opts.RetryEvery, Longest: maxRetry}
}
