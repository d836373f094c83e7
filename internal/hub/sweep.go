package hub

import (
	"context"
	"time"

	"parley/internal/chat"
)

// A lost notice of a last message leaves no gap to see. So every node asks the
// database again and again which conversations changed lately, and compares numbers.
const (
	// sweepWindow is how far a comparison looks back. It is longer than any transaction
	// can take to commit, plus what the clocks of two nodes may differ by.
	sweepWindow = 60 * time.Second
	// sweepPage is how many conversations one query gives.
	sweepPage = 500
	// sweepsToFull is how many comparisons come between two that look at everything
	// that this node serves, for what fell out of the window unseen.
	sweepsToFull = 120
)

// sweep compares until the hub closes. A node that is alone has nobody whose notices
// it could miss.
func (h *Hub) sweep() {
	for n := 1; h.ctx.Err() == nil; n++ {
		h.pause(h.opts.SweepEvery, nil)
		if h.alone() {
			continue
		}
		if n%sweepsToFull == 0 {
			h.recheck(h.served())
			continue
		}
		if err := h.compare(h.ctx); err != nil && h.ctx.Err() == nil {
			h.log.Warn("comparing with the database failed; trying again", "err", err)
		}
	}
}

// compare looks once at what changed lately.
func (h *Hub) compare(ctx context.Context) error {
	h.Metrics.Comparisons.Add(1)
	since := h.clock.Now().Add(-sweepWindow)
	var after chat.ConvID
	for {
		page, err := h.store.Changed(ctx, since, after, sweepPage)
		if err != nil {
			return err
		}
		for i := range page {
			h.compareOne(&page[i])
			after = page[i].Conv.ID
		}
		if len(page) < sweepPage {
			return nil
		}
	}
}

// compareOne holds a conversation's row against what this node has handed on.
func (h *Hub) compareOne(changed *chat.ChangedConv) {
	c := h.lookupOrMiss(changed.Conv.ID)
	switch {
	case h.concerns(&changed.Conv) && changed.Head.LastSeq > 0:
		c = h.openFresh(changed.Conv) // there may be sessions that are not in it yet
	case c == nil:
		return
	}
	h.noteHead(c, changed.Head)
}

// concerns reports whether a direct conversation is one of a user with sessions here.
// (Who joins a group is attached when he does.)
func (h *Hub) concerns(c *chat.Conv) bool {
	return c.Kind == chat.Direct && (h.here(c.Lo) || h.here(c.Hi))
}

// noteHead tells a conversation how far its log goes, and has what is missing read.
func (h *Hub) noteHead(c *conv, head chat.Head) {
	b := newBurst()
	c.mu.Lock()
	c.moved(head.Version)
	c.seen = max(c.seen, head.LastSeq)
	gap := h.offer(b, c, nil, c.version)
	c.mu.Unlock()
	b.flush()
	if gap {
		h.arrangeFill(c)
	}
}

// served gives every conversation that sessions here are in.
func (h *Hub) served() []*conv {
	h.mu.Lock()
	defer h.mu.Unlock()
	cs := make([]*conv, 0, len(h.convs))
	for _, c := range h.convs {
		cs = append(cs, c)
	}
	return cs
}
