package hub

import (
	"context"

	"parley/internal/chat"
)

// Send takes a chat frame; see Sender.Send. What became of it is told to the connection
// (Owner.AppendOutcome), now or later.
func (s *Session) Send(ctx context.Context, o Outgoing) { s.sends().Send(ctx, o) }

// Refuse is for a chat frame that could not be read, or may not be sent; see Sender.Refuse.
func (s *Session) Refuse(o Outgoing, e *chat.Error) { s.sends().Refuse(o, e) }

// Settle waits until every frame given to Send has its answer; see Sender.Settle.
func (s *Session) Settle(ctx context.Context) error {
	if sender := s.sender.Load(); sender != nil {
		return sender.Settle(ctx)
	}
	return nil
}

// sends returns the session's sender, and makes it when it is wanted first: a session that
// only listens has none.
func (s *Session) sends() *Sender {
	if sender := s.sender.Load(); sender != nil {
		return sender
	}
	from := author{user: s.user, device: s.device, deviceName: s.deviceName, session: s.id}
	sender := s.hub.newSender(from, s.allowance, s, s.lastSend, s.sendNext)
	sender.live = s
	s.sender.Store(sender)
	if s.ended.Load() { // End may not have seen it
		sender.stop()
	}
	return sender
}

// Send takes a message through the checks of send_seq, text and membership and appends
// it. Its outcome is told now or later. Send blocks only where order asks for it or too
// much is under way.
func (s *Sender) Send(ctx context.Context, o Outgoing) {
	if verdict := s.admit(o.SendSeq); verdict == repeated {
		s.answerRepeat(ctx, o)
		return
	} else if verdict != nil {
		s.refused(o, verdict)
		return
	}
	sub, err := s.prepare(ctx, o)
	if err == nil {
		s.submit(sub)
		return
	}
	e := chat.AsError(err)
	if !forNow(e) && s.mayBeStored(o.SendSeq) && s.answerStored(ctx, o, e) {
		return
	}
	s.refuse(o, e)
}

// Refuse is for a message that could not be read, or may not be sent: its outcome is e, in
// its place among the others. As with Send, a refusal for good uses its number up. A number
// that was taken before changes nothing.
func (s *Sender) Refuse(o Outgoing, e *chat.Error) {
	switch verdict := s.admit(o.SendSeq); verdict {
	case nil:
		s.refuse(o, e)
	case repeated:
		s.refused(o, e)
	default:
		s.refused(o, verdict)
	}
}

// prepare checks text, recipient and membership.
func (s *Sender) prepare(ctx context.Context, o Outgoing) (*submission, error) {
	if o.Change != nil {
		return s.prepareChange(ctx, o)
	}
	body, err := chat.CheckText(o.Body, s.hub.opts.MaxText)
	if err != nil {
		return nil, err
	}
	var c *conv
	var version int64
	if o.Kind == chat.Group {
		c, version, err = s.group(ctx, o.Group)
	} else {
		c, version, err = s.direct(ctx, o.To)
	}
	if err == nil {
		err = s.afford(body)
	}
	if err == nil && c.Kind == chat.Direct {
		err = s.approach(ctx, c, o.To)
	}
	var extra *chat.Extra
	if err == nil && o.Extra != nil {
		extra, err = s.checkExtra(ctx, &c.Conv, o.Extra)
	}
	if err != nil {
		return nil, err
	}
	sub := &submission{sender: s, conv: c, to: o.To, tag: append([]byte(nil), o.Tag...)}
	sub.Append = chat.Append{
		Conv: c.ID, Version: version, Sender: s.user.ID, Device: s.device, Session: s.session,
		SendSeq: o.SendSeq, Body: body, Extra: extra, Key: o.Key, Owner: sub,
	}
	return sub, nil
}

// submit hands an append to the store, in the order of Send.
func (s *Sender) submit(sub *submission) {
	s.mu.Lock()
	if sub.SendSeq != 0 {
		if s.next != sub.SendSeq { // one before it was refused for now meanwhile
			e := s.behind()
			s.mu.Unlock()
			s.tellAlone(sub.outcome(e))
			return
		}
		sub.PrevSendSeq = s.last
		s.last = max(s.last, sub.SendSeq)
		s.next++
		s.held = false
	}
	s.inFlight++
	s.mu.Unlock()
	s.hub.store.Append(&sub.Append)
}

// Settle waits until every message given to Send has had its outcome told, so that a
// request behind them is handled behind them. It returns ctx's error if that ends first.
func (s *Sender) Settle(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.inFlight == 0 || s.over {
		return nil
	}
	stop := context.AfterFunc(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.cond.Broadcast()
	})
	defer stop()
	for s.inFlight > 0 && !s.over {
		if err := ctx.Err(); err != nil {
			return err
		}
		s.cond.Wait()
	}
	return nil
}
