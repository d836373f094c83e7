package client

import (
	"time"

	"parley/wire"
)

// Event is what happens without being asked for: *Message, Gap, NotMember, Presence, Notice,
// Read, Sent, Connected, Disconnected, Unkept, Missed or Ended.
type Event interface{ event() }

// User is an account.
type User struct {
	ID   int64
	Name string
}

// Friend is a friend and whether he is online.
type Friend struct {
	User
	Online bool
}

// GroupInfo is a group that the account is in.
type GroupInfo struct {
	GID         int64
	Name        string
	Description string
	Creator     bool  // whether this account created it, or took over from who did
	Members     int64 // how many
}

// Member is a member of a group.
type Member struct {
	User
	Creator bool
	Online  bool
}

// Gap tells that messages could not be had, neither from the server by itself nor
// from its history: From to To, included. What follows is shown.
type Gap struct {
	Conversation Conversation
	From, To     int64
}

// NotMember tells that the account was no member of a group while the messages From to To,
// included, were said: they are not to be seen. What follows is shown.
type NotMember struct {
	Conversation Conversation
	From, To     int64
}

// Presence tells that a friend came online or went offline.
type Presence struct {
	User
	Online bool
}

// Notice tells of friends or members. What is one of the words of
// wire.NoticeFrame: friend_added, friend_removed, group_created, member_joined,
// member_left, member_removed, removal_lifted, creator_changed, blocked, unblocked.
type Notice struct {
	What   string
	User   User // whom it is about
	Online bool // friend_added: whether the friend is online
	GID    int64
	Group  string // the group's name
}

// Read tells that another device of this account has read a conversation up to Seq.
type Read struct {
	Conversation Conversation
	Seq          int64
}

// Sent tells the outcome of a message that an earlier run of the program has put into
// the outbox of Options.Store.
type Sent struct {
	Conversation Conversation
	Text         string
	Receipt      Receipt
	Err          error // as Send would return it; nil: it is stored
}

// Unkept tells that Options.Store could not keep what was displayed. No message is
// handed on until it can, and it is tried every second. It is told once for each time
// this begins.
type Unkept struct{ Err error }

// Connected tells of a login. The lists are the server's at that moment; each is cut
// at wire.MaxLoginList entries (Client.Friends and Client.Groups give all).
type Connected struct {
	User    User
	Device  string
	Again   bool // not the first login of this Client
	NewLog  bool // the server was set back to an older state, or is another one: what was shown before may be gone
	Friends []Friend
	Groups  []GroupInfo
}

// Disconnected tells that the connection is lost, why, and when the client tries again.
type Disconnected struct {
	Err   error
	Retry time.Duration
}

// Missed tells that the handlers were too slow for events other than messages: the
// lists of friends and groups may have changed, and are to be asked for again.
type Missed struct{}

// Ended is the last event: the client will not come back by itself. After Close and
// Logout it is not told.
type Ended struct{ Err error }

func (*Message) event()     {}
func (Gap) event()          {}
func (NotMember) event()    {}
func (Presence) event()     {}
func (Notice) event()       {}
func (Read) event()         {}
func (Sent) event()         {}
func (Unkept) event()       {}
func (Connected) event()    {}
func (Disconnected) event() {}
func (Missed) event()       {}
func (Ended) event()        {}

const (
	online  = "online"
	creator = "creator"
)

func friends(rows []wire.FriendRow) []Friend {
	out := make([]Friend, len(rows))
	for i, r := range rows {
		out[i] = Friend{User: User{r.ID, r.Name}, Online: r.State == online}
	}
	return out
}

func groups(rows []wire.GroupRow) []GroupInfo {
	out := make([]GroupInfo, len(rows))
	for i, r := range rows {
		out[i] = GroupInfo{GID: r.GID, Name: r.GName, Description: r.GDesc, Creator: r.Role == creator, Members: r.Members}
	}
	return out
}

func members(rows []wire.MemberRow) []Member {
	out := make([]Member, len(rows))
	for i, r := range rows {
		out[i] = Member{User: User{r.ID, r.Name}, Creator: r.Role == creator, Online: r.State == online}
	}
	return out
}
