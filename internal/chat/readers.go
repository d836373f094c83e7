package chat

import (
	"context"

	"parley/wire"
)

// Stage is how far somebody has come with a message.
type Stage uint8

// The stages.
const (
	StageWaiting  Stage = 0 // not received
	StageReceived Stage = 1 // received, and not read
	StageRead     Stage = 2
)

var stages = [...]string{StageWaiting: "waiting", StageReceived: "received", StageRead: "read"}

func (s Stage) String() string { return stages[min(int(s), len(stages)-1)] }

// Mark is how far somebody has come in a conversation. Received is the furthest of all their
// devices: what they have said to have displayed, and of a session that says nothing what its
// machine has had for a while. What is read is received.
type Mark struct{ Received, Read int64 }

// Stage is how far that is with the message seq.
func (m Mark) Stage(seq int64) Stage {
	switch {
	case seq <= m.Read:
		return StageRead
	case seq <= m.Received:
		return StageReceived
	}
	return StageWaiting
}

// Receipts is the part of the store about who has received and read messages. It reads the cursors
// that there are anyway.
type Receipts interface {
	// Readers counts how far those have come with a message who may see it and are in the
	// conversation now, without one user (its sender) and without who hides it, and pages them by
	// their id. In a group it
	// looks at the cursors of all its members, whatever the page.
	Readers(ctx context.Context, q ReadersQuery) (ReaderCounts, []Reader, error)
	// Positions returns how far the users of conversations have come. It leaves out groups of more
	// than wire.MaxTold members, direct conversations in which one of the two blocks the other or
	// hides their receipts, and members who have left, who hide theirs, or who have received nothing.
	Positions(ctx context.Context, convs []ConvID) ([]ConvPositions, error)
	// Audience says for whom it is of interest that a member of a group is writing. NoSuchGroup.
	Audience(ctx context.Context, gid GroupID, user UserID) (Audience, error)
}

// UserPosition is how far a user has come in a conversation.
type UserPosition struct {
	User UserID
	Mark
}

// ConvPositions is how far the users of a conversation have come.
type ConvPositions struct {
	Conv    Conv
	Version int64 // as in Head
	Marks   []UserPosition
	Hiding  []UserID // of a group: the members who hide theirs
}

// Audience is a group as a member finds it who is writing there.
type Audience struct {
	Members int64
	Blocked []UserID // members whom the user blocks, or who block the user
}

// ReadersQuery asks for the readers of a message.
type ReadersQuery struct {
	Conv   Conv
	Seq    int64
	Except UserID
	After  UserID
	Least  Stage // of those in the page
	Most   Stage
	Limit  int
}

// ReaderCounts are how many may see a message, have received it, and have read it. Who has read it
// has received it.
type ReaderCounts struct{ Members, Received, Read int64 }

// Reader is who may see a message, and how far they have come with it.
type Reader struct {
	User
	Stage Stage
}

// ReadersRequest is what a client asks for, not yet checked. Only is a stage's word, "" for all.
type ReadersRequest struct {
	Seq   int64
	Only  string
	After UserID
	Limit int64
}

// ReadersPage is who has received and read a message.
type ReadersPage struct {
	Counts ReaderCounts
	People []Reader
	More   bool
}

// Readers returns who has received and read a message of a conversation that the caller is in.
// Errors: BadField, NotYourself, NoConversation, NoSuchGroup, NotMember (also for who has left),
// NoSuchMessage, ReceiptsHidden (the caller hides theirs), and the store's.
func (s *Service) Readers(ctx context.Context, by Caller, t Target, r ReadersRequest) (page ReadersPage, err error) {
	q := ReadersQuery{Seq: r.Seq, After: r.After}
	if q.Least, q.Most, err = stagesOf(r.Only); err != nil {
		return page, err
	}
	ctx = WithLength(ctx, Long)
	v, err := s.view(ctx, by, t)
	switch {
	case err != nil:
		return page, err
	case v.windows != nil && v.windows.End() != Open:
		return page, E(wire.NotMember)
	case !v.sees.Has(r.Seq):
		return page, E(wire.NoSuchMessage)
	}
	if p, err := s.store.Profile(ctx, by.User.ID); err != nil {
		return page, err
	} else if p.HideReceipts {
		return page, E(wire.ReceiptsHidden)
	}
	messages, err := s.store.Page(ctx, v.conv.ID, r.Seq-1, r.Seq, 1, pageBytes)
	if err != nil {
		return page, err
	}
	if len(messages) == 0 {
		return page, holeError(v.conv.ID, r.Seq)
	}
	n := pageSize(r.Limit)
	q.Conv, q.Except, q.Limit = v.conv, messages[0].Sender, n+1
	if page.Counts, page.People, err = s.store.Readers(ctx, q); err != nil {
		return page, err
	}
	page.People, page.More = cut(page.People, n)
	return page, nil
}

// stagesOf reads the word that a client sends.
func stagesOf(word string) (least, most Stage, err error) {
	if word == "" {
		return StageWaiting, StageRead, nil
	}
	for s, name := range stages {
		if name == word {
			return Stage(s), Stage(s), nil //nolint:gosec // an index of stages
		}
	}
	return 0, 0, Errorf(wire.BadField, "`only` is who you want to see: send \"read\", \"received\" or \"waiting\", or leave it out for everybody")
}
