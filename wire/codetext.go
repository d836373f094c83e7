package wire

import "strconv"

// codeRow is what there is to say about a code.
type codeRow struct {
	name  string
	text  string
	retry bool
}

// codes has its numbers, names and retry frozen by testdata/codes.golden. The texts may become
// better at any time. The domain uses most of these codes, so their texts name no frame; those
// that only the protocol has may.
var codes = [...]codeRow{
	OK:               {"ok", "", false},
	AlreadyOnline:    {"already_online", "already online", false},
	Malformed:        {"malformed", "this is not a valid JSON object in UTF-8: send one well-formed object in each frame", false},
	UnknownMsgid:     {"unknown_msgid", "no request has this msgid: see the protocol reference", false},
	BadField:         {"bad_field", "a field is missing or has the wrong type: see the protocol reference for the fields of this request", false},
	NotLoggedIn:      {"not_logged_in", "you are not logged in: log in first (msgid 2)", false},
	LoggedIn:         {"logged_in", "this connection is logged in already: log out first (msgid 9) or open another connection", false},
	BadCredentials:   {"bad_credentials", "unknown user, wrong password, or a token that is no longer valid: check the name and log in with the password", false},
	NameTaken:        {"name_taken", "this user name exists already: choose another", false},
	BadName:          {"bad_name", "this name is not allowed: choose one of 1 to 50 characters, without control characters", false},
	BadText:          {"bad_text", "the text is empty, not valid UTF-8, or has a control character other than newline and tab: change it", false},
	TextTooLong:      {"text_too_long", "the text has too many characters: shorten it or send it in several messages", false},
	NotYou:           {"not_you", "this id is not that of the user who is logged in here: leave it out, or log in as that user", false},
	NoSuchUser:       {"no_such_user", "there is no such user: check the id", false},
	NoSuchGroup:      {"no_such_group", "there is no such group: check the gid", false},
	NotMember:        {"not_member", "this user is not a member of the group: they must join it first", false},
	AlreadyMember:    {"already_member", "this user is a member of the group already: there is nothing to do", false},
	NotCreator:       {"not_creator", "only the group's creator may do this: ask the creator", false},
	AlreadyFriends:   {"already_friends", "you are friends already: there is nothing to do", false},
	NotFriends:       {"not_friends", "you are not friends with this user: add them as a friend first", false},
	NotYourself:      {"not_yourself", "you cannot do this to yourself: name another user", false},
	Blocked:          {"blocked", "one of the two users blocks the other: nothing can be sent until that block has ended", false},
	SendSeqGap:       {"send_seq_gap", "messages before this one are missing: send again from send_next on", true},
	Passed:           {"passed", "this send_seq was used before, and no message was found for it: if the text had no ack, send it with a new number", false},
	TooManyUnacked:   {"too_many_unacked", "too many messages wait for their ack: wait for acks, then send again", true},
	Busy:             {"busy", "the server has too much to do: send again in a moment", true},
	Unavailable:      {"unavailable", "the database does not answer, so the outcome is unknown: repeat the request, a message with the same send_seq", true},
	Behind:           {"behind", "a message before this one was refused for now: send again from that message on", true},
	SessionEnded:     {"session_ended", "this session has ended, because another login took the device over or because it was closed: log in again", false},
	NoRegistration:   {"no_registration", "registration is closed on this server: ask its operator for an account", false},
	RateLimited:      {"rate_limited", "too many requests: try again after retry_after_ms", true},
	LimitReached:     {"limit_reached", "there are already as many friends, groups or members as are allowed: remove one first", false},
	NoConversation:   {"no_conversation", "there is no conversation here that you may see: check the id; a direct one begins with its first message", false},
	StoreFull:        {"store_full", "the server's disk is full or read-only, and nothing was stored: send again later, and tell the operator", true},
	BadPassword:      {"bad_password", "the new password is too short, too long, or very common: choose another", false},
	PlainSecret:      {"plain_secret", "passwords and tokens are not accepted over an unencrypted connection from another machine: connect with TLS or sealed", false},
	FrameTooLong:     {"frame_too_long", "the frame has more bytes than this server accepts: send less at once", false},
	TooDeep:          {"too_deep", "the JSON is nested too deeply: send flat objects, and lists only where the protocol reference has them", false},
	Internal:         {"internal", "there was an error in the server, and its log has the details: try again, and tell the operator if it happens again", false},
	Disabled:         {"disabled", "the operator has disabled this account: ask the operator", false},
	CannotSeal:       {"cannot_seal", "this connection cannot be sealed: open a new one and begin it with frame 21, then 23; where the server has no key, use TLS", false},
	NoSuchSession:    {"no_such_session", "no device of this account with this number is logged in: list the sessions to see the numbers", false},
	Archived:         {"archived", "these old messages are in the archive, which cannot be read at the moment: try again later, and tell the operator", true},
	KeptOut:          {"kept_out", "you were removed from this group: ask its creator to let you in again", false},
	AccountClosed:    {"account_closed", "this user's account is disabled or deleted: nothing can be sent to them any more", false},
	TooManyStrangers: {"too_many_strangers", "today you have written to as many people who do not know you as is allowed, or sent them as many messages: wait until they answer or add you as a friend, or continue tomorrow", false},
	KeyReused:        {"key_reused", "this send key was used for another message: use a new key for each message", false},

	BadRegistrationInvite: {"bad_registration_invite", "this server registers users by invitation, and the code is missing, wrong, expired, used up or for another name: ask the operator for a code, and send it in `invite`", false},
	NoSuchMessage:         {"no_such_message", "there is no such message, or you may not see it: look at its `seq`", false},
	NotAuthor:             {"not_author", "somebody else sent this message: only its sender may edit it, and only its sender or who looks after the group may recall it", false},
	TooLate:               {"too_late", "this message was sent too long ago to be edited or recalled: send another one", false},
	MessageRecalled:       {"message_recalled", "this message was recalled: nothing can be done to it any more", false},
	BadEmoji:              {"bad_emoji", "this is not one emoji: put exactly one from Unicode's list into `emoji`", false},
	OlderNode:             {"older_node", "a server of an older version is still running in this cluster, and would not keep this rule: try again when all servers are upgraded, and tell the operator if that takes long", true},
	NotAdmin:              {"not_admin", "only the group's creator and admins may do this: ask one of them", false},
	NotOpen:               {"not_open", "this group cannot be joined by its number: ask a member for an invitation, or ask an admin to add you", false},
	MayNotPost:            {"may_not_post", "you may read in this group, but not post: ask its creator or an admin", false},
	ReceiptsHidden:        {"receipts_hidden", "you hide what you have received and read, so you are not told it of others: stop hiding it to see it", false},
	NoDirectory:           {"no_directory", "this server does not let users be found by the beginning of their names: add the one you mean by their whole name", false},
	NoSuchInvite:          {"no_such_invite", "there is no such invitation: check that the code is complete, or ask for another one", false},
	InviteEnded:           {"invite_ended", "this invitation has ended: ask for another one", false},
	InviteUsedUp:          {"invite_used_up", "this invitation was used as often as it may be: ask for another one", false},
	InviteRevoked:         {"invite_revoked", "this invitation was revoked: ask for another one", false},
	NoSuchRequest:         {"no_such_request", "there is no such friend request, or no longer: list the requests", false},
}

func (c Code) known() bool { return c >= 0 && int(c) < len(codes) }

// Text returns the usual errinfo of the code: one sentence in English that says what happened
// and what to do. For OK it is empty.
func (c Code) Text() string {
	if !c.known() {
		return "error " + strconv.Itoa(int(c))
	}
	return codes[c].text
}

// Name returns the code's name for logs, metrics and documentation, for example "not_member".
// For a code that this version does not know it is "code_N".
func (c Code) Name() string {
	if !c.known() {
		return "code_" + strconv.Itoa(int(c))
	}
	return codes[c].name
}

// Retry reports whether the request was refused for now: the server may accept the same frame,
// with the same send_seq, later. All other codes refuse a request for good.
func (c Code) Retry() bool { return c.known() && codes[c].retry }

// Codes returns all codes, ascending, beginning with OK.
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

// goodbyes has its numbers and names frozen by testdata/codes.golden, its texts not.
var goodbyes = [...]goodbyeRow{
	{ByeShutdown, "shutdown", "the server is stopping: reconnect"},
	{ByeSilent, "silent", "no heartbeat arrived in time: reconnect, and send frame 11 at the interval that the login answer says"},
	{ByeFenced, "fenced", "this node has lost contact with the cluster: connect to another node"},
	{ByeIdle, "idle", "no login arrived in time: reconnect and log in"},
	{ByeCrowded, "crowded", "there are too many connections: reconnect later"},
	{ByeUnsealed, "unsealed", "a frame on a sealed connection could not be opened, because it was altered, repeated or not sealed for it, or one before it is missing: reconnect"},
	{ByeTakenOver, "taken_over", "another login of this device has taken over: log in again only if you want it back here"},
	{ByeLoggedOut, "logged_out", "the session was revoked or the account was disabled: log in again with the password"},
	{ByeNotJSON, "not_json", "what was sent is not a stream of JSON objects: correct the client"},
	{ByeFrameTooBig, "frame_too_big", "a frame is longer or nested deeper than the limit: correct the client, and send less at once"},
	{ByeAbuse, "abuse", "too many errors or requests: correct the client, and send more slowly"},
}

func (c GoodbyeCode) row() *goodbyeRow {
	for i := range goodbyes {
		if goodbyes[i].code == c {
			return &goodbyes[i]
		}
	}
	return nil
}

// Text returns the usual reason of the code: one sentence in English.
func (c GoodbyeCode) Text() string {
	if r := c.row(); r != nil {
		return r.text
	}
	return "goodbye " + strconv.Itoa(int(c))
}

// Name returns the code's name for logs, metrics and documentation, for example "taken_over".
// For a code that this version does not know it is "goodbye_N".
func (c GoodbyeCode) Name() string {
	if r := c.row(); r != nil {
		return r.name
	}
	return "goodbye_" + strconv.Itoa(int(c))
}

// GoodbyeCodes returns all goodbye codes, ascending.
func GoodbyeCodes() []GoodbyeCode {
	all := make([]GoodbyeCode, len(goodbyes))
	for i := range goodbyes {
		all[i] = goodbyes[i].code
	}
	return all
}
