package client

import "time"

// gapWatch watches over the first gap of one conversation: when to ask for what is
// missing, and when to give it up. Like order it is free of I/O and clocks: it is told
// what time it is. Each try waits twice as long as the one before.
//
// It is not safe for concurrent use.
type gapWatch struct {
	on    bool
	from  int64 // the first missing seq; 0 while the start is to be looked up
	tries int   // how often it was asked for in vain
	askAt time.Time
}

// look is to be called whenever o has changed. It reports whether there is something
// to watch now, and whether the watch began anew: then askAt is the time to ask.
func (g *gapWatch) look(o *order, now time.Time, wait time.Duration) (on, anew bool) {
	from, _, gap := o.missing()
	lookUp := !o.started() && len(o.early) > 0
	if !gap && !lookUp {
		*g = gapWatch{}
		return false, false
	}
	if g.on && g.from == from {
		return true, false
	}
	*g = gapWatch{on: true, from: from, askAt: now.Add(wait)}
	return true, true
}

// hurry asks for the rest at once: the last answer brought a part of it.
func (g *gapWatch) hurry(now time.Time) { g.askAt = now }

// interrupted asks again after wait: the question did not get through, which is no try.
func (g *gapWatch) interrupted(now time.Time, wait time.Duration) { g.askAt = now.Add(wait) }

// inVain counts a try that brought nothing; the next one is not before after. It
// reports whether it was the last one allowed.
func (g *gapWatch) inVain(now time.Time, wait, after time.Duration, allowed int) (last bool) {
	g.tries++
	g.askAt = now.Add(max(wait<<g.tries, after))
	return g.tries >= allowed
}
