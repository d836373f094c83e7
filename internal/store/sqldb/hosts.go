package sqldb

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// How long is waited where several servers hold a database.
const (
	// A server that is known to take writes and has not let us in for so long is doubted:
	// the others are asked as well.
	doubtAfter = time.Second
	// Servers that have not answered for so long after the first that takes writes has
	// are not waited for.
	othersWait = 500 * time.Millisecond
	// How often it is looked whether another server should be used.
	lookEvery = 5 * time.Second
)

// errNoWrites is the error of a server that is there and takes no writes.
var errNoWrites = errors.New("it takes no writes: it is a standby, read-only, or not in step with the others")

// role is what a server says of itself.
type role struct {
	writes bool
	// rank grows when another server takes over. Of two that take writes, only the higher
	// is what the others followed; 0 where nothing is known.
	rank int64
	// equal: others take writes as well, and any of them will do.
	equal bool
}

// hosts are the servers that hold one database. One of them is used at a time, by all
// connections: the first that takes writes. Its methods are safe for concurrent use.
type hosts struct {
	addrs []string
	dial  func(ctx context.Context, addr string, p Purpose) (*Link, error)
	// ask asks a server for its role. The link is good afterwards if there is no error.
	ask func(l *Link) (role, error)

	used atomic.Int32 // which is used
	log  atomic.Pointer[slog.Logger]

	mu      sync.Mutex // held while it is looked
	asked   time.Time  // when that began last
	lastErr error
	rank    int64 // the highest that was seen
}

// several reports whether there is a choice.
func (h *hosts) several() bool { return h != nil && len(h.addrs) > 1 }

// moved reports whether another server is used by now than the one at an index.
func (h *hosts) moved(at int) bool { return h.several() && int(h.used.Load()) != at }

// connect returns a link to the server that takes writes. With one server alone it is that
// one, whatever its role.
func (h *hosts) connect(ctx context.Context, p Purpose) (*Link, error) {
	if !h.several() {
		return h.dial(ctx, h.addrs[0], p)
	}
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	began := time.Now()
	l, err := h.doubting(ctx, p)
	if err == nil {
		return l, nil
	}
	if err := h.find(ctx, began); err != nil {
		return nil, err
	}
	l, _, err = h.dialWriter(ctx, int(h.used.Load()), p)
	return l, err
}

// doubting connects to the server that is used. When that takes long, the others are
// asked meanwhile, and the attempt ends if another one is used by then.
func (h *hosts) doubting(ctx context.Context, p Purpose) (*Link, error) {
	at := int(h.used.Load())
	ctx, cancel := context.WithCancel(ctx)
	looked := make(chan struct{})
	go func() {
		defer close(looked)
		select {
		case <-ctx.Done():
		case <-time.After(doubtAfter):
			if h.find(ctx, time.Now()) == nil && h.moved(at) {
				cancel()
			}
		}
	}()
	defer func() { cancel(); <-looked }()
	l, _, err := h.dialWriter(ctx, at, p)
	return l, err
}

// dialWriter connects to one server, which must take writes.
func (h *hosts) dialWriter(ctx context.Context, at int, p Purpose) (*Link, role, error) {
	l, err := h.dial(ctx, h.addrs[at], p)
	if err != nil {
		return nil, role{}, fmt.Errorf("%s: %w", h.addrs[at], err)
	}
	l.at, l.ctx = at, ctx
	r, err := h.ask(l)
	l.ctx = nil
	if err == nil && !r.writes {
		err = errNoWrites
	}
	if err != nil {
		_ = l.Close() // the first error says more
		return nil, r, fmt.Errorf("%s: %w", h.addrs[at], err)
	}
	return l, r, nil
}

// find asks all servers for their roles and chooses the one that is used from now on. Who
// wants to know what holds since a moment is served by whoever began to ask after it.
func (h *hosts) find(ctx context.Context, since time.Time) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.asked.After(since) {
		return h.lastErr
	}
	h.asked = time.Now()
	roles, errs := h.askAll(ctx)
	if ctx.Err() != nil { // nobody wants to know any more, and too little was found out
		h.asked = time.Time{}
		return ctx.Err()
	}
	best := h.choose(roles)
	h.lastErr = nil
	if best < 0 {
		h.lastErr = fmt.Errorf("none of its servers takes writes: %w", errors.Join(errs...))
	} else {
		h.rank = max(h.rank, roles[best].rank)
		if was := h.used.Swap(int32(best)); int(was) != best { //nolint:gosec // there are few
			h.tell(slog.LevelWarn, "the database is used on another server now", "server", h.addrs[best], "before", h.addrs[was])
		}
	}
	return h.lastErr
}

// choose returns the index of the server to be used, -1 if none takes writes. Of several the
// highest rank counts, then, where they are equal, the order of the list, so that all
// nodes choose the same; where they are not, the one that is used stays.
func (h *hosts) choose(roles []*role) int {
	best, used := -1, int(h.used.Load())
	var writers []string
	for i, r := range roles {
		if r == nil || !r.writes || r.rank < h.rank {
			continue
		}
		if !r.equal {
			writers = append(writers, h.addrs[i])
		}
		if best < 0 || r.rank > roles[best].rank || r.rank == roles[best].rank && !r.equal && i == used {
			best = i
		}
	}
	if len(writers) > 1 {
		h.tell(slog.LevelError, "several servers of the database take writes, and they do not know of each other: stop all but one before messages are lost",
			"servers", strings.Join(writers, ","), "used", h.addrs[best])
	}
	return best
}

// askAll asks all servers at once; nil stands for one that gave no answer in time.
func (h *hosts) askAll(ctx context.Context) ([]*role, []error) {
	type answer struct {
		at  int
		r   role
		err error
	}
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	answers := make(chan answer, len(h.addrs))
	for at := range h.addrs {
		go func() {
			l, r, err := h.dialWriter(ctx, at, forAsking)
			if err == nil {
				err = l.Close()
			}
			answers <- answer{at, r, err}
		}()
	}
	roles, errs := make([]*role, len(h.addrs)), make([]error, len(h.addrs))
	var late *time.Timer
	for range h.addrs { // all of them: cancelled ones end at once
		a := <-answers
		if errs[a.at] = a.err; a.err == nil {
			roles[a.at] = &a.r
			if late == nil {
				late = time.AfterFunc(othersWait, cancel)
			}
		}
	}
	if late != nil {
		late.Stop()
	}
	return roles, errs
}

// watch looks every few seconds, until ctx ends, whether another server should be
// used: the first of the list is back, or others have gone on without the one that is
// used. It returns at once if there is no choice.
func (h *hosts) watch(ctx context.Context) {
	if !h.several() {
		return
	}
	t := time.NewTicker(lookEvery)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			_ = h.find(ctx, time.Now()) // whoever needs a connection hears of it
		}
	}
}

func (h *hosts) tell(level slog.Level, text string, args ...any) {
	if log := h.log.Load(); log != nil {
		log.Log(context.Background(), level, text, args...)
	}
}
