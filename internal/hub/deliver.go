package hub

import (
	"slices"

	"parley/internal/chat"
)

// offer takes messages of the conversation, ascending, as they come from a commit,
// the bus or the log, and hands on what the head may move over. The caller holds
// c.mu. It reports whether a gap is left for which nobody reads yet; the caller then
// arranges that.
func (h *Hub) offer(b *burst, c *conv, ms []delivery, version int64) (gap bool) {
	if version > c.version {
		c.moved(version)
	}
	run := ms[:0:0]
	if !c.loading && !c.stale && len(ms) > 0 && follow(ms, c.head) && len(c.early) == 0 && !c.outdated(&ms[0]) {
		run = ms // the usual case: the very next ones
	} else {
		for _, m := range ms {
			c.keepEarly(m)
		}
		run = c.takeEarly(run)
	}
	if len(run) > 0 {
		h.handOn(b, c, run)
	}
	if last := len(ms) - 1; last >= 0 {
		c.seen = max(c.seen, ms[last].Seq)
	}
	c.seen = max(c.seen, c.head)
	if (c.seen > c.head || c.stale) && !c.filling && !c.loading && !c.dead {
		c.filling = true
		return true
	}
	return false
}

// follow reports whether messages are the very next ones after a seq. Those of several commits
// come in one piece, and other nodes may have written between them.
func follow(ms []delivery, seq int64) bool {
	for i := range ms {
		if seq++; ms[i].Seq != seq {
			return false
		}
	}
	return true
}

func (c *conv) keepEarly(m delivery) {
	if m.Seq <= c.head || len(c.early) >= maxEarly && m.Seq != c.head+1 {
		return
	}
	if c.early == nil {
		c.early = map[int64]delivery{}
	}
	if old, ok := c.early[m.Seq]; ok && m.origin == 0 {
		m.origin = old.origin // it was not echoed, and is not now
	}
	c.early[m.Seq] = m
}

// takeEarly returns the messages that follow the head without a gap.
func (c *conv) takeEarly(run []delivery) []delivery {
	if c.loading || c.stale {
		return run
	}
	for seq := c.head + 1; ; seq++ {
		m, ok := c.early[seq]
		if !ok || c.outdated(&m) {
			break
		}
		delete(c.early, seq)
		run = append(run, m)
	}
	if len(c.early) == 0 {
		c.early = nil
	}
	return run
}

// handOn moves the head over a run of messages and queues them to every live
// session. A session whose queue is full falls back to catching up. The caller holds
// c.mu; run is ascending from head+1 without a gap.
func (h *Hub) handOn(b *burst, c *conv, run []delivery) {
	var encoded [2]bool
	reacted := slices.ContainsFunc(run, func(m delivery) bool { return m.mine != nil })
	delivered := 0
	for i := range c.subs {
		sub := &c.subs[i]
		if !sub.live {
			h.noteOwn(sub.s, c, run)
			if sub.s.ahead(c, run[0].Seq) {
				sub.s.catchUpSoon() // it may turn live when the head is there
			}
			continue
		}
		s := sub.s
		if s.out.Full() {
			sub.live = false
			h.Metrics.FellBehind.Add(1)
			s.fallBehind(c, c.head)
			h.noteOwn(s, c, run)
			continue
		}
		var taken bool
		if sent(run, s.user.ID) || reacted && reactedIn(run, s.user.ID) {
			var n int
			n, taken = h.handOwn(b, c, run, s)
			delivered += n
		} else {
			f := s.out.Framing()
			if !encoded[f] {
				b.encode(&c.Conv, run, f)
				encoded[f] = true
			}
			taken = b.queue(s.out, b.blobs[f])
			delivered += len(run)
		}
		if taken && !s.acks.Load() { // asked again there; most sessions save it the lock
			h.positions.sent(s, c.ID, run[len(run)-1].Seq)
		}
	}
	if c.head == 0 && c.Kind == chat.Direct {
		h.spawn(func() { h.begun(c.Conv) })
	}
	c.head = run[len(run)-1].Seq
	h.Metrics.Delivered.Add(int64(delivered))
}

func sent(run []delivery, u chat.UserID) bool {
	for i := range run {
		if run[i].Sender == u {
			return true
		}
	}
	return false
}

func reactedIn(run []delivery, u chat.UserID) bool {
	for i := range run {
		if run[i].mine[u] != nil {
			return true
		}
	}
	return false
}

// handOwn queues a run to a session of somebody who has a part in it: no echo of what the
// session sent itself, the device's name on what its user's other devices did, and the user's own
// reactions.
func (h *Hub) handOwn(b *burst, c *conv, run []delivery, s *Session) (delivered int, taken bool) {
	var framed []byte
	for i := range run {
		m := &run[i]
		if m.origin == s.id {
			continue
		}
		device := ""
		if m.Sender == s.user.ID {
			device = m.device
		}
		framed = b.appendMessage(framed, s.out.Framing(), &c.Conv, &m.Message, m.from, device, m.state, m.mine[s.user.ID])
		delivered++
	}
	if delivered == 0 {
		return 0, true
	}
	return delivered, b.queue(s.out, framed)
}

// noteOwn remembers, for a session that is catching up, which messages are its own,
// so that the log's pages do not echo them.
func (h *Hub) noteOwn(s *Session, c *conv, run []delivery) {
	for i := range run {
		if run[i].origin == s.id {
			s.noteOwn(c, run[i].Seq)
		}
	}
}

// publish tells the other nodes.
func (h *Hub) publish(c *chat.Conv, version int64, run []delivery) {
	if h.bus.Mute() {
		return
	}
	n := chat.Messages{
		Conv: *c, Version: version, Messages: make([]chat.Message, len(run)),
		From: map[chat.UserID]string{}, Devices: map[chat.DeviceID]string{},
	}
	for i := range run {
		m := &run[i]
		n.Messages[i] = m.Message
		n.From[m.Sender] = m.from
		n.Devices[m.Device] = m.device
	}
	h.bus.Publish(chat.Notice{Messages: &n}, topicsOf(c)...)
}

func topicsOf(c *chat.Conv) []chat.Topic {
	if c.Kind == chat.Group {
		return []chat.Topic{{Group: c.Group}}
	}
	return []chat.Topic{{User: c.Lo}, {User: c.Hi}}
}
