package client

import (
	"cmp"
	"context"
	"strconv"
	"time"

	"parley/wire"
)

// Conversation identifies a conversation: a direct one by the other user (With), or that of a group
// (GID). Exactly one of the two is set.
type Conversation struct {
	With int64
	GID  int64
}

// Direct returns the direct conversation with a user.
func Direct(user int64) Conversation { return Conversation{With: user} }

// Group returns the conversation of a group.
func Group(gid int64) Conversation { return Conversation{GID: gid} }

// compare gives conversations an order, so that what happens at the same time happens in the same order in
// every run.
func (c Conversation) compare(d Conversation) int {
	return cmp.Or(cmp.Compare(c.With, d.With), cmp.Compare(c.GID, d.GID))
}

// String returns a text for logs: "user 2" or "group 7".
func (c Conversation) String() string {
	if c.GID != 0 {
		return "group " + strconv.FormatInt(c.GID, 10)
	}
	return "user " + strconv.FormatInt(c.With, 10)
}

// Message is a message of a conversation, as the server stored it.
type Message struct {
	Conversation Conversation
	Seq          int64     // its place in the conversation: 1, 2, 3, …
	SenderID     int64     // the user who sent it
	SenderName   string    // their name
	Text         string    // the present text; do not trust it: anybody may have written it
	Time         time.Time // when the server stored it (UTC, milliseconds)
	Mine         bool      // whether this account sent it
	Device       string    // the device that sent it, for messages of this account
	SendSeq      int64     // the number that the sender's device gave it; 0 if there is none
	State        State     // what was done to it since it was sent
	Extra                  // which message it answers, and whom it mentions now
	// Sent says that this Client sent it. The call of Send gets the Receipt as well.
	Sent bool

	client *Client // who replies to it; nil in a message that no client has returned
}

// Reply sends a text to the conversation of the message and returns when the server has stored it,
// like Client.SendTo. A handler may call it. The message must come from a client: from a handler's
// argument, or from Messages, HistoryBefore, HistoryAfter or Conversations.
//
// A handler also gets the messages of its own account. A program that answers every message must
// ignore those (Mine), or it answers its own answers forever.
func (m *Message) Reply(ctx context.Context, text string) (Receipt, error) {
	if m.client == nil {
		return Receipt{}, errNoClient
	}
	return m.client.SendTo(ctx, m.Conversation, text)
}

// Receipt says that the server has stored a message, or made a change.
type Receipt struct {
	Conversation Conversation
	Seq          int64     // the message's place in the conversation
	SendSeq      int64     // the number that this device gave it
	Rev          int64     // of a change: its number, or that of the message's last change if it changed nothing
	Time         time.Time // when it was stored
}

// message turns what the wire carries into a Message, seen by user self.
func message(w *wire.Message, self int64) *Message {
	m := &Message{
		Seq: w.Seq, SenderID: w.ID, SenderName: w.From, Text: w.Msg, Time: parseTime(w.Time),
		Mine: w.ID == self, Device: w.Device, SendSeq: w.SendSeq, State: stateOf(w), Extra: extraOf(w),
	}
	switch {
	case w.GID != 0:
		m.Conversation = Group(w.GID)
	case m.Mine:
		m.Conversation = Direct(w.To)
	default:
		m.Conversation = Direct(w.ID)
	}
	return m
}

// parseTime reads the wire's RFC 3339; a time that cannot be read is zero, which
// must not keep a message from being shown.
func parseTime(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}
