package chat

import (
	"context"
	"time"

	"parley/wire"
)

// JournalKept is how long an entry of a journal is kept at least. A node that was cut
// off for longer has lost its lease, and its sessions with it.
const JournalKept = 15 * time.Minute

// The words for entries that are not about friends or members.
const (
	TakenOver  = "taken_over"
	WasRevoked = "revoked"
	HasRead    = "read"
	HasSet     = "settings"
)

// JournalEntry is one entry of a topic's journal. The journal of a user or a group keeps
// the notices of friends and members, takeovers, read cursors and settings. Each is written in the
// transaction that does what it tells, and numbered 1, 2, 3, …. A node that misses a notice
// sees a gap, or sees that the number in the database is beyond its own. It then reads the
// journal. In the database the journals are the table `changes`.
type JournalEntry struct {
	No     int64
	What   string // a word of PeopleNotice, TakenOver, WasRevoked, HasRead or HasSet
	User   UserID // whom it is about
	Owner  UserID // whose action it was
	Conv   Conv   // zero for friends and takeovers
	Device DeviceID
	Number int64 // TakenOver, WasRevoked: the session that ended; HasRead: the seq; HasSet: the conversation
}

// UserMark is how far what is told about a user, and to him, has come.
type UserMark struct {
	User
	PresenceNo int64
	Online     bool
	JournalNo  int64
}

// Journal is the part of the store about what else is told. Numbers are dense for each
// topic.
type Journal interface {
	// JournalPage returns a page of a user's or group's journal: the entries after a number,
	// ascending, at most limit of them.
	// Old ones may be gone; then the first No is not after+1.
	JournalPage(ctx context.Context, t Topic, after int64, limit int) ([]JournalEntry, error)
	// ChangedUsers pages, by id, the users whose presence or journal moved within the
	// last while, as Changed does for conversations.
	ChangedUsers(ctx context.Context, within time.Duration, after UserID, limit int) ([]UserMark, error)
	// UserMarks leaves out users who do not exist.
	UserMarks(ctx context.Context, users []UserID) ([]UserMark, error)
}

// NoticeSource is what notices are made from; see the ports that these methods belong to.
type NoticeSource interface {
	friendSource
	UserNames(ctx context.Context, ids []UserID) (map[UserID]string, error)
	Heads(ctx context.Context, convs []ConvID) ([]Head, error)
	Group(ctx context.Context, gid GroupID) (GroupInfo, error)
	Membership(ctx context.Context, gid GroupID, user UserID) (Membership, error)
	SettingsOf(ctx context.Context, user UserID, conv ConvID) (Conv, ConvSettings, error)
}

// Notice makes of an entry of a topic's journal what was, or should have been, announced:
// with names, states and memberships as they are now, and as the topic's user may see
// them. Errors are the store's; ok is false for what is about somebody or something that
// is no more.
func (e *JournalEntry) Notice(ctx context.Context, s NoticeSource, t Topic) (n Notice, ok bool, err error) {
	n.No = e.No
	switch e.What {
	case TakenOver, WasRevoked:
		n.Takeover = &Takeover{Device: e.Device, Session: SessionID(e.Number), Revoked: e.What == WasRevoked}
		return n, true, nil
	case HasRead:
		n.Read = &ReadNotice{Conv: e.Conv, Seq: e.Number, From: e.Device}
		return n, true, nil
	}
	if e.What == HasSet {
		// The conversation is in Number, not in Conv: a node of a version that does not know of
		// settings then tells nothing but a word that clients pass over.
		conv, now, err := s.SettingsOf(ctx, t.User, ConvID(e.Number))
		if hasCode(err, wire.NoConversation) {
			return n, false, nil
		}
		n.Settings = &SettingsNotice{Conv: conv, Settings: now}
		return n, err == nil, err
	}
	about := e.User
	if e.Conv.Kind == Direct && e.Owner != t.User {
		about = e.Owner // a block is told to the one who is blocked as nothing but the other's state
	}
	names, err := s.UserNames(ctx, []UserID{about})
	if err != nil || names[about] == "" && e.What != GroupUpdated && e.What != InvitesChanged { // the operator has no name
		return n, false, err
	}
	n.People = &PeopleNotice{What: e.What, User: User{ID: about, Name: names[about]}, Owner: e.Owner, Conv: e.Conv, Later: true}
	switch {
	case e.What == FriendAdded:
		f, _, err := friendOf(ctx, s, t.User, about)
		n.People.looks(f)
		return n, err == nil, err
	case e.Conv.Kind == Group:
		return n, true, n.People.fillGroup(ctx, s)
	case e.Conv.Kind == Direct:
		heads, err := s.Heads(ctx, []ConvID{e.Conv.ID})
		if len(heads) == 1 {
			n.People.Version = heads[0].Version
		}
		if err == nil && about == e.Owner {
			var f Friend
			var is bool
			if f, is, err = friendOf(ctx, s, t.User, about); is {
				n.People.looks(f)
			}
		}
		return n, err == nil, err
	}
	return n, true, nil
}

// looks writes into the notice how its subject appears to the owner of the topic.
func (n *PeopleNotice) looks(f Friend) {
	n.State, n.PresenceNo, n.Hides = StateOf(f.Online), f.PresenceNo, f.Hides
}

// fillGroup reads what a change of a group's members tells.
func (n *PeopleNotice) fillGroup(ctx context.Context, s NoticeSource) error {
	g, err := s.Group(ctx, n.Conv.Group)
	if err != nil {
		return err
	}
	n.Group = g
	switch n.What {
	case RemovalLifted, InvitesChanged:
		return nil
	case CreatorChanged, GroupUpdated:
		heads, err := s.Heads(ctx, []ConvID{n.Conv.ID})
		if len(heads) == 1 {
			n.Version = heads[0].Version
		}
		return err
	}
	m, err := s.Membership(ctx, n.Conv.Group, n.User.ID)
	if err != nil {
		if hasCode(err, wire.NotMember) {
			return nil
		}
		return err
	}
	n.Member, n.Version = &m, m.Version
	return nil
}
