package hub

import "parley/internal/chat"

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
	frame := friendFrame(n, looks)
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
