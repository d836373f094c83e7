package hub

import (
	"context"
	"time"

	"parley/internal/chat"
)

// A lost notice of a last message leaves no gap to see. So every node asks the
// database again and again which conversations and users changed lately, and compares
// numbers.
const (
	// SweepWindow is how far a comparison looks back: longer than any transaction can take
	// to commit. A store commits none that has taken sqldb.LongestTransaction.
	SweepWindow = 60 * time.Second
	// fastWindow is the same for most of the comparisons that follow each other closely
	// while the bus does not carry. What takes longer to commit is found by the next that
	// looks back further.
	fastWindow = 10 * time.Second
	// sweepPage is how many conversations or users one query gives.
	sweepPage = 500
	// sweepsToFull is how many intervals come between two comparisons that look at
	// everything that this node serves, for what fell out of the window unseen.
	sweepsToFull = 120
)

// BusTrouble tells the hub that the bus does not carry, or does again. While it does
// not, the database is asked several times a second.
func (h *Hub) BusTrouble(on bool) {
	if h.sweeping.trouble.Swap(on) != on {
		h.kickSweep(!on) // the last notices before the bus was back may be lost
	}
}

func (h *Hub) kickSweep(full bool) {
	if full {
		h.sweeping.full.Store(true)
	}
	select {
	case h.sweeping.kick <- struct{}{}:
	default:
	}
}

// Doubt tells the hub that a request has ended with its outcome unknown: what it asked for
// may still be committed, and then nobody tells the sessions here. A node that is alone
// compares with the database until no such commit can come any more; others do anyway.
func (h *Hub) Doubt() {
	h.sweeping.doubt.Store(h.clock.Now().Add(SweepWindow).UnixNano())
}

// sweep compares until the hub closes. A node that is alone has nobody whose notices
// it could miss, but in doubt.
func (h *Hub) sweep() {
	lastFull, lastLong := h.clock.Now(), h.clock.Now()
	for {
		if h.sweepPause(); h.ctx.Err() != nil {
			return
		}
		now := h.clock.Now()
		if h.bus.Alone() && now.UnixNano() > h.sweeping.doubt.Load() {
			lastFull, lastLong = now, now
			continue
		}
		within := fastWindow
		full := h.sweeping.full.Swap(false) || now.Sub(lastFull) >= sweepsToFull*h.opts.SweepEvery
		switch {
		case full:
			within = now.Sub(lastFull) + SweepWindow
			h.recheck(h.served())
			h.recheckUsers(h.ctx)
		case now.Sub(lastLong) >= h.opts.SweepEvery-h.opts.SweepFast:
			within = SweepWindow
		}
		err := h.compare(h.ctx, within)
		switch {
		case err != nil:
			if full {
				h.sweeping.full.Store(true)
			}
			if h.ctx.Err() == nil {
				h.log.Warn("comparing with the database failed; retrying", "err", err)
			}
		case full:
			lastFull, lastLong = now, now
		case within == SweepWindow:
			lastLong = now
		}
	}
}

// sweepPause waits for the next comparison.
func (h *Hub) sweepPause() {
	every := h.opts.SweepEvery
	if h.sweeping.trouble.Load() {
		every = h.opts.SweepFast
	}
	h.pause(every, h.sweeping.kick)
}

// compare looks once at what changed lately.
func (h *Hub) compare(ctx context.Context, within time.Duration) error {
	h.Metrics.Comparisons.Add(1)
	var after chat.ConvID
	var convs []chat.ConvID
	for {
		page, err := h.store.Changed(ctx, within, after, sweepPage)
		if err != nil {
			return err
		}
		for i := range page {
			h.compareOne(&page[i])
			after = page[i].Conv.ID
			if page[i].Conv.Kind == chat.Direct || within > fastWindow {
				convs = append(convs, after)
			}
		}
		if len(page) < sweepPage {
			break
		}
	}
	users, err := h.compareUsers(ctx, within)
	if err != nil {
		return err
	}
	return h.healReceipts(ctx, convs, users)
}

// compareUsers does the same for users: their journals, and their presence.
func (h *Hub) compareUsers(ctx context.Context, within time.Duration) (all []chat.UserMark, err error) {
	var after chat.UserID
	for {
		page, err := h.store.ChangedUsers(ctx, within, after, sweepPage)
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		for i := range page {
			h.names.correct(page[i].User)
			h.expectUserEntry(page[i].ID, page[i].JournalNo)
			after = page[i].ID
		}
		if err := h.tellPresence(ctx, page); err != nil {
			return nil, err
		}
		if len(page) < sweepPage {
			return all, nil
		}
	}
}

// recheckUsers compares the journals of all users who are here.
func (h *Hub) recheckUsers(ctx context.Context) {
	h.mu.Lock()
	users := make([]chat.UserID, 0, len(h.users))
	for u := range h.users {
		users = append(users, u)
	}
	h.mu.Unlock()
	for len(users) > 0 && ctx.Err() == nil {
		n := min(sweepPage, len(users))
		marks, err := h.store.UserMarks(ctx, users[:n])
		if err != nil {
			h.log.Warn("comparing users failed; retrying", "err", err)
			h.pause(h.opts.RetryEvery, nil)
			continue
		}
		for i := range marks {
			h.expectUserEntry(marks[i].ID, marks[i].JournalNo)
		}
		users = users[n:]
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
// (Who joins a group is attached when he does, or when his journal tells of it.)
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
	tell := c.expectRev(head.LastRev)
	c.mu.Unlock()
	b.flush()
	if gap {
		h.arrangeFill(c)
	}
	h.startTelling(c, tell)
	h.expectGroupEntry(c, head.JournalNo)
}

// served returns every conversation that sessions here are in.
func (h *Hub) served() []*conv {
	h.mu.Lock()
	defer h.mu.Unlock()
	cs := make([]*conv, 0, len(h.convs))
	for _, c := range h.convs {
		cs = append(cs, c)
	}
	return cs
}

// Lost implements chat.Receiver: everything is compared with the database.
func (h *Hub) Lost() {
	h.mu.Lock()
	h.missed++
	h.mu.Unlock()
	h.kickSweep(true)
}
