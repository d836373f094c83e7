package hub

import (
	"context"

	"parley/internal/chat"
	"parley/wire"
)

// Outgoing is a chat frame as the reader hands it on.
type Outgoing struct {
	Msgid   wire.Msgid // wire.Chat or wire.GroupChat
	RID     []byte
	SendSeq int64 // 0: none
	To      chat.UserID
	Group   chat.GroupID
	Body    string // not yet checked
}

// submission is one append with what its answer needs.
type submission struct {
	chat.Append
	session *Session
	conv    *conv
	to      chat.UserID // direct: the other one
	msgid   wire.Msgid
	rid     []byte
	tries   int
}

// maxTries bounds how often an append is submitted again because membership moved.
const maxTries = 3

// Send takes a chat frame through the checks of send_seq, text and membership and
// appends it. It answers (frame 10) by itself, now or later, and blocks only where
// order asks for it or too much is under way.
func (s *Session) Send(ctx context.Context, o Outgoing) {
	if verdict := s.admit(o.SendSeq); verdict == repeated {
		s.answerRepeat(ctx, o)
		return
	} else if verdict != nil {
		s.answer(o, verdict)
		return
	}
	sub, err := s.prepare(ctx, o)
	if err == nil {
		s.submit(sub)
		return
	}
	e := chat.AsError(err)
	if !forNow(e) && s.mayBeStored(o.SendSeq) && s.answerStored(ctx, o, e) {
		return
	}
	s.refuse(o, e)
}

// refuse answers a frame that cannot be appended.
func (s *Session) refuse(o Outgoing, e *chat.Error) {
	if o.SendSeq != 0 {
		e = s.useUp(o.SendSeq, e)
	}
	s.answer(o, e)
}

// prepare checks text, recipient and membership.
func (s *Session) prepare(ctx context.Context, o Outgoing) (*submission, error) {
	body, err := chat.CheckText(o.Body, s.hub.opts.MaxText)
	if err != nil {
		return nil, err
	}
	var c *conv
	var version int64
	if o.Msgid == wire.GroupChat {
		c, version, err = s.group(ctx, o.Group)
	} else {
		c, version, err = s.direct(ctx, o.To)
	}
	if err == nil {
		err = s.afford(body)
	}
	if err != nil {
		return nil, err
	}
	sub := &submission{session: s, conv: c, to: o.To, msgid: o.Msgid, rid: append([]byte(nil), o.RID...)}
	sub.Append = chat.Append{
		Conv: c.ID, Version: version, Sender: s.user.ID, Device: s.device, Session: s.id,
		SendSeq: o.SendSeq, Body: body, Owner: sub,
	}
	return sub, nil
}

// Settle waits until every frame given to Send has its answer, so that a request
// behind them is handled behind them.
func (s *Session) Settle(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.send != nil && s.send.inFlight > 0 && !s.ended.Load() {
		s.send.cond.Wait()
	}
	return nil
}

// direct gives the conversation with another user and the version at which nothing
// stood against writing in it.
func (s *Session) direct(ctx context.Context, to chat.UserID) (*conv, int64, error) {
	h := s.hub
	if to == s.user.ID {
		return nil, 0, chat.E(wire.NotYourself)
	}
	if c := h.pairConv(s.user.ID, to); c != nil {
		c.mu.Lock()
		known, barred, version := c.checked, c.barred, c.version
		c.mu.Unlock()
		if known && barred != wire.OK {
			return nil, 0, chat.E(barred)
		}
		if known {
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
	c, _ := h.acquire(id, &chat.Head{Conv: id.ID, LastSeq: head.LastSeq})
	c.mu.Lock()
	if head.Version >= c.version {
		c.version, c.barred, c.checked = head.Version, barred, true
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

// group gives the conversation of a group that the user is in, and the version at
// which he was.
func (s *Session) group(ctx context.Context, gid chat.GroupID) (*conv, int64, error) {
	h := s.hub
	if c := h.groupConv(gid); c != nil {
		c.mu.Lock()
		known := !c.stale && !c.loading && c.subscriber(s) != nil
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
	return h.joined(s, m), m.Version, nil
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
