// Package hub holds the sessions of this node: the heads of their conversations,
// who is live and who is catching up, the queues to the connections, and the fan-out.
package hub

import (
	"context"
	"log/slog"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// Options are a hub's bounds; zero values take the defaults.
type Options struct {
	Node        chat.NodeID
	MaxText     int           // characters of a message, default wire.DefaultMaxText
	GapWait     time.Duration // how long a seq beyond head+1 waits for the ones before it, default 20 ms
	CursorEvery time.Duration // how often cursors are written, default 1 s
	Log         *slog.Logger
	Metrics     *Metrics
}

// Metrics are counted if set.
type Metrics struct{}

// Hub is the sessions of one node. It is a chat.Notifier and a chat.Receiver.
type Hub struct{}

// New makes a hub and takes the store's Appended.
func New(o Options, store chat.Store, clock chat.Clock) *Hub { return &Hub{} }

// SetBus names the bus; before the first session.
func (h *Hub) SetBus(b chat.Bus) {}

// Open registers a session. Nothing is delivered before its Start.
func (h *Hub) Open(ctx context.Context, o SessionOptions) (*Session, error) { return nil, nil }

// Notify implements chat.Notifier.
func (h *Hub) Notify(n chat.Notice, topics ...chat.Topic) {}

// Receive implements chat.Receiver.
func (h *Hub) Receive(t chat.Topic, n chat.Notice) {}

// Lost implements chat.Receiver.
func (h *Hub) Lost() {}

// Kick ends one session with a goodbye; it reports whether it was here.
func (h *Hub) Kick(id chat.SessionID, code wire.GoodbyeCode, reason string) bool { return false }

// SessionInfo is what an operator sees of a session.
type SessionInfo struct {
	User       chat.User
	Session    chat.SessionID
	Device     string
	Since      time.Time
	CatchingUp bool
}

// Sessions lists the sessions of this node.
func (h *Hub) Sessions() []SessionInfo { return nil }

// Close says goodbye to all sessions and waits until nothing of the hub runs.
func (h *Hub) Close(ctx context.Context) error { return nil }
