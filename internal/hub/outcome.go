package hub

import (
	"errors"

	"parley/internal/chat"
	"parley/wire"
)

// outcome answers an append, unless one before it must be answered first.
func (h *Hub) outcome(b *burst, sub *submission) {
	s := sub.session
	if !s.turn(sub) {
		return
	}
	switch {
	case sub.Err == nil:
		s.conclude(b, sub, nil)
	case errors.Is(sub.Err, chat.ErrSessionGone):
		s.conclude(b, sub, chat.E(wire.SessionEnded))
		h.spawn(s.dispossessed)
	case errors.Is(sub.Err, chat.ErrRepeat):
		s.resolve(sub)
		h.spawn(func() { s.repeatStored(sub) })
	case errors.Is(sub.Err, chat.ErrOutOfStep):
		s.conclude(b, sub, &chat.Error{Code: wire.Behind, RetryAfter: retryAfter})
	case errors.Is(sub.Err, chat.ErrStaleMembers):
		s.resolve(sub)
		h.spawn(func() { s.submitAgain(sub) })
	default:
		e := chat.AsError(sub.Err)
		if forNow(e) && e.RetryAfter == 0 {
			waiting := *e // the error may be the answer to others, too
			waiting.RetryAfter = retryAfter
			e = &waiting
		}
		if e.Cause != nil {
			h.log.Warn("a message was not stored", "user", sub.Sender, "conversation", sub.Conv, "err", e)
		}
		s.conclude(b, sub, e)
	}
}

// turn reports whether an outcome may be dealt with now; otherwise it waits behind one
// that is being resolved, and dealWith comes back to it.
func (s *Session) turn(sub *submission) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.sendState()
	if sub.SendSeq == 0 || st.resolving == nil || st.resolving == sub {
		return true
	}
	st.deferred = append(st.deferred, sub)
	return false
}

// conclude settles an append, answers it, and goes on with what has waited behind it.
func (s *Session) conclude(b *burst, sub *submission, e *chat.Error) {
	s.mu.Lock() // so that who waits for the answers finds this one in the queue
	if e = s.settle(sub, e); e == nil {
		s.hub.Metrics.Acked.Add(1)
		b.ack(sub)
	} else {
		s.answerSub(sub, e)
	}
	s.mu.Unlock()
	if next := s.resolved(sub); next != nil {
		s.hub.outcome(b, next)
	}
}

// concludeAlone is conclude outside a batch.
func (s *Session) concludeAlone(sub *submission, e *chat.Error) {
	b := newBurst()
	s.conclude(b, sub, e)
	b.flush()
}

// settle records an outcome and wakes who waits for it: nil is stored (now or before),
// anything else is why not. It gives what the client is to be answered, with s.mu held:
// the caller holds it.
func (s *Session) settle(sub *submission, e *chat.Error) *chat.Error {
	st := s.sendState()
	st.inFlight--
	st.cond.Broadcast()
	stored := e == nil || errors.Is(sub.Err, chat.ErrRepeat)
	switch {
	case sub.SendSeq == 0:
		return e
	case e != nil && e.Code == wire.SessionEnded:
		st.gone = true
		return e
	case e != nil && forNow(e):
		sub.putBack(st)
		if e.Code == wire.Unavailable {
			st.doubt = max(st.doubt, sub.SendSeq)
		}
		return e
	case stored:
		st.last = max(st.last, sub.SendSeq, sub.LastSendSeq)
	case st.last == sub.SendSeq: // for good: the number is used up, the row does not hold it
		st.last = sub.PrevSendSeq
	}
	if st.next <= sub.SendSeq { // one before it was refused for now
		return st.behind()
	}
	return e
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

// resolve lets what comes behind an append wait until resolved.
func (s *Session) resolve(sub *submission) {
	if sub.SendSeq == 0 {
		return
	}
	s.mu.Lock()
	s.sendState().resolving = sub
	s.mu.Unlock()
}

// resolved ends an append's turn and gives the one whose turn it is then, if any.
func (s *Session) resolved(sub *submission) *submission {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.sendState()
	if st.resolving != sub {
		return nil
	}
	if len(st.deferred) == 0 {
		st.resolving, st.deferred = nil, nil
		return nil
	}
	st.resolving = st.deferred[0]
	st.deferred = st.deferred[1:]
	return st.resolving
}

// maxTries bounds how often an append is submitted again because membership moved.
const maxTries = 3

// submitAgain looks membership up anew, because somebody was taken out of the
// conversation since it was checked, and appends again if the sender may still write.
func (s *Session) submitAgain(sub *submission) {
	h := s.hub
	sub.tries++
	c, version, err := h.mayWrite(h.ctx, s, sub)
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
