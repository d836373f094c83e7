package chat

import "math"

// Open is where a window ends that has no end yet.
const Open = math.MaxInt64

// Window is a stretch of a conversation's log: the messages with After < seq <= Until.
type Window struct{ After, Until int64 }

// Windows are what a user may see of a log: ascending, none of them empty, and none
// touching the next. A member of a group has one for each time that they were in it, and
// the last one is Open while they are. This is the one rule of who sees what: history,
// catching up, lists, read positions, unread counts and exports all go by it. A direct
// conversation has Windows of nil, which see everything.
type Windows []Window

// all is what no windows mean.
var all = Windows{{0, Open}}

// Add returns the windows with one more behind them. They are never nil: who was in a group while
// nothing was said there sees nothing of it, and not everything.
func (w Windows) Add(next Window) Windows {
	last := len(w) - 1
	switch {
	case next.After >= next.Until && w == nil:
		return Windows{}
	case next.After >= next.Until:
		return w
	case last >= 0 && w[last].Until >= next.After:
		w[last].Until = max(w[last].Until, next.Until)
		return w
	}
	return append(w, next)
}

// Upto returns what they are of a log that goes to seq.
func (w Windows) Upto(seq int64) Windows {
	if w == nil {
		w = all
	}
	n := len(w)
	for n > 0 && w[n-1].After >= seq {
		n--
	}
	if n == 0 {
		return Windows{}
	}
	if w[n-1].Until <= seq {
		return w[:n]
	}
	cut := append(Windows(nil), w[:n]...)
	cut[n-1].Until = seq
	return cut
}

// End is the last seq that is in them, 0 for none; Open if they have no end.
func (w Windows) End() int64 {
	if len(w) == 0 {
		return 0
	}
	return w[len(w)-1].Until
}

// Next returns what comes first beyond a seq: the rest of a window, or a whole one.
func (w Windows) Next(seq int64) (Window, bool) {
	for _, one := range w {
		if one.Until > seq {
			return Window{max(one.After, seq), one.Until}, true
		}
	}
	return Window{}, false
}

// Before returns what comes last before a seq: the beginning of a window, or a whole one.
func (w Windows) Before(seq int64) (Window, bool) {
	for i := len(w) - 1; i >= 0; i-- {
		if w[i].After+1 < seq {
			return Window{w[i].After, min(w[i].Until, seq-1)}, true
		}
	}
	return Window{}, false
}

// Beyond returns those that do not end at a seq, or before it.
func (w Windows) Beyond(seq int64) Windows {
	for i := range w {
		if w[i].Until > seq {
			return w[i:]
		}
	}
	return nil
}

// Count is how many of the seqs with from < seq <= to are in them.
func (w Windows) Count(from, to int64) (n int64) {
	for _, one := range w {
		n += max(0, min(one.Until, to)-max(one.After, from))
	}
	return n
}
