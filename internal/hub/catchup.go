package hub

import (
	"context"
	"errors"

	"parley/internal/chat"
	"parley/internal/outbox"
)

// catchUpSoon makes sure that a goroutine reads the log for this session, and that
// it looks again at what stood in its way.
func (s *Session) catchUpSoon() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.started || s.ended.Load() {
		return
	}
	if s.running {
		select {
		case s.wake <- struct{}{}:
		default:
		}
		return
	}
	s.running = true
	s.wake = make(chan struct{}, 1)
	if s.stop == nil {
		s.stop = make(chan struct{})
	}
	wake, stop := s.wake, s.stop
	s.hub.Metrics.CatchUps.Add(1)
	s.hub.spawn(func() { s.catchUp(wake, stop) })
}

// catchUp reads pages of every conversation that the session is behind in, one page
// of each in turn, and turns the session live where it reaches the head. It waits
// while the connection's queue is full, and holds no more than one page.
func (s *Session) catchUp(wake, stop <-chan struct{}) {
	h := s.hub
	wait := h.backoff()
	cold := map[*conv]int{} // failed reads of archived messages
	for {
		if s.tellMissed(stop) != nil {
			return
		}
		again := false
		for _, c := range s.behindIn() {
			if s.out.Wait(stop) != nil {
				return // the connection is gone; End cleans up
			}
			select {
			case <-stop:
				return
			default:
			}
			more, err := s.readOn(h.ctx, c)
			if err != nil {
				if h.ctx.Err() != nil || s.ended.Load() || s.out.Err() != nil {
					return
				}
				if s.passOver(c, err, cold) {
					again = true
					continue
				}
				h.log.Warn("reading the log for a session failed; retrying",
					"conversation", c.ID, "session", s.id, "err", err)
				h.pause(wait.Next(), stop)
				again = true
				continue
			}
			wait.Reset()
			again = again || more
		}
		if again {
			continue
		}
		if s.caughtUp() {
			return
		}
		select { // of every conversation left the head is awaited
		case <-wake:
		case <-stop:
			return
		}
	}
}

// coldTries is how often archived messages are tried before a session goes on without
// them.
const coldTries = 3

// passOver moves a session beyond messages that are in an archive which cannot be read:
// what was said since must not wait for that. Its client sees the gap, and can ask for
// them as history once the archive is mended.
func (s *Session) passOver(c *conv, err error, tries map[*conv]int) bool {
	var archived *chat.ColdError
	if !errors.As(err, &archived) {
		return false
	}
	if tries[c]++; tries[c] < coldTries {
		return false
	}
	delete(tries, c)
	s.hub.log.Error("archived messages cannot be read, and a session continues without them; parley archive verify says what is wrong",
		"conversation", c.ID, "up to", archived.Until, "error", archived.Cause)
	c.mu.Lock()
	defer c.mu.Unlock()
	s.skipTo(c, archived.Until)
	return true
}

func (s *Session) behindIn() []*conv {
	s.mu.Lock()
	defer s.mu.Unlock()
	cs := make([]*conv, 0, len(s.catching))
	for c := range s.catching {
		cs = append(cs, c)
	}
	return cs
}

// caughtUp ends the catch-up goroutine if nothing is left to read.
func (s *Session) caughtUp() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.catching) > 0 || len(s.missed) > 0 {
		return false
	}
	s.catching, s.running, s.wake = nil, false, nil
	return true
}

// readOn delivers the next page of a conversation and reports whether there is more
// to do in it now.
func (s *Session) readOn(ctx context.Context, c *conv) (more bool, err error) {
	if s.goLive(c) {
		return c.dead, nil // another may have waited for it
	}
	after, upTo, ok := s.bounds(c)
	if !ok {
		return false, nil
	}
	page, err := s.hub.page(ctx, c, after, upTo)
	if err != nil {
		return false, err
	}
	if err := s.deliverPage(ctx, c, page); err != nil {
		return false, err
	}
	s.mu.Lock()
	if p := s.catching[c]; p != nil {
		p.cursor = max(p.cursor, page[len(page)-1].Seq)
		for len(p.own) > 0 && p.own[0] <= p.cursor {
			p.own = p.own[1:]
		}
	}
	s.mu.Unlock()
	return !s.goLive(c) || c.dead, nil
}

// bounds returns what to read of a conversation; ok is false while its head is unknown,
// or behind the session, or while members are read anew: the head may have been read at a
// moment when this session's user was out already.
func (s *Session) bounds(c *conv) (after, upTo int64, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.catching[c]
	if p == nil || s.waits(p) {
		return 0, 0, false
	}
	w, left := p.next()
	switch {
	case !left:
		return 0, 0, false
	case w.Until != chat.Open: // that is over, whatever happens now
		return w.After, w.Until, true
	}
	return w.After, c.head, !c.loading && !c.stale && w.After < c.head
}

func (s *Session) deliverPage(ctx context.Context, c *conv, page []chat.Message) error {
	users, devices, err := s.hub.names.of(ctx, page, s.user.ID)
	if err != nil {
		return err
	}
	present, err := s.hub.present(ctx, c, page, s.user.ID)
	if err != nil {
		return err
	}
	b := newBurst()
	defer b.flush()
	blob := b.blobs[s.out.Framing()][:0]
	delivered := 0
	for i := range page {
		m := &page[i]
		if s.isOwn(c, m.Seq) {
			continue
		}
		device := ""
		if m.Sender == s.user.ID {
			device = devices[m.Device]
		}
		state, mine := present.Of(m.Seq)
		blob = b.appendMessage(blob, s.out.Framing(), &c.Conv, m, users[m.Sender], device, state, mine)
		delivered++
	}
	b.blobs[s.out.Framing()] = blob
	if err := s.queuePage(b, blob); err != nil {
		return err
	}
	s.hub.positions.sent(s, c.ID, page[len(page)-1].Seq)
	s.hub.Metrics.Delivered.Add(int64(delivered))
	return nil
}

// queuePage queues what a page has for the session, unless it has ended: somebody else
// may be logged in on its connection by now.
func (s *Session) queuePage(b *burst, blob []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended.Load() {
		return outbox.ErrStopped
	}
	if len(blob) > 0 && !b.queue(s.out, blob) {
		return s.out.Err()
	}
	return nil
}

// fallBehind is behind for a live session whose queue is full; the caller holds c.mu.
func (s *Session) fallBehind(c *conv, cursor int64) {
	s.mu.Lock()
	s.behind(c, cursor)
	s.mu.Unlock()
	s.catchUpSoon()
}

// goLive turns the session live in a conversation if it stands at the head, and
// reports whether it is.
func (s *Session) goLive(c *conv) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.catching[c]
	if p == nil {
		return true
	}
	w, left := p.next()
	switch {
	case !left:
		delete(s.catching, c)
		return true
	case w.Until != chat.Open || s.waits(p):
		return false
	}
	p.cursor = w.After // over what was said while the user was out
	if c.loading || p.cursor < c.head {
		return false
	}
	if p.cursor > c.head { // the device knows more than this node: what comes first is not for it
		s.hub.expect(c, p.cursor)
		return false
	}
	sub := c.subscriber(s)
	if sub == nil { // detached or ended meanwhile
		delete(s.catching, c)
		return true
	}
	sub.live = true
	delete(s.catching, c)
	return true
}
