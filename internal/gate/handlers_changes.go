package gate

import (
	"context"

	"parley/internal/chat"
	"parley/internal/hub"
	"parley/wire"
)

// change is frame 39. AppendOutcome answers it, when the change is made.
func (c *client) change(ctx context.Context, r *wire.Request) error {
	c.session.Send(ctx, outgoing(r))
	return nil
}

// states is frame 41.
func (c *client) states(ctx context.Context, r *wire.Request) error {
	if r.Pinned {
		return c.pinned(ctx, r)
	}
	by := c.caller()
	page, err := c.h.Service.States(ctx, by, target(r), r.Rev, r.Limit)
	if err != nil {
		return err
	}
	rows := make([]wire.StateRow, len(page.States))
	for i := range page.States {
		s := &page.States[i]
		rows[i] = hub.StateRow(s, page.Present.Mine[s.Seq])
	}
	c.send(&wire.StatesReply{RID: r.RID, With: r.With, GID: r.GID, Rev: page.Rev, Changes: rows, More: page.More})
	return nil
}

// pinned is frame 41 that asks for the pinned messages.
func (c *client) pinned(ctx context.Context, r *wire.Request) error {
	by := c.caller()
	page, err := c.h.Service.Pinned(ctx, by, target(r), r.After, r.Limit)
	if err != nil {
		return err
	}
	c.send(&wire.StatesReply{RID: r.RID, With: r.With, GID: r.GID, Messages: messageRows(by.User.ID, &page), More: page.More})
	return nil
}

// messageRows are the messages of a page as they are delivered to a user.
func messageRows(me chat.UserID, page *chat.HistoryPage) []wire.Message {
	rows := make([]wire.Message, len(page.Messages))
	for i := range page.Messages {
		m := &page.Messages[i]
		rows[i] = messageRow(me, page.Conv, m, page.Names)
		if state, mine := page.Present.Of(m.Seq); state != nil {
			hub.SetState(&rows[i], state, mine)
		}
	}
	return rows
}

// mentions is frame 48.
func (c *client) mentions(ctx context.Context, r *wire.Request) error {
	by := c.caller()
	rid, limit := r.RID, r.Limit
	page, err := c.h.Service.Mentions(ctx, by, target(r), r.Next, limit)
	if err != nil {
		return err
	}
	rows := make([]wire.Message, len(page.Messages))
	for i := range page.Messages {
		m := &page.Messages[i]
		rows[i] = messageRow(by.User.ID, m.Conv, &m.Message, page.Names)
		hub.SetState(&rows[i], m.State, m.Mine)
	}
	c.send(&wire.MentionsReply{RID: rid, Messages: rows, Next: page.Next, More: page.Next != ""})
	return nil
}
