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
	joined := make(map[chat.UserID]chat.Windows, len(members))
	for i := range members {
		if members[i].Left {
			h.leave(c, members[i])
		} else {
			joined[members[i].User] = windowsOf(&members[i])
		}
	}
	b := newBurst()
	defer b.flush()
	c.mu.Lock()
	c.see(joined)
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

// windowsOf are what a member may see; a node of an older version tells the last time only.
func windowsOf(m *chat.Membership) chat.Windows {
	if m.Windows != nil {
		return m.Windows
	}
	last := chat.Window{After: m.JoinedSeq, Until: chat.Open}
	if m.Left {
		last.Until = m.LeftSeq
	}
	return chat.Windows{}.Add(last)
}

// see sees to it that members get nothing of what was said while they were out, which for
// one who is back may lie beyond the head. The caller holds c.mu.
func (c *conv) see(windows map[chat.UserID]chat.Windows) {
	for i := range c.subs {
		sub := &c.subs[i]
		w, member := windows[sub.s.user.ID]
		if !member {
			continue
		}
		if !sub.live {
			sub.s.see(c, w)
			continue
		}
		if next, left := w.Next(c.head); !left || next.After != c.head || next.Until != chat.Open {
			sub.live = false
			sub.s.fallBehind(c, c.head)
			sub.s.see(c, w)
		}
	}
}

// see says what of a conversation that a session reads its user may see; the caller holds
// c.mu.
func (s *Session) see(c *conv, w chat.Windows) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.catching[c]; p != nil {
		p.windows = w.Beyond(p.cursor)
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
			sub.s.readRest(c, c.head, windowsOf(&m))
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

// readRest lets a session read what is left to it of a conversation that it was taken out
// of; the caller holds c.mu.
func (s *Session) readRest(c *conv, cursor int64, w chat.Windows) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var was position
	if p := s.catching[c]; p != nil {
		was, cursor = *p, p.cursor
		delete(s.catching, c)
	}
	left := w.Beyond(cursor)
	if left == nil {
		return
	}
	rest := &conv{Conv: c.Conv, head: left.End(), dead: true}
	s.behind(rest, cursor)
	at := s.catching[rest]
	at.windows, at.first, at.own = left, was.first, was.own
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
