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
	users, doubts := c.users()
	head, members, err := h.store.Memberships(ctx, c.ID, users)
	if err != nil {
		return err
	}
	joined := make(map[chat.UserID]int64, len(members))
	for i := range members {
		if members[i].Left {
			h.leave(c, members[i])
		} else {
			joined[members[i].User] = members[i].JoinedSeq
		}
	}
	b := newBurst()
	defer b.flush()
	c.mu.Lock()
	c.startFrom(joined)
	if head.Version >= c.version {
		c.version, c.stale = head.Version, c.doubts != doubts
	}
	c.seen = max(c.seen, head.LastSeq)
	gap := h.offer(b, c, nil, c.version)
	waiting := c.behind()
	c.mu.Unlock()
	if gap {
		h.arrangeFill(c)
	}
	for _, s := range waiting {
		s.catchUpSoon()
	}
	return nil
}

// behind are the sessions that are catching up; the caller holds c.mu.
func (c *conv) behind() []*Session {
	waiting := make([]*Session, 0, len(c.subs))
	for _, sub := range c.subs {
		if !sub.live {
			waiting = append(waiting, sub.s)
		}
	}
	return waiting
}

// users gives whose sessions are here, and how often they were doubted until now.
func (c *conv) users() ([]chat.UserID, int) {
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
	return users, c.doubts
}

// startFrom sees to it that members get nothing from before they joined, which for one
// who was out and is back may lie beyond the head. The caller holds c.mu.
func (c *conv) startFrom(joined map[chat.UserID]int64) {
	for i := range c.subs {
		sub := &c.subs[i]
		seq := joined[sub.s.user.ID]
		switch {
		case !sub.live:
			sub.s.skipTo(c, seq)
		case seq > c.head:
			sub.live = false
			sub.s.fallBehind(c, seq)
		}
	}
}

// skipTo moves a cursor ahead; the caller holds c.mu.
func (s *Session) skipTo(c *conv, seq int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.catching[c]; p != nil {
		p.cursor = max(p.cursor, seq)
	}
}

// leave takes a user's sessions out of a group. They still get what was said before
// he left, from the log.
func (h *Hub) leave(c *conv, m chat.Membership) {
	c.mu.Lock()
	gone := c.takeOut(m)
	c.mu.Unlock()
	h.left(c, gone)
}

// takeOut is the part of leave under c.mu; left is the rest. It does nothing if the
// user is known to have come back since.
func (c *conv) takeOut(m chat.Membership) (gone []*Session) {
	if v, came := c.present[m.User]; came && v >= m.Version {
		return nil
	}
	delete(c.present, m.User)
	var his []subscriber
	for _, sub := range c.subs {
		if sub.s.user.ID == m.User {
			his = append(his, sub)
		}
	}
	for _, sub := range his {
		c.drop(sub.s)
		if !sub.live || c.head < m.LeftSeq {
			sub.s.readUntil(c, c.head, m.LeftSeq)
		}
		if sub.s.forget(c) {
			gone = append(gone, sub.s)
		}
	}
	return gone
}

func (h *Hub) left(c *conv, gone []*Session) {
	for _, s := range gone {
		h.release(c)
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

// forget takes a conversation off what the session has to release; the caller holds
// c.mu, and releases it if forget reports so.
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
