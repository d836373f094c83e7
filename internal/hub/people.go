package hub

import "parley/internal/chat"

// receivePeople takes a notice of friends or members. It first updates who is in which
// conversation on this node, and then tells the sessions that the notice concerns.
func (h *Hub) receivePeople(t chat.Topic, n *chat.PeopleNotice) {
	if n.Conv.ID != 0 {
		h.applyPeople(n)
	}
	h.names.correct(n.User)
	if n.What == chat.FriendRemoved {
		h.estrange(t.User, n.User.ID)
	}
	switch {
	case n.What == chat.AccountErased:
		return
	case n.Conv.Kind == chat.Direct && n.Owner != t.User:
		h.receiveBlock(t.User, n)
		return
	case n.What == chat.FriendAdded && t.User != 0:
		h.receiveFriend(t, n)
		return
	}
	frame := peopleFrame(t, n)
	for _, s := range h.concerned(t, n) {
		if s.id != n.By && (s.changes || !isNew(n.What)) {
			s.tell(frame)
		}
	}
}

// isNew reports whether a word is one that only sessions which asked for changes are told of.
func isNew(what string) bool {
	switch what {
	case chat.GroupUpdated, chat.RoleChanged, chat.InvitesChanged, chat.ProfileChanged,
		chat.FriendRequested, chat.FriendAsked, chat.FriendRequestGone:
		return true
	}
	return false
}

// concerned returns the sessions that a notice on a topic is for. The user whom a
// membership is about hears of it on their own topic, and is left out on the group's.
func (h *Hub) concerned(t chat.Topic, n *chat.PeopleNotice) []*Session {
	if t.User != 0 {
		return h.sessionsOf(t.User)
	}
	c := h.groupConv(t.Group)
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	ss := make([]*Session, 0, len(c.subs))
	for _, sub := range c.subs {
		if n.Member == nil || n.What == chat.RoleChanged || sub.s.user.ID != n.Member.User {
			ss = append(ss, sub.s)
		}
	}
	return ss
}

// applyPeople updates who is in the notice's conversation on this node.
func (h *Hub) applyPeople(n *chat.PeopleNotice) {
	c := h.lookup(n.Conv.ID)
	switch n.What {
	case chat.RemovalLifted, chat.InvitesChanged:
		return // nobody comes or goes
	case chat.CreatorChanged, chat.GroupUpdated, chat.RoleChanged: // but some may do more or less
		if c != nil {
			h.doubtAt(c, n.Version)
		}
		return
	}
	if n.Conv.Kind == chat.Direct {
		if c != nil {
			c.mu.Lock()
			c.moved(n.Version)
			c.mu.Unlock()
		}
		return
	}
	if m := n.Member; m != nil && !m.Left {
		for _, s := range h.sessionsOf(m.User) {
			h.joined(s, *m)
		}
		return
	}
	if c == nil {
		return
	}
	var gone []*Session
	c.mu.Lock()
	next := !c.stale && !n.Later && n.Version == c.version+1 && n.Member != nil
	if next {
		was := c.version
		c.version = n.Version
		gone = c.takeOut(*n.Member)
		c.keepPosting(was)
	} else {
		c.moved(n.Version)
	}
	c.mu.Unlock()
	if next {
		h.left(c, gone)
		return
	}
	h.startFill(c)
}

// doubtAt has who is in a group, and what they may, read anew if its version has moved.
func (h *Hub) doubtAt(c *conv, version int64) {
	c.mu.Lock()
	moved := version > c.version
	c.moved(version)
	c.mu.Unlock()
	if moved {
		h.startFill(c)
	}
}

// keepPosting carries over what the others may when somebody was taken out. The caller holds
// c.mu.
func (c *conv) keepPosting(was int64) {
	for i := range c.subs {
		if c.subs[i].posts == was+1 {
			c.subs[i].posts = c.version + 1
		}
	}
}
