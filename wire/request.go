package wire

// Request is any frame that a client sends: the union of their fields. Has tells
// which fields the frame carried. One Request may be decoded into again and again;
// strings are copies and stay valid, RID is reused by the next decode.
type Request struct {
	Msgid Msgid
	// RID is the raw JSON scalar of `rid` (a number or a string of at most
	// MaxRID bytes as written), nil without one. It is echoed byte for byte.
	RID []byte

	ID       int64  // id: the claim of who the sender is; for login, who wants in
	Name     string // name
	Pwd      string // pwd
	NewPwd   string // newpwd (35)
	Device   string // device
	Token    string // token
	SendNext int64  // send_next
	To       int64  // to
	FriendID int64  // friendid (5, 32)
	GID      int64  // gid
	GName    string // gname
	GDesc    string // gdesc
	Member   int64  // member: the user to remove from a group (31)
	User     int64  // user: whom to block (33)
	Block    bool   // block: true to block, false to unblock (33); default true
	Remove   bool   // remove: true to take a member out, false to let one back in (31); default true
	With     int64  // with: the other user of a direct conversation
	Msg      string // msg
	SendSeq  int64  // send_seq
	Seq      int64  // seq (13, 29)
	After    int64  // after: a seq (19), or the last id of the page before (15, 17, 27)
	Before   int64  // before: a seq (19)
	Limit    int64  // limit
	Session  int64  // session (38)
	Pin      string // pin: the fingerprint of the key that the client knows (21)
	Key      string // key: the sealed secret, base64 (23)
	Data     string // data: the sealed piece, base64 (25)
	Revoke   bool   // revoke: the device's token is to end as well (9)

	has    Field
	ridBuf []byte // the memory of RID, kept for the next decode
}

// Field is a set of request fields.
type Field uint32

// One bit for each field of Request.
const (
	FID Field = 1 << iota
	FName
	FPwd
	FNewPwd
	FDevice
	FToken
	FSendNext
	FTo
	FFriendID
	FGID
	FGName
	FGDesc
	FMember
	FUser
	FBlock
	FWith
	FMsg
	FSendSeq
	FSeq
	FAfter
	FBefore
	FLimit
	FSession
	FPin
	FKey
	FData
	FRemove
	FRevoke
)

// Has reports whether the frame carried all of f.
func (r *Request) Has(f Field) bool { return r.has&f == f }

// Set marks f as carried; for those who build requests.
func (r *Request) Set(f Field) { r.has |= f }
