package hub

import (
	"context"

	"parley/internal/chat"
)

// arrangeFill reads the log for a gap that offer reported, once it has waited for
// what may still be on its way.
func (h *Hub) arrangeFill(c *conv) {
	h.spawn(func() {
		h.pause(h.opts.GapWait, nil)
		h.fill(c)
	})
}

// expect notes that a conversation's log goes to seq at least, and has it read if
// that is news. The caller holds c.mu.
func (h *Hub) expect(c *conv, seq int64) {
	c.seen = max(c.seen, seq)
	if c.seen > c.head && !c.filling && !c.dead {
		c.filling = true
		h.arrangeFill(c)
	}
}

// fill closes the gap of a conversation by reading its log, one read for the node,
// and reads its membership again if that is stale. It goes on until it succeeds or
// nobody here is in the conversation any more. conv.filling is set by the caller and
// cleared here.
func (h *Hub) fill(c *conv) {
	wait := h.backoff()
	for h.ctx.Err() == nil {
		c.mu.Lock()
		if c.dead || (c.head >= c.seen && !c.stale && !c.loading) {
			c.filling = false
			c.mu.Unlock()
			return
		}
		stale, loading := c.stale, c.loading
		after, upTo := c.head, c.seen
		c.mu.Unlock()

		var err error
		switch {
		case loading:
			err = h.load([]*conv{c})
		case stale:
			err = h.reload(h.ctx, c)
		default:
			err = h.fillOnce(c, after, upTo)
		}
		if err != nil {
			h.log.Warn("reading the log for a gap failed; retrying", "conversation", c.ID, "err", err)
			h.pause(wait.Next(), nil)
		}
	}
}

func (h *Hub) fillOnce(c *conv, after, upTo int64) error {
	h.Metrics.GapFills.Add(1)
	page, err := h.page(h.ctx, c, after, upTo)
	if err != nil {
		return err
	}
	ds, err := h.deliveries(h.ctx, c, page)
	if err != nil {
		return err
	}
	b := newBurst()
	defer b.flush()
	c.mu.Lock()
	defer c.mu.Unlock()
	h.offer(b, c, ds, c.version)
	return nil
}

// serve makes fresh conversations ready: it subscribes to their topics, sees that
// confirmed, and then reads their heads. What fails is tried again in the background;
// sessions in them catch up when it is done.
func (h *Hub) serve(fresh []*conv) {
	if err := h.load(fresh); err == nil {
		return
	}
	for _, c := range fresh {
		c.mu.Lock()
		c.loading = true
		c.mu.Unlock()
		h.startFill(c)
	}
}

// startFill has a conversation filled now, unless somebody is at it.
func (h *Hub) startFill(c *conv) {
	c.mu.Lock()
	start := !c.filling && !c.dead
	c.filling = c.filling || start
	c.mu.Unlock()
	if start {
		h.spawn(func() { h.fill(c) })
	}
}

// review reads the members of groups anew before anything more is handed on in them.
func (h *Hub) review(groups []*conv) {
	for _, c := range groups {
		c.mu.Lock()
		c.doubt()
		c.mu.Unlock()
		h.startFill(c)
	}
}

func (h *Hub) load(fresh []*conv) error {
	ids := make([]chat.ConvID, 0, len(fresh))
	var topics []chat.Topic
	for _, c := range fresh {
		ids = append(ids, c.ID)
		if c.Kind == chat.Group {
			topics = append(topics, chat.Topic{Group: c.Group})
		}
	}
	if len(ids) == 0 {
		return nil
	}
	if len(topics) > 0 {
		h.subscribe(h.ctx, topics...)
	}
	heads, err := h.store.Heads(h.ctx, ids)
	if err != nil {
		return err
	}
	at := make(map[chat.ConvID]chat.Head, len(heads))
	for _, head := range heads {
		at[head.Conv] = head
	}
	for _, c := range fresh {
		h.loaded(c, at[c.ID])
	}
	return nil
}

// loaded sets a fresh conversation's head, or tells one that is served already how
// far its log goes.
func (h *Hub) loaded(c *conv, head chat.Head) {
	b := newBurst()
	defer b.flush()
	c.mu.Lock()
	if c.loading {
		c.loading = false
		c.head = head.LastSeq
		if c.tells != nil {
			c.tells.told = max(c.tells.told, head.LastRev)
		} else {
			c.tells = tellsFrom(head.LastRev)
		}
	}
	c.moved(head.Version)
	c.seen = max(c.seen, head.LastSeq)
	gap := h.offer(b, c, nil, c.version)
	tell := c.expectRev(head.LastRev)
	waiting := c.behind()
	c.mu.Unlock()
	if gap {
		h.arrangeFill(c)
	}
	h.startTelling(c, tell)
	c.journal.begin(head.JournalNo)
	h.expectGroupEntry(c, head.JournalNo)
	for _, s := range waiting {
		s.catchUpSoon()
	}
}

// recheck reads the heads of conversations that may have grown unheard.
func (h *Hub) recheck(cs []*conv) {
	const atOnce = 500
	for len(cs) > 0 && h.ctx.Err() == nil {
		n := min(atOnce, len(cs))
		if err := h.load(cs[:n]); err != nil {
			h.log.Warn("comparing heads failed; retrying", "err", err)
			h.pause(h.opts.RetryEvery, nil)
			continue
		}
		cs = cs[n:]
	}
}

// reload reads anew who of this node's sessions is in a group, takes out those who
// are not any more, and lets the head move again.
func (h *Hub) reload(ctx context.Context, c *conv) error {
	if c.Kind != chat.Group {
		return nil
	}
	users, doubts := c.users()
	head, members, err := h.store.Memberships(ctx, c.ID, users)
	if err != nil {
		return err
	}
	joined := make(map[chat.UserID]chat.Windows, len(members))
	posts := make(map[chat.UserID]bool, len(members))
	for i := range members {
		if members[i].Left {
			h.leave(c, members[i])
		} else {
			joined[members[i].User] = windowsOf(&members[i])
			posts[members[i].User] = members[i].MayPost()
		}
	}
	b := newBurst()
	defer b.flush()
	c.mu.Lock()
	c.see(joined)
	if head.Version >= c.version {
		c.version, c.stale = head.Version, c.doubts != doubts
		c.allow(head.Version, func(u chat.UserID) bool { return posts[u] })
	}
	c.seen = max(c.seen, head.LastSeq)
	gap := h.offer(b, c, nil, c.version)
	waiting := c.behind()
	c.mu.Unlock()
	if gap {
		h.arrangeFill(c)
	}
	for _, s := range waiting {
		s.catchUpSoon()
	}
	return nil
}
