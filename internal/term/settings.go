package term

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"parley/client"
)

// settingsRow is what the user has set for a conversation, as JSON.
type settingsRow struct {
	Level     string `json:"level"`
	MuteUntil string `json:"mute_until,omitempty"`
	Pinned    bool   `json:"pinned,omitzero"`
	Hidden    bool   `json:"hidden,omitzero"`
	Draft     string `json:"draft,omitempty"`
}

func settingsOf(s client.Settings) *settingsRow {
	r := settingsRow{Level: s.Level, Pinned: s.Pinned, Hidden: s.Hidden, Draft: s.Draft}
	if !s.MuteUntil.IsZero() {
		r.MuteUntil = stamp(s.MuteUntil)
	}
	return &r
}

func settingsRecord(e client.SettingsChanged) record {
	return record{Event: "settings", With: e.Conversation.With, GID: e.Conversation.GID, Seq: e.Seq, Settings: settingsOf(e.Settings)}
}

// marks are what a line of the list shows of settings.
func marks(s client.Settings) string {
	var all []string
	for _, m := range []struct {
		is   bool
		mark string
	}{
		{s.Pinned, "top"},
		{s.Hidden, "hidden"},
		{s.Level != client.LevelAll, s.Level},
		{s.MuteUntil.After(time.Now()), "muted"},
		{s.Draft != "", "draft"},
	} {
		if m.is {
			all = append(all, name(m.mark))
		}
	}
	if all == nil {
		return ""
	}
	return "(" + strings.Join(all, ", ") + ") "
}

func (ch *Chat) notify(ctx context.Context, args string) error {
	level, who, _ := strings.Cut(args, " ")
	switch level {
	case client.LevelAll, client.LevelMentions, client.LevelNone:
	default:
		return errors.New("of what do you want to be told? /notify all, /notify mentions or /notify none, and then of whom, if it is not the current conversation")
	}
	return ch.set(ctx, "/notify", who, client.SettingsChange{Level: &level}, "you will be told of: "+level)
}

func (ch *Chat) mute(ctx context.Context, args string) error {
	long, who, _ := strings.Cut(args, " ")
	if long == "off" {
		return ch.set(ctx, "/mute", who, client.SettingsChange{MuteUntil: &time.Time{}}, "no longer muted")
	}
	const most = 24 * 365 * 100
	hours, err := strconv.ParseFloat(long, 64)
	if err != nil || hours <= 0 || hours > most {
		return errors.New("for how long? Give hours, like /mute 8, or /mute off; and then whom, if it is not the current conversation")
	}
	until := time.Now().Add(time.Duration(hours * float64(time.Hour)))
	return ch.set(ctx, "/mute", who, client.SettingsChange{MuteUntil: &until}, fmt.Sprintf("muted for %v hours", hours))
}

func (ch *Chat) top(ctx context.Context, who string) error {
	yes := true
	return ch.set(ctx, "/top", who, client.SettingsChange{Pinned: &yes}, "at the top of the list")
}

func (ch *Chat) untop(ctx context.Context, who string) error {
	no := false
	return ch.set(ctx, "/untop", who, client.SettingsChange{Pinned: &no}, "no longer at the top of the list")
}

func (ch *Chat) hide(ctx context.Context, who string) error {
	yes := true
	return ch.set(ctx, "/hide", who, client.SettingsChange{Hidden: &yes}, "out of sight until its next message")
}

func (ch *Chat) set(ctx context.Context, command, who string, change client.SettingsChange, result string) error {
	v, err := ch.conversation(ctx, strings.TrimSpace(who))
	if err != nil {
		return err
	}
	if err := ch.c.Set(ctx, v, change); err != nil {
		return err
	}
	ch.done(record{Command: command, With: v.With, GID: v.GID}, "%s: %s", ch.who.label(v), result)
	return nil
}

// recent lists all conversations in the order of a screen.
func (ch *Chat) recent(ctx context.Context) (all []client.ConversationInfo, err error) {
	for next := ""; ; {
		var page []client.ConversationInfo
		page, next, err = ch.c.Recent(ctx, next, 0)
		all = append(all, page...)
		if err != nil || next == "" {
			return all, err
		}
	}
}
