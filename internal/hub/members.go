package hub

import "parley/internal/chat"

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
		c.knowSees(sub.s.user.ID, w)
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
	c.forgetSees(m.User)
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
	rest := &conv{Conv: c.Conv, head: left.End(), dead: true, tells: tellsFrom(c.lastRev())}
	s.behind(rest, cursor)
	at := s.catching[rest]
	at.windows, at.first, at.own = left, was.first, was.own
}
