package client

import (
	"cmp"
	"time"

	"parley/wire"
)

// Event is something that the server or the client reports without being asked: a *Message, Gap,
// NotMember, Presence, Notice, Read, Changed, SettingsChanged, Receipts, Typing, Sent, Connected, Disconnected, Unkept, Missed or Ended. Later
// versions may add types.
type Event interface{ event() }

// User is an account.
type User struct {
	ID   int64
	Name string
}

// Friend is a friend, and whether they are online.
type Friend struct {
	User
	Online  bool
	Display string // as in Profile
	// Asked says that the server wants the user to agree first: AddFriend has asked them, and they are
	// no friend yet.
	Asked bool
}

// GroupInfo is a group that the account is a member of.
type GroupInfo struct {
	GID         int64
	Name        string
	Description string
	Creator     bool   // whether this account is its creator, or has inherited it from them
	Members     int64  // how many members it has
	Role        string // this account's: "creator", "admin", "normal" or "readonly"
	Joining     string // who may join: "open", "invite" or "closed"
	Posting     string // who may post: "all" or "admins"
}

// Member is a member of a group.
type Member struct {
	User
	Creator bool
	Online  bool
	Role    string // "creator", "admin", "normal" or "readonly"
	Display string // as in Profile
}

// Gap says that the messages From to To, both included, could not be fetched. The messages after them
// follow.
type Gap struct {
	Conversation Conversation
	From, To     int64
}

// NotMember says that the account was not a member of the group while the messages From to To, both
// included, were sent. It may not see them. The messages after them follow.
type NotMember struct {
	Conversation Conversation
	From, To     int64
}

// Presence says that a friend came online or went offline.
type Presence struct {
	User
	Online bool
}

// Notice says that something about friends or members is new. What is a word of wire.NoticeFrame:
// friend_added, friend_removed, group_created, member_joined, member_left, member_removed,
// removal_lifted, creator_changed, group_updated, role_changed, invites_changed, blocked, unblocked,
// friend_request, friend_asked, friend_request_gone or profile_changed. Ignore words that you do not know.
type Notice struct {
	What   string
	User   User // the user it is about
	Online bool // friend_added: whether the friend is online
	GID    int64
	Group  string // the group's name
}

// Read says that the account has read a conversation up to Seq on another device.
type Read struct {
	Conversation Conversation
	Seq          int64
}

// Sent says what happened to a message or a change that an earlier run of the program put into the outbox of
// Options.Store.
type Sent struct {
	Conversation Conversation
	Text         string
	Change       *Change // nil for a message
	Receipt      Receipt
	Err          error // the error that Send would return; nil if the message is stored
}

// Unkept says that Options.Store could not keep what was displayed. The client tries again every
// second, and passes on no message until it succeeds. Unkept is reported once for each such time.
type Unkept struct{ Err error }

// Connected says that the client has logged in. Friends and Groups are the server's lists at that
// moment, each with at most wire.MaxLoginList entries; Client.Friends and Client.Groups return all.
type Connected struct {
	User    User
	Device  string
	Again   bool // not the first login of this Client
	NewLog  bool // the server was set back to an older state, or is another server: messages that were shown may be gone
	Friends []Friend
	Groups  []GroupInfo
}

// Disconnected says that the connection was lost. Err says why, and Retry is how long the client waits
// before it connects again.
type Disconnected struct {
	Err   error
	Retry time.Duration
}

// Missed says that events other than messages were dropped because the handlers were too slow. The
// lists of friends and groups may have changed: ask for them again.
type Missed struct{}

// Ended is the last event: the client will not reconnect. It is not reported after Close and Logout.
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
		out[i] = Friend{User: User{r.ID, r.Name}, Online: r.State == online, Display: r.Display}
	}
	return out
}

func groups(rows []wire.GroupRow) []GroupInfo {
	out := make([]GroupInfo, len(rows))
	for i, r := range rows {
		out[i] = GroupInfo{
			GID: r.GID, Name: r.GName, Description: r.GDesc, Creator: r.Role == creator, Members: r.Members,
			Role: r.Role, Joining: cmp.Or(r.Joining, "open"), Posting: cmp.Or(r.Posting, "all"),
		}
	}
	return out
}

func members(rows []wire.MemberRow) []Member {
	out := make([]Member, len(rows))
	for i, r := range rows {
		out[i] = Member{User: User{r.ID, r.Name}, Creator: r.Role == creator, Online: r.State == online, Role: r.Role, Display: r.Display}
	}
	return out
}
