package hub

import (
	"context"
	"slices"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

const (
	// typingEvery is how often a session may tell that its user is writing.
	typingEvery = time.Second
	// audienceFor is how long what is known of a group's members is good for that.
	audienceFor = 30 * time.Second
	// typingRoom is how many bytes may wait for a session that is told who is writing.
	typingRoom = 8 << 10
)

// typing is what a session knows about telling that its user writes. Only its connection's reader
// uses it.
type typing struct {
	last     time.Time // when it was told last
	group    chat.GroupID
	audience chat.Audience // of group
	until    time.Time     // for so long
}

// Typing tells the others of a conversation that the session's user is writing there. It does nothing
// when it comes more often than every second, and in groups of more than wire.MaxTyping members. Errors:
// BadField, NotYourself, NoConversation, Blocked, AccountClosed, NoSuchGroup, NotMember, MayNotPost,
// and the store's.
func (s *Session) Typing(ctx context.Context, t chat.Target) error {
	h := s.hub
	if err := t.Check(s.user.ID); err != nil {
		return err
	}
	if s.typing == nil {
		s.typing = new(typing)
	}
	now := h.clock.Now()
	if now.Sub(s.typing.last) < typingEvery {
		h.Metrics.TypingDropped.Add(1)
		return nil
	}
	n := chat.TypingNotice{User: s.user}
	topic := chat.Topic{User: t.With, Group: t.Group}
	var err error
	if t.Group != 0 {
		err = s.typesInGroup(ctx, t.Group, &n)
	} else {
		err = s.typesTo(ctx, t.With, &n)
	}
	if err != nil {
		return err
	}
	s.typing.last = now
	if n.Conv.ID == 0 {
		h.Metrics.TypingDropped.Add(1) // to a large group
		return nil
	}
	h.Metrics.TypingTold.Add(1)
	h.Notify(chat.Notice{Typing: &n}, topic)
	return nil
}

// typesTo finds the direct conversation, where nothing may stand against writing.
func (s *Session) typesTo(ctx context.Context, to chat.UserID, n *chat.TypingNotice) error {
	h := s.hub
	if c := h.pairConv(s.user.ID, to); c != nil {
		c.mu.Lock()
		open, version := c.open, c.version
		c.mu.Unlock()
		if open {
			n.Conv, n.Version = c.Conv, version
			return nil
		}
	}
	if _, head, err := h.store.FindDirect(ctx, s.user.ID, to); err != nil {
		return err
	} else if head.LastSeq == 0 {
		return chat.E(wire.NoConversation)
	}
	id, head, barred, err := h.store.OpenDirect(ctx, s.user.ID, to)
	if err != nil {
		return err
	}
	if barred != wire.OK {
		return chat.E(barred)
	}
	h.openDirect(id, head, barred) // which remembers it
	n.Conv, n.Version = id, head.Version
	return nil
}

// typesInGroup leaves n.Conv zero for a group in which nobody is told.
func (s *Session) typesInGroup(ctx context.Context, gid chat.GroupID, n *chat.TypingNotice) error {
	h := s.hub
	id, version, err := s.postsIn(ctx, gid)
	if err != nil {
		return err
	}
	if now := h.clock.Now(); s.typing.group != gid || !now.Before(s.typing.until) {
		a, err := h.store.Audience(ctx, gid, s.user.ID)
		if err != nil {
			return err
		}
		s.typing.group, s.typing.audience, s.typing.until = gid, a, now.Add(audienceFor)
	}
	if s.typing.audience.Members > wire.MaxTyping {
		return nil
	}
	n.Conv, n.Version, n.Not = id, version, s.typing.audience.Blocked
	return nil
}

// postsIn returns the conversation of a group that the user may post in, and at which version.
func (s *Session) postsIn(ctx context.Context, gid chat.GroupID) (chat.Conv, int64, error) {
	h := s.hub
	if c := h.groupConv(gid); c != nil {
		c.mu.Lock()
		known, version := !c.stale && !c.loading && c.mayPost(s), c.version
		c.mu.Unlock()
		if known {
			return c.Conv, version, nil
		}
	}
	m, err := h.store.Membership(ctx, gid, s.user.ID)
	switch {
	case err != nil:
		return chat.Conv{}, 0, err
	case m.Left:
		return chat.Conv{}, 0, chat.E(wire.NotMember)
	}
	return m.Conv, m.Version, mayPost(&m)
}

// receiveTyping tells the sessions here, of all things the first to be left out: whoever has
// something else waiting does not hear of it, nor does anybody in a group whose members are in doubt.
func (h *Hub) receiveTyping(n *chat.TypingNotice) {
	c := h.lookup(n.Conv.ID)
	if c == nil || !h.current(c, n.Version) {
		return
	}
	b := newBurst()
	defer b.flush()
	c.mu.Lock()
	defer c.mu.Unlock()
	var framed [2][]byte
	for i := range c.subs {
		s := c.subs[i].s
		switch {
		case !s.changes || s.user.ID == n.User.ID || slices.Contains(n.Not, s.user.ID):
			continue
		case !s.takesStates() || s.out.Queued() > typingRoom:
			h.Metrics.TypingDropped.Add(1)
			continue
		}
		f := s.out.Framing()
		if framed[f] == nil {
			frame := typingFrame(&c.Conv, s.user.ID, n.User)
			framed[f] = wire.AppendFramed(nil, f, frame.AppendJSON(nil))
		}
		b.queue(s.out, framed[f])
	}
}
