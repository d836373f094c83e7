package hub

import (
	"context"
	"errors"

	"parley/internal/chat"
	"parley/wire"
)

// appended gets a batch back from the store: it acks what is stored, hands it on to
// this node's sessions, and publishes it to the other nodes.
func (h *Hub) appended(batch []*chat.Append, doubtful bool) {
	if !h.work.enter() {
		return // after Close
	}
	defer h.work.leave()
	b := newBurst()
	stored := storedRuns{}
	for _, a := range batch {
		sub := a.Owner.(*submission)
		if a.Err == nil {
			stored.add(sub)
		}
		h.outcome(b, sub)
	}
	for i := range stored.convs {
		h.deliverRun(b, stored.convs[i], stored.runs[i], stored.versions[i])
	}
	b.flush()
	if doubtful {
		h.doubt(batch)
	}
}

// storedRuns sorts a batch by conversation, in the order of seq within each.
type storedRuns struct {
	index    map[*conv]int
	convs    []*conv
	runs     [][]delivery
	versions []int64 // of the conversation as the appends were checked
}

func (r *storedRuns) add(sub *submission) {
	i, ok := r.index[sub.conv]
	if n := len(r.convs); n > 0 && r.convs[n-1] == sub.conv {
		i, ok = n-1, true
	}
	if !ok {
		if r.index == nil {
			r.index = map[*conv]int{}
		}
		i = len(r.convs)
		r.index[sub.conv] = i
		r.convs = append(r.convs, sub.conv)
		r.runs = append(r.runs, nil)
		r.versions = append(r.versions, 0)
	}
	r.versions[i] = max(r.versions[i], sub.Version)
	r.runs[i] = append(r.runs[i], sub.delivery())
}

func (sub *submission) delivery() delivery {
	s := sub.session
	return delivery{
		Message: chat.Message{
			Conv: sub.Conv, Seq: sub.Seq, Sender: sub.Sender, Device: sub.Device,
			SendSeq: sub.SendSeq, SentAt: sub.At, Body: sub.Body,
		},
		from: s.user.Name, device: s.deviceName, origin: s.id,
	}
}

// deliverRun hands on what this node has committed to one conversation.
func (h *Hub) deliverRun(b *burst, c *conv, run []delivery, version int64) {
	for {
		c.mu.Lock()
		if !c.dead {
			break
		}
		c.mu.Unlock()
		// The sender's session has ended; somebody else may have come meanwhile.
		next := h.lookupOrMiss(c.ID)
		if next == nil {
			h.publish(&c.Conv, version, run)
			return
		}
		c = next
	}
	gap := h.offer(b, c, run, version)
	c.mu.Unlock()
	if gap {
		h.arrangeFill(c)
	}
	h.publish(&c.Conv, version, run)
}

// lookupOrMiss is lookup; where there is nobody, it lets sessions that are opening
// know that something passed them by.
func (h *Hub) lookupOrMiss(id chat.ConvID) *conv {
	h.mu.Lock()
	defer h.mu.Unlock()
	c := h.convs[id]
	if c == nil {
		h.missed++
	}
	return c
}

// publish tells the other nodes.
func (h *Hub) publish(c *chat.Conv, version int64, run []delivery) {
	if h.alone() {
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

// outcome answers an append, unless one before it must be answered first.
func (h *Hub) outcome(b *burst, sub *submission) {
	s := sub.session
	if !s.turn(sub) {
		return
	}
	switch {
	case sub.Err == nil:
		s.conclude(b, sub, nil)
	case errors.Is(sub.Err, chat.ErrSessionGone):
		s.conclude(b, sub, chat.E(wire.SessionEnded))
		h.spawn(s.dispossessed)
	case errors.Is(sub.Err, chat.ErrRepeat):
		s.resolve(sub)
		h.spawn(func() { s.repeatStored(sub) })
	case errors.Is(sub.Err, chat.ErrOutOfStep):
		s.conclude(b, sub, &chat.Error{Code: wire.Behind, RetryAfter: retryAfter})
	case errors.Is(sub.Err, chat.ErrStaleMembers):
		s.resolve(sub)
		h.spawn(func() { s.submitAgain(sub) })
	default:
		e := chat.AsError(sub.Err)
		if forNow(e) && e.RetryAfter == 0 {
			waiting := *e // the error may be the answer to others, too
			waiting.RetryAfter = retryAfter
			e = &waiting
		}
		if e.Cause != nil {
			h.log.Warn("a message was not stored", "user", sub.Sender, "conversation", sub.Conv, "err", e)
		}
		s.conclude(b, sub, e)
	}
}

// conclude settles an append, answers it, and goes on with what has waited behind it.
func (s *Session) conclude(b *burst, sub *submission, e *chat.Error) {
	s.mu.Lock() // so that who waits for the answers finds this one in the queue
	if e = s.settle(sub, e); e == nil {
		s.hub.Metrics.Acked.Add(1)
		b.ack(sub)
	} else {
		s.answerSub(sub, e)
	}
	s.mu.Unlock()
	if next := s.resolved(sub); next != nil {
		s.hub.outcome(b, next)
	}
}

// concludeAlone is conclude outside a batch.
func (s *Session) concludeAlone(sub *submission, e *chat.Error) {
	b := newBurst()
	s.conclude(b, sub, e)
	b.flush()
}

// submitAgain looks membership up anew, because somebody was taken out of the
// conversation since it was checked, and appends again if the sender may still write.
func (s *Session) submitAgain(sub *submission) {
	h := s.hub
	sub.tries++
	c, version, err := h.mayWrite(h.ctx, s, sub)
	if err == nil && sub.tries > maxTries {
		err = &chat.Error{Code: wire.Busy, RetryAfter: retryAfter}
	}
	if err != nil {
		s.concludeAlone(sub, chat.AsError(err))
		return
	}
	sub.conv, sub.Version, sub.Err = c, version, nil
	h.store.Append(&sub.Append)
}

func (h *Hub) mayWrite(ctx context.Context, s *Session, sub *submission) (*conv, int64, error) {
	if sub.msgid == wire.GroupChat {
		if err := h.reload(ctx, sub.conv); err != nil {
			return nil, 0, err
		}
		return s.group(ctx, sub.conv.Group)
	}
	sub.conv.mu.Lock()
	sub.conv.checked = false
	sub.conv.mu.Unlock()
	return s.direct(ctx, sub.to)
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

// doubt looks up conversations that may have grown by a commit of unknown outcome.
func (h *Hub) doubt(batch []*chat.Append) {
	seen := map[chat.ConvID]bool{}
	var cs []*conv
	for _, a := range batch {
		if seen[a.Conv] {
			continue
		}
		seen[a.Conv] = true
		if c := h.lookupOrMiss(a.Conv); c != nil {
			cs = append(cs, c)
		}
	}
	h.spawn(func() { h.recheck(cs) })
}
