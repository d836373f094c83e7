package hub

import (
	"context"

	"parley/internal/chat"
	"parley/wire"
)

// direct returns the conversation with another user and the version at which nothing
// stood against writing in it. A refusal is never remembered: what ends it (an account is
// enabled again) need not tell this node.
func (s *Sender) direct(ctx context.Context, to chat.UserID) (*conv, int64, error) {
	h := s.hub
	if to == s.user.ID {
		return nil, 0, chat.E(wire.NotYourself)
	}
	if c := h.pairConv(s.user.ID, to); c != nil {
		c.mu.Lock()
		open, version := c.open, c.version
		c.mu.Unlock()
		if open {
			return c, version, nil
		}
	}
	id, head, barred, err := h.store.OpenDirect(ctx, s.user.ID, to)
	if err != nil {
		return nil, 0, err
	}
	c := h.openDirect(id, head, barred)
	if barred != wire.OK {
		return nil, 0, chat.E(barred)
	}
	return c, head.Version, nil
}

// openDirect attaches the sessions here of both users to their conversation. For those
// that were not in it, nothing had been said when they opened.
func (h *Hub) openDirect(id chat.Conv, head chat.Head, barred wire.Code) *conv {
	c, _ := h.acquire(id, &chat.Head{Conv: id.ID, LastSeq: head.LastSeq, LastRev: head.LastRev})
	c.mu.Lock()
	if head.Version >= c.version {
		c.version, c.open = head.Version, barred == wire.OK
	}
	c.mu.Unlock()
	for _, u := range []chat.UserID{id.Lo, id.Hi} {
		for _, s := range h.sessionsOf(u) {
			h.attach(s, c, 0)
		}
	}
	h.release(c)
	return c
}

// group returns the conversation of a group that the user may post in, and the version at
// which they might. What was read is good for as long as that version stands.
func (s *Sender) group(ctx context.Context, gid chat.GroupID) (*conv, int64, error) {
	h := s.hub
	if c := h.groupConv(gid); c != nil {
		c.mu.Lock()
		known := !c.stale && !c.loading && s.live != nil && c.mayPost(s.live)
		version := c.version
		c.mu.Unlock()
		if known {
			return c, version, nil
		}
	}
	m, err := h.store.Membership(ctx, gid, s.user.ID)
	if err != nil {
		return nil, 0, err
	}
	if m.Left {
		return nil, 0, chat.E(wire.NotMember)
	}
	if s.live == nil {
		return h.convOrNone(m.Conv), m.Version, mayPost(&m)
	}
	c := h.joined(s.live, m)
	if err := mayPost(&m); err != nil {
		return nil, 0, err
	}
	c.mu.Lock()
	c.allow(m.Version, func(u chat.UserID) bool { return u == m.User })
	c.mu.Unlock()
	return c, m.Version, nil
}

func mayPost(m *chat.Membership) error {
	if !m.MayPost() {
		return chat.E(wire.MayNotPost)
	}
	return nil
}

// mayStill looks up anew whether the sender may write where a submission goes, and at which
// version.
func (s *Sender) mayStill(ctx context.Context, sub *submission) (err error) {
	if sub.Change != nil {
		return s.mayStillChange(ctx, sub)
	}
	c, version, err := s.mayStillWrite(ctx, sub)
	if err == nil && sub.Extra != nil {
		sub.Extra, err = s.checkExtra(ctx, &c.Conv, sub.Extra)
	}
	if err == nil {
		sub.conv, sub.Version = c, version
	}
	return err
}

func (s *Sender) mayStillWrite(ctx context.Context, sub *submission) (*conv, int64, error) {
	if sub.conv.Kind == chat.Group {
		if err := s.hub.reload(ctx, sub.conv); err != nil {
			return nil, 0, err
		}
		return s.group(ctx, sub.conv.Group)
	}
	sub.conv.mu.Lock()
	sub.conv.open = false
	sub.conv.mu.Unlock()
	return s.direct(ctx, sub.to)
}
