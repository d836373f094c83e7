package client

import "sort"

// order puts the messages of one conversation in order. It is a state machine
// without I/O and clocks: it is told what arrived and says what to show; when to ask
// for what is missing, and when to give up, is decided by whoever drives it.
//
// It is not safe for concurrent use.
type order struct {
	next    int64      // the seq to show next; 0 while the start is not known
	highest int64      // the highest seq heard of, held or not
	early   []*Message // arrived before their turn, ascending by seq
	limit   int        // how many may wait in early
	past    int64      // what lies below was shown before the start was forgotten
}

// again gives an order that starts anew and still knows what was shown.
func (o *order) again() order { return order{limit: o.limit, past: max(o.past, o.next)} }

// shown reports whether a message was shown, or given up, before.
func (o *order) shown(seq int64) bool { return seq < o.next || seq < o.past }

// started reports whether the start of the conversation is known.
func (o *order) started() bool { return o.next != 0 }

// deliver takes a message that the server delivered and appends to show what can be
// shown now. The server delivers in order from the device's cursor on, so the first
// one it delivers starts the conversation; acked messages of one's own that wait
// below it belong to it too, because everything of others below would have come first.
func (o *order) deliver(m *Message, show []*Message) []*Message {
	if o.shown(m.Seq) {
		return show
	}
	return o.accept(m, o.startAt(m.Seq, show))
}

// acked takes a message of one's own that was acked. It does not start a
// conversation, unless it is the very first there.
func (o *order) acked(m *Message, show []*Message) []*Message {
	if !o.started() && m.Seq == 1 {
		o.next = 1
	}
	return o.accept(m, show)
}

// startAt sets the first seq to show, if the start is not known yet. Own messages
// that wait below it are shown as well.
func (o *order) startAt(seq int64, show []*Message) []*Message {
	if o.started() {
		return show
	}
	o.next = max(seq, o.past)
	if len(o.early) > 0 && o.early[0].Seq < seq {
		o.next = o.early[0].Seq
	}
	return o.release(show)
}

// rejoin has the conversation go on after a seq: what is missing up to there is not to be
// seen any more. Messages that wait below it are shown. It does nothing if it has gone on
// already.
func (o *order) rejoin(after int64, show []*Message) []*Message {
	if o.next > after {
		return show
	}
	n := 0
	for n < len(o.early) && o.early[n].Seq <= after {
		if !o.shown(o.early[n].Seq) {
			show = append(show, o.early[n])
		}
		n++
	}
	o.early = append(o.early[:0], o.early[n:]...)
	o.next = max(after+1, o.past)
	return o.release(show)
}

// joinedAgain has the conversation go on, with what was shown last, to a seq that is beyond
// it: what lies between is missing, or not to be seen. It reports false if there is nothing
// between.
func (o *order) joinedAgain(after int64) bool {
	if !o.started() {
		o.next = o.past
	}
	if o.next == 0 || o.next > after {
		return false
	}
	o.highest = max(o.highest, after)
	return true
}

// overlook is deliver for a message that there is no room to take: it counts as a gap.
func (o *order) overlook(m *Message, show []*Message) []*Message {
	show = o.startAt(m.Seq, show)
	o.highest = max(o.highest, m.Seq)
	return show
}

func (o *order) accept(m *Message, show []*Message) []*Message {
	o.highest = max(o.highest, m.Seq)
	switch {
	case o.shown(m.Seq):
		return show
	case m.Seq == o.next:
		o.next++
		return o.release(append(show, m))
	default:
		o.hold(m)
		return show
	}
}

// hold keeps an early message. When there is no room the latest one goes: it is
// asked for again when its turn comes, because highest remembers it.
func (o *order) hold(m *Message) {
	i := sort.Search(len(o.early), func(i int) bool { return o.early[i].Seq >= m.Seq })
	if i < len(o.early) && o.early[i].Seq == m.Seq {
		return
	}
	if len(o.early) >= o.limit {
		if i == len(o.early) {
			return
		}
		o.early[len(o.early)-1] = nil
		o.early = o.early[:len(o.early)-1]
	}
	o.early = append(o.early, nil)
	copy(o.early[i+1:], o.early[i:])
	o.early[i] = m
}

// release appends to show what waited for its turn.
func (o *order) release(show []*Message) []*Message {
	n := 0
	for n < len(o.early) && o.early[n].Seq <= o.next {
		if o.early[n].Seq == o.next {
			o.next++
			show = append(show, o.early[n])
		}
		n++
	}
	if n > 0 {
		rest := copy(o.early, o.early[n:])
		clear(o.early[rest:])
		o.early = o.early[:rest]
	}
	return show
}

// gappy reports whether something is missing: messages, or the start.
func (o *order) gappy() bool {
	return o.next <= o.highest && (o.started() || len(o.early) > 0)
}

// missing gives the first gap, from and to included; ok is false when there is none.
func (o *order) missing() (from, to int64, ok bool) {
	if !o.started() || o.next > o.highest {
		return 0, 0, false
	}
	to = o.highest
	if len(o.early) > 0 {
		to = o.early[0].Seq - 1
	}
	return o.next, to, true
}

// skip gives the first gap up, up to and including seq to, and appends to show what
// follows it.
func (o *order) skip(to int64, show []*Message) []*Message {
	if !o.started() || to < o.next {
		return show
	}
	o.next = to + 1
	return o.release(show)
}
