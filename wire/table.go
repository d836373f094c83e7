package wire

//go:generate go test . -run TestGenerated -update

// Msgid is the integer that says what a frame is. The first nine are given by the
// classic design and never change; the rest are Parley's own.
type Msgid int

// Every msgid there is. Requests and their answers are numbered apart.
const (
	Register            Msgid = 0
	RegisterAnswer      Msgid = 1
	Login               Msgid = 2
	LoginAnswer         Msgid = 3
	Chat                Msgid = 4 // both directions
	AddFriend           Msgid = 5
	CreateGroup         Msgid = 6
	JoinGroup           Msgid = 7
	GroupChat           Msgid = 8 // both directions
	Logout              Msgid = 9
	Ack                 Msgid = 10
	Heartbeat           Msgid = 11
	HeartbeatAnswer     Msgid = 12
	Received            Msgid = 13
	Presence            Msgid = 14
	Friends             Msgid = 15
	FriendsAnswer       Msgid = 16
	Groups              Msgid = 17 // with a gid: the members of that group
	GroupsAnswer        Msgid = 18
	History             Msgid = 19
	HistoryAnswer       Msgid = 20
	PublicKey           Msgid = 21
	PublicKeyAnswer     Msgid = 22
	KeyExchange         Msgid = 23
	KeyExchangeAnswer   Msgid = 24
	Sealed              Msgid = 25 // both directions
	Goodbye             Msgid = 26
	Conversations       Msgid = 27
	ConversationsAnswer Msgid = 28
	Read                Msgid = 29 // both directions
	LeaveGroup          Msgid = 30
	RemoveMember        Msgid = 31
	Unfriend            Msgid = 32
	Block               Msgid = 33
	Notice              Msgid = 34
	ChangePassword      Msgid = 35
	Sessions            Msgid = 36
	SessionsAnswer      Msgid = 37
	RevokeSession       Msgid = 38

	// LastMsgid is the highest of them.
	LastMsgid = Msgid(len(frames) - 1)
)

// Request is any frame that a client sends: the union of their fields. Has tells
// which fields the frame carried. One Request may be decoded into again and again;
// strings and lists are copies and stay valid, RID is reused by the next decode.
type Request struct {
	Msgid Msgid
	// RID is the raw JSON scalar of `rid` (a number or a string of at most
	// MaxRID bytes as written), nil without one. It is echoed byte for byte.
	RID []byte

	ID       int64 // the claim of who the sender is; for login, who wants in
	Name     string
	Pwd      string
	NewPwd   string
	Device   string
	Token    string
	SendNext int64
	To       int64
	FriendID int64
	GID      int64
	GName    string
	GDesc    string
	Member   int64
	User     int64
	Block    bool
	With     int64
	Msg      string
	SendSeq  int64
	Seq      int64
	After    int64
	Before   int64
	Limit    int64
	Session  int64 // what DeviceID was called before
	DeviceID int64
	Label    string
	Pin      string
	Key      string
	Data     string
	Remove   bool
	Revoke   bool
	Invite   string

	has    set
	ridBuf []byte // the memory of RID, kept for the next decode
}

// protocol is the table that the program works with.
var protocol = new(table)

// The fields of requests. Each stands here once: its name, its type and its place. Which
// requests have it, and what it means there, is in the table of frames. A request is
// written, and read, in this order.
var (
	FID       = protocol.integer("id", func(r *Request) *int64 { return &r.ID })
	FName     = protocol.text("name", func(r *Request) *string { return &r.Name })
	FPwd      = protocol.text("pwd", func(r *Request) *string { return &r.Pwd })
	FNewPwd   = protocol.text("newpwd", func(r *Request) *string { return &r.NewPwd })
	FDevice   = protocol.text("device", func(r *Request) *string { return &r.Device })
	FToken    = protocol.text("token", func(r *Request) *string { return &r.Token })
	FSendNext = protocol.integer("send_next", func(r *Request) *int64 { return &r.SendNext })
	FTo       = protocol.integer("to", func(r *Request) *int64 { return &r.To })
	FFriendID = protocol.integer("friendid", func(r *Request) *int64 { return &r.FriendID })
	FGID      = protocol.integer("gid", func(r *Request) *int64 { return &r.GID })
	FGName    = protocol.text("gname", func(r *Request) *string { return &r.GName })
	FGDesc    = protocol.text("gdesc", func(r *Request) *string { return &r.GDesc })
	FMember   = protocol.integer("member", func(r *Request) *int64 { return &r.Member })
	FUser     = protocol.integer("user", func(r *Request) *int64 { return &r.User })
	FBlock    = protocol.boolean("block", func(r *Request) *bool { return &r.Block })
	FWith     = protocol.integer("with", func(r *Request) *int64 { return &r.With })
	FMsg      = protocol.text("msg", func(r *Request) *string { return &r.Msg })
	FSendSeq  = protocol.integer("send_seq", func(r *Request) *int64 { return &r.SendSeq })
	FSeq      = protocol.integer("seq", func(r *Request) *int64 { return &r.Seq })
	FAfter    = protocol.integer("after", func(r *Request) *int64 { return &r.After })
	FBefore   = protocol.integer("before", func(r *Request) *int64 { return &r.Before })
	FLimit    = protocol.integer("limit", func(r *Request) *int64 { return &r.Limit })
	FSession  = protocol.integer("session", func(r *Request) *int64 { return &r.Session })
	FPin      = protocol.text("pin", func(r *Request) *string { return &r.Pin })
	FKey      = protocol.text("key", func(r *Request) *string { return &r.Key })
	FData     = protocol.text("data", func(r *Request) *string { return &r.Data })
	FRemove   = protocol.boolean("remove", func(r *Request) *bool { return &r.Remove })
	FRevoke   = protocol.boolean("revoke", func(r *Request) *bool { return &r.Revoke })
	FInvite   = protocol.text("invite", func(r *Request) *string { return &r.Invite })
	FLabel    = protocol.text("label", func(r *Request) *string { return &r.Label })
	FDeviceID = protocol.integer("device_id", func(r *Request) *int64 { return &r.DeviceID })
)

// Further names that the scanner knows: those of every frame, and those of the server's
// frames that are read by hand.
var (
	mMsgid        = protocol.member(Field{name: "msgid", kind: integer})
	mRID          = protocol.member(Field{name: "rid", kind: scalar})
	mFrom         = protocol.member(Field{name: "from", kind: text})
	mTime         = protocol.member(Field{name: "time", kind: text})
	mRe           = protocol.member(Field{name: "re", kind: integer})
	mErron        = protocol.member(Field{name: "erron", kind: integer})
	mErrinfo      = protocol.member(Field{name: "errinfo", kind: text})
	mRetryAfterMS = protocol.member(Field{name: "retry_after_ms", kind: integer})
	mState        = protocol.member(Field{name: "state", kind: text})
)

// frames is the one table of what there is on the wire. A row says which fields a request
// has, which struct a server's frame has, and which frame answers which. Decoding, encoding,
// the errors for what is missing, the tables of the protocol reference, the JSON Schema and
// the types of the TypeScript SDK are made from it (go generate).
//
// Every request may carry rid, and the sender's id as a claim that is checked.
//
// To add a frame: its msgid, its row and new fields of Request here, the struct of a frame of
// the server to frames.go, and its section with examples to docs/protocol.md; then make
// generate. It is served by a row and a handler of internal/gate, and asked for by client.
var frames = [...]frame{
	Register: {name: "register", answer: RegisterAnswer, client: fields(
		required(FName, "the name wanted"),
		required(FPwd, "the password, 5–128 characters by default (10 or more are recommended); neither one of the 1,000 most common nor the name itself"),
		optional(FInvite, "the code of an invitation to this server; case, dashes, blanks and underscores in it do not matter, `O` is read as `0`, `I` and `L` as `1`"),
	)},
	RegisterAnswer: {name: "register_answer", server: RegisterReply{}},
	Login: {name: "login", answer: LoginAnswer, client: fields(
		someOf(0, FID, "who wants in"),
		someOf(0, FName, "who wants in; blanks around it do not matter"),
		someOf(1, FPwd, ""),
		someOf(1, FToken, "from the last login of this device. Beside `pwd` it may have expired: the password is checked, and the token shows that this device has been in before"),
		optional(FDevice, "1–64 characters; without it, or empty: the nameless device (section 5)"),
		optional(FLabel, "what the device says of itself (“Firefox on Linux”), 1–64 characters; frame 37 shows it to its user"),
		optional(FSendNext, "the client's oldest number without an answer (section 4)"),
	)},
	LoginAnswer: {name: "login_answer", server: LoginReply{}},
	Chat: {name: "chat", server: Message{}, form: "direct", client: fields(
		required(FTo, "the user's id"),
		required(FMsg, "1–4,000 characters by default, at least one that can be seen; no control characters but newline and tab"),
		optional(FSendSeq, "the sender's number (section 4)"),
	)},
	AddFriend: {name: "add_friend", client: fields(
		oneOf(FFriendID, "the user's id"),
		oneOf(FName, "or their name, as at login: capitals do not matter"),
	)},
	CreateGroup: {name: "create_group", client: fields(
		required(FGName, "1–50 characters; need not be unique; nothing that cannot be seen, but for what joins emoji or letters"),
		optional(FGDesc, "0–200 characters"),
	)},
	JoinGroup: {name: "join_group", client: fields(required(FGID, "the group's id"))},
	GroupChat: {name: "group_chat", server: Message{}, form: "group", client: fields(
		required(FGID, ""),
		required(FMsg, "as in 4"),
		optional(FSendSeq, "one row of numbers with those of 4"),
	)},
	Logout: {name: "logout", client: fields(
		optional(FRevoke, "`true`: the token of this device ends as well, so that its next login needs the password. Without it the token stays good"),
	)},
	Ack:             {name: "ack", server: AckReply{}},
	Heartbeat:       {name: "heartbeat", answer: HeartbeatAnswer, client: fields()},
	HeartbeatAnswer: {name: "heartbeat_answer", server: HeartbeatReply{}},
	Received: {name: "received", client: fields(
		oneOf(FWith, "the other user"),
		oneOf(FGID, "the group"),
		required(FSeq, "cumulative; beyond the end it counts as the end"),
	)},
	Presence: {name: "presence", server: PresenceNotice{}},
	Friends: {name: "friends", answer: FriendsAnswer, client: fields(
		optional(FAfter, "the last id of the page before; default 0"),
		optional(FLimit, "default 50, at most 200; more counts as 200"),
	)},
	FriendsAnswer: {name: "friends_answer", server: FriendsReply{}},
	Groups: {name: "groups", answer: GroupsAnswer, client: fields(
		optional(FGID, "whose members are wanted"),
		optional(FAfter, "the last gid, or the last member's id, of the page before"),
		optional(FLimit, "as in 15"),
	)},
	GroupsAnswer: {name: "groups_answer", server: GroupsReply{}},
	History: {name: "history", answer: HistoryAnswer, client: fields(
		oneOf(FWith, ""),
		oneOf(FGID, ""),
		mostOne(FAfter, "seqs above this one"),
		mostOne(FBefore, "seqs below this one"),
		optional(FLimit, "as in 15; a page may hold fewer if its texts are long"),
	)},
	HistoryAnswer: {name: "history_answer", server: HistoryReply{}},
	PublicKey: {name: "public_key", answer: PublicKeyAnswer, client: fields(
		optional(FPin, "the fingerprint of the server's key that the client knows"),
	)},
	PublicKeyAnswer: {name: "public_key_answer", server: PublicKeyReply{}},
	KeyExchange: {name: "key_exchange", answer: KeyExchangeAnswer, client: fields(
		required(FKey, "the client's secret, 32 random bytes, under RSA-OAEP with SHA-256, base64"),
	)},
	KeyExchangeAnswer: {name: "key_exchange_answer", server: KeyExchangeReply{}},
	Sealed:            {name: "sealed", server: SealedFrame{}, client: fields(required(FData, "section 10, base64"))},
	Goodbye:           {name: "goodbye", server: GoodbyeNotice{}},
	Conversations: {name: "conversations", answer: ConversationsAnswer, client: fields(
		optional(FAfter, "the last `key` of the page before"),
		optional(FLimit, "as in 15"),
	)},
	ConversationsAnswer: {name: "conversations_answer", server: ConversationsReply{}},
	Read: {name: "read", server: ReadNotice{}, client: fields(
		oneOf(FWith, ""),
		oneOf(FGID, ""),
		required(FSeq, "from 1; beyond the end it counts as the end"),
	)},
	LeaveGroup: {name: "leave_group", client: fields(required(FGID, ""))},
	RemoveMember: {name: "remove_member", client: fields(
		required(FGID, ""),
		required(FMember, "the user to take out, or to let in again"),
		optionalYes(FRemove, "`true`, the default, removes; `false` lets the user join again"),
	)},
	Unfriend: {name: "unfriend", client: fields(required(FFriendID, ""))},
	Block: {name: "block", client: fields(
		required(FUser, "the user to block"),
		optionalYes(FBlock, "`true`, the default, blocks; `false` unblocks"),
	)},
	Notice: {name: "notice", server: NoticeFrame{}},
	ChangePassword: {name: "change_password", client: fields(
		required(FPwd, "the old one"),
		required(FNewPwd, "the new one"),
	)},
	Sessions: {name: "sessions", answer: SessionsAnswer, client: fields(
		optional(FAfter, "the last `device_id` of the page before"),
		optional(FLimit, "entries of a page: 50 by default, at most 200"),
	)},
	SessionsAnswer: {name: "sessions_answer", server: SessionsReply{}},
	RevokeSession: {name: "revoke_session", client: fields(
		someOf(0, FDeviceID, "the device, as frame 37 lists it"),
		someOf(0, FSession, "the old name of it; `device_id` counts if both are there"),
	)},
}

func init() { protocol.shapes = shapesOf(frames[:]) }
