package chat

import (
	"context"
	"slices"
	"time"

	"parley/internal/chat/emoji"
	"parley/wire"
)

// ChangeOp is what a change does to a message.
type ChangeOp uint8

// What can be done to a message after it was sent.
const (
	Edit    ChangeOp = 1 // its sender gives it another text
	Recall  ChangeOp = 2 // its text is taken back for ever; its place stays
	React   ChangeOp = 3 // a user adds an emoji
	Unreact ChangeOp = 4 // and withdraws it
	Pin     ChangeOp = 5 // it is kept at the top of its conversation
	Unpin   ChangeOp = 6
)

var changeOps = [...]string{Edit: "edit", Recall: "recall", React: "react", Unreact: "unreact", Pin: "pin", Unpin: "unpin"}

// String returns the operation's word, "" for one that does not exist.
func (o ChangeOp) String() string {
	if int(o) < len(changeOps) {
		return changeOps[o]
	}
	return ""
}

// ChangeOpOf returns the operation that has a word; ok is false where none has.
func ChangeOpOf(word string) (o ChangeOp, ok bool) {
	for i, w := range changeOps {
		if w == word && w != "" {
			return ChangeOp(i), true //nolint:gosec // an index of the list
		}
	}
	return 0, false
}

// Change is one change of a message. It goes into the log's transaction as messages do (see
// Append) and leaves no row in the log.
type Change struct {
	Op    ChangeOp
	Seq   int64  // the message
	Body  string // Edit: the new text
	Emoji string // React, Unreact: fully qualified
	// Mentions are, of an edit, who is mentioned now; nil leaves them as they are.
	Mentions *Mentions

	// What Authorize found out, for the store to hold when the change is written.

	// Anyway: it stands whatever has become of the sender's place in the conversation.
	Anyway bool
	// Leads: the sender must look after the group when it is written.
	Leads bool
	// SentAt is when the message was stored, of an edit.
	SentAt time.Time
}

// CheckChange returns a change as it is kept: the text of an edit as CheckText returns it, with each
// mention once, and the emoji fully qualified. Errors are BadField, BadText, TextTooLong and BadEmoji.
func CheckChange(c Change, maxText int) (Change, error) {
	if c.Seq < 1 {
		return c, Errorf(wire.BadField, "which message? `seq` is its number, from 1")
	}
	switch c.Op {
	case Edit:
		body, err := CheckText(c.Body, maxText)
		if err != nil {
			return c, err
		}
		c.Body, c.Emoji = body, ""
		if c.Mentions != nil {
			m, err := CheckMentions(*c.Mentions)
			if err != nil {
				return c, err
			}
			c.Mentions = &m
		}
	case React, Unreact:
		e, ok := emoji.Qualified(c.Emoji)
		if !ok {
			return c, E(wire.BadEmoji)
		}
		c.Emoji, c.Body, c.Mentions = e, "", nil
	case Recall, Pin, Unpin:
		c.Body, c.Emoji, c.Mentions = "", "", nil
	default:
		return c, Errorf(wire.BadField, "`op` is edit, recall, react, unreact, pin or unpin")
	}
	return c, nil
}

// Changer is what decides what a user may do to a message.
type Changer struct {
	User UserID
	At   time.Time // now
	Kind Kind      // of the conversation
	// Barred is why the user may not write in the conversation now; nil if they may.
	Barred error
	// Role is the user's in the group.
	Role Role
	// Quiet: they are in the group, read and react, and may not post.
	Quiet bool
	// Sees is what the user may see of the conversation.
	Sees Windows
	// Within is how long after it was sent a message may be edited or recalled by its sender; 0
	// is for ever.
	Within time.Duration
}

// NeedsMessage reports whether Authorize has to know who sent the message, and when.
func (c *Change) NeedsMessage() bool { return c.Op == Edit || c.Op == Recall }

// Authorize decides whether a user may make a change, and sets what the store has to hold of
// it. m is the message, nil if it was not found or is not needed (NeedsMessage).
//
// One's own message can be edited while one may write in the conversation, and recalled also
// afterwards, both within a time. Who looks after a group can recall anything there that they
// see. Whoever may write and sees a message can react to it. In a direct conversation both can
// pin, in a group who looks after it.
//
// Errors: NoSuchMessage (also where it may not be seen), NotAuthor, TooLate, NotAdmin, and
// Barred.
func (c *Change) Authorize(by *Changer, m *Message) error {
	c.Anyway, c.Leads = false, false
	sees := by.Sees == nil || by.Sees.Has(c.Seq)
	leads := by.Kind == Group && by.Barred == nil && by.Role.Leads()
	if !sees && by.Barred != nil {
		return by.Barred // one who never was there learns nothing of its messages
	}
	if !sees || c.NeedsMessage() && m == nil {
		return E(wire.NoSuchMessage)
	}
	switch c.Op {
	case Recall:
		err := by.owns(m)
		if err == nil {
			c.Anyway = true
			return nil
		}
		if !leads {
			return err
		}
		c.Leads = true
		return nil
	case Edit:
		if err := by.owns(m); err != nil {
			return err
		}
		if by.Barred == nil && by.Quiet {
			return E(wire.MayNotPost)
		}
		c.SentAt = m.SentAt
	case Pin, Unpin:
		if by.Kind == Group && by.Barred == nil && !leads {
			return E(wire.NotAdmin)
		}
		c.Leads = leads
	}
	return by.Barred
}

// owns returns why a user can no longer change a message as its sender.
func (by *Changer) owns(m *Message) error {
	switch {
	case m.Sender != by.User:
		return E(wire.NotAuthor)
	case by.Within > 0 && by.At.Sub(m.SentAt) > by.Within:
		return E(wire.TooLate)
	}
	return nil
}

// Has reports whether a seq is in the windows; nil has all.
func (w Windows) Has(seq int64) bool {
	if w == nil {
		return seq > 0
	}
	for _, one := range w {
		if seq > one.After && seq <= one.Until {
			return true
		}
	}
	return false
}

// State is what was done to a message since it was sent, as it is now.
type State struct {
	Seq int64
	// Rev is that of its last change. The changes of a conversation have the numbers 1, 2, 3, ….
	Rev        int64
	EditedAt   time.Time // zero: never
	Body       string    // its text, where it was edited
	Mentions   *Mentions // who it mentions, where an edit set that; nil: as it was sent
	RecalledAt time.Time // zero: it was not. Then there is no text, no reaction and no pin
	RecalledBy UserID
	PinnedAt   time.Time // zero: it is not
	PinnedBy   UserID
	Reactions  []Reaction // in the order in which the emoji came
}

// Reaction is an emoji on a message, and how many users have it there.
type Reaction struct {
	Emoji string
	Count int64
}

// Edited reports whether the message has another text than it was sent with.
func (s *State) Edited() bool { return !s.EditedAt.IsZero() }

// Recalled reports whether the message was taken back.
func (s *State) Recalled() bool { return !s.RecalledAt.IsZero() }

// Pinned reports whether the message is kept at the top of its conversation.
func (s *State) Pinned() bool { return !s.PinnedAt.IsZero() }

// Text is the message's present text; body is that of the log.
func (s *State) Text(body string) string {
	switch {
	case s == nil:
		return body
	case s.Recalled():
		return ""
	case s.Edited():
		return s.Body
	}
	return body
}

// Reacted are all the emoji that a user has on a message now, none after the last was withdrawn.
type Reacted struct {
	User  UserID
	Seq   int64
	Emoji []string
}

// MessageStates is the part of the store about what was done to messages. What is written goes
// through Log.Append.
type MessageStates interface {
	// States pages, in order of rev, the states of the messages of a conversation whose last
	// change has a rev beyond after, at most limit of them. It is one consistent reading: a
	// client that had everything up to after has, with a page, everything up to its last Rev.
	States(ctx context.Context, conv ConvID, after int64, limit int) ([]State, error)
	// StatesOf returns, by seq, the states of the messages with after < seq <= upTo that have
	// any.
	StatesOf(ctx context.Context, conv ConvID, after, upTo int64) ([]State, error)
	// Pinned returns, by seq, the states of the messages that are pinned: wire.MaxPins at most.
	Pinned(ctx context.Context, conv ConvID) ([]State, error)
	// Reacted returns, by seq and user, who has reacted, or withdrawn that, with a rev beyond
	// after, each with all their emoji on that message. Of a message that was recalled nobody is
	// told.
	Reacted(ctx context.Context, conv ConvID, after int64) ([]Reacted, error)
	// ReactedTo returns, by seq and user, who has which emoji on the messages with
	// after < seq <= upTo.
	ReactedTo(ctx context.Context, conv ConvID, after, upTo int64) ([]Reacted, error)
	// Mine returns the emoji of a user on messages, in the order in which they came; those
	// without any are left out.
	Mine(ctx context.Context, conv ConvID, seqs []int64, user UserID) (map[int64][]string, error)
	// FindChange looks for the change that a device made with a send_seq; found is false if it
	// made none with it, or wire.ChangesKept numbers or more ago.
	FindChange(ctx context.Context, device DeviceID, sendSeq int64) (rev int64, found bool, err error)
}

// Apply makes a change to a state, which is that of its message (zero but for Seq where nothing
// was done to it yet), and reports whether that changed anything. own are the emoji that by has on
// the message, pins how many messages of the conversation are pinned; they are looked at where the
// change is about them. Rev is left to the caller. A state that an error is returned for is as it
// was. Errors: MessageRecalled, LimitReached.
func (c *Change) Apply(s *State, by UserID, at time.Time, own []string, pins int) (moved bool, err error) {
	if s.Recalled() {
		if c.Op == Edit || c.Op == React || c.Op == Pin {
			return false, E(wire.MessageRecalled)
		}
		return false, nil
	}
	switch c.Op {
	case Edit:
		return c.edit(s, at), nil
	case Recall:
		*s = State{Seq: s.Seq, Rev: s.Rev, RecalledAt: at, RecalledBy: by}
	case React:
		if slices.Contains(own, c.Emoji) {
			return false, nil
		}
		return true, s.react(c.Emoji, len(own))
	case Unreact:
		if !slices.Contains(own, c.Emoji) {
			return false, nil
		}
		s.unreact(c.Emoji)
	case Pin:
		switch {
		case s.Pinned():
			return false, nil
		case pins >= wire.MaxPins:
			return false, Errorf(wire.LimitReached, "this conversation has %d pinned messages, as many as are allowed: unpin one first", pins)
		}
		s.PinnedAt, s.PinnedBy = at, by
	case Unpin:
		if !s.Pinned() {
			return false, nil
		}
		s.PinnedAt, s.PinnedBy = time.Time{}, 0
	}
	return true, nil
}

func (c *Change) edit(s *State, at time.Time) (moved bool) {
	same := c.Mentions == nil || c.Mentions.Equal(s.Mentions)
	if s.Edited() && s.Body == c.Body && same {
		return false
	}
	s.EditedAt, s.Body = at, c.Body
	if c.Mentions != nil {
		s.Mentions = c.Mentions
	}
	return true
}

func (s *State) react(e string, own int) error {
	if own >= wire.MaxOwnEmoji {
		return Errorf(wire.LimitReached, "you have %d emoji on this message, as many as are allowed: withdraw one first", own)
	}
	for i := range s.Reactions {
		if s.Reactions[i].Emoji == e {
			s.Reactions[i].Count++
			return nil
		}
	}
	if len(s.Reactions) >= wire.MaxEmoji {
		return Errorf(wire.LimitReached, "this message has %d different emoji, as many as are allowed: take one of them", len(s.Reactions))
	}
	s.Reactions = append(s.Reactions, Reaction{Emoji: e, Count: 1})
	return nil
}

func (s *State) unreact(e string) {
	s.Reactions = slices.DeleteFunc(s.Reactions, func(r Reaction) bool { return r.Emoji == e && r.Count <= 1 })
	for i := range s.Reactions {
		if s.Reactions[i].Emoji == e {
			s.Reactions[i].Count--
		}
	}
}
