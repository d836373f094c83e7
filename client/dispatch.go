package client

import "context"

// queue holds what waits for the handlers, in order. It is guarded by the client's lock.
type queue struct {
	items []queued
	limit int
	// Of the items waiting or being handled:
	messages, changes, others int
	missed                    bool // a Missed waits already
	wake                      chan struct{}
	log                       int // how many logs were known before the one that is
}

// queued is an event, or the callback of a Post.
type queued struct {
	event Event
	call  func()
	log   int // the queue's when it came
}

// full reports whether there is no room for another message.
func (q *queue) full() bool { return q.messages >= q.limit }

// roomy reports whether at least half of the room is free.
func (q *queue) roomy() bool { return q.messages <= q.limit/2 }

// roomForChanges reports whether there is room for another Changed.
func (q *queue) roomForChanges() bool { return q.changes < q.limit }

func (q *queue) push(e Event) {
	switch e.(type) {
	case *Message:
		q.messages++
	case Changed:
		q.changes++ // there was room; one that is missing is asked for
	case Ended, Connected, Disconnected, Gap, NotMember, Sent:
		q.others++ // few, and never left out
	default:
		if q.others >= q.limit {
			if q.missed {
				return
			}
			q.missed, e = true, Missed{}
		}
		q.others++
	}
	q.add(queued{event: e, log: q.log})
}

// pushCall queues a callback; the bound of the outbox bounds their number.
func (q *queue) pushCall(f func()) { q.add(queued{call: f}) }

func (q *queue) add(item queued) {
	q.items = append(q.items, item)
	poke(q.wake)
}

// poke wakes whoever waits on a channel of capacity one.
func poke(wake chan struct{}) {
	select {
	case wake <- struct{}{}:
	default:
	}
}

// dispatch calls the handlers until the client has ended and all is told.
func (c *Client) dispatch() {
	defer c.tasks.Done()
	var spare []queued
	for {
		c.mu.Lock()
		items := c.queue.items
		c.queue.items = spare[:0]
		over := c.over
		c.mu.Unlock()
		for i := range items {
			c.handle(items[i])
			c.saveIfDue()
		}
		c.save()
		clear(items)
		spare = items
		if len(items) > 0 {
			continue
		}
		if over {
			return
		}
		<-c.queue.wake
	}
}

func (c *Client) handle(item queued) {
	if item.call != nil {
		item.call()
		return
	}
	m, isMessage := item.event.(*Message)
	e, isChange := item.event.(Changed)
	told := c.mayHandle()
	if told && !e.silent {
		c.callHandler(item.event)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy = false
	poke(c.rested)
	if isChange {
		c.queue.changes--
		if told && c.ctx.Err() == nil && item.log == c.queue.log {
			c.changeHandled(e)
		}
		if c.queue.changes <= c.queue.limit/2 && len(c.behind) > 0 {
			poke(c.fillWake)
		}
		return
	}
	if !isMessage {
		c.queue.others--
		if _, ok := item.event.(Missed); ok {
			c.queue.missed = false
		}
		return
	}
	c.queue.messages--
	if told && c.ctx.Err() == nil && item.log == c.queue.log {
		c.handled(m)
	}
	if c.queue.messages == c.queue.limit/2 && len(c.gaps) > 0 {
		poke(c.fillWake)
	}
}

// callHandler calls the handler of an event.
func (c *Client) callHandler(e Event) {
	m, isMessage := e.(*Message)
	if isMessage {
		m.client = c
	}
	switch {
	case isMessage && c.opts.OnMessage != nil:
		c.opts.OnMessage(c, m)
	case c.opts.OnEvent != nil:
		c.opts.OnEvent(c, e)
	}
}

// mayHandle reports whether a handler may be called now, and notes that one is.
func (c *Client) mayHandle() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy = !c.silenced && c.ctx.Err() == nil
	return c.busy
}

// StopHandlers stops the handlers: after the one that runs now, no handler is called any more. Later
// messages count as not displayed, and the server sends them at the next login of the device. A
// handler may call it.
func (c *Client) StopHandlers() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.silenced = true
}

// FinishHandlers is StopHandlers, and then waits until the running handler has returned and the Store
// has what was displayed. If ctx ends before that, it returns the error of ctx. Call it before Close
// if the handlers have effects of their own: a message whose handler returns after Close counts as
// not displayed, and is handled again at the next login. A handler must not call it.
func (c *Client) FinishHandlers(ctx context.Context) error {
	c.StopHandlers()
	return c.rest(ctx)
}

// rest waits until no handler is under way and what was handled is kept, or ctx has
// ended.
func (c *Client) rest(ctx context.Context) error {
	for {
		c.mu.Lock()
		busy := c.busy || c.saving || len(c.pending.Shown)+len(c.pending.States)+len(c.pending.Revs) > 0
		c.mu.Unlock()
		if !busy {
			return nil
		}
		select {
		case <-c.rested:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
