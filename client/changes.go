package client

import (
	"context"

	"parley/wire"
)

// What a Change does to a message.
const (
	OpEdit    = "edit"
	OpRecall  = "recall"
	OpReact   = "react"
	OpUnreact = "unreact"
	OpPin     = "pin"
	OpUnpin   = "unpin"
)

// Change is something to do to a message that was sent before.
type Change struct {
	Op    string // OpEdit, OpRecall, OpReact, OpUnreact, OpPin or OpUnpin
	Seq   int64  // the message
	Text  string // OpEdit: the new text
	Emoji string // OpReact, OpUnreact: one emoji of Unicode's list
	// Mentions are, of OpEdit, whom the message mentions now; nil leaves them as they are.
	Mentions *Mentions
}

// ErrNoChanges: the server is of a version that does not know changes of messages.
var ErrNoChanges = &Error{Code: wire.OlderNode, Info: "this server is of a version that cannot change messages: ask its operator to upgrade it"}

// Edit gives a message of this account another text. The server refuses it some time after the
// message was sent (48 hours by default).
//
// Edit, Recall, React, Unreact, Pin and Unpin go the way of messages, and keep their order with them:
// each is made once, over any number of reconnects, and waits for the server as SendTo does. The
// Receipt has the Rev of the change. The new state comes as an event, Changed, as it comes to everybody else.
// Errors are those of SendTo, and wire.NoSuchMessage, NotAuthor, TooLate, MessageRecalled, BadEmoji and
// LimitReached.
func (c *Client) Edit(ctx context.Context, of Conversation, seq int64, text string) (Receipt, error) {
	return c.Change(ctx, of, Change{Op: OpEdit, Seq: seq, Text: text})
}

// Recall takes a message back for ever: its text, reactions and pin are removed, and its place stays.
// The sender may do this as long as they may edit it, and who looks after a group at any time.
func (c *Client) Recall(ctx context.Context, of Conversation, seq int64) (Receipt, error) {
	return c.Change(ctx, of, Change{Op: OpRecall, Seq: seq})
}

// React adds an emoji to a message. At most wire.MaxOwnEmoji of one user are on a message.
func (c *Client) React(ctx context.Context, of Conversation, seq int64, emoji string) (Receipt, error) {
	return c.Change(ctx, of, Change{Op: OpReact, Seq: seq, Emoji: emoji})
}

// Unreact withdraws an emoji of this account.
func (c *Client) Unreact(ctx context.Context, of Conversation, seq int64, emoji string) (Receipt, error) {
	return c.Change(ctx, of, Change{Op: OpUnreact, Seq: seq, Emoji: emoji})
}

// Pin pins a message: at most wire.MaxPins of a conversation are. In a group, only the creator and the
// admins may do this.
func (c *Client) Pin(ctx context.Context, of Conversation, seq int64) (Receipt, error) {
	return c.Change(ctx, of, Change{Op: OpPin, Seq: seq})
}

// Unpin takes a pin off.
func (c *Client) Unpin(ctx context.Context, of Conversation, seq int64) (Receipt, error) {
	return c.Change(ctx, of, Change{Op: OpUnpin, Seq: seq})
}

// Change is Edit, Recall, React, Unreact, Pin or Unpin, by its Op.
func (c *Client) Change(ctx context.Context, of Conversation, ch Change) (Receipt, error) {
	return c.submit(ctx, &entry{conv: of, change: &ch})
}

// PostChange is to Change what Post is to SendTo: it returns at once, and with Options.Store when
// the change is on the disk.
func (c *Client) PostChange(of Conversation, ch Change, done func(Receipt, error)) error {
	return c.post(&entry{conv: of, change: &ch}, done)
}

// Pinned returns the pinned messages of a conversation, in the order of their seqs.
func (c *Client) Pinned(ctx context.Context, of Conversation) ([]*Message, error) {
	var all []*Message
	for after := int64(0); ; {
		q := about(of, wire.States)
		q.Pinned, q.Limit, q.After = true, wire.MaxPage, after
		q.Set(wire.FPinned, wire.FLimit)
		if after > 0 {
			q.Set(wire.FAfter)
		}
		var some []*Message
		more := false
		err := c.fetch(of, func() ([]wire.Message, error) {
			page, err := ask[*wire.StatesReply](ctx, c, q, repeatable)
			if err != nil {
				return nil, err
			}
			more = page.More
			return page.Messages, nil
		}, &some)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
		if !more || len(some) == 0 {
			return all, nil
		}
		after = some[len(some)-1].Seq
	}
}

// changeFrame is an outbox entry that changes a message.
func changeFrame(e *entry) *wire.Request {
	q := about(e.conv, wire.Change)
	q.Op, q.Seq, q.SendSeq = e.change.Op, e.change.Seq, e.seq
	q.Set(wire.FOp, wire.FSeq, wire.FSendSeq)
	switch e.change.Op {
	case OpEdit:
		q.Msg = e.change.Text
		q.Set(wire.FMsg)
		if e.change.Mentions != nil {
			setMentions(q, e.change.Mentions)
		}
	case OpReact, OpUnreact:
		q.Emoji = e.change.Emoji
		q.Set(wire.FEmoji)
	}
	return q
}
