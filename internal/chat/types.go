// Package chat is the domain: users, friends, groups, conversations and messages,
// the use cases over them, and the ports that the use cases need (Store, Bus,
// Clock). It knows no SQL, no sockets and no JSON.
package chat

import "time"

// The identities. All are positive; 0 is none.
type (
	UserID    int64
	GroupID   int64
	ConvID    int64
	DeviceID  int64 // a row of the user's devices, the nameless one among them
	SessionID int64 // random, 53 bits: it survives JavaScript numbers
	NodeID    int64
)

// Kind says what a conversation is.
type Kind uint8

// The kinds of conversation.
const (
	Direct Kind = 1
	Group  Kind = 2
)

// User is a user as others see him.
type User struct {
	ID   UserID
	Name string
}

// Account is a user with what a login needs.
type Account struct {
	User
	PasswordHash string // argon2id, PHC string format
	Disabled     bool
	Erased       bool // closed for good; Disabled is set as well
	// DeletesAt is when it is to be deleted, because its user wants that; zero for never.
	DeletesAt time.Time
}

// Conv names a conversation and whom it is for. For a direct one Lo < Hi are its
// two users; for a group Group is set.
type Conv struct {
	ID     ConvID
	Kind   Kind
	Lo, Hi UserID
	Group  GroupID
}

// Other is the other user of a direct conversation.
func (c Conv) Other(u UserID) UserID {
	if c.Lo == u {
		return c.Hi
	}
	return c.Lo
}

// Head is how far a conversation's log goes. Version counts removals of members and changes of
// who may post (blocks and unblocks, in a direct one); JournalNo is how far a group's journal goes.
type Head struct {
	Conv      ConvID
	LastSeq   int64
	LastRev   int64 // of the last change of a message (see State), 0 if there was none
	Version   int64
	JournalNo int64
}

// ChangedConv is a conversation with how far its log goes.
type ChangedConv struct {
	Conv Conv
	Head Head
}

// Message is one entry of a conversation's log.
type Message struct {
	Conv    ConvID
	Seq     int64
	Sender  UserID
	Device  DeviceID
	SendSeq int64 // 0: sent without one
	SentAt  time.Time
	Body    string
	Extra   Packed // what it has beside its text; "" for nothing
}

// Membership is what a user is in a group, and what they may see of it: Windows. JoinedSeq
// and LeftSeq (once Left) bound the last time that they were in it.
type Membership struct {
	Conv      Conv
	User      UserID
	Role      Role
	Posting   Posting // the group's
	JoinedSeq int64
	Left      bool
	LeftSeq   int64
	KeptOut   bool  // removed, and not to come back before that is lifted; Left is set as well
	Version   int64 // of the conversation when this was read
	Windows   Windows
}

// GroupInfo is a group as its members see it.
type GroupInfo struct {
	ID      GroupID
	Name    string
	Desc    string
	Role    Role
	Members int64
	Joining Joining
	Posting Posting
	// JoinedSeq is set in the answer to who joined: he sees what comes after it.
	JoinedSeq int64
}

// DeletedName is what an erased account is called.
const DeletedName = "deleted account"

// Member is one member in a page of members. Online is as in Friend.
type Member struct {
	User
	Role    Role
	Online  bool
	Display string // as in Profile
}

// Friend is one friend in a page of friends. Online is what the reader of the page may
// know: a friend who blocks the reader looks offline.
type Friend struct {
	User
	Online bool
	// PresenceNo is the friend's presence number at that moment: see PresenceMove.
	PresenceNo int64
	// Hidden: the reader blocks this friend, who is told nothing of the reader.
	Hidden bool
	// Hides: the friend blocks the reader, and looks offline whatever PresenceNo stands for.
	Hides bool
	// Display is as in Profile.
	Display string
}

// InboxRow is where a device stands in one conversation: it has seen everything up to
// Delivered that it may, and the log goes to LastSeq.
type InboxRow struct {
	Conv      Conv
	LastSeq   int64
	LastRev   int64 // as in Head
	Version   int64
	JournalNo int64
	Delivered int64 // at least the After of the first of Windows
	// Windows are those beyond Delivered that the user may see, nil for a direct
	// conversation. A former member's have an end.
	Windows Windows
}

// ConvRow is one row of a user's conversation list. LastSeq is as far as the user may see:
// of a group that was left it does not grow.
type ConvRow struct {
	Conv      Conv
	Name      string // the other user's or the group's
	Display   string // the other user's, as in Profile
	LastSeq   int64
	LastRev   int64   // as in Head
	Windows   Windows // nil for a direct conversation
	Delivered int64
	Read      int64
	Unread    int64 // cut at the cap that was asked for
	Mentions  int64 // how many of all unread ones mention the user, cut at the same cap
	Last      *Message
	LastState *State // of Last; nil where nothing was done to it
	Settings  ConvSettings
	Other     Mark // of a direct conversation: how far the other user has come, as far as it is shown
	Spot      Spot // in a list in the order of a screen; zero in others
}

// Sees are the windows as far as the log goes.
func (c *ConvRow) Sees() Windows { return c.Windows.Upto(c.LastSeq) }
