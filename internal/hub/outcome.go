package hub

import (
	"errors"

	"parley/internal/chat"
	"parley/wire"
)

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
	case errors.Is(sub.Err, chat.ErrRepeat) && sub.Change != nil:
		s.resolve(sub)
		s.hub.spawn(func() { s.repeatMade(sub) })
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

// maxTries bounds how often an append is submitted again because membership moved.
const maxTries = 3

// submitAgain looks membership up anew, because somebody was taken out of the
// conversation since it was checked, and appends again if the sender may still write.
func (s *Sender) submitAgain(sub *submission) {
	h := s.hub
	sub.tries++
	err := s.mayStill(h.ctx, sub)
	if err == nil && sub.tries > maxTries {
		err = &chat.Error{Code: wire.Busy, RetryAfter: retryAfter}
	}
	if err != nil {
		s.concludeAlone(sub, chat.AsError(err))
		return
	}
	sub.Err = nil
	h.store.Append(&sub.Append)
}

// refused tells that a message was not appended.
func (s *Sender) refused(o Outgoing, e *chat.Error) {
	s.tellAlone(Outcome{Kind: o.Kind, Tag: o.Tag, SendSeq: o.SendSeq, Err: e, Change: o.Change != nil})
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

// outcome queues the frame that tells what became of a message of the session.
func (s *Session) outcome(b *burst, o Outcome) {
	at := ""
	if o.Err == nil && !o.At.IsZero() {
		at = b.timeText(o.At)
	}
	b.frame = s.owner.AppendOutcome(b.frame[:0], o, at)
	b.queueFrame(s.out, b.frame)
}

// refuse is for a message that cannot be appended.
func (s *Sender) refuse(o Outgoing, e *chat.Error) {
	if o.SendSeq != 0 {
		e = s.useUp(o.SendSeq, e)
	}
	s.refused(o, e)
}
