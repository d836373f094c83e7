package wire

import "strconv"

// memberIndex numbers the member names that the scanner knows. The first ones are
// the request fields, so that 1<<index is the Field.
type memberIndex uint8

const (
	iID memberIndex = iota
	iName
	iPwd
	iNewPwd
	iDevice
	iToken
	iSendNext
	iTo
	iFriendID
	iGID
	iGName
	iGDesc
	iMember
	iUser
	iBlock
	iWith
	iMsg
	iSendSeq
	iSeq
	iAfter
	iBefore
	iLimit
	iSession
	iPin
	iKey
	iData
	iRemove
	iRevoke
	fieldCount
)

const (
	iMsgid = fieldCount + iota
	iRID
	iFrom
	iTime
	iRe
	iErron
	iErrinfo
	iRetryAfterMS
	iState
	memberCount
)

// fieldType is the type of a request field.
type fieldType uint8

const (
	integer fieldType = iota // a whole number from 0 to MaxInteger, or a string holding one
	text                     // a string of valid UTF-8
	boolean                  // true or false
)

func (t fieldType) String() string {
	return [...]string{"integer", "text", "boolean"}[t]
}

// MaxInteger is the largest number in any frame: the largest up to which every
// whole number is exact in JavaScript, too.
const MaxInteger = 1 << 53

// memberNames are the names as they stand on the wire.
var memberNames = [memberCount]string{
	iID: "id", iName: "name", iPwd: "pwd", iNewPwd: "newpwd", iDevice: "device", iToken: "token",
	iSendNext: "send_next", iTo: "to", iFriendID: "friendid", iGID: "gid", iGName: "gname",
	iGDesc: "gdesc", iMember: "member", iUser: "user", iBlock: "block", iWith: "with", iMsg: "msg",
	iSendSeq: "send_seq", iSeq: "seq", iAfter: "after", iBefore: "before", iLimit: "limit",
	iSession: "session", iPin: "pin", iKey: "key", iData: "data", iRemove: "remove", iRevoke: "revoke",

	iMsgid: "msgid", iRID: "rid", iFrom: "from", iTime: "time", iRe: "re", iErron: "erron",
	iErrinfo: "errinfo", iRetryAfterMS: "retry_after_ms", iState: "state",
}

// fieldTypes gives the type of each request field; those not named are integers.
var fieldTypes = [fieldCount]fieldType{
	iName: text, iPwd: text, iNewPwd: text, iDevice: text, iToken: text,
	iGName: text, iGDesc: text, iMsg: text, iBlock: boolean, iPin: text, iKey: text, iData: text, iRemove: boolean, iRevoke: boolean,
}

// requestRow says which fields a request has. Everything about a request's shape
// comes from its row: decoding, the errors for what is missing, encoding, and (by a
// test) the tables of the protocol reference.
type requestRow struct {
	request  bool
	required Field   // all of these
	optional Field   // any of these
	one      []Field // of each set exactly one
	some     []Field // of each set at least one
	most     Field   // at most one of these
}

// requests is the one table of what a client may send. Every request may carry rid;
// all but login may carry the sender's id, as a claim that is checked.
var requests = [...]requestRow{
	Register:       {request: true, required: FName | FPwd},
	Login:          {request: true, some: []Field{FID | FName, FPwd | FToken}, optional: FDevice | FSendNext},
	Chat:           {request: true, required: FTo | FMsg, optional: FSendSeq},
	AddFriend:      {request: true, one: []Field{FFriendID | FName}},
	CreateGroup:    {request: true, required: FGName, optional: FGDesc},
	JoinGroup:      {request: true, required: FGID},
	GroupChat:      {request: true, required: FGID | FMsg, optional: FSendSeq},
	Logout:         {request: true, optional: FRevoke},
	Heartbeat:      {request: true},
	Received:       {request: true, one: []Field{FWith | FGID}, required: FSeq},
	Friends:        {request: true, optional: FAfter | FLimit},
	Groups:         {request: true, optional: FGID | FAfter | FLimit},
	History:        {request: true, one: []Field{FWith | FGID}, most: FAfter | FBefore, optional: FLimit},
	PublicKey:      {request: true, optional: FPin},
	KeyExchange:    {request: true, required: FKey},
	Sealed:         {request: true, required: FData},
	Conversations:  {request: true, optional: FAfter | FLimit},
	Read:           {request: true, one: []Field{FWith | FGID}, required: FSeq},
	LeaveGroup:     {request: true, required: FGID},
	RemoveMember:   {request: true, required: FGID | FMember, optional: FRemove},
	Unfriend:       {request: true, required: FFriendID},
	Block:          {request: true, required: FUser, optional: FBlock},
	ChangePassword: {request: true, required: FPwd | FNewPwd},
	Sessions:       {request: true, optional: FAfter | FLimit},
	RevokeSession:  {request: true, required: FSession},
}

// row gives the row of a request, nil for a msgid that no client sends.
func (m Msgid) row() *requestRow {
	if m < 0 || int(m) >= len(requests) || !requests[m].request {
		return nil
	}
	return &requests[m]
}

// fields gives all that the request may carry.
func (row *requestRow) fields() Field {
	all := FID | row.required | row.optional | row.most
	for _, set := range row.one {
		all |= set
	}
	for _, set := range row.some {
		all |= set
	}
	return all
}

// IsRequest reports whether clients send this msgid.
func (m Msgid) IsRequest() bool { return m.row() != nil }

// msgidNames are the words for msgids.
var msgidNames = [...]string{
	Register: "register", RegisterAnswer: "register_answer", Login: "login",
	LoginAnswer: "login_answer", Chat: "chat", AddFriend: "add_friend",
	CreateGroup: "create_group", JoinGroup: "join_group", GroupChat: "group_chat",
	Logout: "logout", Ack: "ack", Heartbeat: "heartbeat", HeartbeatAnswer: "heartbeat_answer",
	Received: "received", Presence: "presence", Friends: "friends",
	FriendsAnswer: "friends_answer", Groups: "groups", GroupsAnswer: "groups_answer",
	History: "history", HistoryAnswer: "history_answer", PublicKey: "public_key",
	PublicKeyAnswer: "public_key_answer", KeyExchange: "key_exchange",
	KeyExchangeAnswer: "key_exchange_answer", Sealed: "sealed", Goodbye: "goodbye",
	Conversations: "conversations", ConversationsAnswer: "conversations_answer", Read: "read",
	LeaveGroup: "leave_group", RemoveMember: "remove_member", Unfriend: "unfriend",
	Block: "block", Change: "change", ChangePassword: "change_password",
	Sessions: "sessions", SessionsAnswer: "sessions_answer", RevokeSession: "revoke_session",
}

// Name is the msgid's word, for logs, metrics and documentation: lower case with
// underscores, "msgid_N" for one that this version does not know.
func (m Msgid) Name() string {
	if m < 0 || int(m) >= len(msgidNames) {
		return "msgid_" + strconv.Itoa(int(m))
	}
	return msgidNames[m]
}

// Msgids gives all msgids there are, ascending.
func Msgids() []Msgid {
	all := make([]Msgid, len(msgidNames))
	for i := range all {
		all[i] = Msgid(i)
	}
	return all
}

// memberTable finds a name's index: slots by a cheap hash, the rest of a slot by
// the chain in next. Both hold index+1, 0 ends.
var memberTable = func() (t struct {
	slot [128]memberIndex
	next [memberCount + 1]memberIndex
},
) {
	for i := range memberCount {
		h := memberHash([]byte(memberNames[i]))
		t.next[i+1] = t.slot[h]
		t.slot[h] = i + 1
	}
	return t
}()

// memberHash gives every known name a slot of its own.
func memberHash(name []byte) uint8 {
	return (name[0] + name[len(name)-1]*3 + byte(len(name))*39) & 127
}

// findMember gives the index of a member name that the protocol knows.
func findMember(name []byte) (memberIndex, bool) {
	if len(name) == 0 {
		return 0, false
	}
	for i := memberTable.slot[memberHash(name)]; i != 0; i = memberTable.next[i] {
		if memberNames[i-1] == string(name) {
			return i - 1, true
		}
	}
	return 0, false
}
