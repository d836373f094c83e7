package hub

import (
	"context"

	"parley/internal/chat"
)

// page reads a piece of the log and insists that it is dense: a hole below the head
// is an error, never an empty page.
func (h *Hub) page(ctx context.Context, c *conv, after, upTo int64) ([]chat.Message, error) {
	page, err := h.store.Page(ctx, c.ID, after, upTo, h.opts.PageRows, h.opts.PageBytes)
	if err != nil {
		return nil, err
	}
	if len(page) == 0 {
		return nil, holeError{c.ID, after + 1}
	}
	for i := range page {
		if page[i].Seq != after+1+int64(i) {
			return nil, holeError{c.ID, after + 1 + int64(i)}
		}
	}
	return page, nil
}

// deliveries adds to messages from the log what their frames need.
func (h *Hub) deliveries(ctx context.Context, c *conv, ms []chat.Message) ([]delivery, error) {
	ds := make([]delivery, len(ms))
	users, _, err := h.names.of(ctx, ms, 0)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	asOf := c.lastRev()
	c.mu.Unlock()
	present, err := h.present(ctx, c, ms, 0)
	if err != nil {
		return nil, err
	}
	mine, err := h.reactedTo(ctx, c, ms, &present)
	if err != nil {
		return nil, err
	}
	for i := range ms {
		ds[i] = delivery{Message: ms[i], from: users[ms[i].Sender], state: present.States[ms[i].Seq], mine: mine[ms[i].Seq], asOf: asOf}
		if h.here(ms[i].Sender) {
			_, devices, err := h.names.of(ctx, ms[i:i+1], ms[i].Sender)
			if err != nil {
				return nil, err
			}
			ds[i].device = devices[ms[i].Device]
		}
	}
	return ds, nil
}

// reactedTo reads who has which emoji on messages, by seq. It is nothing where nobody has.
func (h *Hub) reactedTo(ctx context.Context, c *conv, ms []chat.Message, present *chat.Present) (mine map[int64]map[chat.UserID][]string, err error) {
	any := false
	for _, s := range present.States {
		any = any || len(s.Reactions) > 0
	}
	if !any {
		return nil, nil
	}
	list, err := h.store.ReactedTo(ctx, c.ID, ms[0].Seq-1, ms[len(ms)-1].Seq)
	if err != nil {
		return nil, err
	}
	mine = map[int64]map[chat.UserID][]string{}
	for _, r := range list {
		if mine[r.Seq] == nil {
			mine[r.Seq] = map[chat.UserID][]string{}
		}
		mine[r.Seq][r.User] = r.Emoji
	}
	return mine, nil
}

// present reads what was done to messages of a conversation, and what a user (0 for nobody) has
// on them. It is nothing where this node knows of no change.
func (h *Hub) present(ctx context.Context, c *conv, ms []chat.Message, user chat.UserID) (chat.Present, error) {
	c.mu.Lock()
	rev := c.lastRev()
	c.mu.Unlock()
	return chat.PresentIn(ctx, h.store, c.ID, rev, ms, user)
}
