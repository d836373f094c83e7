package hub

import (
	"context"

	"parley/internal/chat"
	"parley/wire"
)

// mayBeStored reports whether the next number could be one that the device's row holds
// already, so that it must not be refused for what has changed since.
func (s *Sender) mayBeStored(n int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return n != 0 && n <= max(s.row, s.doubt)
}

// stored takes note that the device's row holds a number.
func (s *Sender) stored(n int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = max(s.last, n)
}

// earlier is what a device stored under a number before: its outcome, and how everybody is told
// of it once more, since the node that stored it may have died before it told anybody.
type earlier struct {
	outcome Outcome
	again   func()
}

// before looks for what was stored under the number of a message or a change; nil is nothing,
// also where the conversation is none of the sender's.
func (s *Sender) before(ctx context.Context, o Outgoing) (*earlier, error) {
	if o.Change != nil {
		return s.madeBefore(ctx, o)
	}
	id, err := s.conversation(ctx, o)
	if err != nil {
		if e := chat.AsError(err); forNow(e) || e.Code == wire.Internal {
			return nil, e
		}
		return nil, nil
	}
	m, found, err := s.hub.store.FindRepeat(ctx, id.ID, s.device, o.SendSeq)
	if err != nil || !found {
		return nil, err
	}
	return &earlier{
		outcome: Outcome{Kind: o.Kind, Tag: o.Tag, SendSeq: o.SendSeq, Seq: m.Seq, At: m.SentAt},
		again:   func() { s.again(id, m) },
	}, nil
}

// answerRepeat finds the outcome of a message whose number was taken before.
func (s *Sender) answerRepeat(ctx context.Context, o Outgoing) {
	s.hub.Metrics.Repeats.Add(1)
	e, err := s.before(ctx, o)
	switch {
	case err != nil:
		s.refused(o, chat.AsError(err))
	case e == nil:
		s.refused(o, chat.E(wire.Passed))
	default:
		e.again()
		s.tellAlone(e.outcome)
	}
}

// answerStored is for a message that would be refused for good now: if it was stored before
// it had to be, that is its outcome. It reports whether it has told one.
func (s *Sender) answerStored(ctx context.Context, o Outgoing, refusal *chat.Error) bool {
	stored, err := s.before(ctx, o)
	if err != nil {
		e := chat.AsError(err)
		if forNow(e) {
			s.refuse(o, e)
		}
		return forNow(e)
	}
	if stored == nil {
		return false
	}
	if e := s.useUp(o.SendSeq, refusal); e != refusal {
		s.refused(o, e) // one before it was refused for now meanwhile
		return true
	}
	s.stored(o.SendSeq)
	s.hub.Metrics.Repeats.Add(1)
	stored.again()
	s.tellAlone(stored.outcome)
	return true
}

// repeatStored concludes an append whose number the device's row was already at: an
// earlier commit, of unknown outcome then, had stored it.
func (s *Sender) repeatStored(sub *submission) {
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
		s.again(sub.conv.Conv, m)
		s.concludeAlone(sub, nil)
	}
}

// keyStored concludes an append whose key was used for the same message before.
func (s *Sender) keyStored(sub *submission) {
	s.hub.Metrics.Repeats.Add(1)
	s.againAt(s.hub.ctx, sub.conv.Conv, sub.Seq)
	s.concludeAlone(sub, nil)
}

// againAt is again for a message that is known by its seq. Where it cannot be read now, the
// nodes find it by comparing.
func (s *Sender) againAt(ctx context.Context, id chat.Conv, seq int64) {
	h := s.hub
	page, err := h.store.Page(ctx, id.ID, seq-1, seq, 1, h.opts.PageBytes)
	if err != nil || len(page) == 0 {
		h.log.Warn("a repeated message cannot be read now", "conversation", id.ID, "seq", seq, "err", err)
		return
	}
	s.again(id, page[0])
}

// conversation finds the conversation of a message whatever the sender may do in it.
func (s *Sender) conversation(ctx context.Context, o Outgoing) (chat.Conv, error) {
	if o.Kind == chat.Group {
		m, err := s.hub.store.Membership(ctx, o.Group, s.user.ID)
		return m.Conv, err
	}
	c, _, err := s.hub.store.FindDirect(ctx, s.user.ID, o.To)
	return c, err
}

// again hands on and publishes a message that was stored before: the node that stored it
// may have died before it told anybody.
func (s *Sender) again(id chat.Conv, m chat.Message) {
	h := s.hub
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
