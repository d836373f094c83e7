package hub

import (
	"context"
	"sync"
	"time"

	"parley/internal/chat"
)

// What was sent to a session that does not ack counts as delivered once its machine has
// had it for a while and the connection has lived on: a kernel acknowledges what the
// client has not read, and what is unread is lost when the client is killed. How long a
// while depends on how the connection ends. (Behind a balancer it is the balancer's kernel
// that acknowledges, and a client that vanished is found within 20 s.)
const (
	// ReadAll is for a client that has said itself that it is done (frame 9, the close frame of
	// a WebSocket): it has read all that has arrived.
	ReadAll time.Duration = 0
	// ReadClosed is for a client whose kernel has closed the connection in order: nothing was
	// unread in its socket, but perhaps in the client.
	ReadClosed = 5 * time.Second
	// ReadLost is for any other end, and for sessions that live on. So the cursors in the
	// database are behind by this much, which holds also when this node dies.
	ReadLost = 30 * time.Second
)

// positions are the delivered cursors that have moved and are not written yet. A live
// session stores none beyond these.
type positions struct {
	mu      sync.Mutex
	queue   seqs      // what was queued to sessions that do not ack
	arrived []arrival // what their machines have since acknowledged, the oldest first
	acked   seqs      // what the others said by frame 13
}

// arrival is what was found to have arrived at one look. There is at most one for each
// look within ReadLost.
type arrival struct {
	at   time.Time
	seqs seqs
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
// one that acks or has ended.
func (p *positions) sent(s *Session, c chat.ConvID, seq int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case s.ended.Load(): // nobody would take it out again
	case !s.acks.Load():
		p.queue.move(s, c, seq)
	}
}

// ack records what a session said by frame 13. From then on that alone counts: what was
// sent to it and has not counted yet is taken back.
func (p *positions) ack(s *Session, c chat.ConvID, seq int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !s.acks.Swap(true) {
		p.forget(s)
	}
	if seq > 0 {
		p.acked.move(s, c, seq)
	}
}

// forget drops what was sent to a session that does not ack; p.mu is held.
func (p *positions) forget(s *Session) {
	delete(p.queue, s)
	for _, a := range p.arrived {
		delete(a.seqs, s)
	}
}

// take returns the cursors of sessions that may be written: of those that ack, all; of
// the others, what arrived long enough ago.
func (p *positions) take(now time.Time) []chat.Cursor {
	p.mu.Lock()
	queue, acked := p.queue, p.acked
	p.queue, p.acked = seqs{}, seqs{}
	p.mu.Unlock()
	var cursors []chat.Cursor
	for s, m := range acked {
		cursors = s.appendCursors(cursors, m)
	}
	new := arrival{at: now, seqs: seqs{}}
	for s, m := range queue {
		if s.out.Drained() {
			new.seqs[s] = m
			continue
		}
		for c, seq := range m {
			p.sent(s, c, seq)
		}
	}
	for _, old := range p.age(now, new) {
		for s, m := range old.seqs {
			cursors = s.appendCursors(cursors, m)
		}
	}
	return cursors
}

// age adds what has arrived now and returns what has been there for long enough.
func (p *positions) age(now time.Time, new arrival) (old []arrival) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for s := range new.seqs {
		if s.ended.Load() || s.acks.Load() {
			delete(new.seqs, s)
		}
	}
	if len(new.seqs) > 0 {
		p.arrived = append(p.arrived, new)
	}
	n := 0
	for n < len(p.arrived) && now.Sub(p.arrived[n].at) >= ReadLost {
		n++
	}
	old = p.arrived[:n:n]
	if p.arrived = p.arrived[n:]; len(p.arrived) == 0 {
		p.arrived = nil
	}
	return old
}

// takeOf returns the cursors of one session, and forgets it. read has those that may be
// written if what arrived up to unread ago counts; queued those that may be, if all counts
// and it proves to have arrived.
func (p *positions) takeOf(s *Session, now time.Time, unread time.Duration) (read, queued map[chat.ConvID]int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.forget(s)
	defer delete(p.acked, s)
	if s.acks.Load() {
		return p.acked[s], nil
	}
	counts := seqs{}
	for _, a := range p.arrived {
		if now.Sub(a.at) < unread {
			break
		}
		for c, seq := range a.seqs[s] {
			counts.move(s, c, seq)
		}
	}
	if unread == ReadAll {
		queued = p.queue[s]
	}
	return counts[s], queued
}

func (s *Session) appendCursors(cursors []chat.Cursor, m map[chat.ConvID]int64) []chat.Cursor {
	for c, seq := range m {
		cursors = append(cursors, chat.Cursor{User: s.user.ID, Device: s.device, Conv: c, Seq: seq})
	}
	return cursors
}

// writeCursors writes what has moved, and tells who else wants to know, until the hub closes.
func (h *Hub) writeCursors() {
	for h.ctx.Err() == nil {
		h.pause(h.opts.CursorEvery, nil)
		h.writeMoved(context.WithoutCancel(h.ctx))
		if moved := h.receipts.take(h.clock.Now(), h.opts.CursorEvery); len(moved) > 0 {
			h.tellReceipts(h.ctx, moved)
		}
	}
}

func (h *Hub) writeMoved(ctx context.Context) {
	cursors := h.positions.take(h.clock.Now())
	if len(cursors) == 0 {
		return
	}
	h.Metrics.CursorWrites.Add(int64(len(cursors)))
	if err := h.store.SaveDelivered(ctx, cursors); err != nil {
		// Cursors that are behind cost a second delivery, which clients drop.
		h.log.Warn("writing cursors failed", "cursors", len(cursors), "err", err)
		return
	}
	h.cursorsMoved(cursors)
}

// lastWords is how long a session that does not ack may take, at its end, to show
// that what was sent to it has arrived.
const lastWords = 500 * time.Millisecond

// saveLast writes the cursors of a session that ends.
func (h *Hub) saveLast(ctx context.Context, s *Session, unread time.Duration) {
	read, queued := h.positions.takeOf(s, h.clock.Now(), unread)
	cursors := s.appendCursors(nil, read)
	if len(queued) > 0 && h.arrives(s) {
		cursors = s.appendCursors(cursors, queued) // the store keeps the higher of two
	}
	if len(cursors) == 0 {
		return
	}
	if err := h.store.SaveDelivered(context.WithoutCancel(ctx), cursors); err != nil {
		h.log.Warn("writing a session's last cursors failed", "session", s.id, "err", err)
		return
	}
	h.cursorsMoved(cursors)
}

// arrives waits for what was sent to a session to reach its machine.
func (h *Hub) arrives(s *Session) bool {
	for waited := time.Duration(0); !s.out.Drained(); waited += lastWords / 10 {
		if waited >= lastWords || s.out.Err() != nil || h.closing() {
			return false
		}
		h.pause(lastWords/10, nil)
	}
	return true
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

// headOf returns how far a conversation's log goes: the node's own head where it has
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
