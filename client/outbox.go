package client

import "parley/wire"

// outbox is the sender's half of the delivery contract: numbers, the window, and
// what each answer means. It is a state machine without I/O and clocks, and not safe
// for concurrent use.
//
// Messages get their number when they are first put on the wire. Those with a number
// stand at the front, without holes, until they are answered; an answered one stays
// in its place until everything before it is answered too.
type outbox struct {
	entries []*entry
	// number is how many entries, from the front, have a number.
	numbered int
	// cursor is the entry to put on the wire next.
	cursor int
	// next is the number for the next message that has none; 0 before the first login.
	next int64
	// first is the first number that this outbox gave out, 0 for none yet.
	first int64

	// Of the session under way:

	window int
	// onWire is how many frames wait for their answer. Every frame gets one.
	onWire int
	// stalled: something was refused for now, or out of step. Nothing is sent until
	// every frame on the wire has its answer and resume was called; then from the front.
	stalled bool
	// renew asks for a new login: the server waits for a number that was answered long ago.
	renew bool
}

// entry is one message, or one change of a message, on its way.
type entry struct {
	conv     Conversation
	text     string
	extra    Extra
	change   *Change // a change in the place of a message
	id       int64   // in the store, 0 without one
	seq      int64   // send_seq, 0 until it is first put on the wire
	kept     bool    // the store knows the number; owned by the session's writer
	answered bool
	// done gets the outcome, once. It is called with the client's lock held and must
	// not block.
	done func(Receipt, error)
}

// stall says what an answer asks of whoever drives the outbox.
type stall struct {
	begun bool  // sending stops with this answer; call resume after a delay
	after int64 // the delay that the server named, in milliseconds; 0 for none
}

func (b *outbox) add(e *entry) { b.entries = append(b.entries, e) }

// drop takes out an entry that has no number yet and reports whether it could.
func (b *outbox) drop(e *entry) bool {
	for i := b.numbered; i < len(b.entries); i++ {
		if b.entries[i] == e {
			b.entries = append(b.entries[:i], b.entries[i+1:]...)
			return true
		}
	}
	return false
}

// sendNext is what the login says: the oldest number without an answer. 0 says
// nothing: this outbox has never numbered anything.
func (b *outbox) sendNext() int64 {
	if b.numbered > 0 {
		return b.entries[0].seq
	}
	return b.next
}

// login begins a session. last is the last number that the server has stored for
// this device. unbroken says that no other program can have used the device since the
// session before. The entries it returns have an unknown outcome: another program
// used their numbers, so that an ack for them could be for its message.
func (b *outbox) login(last int64, unbroken bool) (doubtful []*entry) {
	b.onWire, b.stalled, b.renew = 0, false, false
	if b.next == 0 {
		b.next = last + 1
	}
	if last >= b.next {
		unbroken = false // these numbers were never given out here
	}
	if !unbroken && b.numbered > 0 && b.entries[0].seq <= last {
		doubtful = b.takeUpTo(last)
	}
	if last >= b.next {
		b.next = last + 1
	}
	b.cursor = 0
	return doubtful
}

// takeUpTo takes the numbered entries up to seq out and returns those without an answer.
func (b *outbox) takeUpTo(seq int64) (open []*entry) {
	n := 0
	for n < b.numbered && b.entries[n].seq <= seq {
		if !b.entries[n].answered {
			open = append(open, b.entries[n])
		}
		n++
	}
	b.entries = b.entries[n:]
	b.numbered -= n
	b.cursor = max(0, b.cursor-n)
	return open
}

// take gives the next entry to put on the wire, nil if there is none or it may not
// be sent now.
func (b *outbox) take() *entry {
	if b.stalled || b.renew || b.next == 0 {
		return nil
	}
	for b.cursor < len(b.entries) && b.entries[b.cursor].answered {
		b.cursor++
	}
	if b.cursor == len(b.entries) || b.cursor >= b.window || b.onWire >= b.window {
		return nil
	}
	e := b.entries[b.cursor]
	if e.seq == 0 {
		e.seq = b.next
		b.next++
		b.numbered++
		if b.first == 0 {
			b.first = e.seq
		}
	}
	b.cursor++
	b.onWire++
	return e
}

// answer takes the answer to a chat frame. The entry is returned when it has its
// final answer: stored, or refused for good. nil: it waits on, or was answered before.
func (b *outbox) answer(seq int64, code wire.Code, sendNext, retryAfterMS int64) (*entry, stall) {
	if b.onWire > 0 {
		b.onWire--
	}
	e := b.find(seq)
	switch {
	case code == wire.SendSeqGap:
		return nil, b.outOfStep(sendNext)
	case refusedForNow(code):
		begun := !b.stalled
		b.stalled = true
		return nil, stall{begun: begun, after: retryAfterMS}
	case e == nil || e.answered:
		return nil, stall{}
	}
	e.answered = true
	b.advance()
	return e, stall{}
}

// outOfStep handles "send again from sendNext". What is asked for is at the front,
// unless it was answered in a session before; then only a new login can tell the
// server where this device stands.
func (b *outbox) outOfStep(sendNext int64) stall {
	front := b.next
	if b.numbered > 0 {
		front = b.entries[0].seq
	}
	if sendNext != 0 && sendNext < front {
		b.renew = true
	}
	begun := !b.stalled
	b.stalled = true
	return stall{begun: begun}
}

// find gives the numbered entry with this number, nil if there is none.
func (b *outbox) find(seq int64) *entry {
	if b.numbered == 0 {
		return nil
	}
	i := seq - b.entries[0].seq
	if i < 0 || i >= int64(b.numbered) {
		return nil
	}
	return b.entries[i]
}

// underWay reports whether a message to a conversation has a number and no answer.
func (b *outbox) underWay(to Conversation) bool {
	for _, e := range b.entries[:b.numbered] {
		if e.conv == to && !e.answered && e.change == nil {
			return true
		}
	}
	return false
}

// takeChanges takes the changes out that have no answer: those that were never sent, and those
// whose outcome nobody will tell.
func (b *outbox) takeChanges() (unsent, doubtful []*entry) {
	rest := b.entries[:0]
	for _, e := range b.entries {
		switch {
		case e.change == nil || e.answered:
		case e.seq == 0:
			unsent = append(unsent, e)
			continue
		default:
			e.answered = true
			doubtful = append(doubtful, e)
		}
		rest = append(rest, e)
	}
	clear(b.entries[len(rest):])
	b.entries = rest
	b.advance()
	return unsent, doubtful
}

// advance lets go of answered entries at the front.
func (b *outbox) advance() {
	n := 0
	for n < b.numbered && b.entries[n].answered {
		b.entries[n] = nil
		n++
	}
	b.entries = b.entries[n:]
	b.numbered -= n
	b.cursor = max(0, b.cursor-n)
}

// drained reports whether a stall may end: no frame waits for its answer.
func (b *outbox) drained() bool { return b.onWire == 0 }

// resume sends again from the front. The window may be narrowed by whoever drives.
func (b *outbox) resume() {
	b.stalled = false
	b.cursor = 0
}

// takeAll empties the outbox and returns what has no answer.
func (b *outbox) takeAll() (open []*entry) {
	for _, e := range b.entries {
		if !e.answered {
			open = append(open, e)
		}
	}
	b.entries, b.numbered, b.cursor = nil, 0, 0
	return open
}

// empty reports whether everything is answered.
func (b *outbox) empty() bool { return len(b.entries) == 0 }

// refusedForNow reports whether a refusal leaves the number unused, so that the same
// frame is to be sent again later.
func refusedForNow(c wire.Code) bool {
	switch c {
	case wire.Busy, wire.Unavailable, wire.Behind, wire.StoreFull,
		wire.RateLimited, wire.TooManyUnacked, wire.SessionEnded, wire.NotLoggedIn:
		return true
	}
	return false
}
