package chat

import (
	"context"
	"time"

	"parley/wire"
)

// Store is the port to the database, the only place where anything is kept.
//
// Every method is safe for concurrent use and returns only after what it wrote is
// durable. Errors are *Error where the caller can act on the code (NoSuchUser,
// NameTaken, …; Unavailable when the database does not answer or the outcome of a
// commit is unknown; StoreFull when there is no room or no right to write); anything
// else is the server's fault. A method that failed has changed nothing, except after
// Unavailable, where it may have taken effect; all of them may be repeated then.
type Store interface {
	Users
	RegistrationInviteStore
	SessionStore
	FriendStore
	GroupStore
	Log
	Cursors
	Journal
	NodeStore
	// Ping reports whether the database can be read and written now.
	Ping(ctx context.Context) error
	// Close finishes what is queued and closes the database.
	Close() error
}

// Users is the part of the store about accounts.
type Users interface {
	// CreateUser answers NameTaken when key (see NameKey) is taken, or when an account has a
	// name that clashes with this one (see NamesClash and ErrLookAlike). Of two that clash
	// and are registered at the same time, one is.
	CreateUser(ctx context.Context, name, key, passwordHash string) (UserID, error)
	// Account answers NoSuchUser.
	Account(ctx context.Context, id UserID) (Account, error)
	// AccountByKey answers NoSuchUser.
	AccountByKey(ctx context.Context, key string) (Account, error)
	// LookAlikes lists the accounts that hold a skeleton of name (see NameSkeletons), one of
	// that very name among them. A skeleton is held by the first name that had it.
	LookAlikes(ctx context.Context, name string) ([]User, error)
	// UserNames leaves out ids that do not exist.
	UserNames(ctx context.Context, ids []UserID) (map[UserID]string, error)
	// DeviceNames leaves out ids that do not exist; the nameless device's name is "".
	DeviceNames(ctx context.Context, ids []DeviceID) (map[DeviceID]string, error)
	// UpgradeHash puts another hash of the same password in the place of was; where that
	// is not there any more, it does nothing.
	UpgradeHash(ctx context.Context, user UserID, was, hash string) error
	// Revoke changes what a user logs in by and ends, in the same transaction, what was
	// logged in before; each session that it ends has its entry in the user's journal.
	// Disabling and enabling raise the versions of the user's direct conversations and
	// hand groups over. NoSuchUser, BadCredentials (see PasswordWas), SessionEnded (see
	// Keep), NoSuchSession (a Device that holds neither a session nor a token),
	// AccountClosed (an erased account is to be enabled, or to have a password).
	Revoke(ctx context.Context, r Revocation) (Revoked, error)
	// HandOver gives the groups of a user that have no creator whose account is open to
	// who joined first of the members whose accounts are, those after a group, at most
	// limit of them in one transaction, each with its entry in the group's journal. It
	// gives the last group that it looked at, 0 if there is no further one. Revoke does
	// the first of them (HandedOverAtOnce) when it disables or enables an account.
	HandOver(ctx context.Context, user UserID, after GroupID, limit int) (list []Succession, last GroupID, err error)
	// EraseAccount closes a disabled account for good: it is called DeletedName, has no
	// password, and blocks nobody. Its name stays taken, or with freeName can be registered
	// again. It may be repeated. NoSuchUser; BadField for an account that is not disabled.
	EraseAccount(ctx context.Context, user UserID, freeName bool) error
	// ListUsers pages all accounts by id, for operators.
	ListUsers(ctx context.Context, after UserID, limit int) ([]UserState, error)
}

// RegistrationInviteStore is the part of the store about invitations to this server. An
// invitation that has a name and is good (see RegistrationInvite.Good) keeps the name and its
// looks: Users.CreateUser answers NameTaken for it, and for a name that clashes with it.
type RegistrationInviteStore interface {
	// AddRegistrationInvite stores an invitation under the hash of its code and returns its
	// number. NameTaken: an account has its name or one that clashes with it, or it is kept for
	// another invitation. It also forgets some of those that ended RegistrationInvitesForgotten
	// before.
	AddRegistrationInvite(ctx context.Context, i RegistrationInvite, hash []byte) (RegistrationInviteID, error)
	// FindRegistrationInvite answers BadRegistrationInvite where no code has that hash. What it
	// returns may be used up or have ended.
	FindRegistrationInvite(ctx context.Context, hash []byte) (RegistrationInvite, error)
	// RegistrationInvites pages by number.
	RegistrationInvites(ctx context.Context, after RegistrationInviteID, limit int) ([]RegistrationInvite, error)
	// RevokeRegistrationInvite removes an invitation and returns what it was:
	// BadRegistrationInvite if it is not there.
	RevokeRegistrationInvite(ctx context.Context, id RegistrationInviteID) (RegistrationInvite, error)
	// CreateInvitedUser is CreateUser by the invitation whose code has that hash. In the same
	// transaction the invitation is used once: of any number of callers on any number of nodes
	// exactly RegistrationInvite.Uses succeed, and who fails uses nothing.
	// BadRegistrationInvite: it is not good for that name (any more).
	CreateInvitedUser(ctx context.Context, name, key, passwordHash string, hash []byte) (UserID, error)
}

// UserState is an account as an operator lists it.
type UserState struct {
	User
	Online    bool
	Disabled  bool
	Erased    bool
	CreatedAt time.Time
}

// Revocation is what Store.Revoke is to do. Fields that are zero leave things as they are.
type Revocation struct {
	User         UserID
	PasswordHash string // the new one
	PasswordWas  string // the hash that must stand there still
	Disable      bool
	Enable       bool
	Device       DeviceID // this device's session and token are to end; 0 means all devices'
	// Keep is the session that stays, if any; its device gets KeepToken in the place of
	// its token. It must be current.
	Keep      SessionID
	KeepToken []byte
}

// Revoked is what a Revocation did.
type Revoked struct {
	Name     string // the user's
	Sessions []RevokedSession
	Move     PresenceMove
	// Heirs are the creators of groups that were handed over; MoreAfter is the last of these
	// groups when HandOver is to go on behind it, 0 otherwise.
	Heirs     []Succession
	MoreAfter GroupID
}

// HandedOverAtOnce is how many groups are handed over in the transaction that disables
// their creator.
const HandedOverAtOnce = 50

// Succession is a group that has got another creator.
type Succession struct {
	Conv       Conv
	GroupName  string
	NewCreator User
	No         int64 // its place in the group's journal
}

// RevokedSession is a session that a Revocation ended, with its place in the user's
// journal.
type RevokedSession struct {
	Takeover
	No int64
}

// DeviceState is a device that is logged in or can log in by its token.
type DeviceState struct {
	ID     DeviceID
	Name   string
	Online bool
	UsedAt time.Time // the last login, or its end
	// Label is what its last login said of it, and Address where that came from; "" for what is
	// not known. An erased account keeps neither.
	Label, Address string
}

// Opening is a login that has passed its check of password or token.
type Opening struct {
	User      UserID
	Device    string // "" is the nameless device
	Label     string // what it says of itself, for its user; "" for nothing
	Address   string // where it comes from, for its user; "" if it is not known
	Session   SessionID
	Node      NodeID
	TokenHash []byte // the new token's hash; nil keeps the one that is there
	// PasswordHash and Token (its hash) are what the login was checked against, "" and nil
	// for nothing: where they are no more what they were, it is refused.
	PasswordHash string
	Token        []byte
	At           time.Time
	// From is the address that it comes from, as KnownAddress will be asked for it; "" is
	// not remembered.
	From string
	// MaxDevices is how many devices the account may have, the nameless one among them; 0 is
	// no limit. A new one beyond it makes room: see Opened.Evicted and Forgotten.
	MaxDevices int
	// DevicesPerDay is how many new devices with a name the account may have on a day (UTC);
	// 0 is no limit. Past it the opening is refused with ErrDevicesPerDay.
	DevicesPerDay int
	// Leased: the node has a lease, and nothing is opened for one that is being buried:
	// nobody would free it.
	Leased bool
}

// Opened is what a login found and did.
type Opened struct {
	Device      DeviceID
	LastSendSeq int64
	NewDevice   bool
	Replaced    SessionID // the session that was taken over, 0 for none
	ReplacedAt  NodeID    // the node it was on
	PresenceNo  int64     // the user's presence number now
	CameOnline  bool      // the user was offline before
	JournalNo   int64     // how far the user's journal goes; with Replaced, the takeover's place in it
	// Forgotten is how many devices were forgotten to make room for a new one, those first
	// that nobody is logged in with, and each the longest unused. Evicted is the session that
	// one of them held, nil for none.
	Forgotten int
	Evicted   *RevokedSession
}

// Closing names a session to end. Device 0 stands for whichever of the user's
// devices holds the session: after an OpenSession with an unknown outcome nobody
// knows which.
type Closing struct {
	User    UserID
	Device  DeviceID
	Session SessionID
	At      time.Time
}

// PresenceMove is a change of a user's presence. No grows with every change.
type PresenceMove struct {
	User    UserID
	Name    string
	No      int64
	Online  bool
	Changed bool // false: the user has other sessions, or the session was not current
}

// SessionStore is the part of the store about devices and their sessions.
type SessionStore interface {
	// TokenHash gives the hash stored for a device; nil if there is none.
	TokenHash(ctx context.Context, user UserID, device string) ([]byte, error)
	// DropToken forgets the token of the device if c.Session is its current session, and
	// otherwise does nothing: another login has taken the device over.
	DropToken(ctx context.Context, c Closing) error
	// KnownAddress reports whether the user has logged in from an address since then. Of
	// each user the last 16 addresses are remembered, an hour exact.
	KnownAddress(ctx context.Context, user UserID, address string, since time.Time) (bool, error)
	// OpenSession locks the device's row and makes o.Session the only one that may
	// append for it. A nameless device that has a session answers AlreadyOnline;
	// any other takes over. It is one conditional write: of any number of
	// concurrent nameless logins exactly one succeeds. A device never seen before
	// gets the cursors of the user's furthest device, conversation by conversation.
	// NoSuchUser; BadCredentials and Disabled, if that came meanwhile; Unavailable for a node that has lost its lease. Repeated with the same session it succeeds again; a caller that does
	// not repeat after Unavailable must close the session, which may have been opened.
	OpenSession(ctx context.Context, o Opening) (Opened, error)
	// CloseSession frees the device if the session is still its current one and
	// moves the presence number if that was the user's last.
	CloseSession(ctx context.Context, c Closing) (PresenceMove, error)
	// FreeSessions ends the sessions of a node, or of all nodes for 0, those of at most
	// limit users in one transaction. It gives the users who went offline by it, and
	// whether there may be more.
	FreeSessions(ctx context.Context, node NodeID, limit int) (moves []PresenceMove, more bool, err error)
	// Devices pages, by id, a user's devices that have a session or a token.
	Devices(ctx context.Context, user UserID, after DeviceID, limit int) ([]DeviceState, error)
	// DeviceSession gives the session that may append for a device, 0 for none.
	DeviceSession(ctx context.Context, device DeviceID) (SessionID, error)
	// ForgetDevices removes devices without a session that were last used before t,
	// with their cursors, at most limit of them, and gives how many.
	ForgetDevices(ctx context.Context, t time.Time, limit int) (int, error)
}

// Nos are the places that a change took in the journals of those it is told to; 0 where
// it is told to nobody.
type Nos struct {
	User    int64 // of the user who did it, or, for a removal, to whom it was done
	Other   int64 // of the other user
	Group   int64
	Creator int64 // of the group, for the new creator
	Heir    User  // who that is, where somebody's joining made one
}

// FriendStore is the part of the store about friendships and blocks.
type FriendStore interface {
	// AddFriend writes both directions: NoSuchUser, AlreadyFriends (who was added by friend
	// has added friend as well from then on, and within the limit), Blocked,
	// AccountClosed, LimitReached (user has added maxFriends, or
	// maxFriends others have added friend: what others do never counts against one's own adds).
	AddFriend(ctx context.Context, user, friend UserID, maxFriends int) (Nos, error)
	// RemoveFriend removes both directions: NotFriends.
	RemoveFriend(ctx context.Context, user, friend UserID) (Nos, error)
	// SetBlocked records that user blocks (or no longer blocks) other and raises the
	// version of their direct conversation, which it makes if there is none. A block
	// leaves a friendship as it is. NoSuchUser. It gives the conversation's head. Where
	// it was so already, nothing moves and the Nos are zero.
	SetBlocked(ctx context.Context, user, other UserID, blocked bool) (Conv, Head, Nos, error)
	// Friends pages by the friend's id.
	Friends(ctx context.Context, user, after UserID, limit int) ([]Friend, error)
	// Watchers gives, ascending, the friends who are told of a user's presence: all whom
	// the user does not block.
	Watchers(ctx context.Context, user UserID) ([]UserID, error)
	// WatchersOf is Watchers for several users at once; those without any are left out.
	WatchersOf(ctx context.Context, users []UserID) (map[UserID][]UserID, error)
}

// GroupStore is the part of the store about groups and their members. The changes
// that take somebody out raise the conversation's version in the same transaction.
type GroupStore interface {
	// CreateGroup makes a group with its creator as the only member: LimitReached
	// when the user is in maxGroups groups already.
	CreateGroup(ctx context.Context, creator UserID, name, desc string, maxGroups int, at time.Time) (GroupInfo, Membership, Nos, error)
	// JoinGroup: NoSuchGroup (also for a group that everybody has left),
	// AlreadyMember, LimitReached (of either), KeptOut. A former member keeps what they
	// could see before: the last wire.MaxWindows times are remembered. Where
	// no member's account was open, who joins becomes creator (see Nos.Heir).
	JoinGroup(ctx context.Context, user UserID, gid GroupID, maxGroups, maxMembers int) (GroupInfo, Membership, Nos, error)
	// LeaveGroup: NoSuchGroup, NotMember. When the creator leaves, the member who
	// joined first of those left whose accounts are open becomes creator.
	LeaveGroup(ctx context.Context, user UserID, gid GroupID) (Removal, error)
	// RemoveMember: NoSuchGroup, NotMember (of either), NotCreator, NotYourself. Who was
	// removed is kept out until LiftRemoval.
	RemoveMember(ctx context.Context, by UserID, gid GroupID, user UserID) (Removal, error)
	// LiftRemoval lets a removed member join again: NoSuchGroup, NotMember (by; or a user
	// who never was one), NotCreator, NotYourself. Where nobody is kept out, nothing
	// happens and the Nos are zero.
	LiftRemoval(ctx context.Context, by UserID, gid GroupID, user UserID) (Removal, error)
	// Group: NoSuchGroup.
	Group(ctx context.Context, gid GroupID) (GroupInfo, error)
	// Groups pages the groups that a user is in now, by gid.
	Groups(ctx context.Context, user UserID, after GroupID, limit int) ([]GroupInfo, error)
	// Members pages the members of now, by user id, as viewer may see them (0: all).
	Members(ctx context.Context, gid GroupID, viewer, after UserID, limit int) ([]Member, error)
	// Membership answers NoSuchGroup, and NotMember for one who never was; a former
	// member's has Left set.
	Membership(ctx context.Context, gid GroupID, user UserID) (Membership, error)
	// Memberships gives those of the users who are or were members.
	Memberships(ctx context.Context, conv ConvID, users []UserID) (Head, []Membership, error)
}

// Removal is a member taken out of a group.
type Removal struct {
	Membership        // Left is set; Version is the new one
	GroupName  string // for notices
	UserName   string //
	NewCreator *User  // set when the creator left and another took over
	Nos        Nos
}

// Append is one message on its way into the log. The caller fills the first part
// and must not touch the Append until Appended got it back.
type Append struct {
	Conv    ConvID
	Version int64 // the version that the sender's membership was checked at
	Sender  UserID
	Device  DeviceID
	Session SessionID
	// SendSeq is the sender's number, 0 for none; PrevSendSeq the number that the
	// device's row must hold for it to be next (numbers that were refused for good
	// lie between the two).
	SendSeq     int64
	PrevSendSeq int64
	Body        string
	// Key is set for a message that comes from no session: then Device, Session and SendSeq
	// are 0, and the sender's account must be open. It is written with the message, in the
	// same transaction.
	Key *SendKey
	// Owner is the caller's own; the store does not look at it.
	Owner any

	// Set by the store. Err is nil for stored and durable; ErrSessionGone,
	// ErrRepeat, ErrOutOfStep, ErrStaleMembers, or an *Error: BadText (the database
	// refused this very row), Busy (the queue is full, or locks could not be had),
	// Unavailable (the outcome is unknown), StoreFull. With a Key also NoSuchUser, Disabled,
	// KeyReused (it was used for something else); and ErrRepeat says that the message is
	// stored: Seq and At are those of the first time.
	Seq         int64
	At          time.Time
	LastSendSeq int64 // with ErrRepeat and ErrOutOfStep: what the device's row holds
	Err         error
}

// Log is the part of the store about conversations and their messages.
type Log interface {
	// SetAppended names the function that gets every Append back, with its outcome,
	// exactly once. It is called before the first Append. Calls for one conversation
	// come one after the other in the order of their seqs, from a goroutine that may
	// be blocked for a while without holding up the next commit; a batch of several
	// conversations comes in one call. With unknown outcomes of a commit, it is also
	// given doubtful=true: the conversations of the batch may have grown.
	SetAppended(fn func(batch []*Append, doubtful bool))
	// Append queues a and returns at once. The order of calls is the order of the
	// appends of one device. Those of other devices to the same conversation may come
	// before one that has to wait for a lock in the database. A full queue is told by
	// Appended with Busy, and so is a lock that could not be had within 6 s.
	Append(a *Append)
	// OpenDirect gives the direct conversation of two users, and makes it if there
	// is none: NoSuchUser, NotYourself. barred tells why nothing can be said there now:
	// AccountClosed (of either), Blocked (either blocks the other), OK if it can.
	OpenDirect(ctx context.Context, a, b UserID) (conv Conv, head Head, barred wire.Code, err error)
	// FindDirect is OpenDirect without the making: NoConversation.
	FindDirect(ctx context.Context, a, b UserID) (Conv, Head, error)
	// Approach is asked before a user's first message in a direct conversation, and before
	// each further one to a stranger: it tells whether the user is a stranger to the other
	// one, who has not added them as a friend and has not been about to write to them. It
	// notes that the user has. A stranger's message is counted; past a limit it is refused
	// with TooManyStrangers, and nothing is noted. NoConversation.
	Approach(ctx context.Context, a Approach) (stranger bool, err error)
	// Heads leaves out conversations that do not exist.
	Heads(ctx context.Context, convs []ConvID) ([]Head, error)
	// Changed pages, by id, the conversations that grew, or whose version or journal
	// moved, within the last while (by the database's clock; at least everything whose
	// transaction began so lately): what a node that may have missed notices has to look
	// at.
	Changed(ctx context.Context, within time.Duration, after ConvID, limit int) ([]ChangedConv, error)
	// Page gives messages with after < seq <= upTo, ascending, at most limit, and
	// at most maxBytes of text (but always one message).
	Page(ctx context.Context, conv ConvID, after, upTo int64, limit, maxBytes int) ([]Message, error)
	// PageBefore gives the last messages with floor < seq < before, ascending.
	PageBefore(ctx context.Context, conv ConvID, before, floor int64, limit, maxBytes int) ([]Message, error)
	// FindRepeat looks in the tail of a conversation for the message that a device
	// stored with sendSeq; found is false if it is not among the last rows it may
	// read (20,000), or if an older one of the device is met first.
	FindRepeat(ctx context.Context, conv ConvID, device DeviceID, sendSeq int64) (m Message, found bool, err error)
	// SentWith looks for what a user has sent with a key; found is false for nothing, and
	// when it was forgotten.
	SentWith(ctx context.Context, user UserID, key string) (k KeptKey, found bool, err error)
	// ForgetKeys removes send keys older than age (by the database's clock), at most limit of
	// them, and returns how many.
	ForgetKeys(ctx context.Context, age time.Duration, limit int) (int, error)
	// DropKeys removes send keys of one user, at most limit of them, and returns how many.
	DropKeys(ctx context.Context, user UserID, limit int) (int, error)
	// Inbox gives where a device stands in every conversation of the user that was
	// ever said anything in (and every group the user is in), by conversation id.
	// A former member's rows come while there is something beyond Delivered. journalNo is how far the user's
	// journal goes, read after the rows.
	Inbox(ctx context.Context, user UserID, device DeviceID) (rows []InboxRow, journalNo int64, err error)
	// Conversations pages a user's conversations, by conversation id, with what a
	// list shows; unread is counted up to unreadCap, and counts nothing that lies between
	// windows.
	Conversations(ctx context.Context, user UserID, device DeviceID, after ConvID, limit, unreadCap int) ([]ConvRow, error)
}

// Cursor is a device's delivered position in one conversation.
type Cursor struct {
	User   UserID
	Device DeviceID
	Conv   ConvID
	Seq    int64
}

// Cursors is the part of the store about positions. They only ever grow.
type Cursors interface {
	// SaveDelivered writes any number of cursors in one transaction; one that would
	// go back is left as it is.
	SaveDelivered(ctx context.Context, cursors []Cursor) error
	// SaveRead moves a user's read cursor for the device that says so; a seq beyond the
	// log is clamped to its end. It gives the position as it is now, and its place in the
	// user's journal, 0 if it did not move.
	SaveRead(ctx context.Context, user UserID, device DeviceID, conv ConvID, seq int64) (now, no int64, err error)
}
