package wire

// Code is the number in `erron`. A code never changes its meaning: numbers, names and whether
// a code refuses for now are frozen by testdata/codes.golden.
type Code int

// The error codes. 0 is success, 1 is given by the classic design.
const (
	OK             Code = 0
	AlreadyOnline  Code = 1  // a nameless session of this account is online
	Malformed      Code = 2  // not a JSON object, or not UTF-8
	UnknownMsgid   Code = 3  // no handler for this msgid
	BadField       Code = 4  // a field is missing or of the wrong type
	NotLoggedIn    Code = 5  // this request needs a login first
	LoggedIn       Code = 6  // this connection is logged in already
	BadCredentials Code = 7  // unknown user, wrong password or wrong token: one answer for all
	NameTaken      Code = 8  // the user name exists
	BadName        Code = 9  // empty, too long, or with a character that is not allowed
	BadText        Code = 10 // empty, or with a character that is not allowed
	TextTooLong    Code = 11 // more characters than the limit
	NotYou         Code = 12 // the id in the frame is not who is logged in here
	NoSuchUser     Code = 13
	NoSuchGroup    Code = 14
	NotMember      Code = 15
	AlreadyMember  Code = 16
	NotCreator     Code = 17
	AlreadyFriends Code = 18
	NotFriends     Code = 19
	NotYourself    Code = 20 // befriend, block, message or remove oneself
	Blocked        Code = 21 // one of the two blocks the other
	SendSeqGap     Code = 22 // send again from `send_next`
	Passed         Code = 23 // this send_seq lies behind and its message is not found
	TooManyUnacked Code = 24 // more than 256 chat frames without an ack
	Busy           Code = 25 // refused for now: the server has too much to do
	Unavailable    Code = 26 // refused for now: the outcome is unknown or the store does not answer; repeat
	Behind         Code = 27 // refused for now: a frame before this one was refused for now
	SessionEnded   Code = 28 // another login took the device over, or the session was closed
	NoRegistration Code = 29 // registration is closed
	RateLimited    Code = 30 // try again after retry_after_ms
	LimitReached   Code = 31 // as many friends, groups or members as are allowed
	NoConversation Code = 32 // nothing was ever said there, or it is not yours to see
	StoreFull      Code = 33 // refused for now: the server's disk is full or read-only
	BadPassword    Code = 34 // the new password is too short, too long, or one that everybody tries first
	PlainSecret    Code = 35 // a secret must not cross a plain connection from another machine
	FrameTooLong   Code = 36
	TooDeep        Code = 37 // JSON nested deeper than the limit
	Internal       Code = 38 // the server's fault; the log has the details
	Disabled       Code = 39 // the operator disabled this account
	CannotSeal     Code = 40 // not offered here, or not the first thing on the connection
	NoSuchSession  Code = 41 // no device of this account is logged in under this number
	Archived       Code = 42 // refused for now: these messages are in a file that cannot be read
	KeptOut        Code = 43 // removed from this group, and not let in again
	AccountClosed  Code = 44 // the other account is disabled or erased
	// TooManyStrangers: as many messages today as are allowed to people who neither answered nor
	// added the sender, or to as many new ones of them.
	TooManyStrangers Code = 45
	KeyReused        Code = 46 // this send key was used for another message
	// BadRegistrationInvite: registration is by invitation, and the code is missing or not good.
	// One answer for all.
	BadRegistrationInvite Code = 47

	// LastCode is the highest of them.
	LastCode = BadRegistrationInvite
)

// GoodbyeCode is the number in frame 26. 1000–1999: reconnect (elsewhere, or here
// after `after_ms`). 2000–2999: do not come back by yourself.
type GoodbyeCode int

// Goodbye codes; they never change meaning.
const (
	ByeShutdown    GoodbyeCode = 1000 // the server stops or drains
	ByeSilent      GoodbyeCode = 1002 // no heartbeat
	ByeFenced      GoodbyeCode = 1003 // the node lost its lease
	ByeIdle        GoodbyeCode = 1004 // not logged in within the time allowed
	ByeCrowded     GoodbyeCode = 1005 // too many connections
	ByeUnsealed    GoodbyeCode = 1006 // a sealed connection met what was not sealed for it
	ByeTakenOver   GoodbyeCode = 2000 // another login of the same device took over
	ByeLoggedOut   GoodbyeCode = 2001 // the session was revoked or the account disabled
	ByeNotJSON     GoodbyeCode = 2002 // the stream can no longer be cut into objects
	ByeFrameTooBig GoodbyeCode = 2003 // a frame over the limit of length or depth
	ByeAbuse       GoodbyeCode = 2004 // too many errors or requests
)

// Reconnect reports whether a client should come back by itself.
func (c GoodbyeCode) Reconnect() bool { return c < 2000 }
