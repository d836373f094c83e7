package client

import (
	"context"
	"strconv"
	"time"

	"parley/wire"
)

// Conversation names one conversation: a direct one by the other user (With), or a
// group's (GID). Exactly one of them is set.
type Conversation struct {
	With int64
	GID  int64
}

// Direct is the conversation with another user.
func Direct(user int64) Conversation { return Conversation{With: user} }

// Group is a group's conversation.
func Group(gid int64) Conversation { return Conversation{GID: gid} }

// String is for logs: "user 2" or "group 7".
func (c Conversation) String() string {
	if c.GID != 0 {
		return "group " + strconv.FormatInt(c.GID, 10)
	}
	return "user " + strconv.FormatInt(c.With, 10)
}

// Message is one message of a conversation, as stored.
type Message struct {
	Conversation Conversation
	Seq          int64     // 1, 2, 3, … in its conversation
	SenderID     int64     // the user who sent it
	SenderName   string    // their name
	Text         string    // as the server delivered it: it may come from anybody
	Time         time.Time // when it was stored (UTC, milliseconds)
	Mine         bool      // sent by this account
	Device       string    // for one's own messages: the device that sent it
	SendSeq      int64     // the sender's number, 0 for none
	// Sent says that this very Client sent it: the call of Send gets its receipt too.
	Sent bool

	client *Client // who replies to it; nil in a message that no client has returned
}

// Reply sends a text to the conversation of the message and returns when the server has
// stored it, as Client.SendTo does. A handler may call it. The message must have come from
// a client: to a handler, or from Recall, HistoryBefore, HistoryAfter or Conversations.
//
// A handler gets the messages of its own account as well. One that answers every message
// must leave those out (Mine), or it answers its own answers for ever.
func (m *Message) Reply(ctx context.Context, text string) (Receipt, error) {
	if m.client == nil {
		return Receipt{}, errNoClient
	}
	return m.client.SendTo(ctx, m.Conversation, text)
}

// Receipt says that a message is stored.
type Receipt struct {
	Conversation Conversation
	Seq          int64     // its place in the conversation
	SendSeq      int64     // its number on this device
	Time         time.Time // when it was stored
}

// message turns what the wire carries into a Message, seen by user self.
func message(w *wire.Message, self int64) *Message {
	m := &Message{
		Seq: w.Seq, SenderID: w.ID, SenderName: w.From, Text: w.Msg, Time: parseTime(w.Time),
		Mine: w.ID == self, Device: w.Device, SendSeq: w.SendSeq,
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
