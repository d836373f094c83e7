package wire

// Code is an error code, the number in `erron`. A code never changes its meaning. Later versions
// may add codes.
type Code int

// The error codes. "Refused for now" means that the same frame may be accepted later: see
// Code.Retry. The others refuse a request for good.
const (
	OK             Code = 0  // success
	AlreadyOnline  Code = 1  // a nameless session of this account is online
	Malformed      Code = 2  // not a JSON object, or not UTF-8
	UnknownMsgid   Code = 3  // no handler for this msgid
	BadField       Code = 4  // a field is missing or of the wrong type
	NotLoggedIn    Code = 5  // this request needs a login first
	LoggedIn       Code = 6  // this connection is logged in already
	BadCredentials Code = 7  // unknown user, wrong password or wrong token; the answer does not say which
	NameTaken      Code = 8  // the user name exists
	BadName        Code = 9  // empty, too long, or with a character that is not allowed
	BadText        Code = 10 // empty, or with a character that is not allowed
	TextTooLong    Code = 11 // more characters than the limit
	NotYou         Code = 12 // the id in the frame is not that of the user who is logged in
	NoSuchUser     Code = 13 // no user has this id or name
	NoSuchGroup    Code = 14 // no group has this id
	NotMember      Code = 15 // the user is not a member of the group
	AlreadyMember  Code = 16 // the user is a member of the group already
	NotCreator     Code = 17 // only the group's creator may do this
	AlreadyFriends Code = 18 // the two users are friends already
	NotFriends     Code = 19 // the two users are not friends
	NotYourself    Code = 20 // a user cannot befriend, block, message or remove themselves
	Blocked        Code = 21 // one of the two blocks the other
	SendSeqGap     Code = 22 // send again from `send_next`
	Passed         Code = 23 // this send_seq is an old one, and its message was not found
	TooManyUnacked Code = 24 // more than MaxUnacked chat frames have no ack yet
	Busy           Code = 25 // refused for now: the server has too much to do
	Unavailable    Code = 26 // refused for now: the database does not answer, or the outcome is unknown; send it again
	Behind         Code = 27 // refused for now: a frame before this one was refused for now
	SessionEnded   Code = 28 // another login took over the device, or the session was closed
	NoRegistration Code = 29 // registration is closed
	RateLimited    Code = 30 // try again after retry_after_ms
	LimitReached   Code = 31 // there are as many friends, groups or members as are allowed
	NoConversation Code = 32 // it has no messages, or the user may not see it
	StoreFull      Code = 33 // refused for now: the server's disk is full or read-only
	BadPassword    Code = 34 // the new password is too short, too long, or very common
	PlainSecret    Code = 35 // passwords and tokens are not accepted over an unencrypted connection from another machine
	FrameTooLong   Code = 36 // the frame has more bytes than the limit
	TooDeep        Code = 37 // the JSON is nested deeper than MaxDepth
	Internal       Code = 38 // an error in the server; its log has the details
	Disabled       Code = 39 // the operator disabled this account
	CannotSeal     Code = 40 // this server does not offer sealing, or frame 21 was not the first on the connection
	NoSuchSession  Code = 41 // no device of this account with this number is logged in
	Archived       Code = 42 // refused for now: these messages are in a file that cannot be read
	KeptOut        Code = 43 // the user was removed from this group and may not join again yet
	AccountClosed  Code = 44 // the other account is disabled or erased
	// TooManyStrangers: the user has reached today's limit for messages to people who have neither
	// answered nor added them, or for the number of such people.
	TooManyStrangers Code = 45
	KeyReused        Code = 46 // this send key was used for another message
	// BadRegistrationInvite: registration is by invitation, and the code is missing or not valid.
	// The answer does not say which.
	BadRegistrationInvite Code = 47
	NoSuchMessage         Code = 48 // there is no message of that number, or it is not to be seen
	NotAuthor             Code = 49 // only who sent a message may do this to it
	TooLate               Code = 50 // the message is too old to be edited or recalled
	MessageRecalled       Code = 51 // the message was recalled: nothing can be done to it
	BadEmoji              Code = 52 // not exactly one emoji that Unicode lists
	OlderNode             Code = 53 // refused for now: a node of an older version is running that would not keep this rule
	NotAdmin              Code = 54 // only the group's creator and admins may do this
	NotOpen               Code = 55 // nobody can join this group by its number
	MayNotPost            Code = 56 // the member is read-only, or only admins post in this group
	ReceiptsHidden        Code = 57 // who hides what they have read is not told it of others
	NoDirectory           Code = 58 // users are not found by the beginning of their names on this server

	NoSuchInvite  Code = 59 // no invitation to a group has this code or number
	InviteEnded   Code = 60 // the time of this invitation is over
	InviteUsedUp  Code = 61 // this invitation was used as often as it may be
	InviteRevoked Code = 62 // this invitation was revoked
	NoSuchRequest Code = 63 // there is no friend request of this user, or to them

	// LastCode is the highest of them.
	LastCode = NoSuchRequest
)

// GoodbyeCode is the number in frame 26. After 1000 to 1999 a client reconnects by itself, to
// another server, or to this one after `after_ms`. After 2000 to 2999 it does not.
type GoodbyeCode int

// The goodbye codes. They never change their meaning.
const (
	ByeShutdown    GoodbyeCode = 1000 // the server stops, or moves its clients to other servers
	ByeSilent      GoodbyeCode = 1002 // the client sent no heartbeat
	ByeFenced      GoodbyeCode = 1003 // the node lost its lease
	ByeIdle        GoodbyeCode = 1004 // the client did not log in in time
	ByeCrowded     GoodbyeCode = 1005 // too many connections
	ByeUnsealed    GoodbyeCode = 1006 // a frame on a sealed connection could not be opened
	ByeTakenOver   GoodbyeCode = 2000 // another login of the same device took over
	ByeLoggedOut   GoodbyeCode = 2001 // the session was revoked, or the account disabled
	ByeNotJSON     GoodbyeCode = 2002 // the stream can no longer be cut into objects
	ByeFrameTooBig GoodbyeCode = 2003 // a frame is longer or nested deeper than the limit
	ByeAbuse       GoodbyeCode = 2004 // too many errors or requests
)

// Reconnect reports whether a client should reconnect by itself.
func (c GoodbyeCode) Reconnect() bool { return c < 2000 }
