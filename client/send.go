package client

import (
	"context"
	"fmt"
	"unicode/utf8"

	"parley/wire"
)

// Send sends a text to a user and returns when the server has stored it. It continues over
// reconnects and refusals for now until ctx ends. After that, a message that was never sent over the
// network is withdrawn; one that was sent stays in the outbox and may still be stored. If the server
// refuses the message for good, the error is an *Error. With Options.Outbox messages waiting, Send
// waits for a free place.
func (c *Client) Send(ctx context.Context, user int64, text string) (Receipt, error) {
	return c.SendTo(ctx, Direct(user), text)
}

// SendGroup is Send for a group.
func (c *Client) SendGroup(ctx context.Context, gid int64, text string) (Receipt, error) {
	return c.SendTo(ctx, Group(gid), text)
}

// SendTo is Send for any conversation.
func (c *Client) SendTo(ctx context.Context, to Conversation, text string) (Receipt, error) {
	return c.submit(ctx, &entry{conv: to, text: text})
}

// submit puts an entry into the outbox and waits for its outcome.
func (c *Client) submit(ctx context.Context, e *entry) (Receipt, error) {
	type outcome struct {
		r   Receipt
		err error
	}
	answered := make(chan outcome, 1)
	e.done = func(r Receipt, err error) {
		<-c.slots
		answered <- outcome{r, err}
	}
	if err := sendable(e); err != nil {
		return Receipt{}, err
	}
	select {
	case c.slots <- struct{}{}:
	case <-ctx.Done():
		return Receipt{}, ctx.Err()
	case <-c.done:
		return Receipt{}, c.Err()
	}
	if err := c.enqueue(e); err != nil {
		return Receipt{}, err
	}
	select {
	case a := <-answered:
		return a.r, a.err
	case <-ctx.Done():
		if c.withdraw(e) {
			return Receipt{}, ctx.Err()
		}
		return Receipt{}, fmt.Errorf("no ack yet; it is on its way and may still be stored: %w", ctx.Err())
	}
}

// Post queues a message and returns without waiting for the server. With Options.Store it returns
// when the message is on the disk, and a later run sends the message if this run cannot. Messages are
// sent in the order of the calls. done is called with the outcome later, in the goroutine of the
// handlers; it may be nil. If Options.Outbox messages wait already, the error is ErrOutboxFull.
func (c *Client) Post(to Conversation, text string, done func(Receipt, error)) error {
	return c.post(&entry{conv: to, text: text}, done)
}

func (c *Client) post(e *entry, done func(Receipt, error)) error {
	e.done = func(r Receipt, err error) {
		// The slot is free once there is an answer, not once a handler had time for it:
		// a handler that sends waits for slots itself.
		<-c.slots
		c.queue.pushCall(func() {
			if done != nil {
				done(r, err)
			}
			<-c.callbacks
		})
	}
	if err := sendable(e); err != nil {
		return err
	}
	select {
	case c.callbacks <- struct{}{}:
	default:
		return ErrOutboxFull
	}
	select {
	case c.slots <- struct{}{}:
	default:
		<-c.callbacks
		return ErrOutboxFull
	}
	err := c.enqueue(e)
	if err != nil {
		<-c.callbacks
	}
	return err
}

// Unacked returns how many messages and changes have no answer yet.
func (c *Client) Unacked() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for _, e := range c.outbox.entries {
		if !e.answered {
			n++
		}
	}
	return n
}

// Flush returns nil when every message has its answer, and the error of ctx when ctx ends before
// that. If the client ended while messages had no answer, Flush returns why it ended.
func (c *Client) Flush(ctx context.Context) error {
	c.mu.Lock()
	if c.outbox.empty() {
		defer c.mu.Unlock()
		return c.unsent
	}
	waiting := make(chan struct{})
	c.flushing = append(c.flushing, waiting)
	c.mu.Unlock()
	select {
	case <-waiting:
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.unsent
	case <-ctx.Done():
		return ctx.Err()
	}
}

// enqueue puts an entry, for which a slot is held, into the outbox, and gives the slot
// back if it cannot.
func (c *Client) enqueue(e *entry) error {
	if c.opts.Store == nil {
		return c.add(e)
	}
	c.queueing.Lock()
	defer c.queueing.Unlock()
	c.mu.Lock()
	err := c.closedTo()
	c.mu.Unlock()
	if err == nil {
		if e.id, err = c.opts.Store.Queue(Queued{To: e.conv, Text: e.text, Extra: e.extra, Change: e.change}); err != nil {
			err = fmt.Errorf("client: the message could not be kept on the disk, so it is not sent: %w", err)
		}
	}
	if err != nil {
		<-c.slots
		return err
	}
	if err = c.add(e); err != nil {
		// If it cannot be taken back either, the next run sends it: better than to lose it.
		_ = c.opts.Store.Save(Batch{Settled: []int64{e.id}})
	}
	return err
}

// closedTo is why nothing may be sent, nil if it may. The lock is held.
func (c *Client) closedTo() error {
	err := c.err
	if err == nil && !c.started {
		err = ErrNotStarted
	}
	if err == nil && c.leaving {
		err = ErrClosed
	}
	return err
}

func (c *Client) add(e *entry) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.closedTo(); err != nil {
		<-c.slots
		return err
	}
	c.outbox.add(e)
	if c.session != nil {
		poke(c.session.wake)
	}
	return nil
}

// withdraw takes back what has never been on the wire.
func (c *Client) withdraw(e *entry) bool {
	c.mu.Lock()
	dropped := c.outbox.drop(e)
	c.mu.Unlock()
	if !dropped {
		return false
	}
	if e.id != 0 {
		// It is not to be sent by the next run either; if the store is not able to forget
		// it now, the handlers' goroutine tries again.
		if err := c.opts.Store.Save(Batch{Settled: []int64{e.id}}); err != nil {
			c.mu.Lock()
			c.unqueue(e)
			c.mu.Unlock()
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.settle(e, Receipt{}, context.Canceled)
	return true
}

// sendable refuses what would make the server end the connection.
func sendable(e *entry) error {
	if e.conv.With == 0 == (e.conv.GID == 0) {
		return &Error{Code: wire.BadField, Info: "a message needs one receiver: a user or a group"}
	}
	texts := len(e.text)
	if ch := e.change; ch != nil {
		if ch.Seq < 1 {
			return &Error{Code: wire.BadField, Info: "a change needs the seq of a message"}
		}
		if !utf8.ValidString(ch.Text) || !utf8.ValidString(ch.Emoji) {
			return &Error{Code: wire.BadText, Info: "the text is not UTF-8"}
		}
		texts = len(ch.Text) + len(ch.Emoji) + len(ch.Op)
	}
	if !utf8.ValidString(e.text) {
		return &Error{Code: wire.BadText, Info: "the text is not UTF-8"}
	}
	const envelope, longestEscape = 512, 6
	if texts*longestEscape+envelope <= wire.DefaultMaxFrame {
		return nil
	}
	if len(chatFrame(e).AppendJSON(nil))+envelope > wire.DefaultMaxFrame {
		return &Error{Code: wire.TextTooLong, Info: "the text is too long for one message; send it in pieces"}
	}
	return nil
}
