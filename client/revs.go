package client

import (
	"time"

	"parley/wire"
)

// revs is where one conversation stands with its changes. It is a state machine without I/O: it is
// told what came and says what to do. All changes up to at are in the states that were passed on.
//
// It is not safe for concurrent use.
type revs struct {
	// known: at holds. Before that nothing of the conversation is here that could be out of date,
	// and the first number that the server tells is as good as any.
	known bool
	at    int64

	// While something is missing:

	asking   bool // the server is asked, or is to be, for what came after at
	askAt    time.Time
	tries    int
	held     []*wire.ChangedNotice // came meanwhile, in order
	overflow bool                  // more came than may be held: ask once more

	// newer are the revs of messages that were passed on with states beyond at.
	newer map[int64]int64
	// early are states of messages that were not passed on yet. Each is put into its message.
	early map[int64]Changed
	// redo: a state had no room in early. When all of early is used, the server is asked once
	// more for what came after redoAfter.
	redo      bool
	redoAfter int64
}

// How much of one conversation waits.
const (
	mostHeld  = 256
	mostEarly = 1024
	mostNewer = 4096
)

// verdict says what to do with a frame 40.
type verdict uint8

const (
	ignore verdict = iota
	apply          // it has a state to apply; at is moved
	move           // at is moved, and there is nothing to apply
	askFor         // something is missing: the server is to be asked
)

// take takes a frame 40. room says that a state can be passed on.
func (r *revs) take(f *wire.ChangedNotice, room bool) verdict {
	if r.asking {
		if len(r.held) < mostHeld {
			r.held = append(r.held, f)
		} else {
			r.overflow = true
		}
		return ignore
	}
	first := !r.known
	r.known = true
	switch {
	case f.Rev <= r.at:
		return ignore
	case first && f.Seq == 0 && f.Prev == f.Rev:
		r.moveTo(f.Rev)
		return move
	case f.Prev > r.at || !room:
		r.asking, r.askAt, r.tries = true, time.Time{}, 0
		return askFor
	}
	r.moveTo(f.Rev)
	if f.Seq == 0 {
		return move
	}
	return apply
}

func (r *revs) moveTo(rev int64) {
	r.at = max(r.at, rev)
	for seq, newer := range r.newer {
		if newer <= r.at {
			delete(r.newer, seq)
		}
	}
}

// answered takes what a page says of how far it goes. It returns what was held meanwhile, if the
// asking is over; it is to be taken now.
func (r *revs) answered(upTo int64, more bool) (over bool, held []*wire.ChangedNotice) {
	more = more && upTo > r.at
	r.moveTo(upTo)
	r.tries, r.askAt = 0, time.Time{}
	if more {
		return false, nil
	}
	if r.overflow { // what came last was dropped
		r.overflow, r.held = false, nil
		return false, nil
	}
	held, r.held, r.asking = r.held, nil, false
	return true, held
}

// giveUp ends the asking: the server does not let the account see this.
func (r *revs) giveUp() { r.asking, r.overflow, r.held, r.redo = false, false, nil, false }

// saw notes that a message is here, with the state that it carries.
func (r *revs) saw(m *Message) {
	r.known = true
	if m.State.Rev <= r.at {
		return
	}
	if r.newer == nil || len(r.newer) >= mostNewer { // then an older state may be told for a moment
		r.newer = make(map[int64]int64)
	}
	r.newer[m.Seq] = max(r.newer[m.Seq], m.State.Rev)
}

// old reports whether a state is older than what was passed on of its message.
func (r *revs) old(e *Changed) bool { return e.State.Rev <= r.newer[e.Seq] }

// keep keeps a state for a message that is not passed on yet.
func (r *revs) keep(e Changed) {
	was, there := r.early[e.Seq]
	switch {
	case there && was.State.Rev >= e.State.Rev:
		return
	case there:
		e = e.over(was)
	case len(r.early) >= mostEarly:
		if !r.redo || e.State.Rev-1 < r.redoAfter {
			r.redo, r.redoAfter = true, e.State.Rev-1
		}
		return
	case r.early == nil:
		r.early = make(map[int64]Changed)
	}
	r.early[e.Seq] = e
}

// passOn brings a message up to date that is about to be passed on.
func (r *revs) passOn(m *Message) {
	if e, early := r.early[m.Seq]; early {
		m.Apply(e)
		delete(r.early, m.Seq)
	}
	r.saw(m)
}

// again reports whether the server is to be asked anew, because states had no room. shown says of
// a seq whether its message was passed on, or never will be.
func (r *revs) again(shown func(seq int64) bool) bool {
	if !r.redo || r.asking {
		return false
	}
	for seq := range r.early {
		if shown(seq) {
			delete(r.early, seq)
		}
	}
	if len(r.early) > 0 {
		return false
	}
	r.redo, r.at = false, min(r.at, r.redoAfter)
	r.asking, r.askAt, r.tries = true, time.Time{}, 0
	return true
}
