package hub

import (
	"maps"

	"parley/internal/chat"
	"parley/wire"
)

// maxHides bounds local.hides. Whoever is beyond it is left out by what is read from the
// database all the same.
const maxHides = 1000

// hide takes note of who blocks a user, or no longer does. The caller holds Hub.mu.
func (l *local) hide(who chat.UserID, hides bool) {
	if _, known := l.hides[who]; !known && len(l.hides) >= maxHides {
		maps.DeleteFunc(l.hides, func(_ chat.UserID, hides bool) bool { return !hides })
		if len(l.hides) >= maxHides {
			return
		}
	}
	if l.hides == nil {
		l.hides = map[chat.UserID]bool{}
	}
	l.hides[who] = hides
}

// hidden reports whether a friend is known to block a user with sessions here: what was
// read before the block, and is on its way still, must not be told after it.
func (h *Hub) hidden(from, friend chat.UserID) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	l := h.users[from]
	return l != nil && l.hides[friend]
}

// hides is hidden for a friend of whom something else may be known.
func (h *Hub) hides(a *asked) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if l := h.users[a.to]; l != nil {
		if hides, told := l.hides[a.about.ID]; told {
			return hides
		}
	}
	return a.hides
}

// receiveBlock takes what a block, or its end, means for the one who is blocked: the other
// looks offline, or as they are. Nothing says why.
func (h *Hub) receiveBlock(to chat.UserID, n *chat.PeopleNotice) {
	blocked := n.What == chat.UserBlocked
	h.mu.Lock()
	if l := h.users[to]; l != nil {
		l.hide(n.Owner, blocked)
	}
	h.mu.Unlock()
	switch {
	case n.State == "": // no friend
	case blocked:
		h.tellState(to, n.User, false)
	case !n.Hides: // or else they block again, and that comes next
		now := h.seen(to, n)
		if now.online { // they looked offline, and who is told so twice would wonder
			h.tellState(to, n.User, true)
		}
		h.settle(asked{to: to, about: n.User}, now, now.online)
	}
}

// seen takes note of the presence that a change tells, and returns the newest that is known.
func (h *Hub) seen(by chat.UserID, n *chat.PeopleNotice) presence {
	now := presence{n.PresenceNo, n.State == chat.StateOf(true)}
	h.presence.note(n.User.ID, now)
	now = h.presence.newest(n.User.ID, now)
	h.presence.tell(listener{by, n.User.ID}, now.no)
	return now
}

// receiveFriend tells a user's sessions of a new friend, and how the friend looks by now.
func (h *Hub) receiveFriend(t chat.Topic, n *chat.PeopleNotice) {
	var now presence
	if !n.Hides { // or else there is a block behind this change
		now = h.seen(t.User, n)
	}
	looks := now.online && !h.hidden(t.User, n.User.ID)
	f := wire.NoticeFrame{What: n.What, ID: int64(n.User.ID), Name: n.User.Name, State: chat.StateOf(looks)}
	frame := f.AppendJSON(nil)
	for _, s := range h.sessionsOf(t.User) {
		if s.id != n.By {
			s.tell(frame)
		}
	}
	if !n.Hides {
		h.settle(asked{to: t.User, about: n.User}, now, looks)
	}
}

// ShowFriends hands friends that were read from the store as the session's user sees them to
// show, which sends them, with what this node knows by then. What has changed until show
// has returned is told to the session after it: notices of that may have gone before. The
// page is changed.
func (s *Session) ShowFriends(page []chat.Friend, show func(page []chat.Friend)) {
	h := s.hub
	h.learnHides(s.user.ID, page)
	h.presence.renew(page)
	show(page)
	for i := range page {
		f := &page[i]
		h.settle(asked{s.user.ID, f.User, s, f.Hides}, presence{f.PresenceNo, f.Online}, f.Online)
	}
}

// learnHides takes note of who blocks a user, as a page says. What was told of blocks is
// newer than the page: it was told after the user's first session opened here.
func (h *Hub) learnHides(u chat.UserID, page []chat.Friend) {
	h.mu.Lock()
	defer h.mu.Unlock()
	l := h.users[u]
	if l == nil {
		return
	}
	for i := range page {
		f := &page[i]
		if hides, told := l.hides[f.ID]; told {
			f.Hides = hides
		} else if f.Hides {
			l.hide(f.ID, true)
		}
	}
}

// hidesFrom returns a copy of what is known of who hides from a user, nil for nobody.
func (h *Hub) hidesFrom(u chat.UserID) map[chat.UserID]bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if l := h.users[u]; l != nil {
		return maps.Clone(l.hides)
	}
	return nil
}

// renew brings a page up to what is known here.
func (p *presenceNumbers) renew(page []chat.Friend) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range page {
		f := &page[i]
		if last, ok := p.last[f.ID]; ok && last.no >= f.PresenceNo {
			f.PresenceNo, f.Online = last.no, last.online
		}
		f.Online = f.Online && !f.Hides
	}
}
