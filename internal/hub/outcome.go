package hub

import (
	"errors"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

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
}

// outcomes is told the Outcome of each message of a Sender. That may happen with locks held
// and from any goroutine: it must not block, and not call the Sender. What it has for a
// connection it queues into b.
type outcomes interface {
	outcome(b *burst, o Outcome)
}

// outcome is the submission's, for an error or nil for stored.
func (sub *submission) outcome(e *chat.Error) Outcome {
	o := Outcome{Kind: sub.conv.Kind, Tag: sub.tag, SendSeq: sub.SendSeq, Err: e}
	if e == nil {
		o.Seq, o.At, o.Repeat = sub.Seq, sub.At, sub.Err != nil
	}
	return o
}

// outcome deals with what the store says of an append, unless one before it must be dealt
// with first.
func (s *Sender) outcome(b *burst, sub *submission) {
	if !s.turn(sub) {
		return
	}
	switch {
	case sub.Err == nil:
		s.conclude(b, sub, nil)
	case errors.Is(sub.Err, chat.ErrSessionGone):
		s.conclude(b, sub, chat.E(wire.SessionEnded))
		if s.live != nil {
			s.hub.spawn(s.live.dispossessed)
		}
	case errors.Is(sub.Err, chat.ErrRepeat) && sub.Key != nil:
		s.hub.spawn(func() { s.keyStored(sub) })
	case errors.Is(sub.Err, chat.ErrRepeat):
		s.resolve(sub)
		s.hub.spawn(func() { s.repeatStored(sub) })
	case errors.Is(sub.Err, chat.ErrOutOfStep):
		s.conclude(b, sub, &chat.Error{Code: wire.Behind, RetryAfter: retryAfter})
	case errors.Is(sub.Err, chat.ErrStaleMembers):
		s.resolve(sub)
		s.hub.spawn(func() { s.submitAgain(sub) })
	default:
		e := chat.AsError(sub.Err)
		if forNow(e) && e.RetryAfter == 0 {
			waiting := *e // the error may be the answer to others, too
			waiting.RetryAfter = retryAfter
			e = &waiting
		}
		if e.Cause != nil {
			s.hub.log.Warn("a message was not stored", "user", sub.Sender, "conversation", sub.Conv, "err", e)
		}
		s.conclude(b, sub, e)
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

// conclude settles an append, tells its outcome, and goes on with what has waited behind it.
func (s *Sender) conclude(b *burst, sub *submission, e *chat.Error) {
	s.mu.Lock() // so that who waits for the outcomes finds this one told
	if e = s.settle(sub, e); e == nil {
		s.hub.Metrics.Acked.Add(1)
	}
	next := s.resolved(sub)
	s.tell(b, sub.outcome(e))
	s.mu.Unlock()
	if next != nil {
		s.outcome(b, next)
	}
}

// concludeAlone is conclude outside a batch.
func (s *Sender) concludeAlone(sub *submission, e *chat.Error) {
	b := newBurst()
	s.conclude(b, sub, e)
	b.flush()
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

// maxTries bounds how often an append is submitted again because membership moved.
const maxTries = 3

// submitAgain looks membership up anew, because somebody was taken out of the
// conversation since it was checked, and appends again if the sender may still write.
func (s *Sender) submitAgain(sub *submission) {
	h := s.hub
	sub.tries++
	c, version, err := s.mayStillWrite(h.ctx, sub)
	if err == nil && sub.tries > maxTries {
		err = &chat.Error{Code: wire.Busy, RetryAfter: retryAfter}
	}
	if err != nil {
		s.concludeAlone(sub, chat.AsError(err))
		return
	}
	sub.conv, sub.Version, sub.Err = c, version, nil
	h.store.Append(&sub.Append)
}

// refused tells that a message was not appended.
func (s *Sender) refused(o Outgoing, e *chat.Error) {
	s.tellAlone(Outcome{Kind: o.Kind, Tag: o.Tag, SendSeq: o.SendSeq, Err: e})
}

// tell counts an outcome and tells it.
func (s *Sender) tell(b *burst, o Outcome) {
	if o.Err != nil {
		s.hub.Metrics.refused(o.Err.Code)
	}
	s.told.outcome(b, o)
}

// tellAlone is tell outside a batch.
func (s *Sender) tellAlone(o Outcome) {
	b := newBurst()
	s.tell(b, o)
	b.flush()
}
