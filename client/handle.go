package client

import (
	"errors"
	"time"

	"parley/wire"
)

// receive handles one frame of a logged-in session. The lock is held; it never blocks,
// so that acks are never stuck behind a slow handler.
func (c *Client) receive(s *session, frame any) {
	switch f := frame.(type) {
	case *wire.Message:
		c.delivered(f)
	case *wire.AckReply:
		if f.Re == wire.Chat || f.Re == wire.GroupChat || f.Re == wire.Change {
			c.answered(s, f)
		} else {
			s.resolve(f.RID, f)
		}
	case *wire.ChangedNotice:
		c.changed(f)
	case *wire.PresenceNotice:
		c.queue.push(Presence{User: User{f.ID, f.Name}, Online: f.State == online})
	case *wire.NoticeFrame:
		c.noticed(f)
	case *wire.ReadNotice:
		c.queue.push(Read{Conversation: Conversation{With: f.With, GID: f.GID}, Seq: f.Seq})
	case *wire.ReceiptsNotice:
		c.queue.push(receiptsOf(f))
	case *wire.TypingNotice:
		c.queue.push(Typing{Conversation: Conversation{With: f.With, GID: f.GID}, User: User{f.ID, f.From}})
	case *wire.SettingsNotice:
		c.queue.push(settingsChanged(f))
	case *wire.GoodbyeNotice:
		s.fail(goodbye(f))
	default:
		if rid, ok := wire.Awaited(frame); ok {
			s.resolve(rid, frame)
		}
	}
}

// answered takes the answer to a chat frame.
func (c *Client) answered(s *session, f *wire.AckReply) {
	s.askedAt = time.Now()
	e, st := c.outbox.answer(f.SendSeq, f.Erron, f.SendNext, f.RetryAfterMS)
	if c.outbox.stalled {
		s.stall(st, f.Erron)
	}
	if c.outbox.renew {
		s.fail(errOutOfStep)
		return
	}
	poke(s.wake)
	if e == nil {
		return
	}
	c.stalls = 0
	c.unqueue(e)
	if err := refusal(f.Erron, f.Errinfo, f.RetryAfterMS); err != nil {
		c.settle(e, Receipt{}, err)
		return
	}
	r := Receipt{Conversation: e.conv, Seq: f.Seq, SendSeq: e.seq, Time: parseTime(f.Time)}
	if e.change != nil { // its state comes as to everybody else
		r.Seq, r.Rev = e.change.Seq, f.Rev
		c.settle(e, r, nil)
		return
	}
	c.settle(e, r, nil)
	if r.Seq > 0 {
		c.ackedMessage(&Message{
			Conversation: e.conv, Seq: r.Seq, SenderID: c.self.ID, SenderName: c.self.Name, Text: e.text,
			Time: r.Time, Mine: true, Device: c.device, SendSeq: e.seq, Sent: true,
		})
	}
}

// settle tells the outcome of a message, and whoever waits in Flush when it was the last.
func (c *Client) settle(e *entry, r Receipt, err error) {
	e.done(r, err)
	if c.outbox.empty() {
		for _, waiting := range c.flushing {
			close(waiting)
		}
		c.flushing = nil
	}
}

func (c *Client) noticed(f *wire.NoticeFrame) {
	if f.ID == c.self.ID && f.GID != 0 {
		switch f.What {
		case "member_left", "member_removed":
			c.leave(Group(f.GID))
		case "member_joined":
			c.joined(Group(f.GID), f.Seq)
		}
	}
	if f.What == "friend_added" {
		c.met(Named{Direct(f.ID), f.Name})
	}
	if f.GID != 0 {
		c.met(Named{Group(f.GID), f.GName})
	}
	c.queue.push(Notice{
		What: f.What, User: User{f.ID, f.Name}, Online: f.State == online,
		GID: f.GID, Group: f.GName,
	})
}

// final reports whether a failed connection or login is not to be tried again.
func final(err error, again bool) bool {
	var pin *PinError
	if errors.Is(err, ErrOtherAccount) || errors.Is(err, ErrPlaintext) || errors.As(err, &pin) {
		return true
	}
	var bye *GoodbyeError
	if errors.As(err, &bye) {
		return !bye.Reconnect
	}
	var refused *Error
	if !errors.As(err, &refused) {
		return false
	}
	switch refused.Code {
	case wire.AlreadyOnline:
		return !again // our own last session may not be found dead yet
	case wire.Busy, wire.Unavailable, wire.StoreFull, wire.RateLimited, wire.Internal,
		wire.SessionEnded, wire.LoggedIn, wire.NotLoggedIn:
		return false
	}
	return true
}
