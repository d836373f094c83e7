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
	if r.Has(wire.FOrder) || r.Has(wire.FNext) {
		return c.recent(ctx, r)
	}
	page, names, more, err := c.h.Service.Conversations(ctx, by, chat.ConvID(r.After), r.Limit)
	if err != nil {
		return err
	}
	c.send(&wire.ConversationsReply{RID: r.RID, Conversations: conversationRows(by.User.ID, page, names), More: more})
	return nil
}

// recent is frame 27 in the order of a screen.
func (c *client) recent(ctx context.Context, r *wire.Request) error {
	switch {
	case r.Order != "recent":
		return chat.Errorf(wire.BadField, "`order` is \"recent\"; leave `order` and `next` out for the order of the keys")
	case r.Has(wire.FAfter):
		return chat.Errorf(wire.BadField, "`after` belongs to the order of the keys: with `order`, send the `next` of the page before")
	}
	by := c.caller()
	page, names, next, err := c.h.Service.Recent(ctx, by, r.Next, r.Limit)
	if err != nil {
		return err
	}
	c.send(&wire.ConversationsReply{RID: r.RID, Conversations: conversationRows(by.User.ID, page, names), More: next != "", Next: next})
	return nil
}

// settings is frame 47. The session that asks hears of the change as the others do.
func (c *client) settings(ctx context.Context, r *wire.Request) error {
	err := c.h.Service.Set(ctx, c.caller(), target(r), chat.SettingsRequest{
		Level: given(r, wire.FLevel, r.Level), MuteUntil: given(r, wire.FMuteUntil, r.MuteUntil), Draft: given(r, wire.FDraft, r.Draft),
		Pinned: given(r, wire.FPinned, r.Pinned), Hidden: given(r, wire.FHidden, r.Hidden), Seq: r.Seq,
	})
	if err != nil {
		return err
	}
	c.ack(r, wire.AckReply{GID: r.GID})
	return nil
}

// given is the value of a field, nil where the request does not have it.
func given[T any](r *wire.Request, f *wire.Field, value T) *T {
	if !r.Has(f) {
		return nil
	}
	return &value
}
