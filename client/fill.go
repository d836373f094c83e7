package client

import (
	"cmp"
	"context"
	"errors"
	"time"

	"parley/wire"
)

// fill watches over gaps until the client ends: it asks the history, or for states, for what did
// not come by itself, one conversation at a time.
func (c *Client) fill() {
	defer c.tasks.Done()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		v, wait := c.nextGap(time.Now())
		if v != nil {
			c.fillGap(v)
			continue
		}
		b, soon := c.nextBehind(time.Now())
		if b != nil {
			c.pull(b)
			continue
		}
		timer.Reset(min(wait, soon))
		select {
		case <-c.fillWake:
		case <-timer.C:
		case <-c.ctx.Done():
			return
		case <-c.done:
			return
		}
	}
}

// nextGap gives the conversation to ask for now, or how long to wait for one.
func (c *Client) nextGap(now time.Time) (*conversation, time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.session == nil || !c.queue.roomy() || len(c.gaps) == 0 {
		return nil, time.Hour // a login, or room, wakes
	}
	var first *conversation
	for v := range c.gaps {
		if first == nil || cmp.Or(v.gap.askAt.Compare(first.gap.askAt), v.name.compare(first.name)) < 0 {
			first = v
		}
	}
	if wait := first.gap.askAt.Sub(now); wait > 0 {
		return nil, wait
	}
	return first, 0
}

func (c *Client) fillGap(v *conversation) {
	c.mu.Lock()
	started, name := v.order.started(), v.name
	from, _, gap := v.order.missing()
	limit := min(wire.MaxPage, max(1, c.queue.limit-c.queue.messages))
	c.mu.Unlock()
	ctx, cancel := context.WithTimeout(c.ctx, c.opts.RequestTimeout)
	defer cancel()
	switch {
	case !started:
		rows, err := c.Conversations(ctx)
		c.lookedUp(v, rows, err)
	case gap:
		page, err := c.page(ctx, name, from-1, 0, limit)
		c.filled(v, from, page, err)
	}
}

// page asks for one page of history as the wire has it.
func (c *Client) page(ctx context.Context, name Conversation, after, before int64, limit int) (*wire.HistoryReply, error) {
	q := about(name, wire.History)
	if before > 0 {
		q.Before = before
		q.Set(wire.FBefore)
	} else {
		q.After = after
		q.Set(wire.FAfter)
	}
	q.Limit = int64(limit)
	q.Set(wire.FLimit)
	return ask[*wire.HistoryReply](ctx, c, q, repeatable)
}

// filled takes a page of history for the gap that began at from. The lock is not held.
func (c *Client) filled(v *conversation, from int64, page *wire.HistoryReply, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, watched := c.gaps[v]; !watched {
		return // filled, or forgotten, meanwhile
	}
	if err == nil {
		times := windows(page.Windows)
		switch {
		case times != nil:
			c.passAbsence(v, times)
		case v.again != 0: // a server that does not tell of the time before
			c.show(v, v.order.rejoin(v.again, c.scratch[:0]))
		}
		v.again = 0
		for i := range page.Messages {
			m := &page.Messages[i]
			if m.GID == 0 && v.name.GID != 0 {
				m.GID = v.name.GID
			}
			c.delivered(m)
		}
		if times != nil {
			c.passAbsence(v, times)
		}
	}
	c.judge(v, from, err)
}

// judge decides what comes after an attempt to fill the gap that began at from.
func (c *Client) judge(v *conversation, from int64, err error) {
	_, to, gap := v.order.missing()
	switch {
	case !gap:
	case v.order.next > from:
		v.gap.hurry(time.Now())
	case errors.Is(err, ErrInterrupted) || c.ctx.Err() != nil:
		v.gap.interrupted(time.Now(), c.opts.GapWait)
	case v.gap.inVain(time.Now(), c.opts.GapWait, retryAfter(err), c.opts.GapTries):
		c.queue.push(Gap{Conversation: v.name, From: v.order.next, To: to})
		c.show(v, v.order.skip(to, c.scratch[:0]))
	}
}

// lookedUp takes the conversation list, to learn where conversations start in which
// only messages of one's own are known. Where it does not help, they start with those.
func (c *Client) lookedUp(v *conversation, rows []ConversationInfo, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, row := range rows {
		u := c.conversations[row.Conversation]
		if u != nil && !u.order.started() && len(u.order.early) > 0 {
			c.show(u, u.order.startAt(row.Delivered+1, c.scratch[:0]))
		}
	}
	if v.order.started() || len(v.order.early) == 0 {
		return
	}
	last := v.gap.inVain(time.Now(), c.opts.GapWait, retryAfter(err), c.opts.GapTries)
	if err == nil || last {
		c.show(v, v.order.startAt(v.order.early[0].Seq, c.scratch[:0]))
	}
}

// retryAfter is the time that a refusal names, 0 if it names none.
func retryAfter(err error) time.Duration {
	var e *Error
	if errors.As(err, &e) {
		return e.RetryAfter
	}
	return 0
}
