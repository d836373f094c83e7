package gate

import (
	"context"

	"parley/internal/chat"
	"parley/wire"
)

// readers is frame 43.
func (c *client) readers(ctx context.Context, r *wire.Request) error {
	ctx, done := c.whileHere(ctx)
	defer done()
	page, err := c.h.Service.Readers(ctx, c.caller(), target(r), chat.ReadersRequest{
		Seq: r.Seq, Only: r.Only, After: chat.UserID(r.After), Limit: r.Limit,
	})
	if err != nil {
		return err
	}
	rows := make([]wire.ReaderRow, len(page.People))
	for i := range page.People {
		p := &page.People[i]
		rows[i] = wire.ReaderRow{ID: int64(p.ID), Name: p.Name, Stage: p.Stage.String()}
	}
	n := &page.Counts
	c.send(&wire.ReadersReply{
		RID: r.RID, With: r.With, GID: r.GID, Seq: r.Seq,
		Members: n.Members, Received: n.Received, Read: n.Read, Users: rows, More: page.More,
	})
	return nil
}

// typing is frame 45. It comes often, so it is answered only if that is asked for (rid) or something
// is wrong.
func (c *client) typing(ctx context.Context, r *wire.Request) error {
	looking, cancel := context.WithTimeout(ctx, c.h.RequestTime)
	defer cancel()
	if err := c.session.Typing(looking, target(r)); err != nil {
		return err
	}
	if r.RID != nil {
		c.ack(r, wire.AckReply{GID: r.GID})
	}
	return nil
}
