package hub

import (
	"context"
	"slices"
	"sync"
	"time"

	"parley/internal/chat"
)

// How far users have come is told to the others out of the cursors, once a second at most: when a
// batch of them is written, and when somebody has read. What is told is read from the database first, once
// for the batch: so it says who hides it, who blocks whom, and where it is not told at all. A notice
// that is lost is made up for by the comparison with the database (see healReceipts).

// positionsAtOnce is how many conversations one query is asked for.
const positionsAtOnce = 500

// receipts are what is to be told, and what was. Its lock nests with nothing.
type receipts struct {
	mu    sync.Mutex
	moved movedUsers                                // that nobody was told of yet
	last  map[chat.ConvID]time.Time                 // when a conversation's were told, within CursorEvery
	told  map[chat.ConvID]map[chat.UserID]chat.Mark // as far as the sessions here were told
	seen  map[chat.UserID]chat.UserMark             // of the last comparison
}

type movedUsers map[chat.ConvID]map[chat.UserID]bool

func (m movedUsers) add(c chat.ConvID, u chat.UserID) {
	if m[c] == nil {
		m[c] = map[chat.UserID]bool{}
	}
	m[c][u] = true
}

func newReceipts() *receipts {
	return &receipts{moved: movedUsers{}, last: map[chat.ConvID]time.Time{}, told: map[chat.ConvID]map[chat.UserID]chat.Mark{}}
}

// note records that users have moved.
func (r *receipts) note(moved movedUsers) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for c, users := range moved {
		for u := range users {
			r.moved.add(c, u)
		}
	}
}

// noteNow is note for one user. It reports whether to tell it at once, and then forgets it: the last
// time that something was told in the conversation is long enough ago.
func (r *receipts) noteNow(c chat.ConvID, u chat.UserID, now time.Time, every time.Duration) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if last, told := r.last[c]; told && now.Sub(last) < every || len(r.moved[c]) > 0 {
		r.moved.add(c, u)
		return false
	}
	r.last[c] = now
	return true
}

// take returns what is to be told now.
func (r *receipts) take(now time.Time, every time.Duration) movedUsers {
	r.mu.Lock()
	defer r.mu.Unlock()
	moved := r.moved
	r.moved = movedUsers{}
	for c, at := range r.last {
		if now.Sub(at) >= every {
			delete(r.last, c)
		}
	}
	for c := range moved {
		r.last[c] = now
	}
	return moved
}

// news returns those marks that sessions here were not told yet, and takes note of them.
func (r *receipts) news(c chat.ConvID, marks []chat.UserPosition) (fresh []chat.UserPosition) {
	r.mu.Lock()
	defer r.mu.Unlock()
	told := r.told[c]
	for _, m := range marks {
		was := told[m.User]
		if m.Received <= was.Received && m.Read <= was.Read {
			continue
		}
		if told == nil {
			told = map[chat.UserID]chat.Mark{}
			r.told[c] = told
		}
		m.Received, m.Read = max(m.Received, was.Received), max(m.Read, was.Read)
		told[m.User] = m.Mark
		fresh = append(fresh, m)
	}
	return fresh
}

// toldOf returns all that sessions here were told in a conversation.
func (r *receipts) toldOf(c chat.ConvID) (marks []chat.UserPosition) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for u, m := range r.told[c] {
		marks = append(marks, chat.UserPosition{User: u, Mark: m})
	}
	slices.SortFunc(marks, func(a, b chat.UserPosition) int { return int(a.User - b.User) })
	return marks
}

// forget is for a conversation that no session here is in any more.
func (r *receipts) forget(c chat.ConvID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.told, c)
}

// cursorsMoved takes note of cursors that were written.
func (h *Hub) cursorsMoved(cursors []chat.Cursor) {
	if h.nobodyAsks() {
		return
	}
	moved := movedUsers{}
	for i := range cursors {
		moved.add(cursors[i].Conv, cursors[i].User)
	}
	h.receipts.note(moved)
}

// hasRead tells the others that a user has read: at once, or with what else is told within a
// second.
func (h *Hub) hasRead(c chat.ConvID, u chat.UserID) {
	if h.nobodyAsks() || !h.receipts.noteNow(c, u, h.clock.Now(), h.opts.CursorEvery) {
		return
	}
	h.spawn(func() { h.tellReceipts(h.ctx, movedUsers{c: {u: true}}) })
}

// nobodyAsks reports that no session anywhere wants to be told.
func (h *Hub) nobodyAsks() bool { return h.bus.Alone() && h.changesWanted.Load() == 0 }

// tellReceipts tells this node's sessions and the other nodes how far users have come. What cannot be
// read now is told later.
func (h *Hub) tellReceipts(ctx context.Context, moved movedUsers) {
	ids := make([]chat.ConvID, 0, len(moved))
	for c := range moved {
		ids = append(ids, c)
	}
	for page := range slices.Chunk(ids, positionsAtOnce) {
		list, err := h.store.Positions(ctx, page)
		if err != nil {
			if ctx.Err() == nil {
				h.log.Warn("reading how far users have come failed; retrying", "err", err)
			}
			for _, c := range page {
				h.receipts.note(movedUsers{c: moved[c]})
			}
			continue
		}
		for i := range list {
			h.tellPositions(&list[i], moved[list[i].Conv.ID])
		}
	}
}

func (h *Hub) tellPositions(p *chat.ConvPositions, moved map[chat.UserID]bool) {
	marks := slices.DeleteFunc(slices.Clone(p.Marks), func(m chat.UserPosition) bool { return !moved[m.User] })
	if len(marks) == 0 {
		return
	}
	h.Metrics.ReceiptsTold.Add(1)
	n := chat.ReceiptsNotice{Conv: p.Conv, Version: p.Version, Marks: marks, Not: p.Hiding}
	if p.Conv.Kind == chat.Group {
		h.Notify(chat.Notice{Receipts: &n}, chat.Topic{Group: p.Conv.Group})
		return
	}
	for _, m := range marks {
		one := n
		one.Marks = []chat.UserPosition{m}
		h.Notify(chat.Notice{Receipts: &one}, chat.Topic{User: p.Conv.Other(m.User)})
	}
}

// receiveReceipts tells the sessions here what they were not told yet.
func (h *Hub) receiveReceipts(n *chat.ReceiptsNotice) {
	c := h.lookup(n.Conv.ID)
	if c == nil || !h.current(c, n.Version) {
		return // who comes later asks; what is in doubt is found by the next comparison
	}
	fresh := h.receipts.news(c.ID, n.Marks)
	if len(fresh) == 0 {
		return
	}
	b := newBurst()
	defer b.flush()
	c.mu.Lock()
	defer c.mu.Unlock()
	var shared [2][]byte // of a group
	for i := range c.subs {
		s := c.subs[i].s
		if !s.changes || slices.Contains(n.Not, s.user.ID) {
			continue
		}
		marks := forUser(&c.Conv, s.user.ID, fresh)
		if len(marks) == 0 {
			continue
		}
		if !s.takesStates() {
			s.missReceipts(c)
			continue
		}
		f := s.out.Framing()
		framed := shared[f]
		if framed == nil {
			framed = framedReceipts(f, &c.Conv, s.user.ID, marks)
			if c.Kind == chat.Group {
				shared[f] = framed
			}
		}
		b.queue(s.out, framed)
		h.Metrics.ReceiptFrames.Add(1)
	}
}

// forUser returns what of marks is for a user: in a direct conversation the other's, in a group all,
// unless it is the user's own alone.
func forUser(c *chat.Conv, u chat.UserID, marks []chat.UserPosition) []chat.UserPosition {
	if c.Kind == chat.Group {
		if len(marks) == 1 && marks[0].User == u {
			return nil
		}
		return marks
	}
	for i := range marks {
		if marks[i].User == c.Other(u) {
			return marks[i : i+1]
		}
	}
	return nil
}

// current reports whether what was told at a version can be told on here: nothing is in doubt, and in a
// direct conversation nobody has blocked the other since.
func (h *Hub) current(c *conv, version int64) bool {
	b := newBurst()
	c.mu.Lock()
	gap := h.offer(b, c, nil, version)
	ok := !c.stale && !c.dead && (c.Kind == chat.Group || version >= c.version)
	c.mu.Unlock()
	b.flush()
	if gap {
		h.arrangeFill(c)
	}
	return ok
}

// missReceipts remembers that a session was not told how far others have come: it is told when it
// reads again. The caller holds c.mu.
func (s *Session) missReceipts(c *conv) {
	s.mu.Lock()
	if s.unreceipted == nil {
		s.unreceipted = map[*conv]struct{}{}
	}
	s.unreceipted[c] = struct{}{}
	s.mu.Unlock()
	s.catchUpSoon() // nothing before Start, which looks itself
}

// tellMissedReceipts is tellMissed for these.
func (s *Session) tellMissedReceipts() {
	s.mu.Lock()
	missed := s.unreceipted
	s.unreceipted = nil
	s.mu.Unlock()
	for c := range missed {
		if marks := forUser(&c.Conv, s.user.ID, s.hub.receipts.toldOf(c.ID)); len(marks) > 0 {
			frame := receiptsFrame(&c.Conv, s.user.ID, marks)
			s.tell(frame.AppendJSON(nil))
		}
	}
}
