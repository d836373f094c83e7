package hub

import (
	"slices"

	"parley/internal/chat"
)

// attach puts a session into a conversation that came up after it opened, from a
// cursor. It does nothing for one that is in it already.
func (h *Hub) attach(s *Session, c *conv, cursor int64) {
	h.mu.Lock()
	c.refs++
	h.mu.Unlock()
	c.mu.Lock()
	taken, started := s.adopt(c, cursor)
	c.mu.Unlock()
	if !taken {
		h.release(c)
	}
	if started && !s.goLive(c) {
		s.catchUpSoon()
	}
}

// adopt takes over a reference to a conversation and puts the session in, for now or,
// while it opens, for later. It reports whether it took the reference, and whether there
// is something to deliver. The caller holds c.mu, so that whoever takes the session out
// finds it in both or in neither.
func (s *Session) adopt(c *conv, cursor int64) (taken, started bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.ended.Load() || slices.Contains(s.subs, c):
		return false, false
	case s.opening:
		s.early = append(s.early, following{c, cursor})
		return true, false
	}
	s.subs = append(s.subs, c)
	c.subs = append(c.subs, subscriber{s: s})
	s.behind(c, cursor)
	s.catching[c].first = s.restOf(c)
	if s.started && s.changes && c.tells != nil {
		frame := changedFrame(&c.Conv, s.user.ID, c.tells.told, c.tells.told)
		s.out.Send(frame.AppendJSON(nil))
	}
	return true, s.started
}

func (h *Hub) attachBoth(id chat.Conv, head *chat.Head) *conv {
	c, _ := h.acquire(id, head)
	for _, u := range []chat.UserID{id.Lo, id.Hi} {
		for _, s := range h.sessionsOf(u) {
			h.attach(s, c, 0)
		}
	}
	h.release(c)
	return c
}

// begun attaches the sessions here of both users to a conversation whose first message
// was handed on. One that opened after the conversation was made, and before anything
// was said in it, did not find it in its inbox.
func (h *Hub) begun(id chat.Conv) {
	h.attachBoth(id, &chat.Head{Conv: id.ID, LastSeq: 1})
}

// openFresh attaches the sessions here of both users to a conversation in which
// nothing had been said when they opened.
func (h *Hub) openFresh(id chat.Conv) *conv {
	return h.attachBoth(id, &chat.Head{Conv: id.ID})
}

// joined attaches a session to a group that it became a member of.
func (h *Hub) joined(s *Session, m chat.Membership) *conv {
	c, fresh := h.acquire(m.Conv, nil)
	if fresh {
		c.mu.Lock()
		c.version = m.Version
		c.mu.Unlock()
		h.serve([]*conv{c})
	}
	c.mu.Lock()
	if c.present == nil {
		c.present = map[chat.UserID]int64{}
	}
	c.present[m.User] = max(c.present[m.User], m.Version)
	c.see(map[chat.UserID]chat.Windows{m.User: windowsOf(&m)})
	doubtful := c.version != m.Version // a removal is known here and not there, or the reverse
	if doubtful {
		c.doubt()
	}
	c.mu.Unlock()
	h.attach(s, c, m.JoinedSeq)
	if doubtful {
		h.startFill(c)
	}
	h.release(c)
	return c
}

// attachInbox puts the session into its conversations, all of them catching up.
func (h *Hub) attachInbox(s *Session, rows []chat.InboxRow, missed uint64) {
	subs := make([]*conv, 0, len(rows))
	catching := make(map[*conv]*position, len(rows))
	var fresh, doubtful []*conv
	for i := range rows {
		row := &rows[i]
		at := &position{cursor: row.Delivered, windows: row.Windows}
		if end := row.Windows.End(); row.Windows != nil && end != chat.Open { // a former member: the log alone
			catching[&conv{Conv: row.Conv, head: end, dead: true, tells: tellsFrom(row.LastRev)}] = at
			continue
		}
		head := chat.Head{Conv: row.Conv.ID, LastSeq: row.LastSeq, LastRev: row.LastRev, Version: row.Version, JournalNo: row.JournalNo}
		c, isNew := h.acquire(row.Conv, &head)
		if isNew {
			fresh = append(fresh, c)
		} else {
			if c.differs(row.Version) {
				doubtful = append(doubtful, c)
			}
			h.noteRev(c, row.LastRev)
			c.mu.Lock()
			c.changedAhead(row.LastSeq, row.LastRev)
			c.mu.Unlock()
		}
		subs = append(subs, c)
		catching[c] = at
	}
	s.mu.Lock()
	ended := s.ended.Load()
	if !ended {
		s.subs, s.catching = subs, catching
	}
	s.mu.Unlock()
	if ended { // by somebody else, who did not see these
		s.leave(subs)
		return
	}
	for _, c := range subs {
		c.mu.Lock()
		if !s.ended.Load() {
			c.subs = append(c.subs, subscriber{s: s})
		}
		c.mu.Unlock()
	}
	h.mu.Lock()
	passed := h.missed != missed
	h.mu.Unlock()
	if passed || !h.bus.Alone() {
		h.serve(fresh)
	}
	h.review(doubtful)
	h.attachEarly(s)
}

// attachEarly puts the session into what came up while it opened.
func (h *Hub) attachEarly(s *Session) {
	s.mu.Lock()
	s.opening = false
	early := s.early
	s.early = nil
	s.mu.Unlock()
	for _, f := range early {
		h.attach(s, f.conv, f.cursor)
		if f.conv.Kind == chat.Group { // he may have been taken out again before he was put in
			h.review([]*conv{f.conv})
		}
		h.release(f.conv)
	}
}

func (s *Session) leave(subs []*conv) {
	for _, c := range subs {
		c.mu.Lock()
		c.drop(s)
		c.mu.Unlock()
		s.hub.release(c)
	}
}
