package chat

import (
	"context"
	"time"

	"parley/wire"
)

// Level is what a user wants to be told of in a conversation.
type Level uint8

// The levels.
const (
	LevelAll      Level = 0
	LevelMentions Level = 1
	LevelNone     Level = 2
)

var levels = [...]string{LevelAll: "all", LevelMentions: "mentions", LevelNone: "none"}

func (l Level) String() string { return levels[min(int(l), len(levels)-1)] }

// levelOf reads the word that a client sends.
func levelOf(word string) (Level, error) {
	for l, name := range levels {
		if name == word {
			return Level(l), nil //nolint:gosec // an index of levels
		}
	}
	return 0, Errorf(wire.BadField, "`level` is what you want to be told of: send \"all\", \"mentions\" or \"none\"")
}

// InSight is the HiddenSeq of a conversation that is not hidden.
const InSight = -1

// ConvSettings is what a user has set for a conversation. What was never set is NoSettings.
type ConvSettings struct {
	// No is the place of the last change in the user's journal: it grows with each. 0: there was
	// none.
	No        int64
	Level     Level
	MuteUntil time.Time // zero: it is not muted
	Pinned    bool
	// HiddenSeq: the conversation is out of sight while its last message, as far as the user may
	// see, is not beyond it.
	HiddenSeq int64
	Draft     string
}

// NoSettings are those of a conversation for which nothing was ever set.
var NoSettings = ConvSettings{HiddenSeq: InSight}

// Hides reports whether a conversation with that last message is out of sight.
func (s *ConvSettings) Hides(lastSeq int64) bool { return lastSeq <= s.HiddenSeq }

// Equal reports whether both say the same; the number does not count.
func (s *ConvSettings) Equal(o *ConvSettings) bool {
	return s.Level == o.Level && s.MuteUntil.Equal(o.MuteUntil) && s.Pinned == o.Pinned && s.HiddenSeq == o.HiddenSeq && s.Draft == o.Draft
}

// SettingsChange is what a user changes; what is nil stays as it is.
type SettingsChange struct {
	Level     *Level
	MuteUntil *time.Time
	Pinned    *bool
	HiddenSeq *int64
	Draft     *string
}

// Apply makes the change.
func (c *SettingsChange) Apply(s *ConvSettings) {
	set(&s.Level, c.Level)
	set(&s.MuteUntil, c.MuteUntil)
	set(&s.Pinned, c.Pinned)
	set(&s.HiddenSeq, c.HiddenSeq)
	set(&s.Draft, c.Draft)
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

// Settings is the part of the store about what users set for their conversations.
type Settings interface {
	// SaveSettings changes what a user has set for a conversation, and writes that into the user's
	// journal in the same transaction. moved is false if it was so already: then nothing is
	// written. NoSuchUser.
	SaveSettings(ctx context.Context, user UserID, conv ConvID, c SettingsChange) (now ConvSettings, moved bool, err error)
	// SettingsOf returns what a user has set for a conversation, and which one that is.
	// NoConversation.
	SettingsOf(ctx context.Context, user UserID, conv ConvID) (Conv, ConvSettings, error)
}

// SettingsRequest is what a client asks for, not yet checked: what is nil is not to be changed.
type SettingsRequest struct {
	Level     *string
	MuteUntil *string
	Pinned    *bool
	Hidden    *bool
	Draft     *string
	// Seq is the last message that the user saw, for Hidden; 0 is the last there is.
	Seq int64
}

// Set changes what the caller has set for a conversation, and tells all of their sessions if that
// moved anything. Who has left a group may still set what the list shows of it. Errors: BadField,
// BadText, TextTooLong, NotYourself, NoConversation, NoSuchGroup, NotMember, and the store's.
func (s *Service) Set(ctx context.Context, by Caller, t Target, r SettingsRequest) error {
	c, err := r.change(s.o.MaxText)
	if err != nil {
		return err
	}
	v, err := s.view(ctx, by, t)
	if err != nil {
		return err
	}
	if r.Hidden != nil {
		seq := int64(InSight)
		if *r.Hidden {
			seq = v.sees.End()
			if r.Seq > 0 {
				seq = min(seq, r.Seq)
			}
		}
		c.HiddenSeq = &seq
	}
	now, moved, err := s.store.SaveSettings(ctx, by.User.ID, v.conv.ID, c)
	if err != nil || !moved {
		return err
	}
	s.notifier.Notify(Notice{No: now.No, Settings: &SettingsNotice{Conv: v.conv, Settings: now}}, userTopic(by.User.ID))
	return nil
}

// change checks what can be checked without the conversation.
func (r *SettingsRequest) change(maxText int) (c SettingsChange, err error) {
	c.Pinned = r.Pinned
	if r.Level != nil {
		level, err := levelOf(*r.Level)
		if err != nil {
			return c, err
		}
		c.Level = &level
	}
	if r.MuteUntil != nil {
		until, err := muteUntil(*r.MuteUntil)
		if err != nil {
			return c, err
		}
		c.MuteUntil = &until
	}
	if r.Draft != nil {
		draft, err := checkLines("draft", *r.Draft, maxText)
		if err != nil {
			return c, err
		}
		c.Draft = &draft
	}
	return c, nil
}

// muteUntil reads a time that a client sends, to the millisecond; "" is the zero time.
func muteUntil(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || t.UnixMilli() <= 0 || t.UTC().Year() > 9999 {
		return time.Time{}, Errorf(wire.BadField, "`mute_until` is a time like \"2026-05-01T08:30:00Z\", or empty to end it")
	}
	return t.UTC().Truncate(time.Millisecond), nil
}
