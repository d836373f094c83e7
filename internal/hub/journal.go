package hub

import (
	"context"

	"parley/internal/chat"
	"parley/wire"
)

// journalPage is how many entries one read of a journal returns at most.
const journalPage = 100

// journalOf finds the journal of a topic that sessions here hear of, or nil.
func (h *Hub) journalOf(t chat.Topic) *journal {
	h.mu.Lock()
	defer h.mu.Unlock()
	if t.User != 0 {
		if l := h.users[t.User]; l != nil {
			return &l.journal
		}
		return nil
	}
	if c := h.groups[t.Group]; c != nil {
		return &c.journal
	}
	return nil
}

// receiveNumbered takes a notice with a place in its topic's journal, from here or the
// bus: one that was had is dropped, and one that is early waits for those before it. One
// that tells nothing but its number has the journal read.
func (h *Hub) receiveNumbered(t chat.Topic, n *chat.Notice) {
	j := h.journalOf(t)
	switch {
	case j == nil:
		return
	case n.People == nil && n.Takeover == nil && n.Read == nil && n.Settings == nil:
		h.expectEntry(t, j, n.No)
		return
	}
	j.mu.Lock()
	if j.known && n.No <= j.last {
		j.mu.Unlock()
		return
	}
	j.keep(n)
	j.seen = max(j.seen, n.No)
	j.mu.Unlock()
	h.tellJournal(t, j)
}

// expectEntry notes that a topic's journal goes to a number, and has it read if that
// is news.
func (h *Hub) expectEntry(t chat.Topic, j *journal, no int64) {
	j.mu.Lock()
	j.seen = max(j.seen, no)
	behind := j.known && j.last < j.seen
	j.mu.Unlock()
	if behind {
		h.tellJournal(t, j)
	}
}

func (h *Hub) expectUserEntry(u chat.UserID, no int64) {
	t := chat.Topic{User: u}
	if j := h.journalOf(t); j != nil {
		h.expectEntry(t, j, no)
	}
}

func (h *Hub) expectGroupEntry(c *conv, no int64) {
	if c.Kind == chat.Group {
		h.expectEntry(chat.Topic{Group: c.Group}, &c.journal, no)
	}
}

// tellJournal hands on what follows the last without a gap, unless somebody is at it,
// and has a gap that is left read.
func (h *Hub) tellJournal(t chat.Topic, j *journal) {
	j.mu.Lock()
	if j.busy || !j.known {
		j.mu.Unlock()
		return
	}
	j.busy = true
	for {
		n, next := j.early[j.last+1]
		if !next {
			break
		}
		delete(j.early, n.No)
		j.last = n.No
		j.mu.Unlock()
		h.apply(t, &n)
		j.mu.Lock()
	}
	j.busy = false
	if len(j.early) == 0 {
		j.early = nil
	}
	heal := j.last < j.seen && !j.healing
	j.healing = j.healing || heal
	j.mu.Unlock()
	if heal {
		h.spawn(func() { h.healJournal(t, j) })
	}
}

// healJournal reads a journal for what did not come, after a moment for what may still
// be on its way. It goes on until nothing is missing or nobody here listens any more.
func (h *Hub) healJournal(t chat.Topic, j *journal) {
	h.pause(h.opts.GapWait, nil)
	wait := h.backoff()
	for h.ctx.Err() == nil {
		gone := h.journalOf(t) != j
		j.mu.Lock()
		last := j.last
		if last >= j.seen || gone {
			j.healing = false
			j.mu.Unlock()
			return
		}
		j.mu.Unlock()
		h.Metrics.JournalReads.Add(1)
		err := h.healOnce(h.ctx, t, j, last)
		if err != nil {
			h.log.Warn("reading a journal failed; retrying", "user", t.User, "group", t.Group, "err", err)
			h.pause(wait.Next(), nil)
		}
	}
}

// healOnce reads one page behind last.
func (h *Hub) healOnce(ctx context.Context, t chat.Topic, j *journal, last int64) error {
	page, err := h.store.JournalPage(ctx, t, last, journalPage)
	if err != nil {
		return err
	}
	if len(page) == 0 || page[0].No != last+1 {
		h.journalLost(t, j, page)
	}
	for i := range page {
		n, ok, err := page[i].Notice(ctx, h.store, t)
		if err != nil {
			return err
		}
		if !ok {
			n = chat.Notice{No: page[i].No} // about somebody who is no more: its place is taken
		}
		j.mu.Lock()
		if n.No > j.last {
			j.keep(&n)
		}
		j.mu.Unlock()
		h.tellJournal(t, j)
	}
	return nil
}

// meanwhile looks up whether a session was taken over or revoked between its login and its place
// here, where the notice of that did not find it. What else has happened stands in the
// lists that its login is answered with.
func (h *Hub) meanwhile(s *Session, after int64) {
	for h.ctx.Err() == nil && !s.ended.Load() {
		page, err := h.store.JournalPage(h.ctx, chat.Topic{User: s.user.ID}, after, journalPage)
		if err != nil {
			h.log.Warn("reading a journal failed; retrying", "user", s.user.ID, "err", err)
			h.pause(h.opts.RetryEvery, nil)
			continue
		}
		for i := range page {
			after = page[i].No
			over, revoked := page[i].What == chat.TakenOver, page[i].What == chat.WasRevoked
			if (over || revoked) && chat.SessionID(page[i].Number) == s.id {
				h.dispossess(s.id, revoked)
				return
			}
		}
		if len(page) < journalPage {
			return
		}
	}
}

// journalLost goes on behind entries that are gone: this node was out of touch for
// longer than they are kept. A user's sessions are told to come again, for what they
// show may be wrong; for a group, what matters (who is in it) is kept by its version.
func (h *Hub) journalLost(t chat.Topic, j *journal, page []chat.JournalEntry) {
	h.log.Warn("notices are no longer in the journal; sessions start again", "user", t.User, "group", t.Group)
	j.mu.Lock()
	if len(page) > 0 {
		j.last = max(j.last, page[0].No-1)
	} else {
		j.last = j.seen
	}
	j.mu.Unlock()
	for _, s := range h.sessionsOf(t.User) {
		s.bye(wire.ByeFenced, "this node has missed what changed; reconnect", 0)
	}
}
