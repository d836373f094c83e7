package hub

import (
	"errors"
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
	Extra   *chat.Extra  // what it has beside its text, not yet checked; nil for nothing
	Tag     []byte       // the caller's own: its Outcome has a copy of it
	// Key is of a message that comes from no session.
	Key *chat.SendKey
	// Change is set for a change of a message: then Body is "". It is not yet checked.
	Change *chat.Change
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
	// refusal for now may even make it the next one. After such a refusal, what was behind it
	// may be in flight still: it is settled, as behind, before its number is taken again.
	// Otherwise a number would have two outcomes, and the second one may put it back after
	// the client was told the first.
	for s.inFlight > 0 && (n < s.next || n == s.next && s.held) && !s.over {
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

// stop lets go whoever waits for outcomes: they wait in vain now.
func (s *Sender) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	s.cond.Broadcast()
}

// Outcome is what became of a message.
type Outcome struct {
	Kind    chat.Kind // as in Outgoing, and so are
	Tag     []byte
	SendSeq int64
	// Err is nil for stored: then Seq and At are the message's.
	Err *chat.Error
	Seq int64
	At  time.Time
	// Repeat: it was stored before, with the same Key.
	Repeat bool
	// Change: it is that of a change. Then Rev is set instead of Seq, and At is zero for one that
	// was made before.
	Change bool
	Rev    int64
}

// outcomes is told the Outcome of each message of a Sender. That may happen with locks held
// and from any goroutine: it must not block, and not call the Sender. What it has for a
// connection it queues into b.
type outcomes interface {
	outcome(b *burst, o Outcome)
}

// settle records an outcome and wakes who waits for it: nil is stored (now or before),
// anything else is why not. It returns what the outcome is to be. The caller holds s.mu.
func (s *Sender) settle(sub *submission, e *chat.Error) *chat.Error {
	s.inFlight--
	s.cond.Broadcast()
	stored := e == nil || errors.Is(sub.Err, chat.ErrRepeat)
	switch {
	case sub.SendSeq == 0:
		return e
	case e != nil && e.Code == wire.SessionEnded:
		s.gone = true
		return e
	case e != nil && forNow(e):
		s.putBack(sub)
		if e.Code == wire.Unavailable {
			s.doubt = max(s.doubt, sub.SendSeq)
		}
		return e
	case stored:
		s.last = max(s.last, sub.SendSeq, sub.LastSendSeq)
	case s.last == sub.SendSeq: // for good: the number is used up, the row does not hold it
		s.last = sub.PrevSendSeq
	}
	if s.next <= sub.SendSeq { // one before it was refused for now
		return s.behind()
	}
	return e
}

// putBack makes the number the next one again unless an earlier one already is.
func (s *Sender) putBack(sub *submission) {
	s.held = true
	if sub.SendSeq < s.next {
		s.next = sub.SendSeq
		s.last = sub.PrevSendSeq
	}
	if errors.Is(sub.Err, chat.ErrOutOfStep) && sub.LastSendSeq < sub.SendSeq {
		s.last = sub.LastSendSeq
	}
}

// turn reports whether an outcome may be dealt with now; otherwise it waits behind one
// that is being resolved, and conclude comes back to it.
func (s *Sender) turn(sub *submission) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if sub.SendSeq == 0 || s.resolving == nil || s.resolving == sub {
		return true
	}
	s.deferred = append(s.deferred, sub)
	return false
}

// resolve lets what comes behind an append wait until resolved.
func (s *Sender) resolve(sub *submission) {
	if sub.SendSeq == 0 {
		return
	}
	s.mu.Lock()
	s.resolving = sub
	s.mu.Unlock()
}

// resolved ends an append's turn and returns the one whose turn it is then, if any. The
// caller holds s.mu.
func (s *Sender) resolved(sub *submission) *submission {
	if s.resolving != sub {
		return nil
	}
	if len(s.deferred) == 0 {
		s.resolving, s.deferred = nil, nil
		return nil
	}
	s.resolving = s.deferred[0]
	s.deferred = s.deferred[1:]
	return s.resolving
}

// outcome is the submission's, for an error or nil for stored.
func (sub *submission) outcome(e *chat.Error) Outcome {
	o := Outcome{Kind: sub.conv.Kind, Tag: sub.tag, SendSeq: sub.SendSeq, Err: e, Change: sub.Change != nil}
	if e == nil {
		o.Seq, o.At, o.Repeat, o.Rev = sub.Seq, sub.At, sub.Err != nil, sub.Rev
	}
	return o
}
