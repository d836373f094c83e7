package hub

import (
	"context"
	"sync"
	"time"

	"parley/internal/chat"
)

// positions are the delivered cursors that have moved and are not written yet. A live
// session stores none beyond these.
type positions struct {
	mu    sync.Mutex
	queue seqs // what was queued to sessions that do not ack
	acked seqs // what the others said by frame 13
}

type seqs map[*Session]map[chat.ConvID]int64

func (q seqs) move(s *Session, c chat.ConvID, seq int64) {
	m := q[s]
	if m == nil {
		m = map[chat.ConvID]int64{}
		q[s] = m
	}
	m[c] = max(m[c], seq)
}

func newPositions() *positions { return &positions{queue: seqs{}, acked: seqs{}} }

// sent records that messages up to seq were queued to a session; it does nothing for
// one that acks.
func (p *positions) sent(s *Session, c chat.ConvID, seq int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case !s.acks.Load():
		p.queue.move(s, c, seq)
	case plantedCursorOnWrite:
		p.acked.move(s, c, seq)
	}
}

// ack records what a session said by frame 13. From then on that alone counts: what was
// queued to it and has not counted yet is taken back.
func (p *positions) ack(s *Session, c chat.ConvID, seq int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s.acks.Store(true)
	delete(p.queue, s)
	if seq > 0 {
		p.acked.move(s, c, seq)
	}
}

// take gives the cursors of sessions that may be written: of those that ack, all; of
// the others, all if what was recorded has since left the socket's send queue.
func (p *positions) take() []chat.Cursor {
	p.mu.Lock()
	queue, acked := p.queue, p.acked
	p.queue, p.acked = seqs{}, seqs{}
	p.mu.Unlock()
	var cursors []chat.Cursor
	for s, m := range acked {
		cursors = s.appendCursors(cursors, m)
	}
	for s, m := range queue {
		arrived := s.out.Drained()
		if arrived && !s.acks.Load() {
			cursors = s.appendCursors(cursors, m)
			continue
		}
		for c, seq := range m {
			p.sent(s, c, seq)
		}
	}
	return cursors
}

// takeOf gives the cursors of one session, and forgets it.
func (p *positions) takeOf(s *Session) map[chat.ConvID]int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	m := p.queue[s]
	if s.acks.Load() {
		m = p.acked[s]
	}
	delete(p.queue, s)
	delete(p.acked, s)
	return m
}

// arrived reports whether what was sent to the session has reached its machine, or
// need not be asked because the session says so itself.
func (s *Session) arrived() bool { return s.acks.Load() || s.out.Drained() }

func (s *Session) appendCursors(cursors []chat.Cursor, m map[chat.ConvID]int64) []chat.Cursor {
	for c, seq := range m {
		cursors = append(cursors, chat.Cursor{User: s.user.ID, Device: s.device, Conv: c, Seq: seq})
	}
	return cursors
}

// writeCursors writes what has moved, until the hub closes.
func (h *Hub) writeCursors() {
	for h.ctx.Err() == nil {
		h.pause(h.opts.CursorEvery, nil)
		h.writeMoved(context.WithoutCancel(h.ctx))
	}
}

func (h *Hub) writeMoved(ctx context.Context) {
	cursors := h.positions.take()
	if len(cursors) == 0 {
		return
	}
	h.Metrics.CursorWrites.Add(int64(len(cursors)))
	if err := h.store.SaveDelivered(ctx, cursors); err != nil {
		// Cursors that are behind cost a second delivery, which clients drop.
		h.log.Warn("writing cursors failed", "cursors", len(cursors), "err", err)
	}
}

// lastWords is how long a session that does not ack may take, at its end, to show
// that what was sent to it has arrived.
const lastWords = 500 * time.Millisecond

// saveLast writes the cursors of a session that ends.
func (h *Hub) saveLast(ctx context.Context, s *Session) {
	m := h.positions.takeOf(s)
	if len(m) == 0 {
		return
	}
	for waited := time.Duration(0); !s.arrived(); waited += lastWords / 10 {
		if waited >= lastWords || s.out.Err() != nil || h.closing() {
			return
		}
		h.pause(lastWords/10, nil)
	}
	cursors := s.appendCursors(nil, m)
	if err := h.store.SaveDelivered(context.WithoutCancel(ctx), cursors); err != nil {
		h.log.Warn("writing a session's last cursors failed", "session", s.id, "err", err)
	}
}

// Received records that the client has displayed a conversation up to seq (clamped
// to the head). From then on the session's cursors move by this alone.
func (s *Session) Received(ctx context.Context, id chat.Conv, seq int64) error {
	h := s.hub
	if !s.acks.Load() {
		h.positions.ack(s, id.ID, 0)
	}
	head, err := h.headOf(ctx, id.ID)
	if err != nil {
		return err
	}
	h.positions.ack(s, id.ID, min(seq, head))
	return nil
}

// headOf gives how far a conversation's log goes: the node's own head where it has
// one, since nobody here can have displayed more.
func (h *Hub) headOf(ctx context.Context, id chat.ConvID) (int64, error) {
	if c := h.lookup(id); c != nil {
		c.mu.Lock()
		head, loading := c.head, c.loading
		c.mu.Unlock()
		if !loading {
			return head, nil
		}
	}
	heads, err := h.store.Heads(ctx, []chat.ConvID{id})
	if err != nil || len(heads) == 0 {
		return 0, err
	}
	return heads[0].LastSeq, nil
}
