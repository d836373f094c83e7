package client

import (
	"time"

	"parley/wire"
)

// conversation is what a client knows of one conversation. It is guarded by the
// client's lock.
type conversation struct {
	name  Conversation
	order order

	// What the server is told (frame 13):
	displayed int64 // the last message whose handler has returned, and that the store has if there is one
	restored  int64 // what was displayed by earlier runs
	untold    int   // how many of them the server was not told of
	dirty     bool  // it stands in Client.dirty

	gap     gapWatch // it stands in Client.gaps while there is one
	leaving bool     // it is to be forgotten when its gap is filled
	revs    revs     // it stands in Client.behind while it asks
	recent  recent
	again   int64 // the group was joined again after this seq, and the time before is looked up
}

// conversation gives the state of a conversation, making it if need be.
func (c *Client) conversation(name Conversation) *conversation {
	v := c.conversations[name]
	if v == nil {
		v = &conversation{name: name, order: order{limit: c.opts.Early}}
		c.conversations[name] = v
	}
	return v
}

// leave is to be called when a group was left: what was said before that and waits for
// something missing is still shown, and then the group is forgotten. The lock is held.
func (c *Client) leave(name Conversation) {
	if v := c.conversations[name]; v != nil && v.order.gappy() {
		v.leaving = true
		return
	}
	c.forget(name)
}

// joined is to be called when a group was joined, after a seq. If it was left before, the
// history says what of the time before is still missing, and what is not to be seen;
// messages of the new time may have come already. The lock is held.
func (c *Client) joined(name Conversation, after int64) {
	v := c.conversation(name)
	if after == 0 {
		if v.leaving { // an older server, which does not tell
			c.forget(name)
		}
		return
	}
	v.leaving = false
	if v.order.started() && v.order.next > after {
		return // it has gone on already
	}
	if !v.order.joinedAgain(after) {
		c.show(v, v.order.rejoin(after, c.scratch[:0]))
		return
	}
	v.again = after
	c.watch(v)
	if v.gap.on {
		v.gap.hurry(time.Now())
		poke(c.fillWake)
	}
}

// passAbsence has a conversation go on behind what was said while the account was no member. The
// lock is held.
func (c *Client) passAbsence(v *conversation, times []Window) {
	for {
		from, to, gap := v.order.missing()
		if !gap {
			return
		}
		from, to, absent := Absent(times, from-1, to+1)
		if !absent {
			return
		}
		c.queue.push(NotMember{Conversation: v.name, From: from, To: to})
		c.show(v, v.order.skip(to, c.scratch[:0]))
	}
}

// forget has a conversation's sequence start anew, because what happens between leaving
// a group and joining it again is not to be seen. What was shown stays shown: the
// server may not have heard of it, and deliver it again. The lock is held.
func (c *Client) forget(name Conversation) {
	if v := c.conversations[name]; v != nil {
		delete(c.gaps, v)
		v.gap, v.order, v.leaving = gapWatch{}, v.order.again(), false
	}
	c.left(name)
}

// delivered takes a message from the server. The lock is held.
func (c *Client) delivered(w *wire.Message) {
	m := message(w, c.self.ID)
	m.Sent = m.Mine && m.Device == c.device && c.outbox.first != 0 && m.SendSeq >= c.outbox.first
	v := c.conversation(m.Conversation)
	v.revs.known = true
	if c.queue.full() {
		c.show(v, v.order.overlook(m, c.scratch[:0]))
		return
	}
	if v.order.shown(m.Seq) {
		if !c.changedHands(v, m) {
			c.markDirty(v) // the server does not know yet that it was displayed
			return
		}
		v = c.conversation(m.Conversation)
	}
	if !v.order.started() && c.outbox.underWay(m.Conversation) {
		// One of our own, not acked yet, may come before it: the start is looked up.
		c.show(v, v.order.acked(m, c.scratch[:0]))
		return
	}
	c.show(v, v.order.deliver(m, c.scratch[:0]))
}

// ackedMessage puts a message of one's own, just acked, in its place. The lock is held.
func (c *Client) ackedMessage(m *Message) {
	v := c.conversation(m.Conversation)
	v.revs.known = true
	if c.changedHands(v, m) {
		v = c.conversation(m.Conversation)
	}
	if c.queue.full() && v.order.started() {
		c.show(v, v.order.overlook(m, c.scratch[:0]))
		return
	}
	c.show(v, v.order.acked(m, c.scratch[:0]))
}

// show queues messages for the handlers and looks after the gap behind them.
func (c *Client) show(v *conversation, messages []*Message) {
	for _, m := range messages {
		v.revs.passOn(m)
		c.queue.push(m)
	}
	c.redoStates(v)
	clear(messages)
	c.scratch = messages[:0]
	c.watch(v)
}

// handled notes that the handler of m has returned. The lock is held.
func (c *Client) handled(m *Message) {
	if c.opts.Store == nil {
		c.displayed(m)
	} else if v := c.conversations[m.Conversation]; v != nil && v.order.started() {
		c.pending.Shown = append(c.pending.Shown, m)
	}
}

// displayed notes that m was displayed, and that the store has it if there is one. The
// lock is held.
func (c *Client) displayed(m *Message) {
	v := c.conversations[m.Conversation]
	if v == nil {
		return // forgotten meanwhile
	}
	v.displayed = m.Seq
	v.untold++
	c.markDirty(v)
	if v.untold >= c.opts.ReceivedAfter && c.session != nil {
		c.session.tellNow = true
		poke(c.session.wake)
	}
}

// markDirty sees to it that the server is told what was displayed of v.
func (c *Client) markDirty(v *conversation) {
	if v.dirty || v.displayed == 0 {
		return
	}
	v.dirty = true
	c.dirty = append(c.dirty, v)
	if s := c.session; s != nil && s.tellAt.IsZero() {
		s.tellAt = time.Now().Add(c.opts.ReceivedEvery)
		poke(s.wake)
	}
}

// watch starts, goes on with, or ends the watch over a conversation's first gap.
func (c *Client) watch(v *conversation) {
	was := v.gap.on
	if !was && !v.order.gappy() {
		return // the usual case needs no clock
	}
	on, anew := v.gap.look(&v.order, time.Now(), c.opts.GapWait)
	if anew {
		c.gaps[v] = struct{}{}
		poke(c.fillWake)
	}
	if was && !on {
		delete(c.gaps, v)
	}
	if v.leaving && !v.order.gappy() {
		c.forget(v.name)
	}
}
