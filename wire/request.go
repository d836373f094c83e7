package wire

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
	Session  int64
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

// Has reports whether the frame carried f.
func (r *Request) Has(f *Field) bool { return r.has.has(f.index) }

// Set marks fields as carried; for those who build requests.
func (r *Request) Set(fields ...*Field) {
	for _, f := range fields {
		r.has.add(f.index)
	}
}
