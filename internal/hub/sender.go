package hub

import (
	"context"
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

// Refuse answers a chat frame that could not be read, or may not be sent, in its place
// among the others: as with Send, a refusal for good uses its number up. A number that
// was taken before changes nothing.
func (s *Session) Refuse(o Outgoing, e *chat.Error) {
	switch verdict := s.admit(o.SendSeq); verdict {
	case nil:
		s.refuse(o, e)
	case repeated:
		s.answer(o, e)
	default:
		s.answer(o, verdict)
	}
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

// sending is a session's side of send_seq. Numbers are taken in order: next is the
// only one that is appended; what is below is a repeat, what is above has to wait.
//
// Final answers (stored, or refused for good) are given in the order of the numbers
// too: while one is refused for now, what is behind it is refused for now as well,
// even if it is stored already. So what a client has no final answer to is always one
// unbroken run of numbers, and it can repeat that run and nothing else.
type sending struct {
	cond sync.Cond // on Session.mu: inFlight went down
	// next is the number expected. A frame refused for now puts it back.
	next int64
	// last is the number that the device's row will hold when everything submitted is
	// stored; numbers that were refused for good lie between it and next.
	last int64
	// held: a frame was refused for now, and what is behind it is too until it returns.
	held bool
	gone bool // the device was taken over
	// doubt is the highest number whose commit had an unknown outcome.
	doubt    int64
	inFlight int
	// resolving is an append whose outcome takes a look into the store first; those
	// behind it wait in deferred.
	resolving *submission
	deferred  []*submission
}

// retryAfter is what a client is told to wait after a refusal for now.
const retryAfter = 200 * time.Millisecond

func (s *Session) sendState() *sending {
	if s.send == nil {
		s.send = &sending{next: s.sendNext, last: s.lastSend}
		s.send.cond.L = &s.mu
	}
	return s.send
}

// repeated is admit's verdict on a number that was taken before.
var repeated = chat.E(wire.Passed)

// admit decides by the number alone, nil for the next one and for frames without.
func (s *Session) admit(n int64) *chat.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.sendState()
	if n == 0 {
		for st.inFlight >= wire.MaxUnacked && !s.ended.Load() {
			st.cond.Wait()
		}
		return s.goneError()
	}
	// A number below may be in flight: its answer is known when that is settled, and a
	// refusal for now may even make it the next one.
	for st.inFlight > 0 && n < st.next && !s.ended.Load() {
		st.cond.Wait()
	}
	switch {
	case st.gone, s.ended.Load():
		return chat.E(wire.SessionEnded)
	case n < st.next:
		return repeated
	case n > st.next && st.held:
		return st.behind()
	case n > st.next:
		return &chat.Error{Code: wire.SendSeqGap, SendNext: st.next}
	case st.inFlight >= wire.MaxUnacked:
		st.held = true
		return chat.E(wire.TooManyUnacked)
	}
	return nil
}

// behind refuses a frame for now because one before it was.
func (st *sending) behind() *chat.Error {
	return &chat.Error{Code: wire.Behind, SendNext: st.next, RetryAfter: retryAfter}
}

// useUp decides on a refusal of the next number before anything was submitted. For
// good, it uses the number up, once everything before it is settled; for now, it does
// not. It gives what the client is to be answered.
func (s *Session) useUp(n int64, e *chat.Error) *chat.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.sendState()
	if forNow(e) {
		st.held = true
		return e
	}
	for st.inFlight > 0 && !s.ended.Load() {
		st.cond.Wait()
	}
	if gone := s.goneError(); gone != nil {
		return gone
	}
	if st.next != n { // one before it was refused for now meanwhile
		return st.behind()
	}
	st.next++
	st.held = false
	return e
}

// goneError refuses what a session that has ended still asks for: its outcomes may never
// come, because the hub may be closed.
func (s *Session) goneError() *chat.Error {
	if s.ended.Load() {
		return chat.E(wire.SessionEnded)
	}
	return nil
}

func forNow(e *chat.Error) bool { return e.Code.Retry() }

// submit hands an append to the store, in the order of the session's frames.
func (s *Session) submit(sub *submission) {
	s.mu.Lock()
	st := s.sendState()
	if sub.SendSeq != 0 {
		if st.next != sub.SendSeq { // one before it was refused for now meanwhile
			e := st.behind()
			s.mu.Unlock()
			s.answerSub(sub, e)
			return
		}
		sub.PrevSendSeq = st.last
		st.last = max(st.last, sub.SendSeq)
		st.next++
		st.held = false
	}
	st.inFlight++
	s.mu.Unlock()
	s.hub.store.Append(&sub.Append)
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
