package hub

import (
	"context"
	"sync"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// Outgoing is a message on its way into the log.
type Outgoing struct {
	Kind    chat.Kind    // where it goes: Direct needs To, Group needs Group
	To      chat.UserID  // the other user
	Group   chat.GroupID //
	SendSeq int64        // the sender's number, 0 for none
	Body    string       // not yet checked
	Tag     []byte       // the caller's own: its Outcome has a copy of it
	// Key is of a message that comes from no session.
	Key *chat.SendKey
}

// author is who messages come from. Device and session are 0 for a user who sends without
// a connection.
type author struct {
	user       chat.User
	device     chat.DeviceID
	deviceName string
	session    chat.SessionID
}

// Sender takes messages into the log and tells what became of each. It holds the send_seq
// state of one device: which number is next, which is a repeat, and what waits. It knows
// nothing of connections and frames: whoever made it is told each Outcome, now or later.
//
// Numbers are taken in order: next is the only one that is appended; what is below is a
// repeat, what is above has to wait.
//
// Final outcomes (stored, or refused for good) are told in the order of the numbers
// too: while one is refused for now, what is behind it is refused for now as well,
// even if it is stored already. So what a client has no final outcome of is always one
// unbroken run of numbers, and it can repeat that run and nothing else.
//
// Send, Refuse and Settle are called by one goroutine at a time. What the store returns
// comes from others.
type Sender struct {
	// Static.
	hub *Hub
	author
	live *Session // that the messages come from; nil for none
	told outcomes
	row  int64 // the number that the device's row held when the session opened
	// allowance is the account's.
	allowance *allowance

	mu   sync.Mutex
	cond sync.Cond // on mu: inFlight went down, or it is over
	over bool      // the session has ended: nobody waits for outcomes any more
	// next is the number expected. A message refused for now puts it back.
	next int64
	// last is the number that the device's row will hold when everything submitted is
	// stored; numbers that were refused for good lie between it and next.
	last int64
	// held: a message was refused for now, and what is behind it is too until it returns.
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

// newSender makes a sender that begins at number next, where the device's row holds row.
func (h *Hub) newSender(from author, a *allowance, told outcomes, row, next int64) *Sender {
	s := &Sender{hub: h, author: from, allowance: a, told: told, row: row, last: row, next: next}
	s.cond.L = &s.mu
	return s
}

// submission is one append with what its outcome needs.
type submission struct {
	chat.Append
	sender *Sender
	conv   *conv
	to     chat.UserID // direct: the other one
	tag    []byte
	tries  int
}

// retryAfter is what a client is told to wait after a refusal for now.
const retryAfter = 200 * time.Millisecond

// Send takes a message through the checks of send_seq, text and membership and appends
// it. Its outcome is told now or later. Send blocks only where order asks for it or too
// much is under way.
func (s *Sender) Send(ctx context.Context, o Outgoing) {
	if verdict := s.admit(o.SendSeq); verdict == repeated {
		s.answerRepeat(ctx, o)
		return
	} else if verdict != nil {
		s.refused(o, verdict)
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

// Refuse is for a message that could not be read, or may not be sent: its outcome is e, in
// its place among the others. As with Send, a refusal for good uses its number up. A number
// that was taken before changes nothing.
func (s *Sender) Refuse(o Outgoing, e *chat.Error) {
	switch verdict := s.admit(o.SendSeq); verdict {
	case nil:
		s.refuse(o, e)
	case repeated:
		s.refused(o, e)
	default:
		s.refused(o, verdict)
	}
}

// refuse is for a message that cannot be appended.
func (s *Sender) refuse(o Outgoing, e *chat.Error) {
	if o.SendSeq != 0 {
		e = s.useUp(o.SendSeq, e)
	}
	s.refused(o, e)
}

// prepare checks text, recipient and membership.
func (s *Sender) prepare(ctx context.Context, o Outgoing) (*submission, error) {
	body, err := chat.CheckText(o.Body, s.hub.opts.MaxText)
	if err != nil {
		return nil, err
	}
	var c *conv
	var version int64
	if o.Kind == chat.Group {
		c, version, err = s.group(ctx, o.Group)
	} else {
		c, version, err = s.direct(ctx, o.To)
	}
	if err == nil {
		err = s.afford(body)
	}
	if err == nil && c.Kind == chat.Direct {
		err = s.approach(ctx, c, o.To)
	}
	if err != nil {
		return nil, err
	}
	sub := &submission{sender: s, conv: c, to: o.To, tag: append([]byte(nil), o.Tag...)}
	sub.Append = chat.Append{
		Conv: c.ID, Version: version, Sender: s.user.ID, Device: s.device, Session: s.session,
		SendSeq: o.SendSeq, Body: body, Key: o.Key, Owner: sub,
	}
	return sub, nil
}

// repeated is admit's verdict on a number that was taken before.
var repeated = chat.E(wire.Passed)

// admit decides by the number alone, nil for the next one and for messages without.
func (s *Sender) admit(n int64) *chat.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n == 0 {
		for s.inFlight >= wire.MaxUnacked && !s.over {
			s.cond.Wait()
		}
		return s.ended()
	}
	// A number below may be in flight: its answer is known when that is settled, and a
	// refusal for now may even make it the next one.
	for s.inFlight > 0 && n < s.next && !s.over {
		s.cond.Wait()
	}
	switch {
	case s.gone, s.over:
		return chat.E(wire.SessionEnded)
	case n < s.next:
		return repeated
	case n > s.next && s.held:
		return s.behind()
	case n > s.next:
		return &chat.Error{Code: wire.SendSeqGap, SendNext: s.next}
	case s.inFlight >= wire.MaxUnacked:
		s.held = true
		return chat.E(wire.TooManyUnacked)
	}
	return nil
}

// behind refuses a message for now because one before it was.
func (s *Sender) behind() *chat.Error {
	return &chat.Error{Code: wire.Behind, SendNext: s.next, RetryAfter: retryAfter}
}

// useUp decides on a refusal of the next number before anything was submitted. For
// good, it uses the number up, once everything before it is settled; for now, it does
// not. It returns what the outcome is.
func (s *Sender) useUp(n int64, e *chat.Error) *chat.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if forNow(e) {
		s.held = true
		return e
	}
	for s.inFlight > 0 && !s.over {
		s.cond.Wait()
	}
	if ended := s.ended(); ended != nil {
		return ended
	}
	if s.next != n { // one before it was refused for now meanwhile
		return s.behind()
	}
	s.next++
	s.held = false
	return e
}

// ended refuses what a session that is over still asks for: its outcomes may never
// come, because the hub may be closed. The caller holds s.mu.
func (s *Sender) ended() *chat.Error {
	if s.over {
		return chat.E(wire.SessionEnded)
	}
	return nil
}

func forNow(e *chat.Error) bool { return e.Code.Retry() }

// submit hands an append to the store, in the order of Send.
func (s *Sender) submit(sub *submission) {
	s.mu.Lock()
	if sub.SendSeq != 0 {
		if s.next != sub.SendSeq { // one before it was refused for now meanwhile
			e := s.behind()
			s.mu.Unlock()
			s.tellAlone(sub.outcome(e))
			return
		}
		sub.PrevSendSeq = s.last
		s.last = max(s.last, sub.SendSeq)
		s.next++
		s.held = false
	}
	s.inFlight++
	s.mu.Unlock()
	s.hub.store.Append(&sub.Append)
}

// Settle waits until every message given to Send has had its outcome told, so that a
// request behind them is handled behind them. It returns ctx's error if that ends first.
func (s *Sender) Settle(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.inFlight == 0 || s.over {
		return nil
	}
	stop := context.AfterFunc(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.cond.Broadcast()
	})
	defer stop()
	for s.inFlight > 0 && !s.over {
		if err := ctx.Err(); err != nil {
			return err
		}
		s.cond.Wait()
	}
	return nil
}

// stop lets go whoever waits for outcomes: they wait in vain now.
func (s *Sender) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	s.cond.Broadcast()
}
