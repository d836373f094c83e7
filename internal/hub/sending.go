package hub

import (
	"errors"
	"sync"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

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

// mayBeStored reports whether the next number could be one that the device's row holds
// already, so that it must not be refused for what has changed since.
func (s *Session) mayBeStored(n int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return n != 0 && n <= max(s.lastSend, s.sendState().doubt)
}

// stored takes note that the device's row holds a number.
func (s *Session) stored(n int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.sendState()
	st.last = max(st.last, n)
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
