package hub

import (
	"context"
	"errors"
	"sync"
	"time"

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

// sending is a session's side of send_seq. Numbers are taken in order: next is the
// only one that is appended; what is below is a repeat, what is above has to wait.
type sending struct {
	cond sync.Cond // on Session.mu: inFlight went down
	// next is the number expected. A frame refused for now puts it back.
	next int64
	// last is the number that the device's row will hold when everything submitted is
	// stored; numbers that were refused for good lie between it and next.
	last int64
	// held: a frame was refused for now, and what is behind it is too until it returns.
	held     bool
	inFlight int
	gone     bool // the device was taken over
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

func (s *Session) sendState() *sending {
	if s.send == nil {
		s.send = &sending{next: s.sendNext, last: s.lastSend}
		s.send.cond.L = &s.mu
	}
	return s.send
}

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
	s.refuse(o, chat.AsError(err))
}

// repeated is admit's verdict on a number that was taken before.
var repeated = chat.E(wire.Passed)

// admit decides by the number alone, nil for the next one and for frames without.
func (s *Session) admit(n int64) *chat.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.sendState()
	if n == 0 {
		for st.inFlight >= wire.MaxUnacked {
			st.cond.Wait()
		}
		return nil
	}
	if n < st.next {
		// It may be in flight: its answer is known when that is settled, and a
		// refusal for now may even make it the next one.
		for st.inFlight > 0 && n < st.next {
			st.cond.Wait()
		}
	}
	switch {
	case st.gone:
		return chat.E(wire.SessionEnded)
	case n < st.next:
		return repeated
	case n > st.next && st.held:
		return &chat.Error{Code: wire.Behind, SendNext: st.next, RetryAfter: retryAfter}
	case n > st.next:
		return &chat.Error{Code: wire.SendSeqGap, SendNext: st.next}
	case st.inFlight >= wire.MaxUnacked:
		st.held = true
		return chat.E(wire.TooManyUnacked)
	}
	return nil
}

// retryAfter is what a client is told to wait after a refusal for now.
const retryAfter = 200 * time.Millisecond

// refuse answers a frame that cannot be appended. For good, it uses its number up,
// which must be decided behind everything before it; for now, it does not.
func (s *Session) refuse(o Outgoing, e *chat.Error) {
	if o.SendSeq == 0 {
		s.answer(o, e)
		return
	}
	s.mu.Lock()
	st := s.sendState()
	if forNow(e) {
		st.held = true
		s.mu.Unlock()
		s.answer(o, e)
		return
	}
	for st.inFlight > 0 {
		st.cond.Wait()
	}
	if st.next != o.SendSeq { // one before it was refused for now meanwhile
		e = &chat.Error{Code: wire.Behind, SendNext: st.next, RetryAfter: retryAfter}
	} else {
		st.next++
		st.held = false
	}
	s.mu.Unlock()
	s.answer(o, e)
}

func forNow(e *chat.Error) bool { return e.Code.Retry() }

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

// submit hands an append to the store, in the order of the session's frames.
func (s *Session) submit(sub *submission) {
	s.mu.Lock()
	st := s.sendState()
	if sub.SendSeq != 0 {
		if st.next != sub.SendSeq { // one before it was refused for now meanwhile
			e := &chat.Error{Code: wire.Behind, SendNext: st.next, RetryAfter: retryAfter}
			s.mu.Unlock()
			s.answerSub(sub, e)
			return
		}
		sub.PrevSendSeq = st.last
		st.last = sub.SendSeq
		st.next++
		st.held = false
	}
	st.inFlight++
	s.mu.Unlock()
	s.hub.store.Append(&sub.Append)
}

// settle records an outcome and wakes who waits for it: nil is stored (now or before),
// anything else is what the client is answered.
func (s *Session) settle(sub *submission, e *chat.Error) {
	s.mu.Lock()
	st := s.sendState()
	st.inFlight--
	switch {
	case sub.SendSeq == 0:
	case e == nil:
		st.last = max(st.last, sub.SendSeq)
	case e.Code == wire.SessionEnded:
		st.gone = true
	case forNow(e):
		sub.putBack(st)
	case st.last == sub.SendSeq: // for good: the number is used up, the row does not hold it
		st.last = sub.PrevSendSeq
	}
	st.cond.Broadcast()
	s.mu.Unlock()
}

// putBack makes the number the next one again unless an earlier one already is.
func (sub *submission) putBack(st *sending) {
	st.held = true
	if sub.SendSeq < st.next {
		st.next = sub.SendSeq
		st.last = sub.PrevSendSeq
	}
	if errors.Is(sub.Err, chat.ErrOutOfStep) && sub.LastSendSeq < sub.SendSeq {
		st.last = sub.LastSendSeq
	}
}

// Settle waits until every frame given to Send has its answer, so that a request
// behind them is handled behind them.
func (s *Session) Settle(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.send != nil && s.send.inFlight > 0 {
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
		known, blocked, version := c.checked, c.blocked, c.version
		c.mu.Unlock()
		if known && blocked {
			return nil, 0, chat.E(wire.Blocked)
		}
		if known {
			return c, version, nil
		}
	}
	id, head, blocked, err := h.store.OpenDirect(ctx, s.user.ID, to)
	if err != nil {
		return nil, 0, err
	}
	c := h.openDirect(id, head, blocked)
	if blocked {
		return nil, 0, chat.E(wire.Blocked)
	}
	return c, head.Version, nil
}

// openDirect attaches the sessions here of both users to their conversation. For those
// that were not in it, nothing had been said when they opened.
func (h *Hub) openDirect(id chat.Conv, head chat.Head, blocked bool) *conv {
	c, _ := h.acquire(id, &chat.Head{Conv: id.ID, LastSeq: head.LastSeq})
	c.mu.Lock()
	if head.Version >= c.version {
		c.version, c.blocked, c.checked = head.Version, blocked, true
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
	h.attach(s, c, m.JoinedSeq)
	h.release(c)
	return c
}
