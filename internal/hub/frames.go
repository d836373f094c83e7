package hub

import (
	"sync"
	"time"

	"parley/internal/chat"
	"parley/internal/outbox"
	"parley/wire"
)

// This file is where messages and notices become frames. Everything else of the hub hands
// on what happened, and bytes that were made here.

// delivery is a message on its way to this node's sessions.
type delivery struct {
	chat.Message
	from   string         // the sender's name
	device string         // the name of the sender's device
	origin chat.SessionID // the sending session if it is one of this node's, else 0
	state  *chat.State    // what was done to it, where it comes from the log; nil for nothing
	asOf   int64          // state has all up to this rev; 0 where it does not come from the log
	// mine is who has which emoji on it, where anybody has.
	mine map[chat.UserID][]string
}

// burst gathers what one batch brings, so that each connection gets it in one write.
type burst struct {
	batch outbox.Batch
	frame []byte    // scratch: one frame
	blobs [2][]byte // scratch: framed, by framing
	stamp int64     // the millisecond that text tells
	text  string
}

var bursts = sync.Pool{New: func() any { return new(burst) }}

func newBurst() *burst { return bursts.Get().(*burst) }

// flush starts the writers of all that was queued and puts b back.
func (b *burst) flush() {
	b.batch.Flush()
	bursts.Put(b)
}

// queue queues framed bytes, remembers to flush, and reports whether the connection
// still took them.
func (b *burst) queue(o *outbox.Outbox, framed []byte) bool { return b.batch.Queue(o, framed) }

// queueFrame frames one object and queues it.
func (b *burst) queueFrame(o *outbox.Outbox, frame []byte) {
	framed := wire.AppendFramed(b.blobs[0][:0], o.Framing(), frame)
	b.queue(o, framed)
	b.blobs[0] = framed[:0]
}

// timeText writes a time as frames carry it. The messages of one commit share theirs,
// so that the last one is kept.
func (b *burst) timeText(t time.Time) string {
	if ms := t.UnixMilli(); ms != b.stamp || b.text == "" {
		b.stamp, b.text = ms, string(wire.AppendTime(nil, t))
	}
	return b.text
}

// MessageFrame returns a message of a conversation as frames 4 and 8 carry it, and the
// pages of frame 20. from is the sender's name, and device the name of their device, ""
// for everybody but the sender. at is m.SentAt as frames carry it.
func MessageFrame(c *chat.Conv, m *chat.Message, from, device, at string) wire.Message {
	w := wire.Message{
		ID: int64(m.Sender), From: from, Msg: m.Body, Time: at,
		Seq: m.Seq, SendSeq: m.SendSeq, Device: device,
	}
	if c.Kind == chat.Group {
		w.GID = int64(c.Group)
	} else {
		w.To = int64(c.Other(m.Sender))
	}
	if m.Extra != "" {
		setExtra(&w, m.Extra.Extra())
	}
	return w
}

// setExtra adds to a message what it has beside its text; e may be nil.
func setExtra(w *wire.Message, e *chat.Extra) {
	w.ReplyTo, w.Mentions, w.MentionAll = 0, nil, false
	if e == nil {
		return
	}
	w.ReplyTo, w.MentionAll = e.ReplyTo, e.Mentions.All
	if len(e.Mentions.Users) > 0 {
		w.Mentions = userIDs(e.Mentions.Users)
	}
}

// userIDs returns ids as frames carry them; it is never nil.
func userIDs(users []chat.UserID) []int64 {
	ids := make([]int64, len(users))
	for i, u := range users {
		ids[i] = int64(u)
	}
	return ids
}

// SetState adds to a message what was done to it since it was sent, and the emoji that its reader
// has on it. It does nothing for a nil state.
func SetState(w *wire.Message, s *chat.State, mine []string) {
	if s == nil {
		return
	}
	r := StateRow(s, mine)
	w.Msg = s.Text(w.Msg)
	if s.Recalled() {
		setExtra(w, nil)
	} else if s.Mentions != nil {
		setExtra(w, &chat.Extra{ReplyTo: w.ReplyTo, Mentions: *s.Mentions})
	}
	w.Rev, w.Edited, w.Recalled, w.By, w.Reactions, w.Mine, w.Pinned = r.Rev, r.Edited, r.Recalled, r.By, r.Reactions, r.Mine, r.Pinned
}

// StateRow returns the state of a message as frame 42 carries it.
func StateRow(s *chat.State, mine []string) wire.StateRow {
	r := wire.StateRow{Seq: s.Seq, Rev: s.Rev, Mine: mine, Recalled: s.Recalled(), By: int64(s.RecalledBy), Pinned: s.Pinned()}
	if s.Edited() {
		r.Msg, r.Edited = s.Body, string(wire.AppendTime(nil, s.EditedAt))
	}
	if s.Mentions != nil {
		r.Mentions, r.MentionAll = userIDs(s.Mentions.Users), s.Mentions.All
	}
	for _, e := range s.Reactions {
		r.Reactions = append(r.Reactions, wire.ReactionRow{Emoji: e.Emoji, Count: e.Count})
	}
	return r
}

// changedFrame tells a user that a conversation has come from one rev to another; setChanged adds
// by which state.
func changedFrame(c *chat.Conv, user chat.UserID, rev, prev int64) wire.ChangedNotice {
	f := wire.ChangedNotice{Rev: rev, Prev: prev}
	if c.Kind == chat.Group {
		f.GID = int64(c.Group)
	} else {
		f.With = int64(c.Other(user))
	}
	return f
}

func setChanged(f *wire.ChangedNotice, s *chat.State, mine []string) {
	r := StateRow(s, mine)
	f.Seq, f.Msg, f.Edited, f.Recalled, f.By = r.Seq, r.Msg, r.Edited, r.Recalled, r.By
	f.Reactions, f.Mine, f.Pinned, f.Mentions, f.MentionAll = r.Reactions, r.Mine, r.Pinned, r.Mentions, r.MentionAll
}

// appendMessage appends a message to bytes that are framed as f. state is what was done to it,
// nil for nothing, and mine what its reader has on it.
func (b *burst) appendMessage(dst []byte, f wire.Framing, c *chat.Conv, m *chat.Message, from, device string, state *chat.State, mine []string) []byte {
	w := MessageFrame(c, m, from, device, b.timeText(m.SentAt))
	if state != nil {
		SetState(&w, state, mine)
	}
	b.frame = w.AppendJSON(b.frame[:0])
	return wire.AppendFramed(dst, f, b.frame)
}

// encode makes the bytes of a whole run, for those who sent none of it.
func (b *burst) encode(c *chat.Conv, run []delivery, f wire.Framing) {
	blob := b.blobs[f][:0]
	for i := range run {
		blob = b.appendMessage(blob, f, c, &run[i].Message, run[i].from, "", run[i].state, nil)
	}
	b.blobs[f] = blob
}

// notice is a frame that tells something, and who is online by it, if it tells that.
type notice struct {
	frame  []byte
	online chat.UserID
}

// stale reports whether a notice that waited tells that somebody is online who hides it:
// that they do was learnt with the list of friends.
func (n *notice) stale(hides map[chat.UserID]bool) bool { return n.online != 0 && hides[n.online] }

// presenceNotice tells how a friend looks.
func presenceNotice(about chat.User, online bool) notice {
	f := wire.PresenceNotice{ID: int64(about.ID), Name: about.Name, State: chat.StateOf(online)}
	n := notice{frame: f.AppendJSON(nil)}
	if online {
		n.online = about.ID
	}
	return n
}

// friendFrame tells a user of a new friend, and how the friend looks.
func friendFrame(n *chat.PeopleNotice, online bool) []byte {
	f := wire.NoticeFrame{What: n.What, ID: int64(n.User.ID), Name: n.User.Name, State: chat.StateOf(online)}
	return f.AppendJSON(nil)
}

// peopleFrame tells the listeners of a topic about friends or members.
func peopleFrame(t chat.Topic, n *chat.PeopleNotice) []byte {
	f := wire.NoticeFrame{What: n.What, ID: int64(n.User.ID), Name: n.User.Name}
	if n.Conv.Kind == chat.Group || n.Group.ID != 0 {
		f.GID, f.GName = int64(n.Group.ID), n.Group.Name
	}
	switch {
	case n.What == chat.MemberJoined && n.Member != nil && t.User == n.Member.User:
		f.Seq = n.Member.JoinedSeq
	case n.What == chat.RoleChanged && n.Member != nil:
		f.Role = n.Member.Role.String()
	case n.What == chat.GroupUpdated:
		f.GDesc, f.Joining, f.Posting = n.Group.Desc, n.Group.Joining.String(), n.Group.Posting.String()
	}
	return f.AppendJSON(nil)
}

// readFrame tells a user's other devices how far the user has read.
func readFrame(user chat.UserID, n *chat.ReadNotice) []byte {
	f := wire.ReadNotice{Seq: n.Seq}
	if n.Conv.Kind == chat.Group {
		f.GID = int64(n.Conv.Group)
	} else {
		f.With = int64(n.Conv.Other(user))
	}
	return f.AppendJSON(nil)
}

// receiptsFrame tells a user how far others have come: in a direct conversation the other one.
func receiptsFrame(c *chat.Conv, user chat.UserID, marks []chat.UserPosition) wire.ReceiptsNotice {
	if c.Kind == chat.Direct {
		return wire.ReceiptsNotice{With: int64(c.Other(user)), Received: marks[0].Received, Read: marks[0].Read}
	}
	f := wire.ReceiptsNotice{GID: int64(c.Group), Members: make([]wire.PositionRow, len(marks))}
	for i, m := range marks {
		f.Members[i] = wire.PositionRow{ID: int64(m.User), Received: m.Received, Read: m.Read}
	}
	return f
}

func framedReceipts(f wire.Framing, c *chat.Conv, user chat.UserID, marks []chat.UserPosition) []byte {
	frame := receiptsFrame(c, user, marks)
	return wire.AppendFramed(nil, f, frame.AppendJSON(nil))
}

// typingFrame tells a user who is writing.
func typingFrame(c *chat.Conv, user chat.UserID, who chat.User) wire.TypingNotice {
	f := wire.TypingNotice{ID: int64(who.ID), From: who.Name}
	if c.Kind == chat.Group {
		f.GID = int64(c.Group)
	} else {
		f.With = int64(c.Other(user))
	}
	return f
}

// settingsFrame tells a user's devices what the user has set for a conversation.
func settingsFrame(user chat.UserID, n *chat.SettingsNotice) []byte {
	s := &n.Settings
	f := wire.SettingsNotice{Level: s.Level.String(), MuteUntil: MuteText(s), Pinned: s.Pinned, Draft: s.Draft, No: s.No}
	if s.HiddenSeq != chat.InSight {
		f.Hidden, f.Seq = true, s.HiddenSeq
	}
	if n.Conv.Kind == chat.Group {
		f.GID = int64(n.Conv.Group)
	} else {
		f.With = int64(n.Conv.Other(user))
	}
	return f.AppendJSON(nil)
}

// MuteText is until when a conversation is muted, as frames carry it; "" if it is not.
func MuteText(s *chat.ConvSettings) string {
	if s.MuteUntil.IsZero() {
		return ""
	}
	return string(wire.AppendTime(nil, s.MuteUntil))
}

// goodbyeFrame is the last frame of a session that the hub ends.
func goodbyeFrame(code wire.GoodbyeCode, reason string, after time.Duration) []byte {
	f := wire.GoodbyeNotice{Code: code, Reason: reason, Reconnect: code.Reconnect(), AfterMS: after.Milliseconds()}
	return f.AppendJSON(nil)
}
