package archive

import (
	"context"
	"fmt"
	"time"

	"parley/internal/chat"
)

// Line is one message of an export.
type Line struct {
	Conversation int64  `json:"conversation"`
	With         string `json:"with,omitempty"` // the other user, of a direct one
	GID          int64  `json:"gid,omitempty"`
	Group        string `json:"group,omitempty"`
	Seq          int64  `json:"seq"`
	ID           int64  `json:"id"` // the sender
	From         string `json:"from"`
	Time         string `json:"time"`
	Text         string `json:"text"` // the present one
	// The message that it answers, by its seq, and whom it mentions now.
	ReplyTo    int64   `json:"reply_to,omitempty"`
	Mentions   []int64 `json:"mentions,omitempty"`
	MentionAll bool    `json:"mention_all,omitempty"`
	// What was done to it since it was sent.
	Edited    string     `json:"edited,omitempty"` // when, the last time
	Recalled  bool       `json:"recalled,omitempty"`
	Pinned    bool       `json:"pinned,omitempty"`
	Reactions []Reaction `json:"reactions,omitempty"`
}

// Reaction is an emoji on a message, and how many users have it there.
type Reaction struct {
	Emoji string `json:"emoji"`
	Count int64  `json:"count"`
}

const lineTime = "2006-01-02T15:04:05.000Z07:00"

// setExtra writes what a message has beside its text; e may be nil.
func (l *Line) setExtra(e *chat.Extra) {
	l.ReplyTo, l.Mentions, l.MentionAll = 0, nil, false
	if e == nil {
		return
	}
	l.ReplyTo, l.MentionAll = e.ReplyTo, e.Mentions.All
	for _, u := range e.Mentions.Users {
		l.Mentions = append(l.Mentions, int64(u))
	}
}

// set writes what was done to a message; s may be nil.
func (l *Line) set(s *chat.State) {
	l.Edited, l.Recalled, l.Pinned, l.Reactions = "", false, false, nil
	if s == nil {
		return
	}
	if s.Edited() {
		l.Edited = s.EditedAt.UTC().Format(lineTime)
	}
	l.Recalled, l.Pinned = s.Recalled(), s.Pinned()
	for _, r := range s.Reactions {
		l.Reactions = append(l.Reactions, Reaction(r))
	}
}

// ExportUser returns everything that a user may see, conversation by conversation, oldest
// first, wherever it is. It changes nothing and needs no lease.
func (a *Archiver) ExportUser(ctx context.Context, user chat.UserID, each func(Line) error) error {
	const page = 100
	ctx = chat.WithLength(ctx, chat.Bulk)
	for after := chat.ConvID(0); ; {
		rows, err := a.Store.Conversations(ctx, user, 0, after, page, 0)
		if err != nil {
			return err
		}
		for i := range rows {
			c := &rows[i]
			line := Line{Conversation: int64(c.Conv.ID), GID: int64(c.Conv.Group)}
			if c.Conv.Kind == chat.Group {
				line.Group = c.Name
			} else {
				line.With = c.Name
			}
			for _, w := range c.Sees() {
				if err := a.export(ctx, c.Conv.ID, c.LastRev, w.After, w.Until, line, each); err != nil {
					return err
				}
			}
			after = c.Conv.ID
		}
		if len(rows) < page {
			return nil
		}
	}
}

// ExportConversation returns all of one conversation.
func (a *Archiver) ExportConversation(ctx context.Context, conv chat.ConvID, each func(Line) error) error {
	ctx = chat.WithLength(ctx, chat.Bulk)
	heads, err := a.Store.Heads(ctx, []chat.ConvID{conv})
	if err != nil {
		return err
	}
	if len(heads) == 0 {
		return fmt.Errorf("archive: there is no conversation %d", conv)
	}
	return a.export(ctx, conv, heads[0].LastRev, 0, heads[0].LastSeq, Line{Conversation: int64(conv)}, each)
}

// GroupConversation finds the conversation of a group.
func (a *Archiver) GroupConversation(ctx context.Context, gid chat.GroupID) (chat.ConvID, error) {
	members, err := a.Store.Members(ctx, gid, 0, 0, 1)
	if err != nil || len(members) == 0 {
		return 0, fmt.Errorf("archive: there is no group %d, or nobody is in it (%w)", gid, err)
	}
	m, err := a.Store.Membership(ctx, gid, members[0].ID)
	return m.Conv.ID, err
}

func (a *Archiver) export(ctx context.Context, conv chat.ConvID, lastRev, after, last int64, line Line, each func(Line) error) error {
	names := map[chat.UserID]string{}
	for after < last {
		page, err := a.exportPage(ctx, conv, after, last)
		if err != nil {
			return fmt.Errorf("conversation %d from seq %d: %w", conv, after+1, err)
		}
		if len(page) == 0 || page[0].Seq != after+1 {
			return fmt.Errorf("archive: hole in the log of conversation %d at seq %d", conv, after+1)
		}
		if err := a.learn(ctx, names, page); err != nil {
			return err
		}
		present, err := chat.PresentIn(ctx, a.Store, conv, lastRev, page, 0)
		if err != nil {
			return err
		}
		for i := range page {
			m := &page[i]
			state := present.States[m.Seq]
			line.Seq, line.ID, line.From, line.Text = m.Seq, int64(m.Sender), names[m.Sender], state.Text(m.Body)
			line.Time = m.SentAt.UTC().Format(lineTime)
			line.set(state)
			line.setExtra(m.Extra.Extra().Present(state))
			if err := each(line); err != nil {
				return err
			}
		}
		after = page[len(page)-1].Seq
	}
	return nil
}

// exportWait bounds one page of an export. A whole export may take as long as it needs: it ends
// with whoever asked for it.
const exportWait = 30 * time.Second

func (a *Archiver) exportPage(ctx context.Context, conv chat.ConvID, after, last int64) ([]chat.Message, error) {
	ctx, cancel := context.WithTimeout(ctx, exportWait)
	defer cancel()
	return a.Store.Page(ctx, conv, after, last, 1000, pageText)
}

func (a *Archiver) learn(ctx context.Context, names map[chat.UserID]string, page []chat.Message) error {
	var unknown []chat.UserID
	for i := range page {
		if _, known := names[page[i].Sender]; !known {
			names[page[i].Sender] = ""
			unknown = append(unknown, page[i].Sender)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	found, err := a.Store.UserNames(ctx, unknown)
	for id, name := range found {
		names[id] = name
	}
	return err
}

// Held is a segment as a list shows it.
type Held struct {
	Name          string    `json:"name"`
	Made          time.Time `json:"made"`
	Messages      int64     `json:"messages"` // that are in it and nowhere else
	Rows          int64     `json:"rows"`     // of the file
	Bytes         int64     `json:"bytes"`
	Conversations int       `json:"conversations"`
	Done          bool      `json:"done"`
}

// List returns all segments.
func (a *Archiver) List(ctx context.Context, each func(Held) error) error {
	return a.eachSegment(ctx, func(s chat.Segment) error {
		ranges, err := a.Store.SegmentRanges(ctx, s.ID)
		if err != nil {
			return err
		}
		h := Held{Name: s.Name, Made: s.MadeAt.UTC(), Rows: s.Messages, Bytes: s.Bytes, Conversations: len(ranges), Done: s.Done}
		for _, g := range ranges {
			h.Messages += g.Last - g.First + 1
		}
		return each(h)
	})
}
