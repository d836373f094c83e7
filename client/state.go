package client

import (
	"slices"
	"time"

	"parley/wire"
)

// State is what was done to a message since it was sent, as it is now. The zero value is that of a
// message to which nothing was done.
type State struct {
	// Rev is the number of the message's last change. The changes of a conversation have the
	// numbers 1, 2, 3, …. A state with a higher Rev is newer.
	Rev        int64
	Edited     time.Time  // when the text was changed, the last time (UTC); zero: never
	Recalled   bool       // the message was recalled: it has no text any more
	RecalledBy int64      // the user who recalled it
	Reactions  []Reaction // in the order in which the emoji came
	Mine       []string   // the emoji of this account on it, in that order
	Pinned     bool       // it is one of the pinned messages of the conversation
	Mentions   *Mentions  // whom it mentions now, where an edit may have set that; nil: as it was sent
}

// Reaction is an emoji on a message, and how many users have it there.
type Reaction struct {
	Emoji string
	Count int64
}

// Changed says that something was done to a message: it was edited, recalled, reacted to, pinned or
// unpinned. State is the whole present state, perhaps after several changes. Message.Apply brings
// a copy of the message up to date.
//
// Changed comes in order of State.Rev for each message, and after the message itself. It also comes
// for messages that this run of the program has not seen. After a restart or a reconnect the client asks
// the server for what it missed, so no state is left out; one may come twice.
type Changed struct {
	Conversation Conversation
	Seq          int64  // the message
	Text         string // its present text, if State.Edited is not zero
	State        State
	// MineUnchanged: the emoji of this account are what they were, and State.Mine is nil.
	MineUnchanged bool

	upTo   int64 // with it, all changes of the conversation up to this rev are known
	silent bool  // for the store alone: no handler is called
}

func (Changed) event() {}

// Apply brings the message up to date with e, and reports whether it changed anything: it does not if e
// is about another message, or older than what the message has.
func (m *Message) Apply(e Changed) bool {
	if e.Conversation != m.Conversation || e.Seq != m.Seq || e.State.Rev <= m.State.Rev {
		return false
	}
	mine := e.State.Mine
	if e.MineUnchanged && !e.State.Recalled {
		mine = m.State.Mine
	}
	m.State = e.State
	m.State.Mine = mine
	switch {
	case e.State.Recalled:
		m.Text, m.Extra = "", Extra{}
	case !e.State.Edited.IsZero():
		m.Text = e.Text
		if e.State.Mentions != nil {
			m.Extra.Mentions = *e.State.Mentions
		}
	}
	return true
}

// over returns e as it follows on an older state of the same message.
func (e Changed) over(older Changed) Changed {
	if e.MineUnchanged && !e.State.Recalled {
		e.State.Mine, e.MineUnchanged = older.State.Mine, older.MineUnchanged
	}
	return e
}

// stateOf is the state that a message carries.
func stateOf(w *wire.Message) State {
	if w.Rev == 0 {
		return State{}
	}
	s := State{
		Rev: w.Rev, Edited: parseTime(w.Edited), Recalled: w.Recalled, RecalledBy: w.By,
		Reactions: reactions(w.Reactions), Mine: slices.Clone(w.Mine), Pinned: w.Pinned,
	}
	if w.Edited != "" { // the message does not say whether the edit has set them: these are they
		s.Mentions = &Mentions{Users: slices.Clone(w.Mentions), All: w.MentionAll}
	}
	return s
}

// changedBy is what a frame 40 says.
func changedBy(f *wire.ChangedNotice) Changed {
	return Changed{
		Conversation: Conversation{With: f.With, GID: f.GID}, Seq: f.Seq, Text: f.Msg,
		State: State{
			Rev: f.Rev, Edited: parseTime(f.Edited), Recalled: f.Recalled, RecalledBy: f.By,
			Reactions: reactions(f.Reactions), Mine: slices.Clone(f.Mine), Pinned: f.Pinned, Mentions: mentionsOf(f.Mentions, f.MentionAll),
		},
		MineUnchanged: f.Mine == nil && !f.Recalled, upTo: f.Rev,
	}
}

// changedRow is what a row of a frame 42 says.
func changedRow(of Conversation, r *wire.StateRow) Changed {
	return Changed{
		Conversation: of, Seq: r.Seq, Text: r.Msg,
		State: State{
			Rev: r.Rev, Edited: parseTime(r.Edited), Recalled: r.Recalled, RecalledBy: r.By,
			Reactions: reactions(r.Reactions), Mine: slices.Clone(r.Mine), Pinned: r.Pinned, Mentions: mentionsOf(r.Mentions, r.MentionAll),
		},
		upTo: r.Rev,
	}
}

func reactions(rows []wire.ReactionRow) []Reaction {
	if len(rows) == 0 {
		return nil
	}
	all := make([]Reaction, len(rows))
	for i, r := range rows {
		all[i] = Reaction(r)
	}
	return all
}
