package wire

//go:generate go test . -run TestGenerated -update

// Msgid is the number that says what kind of frame a frame is. A msgid never changes its meaning.
// Later versions may add msgids.
type Msgid int

// The msgids. An answer has another msgid than its request.
const (
	Register            Msgid = 0 // makes an account
	RegisterAnswer      Msgid = 1
	Login               Msgid = 2 // logs in, by password or token
	LoginAnswer         Msgid = 3
	Chat                Msgid = 4 // a direct message; in both directions
	AddFriend           Msgid = 5
	CreateGroup         Msgid = 6
	JoinGroup           Msgid = 7
	GroupChat           Msgid = 8 // a message in a group; in both directions
	Logout              Msgid = 9
	Ack                 Msgid = 10 // answers every request that has no answer of its own
	Heartbeat           Msgid = 11 // says that the client is still there
	HeartbeatAnswer     Msgid = 12
	Received            Msgid = 13 // says up to which seq this device has displayed a conversation
	Presence            Msgid = 14 // from the server: a friend came online or went offline
	Friends             Msgid = 15 // asks for the list of friends
	FriendsAnswer       Msgid = 16
	Groups              Msgid = 17 // asks for the list of groups, or of the members of one group
	GroupsAnswer        Msgid = 18
	History             Msgid = 19 // asks for a page of a conversation
	HistoryAnswer       Msgid = 20
	PublicKey           Msgid = 21 // begins a sealed connection
	PublicKeyAnswer     Msgid = 22
	KeyExchange         Msgid = 23 // sends the client's secret, encrypted
	KeyExchangeAnswer   Msgid = 24
	Sealed              Msgid = 25 // a piece of a sealed connection; in both directions
	Goodbye             Msgid = 26 // the server's last frame before it closes the connection
	Conversations       Msgid = 27 // asks for the list of conversations
	ConversationsAnswer Msgid = 28
	Read                Msgid = 29 // says up to which seq the user has read; in both directions
	LeaveGroup          Msgid = 30
	RemoveMember        Msgid = 31 // removes a member from a group, or lets them in again
	Unfriend            Msgid = 32
	Block               Msgid = 33 // blocks or unblocks a user
	Notice              Msgid = 34 // from the server: something about friends or members is new
	ChangePassword      Msgid = 35
	Sessions            Msgid = 36 // asks for the devices that are or can be logged in
	SessionsAnswer      Msgid = 37
	RevokeSession       Msgid = 38 // ends a device's session and its token
	Change              Msgid = 39 // changes a message: edit, recall, react, unreact, pin, unpin
	Changed             Msgid = 40 // from the server: the present state of a changed message
	States              Msgid = 41 // asks for the states of changed messages, or for the pinned messages
	StatesAnswer        Msgid = 42
	Readers             Msgid = 43 // asks who has received and read a message
	ReadersAnswer       Msgid = 44
	Typing              Msgid = 45 // somebody is writing in a conversation; in both directions
	Receipts            Msgid = 46 // from the server: how far others have received and read
	Settings            Msgid = 47 // the user's settings for a conversation; in both directions
	Mentions            Msgid = 48 // asks for the messages in which the user is mentioned
	MentionsAnswer      Msgid = 49

	People       Msgid = 50 // looks for users by the beginning of their names
	PeopleAnswer Msgid = 51

	UpdateGroup      Msgid = 54 // changes a group's name, description or rules
	SetRole          Msgid = 55 // gives a member another role, or hands the group over
	AddMembers       Msgid = 56 // makes users members of a group
	AddMembersAnswer Msgid = 57

	MakeInvite           Msgid = 58 // makes an invitation to a group
	MakeInviteAnswer     Msgid = 59
	Invites              Msgid = 60 // asks for a group's invitations
	InvitesAnswer        Msgid = 61
	RevokeInvite         Msgid = 62 // ends an invitation
	LookAtInvite         Msgid = 63 // asks what an invitation is for
	LookAtInviteAnswer   Msgid = 64
	FriendRequests       Msgid = 65 // who asks to be a friend, or whom one asks
	FriendRequestsAnswer Msgid = 66
	AnswerRequest        Msgid = 67 // accepts or declines a friend request, or withdraws one's own
	Profile              Msgid = 68 // asks what a user shows of themselves
	ProfileAnswer        Msgid = 69
	UpdateProfile        Msgid = 70 // changes what the user shows of themselves, and to whom
	DeleteAccount        Msgid = 71 // has the account deleted after some days, or takes that back

	// LastMsgid is the highest msgid.
	LastMsgid = Msgid(len(frames) - 1)
)

// Request is any frame that a client sends. It has the fields of all requests; Has reports which
// of them a frame has. The protocol reference gives their limits. A Request may be decoded into
// many times: strings and lists are copies and stay valid, but RID is overwritten.
type Request struct {
	Msgid Msgid
	// RID is the `rid` of the request as it is written: a number, or a string with its quotes,
	// of at most MaxRID bytes; nil if there is none. The answer repeats it byte for byte.
	RID []byte

	ID        int64  // Login: the user who logs in; others: who sends this, which the server checks
	Name      string // Register, Login: the user's name; AddFriend: the friend's
	Pwd       string // Register, Login: the password; ChangePassword: the old one
	NewPwd    string // ChangePassword
	Device    string // Login: the name of the device
	Token     string // Login: instead of the password
	SendNext  int64  // Login: the oldest send_seq that has no answer yet
	To        int64  // Chat: the user who gets the message
	FriendID  int64  // AddFriend, Unfriend
	GID       int64  // the group
	GName     string // CreateGroup: its name
	GDesc     string // CreateGroup: its description
	Member    int64  // RemoveMember: the member
	User      int64  // Block: the user to block or unblock
	Block     bool   // Block: false unblocks; true if left out
	With      int64  // the other user of a direct conversation
	Msg       string // Chat, GroupChat: the text
	SendSeq   int64  // Chat, GroupChat: the device's number for the message
	Seq       int64  // Received, Read: up to this message
	After     int64  // pages: what comes after this entry
	Before    int64  // History: messages with a lower seq
	Limit     int64  // pages: how many entries
	Session   int64  // RevokeSession: the older name of DeviceID
	DeviceID  int64  // RevokeSession: the device, as SessionRow lists it
	Label     string // Login: what the device is, for the user's list of devices
	Pin       string // PublicKey: the fingerprint of the server's key that the client knows
	Key       string // KeyExchange: the encrypted secret, base64
	Data      string // Sealed: the sealed piece, base64
	Remove    bool   // RemoveMember: false lets the user in again; true if left out
	Revoke    bool   // Logout: also end the token
	Invite    string // Register: the code of an invitation
	Changes   bool
	Op        string
	Emoji     string
	Rev       int64
	Pinned    bool
	Level     string  // Settings: what the user wants to be told of
	MuteUntil string  // Settings: until when nothing is to be told
	Hidden    bool    // Settings: whether the conversation is out of sight until its next message
	Draft     string  // Settings: a text that is not sent yet
	Order     string  // Conversations: the order of the list
	Next      string  // Conversations: where the page begins
	Joining   string  // CreateGroup, UpdateGroup: who may join
	Posting   string  // UpdateGroup: who may post
	Role      string  // SetRole: the new role
	Users     []int64 // AddMembers: the users
	Members   []int64 // CreateGroup: its first members
	Uses      int64   // MakeInvite: how often it may be used
	Hours     int64   // MakeInvite: how long it lasts
	InviteID  int64   // RevokeInvite: the invitation
	Code      string  // JoinGroup, LookAtInvite: the code of an invitation
	Display   string  // UpdateProfile: the display name
	Cancel    bool    // DeleteAccount: whether to take it back
	Out       bool    // FriendRequests: one's own
	Accept    bool    // AnswerRequest: whether the two are to be friends
	Blocked   bool    // Friends: those whom the user blocks instead
	About     string  // UpdateProfile: a line about oneself
	// UpdateProfile: whether nobody is told what the user has received and read, and when they were
	// there
	HideReceipts, HideSeen bool
	Only                   string // Readers: who is listed

	ReplyTo    int64   // Chat, GroupChat: the message that is answered
	Mentions   []int64 // Chat, GroupChat, Change: who is mentioned
	MentionAll bool    // Chat, GroupChat, Change: everybody is mentioned

	has    set
	ridBuf []byte // the memory of RID, kept for the next decode
}

// protocol is the table that the program works with.
var protocol = new(table)

// The fields of requests, for Request.Has and Request.Set. Each is the name of the field on the
// wire and its place in a Request. The protocol reference says which requests have which fields.
// Request.AppendJSON writes them in this order.
var (
	FID        = protocol.integer("id", func(r *Request) *int64 { return &r.ID })
	FName      = protocol.text("name", func(r *Request) *string { return &r.Name })
	FPwd       = protocol.text("pwd", func(r *Request) *string { return &r.Pwd })
	FNewPwd    = protocol.text("newpwd", func(r *Request) *string { return &r.NewPwd })
	FDevice    = protocol.text("device", func(r *Request) *string { return &r.Device })
	FToken     = protocol.text("token", func(r *Request) *string { return &r.Token })
	FSendNext  = protocol.integer("send_next", func(r *Request) *int64 { return &r.SendNext })
	FTo        = protocol.integer("to", func(r *Request) *int64 { return &r.To })
	FFriendID  = protocol.integer("friendid", func(r *Request) *int64 { return &r.FriendID })
	FGID       = protocol.integer("gid", func(r *Request) *int64 { return &r.GID })
	FGName     = protocol.text("gname", func(r *Request) *string { return &r.GName })
	FGDesc     = protocol.text("gdesc", func(r *Request) *string { return &r.GDesc })
	FMember    = protocol.integer("member", func(r *Request) *int64 { return &r.Member })
	FUser      = protocol.integer("user", func(r *Request) *int64 { return &r.User })
	FBlock     = protocol.boolean("block", func(r *Request) *bool { return &r.Block })
	FWith      = protocol.integer("with", func(r *Request) *int64 { return &r.With })
	FMsg       = protocol.text("msg", func(r *Request) *string { return &r.Msg })
	FSendSeq   = protocol.integer("send_seq", func(r *Request) *int64 { return &r.SendSeq })
	FSeq       = protocol.integer("seq", func(r *Request) *int64 { return &r.Seq })
	FAfter     = protocol.integer("after", func(r *Request) *int64 { return &r.After })
	FBefore    = protocol.integer("before", func(r *Request) *int64 { return &r.Before })
	FLimit     = protocol.integer("limit", func(r *Request) *int64 { return &r.Limit })
	FSession   = protocol.integer("session", func(r *Request) *int64 { return &r.Session })
	FPin       = protocol.text("pin", func(r *Request) *string { return &r.Pin })
	FKey       = protocol.text("key", func(r *Request) *string { return &r.Key })
	FData      = protocol.text("data", func(r *Request) *string { return &r.Data })
	FRemove    = protocol.boolean("remove", func(r *Request) *bool { return &r.Remove })
	FRevoke    = protocol.boolean("revoke", func(r *Request) *bool { return &r.Revoke })
	FInvite    = protocol.text("invite", func(r *Request) *string { return &r.Invite })
	FLabel     = protocol.text("label", func(r *Request) *string { return &r.Label })
	FDeviceID  = protocol.integer("device_id", func(r *Request) *int64 { return &r.DeviceID })
	FChanges   = protocol.boolean("changes", func(r *Request) *bool { return &r.Changes })
	FOp        = protocol.text("op", func(r *Request) *string { return &r.Op })
	FEmoji     = protocol.text("emoji", func(r *Request) *string { return &r.Emoji })
	FRev       = protocol.integer("rev", func(r *Request) *int64 { return &r.Rev })
	FPinned    = protocol.boolean("pinned", func(r *Request) *bool { return &r.Pinned })
	FLevel     = protocol.text("level", func(r *Request) *string { return &r.Level })
	FMuteUntil = protocol.text("mute_until", func(r *Request) *string { return &r.MuteUntil })
	FHidden    = protocol.boolean("hidden", func(r *Request) *bool { return &r.Hidden })
	FDraft     = protocol.text("draft", func(r *Request) *string { return &r.Draft })
	FOrder     = protocol.text("order", func(r *Request) *string { return &r.Order })
	FNext      = protocol.text("next", func(r *Request) *string { return &r.Next })
	FJoining   = protocol.text("joining", func(r *Request) *string { return &r.Joining })
	FPosting   = protocol.text("posting", func(r *Request) *string { return &r.Posting })
	FRole      = protocol.text("role", func(r *Request) *string { return &r.Role })
	FUsers     = protocol.integers("users", MaxAdded, func(r *Request) *[]int64 { return &r.Users })
	FMembers   = protocol.integers("members", MaxAdded, func(r *Request) *[]int64 { return &r.Members })
	FUses      = protocol.integer("uses", func(r *Request) *int64 { return &r.Uses })
	FHours     = protocol.integer("hours", func(r *Request) *int64 { return &r.Hours })
	FInviteID  = protocol.integer("invite_id", func(r *Request) *int64 { return &r.InviteID })
	FCode      = protocol.text("code", func(r *Request) *string { return &r.Code })
	FDisplay   = protocol.text("display", func(r *Request) *string { return &r.Display })
	FAbout     = protocol.text("about", func(r *Request) *string { return &r.About })

	FCancel  = protocol.boolean("cancel", func(r *Request) *bool { return &r.Cancel })
	FOut     = protocol.boolean("out", func(r *Request) *bool { return &r.Out })
	FAccept  = protocol.boolean("accept", func(r *Request) *bool { return &r.Accept })
	FBlocked = protocol.boolean("blocked", func(r *Request) *bool { return &r.Blocked })

	FHideReceipts = protocol.boolean("hide_receipts", func(r *Request) *bool { return &r.HideReceipts })
	FHideSeen     = protocol.boolean("hide_seen", func(r *Request) *bool { return &r.HideSeen })
	FOnly         = protocol.text("only", func(r *Request) *string { return &r.Only })

	FReplyTo    = protocol.integer("reply_to", func(r *Request) *int64 { return &r.ReplyTo })
	FMentions   = protocol.integers("mentions", MaxMentions, func(r *Request) *[]int64 { return &r.Mentions })
	FMentionAll = protocol.boolean("mention_all", func(r *Request) *bool { return &r.MentionAll })
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
		required(FName, "the name of the new user"),
		required(FPwd, "the password, 5–128 characters by default (10 or more are recommended). It must not be one of the 1,000 most common passwords, or the name"),
		optional(FInvite, "the code of an invitation to this server. Case, dashes, blanks and underscores do not matter. `O` counts as `0`; `I` and `L` count as `1`"),
	)},
	RegisterAnswer: {name: "register_answer", server: RegisterReply{}},
	Login: {name: "login", answer: LoginAnswer, client: fields(
		someOf(0, FID, "the user who logs in"),
		someOf(0, FName, "their name; blanks around it do not matter"),
		someOf(1, FPwd, ""),
		someOf(1, FToken, "from the last login of this device. It may be sent beside `pwd`, even if it has expired: the server checks the password, and the token shows that this device was logged in before"),
		optional(FDevice, "1–64 characters; without it, or empty: the nameless device (section 5)"),
		optional(FLabel, "what the device is, for people (“Firefox on Linux”), 1–64 characters; frame 37 shows it to the user"),
		optional(FSendNext, "the client's oldest number without an answer (section 4)"),
		optional(FChanges, "`true`: the session is told of changes of messages (frame 40, section 11)"),
	)},
	LoginAnswer: {name: "login_answer", server: LoginReply{}},
	Chat: {name: "chat", server: Message{}, form: "direct", client: fields(
		required(FTo, "the user's id"),
		required(FMsg, "1–4,000 characters by default, at least one of them visible; no control characters except newline and tab"),
		optional(FSendSeq, "the device's number for this message (section 4)"),
		optional(FReplyTo, "the seq of the message that this one answers. It is in the same conversation, and the sender can see it"),
		optional(FMentions, "ids of the users who are mentioned, at most 50. Who is not in the conversation is left out"),
		optional(FMentionAll, "`true`: everybody in the conversation is mentioned"),
	)},
	AddFriend: {name: "add_friend", client: fields(
		oneOf(FFriendID, "the user's id"),
		oneOf(FName, "or the user's name; as at login, capitals do not matter"),
	)},
	CreateGroup: {name: "create_group", client: fields(
		required(FGName, "1–50 characters; it need not be unique. No invisible characters, except those that join emoji or letters"),
		optional(FGDesc, "0–200 characters"),
		optional(FJoining, "who may join: `open` (everybody by the gid), `invite` (by invitation) or `closed` (only who is added). Default `open`"),
		optional(FMembers, "ids of users who are added at once, at most 50. Who cannot be added is left out; frame 56 says why"),
	)},
	JoinGroup: {name: "join_group", client: fields(
		oneOf(FGID, "the id of an open group"),
		oneOf(FCode, "the code of an invitation to a group. Case, dashes, blanks and underscores do not matter. `O` counts as `0`; `I` and `L` count as `1`"),
	)},
	GroupChat: {name: "group_chat", server: Message{}, form: "group", client: fields(
		required(FGID, ""),
		required(FMsg, "as in 4"),
		optional(FSendSeq, "as in 4; frames 4 and 8 share one sequence of numbers"),
		optional(FReplyTo, "as in 4"),
		optional(FMentions, "as in 4"),
		optional(FMentionAll, "as in 4"),
	)},
	Logout: {name: "logout", client: fields(
		optional(FRevoke, "`true`: the token of this device ends too, and its next login needs the password. If left out, the token stays valid"),
	)},
	Ack:             {name: "ack", server: AckReply{}},
	Heartbeat:       {name: "heartbeat", answer: HeartbeatAnswer, client: fields()},
	HeartbeatAnswer: {name: "heartbeat_answer", server: HeartbeatReply{}},
	Received: {name: "received", client: fields(
		oneOf(FWith, "the other user"),
		oneOf(FGID, "the group"),
		required(FSeq, "all messages up to this one have been displayed. A seq beyond the last message counts as the last message"),
	)},
	Presence: {name: "presence", server: PresenceNotice{}},
	Friends: {name: "friends", answer: FriendsAnswer, client: fields(
		optional(FAfter, "the last id of the page before; default 0"),
		optional(FLimit, "default 50, at most 200; more counts as 200"),
		optional(FBlocked, "`true`: the users whom one blocks instead"),
	)},
	FriendsAnswer: {name: "friends_answer", server: FriendsReply{}},
	Groups: {name: "groups", answer: GroupsAnswer, client: fields(
		optional(FGID, "the group whose members are listed"),
		optional(FAfter, "the last gid, or the last member's id, of the page before"),
		optional(FLimit, "as in 15"),
	)},
	GroupsAnswer: {name: "groups_answer", server: GroupsReply{}},
	History: {name: "history", answer: HistoryAnswer, client: fields(
		oneOf(FWith, ""),
		oneOf(FGID, ""),
		mostOne(FAfter, "messages with a higher seq"),
		mostOne(FBefore, "messages with a lower seq"),
		optional(FLimit, "as in 15; a page has fewer messages if their texts are long"),
	)},
	HistoryAnswer: {name: "history_answer", server: HistoryReply{}},
	PublicKey: {name: "public_key", answer: PublicKeyAnswer, client: fields(
		optional(FPin, "the fingerprint of the server's key, if the client knows it"),
	)},
	PublicKeyAnswer: {name: "public_key_answer", server: PublicKeyReply{}},
	KeyExchange: {name: "key_exchange", answer: KeyExchangeAnswer, client: fields(
		required(FKey, "the client's secret, 32 random bytes, encrypted with RSA-OAEP and SHA-256, base64"),
	)},
	KeyExchangeAnswer: {name: "key_exchange_answer", server: KeyExchangeReply{}},
	Sealed:            {name: "sealed", server: SealedFrame{}, client: fields(required(FData, "section 10, base64"))},
	Goodbye:           {name: "goodbye", server: GoodbyeNotice{}},
	Conversations: {name: "conversations", answer: ConversationsAnswer, client: fields(
		optional(FAfter, "the last `key` of the page before; not with `order`"),
		optional(FLimit, "as in 15"),
		optional(FOrder, "`recent`: the order of a screen, see below; left out: by `key`"),
		optional(FNext, "with `order`: the `next` of the page before"),
	)},
	ConversationsAnswer: {name: "conversations_answer", server: ConversationsReply{}},
	Read: {name: "read", server: ReadNotice{}, client: fields(
		oneOf(FWith, ""),
		oneOf(FGID, ""),
		required(FSeq, "at least 1. A seq beyond the last message counts as the last message"),
	)},
	LeaveGroup: {name: "leave_group", client: fields(required(FGID, ""))},
	RemoveMember: {name: "remove_member", client: fields(
		required(FGID, ""),
		required(FMember, "the user to remove, or to let in again"),
		optionalYes(FRemove, "`true`, the default, removes the user; `false` lets them join again"),
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
		someOf(0, FSession, "the older name of `device_id`, which counts if both are there"),
	)},
	Change: {name: "change", client: fields(
		oneOf(FWith, "the other user of a direct conversation"),
		oneOf(FGID, "the group"),
		required(FSeq, "the message"),
		required(FOp, "`edit`, `recall`, `react`, `unreact`, `pin` or `unpin`"),
		optional(FMsg, "`edit`: the new text, as in 4"),
		optional(FEmoji, "`react`, `unreact`: one emoji of Unicode's emoji-test.txt, with or without U+FE0F"),
		optional(FSendSeq, "one row of numbers with those of 4 and 8 (section 4)"),
		optional(FMentions, "`edit`: who is mentioned now, as in 4. If `mentions` and `mention_all` are both left out, the mentions stay as they are; otherwise they are replaced"),
		optional(FMentionAll, "`edit`: as in 4"),
	)},
	Changed: {name: "changed", server: ChangedNotice{}},
	States: {name: "states", answer: StatesAnswer, client: fields(
		oneOf(FWith, ""),
		oneOf(FGID, ""),
		optional(FRev, "states whose last change came after this one; default 0"),
		optional(FPinned, "`true`: the pinned messages instead; then `rev` does not count"),
		optional(FAfter, "with `pinned`: the last seq of the page before"),
		optional(FLimit, "as in 15"),
	)},
	StatesAnswer: {name: "states_answer", server: StatesReply{}},
	Readers: {name: "readers", answer: ReadersAnswer, client: fields(
		oneOf(FWith, ""),
		oneOf(FGID, ""),
		required(FSeq, "the message"),
		optional(FOnly, "who is listed: `read`, `received` (and not read) or `waiting` (neither); left out: all of them"),
		optional(FAfter, "the last id of the page before"),
		optional(FLimit, "as in 15"),
	)},
	ReadersAnswer: {name: "readers_answer", server: ReadersReply{}},
	Typing: {name: "typing", server: TypingNotice{}, client: fields(
		oneOf(FWith, ""),
		oneOf(FGID, ""),
	)},
	Receipts: {name: "receipts", server: ReceiptsNotice{}},
	Settings: {name: "settings", server: SettingsNotice{}, client: fields(
		oneOf(FWith, ""),
		oneOf(FGID, ""),
		someOf(0, FLevel, "what the user wants to be told of: `all`, `mentions` or `none`"),
		someOf(0, FMuteUntil, "nothing is to be told until this time (RFC 3339); empty: ends that"),
		someOf(0, FPinned, "`true`: it stands at the top of the list"),
		someOf(0, FHidden, "`true`: it is out of sight until its next message; `false`: at once in sight again"),
		someOf(0, FDraft, "what is typed and not sent, at most as many characters as a message; empty: nothing"),
		optional(FSeq, "with `hidden`: the last message that the user saw; left out: the last there is"),
	)},
	People: {name: "people", answer: PeopleAnswer, client: fields(
		required(FName, "how the name begins, 1 to 50 characters; capitals do not matter"),
		optional(FLimit, "at most this many, and at most 20; default 20"),
	)},
	PeopleAnswer: {name: "people_answer", server: PeopleReply{}},
	Mentions: {name: "mentions", answer: MentionsAnswer, client: fields(
		mostOne(FWith, "only in the direct conversation with this user"),
		mostOne(FGID, "only in this group"),
		optional(FNext, "the `next` of the page before"),
		optional(FLimit, "as in 15"),
	)},
	MentionsAnswer: {name: "mentions_answer", server: MentionsReply{}},
	UpdateGroup: {name: "update_group", client: fields(
		required(FGID, ""),
		someOf(0, FGName, "the new name, as in 6"),
		someOf(0, FGDesc, "the new description, as in 6"),
		someOf(0, FJoining, "who may join, as in 6"),
		someOf(0, FPosting, "who may post: `all` or `admins`"),
	)},
	SetRole: {name: "set_role", client: fields(
		required(FGID, ""),
		required(FMember, "the member"),
		required(FRole, "`admin`, `normal` or `readonly`; `creator` hands the group over, and who sends this becomes an admin"),
	)},
	AddMembers: {name: "add_members", answer: AddMembersAnswer, client: fields(
		required(FGID, ""),
		required(FUsers, "their ids, at most 50"),
	)},
	AddMembersAnswer: {name: "add_members_answer", server: AddMembersReply{}},
	MakeInvite: {name: "make_invite", answer: MakeInviteAnswer, client: fields(
		required(FGID, ""),
		optional(FUses, "how often it may be used, at most 1,000,000; 0: as often as anybody wants. Default 10"),
		optional(FHours, "how long it lasts, 1–8784. Default 168 (7 days)"),
	)},
	MakeInviteAnswer: {name: "make_invite_answer", server: MakeInviteReply{}},
	Invites: {name: "invites", answer: InvitesAnswer, client: fields(
		required(FGID, ""),
		optional(FAfter, "the last `invite_id` of the page before"),
		optional(FLimit, "as in 15"),
	)},
	InvitesAnswer: {name: "invites_answer", server: InvitesReply{}},
	RevokeInvite: {name: "revoke_invite", client: fields(
		required(FGID, ""),
		required(FInviteID, "the invitation, as 59 and 61 have it"),
	)},
	LookAtInvite: {name: "look_at_invite", answer: LookAtInviteAnswer, client: fields(
		required(FCode, "as in 7"),
	)},
	LookAtInviteAnswer: {name: "look_at_invite_answer", server: LookAtInviteReply{}},
	FriendRequests: {name: "friend_requests", answer: FriendRequestsAnswer, client: fields(
		optional(FOut, "`true`: whom the user asks; left out: who asks the user"),
		optional(FAfter, "the last id of the page before"),
		optional(FLimit, "as in 15"),
	)},
	FriendRequestsAnswer: {name: "friend_requests_answer", server: FriendRequestsReply{}},
	AnswerRequest: {name: "answer_request", client: fields(
		required(FUser, "the other user"),
		required(FAccept, "`true`: the two are friends; `false`: their request is declined, or, if they do not ask, one's own is withdrawn"),
	)},
	Profile: {name: "profile", answer: ProfileAnswer, client: fields(
		optional(FUser, "whose; left out: one's own"),
	)},
	ProfileAnswer: {name: "profile_answer", server: ProfileReply{}},
	DeleteAccount: {name: "delete_account", client: fields(
		oneOf(FPwd, "the account's password: it is to be deleted"),
		oneOf(FCancel, "`true`: it is to stay"),
	)},
	UpdateProfile: {name: "update_profile", client: fields(
		someOf(0, FDisplay, "the display name, 1 to 50 characters, in any scripts; empty: none"),
		someOf(0, FAbout, "a text about oneself, at most 200 characters; empty: none"),
		someOf(0, FHideReceipts, "`true`: nobody is told what this user has received and read, and this user is not told it of others"),
		someOf(0, FHideSeen, "`true`: nobody is told when this user was last here, and this user is not told it of others"),
	)},
}

func init() { protocol.shapes = shapesOf(frames[:]) }
