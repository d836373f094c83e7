package gate

import (
	"time"

	"parley/internal/chat"
	"parley/internal/hub"
	"parley/wire"
)

// wireTime is how moments stand in frames.
const wireTime = "2006-01-02T15:04:05.000Z"

func formatTime(t time.Time) string { return t.UTC().Format(wireTime) }

// timeOrNone is formatTime, "" for the zero time.
func timeOrNone(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return formatTime(t)
}

func friendRows(friends []chat.Friend) []wire.FriendRow {
	rows := make([]wire.FriendRow, len(friends))
	for i, f := range friends {
		rows[i] = wire.FriendRow{ID: int64(f.ID), Name: f.Name, State: chat.StateOf(f.Online), Display: f.Display}
	}
	return rows
}

func groupRows(groups []chat.GroupInfo) []wire.GroupRow {
	rows := make([]wire.GroupRow, len(groups))
	for i, g := range groups {
		rows[i] = wire.GroupRow{GID: int64(g.ID), GName: g.Name, GDesc: g.Desc, Role: g.Role.String(), Members: g.Members}
		if g.Joining != chat.JoinOpen {
			rows[i].Joining = g.Joining.String()
		}
		if g.Posting != chat.PostAll {
			rows[i].Posting = g.Posting.String()
		}
	}
	return rows
}

func memberRows(members []chat.Member) []wire.MemberRow {
	rows := make([]wire.MemberRow, len(members))
	for i, m := range members {
		rows[i] = wire.MemberRow{ID: int64(m.ID), Name: m.Name, Role: m.Role.String(), State: chat.StateOf(m.Online), Display: m.Display}
	}
	return rows
}

// messageRow is a message as it is delivered to a user.
func messageRow(me chat.UserID, conv chat.Conv, m *chat.Message, names chat.Names) wire.Message {
	device := ""
	if m.Sender == me {
		device = names.Devices[m.Device]
	}
	return hub.MessageFrame(&conv, m, names.Users[m.Sender], device, formatTime(m.SentAt))
}

// windowRows leaves out the end of what has none yet.
func windowRows(w chat.Windows) []wire.WindowRow {
	if w == nil {
		return nil
	}
	rows := make([]wire.WindowRow, len(w))
	for i := range w {
		rows[i].After = w[i].After
		if w[i].Until != chat.Open {
			rows[i].Until = w[i].Until
		}
	}
	return rows
}

func conversationRows(me chat.UserID, page []chat.ConvRow, names chat.Names) []wire.ConversationRow {
	rows := make([]wire.ConversationRow, len(page))
	for i := range page {
		rows[i] = conversationRow(me, &page[i], names)
	}
	return rows
}

func conversationRow(me chat.UserID, v *chat.ConvRow, names chat.Names) wire.ConversationRow {
	w := wire.ConversationRow{
		Key: int64(v.Conv.ID), GID: int64(v.Conv.Group), Name: v.Name,
		LastSeq: v.LastSeq, LastRev: v.LastRev, Delivered: v.Delivered, Read: v.Read, Unread: v.Unread, Mentions: v.Mentions, Windows: windowRows(v.Windows),
	}
	w.Display = v.Display
	set := &v.Settings
	w.MuteUntil, w.Pinned, w.Hidden, w.Draft, w.No = hub.MuteText(set), set.Pinned, set.Hides(v.LastSeq), set.Draft, set.No
	if set.Level != chat.LevelAll {
		w.Level = set.Level.String()
	}
	if v.Conv.Kind == chat.Direct {
		w.HasReceived, w.HasRead = v.Other.Received, v.Other.Read
		w.With = int64(v.Conv.Other(me))
	}
	if v.Last != nil {
		last := messageRow(me, v.Conv, v.Last, names)
		hub.SetState(&last, v.LastState, nil)
		w.Last = &last
	}
	return w
}

func outgoing(r *wire.Request) hub.Outgoing {
	o := hub.Outgoing{
		Kind: chat.Direct, To: chat.UserID(r.To), Group: chat.GroupID(r.GID), SendSeq: r.SendSeq, Body: r.Msg, Tag: r.RID,
	}
	switch r.Msgid {
	case wire.Change:
		op, _ := chat.ChangeOpOf(r.Op) // one that does not exist is refused in its place
		o.To, o.Body = chat.UserID(r.With), ""
		o.Change = &chat.Change{Op: op, Seq: r.Seq, Body: r.Msg, Emoji: r.Emoji}
		if r.Has(wire.FMentions) || r.Has(wire.FMentionAll) {
			m := mentionsOf(r)
			o.Change.Mentions = &m
		}
		if r.GID != 0 {
			o.Kind = chat.Group
		}
		return o
	case wire.GroupChat:
		o.Kind = chat.Group
	}
	if r.ReplyTo != 0 || r.MentionAll || len(r.Mentions) > 0 {
		o.Extra = &chat.Extra{ReplyTo: r.ReplyTo, Mentions: mentionsOf(r)}
	}
	return o
}

func mentionsOf(r *wire.Request) chat.Mentions {
	m := chat.Mentions{All: r.MentionAll}
	for _, id := range r.Mentions {
		m.Users = append(m.Users, chat.UserID(id))
	}
	return m
}

func target(r *wire.Request) chat.Target {
	return chat.Target{With: chat.UserID(r.With), Group: chat.GroupID(r.GID)}
}
