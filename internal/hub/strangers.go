package hub

import (
	"context"
	"errors"

	"parley/internal/chat"
	"parley/wire"
)

// approach counts a direct message whose sender may be a stranger to the other one. Once
// they are none the database is not asked again, until the other one ends a friendship.
func (s *Sender) approach(ctx context.Context, c *conv, to chat.UserID) error {
	h := s.hub
	known := &c.known[c.side(s.user.ID)]
	if known.Load() {
		return nil
	}
	stranger, err := h.store.Approach(ctx, chat.Approach{
		From: s.user.ID, To: to, Conv: c.ID, At: h.clock.Now(),
		Messages: h.opts.StrangerMessages, People: h.opts.Strangers,
	})
	switch {
	case errors.Is(err, chat.E(wire.TooManyStrangers)):
		h.Metrics.OverStrangers.Add(1)
	case err == nil && stranger:
		h.Metrics.ToStrangers.Add(1)
	}
	if err == nil && (!stranger || h.opts.StrangerMessages <= 0 && h.opts.Strangers <= 0) {
		known.Store(true)
	}
	return err
}

// estrange has the database asked again whether two users know each other.
func (h *Hub) estrange(a, b chat.UserID) {
	if c := h.pairConv(a, b); c != nil {
		c.known[0].Store(false)
		c.known[1].Store(false)
	}
}
