package hub

import (
	"context"

	"parley/internal/chat"
	"parley/wire"
)

// mayBeStored reports whether the next number could be one that the device's row holds
// already, so that it must not be refused for what has changed since.
func (s *Session) mayBeStored(n int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return n != 0 && n <= max(s.lastSend, s.sendState().doubt)
}

// stored takes note that the device's row holds a number.
func (s *Session) stored(n int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.sendState()
	st.last = max(st.last, n)
}

// answerRepeat answers a frame whose number was taken before.
func (s *Session) answerRepeat(ctx context.Context, o Outgoing) {
	h := s.hub
	h.Metrics.Repeats.Add(1)
	id, err := s.conversation(ctx, o)
	if err != nil {
		if e := chat.AsError(err); forNow(e) || e.Code == wire.Internal {
			s.answer(o, e)
			return
		}
		s.answer(o, chat.E(wire.Passed))
		return
	}
	m, found, err := h.store.FindRepeat(ctx, id.ID, s.device, o.SendSeq)
	if err != nil {
		s.answer(o, chat.AsError(err))
		return
	}
	if !found {
		s.answer(o, chat.E(wire.Passed))
		return
	}
	s.ackStored(o, id, m)
}

// answerStored acks a frame that would be refused for good now, if it was stored before
// it had to be; it reports whether it has answered.
func (s *Session) answerStored(ctx context.Context, o Outgoing, refusal *chat.Error) bool {
	id, err := s.conversation(ctx, o)
	var m chat.Message
	found := false
	if err == nil {
		m, found, err = s.hub.store.FindRepeat(ctx, id.ID, s.device, o.SendSeq)
	}
	if err != nil {
		e := chat.AsError(err)
		if forNow(e) {
			s.refuse(o, e)
		}
		return forNow(e)
	}
	if !found {
		return false
	}
	if e := s.useUp(o.SendSeq, refusal); e != refusal {
		s.answer(o, e) // one before it was refused for now meanwhile
		return true
	}
	s.stored(o.SendSeq)
	s.hub.Metrics.Repeats.Add(1)
	s.ackStored(o, id, m)
	return true
}

// ackStored acks a frame whose message was found in the log.
func (s *Session) ackStored(o Outgoing, id chat.Conv, m chat.Message) {
	s.hub.again(id, m, s)
	sub := &submission{session: s, msgid: o.Msgid, rid: o.RID}
	sub.SendSeq, sub.Seq, sub.At = o.SendSeq, m.Seq, m.SentAt
	b := newBurst()
	b.ack(sub)
	b.flush()
}

// repeatStored answers an append whose number the device's row was already at: an
// earlier commit, of unknown outcome then, had stored it.
func (s *Session) repeatStored(sub *submission) {
	h := s.hub
	h.Metrics.Repeats.Add(1)
	m, found, err := h.store.FindRepeat(h.ctx, sub.Conv, s.device, sub.SendSeq)
	switch {
	case err != nil:
		s.concludeAlone(sub, chat.AsError(err))
	case !found:
		s.concludeAlone(sub, chat.E(wire.Passed))
	default:
		sub.Seq, sub.At = m.Seq, m.SentAt
		h.again(sub.conv.Conv, m, s)
		s.concludeAlone(sub, nil)
	}
}

// conversation finds the conversation of a frame whatever the sender may do in it.
func (s *Session) conversation(ctx context.Context, o Outgoing) (chat.Conv, error) {
	if o.Msgid == wire.GroupChat {
		m, err := s.hub.store.Membership(ctx, o.Group, s.user.ID)
		return m.Conv, err
	}
	c, _, err := s.hub.store.FindDirect(ctx, s.user.ID, o.To)
	return c, err
}

// again publishes a message that was stored before: the node that stored it may have
// died before it told anybody.
func (h *Hub) again(id chat.Conv, m chat.Message, s *Session) {
	d := []delivery{{Message: m, from: s.user.Name, device: s.deviceName}}
	c := h.lookupOrMiss(id.ID)
	if c == nil {
		h.publish(&id, 0, d)
		return
	}
	b := newBurst()
	c.mu.Lock()
	gap := h.offer(b, c, d, c.version)
	version := c.version
	c.mu.Unlock()
	b.flush()
	if gap {
		h.arrangeFill(c)
	}
	h.publish(&c.Conv, version, d)
}
