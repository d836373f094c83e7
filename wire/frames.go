package wire

// The frames that a server sends. Each has AppendJSON, which appends the one JSON
// object without any framing, and is decoded by DecodeServer.

// RegisterReply is frame 1.
type RegisterReply struct {
	Erron   Code   `json:"erron"`
	Errinfo string `json:"errinfo,omitempty"`
	RID     []byte `json:"rid,omitempty"`
	ID      int64  `json:"id,omitempty"`
	Name    string `json:"name,omitempty"`
	// RetryAfterMS is set where waiting helps.
	RetryAfterMS int64 `json:"retry_after_ms,omitempty"`
}

// LoginReply is frame 3. Friends and Groups are cut at MaxLoginList entries; the
// rest is fetched by frames 15 and 17.
type LoginReply struct {
	Erron        Code        `json:"erron"`
	Errinfo      string      `json:"errinfo,omitempty"`
	RID          []byte      `json:"rid,omitempty"`
	ID           int64       `json:"id,omitempty"`
	Name         string      `json:"name,omitempty"`
	Device       string      `json:"device,omitempty"`
	Log          string      `json:"log,omitempty"`
	LastSendSeq  int64       `json:"last_send_seq"`
	Token        string      `json:"token,omitempty"`
	HeartbeatMS  int64       `json:"heartbeat_ms,omitempty"`
	Friends      []FriendRow `json:"friends"`
	Groups       []GroupRow  `json:"groups"`
	RetryAfterMS int64       `json:"retry_after_ms,omitempty"`
}

// FriendRow is one friend in frames 3 and 16. State is "online" or "offline".
type FriendRow struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	State string `json:"state"`
}

// GroupRow is one group in frames 3 and 18. Members is a count.
type GroupRow struct {
	GID     int64  `json:"gid"`
	GName   string `json:"gname"`
	GDesc   string `json:"gdesc"`
	Role    string `json:"role"` // "creator" or "normal"
	Members int64  `json:"members"`
}

// MemberRow is one member in frame 18.
type MemberRow struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Role  string `json:"role"`
	State string `json:"state,omitempty"`
}

// Message is a delivered chat frame: msgid 4 when GID is 0, else 8; also one entry
// of frame 20. Device is set on one's own messages only, SendSeq if there was one.
type Message struct {
	ID      int64  `json:"id"`   // the sender
	From    string `json:"from"` // the sender's name
	To      int64  `json:"to,omitempty"`
	GID     int64  `json:"gid,omitempty"`
	Msg     string `json:"msg"`
	Time    string `json:"time"` // RFC 3339, UTC, milliseconds
	Seq     int64  `json:"seq"`
	SendSeq int64  `json:"send_seq,omitempty"`
	Device  string `json:"device,omitempty"`
}

// AckReply is frame 10: the answer to a request that has none of its own, or the
// refusal of a frame that could not be read (Re is then -1 if the msgid is unknown).
type AckReply struct {
	Re           Msgid  `json:"re"`
	RID          []byte `json:"rid,omitempty"`
	Erron        Code   `json:"erron"`
	Errinfo      string `json:"errinfo,omitempty"`
	SendSeq      int64  `json:"send_seq,omitempty"`
	Seq          int64  `json:"seq,omitempty"` // of a message; of 7, the last one before the member came
	Time         string `json:"time,omitempty"`
	GID          int64  `json:"gid,omitempty"`
	FriendID     int64  `json:"friendid,omitempty"`
	Name         string `json:"name,omitempty"`      // the new friend's or the joined group's name
	State        string `json:"state,omitempty"`     // the new friend's: "online" or "offline"
	Token        string `json:"token,omitempty"`     // of 35: the device's new one
	SendNext     int64  `json:"send_next,omitempty"` // with SendSeqGap: send again from here
	RetryAfterMS int64  `json:"retry_after_ms,omitempty"`
}

// HeartbeatReply is frame 12.
type HeartbeatReply struct {
	RID  []byte `json:"rid,omitempty"`
	Time string `json:"time,omitempty"`
}

// PresenceNotice is frame 14. State is "online" or "offline".
type PresenceNotice struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	State string `json:"state"`
}

// FriendsReply is frame 16; More says that After = the last id gives more.
type FriendsReply struct {
	RID     []byte      `json:"rid,omitempty"`
	Friends []FriendRow `json:"friends"`
	More    bool        `json:"more"`
}

// GroupsReply is frame 18: groups, or with GID the members of one group.
type GroupsReply struct {
	RID     []byte      `json:"rid,omitempty"`
	GID     int64       `json:"gid,omitempty"`
	Groups  []GroupRow  `json:"groups,omitempty"`
	Members []MemberRow `json:"members,omitempty"`
	More    bool        `json:"more"`
}

// HistoryReply is frame 20: messages oldest first, as delivered.
type HistoryReply struct {
	RID      []byte    `json:"rid,omitempty"`
	With     int64     `json:"with,omitempty"`
	GID      int64     `json:"gid,omitempty"`
	Messages []Message `json:"messages"`
	// Windows are all that the reader may see of a group; nil for a direct conversation, and
	// from servers that do not tell.
	Windows []WindowRow `json:"windows,omitempty"`
	More    bool        `json:"more"`
}

// WindowRow is one time that a user was in a group: messages with After < seq <= Until are
// shown. Until is 0 for a time that has no end yet.
type WindowRow struct {
	After int64 `json:"after"`
	Until int64 `json:"until,omitempty"`
}

// GoodbyeNotice is frame 26, the last frame before the server closes.
type GoodbyeNotice struct {
	Code      GoodbyeCode `json:"code"`
	Reason    string      `json:"reason"`
	Reconnect bool        `json:"reconnect"`
	AfterMS   int64       `json:"after_ms"`
}

// ConversationRow is one entry of frame 28. Unread is cut at UnreadCap (told as
// that number); Key pages the list.
type ConversationRow struct {
	Key       int64  `json:"key"`
	With      int64  `json:"with,omitempty"`
	GID       int64  `json:"gid,omitempty"`
	Name      string `json:"name"`
	LastSeq   int64  `json:"last_seq"`
	Delivered int64  `json:"delivered"`
	Read      int64  `json:"read"`
	Unread    int64  `json:"unread"`
	// Windows are as in HistoryReply.
	Windows []WindowRow `json:"windows,omitempty"`
	Last    *Message    `json:"last,omitempty"`
}

// ConversationsReply is frame 28; More says that After = the last key gives more.
type ConversationsReply struct {
	RID           []byte            `json:"rid,omitempty"`
	Conversations []ConversationRow `json:"conversations"`
	More          bool              `json:"more"`
}

// ReadNotice is frame 29 from the server: another device of this user has read.
type ReadNotice struct {
	With int64 `json:"with,omitempty"`
	GID  int64 `json:"gid,omitempty"`
	Seq  int64 `json:"seq"`
}

// ChangeNotice is frame 34: a change of friends or members that concerns this
// session. What is one of "friend_added", "friend_removed", "group_created" (on
// another device of one's own), "member_joined", "member_left", "member_removed",
// "creator_changed", "removal_lifted", "blocked", "unblocked" (both on one's own devices only).
type ChangeNotice struct {
	What  string `json:"what"`
	ID    int64  `json:"id,omitempty"` // the user it is about
	Name  string `json:"name,omitempty"`
	State string `json:"state,omitempty"` // friend_added: the friend's state
	GID   int64  `json:"gid,omitempty"`
	GName string `json:"gname,omitempty"`
	Seq   int64  `json:"seq,omitempty"` // member_joined, of oneself: what comes after this seq is to be seen
}

// PublicKeyReply is frame 22. Key is an RSA public key (SubjectPublicKeyInfo, DER) and
// Nonce 32 bytes made for this connection, both in base64.
type PublicKeyReply struct {
	RID   []byte `json:"rid,omitempty"`
	Key   string `json:"key"`
	Nonce string `json:"nonce"`
}

// KeyExchangeReply is frame 24, which is sealed already. Pin is the fingerprint that the
// client is to pin from now on, where the server has a newer key than the one in use.
type KeyExchangeReply struct {
	RID []byte `json:"rid,omitempty"`
	Pin string `json:"pin,omitempty"`
}

// SealedFrame is frame 25: Data is a sealed piece of the stream of frames, in base64. See
// Sealer.
type SealedFrame struct {
	Data string `json:"data"`
}

// SessionRow is one entry of frame 37: a device that is logged in, or can log in by its
// token.
type SessionRow struct {
	Session int64  `json:"session"` // its number, for frame 38
	Device  string `json:"device"`  // "" is the nameless one
	Online  bool   `json:"online"`
	Used    string `json:"used"` // its last login or end, RFC 3339, UTC, milliseconds
	Here    bool   `json:"here"` // the one that asks
}

// SessionsReply is frame 37, by the sessions' numbers.
type SessionsReply struct {
	RID      []byte       `json:"rid,omitempty"`
	Sessions []SessionRow `json:"sessions"`
	More     bool         `json:"more"`
}
