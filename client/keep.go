package client

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"parley/wire"
)

// A batch for the store is saved when nothing waits for a handler, and at the latest
// after so many messages or so long a time.
const (
	saveAfter = 128
	saveEvery = 100 * time.Millisecond
	// saveRetry is the pause after a batch that could not be saved.
	saveRetry = time.Second
	// mostNames is how many names wait for a store that takes nothing.
	mostNames = 4096
)

// restore takes over what an earlier run of the program has kept.
func (c *Client) restore(saved Saved) error {
	entries := make([]*entry, len(saved.Outbox))
	for i, q := range saved.Outbox {
		entries[i] = c.earlier(q)
		c.slots <- struct{}{}
	}
	if err := c.outbox.restore(entries, saved.SendNext); err != nil {
		return err
	}
	c.self, c.owner, c.log = saved.Self, saved.Self.ID, saved.Log
	for _, p := range saved.Positions {
		v := c.conversation(p.Conversation)
		v.order.next, v.order.highest = p.Seq+1, p.Seq
		v.displayed, v.restored = p.Seq, p.Seq
	}
	for _, p := range saved.Revs {
		v := c.conversation(p.Conversation)
		v.revs.known, v.revs.at = true, p.Seq
	}
	return nil
}

// earlier is an entry of an earlier run: its outcome is told as an event.
func (c *Client) earlier(q Queued) *entry {
	return &entry{id: q.ID, conv: q.To, text: q.Text, extra: q.Extra, change: q.Change, seq: q.SendSeq, kept: q.SendSeq != 0, done: func(r Receipt, err error) {
		<-c.slots
		if !errors.Is(err, ErrKept) {
			c.queue.push(Sent{Conversation: q.To, Text: q.Text, Change: q.Change, Receipt: r, Err: err})
		}
	}}
}

// restore fills an outbox that is new. Entries with a number stand first, and numbers
// grow; what is missing between them was answered, and gets a place that says so.
func (b *outbox) restore(entries []*entry, next int64) error {
	b.next, b.first = next, next
	for _, e := range entries {
		if e.seq == 0 {
			b.entries = append(b.entries, e)
			continue
		}
		if b.numbered == 0 {
			b.first = e.seq
		}
		due := b.first + int64(b.numbered)
		if b.numbered != len(b.entries) || e.seq < due || e.seq >= next || e.seq-due > wire.MaxUnacked {
			return fmt.Errorf("client: the outbox kept on disk is damaged: number %d stands where %d was due", e.seq, due)
		}
		b.fillUpTo(e.seq)
		b.entries = append(b.entries, e)
		b.numbered++
	}
	if b.numbered > 0 {
		waiting := slices.Clone(b.entries[b.numbered:])
		b.entries = b.entries[:b.numbered]
		if next-b.first > 2*wire.MaxUnacked {
			return fmt.Errorf("client: the outbox kept on disk is damaged: numbers %d to %d are under way", b.first, next-1)
		}
		b.fillUpTo(next)
		b.entries = append(b.entries, waiting...)
	}
	return nil
}

// fillUpTo adds answered entries up to number seq, not included.
func (b *outbox) fillUpTo(seq int64) {
	for n := b.first + int64(b.numbered); n < seq; n++ {
		b.entries = append(b.entries, &entry{seq: n, answered: true})
		b.numbered++
	}
}

// unqueue notes that e has its final answer. The lock is held.
func (c *Client) unqueue(e *entry) {
	if e.id == 0 {
		return
	}
	c.pending.Settled = append(c.pending.Settled, e.id)
	poke(c.queue.wake)
}

// met notes the names of users and groups. The lock is held.
func (c *Client) met(names ...Named) {
	if c.opts.Store == nil {
		return
	}
	for _, n := range names {
		if n.Name != "" && len(c.pending.Names) < mostNames {
			c.pending.Names = append(c.pending.Names, n)
		}
	}
	poke(c.queue.wake)
}

// left notes that the position in a conversation is to be forgotten. The lock is held.
func (c *Client) left(name Conversation) {
	if c.opts.Store == nil {
		return
	}
	c.pending.Shown = slices.DeleteFunc(c.pending.Shown, func(m *Message) bool { return m.Conversation == name })
	if !slices.Contains(c.pending.Left, name) {
		c.pending.Left = append(c.pending.Left, name)
	}
}

// saveIfDue saves when enough has come together. It belongs to the handlers' goroutine.
func (c *Client) saveIfDue() {
	if c.opts.Store == nil {
		return
	}
	c.mu.Lock()
	n := len(c.pending.Shown) + len(c.pending.States)
	c.mu.Unlock()
	if n >= saveAfter || n > 0 && time.Since(c.savedAt) >= saveEvery {
		c.save()
	}
}

// save brings to the store what happened, and tells the server then. While that fails
// no handler is called, so that what waits stays bounded; what came too early for
// that is shown again by the next run. It belongs to the handlers' goroutine.
func (c *Client) save() {
	if c.opts.Store == nil {
		return
	}
	c.mu.Lock()
	b := c.pending
	c.pending = Batch{}
	c.saving = !b.Empty()
	busy, log := c.saving, c.queue.log
	c.mu.Unlock()
	c.savedAt = time.Now()
	if !busy {
		return
	}
	saved := c.saveBatch(b, log)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.saving = false
	poke(c.rested)
	if saved && log == c.queue.log {
		for _, m := range b.Shown {
			c.displayed(m)
		}
	}
}

// saveBatch goes on until it is done, or the client is closed.
func (c *Client) saveBatch(b Batch, log int) bool {
	for tries := 0; ; tries++ {
		err := c.saveOnce(b, log)
		if err == nil {
			return true
		}
		if tries == 0 {
			c.tell(Unkept{Err: err})
		}
		select {
		case <-time.After(saveRetry):
		case <-c.ctx.Done():
			return false
		}
	}
}

// saveOnce saves what happened in the log that was known after so many others, or, of
// an earlier one, what is left of it.
func (c *Client) saveOnce(b Batch, log int) error {
	c.saveMu.Lock()
	defer c.saveMu.Unlock()
	c.mu.Lock()
	if log != c.queue.log {
		b = Batch{Self: b.Self, Settled: b.Settled, Names: b.Names}
	}
	c.mu.Unlock()
	if b.Empty() {
		return nil
	}
	return c.opts.Store.Save(b)
}

// keepLog notes which log the server has. Another one than before is a server that was
// set back to an older state: its numbers mean other messages, and nothing that is known
// of conversations is true any more. Only the outbox goes on.
func (c *Client) keepLog(log string) error {
	c.saveMu.Lock()
	defer c.saveMu.Unlock()
	c.mu.Lock()
	if log == "" || log == c.log {
		c.mu.Unlock()
		return nil
	}
	if c.log != "" {
		c.forgetAll()
	}
	c.mu.Unlock()
	if c.opts.Store != nil {
		if err := c.opts.Store.Save(Batch{Log: log}); err != nil {
			return fmt.Errorf("client: the login could not be kept: %w", err)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.log = log
	return nil
}

// forgetAll forgets all conversations, and the messages that wait for a handler. The
// lock is held.
func (c *Client) forgetAll() {
	c.queue.log++
	c.newLog = true
	clear(c.gaps)
	clear(c.behind)
	clear(c.conversations)
	c.dirty = nil
	c.queue.items = slices.DeleteFunc(c.queue.items, func(i queued) bool {
		switch i.event.(type) {
		case *Message:
			c.queue.messages--
		case Changed:
			c.queue.changes--
		default:
			return false
		}
		return true
	})
	c.pending = Batch{Self: c.pending.Self, Settled: c.pending.Settled, Names: c.pending.Names}
}

// tell calls the handler of an event that did not wait in the queue.
func (c *Client) tell(e Event) {
	if c.mayHandle() && c.opts.OnEvent != nil {
		c.opts.OnEvent(c, e)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy = false
	poke(c.rested)
}

// changedHands reports whether what is kept of a conversation is of another server
// that had its address before: a message that an earlier run displayed is another one
// now. Then it is forgotten. The lock is held.
func (c *Client) changedHands(v *conversation, m *Message) bool {
	if m.Seq > v.restored {
		return false
	}
	kept, _, err := c.opts.Store.Messages(v.name, m.Seq+1, 1)
	if err != nil || len(kept) == 0 || kept[0].Seq != m.Seq {
		return false // nothing to compare it with
	}
	if k := kept[0]; k.SenderID == m.SenderID && k.Time.Equal(m.Time) {
		return false
	}
	delete(c.gaps, v)
	delete(c.behind, v)
	delete(c.conversations, v.name)
	c.left(v.name)
	c.pending.Reset = append(c.pending.Reset, v.name)
	return true
}
