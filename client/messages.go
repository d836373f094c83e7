package client

import (
	"context"
	"errors"

	"parley/wire"
)

// Messages returns the last messages before a seq, at most limit of them and at most wire.MaxPage. If
// before is 0, it begins with the last displayed message. It reads Options.Store, asks the server
// only for what is missing there, and keeps that. Without a connection it returns at once what the
// Store has, which may have holes, or ErrOffline if the Store has nothing. Without a Store it is
// HistoryBefore.
func (c *Client) Messages(ctx context.Context, of Conversation, before int64, limit int) (Page, error) {
	limit = min(orDefault(limit, wire.DefaultPage), wire.MaxPage)
	if c.opts.Store == nil {
		return c.HistoryBefore(ctx, of, before, limit)
	}
	c.mu.Lock()
	end, connected := before, c.session != nil
	if v := c.conversations[of]; end == 0 && v != nil && v.displayed > 0 {
		end = v.displayed + 1
	}
	c.mu.Unlock()
	kept, first, err := c.opts.Store.Messages(of, end, limit)
	if err != nil {
		return Page{}, err
	}
	for _, m := range kept {
		m.client = c
	}
	whole := unbroken(kept, end)
	if enough(whole, first, limit) {
		return Page{Messages: whole, More: whole[0].Seq > max(first, 1)}, nil
	}
	if !connected {
		return offline(kept)
	}
	page, err := c.older(ctx, of, whole, end, limit)
	if errors.Is(err, ErrInterrupted) || errors.Is(err, context.DeadlineExceeded) && len(kept) > 0 {
		return offline(kept)
	}
	return page, err
}

func offline(kept []*Message) (Page, error) {
	if len(kept) == 0 {
		return Page{}, ErrOffline
	}
	return Page{Messages: kept, More: true}, nil
}

// unbroken gives the end of messages that has no hole and reaches up to before.
func unbroken(messages []*Message, before int64) []*Message {
	if before == 0 {
		return nil // whether it is the end is not known
	}
	i := len(messages)
	for i > 0 && messages[i-1].Seq == before-1 {
		i--
		before--
	}
	return messages[i:]
}

// enough reports whether nothing is to be asked for.
func enough(whole []*Message, first int64, limit int) bool {
	return len(whole) > 0 && (len(whole) >= limit || whole[0].Seq <= max(first, 1))
}

// older asks for what stands before whole, and keeps it.
func (c *Client) older(ctx context.Context, of Conversation, whole []*Message, before int64, limit int) (Page, error) {
	if len(whole) > 0 {
		before = whole[0].Seq
	}
	page, err := c.HistoryBefore(ctx, of, before, limit-len(whole))
	if err != nil {
		return Page{}, err
	}
	page.Messages = append(page.Messages, whole...)
	b := Batch{Fetched: page.Messages}
	if !page.More && len(page.Messages) > 0 {
		b.First = []Position{{of, page.Messages[0].Seq}}
	}
	// What could not be kept is asked for again the next time; it is told already by
	// the messages that could not be kept when they came.
	_ = c.opts.Store.Save(b)
	return page, nil
}
