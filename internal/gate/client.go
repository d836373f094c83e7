package gate

import (
	"context"
	"net/netip"
	"sync/atomic"
	"time"

	"parley/internal/chat"
	"parley/internal/hub"
	"parley/internal/outbox"
	"parley/wire"
)

// link is what a client needs of its connection; *Link is one.
type link interface {
	Out() *outbox.Outbox
	Remote() netip.AddrPort
	Secure() bool
	Authenticated(yes bool)
	Expected(in time.Duration)
	Unread(err error) time.Duration
	// CutWith names what is to be called when the connection is closed from here or Cut is
	// called, at once if it is closed already; nil for nothing more.
	CutWith(cancel context.CancelFunc)
	Cut()
}

// client is the Peer of a connection: who is logged in on it, if anybody, and how
// fast it sends. There is one for each idle connection too, so it holds little.
type client struct {
	// Static.
	h    *Handlers
	link link

	// Owned by the reader.
	session *hub.Session // nil: nobody is logged in
	spent   [classes]bucket
	faults  bucket

	// Of anybody.
	seen  atomic.Int64 // when the last frame came, in the handlers' time
	ended atomic.Int64 // the session that the hub has ended
}

var (
	_ Peer      = (*client)(nil)
	_ hub.Owner = (*client)(nil)
)

func (h *Handlers) newClient(l link) *client {
	c := &client{h: h, link: l}
	c.seen.Store(int64(h.now()))
	return c
}

// Ended implements hub.Owner: the hub has ended a session (takeover, shutdown, silence).
// The goodbye is the connection's last frame, so the reader will be told by Gone; frames
// that are still on their way must not be handled.
func (c *client) Ended(id chat.SessionID, _ wire.GoodbyeCode) {
	c.ended.Store(int64(id))
	c.link.Cut()
}

// whileHere returns a context that also ends when the connection or the session does. It is
// for what only reads: nobody is there any more to be answered. done must be called.
func (c *client) whileHere(ctx context.Context) (_ context.Context, done func()) {
	ctx, cancel := context.WithCancel(ctx)
	c.link.CutWith(cancel)
	if s := c.session; s != nil && c.ended.Load() == int64(s.ID()) {
		cancel()
	}
	return ctx, func() {
		c.link.CutWith(nil)
		cancel()
	}
}

func callerOf(s *hub.Session) chat.Caller {
	return chat.Caller{User: s.User(), Device: s.Device(), Session: s.ID()}
}

// caller is who is logged in; the table sees to it that somebody is.
func (c *client) caller() chat.Caller {
	caller := callerOf(c.session)
	caller.From = c.link.Remote().Addr()
	return caller
}
