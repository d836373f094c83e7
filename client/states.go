package client

import (
	"cmp"
	"context"
	"errors"
	"sort"
	"time"

	"parley/wire"
)

// changed takes a frame 40. The lock is held.
func (c *Client) changed(f *wire.ChangedNotice) {
	v := c.conversation(Conversation{With: f.With, GID: f.GID})
	switch v.revs.take(f, c.queue.roomForChanges()) {
	case apply:
		c.applyState(v, changedBy(f))
	case move:
		c.movedTo(v, f.Rev)
	case askFor:
		c.askStates(v)
	}
}

// applyState passes a state on: to the message, if it still waits for its turn, or as an event. The
// lock is held.
func (c *Client) applyState(v *conversation, e Changed) {
	e.Conversation = v.name // of a server that leaves it out
	if v.revs.old(&e) {
		c.movedTo(v, e.upTo)
		return
	}
	if !v.order.shown(e.Seq) {
		if m := v.order.waiting(e.Seq); m != nil {
			m.Apply(e)
		} else {
			v.revs.keep(e)
		}
		e.silent = v.order.started() // otherwise it may be of a message from before
	}
	if v.recent.fetches > 0 {
		v.recent.keep(e)
	}
	if !e.silent || c.opts.Store != nil {
		c.queue.push(e)
	}
}

// movedTo notes in the store, in its turn, how far the changes of a conversation are known. The lock
// is held.
func (c *Client) movedTo(v *conversation, rev int64) {
	if c.opts.Store != nil && rev > 0 {
		c.queue.push(Changed{Conversation: v.name, upTo: rev, silent: true})
	}
}

// changeHandled notes that the handler of e has returned. The lock is held.
func (c *Client) changeHandled(e Changed) {
	if c.opts.Store == nil {
		return
	}
	if e.Seq != 0 {
		c.pending.States = append(c.pending.States, e)
	}
	if n := len(c.pending.Revs); n > 0 && c.pending.Revs[n-1].Conversation == e.Conversation {
		c.pending.Revs[n-1].Seq = e.upTo
		return
	}
	c.pending.Revs = append(c.pending.Revs, Position{e.Conversation, e.upTo})
}

// askStates has the server asked for what is missing. The lock is held.
func (c *Client) askStates(v *conversation) {
	c.behind[v] = struct{}{}
	poke(c.fillWake)
}

// nextBehind gives the conversation whose states to ask for now, or how long to wait for one.
func (c *Client) nextBehind(now time.Time) (*conversation, time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.session == nil || len(c.behind) == 0 || c.queue.changes > c.queue.limit/2 {
		return nil, time.Hour // a login, or room, wakes
	}
	var first *conversation
	for v := range c.behind {
		if first == nil || cmp.Or(v.revs.askAt.Compare(first.revs.askAt), v.name.compare(first.name)) < 0 {
			first = v
		}
	}
	if wait := first.revs.askAt.Sub(now); wait > 0 {
		return nil, wait
	}
	return first, 0
}

// pull asks for one page of states.
func (c *Client) pull(v *conversation) {
	c.mu.Lock()
	q := about(v.name, wire.States)
	q.Rev = v.revs.at
	q.Limit = int64(min(wire.MaxPage, max(1, c.queue.limit-c.queue.changes)))
	log := c.queue.log
	c.mu.Unlock()
	q.Set(wire.FRev, wire.FLimit)
	ctx, cancel := context.WithTimeout(c.ctx, c.opts.RequestTimeout)
	defer cancel()
	page, err := ask[*wire.StatesReply](ctx, c, q, once)
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, asking := c.behind[v]; asking && log == c.queue.log {
		c.pulled(v, page, err)
	}
}

// pulled takes a page of states, or why there is none. The lock is held.
func (c *Client) pulled(v *conversation, page *wire.StatesReply, err error) {
	if err != nil {
		c.pulledNone(v, err)
		return
	}
	for i := range page.Changes {
		c.applyState(v, changedRow(v.name, &page.Changes[i]))
	}
	c.movedTo(v, page.Rev)
	over, held := v.revs.answered(page.Rev, page.More)
	if !over {
		return
	}
	delete(c.behind, v)
	for _, f := range held {
		c.changed(f)
	}
	c.redoStates(v)
}

func (c *Client) pulledNone(v *conversation, err error) {
	const longest = 30 * time.Second
	r := &v.revs
	wait := c.opts.GapWait
	switch code := CodeOf(err); {
	case errors.Is(err, ErrInterrupted) || c.ctx.Err() != nil: // it did not get through, which is no try
	case code != wire.OK && final(err, true):
		r.giveUp()
		delete(c.behind, v)
		return
	default:
		r.tries++
		wait = max(min(wait<<min(r.tries, 10), longest), retryAfter(err))
	}
	r.askAt = time.Now().Add(wait)
}

// redoStates asks anew for states that had no room, when there is some. The lock is held.
func (c *Client) redoStates(v *conversation) {
	if v.revs.redo && v.revs.again(func(seq int64) bool { return v.order.started() && v.order.shown(seq) }) {
		c.askStates(v)
	}
}

// waiting returns the message that waits for its turn under a seq, nil if none does.
func (o *order) waiting(seq int64) *Message {
	i := sort.Search(len(o.early), func(i int) bool { return o.early[i].Seq >= seq })
	if i < len(o.early) && o.early[i].Seq == seq {
		return o.early[i]
	}
	return nil
}
