package hub

import (
	"context"

	"parley/internal/chat"
)

// reload reads anew who of this node's sessions is in a group, takes out those who
// are not any more, and lets the head move again.
func (h *Hub) reload(ctx context.Context, c *conv) error {
	if c.Kind != chat.Group {
		return nil
	}
	head, members, err := h.store.Memberships(ctx, c.ID, c.users())
	if err != nil {
		return err
	}
	for i := range members {
		if members[i].Left {
			h.leave(c, members[i])
		}
	}
	b := newBurst()
	defer b.flush()
	c.mu.Lock()
	if head.Version >= c.version {
		c.version, c.stale = head.Version, false
	}
	c.seen = max(c.seen, head.LastSeq)
	gap := h.offer(b, c, nil, c.version)
	c.mu.Unlock()
	if gap {
		h.arrangeFill(c)
	}
	return nil
}

func (c *conv) users() []chat.UserID {
	c.mu.Lock()
	defer c.mu.Unlock()
	seen := make(map[chat.UserID]bool, len(c.subs))
	users := make([]chat.UserID, 0, len(c.subs))
	for _, sub := range c.subs {
		if u := sub.s.user.ID; !seen[u] {
			seen[u] = true
			users = append(users, u)
		}
	}
	return users
}

// leave takes a user's sessions out of a group. They still get what was said before
// he left, from the log.
func (h *Hub) leave(c *conv, m chat.Membership) {
	c.mu.Lock()
	var gone []*Session
	for _, sub := range c.subs {
		if sub.s.user.ID == m.User {
			gone = append(gone, sub.s)
		}
	}
	for _, s := range gone {
		sub := c.subscriber(s)
		if sub.live && c.head >= m.LeftSeq {
			c.drop(s)
			continue
		}
		cursor := c.head
		c.drop(s)
		s.readUntil(c, cursor, m.LeftSeq)
	}
	c.mu.Unlock()
	for _, s := range gone {
		if s.forget(c) {
			h.release(c)
		}
		s.catchUpSoon()
	}
}

// readUntil lets a session read what is left to it of a conversation that it was
// taken out of; the caller holds c.mu.
func (s *Session) readUntil(c *conv, cursor, until int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.catching[c]; p != nil {
		cursor = p.cursor
		delete(s.catching, c)
	}
	if cursor >= until {
		return
	}
	rest := &conv{Conv: c.Conv, head: until, dead: true}
	s.behind(rest, cursor)
	s.catching[rest].until = until
}

// forget takes a conversation off what the session has to release.
func (s *Session) forget(c *conv) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, have := range s.subs {
		if have == c {
			last := len(s.subs) - 1
			s.subs[i] = s.subs[last]
			s.subs = s.subs[:last]
			return true
		}
	}
	return false
}
