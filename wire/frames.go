package wire

// The frames that a server sends. A field stands here once: its name and its place, and in
// its comment what the reference says about it; see plan for the tags. Each frame has
// AppendJSON, which appends one JSON object without any framing and without white space,
// msgid first and the fields in their order, and allocates little but the growth of dst. It
// is decoded by DecodeServer.

// RegisterReply is frame 1.
type RegisterReply struct {
	RID     []byte `json:"rid,omitzero" need:"as in the request"`
	Erron   Code   `json:"erron"`                               // 0 or an error code
	Errinfo string `json:"errinfo" need:"refused" code:"erron"` // what happened and what to do
	ID      int64  `json:"id" need:"taken"`                     // the new user's id
	Name    string `json:"name" need:"taken"`                   // the name as it is kept (NFC)
	// milliseconds
	RetryAfterMS int64 `json:"retry_after_ms,omitzero" need:"refused, sometimes"`
}

// AppendJSON appends the frame. A refusal without Errinfo gets the code's own text.
func (a *RegisterReply) AppendJSON(dst []byte) []byte { return appendFrame(dst, RegisterAnswer, a) }

// LoginReply is frame 3. Friends and Groups are cut at MaxLoginList entries; the
// rest is fetched by frames 15 and 17.
type LoginReply struct {
	RID     []byte `json:"rid,omitzero" need:"as in the request"`
	Erron   Code   `json:"erron"`
	Errinfo string `json:"errinfo" need:"refused" code:"erron"`
	ID      int64  `json:"id" need:"taken"` // who is logged in
	Name    string `json:"name" need:"taken"`
	Device  string `json:"device,omitzero" need:"taken, if named"`
	// 32 characters that name the server's log. When it is another one than at the login
	// before, the server was set back to an older state (a backup was restored): numbers mean
	// other messages, so forget what is known of conversations, and go on from the server's
	// cursors
	Log string `json:"log,omitzero" need:"taken"`
	// the last `send_seq` stored for this device, 0 for none
	LastSendSeq int64 `json:"last_send_seq" need:"taken"`
	// for the next login of this device, instead of the password; it ends when it is revoked,
	// when the password is changed, and after some time (a year by default)
	Token       string      `json:"token,omitzero" need:"taken, if there is one"`
	HeartbeatMS int64       `json:"heartbeat_ms" need:"taken"` // how often to send 11
	Friends     []FriendRow `json:"friends" need:"taken"`
	Groups      []GroupRow  `json:"groups" need:"taken"`
	// milliseconds
	RetryAfterMS int64 `json:"retry_after_ms,omitzero" need:"refused, sometimes"`
}

// AppendJSON appends the frame. A refusal without Errinfo gets the code's own text.
func (a *LoginReply) AppendJSON(dst []byte) []byte { return appendFrame(dst, LoginAnswer, a) }

// FriendRow is one friend in frames 3 and 16.
type FriendRow struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	State string `json:"state"` // `online` or `offline`
}

// GroupRow is one group in frames 3 and 18.
type GroupRow struct {
	GID     int64  `json:"gid"`
	GName   string `json:"gname"`
	GDesc   string `json:"gdesc"`
	Role    string `json:"role"`    // one's own: `creator` or `normal`
	Members int64  `json:"members"` // a count
}

// MemberRow is one member in frame 18.
type MemberRow struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Role  string `json:"role"`                                 // `creator` or `normal`
	State string `json:"state,omitzero" need:"if it is known"` // `online` or `offline`
}

// Message is a delivered chat frame: msgid 4 when GID is 0, else 8; also one entry
// of frame 20.
type Message struct {
	ID      int64  `json:"id"`                                         // the sender
	From    string `json:"from"`                                       // the sender's name
	To      int64  `json:"to" need:"direct"`                           // the other user
	GID     int64  `json:"gid" need:"group"`                           // the group
	Msg     string `json:"msg"`                                        // normalised (NFC)
	Time    string `json:"time"`                                       // when it was stored
	Seq     int64  `json:"seq"`                                        // its place in the conversation: 1, 2, 3, … without a hole
	SendSeq int64  `json:"send_seq,omitzero" need:"if there was one"`  // the sender's number
	Device  string `json:"device,omitzero" need:"one's own, if named"` // which of one's devices sent it
}

// AckReply is frame 10: the answer to a request that has none of its own, or the
// refusal of a frame that could not be read (Re is then -1 if the msgid is unknown).
type AckReply struct {
	Re      Msgid  `json:"re"` // the msgid answered; -1 if it could not be read
	RID     []byte `json:"rid,omitzero" need:"as in the request"`
	Erron   Code   `json:"erron"`                                           // 0 or an error code
	Errinfo string `json:"errinfo" need:"refused" code:"erron"`             // what happened and what to do, for people
	SendSeq int64  `json:"send_seq,omitzero" need:"4, 8, if there was one"` // also in a refusal
	// the message's seq; to 7: what comes after it is to be seen; to 29: up to where it is read now
	Seq      int64  `json:"seq,omitzero" need:"4, 7, 8, 29"`
	Time     string `json:"time,omitzero" need:"4, 8"` // when it was stored
	GID      int64  `json:"gid,omitzero" need:"6, 7, 29, 30, 31"`
	FriendID int64  `json:"friendid,omitzero" need:"5, 32"`
	Name     string `json:"name,omitzero" need:"5, 6, 7, 30–33"`       // the user's or the group's name
	State    string `json:"state,omitzero" need:"5"`                   // the new friend is `online` or `offline`
	Token    string `json:"token,omitzero" need:"35"`                  // the new token of this device
	SendNext int64  `json:"send_next,omitzero" need:"codes 22 and 27"` // send again from this number
	// when to try again, in milliseconds
	RetryAfterMS int64 `json:"retry_after_ms,omitzero" need:"sometimes, when refused"`
}

// HeartbeatReply is frame 12.
type HeartbeatReply struct {
	RID  []byte `json:"rid,omitzero" need:"as in the request"`
	Time string `json:"time,omitzero" need:"always"` // the server's clock
}

// AppendJSON appends the frame.
func (a *HeartbeatReply) AppendJSON(dst []byte) []byte { return appendFrame(dst, HeartbeatAnswer, a) }

// PresenceNotice is frame 14.
type PresenceNotice struct {
	ID    int64  `json:"id"` // the friend
	Name  string `json:"name"`
	State string `json:"state"` // `online` or `offline`
}

// FriendsReply is frame 16.
type FriendsReply struct {
	RID     []byte      `json:"rid,omitzero" need:"as in the request"`
	Friends []FriendRow `json:"friends"`
	More    bool        `json:"more"` // there are further ones: ask with `after` = the last id
}

// AppendJSON appends the frame.
func (a *FriendsReply) AppendJSON(dst []byte) []byte { return appendFrame(dst, FriendsAnswer, a) }

// GroupsReply is frame 18: groups, or with GID the members of one group.
type GroupsReply struct {
	RID     []byte      `json:"rid,omitzero" need:"as in the request"`
	GID     int64       `json:"gid" need:"members"` // whose members these are
	Groups  []GroupRow  `json:"groups" need:"groups"`
	Members []MemberRow `json:"members" need:"members"`
	More    bool        `json:"more"` // there are further ones: ask with `after` = the last gid or id
}

// AppendJSON appends the frame: the members of GID, or without a GID the groups.
func (a *GroupsReply) AppendJSON(dst []byte) []byte { return appendFrame(dst, GroupsAnswer, a) }

// HistoryReply is frame 20.
type HistoryReply struct {
	RID      []byte    `json:"rid,omitzero" need:"as in the request"`
	With     int64     `json:"with" need:"direct"`
	GID      int64     `json:"gid" need:"group"`
	Messages []Message `json:"messages"` // frames 4 or 8 as they are delivered, oldest first
	// the times that one was a member, oldest first. What lies between is not to be seen, and no
	// gap: show "you were not a member". At most 64, older ones go
	Windows []WindowRow `json:"windows,omitzero" need:"of a group"`
	More    bool        `json:"more"` // there are further ones in the direction that was asked for
}

// AppendJSON appends the frame. Nil Windows are left out.
func (a *HistoryReply) AppendJSON(dst []byte) []byte { return appendFrame(dst, HistoryAnswer, a) }

// WindowRow is one time that a user was in a group.
type WindowRow struct {
	After int64 `json:"after"`                                  // seqs above this one are shown
	Until int64 `json:"until,omitzero" need:"if it has an end"` // up to this one; without it one is a member still
}

// GoodbyeNotice is frame 26, the last frame before the server closes.
type GoodbyeNotice struct {
	Code      GoodbyeCode `json:"code"`               // section 8
	Reason    string      `json:"reason" code:"code"` // what happened and what to do, for people
	Reconnect bool        `json:"reconnect"`          // whether to come back without being asked to
	AfterMS   int64       `json:"after_ms"`           // wait at least this long first, and add some chance
}

// AppendJSON appends the frame. Without Reason it gets the code's own text.
func (n *GoodbyeNotice) AppendJSON(dst []byte) []byte { return appendFrame(dst, Goodbye, n) }

// ConversationRow is one entry of frame 28.
type ConversationRow struct {
	Key       int64  `json:"key"` // for paging
	With      int64  `json:"with" need:"direct"`
	GID       int64  `json:"gid" need:"group"`
	Name      string `json:"name"`      // the other user's, or the group's
	LastSeq   int64  `json:"last_seq"`  // after leaving: as far as one may see
	Delivered int64  `json:"delivered"` // this device's cursor
	Read      int64  `json:"read"`      // the user's cursor
	Unread    int64  `json:"unread"`    // counted up to 1000, which means 999+; one's own messages do not count
	// as in 20
	Windows []WindowRow `json:"windows,omitzero" need:"of a group"`
	// the last message as delivered, frame 4 or 8; after leaving: as far as one may see
	Last *Message `json:"last,omitzero" need:"if there is one"`
}

// ConversationsReply is frame 28.
type ConversationsReply struct {
	RID           []byte            `json:"rid,omitzero" need:"as in the request"`
	Conversations []ConversationRow `json:"conversations"`
	More          bool              `json:"more"` // there are further ones: ask with `after` = the last `key`
}

// AppendJSON appends the frame.
func (a *ConversationsReply) AppendJSON(dst []byte) []byte {
	return appendFrame(dst, ConversationsAnswer, a)
}

// ReadNotice is frame 29 from the server: another device of this user has read.
type ReadNotice struct {
	With int64 `json:"with" need:"direct"`
	GID  int64 `json:"gid" need:"group"`
	Seq  int64 `json:"seq"`
}

// AppendJSON appends the frame.
func (n *ReadNotice) AppendJSON(dst []byte) []byte { return appendFrame(dst, Read, n) }

// NoticeFrame is frame 34. It tells of friends or members, to the sessions that it
// concerns. What is one of "friend_added", "friend_removed", "group_created" (on
// another device of one's own), "member_joined", "member_left", "member_removed",
// "creator_changed", "removal_lifted", "blocked", "unblocked" (both on one's own devices only).
type NoticeFrame struct {
	What  string `json:"what"`                                          // see below
	ID    int64  `json:"id,omitzero" need:"always"`                     // the user it is about
	Name  string `json:"name,omitzero" need:"always"`                   // the user's name
	State string `json:"state,omitzero" need:"friend_added"`            // `online` or `offline`
	GID   int64  `json:"gid,omitzero" need:"of a group"`                // the group it is about
	GName string `json:"gname,omitzero" need:"of a group"`              // the group's name
	Seq   int64  `json:"seq,omitzero" need:"member_joined, of oneself"` // what comes after it is to be seen; left out for 0
}

// AppendJSON appends the frame; fields that are zero are left out.
func (n *NoticeFrame) AppendJSON(dst []byte) []byte { return appendFrame(dst, Notice, n) }

// PublicKeyReply is frame 22.
type PublicKeyReply struct {
	RID   []byte `json:"rid,omitzero" need:"as in the request"`
	Key   string `json:"key"`   // the server's RSA public key: SubjectPublicKeyInfo, DER, base64
	Nonce string `json:"nonce"` // 32 bytes made for this connection, base64
}

// AppendJSON appends the frame.
func (a *PublicKeyReply) AppendJSON(dst []byte) []byte { return appendFrame(dst, PublicKeyAnswer, a) }

// KeyExchangeReply is frame 24, which is sealed already.
type KeyExchangeReply struct {
	RID []byte `json:"rid,omitzero" need:"as in the request"`
	Pin string `json:"pin,omitzero" need:"if there is a newer key"` // the fingerprint to pin from now on
}

// AppendJSON appends the frame.
func (a *KeyExchangeReply) AppendJSON(dst []byte) []byte {
	return appendFrame(dst, KeyExchangeAnswer, a)
}

// SealedFrame is frame 25: Data is a sealed piece of the stream of frames, in base64. See
// Sealer.
type SealedFrame struct {
	Data string `json:"data"` // section 10, base64
}

// SessionRow is one entry of frame 37: a device that is logged in, or can log in by its
// token.
type SessionRow struct {
	DeviceID int64  `json:"device_id"` // the number of the device, for 38
	Session  int64  `json:"session"`   // the same under its old name
	Device   string `json:"device"`    // empty for the nameless one
	Label    string `json:"label"`     // what its last login said of it; empty for nothing
	Address  string `json:"address"`   // the address of its last login; empty if that is not known
	Online   bool   `json:"online"`
	Used     string `json:"used"` // the time of its last login or its end
	Here     bool   `json:"here"` // it is the one that asks
}

// SessionsReply is frame 37, by the numbers of the devices.
type SessionsReply struct {
	RID      []byte       `json:"rid,omitzero" need:"as in the request"`
	Sessions []SessionRow `json:"sessions"`
	More     bool         `json:"more"` // there is another page: ask with `after` = the last `device_id`
}

// AppendJSON appends the frame.
func (a *SessionsReply) AppendJSON(dst []byte) []byte { return appendFrame(dst, SessionsAnswer, a) }
