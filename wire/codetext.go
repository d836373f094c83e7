package wire

import "strconv"

// codeRow is what there is to say about a code.
type codeRow struct {
	name  string
	text  string
	retry bool
}

// codes is frozen by testdata/codes.golden.
var codes = [...]codeRow{
	OK:               {"ok", "", false},
	AlreadyOnline:    {"already_online", "already online", false},
	Malformed:        {"malformed", "this is not a JSON object in UTF-8: send exactly one well-formed object as a frame", false},
	UnknownMsgid:     {"unknown_msgid", "there is no request with this msgid: see the protocol reference for those there are", false},
	BadField:         {"bad_field", "a field is missing or of the wrong type: see the protocol reference for the fields of this request", false},
	NotLoggedIn:      {"not_logged_in", "log in first (msgid 2)", false},
	LoggedIn:         {"logged_in", "this connection is logged in already: log out first (msgid 9) or open another connection", false},
	BadCredentials:   {"bad_credentials", "unknown user, wrong password or token no longer valid: check the name and log in with the password", false},
	NameTaken:        {"name_taken", "this user name exists already: choose another", false},
	BadName:          {"bad_name", "a name has 1 to 50 characters, and no control characters: choose another", false},
	BadText:          {"bad_text", "the text is empty or holds characters that are not allowed (only newline and tab of the control characters, valid UTF-8): change it", false},
	TextTooLong:      {"text_too_long", "the text has too many characters: shorten it or send it in several messages", false},
	NotYou:           {"not_you", "the id in the frame is not who is logged in here: leave it out or log in as that user", false},
	NoSuchUser:       {"no_such_user", "there is no such user: check the id", false},
	NoSuchGroup:      {"no_such_group", "there is no such group: check the gid", false},
	NotMember:        {"not_member", "not a member of this group: it must be joined first (msgid 7)", false},
	AlreadyMember:    {"already_member", "already a member of this group: nothing to do", false},
	NotCreator:       {"not_creator", "only the group's creator may do this: ask the creator", false},
	AlreadyFriends:   {"already_friends", "already friends: nothing to do", false},
	NotFriends:       {"not_friends", "not friends with this user: add the friend first (msgid 5)", false},
	NotYourself:      {"not_yourself", "this cannot be done to oneself: name another user", false},
	Blocked:          {"blocked", "one of the two blocks the other: nothing can be sent until that is undone (msgid 33)", false},
	SendSeqGap:       {"send_seq_gap", "frames before this one are missing: send again from send_next", true},
	Passed:           {"passed", "this send_seq lies behind and no message is found for it: send the text with a new number if it was never acked", false},
	TooManyUnacked:   {"too_many_unacked", "too many chat frames without an ack: wait for acks, then send again", true},
	Busy:             {"busy", "the server has too much to do: send again in a moment", true},
	Unavailable:      {"unavailable", "the database does not answer and the outcome is unknown: repeat with the same send_seq", true},
	Behind:           {"behind", "a frame before this one was refused for now: send again from that one on", true},
	SessionEnded:     {"session_ended", "this session has ended, by another login of the device or by being closed: log in again", false},
	NoRegistration:   {"no_registration", "registration is closed on this server: ask its operator for an account", false},
	RateLimited:      {"rate_limited", "too many requests: try again after retry_after_ms", true},
	LimitReached:     {"limit_reached", "there are as many friends, groups or members as are allowed: remove one first", false},
	NoConversation:   {"no_conversation", "there is no such conversation to see: nothing was said there yet, or it is not yours", false},
	StoreFull:        {"store_full", "the server's disk is full or read-only, nothing was stored: send again later and tell the operator", true},
	BadPassword:      {"bad_password", "the new password is too short, too long, or one that everybody tries first: choose another", false},
	PlainSecret:      {"plain_secret", "passwords and tokens are not taken over a plain connection from another machine: connect with TLS or sealed", false},
	FrameTooLong:     {"frame_too_long", "the frame is longer than the server takes: send less at once", false},
	TooDeep:          {"too_deep", "the JSON is nested too deeply: requests are flat objects", false},
	Internal:         {"internal", "the server made an error, which is in its log: try again, and tell the operator if it stays", false},
	Disabled:         {"disabled", "the operator has disabled this account: ask the operator", false},
	CannotSeal:       {"cannot_seal", "this connection cannot be sealed: the server has no key to offer, or frame 21 was not the first on the connection, or 23 not the second", false},
	NoSuchSession:    {"no_such_session", "no device of this account is logged in under this number: msgid 36 lists them", false},
	Archived:         {"archived", "these old messages are in the archive, which cannot be read now: try again later, and tell the operator", true},
	KeptOut:          {"kept_out", "you were removed from this group: ask its creator to let you in again (msgid 31)", false},
	AccountClosed:    {"account_closed", "this user's account is disabled or deleted: nothing can be sent to it", false},
	TooManyStrangers: {"too_many_strangers", "this account has written today to as many people who do not know it as it may: wait until they answer or add it as a friend, or go on tomorrow", false},
	KeyReused:        {"key_reused", "this send key was used for another message: use a new key for each message", false},

	BadRegistrationInvite: {"bad_registration_invite", "registration is by invitation here: the code is missing, wrong, ended, used up or for another name; ask the operator of the server for one and send it in `invite`", false},
}

func (c Code) known() bool { return c >= 0 && int(c) < len(codes) }

// Text is the code's own errinfo: one sentence in English that says what happened
// and what to do; "" for OK.
func (c Code) Text() string {
	if !c.known() {
		return "error " + strconv.Itoa(int(c))
	}
	return codes[c].text
}

// Name is the code's word, for logs, metrics and documentation: lower case with
// underscores, "code_N" for a code that this version does not know.
func (c Code) Name() string {
	if !c.known() {
		return "code_" + strconv.Itoa(int(c))
	}
	return codes[c].name
}

// Retry reports whether the request was refused for now: the very same frame, with
// the same send_seq, may be taken later. Every other code refuses for good.
func (c Code) Retry() bool { return c.known() && codes[c].retry }

// Codes gives all codes there are, ascending, OK first.
func Codes() []Code {
	all := make([]Code, len(codes))
	for i := range all {
		all[i] = Code(i)
	}
	return all
}

// goodbyeRow is what there is to say about a goodbye code.
type goodbyeRow struct {
	code GoodbyeCode
	name string
	text string
}

// goodbyes is frozen by testdata/codes.golden.
var goodbyes = [...]goodbyeRow{
	{ByeShutdown, "shutdown", "the server is stopping: reconnect"},
	{ByeSilent, "silent", "no heartbeat came in time: reconnect and send msgid 11 at the interval told at login"},
	{ByeFenced, "fenced", "this node has lost touch with the cluster: reconnect to another"},
	{ByeIdle, "idle", "no login came within the time allowed: reconnect and log in"},
	{ByeCrowded, "crowded", "there are too many connections: reconnect later"},
	{ByeUnsealed, "unsealed", "what came on a sealed connection was not sealed for it, or was repeated, left out or altered: reconnect"},
	{ByeTakenOver, "taken_over", "another login of this device has taken over"},
	{ByeLoggedOut, "logged_out", "the session was revoked or the account disabled"},
	{ByeNotJSON, "not_json", "what was sent is not a stream of JSON objects"},
	{ByeFrameTooBig, "frame_too_big", "a frame is over the limit of length or depth"},
	{ByeAbuse, "abuse", "too many errors or requests"},
}

func (c GoodbyeCode) row() *goodbyeRow {
	for i := range goodbyes {
		if goodbyes[i].code == c {
			return &goodbyes[i]
		}
	}
	return nil
}

// Text is the code's own reason, one sentence in English.
func (c GoodbyeCode) Text() string {
	if r := c.row(); r != nil {
		return r.text
	}
	return "goodbye " + strconv.Itoa(int(c))
}

// Name is the code's word, for logs, metrics and documentation.
func (c GoodbyeCode) Name() string {
	if r := c.row(); r != nil {
		return r.name
	}
	return "goodbye_" + strconv.Itoa(int(c))
}

// GoodbyeCodes gives all goodbye codes there are, ascending.
func GoodbyeCodes() []GoodbyeCode {
	all := make([]GoodbyeCode, len(goodbyes))
	for i := range goodbyes {
		all[i] = goodbyes[i].code
	}
	return all
}
