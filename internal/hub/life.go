package hub

import (
	"context"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// New makes a hub and takes the store's Appended.
func New(o Options, store Store, clock chat.Clock) *Hub {
	o.setDefaults()
	h := &Hub{
		opts:      o,
		store:     store,
		clock:     clock,
		bus:       noBus{},
		log:       o.Log,
		names:     newNames(store),
		positions: newPositions(),
		sessions:  map[chat.SessionID]*Session{},
		users:     map[chat.UserID]*local{},
		convs:     map[chat.ConvID]*conv{},
		pairs:     map[pair]*conv{},
		groups:    map[chat.GroupID]*conv{},
	}
	h.presence, h.receipts = newPresenceNumbers(), newReceipts()
	h.sweeping.kick = make(chan struct{}, 1)
	h.ctx, h.cancel = context.WithCancel(context.Background())
	store.SetAppended(h.appended)
	h.spawn(h.writeCursors)
	return h
}

// SetBus names the bus, once and before the first session.
func (h *Hub) SetBus(b chat.Bus) {
	h.bus = b
	h.spawn(h.sweep)
}

// Close says goodbye to all sessions, after which their connections end, and waits
// until nothing of the hub runs any more. The store must still be open. What the store
// returns, and the bus and clocks tell, after Close has returned nil has no effect: those
// who wait for it are gone, and other nodes find in the database what was stored.
func (h *Hub) Close(ctx context.Context) error {
	h.mu.Lock()
	h.closed = true
	h.mu.Unlock()
	h.writeMoved(ctx) // of all sessions at once, while their connections can still tell
	for _, s := range h.snapshot() {
		s.bye(wire.ByeShutdown, "the server is stopping; reconnect in a moment", time.Second)
		s.End(ctx, ReadLost)
	}
	h.cancel()
	select {
	case <-h.work.end():
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// SessionInfo is what an operator sees of a session.
type SessionInfo struct {
	User       chat.User
	DeviceID   chat.DeviceID
	Device     string
	Since      time.Time
	CatchingUp bool
}

// Sessions lists the sessions of this node.
func (h *Hub) Sessions() []SessionInfo {
	var infos []SessionInfo
	for _, s := range h.snapshot() {
		s.mu.Lock()
		behind := len(s.catching) > 0
		s.mu.Unlock()
		infos = append(infos, SessionInfo{
			User: s.user, DeviceID: s.device, Device: s.deviceName, Since: s.since, CatchingUp: behind,
		})
	}
	return infos
}

// Sizes are what a hub holds now.
type Sizes struct {
	Sessions      int
	Users         int
	Conversations int
}

// Sizes counts what the hub holds.
func (h *Hub) Sizes() Sizes {
	h.mu.Lock()
	defer h.mu.Unlock()
	return Sizes{Sessions: len(h.sessions), Users: len(h.users), Conversations: len(h.convs)}
}
