package client

import (
	"context"
	"time"

	"parley/wire"
)

// The levels of Settings: what the user wants to be told of in a conversation.
const (
	LevelAll      = "all"
	LevelMentions = "mentions"
	LevelNone     = "none"
)

// Settings are what the user has set for a conversation. They are the same on all devices of the
// account. The zero value but for Level is that of a conversation for which nothing was ever set.
type Settings struct {
	Level     string    // LevelAll, LevelMentions or LevelNone; later versions may add words
	MuteUntil time.Time // nothing is to be told until then; zero, or in the past: not muted
	Pinned    bool      // it stands at the top of the list
	Hidden    bool      // it is out of sight until its next message
	Draft     string    // what is typed and not sent
	// No grows with each change. Settings of a lower No are older.
	No int64
}

// SettingsChanged says that the settings of a conversation are these now. This device or another one
// of the account has changed them. Settings.Hidden holds while no message came after Seq.
type SettingsChanged struct {
	Conversation Conversation
	Settings     Settings
	Seq          int64
}

func (SettingsChanged) event() {}

// SettingsChange is what to change; what is nil stays as it is.
type SettingsChange struct {
	Level     *string
	MuteUntil *time.Time // the zero time ends it
	Pinned    *bool
	Hidden    *bool
	Draft     *string // "" for none; at most as many characters as a message
	// Seq is the last message that the user saw, for Hidden. If it is 0, it is the last that there is
	// when the server makes the change.
	Seq int64
}

// Set changes the settings of a conversation. It fails with wire.NoConversation if nothing was ever
// said there.
func (c *Client) Set(ctx context.Context, of Conversation, change SettingsChange) error {
	_, err := c.do(ctx, change.request(of), repeatable)
	return err
}

func (s *SettingsChange) request(of Conversation) *wire.Request {
	q := about(of, wire.Settings)
	if s.Level != nil {
		q.Level = *s.Level
		q.Set(wire.FLevel)
	}
	if s.MuteUntil != nil {
		if !s.MuteUntil.IsZero() {
			q.MuteUntil = s.MuteUntil.UTC().Format(time.RFC3339Nano)
		}
		q.Set(wire.FMuteUntil)
	}
	if s.Pinned != nil {
		q.Pinned = *s.Pinned
		q.Set(wire.FPinned)
	}
	if s.Hidden != nil {
		q.Hidden = *s.Hidden
		q.Set(wire.FHidden)
		if s.Seq > 0 {
			q.Seq = s.Seq
			q.Set(wire.FSeq)
		}
	}
	if s.Draft != nil {
		q.Draft = *s.Draft
		q.Set(wire.FDraft)
	}
	return q
}

// Recent returns conversations in the order of a screen: pinned ones first, those that are out of
// sight last, and within each the last message decides, the newest first. next is "" for the first
// page, and what was returned for the page after it; "" is returned after the last page. If limit is
// 0, it is wire.DefaultPage; at most it is wire.MaxPage. A conversation that moves between two pages
// may come twice, or not at all. From a server of a version before, all come at once, in no order.
func (c *Client) Recent(ctx context.Context, next string, limit int) (page []ConversationInfo, after string, err error) {
	q := request(wire.Conversations)
	q.Order, q.Limit = "recent", int64(min(orDefault(limit, wire.DefaultPage), wire.MaxPage))
	q.Set(wire.FOrder, wire.FLimit)
	if next != "" {
		q.Next = next
		q.Set(wire.FNext)
	}
	reply, err := ask[*wire.ConversationsReply](ctx, c, q, repeatable)
	if err != nil {
		return nil, "", err
	}
	if reply.More && reply.Next == "" { // a server of a version before, which knows one order
		page, err = c.Conversations(ctx)
		return page, "", err
	}
	self := c.Self().ID
	for i := range reply.Conversations {
		page = append(page, c.conversationInfo(&reply.Conversations[i], self))
	}
	return page, reply.Next, nil
}

func settingsOf(r *wire.ConversationRow) Settings {
	return Settings{
		Level: orDefault(r.Level, LevelAll), MuteUntil: parseTime(r.MuteUntil),
		Pinned: r.Pinned, Hidden: r.Hidden, Draft: r.Draft, No: r.No,
	}
}

func settingsChanged(f *wire.SettingsNotice) SettingsChanged {
	return SettingsChanged{
		Conversation: Conversation{With: f.With, GID: f.GID}, Seq: f.Seq,
		Settings: Settings{
			Level: f.Level, MuteUntil: parseTime(f.MuteUntil), Pinned: f.Pinned, Hidden: f.Hidden, Draft: f.Draft, No: f.No,
		},
	}
}
