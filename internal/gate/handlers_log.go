package gate

import (
	"context"

	"parley/internal/chat"
	"parley/wire"
)

// chat is frames 4 and 8. AppendOutcome answers them, when the message is stored.
func (c *client) chat(ctx context.Context, r *wire.Request) error {
	c.session.Send(ctx, outgoing(r))
	return nil
}

// received is frame 13. It comes often, so it is answered only if that is asked for
// (rid) or something is wrong.
func (c *client) received(ctx context.Context, r *wire.Request) error {
	by, t := c.caller(), target(r)
	conv, known := c.h.Service.KnownConversation(by, t)
	if !known {
		looking, cancel := context.WithTimeout(ctx, c.h.RequestTime)
		defer cancel()
		var err error
		if conv, err = c.h.Service.Conversation(looking, by, t); err != nil {
			return err
		}
	}
	if err := c.session.Received(ctx, conv, r.Seq); err != nil {
		return err
	}
	if r.RID != nil {
		c.ack(r, wire.AckReply{})
	}
	return nil
}

// read is frame 29; the ack says up to where the conversation is read now.
func (c *client) read(ctx context.Context, r *wire.Request) error {
	now, err := c.h.Service.Read(ctx, c.caller(), target(r), r.Seq)
	if err != nil {
		return err
	}
	c.ack(r, wire.AckReply{Seq: now, GID: r.GID})
	return nil
}

// history is frame 19.
func (c *client) history(ctx context.Context, r *wire.Request) error {
	span := chat.Span{Limit: r.Limit}
	after, before := r.After, r.Before // r is another frame's after this
	if r.Has(wire.FAfter) {
		span.After = &after
	}
	if r.Has(wire.FBefore) {
		span.Before = &before
	}
	by := c.caller()
	ctx, done := c.whileHere(ctx)
	defer done()
	page, err := c.h.Service.History(ctx, by, target(r), span)
	if err != nil {
		return err
	}
	messages := messageRows(by.User.ID, &page)
	c.send(&wire.HistoryReply{RID: r.RID, With: r.With, GID: r.GID, Messages: messages, More: page.More, Windows: windowRows(page.Windows)})
	return nil
}

// conversations is frame 27.
func (c *client) conversations(ctx context.Context, r *wire.Request) error {
	by := c.caller()
	ctx, done := c.whileHere(ctx)
	defer done()
	page, names, more, err := c.h.Service.Conversations(ctx, by, chat.ConvID(r.After), r.Limit)
	if err != nil {
		return err
	}
	rows := make([]wire.ConversationRow, len(page))
	for i := range page {
		rows[i] = conversationRow(by.User.ID, &page[i], names)
	}
	c.send(&wire.ConversationsReply{RID: r.RID, Conversations: rows, More: more})
	return nil
}
