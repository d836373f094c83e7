package wire

// The frames that a server sends. A field stands here once: its name and its place, and in
// its comment what the reference says about it; see plan for the tags. Each frame has
// AppendJSON, which appends one JSON object without any framing and without white space,
// msgid first and the fields in their order, and allocates little but the growth of dst. It
// is decoded by DecodeServer.
//
// Times are RFC 3339 in UTC with milliseconds: see AppendTime.

// RegisterReply is frame 1, the answer to Register.
type RegisterReply struct {
	RID     []byte `json:"rid,omitzero" need:"as in the request"`
	Erron   Code   `json:"erron"`                               // 0 or an error code
	Errinfo string `json:"errinfo" need:"refused" code:"erron"` // what happened and what to do
	ID      int64  `json:"id" need:"taken"`                     // the id of the new user
	Name    string `json:"name" need:"taken"`                   // the name as it is stored (NFC)
	// milliseconds
	RetryAfterMS int64 `json:"retry_after_ms,omitzero" need:"refused, sometimes"`
}

// AppendJSON appends the frame. If the request is refused and Errinfo is empty, it writes
// Code.Text.
func (a *RegisterReply) AppendJSON(dst []byte) []byte { return appendFrame(dst, RegisterAnswer, a) }

// LoginReply is frame 3, the answer to Login. Friends and Groups each have at most MaxLoginList
// entries, in the order of their ids; frames 15 and 17 return the rest.
type LoginReply struct {
	RID     []byte `json:"rid,omitzero" need:"as in the request"`
	Erron   Code   `json:"erron"`
	Errinfo string `json:"errinfo" need:"refused" code:"erron"`
	ID      int64  `json:"id" need:"taken"` // who is logged in
	Name    string `json:"name" need:"taken"`
	Device  string `json:"device,omitzero" need:"taken, if named"`
	// 32 characters that name the server's log. If the name is not the same as at the login
	// before, the server was set back to an older state (a backup was restored). Then its numbers
	// mean other messages: forget what is known of conversations, and continue from the server's
	// cursors
	Log string `json:"log,omitzero" need:"taken"`
	// the highest `send_seq` stored for this device, 0 if there is none
	LastSendSeq int64 `json:"last_send_seq" need:"taken"`
	// for the next login of this device, instead of the password. It ends when it is revoked, when
	// the password is changed, and after some time (a year by default)
	Token       string      `json:"token,omitzero" need:"taken, if there is one"`
	HeartbeatMS int64       `json:"heartbeat_ms" need:"taken"` // send frame 11 this often, in milliseconds
	Friends     []FriendRow `json:"friends" need:"taken"`
	Groups      []GroupRow  `json:"groups" need:"taken"`
	// as in the request: the server knows of changes (section 11)
	Changes bool `json:"changes,omitzero" need:"taken, if asked for"`
	// when the account will be deleted, because its user wants that (frame 71)
	Deletes string `json:"deletes,omitzero" need:"taken, if it is to be deleted"`
	// milliseconds
	RetryAfterMS int64 `json:"retry_after_ms,omitzero" need:"refused, sometimes"`
}

// AppendJSON appends the frame. If the request is refused and Errinfo is empty, it writes
// Code.Text.
func (a *LoginReply) AppendJSON(dst []byte) []byte { return appendFrame(dst, LoginAnswer, a) }

// FriendRow is a friend in frames 3 and 16.
type FriendRow struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	State string `json:"state"` // `online` or `offline`
	// the display name (frame 69)
	Display string `json:"display,omitzero" need:"if there is one"`
}

// GroupRow is a group in frames 3 and 18.
type GroupRow struct {
	GID     int64  `json:"gid"`
	GName   string `json:"gname"`
	GDesc   string `json:"gdesc"`
	Role    string `json:"role"`    // the role of the user who asks: `creator`, `admin`, `normal` or `readonly`
	Members int64  `json:"members"` // how many members
	// who may join: `invite` or `closed`; left out if the group is open
	Joining string `json:"joining,omitzero" need:"unless it is open"`
	// who may post: `admins`; left out if all may
	Posting string `json:"posting,omitzero" need:"unless all may"`
}

// MemberRow is a member in frame 18.
type MemberRow struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Role  string `json:"role"`                                 // `creator`, `admin`, `normal` or `readonly`
	State string `json:"state,omitzero" need:"if it is known"` // `online` or `offline`
	// the display name (frame 69)
	Display string `json:"display,omitzero" need:"if there is one"`
}

// Message is a message as the server delivers it: frame 4 if GID is 0, and frame 8 otherwise. It
// is also an entry of frames 20 and 28.
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
	// the message that it answers, by its seq in the same conversation. It may be recalled by now
	ReplyTo    int64   `json:"reply_to,omitzero" need:"if it is a reply"`
	Mentions   []int64 `json:"mentions,omitzero" need:"if anybody is"`      // ids of the users who are mentioned
	MentionAll bool    `json:"mention_all,omitzero" need:"if everybody is"` // `true`: everybody in the conversation is mentioned
	// What was done to it since; Msg is the present text.

	// of its last change; the fields below are there as they apply (section 11)
	Rev       int64         `json:"rev,omitzero" need:"if it was changed"`
	Edited    string        `json:"edited,omitzero" need:"if it was edited"`    // when, the last time
	Recalled  bool          `json:"recalled,omitzero" need:"if it was"`         // `true`; then `msg` is empty
	By        int64         `json:"by,omitzero" need:"if recalled"`             // who recalled it
	Reactions []ReactionRow `json:"reactions,omitzero" need:"if there are any"` // in the order in which the emoji came
	Mine      []string      `json:"mine,omitzero" need:"if one has reacted"`    // one's own emoji; not in 28
	Pinned    bool          `json:"pinned,omitzero" need:"if it is"`            // `true`
}

// ReactionRow is an emoji on a message.
type ReactionRow struct {
	Emoji string `json:"emoji"` // fully qualified
	Count int64  `json:"count"` // how many users
}

// ChangedNotice is frame 40: the present state of a message that was changed. Without a Seq it
// has only numbers: the message is not to be seen, or the client has missed something.
type ChangedNotice struct {
	With      int64         `json:"with" need:"direct"`
	GID       int64         `json:"gid" need:"group"`
	Seq       int64         `json:"seq,omitzero" need:"if there is a state"`    // the message
	Rev       int64         `json:"rev"`                                        // of its last change
	Prev      int64         `json:"prev"`                                       // the `rev` of the frame before in this conversation
	Msg       string        `json:"msg,omitzero" need:"if it was edited"`       // the present text
	Edited    string        `json:"edited,omitzero" need:"if it was edited"`    // when, the last time
	Recalled  bool          `json:"recalled,omitzero" need:"if it was"`         // `true`: there is no text any more
	By        int64         `json:"by,omitzero" need:"if recalled"`             // who recalled it
	Reactions []ReactionRow `json:"reactions,omitzero" need:"if there are any"` // in the order in which the emoji came
	// all of one's own emoji on it, perhaps none; left out: they are what they were
	Mine   []string `json:"mine,omitzero" need:"if one's own moved"`
	Pinned bool     `json:"pinned,omitzero" need:"if it is"` // `true`
	// who is mentioned now, perhaps nobody; left out: those of the message as it was sent
	Mentions   []int64 `json:"mentions,omitzero" need:"if an edit set them"`
	MentionAll bool    `json:"mention_all,omitzero" need:"if an edit set it"` // `true`
}

// AppendJSON appends the frame.
func (n *ChangedNotice) AppendJSON(dst []byte) []byte { return appendFrame(dst, Changed, n) }

// StateRow is the present state of a message in frame 42.
type StateRow struct {
	Seq       int64         `json:"seq"`                                        // the message
	Rev       int64         `json:"rev"`                                        // of its last change
	Msg       string        `json:"msg,omitzero" need:"if it was edited"`       // the present text
	Edited    string        `json:"edited,omitzero" need:"if it was edited"`    // when, the last time
	Recalled  bool          `json:"recalled,omitzero" need:"if it was"`         // `true`: there is no text any more
	By        int64         `json:"by,omitzero" need:"if recalled"`             // who recalled it
	Reactions []ReactionRow `json:"reactions,omitzero" need:"if there are any"` // in the order in which the emoji came
	Mine      []string      `json:"mine,omitzero" need:"if one has reacted"`    // one's own emoji; left out for none
	Pinned    bool          `json:"pinned,omitzero" need:"if it is"`            // `true`
	// who is mentioned now, perhaps nobody; left out: those of the message as it was sent
	Mentions   []int64 `json:"mentions,omitzero" need:"if an edit set them"`
	MentionAll bool    `json:"mention_all,omitzero" need:"if an edit set it"` // `true`
}

// StatesReply is frame 42: states in order of their revs, or with Messages the pinned messages.
type StatesReply struct {
	RID  []byte `json:"rid,omitzero" need:"as in the request"`
	With int64  `json:"with" need:"direct"`
	GID  int64  `json:"gid" need:"group"`
	// up to where the client is with this page: ask with it for the next one
	Rev     int64      `json:"rev,omitzero" need:"if there are changes"`
	Changes []StateRow `json:"changes,omitzero" need:"without pinned"`
	// the pinned messages as in 20, by seq
	Messages []Message `json:"messages,omitzero" need:"with pinned"`
	More     bool      `json:"more"` // there are further ones: ask with `rev`, or with `after` = the last seq
}

// AppendJSON appends the frame. Nil Changes and Messages are left out.
func (a *StatesReply) AppendJSON(dst []byte) []byte { return appendFrame(dst, StatesAnswer, a) }

// AckReply is frame 10. It answers every request that has no answer of its own. For a chat frame
// it means that the message is stored. It also refuses a frame that could not be read; if the
// msgid could not be read, Re is -1.
type AckReply struct {
	Re      Msgid  `json:"re"` // the msgid answered; -1 if it could not be read
	RID     []byte `json:"rid,omitzero" need:"as in the request"`
	Erron   Code   `json:"erron"`                                               // 0 or an error code
	Errinfo string `json:"errinfo" need:"refused" code:"erron"`                 // what happened and what to do, for people
	SendSeq int64  `json:"send_seq,omitzero" need:"4, 8, 39, if there was one"` // also in a refusal
	// the message's seq; to 7: what comes after it is to be seen; to 29: up to where it is read now
	Seq      int64  `json:"seq,omitzero" need:"4, 7, 8, 29"`
	Time     string `json:"time,omitzero" need:"4, 8, 39, 71"`       // when it was stored; to 71: when the account will be deleted
	Rev      int64  `json:"rev,omitzero" need:"39, if there is one"` // the number of the change (section 11)
	GID      int64  `json:"gid,omitzero" need:"6, 7, 29–31, 45, 47, 54, 55, 62"`
	FriendID int64  `json:"friendid,omitzero" need:"5, 32, 67"`
	Name     string `json:"name,omitzero" need:"5–7, 30–33, 54, 55, 62, 67"` // the user's or the group's name
	State    string `json:"state,omitzero" need:"5, 67 accepted"`            // the new friend is `online` or `offline`; `asked`: has to agree first (65)
	Token    string `json:"token,omitzero" need:"35"`                        // the new token of this device
	SendNext int64  `json:"send_next,omitzero" need:"codes 22 and 27"`       // send again from this number
	// when to try again, in milliseconds
	RetryAfterMS int64 `json:"retry_after_ms,omitzero" need:"sometimes, when refused"`
}

// HeartbeatReply is frame 12, the answer to Heartbeat.
type HeartbeatReply struct {
	RID  []byte `json:"rid,omitzero" need:"as in the request"`
	Time string `json:"time,omitzero" need:"always"` // the time of the server's clock
}

// AppendJSON appends the frame.
func (a *HeartbeatReply) AppendJSON(dst []byte) []byte { return appendFrame(dst, HeartbeatAnswer, a) }

// PresenceNotice is frame 14. It says that a friend came online or went offline.
type PresenceNotice struct {
	ID    int64  `json:"id"` // the friend
	Name  string `json:"name"`
	State string `json:"state"` // `online` or `offline`
}

// FriendsReply is frame 16, the answer to Friends, in the order of the ids.
type FriendsReply struct {
	RID     []byte      `json:"rid,omitzero" need:"as in the request"`
	Friends []FriendRow `json:"friends"`                              // none with `blocked`
	Blocked []PersonRow `json:"blocked,omitzero" need:"with blocked"` // the users whom one blocks
	More    bool        `json:"more"`                                 // there are more: ask with `after` = the last id
}

// AppendJSON appends the frame.
func (a *FriendsReply) AppendJSON(dst []byte) []byte { return appendFrame(dst, FriendsAnswer, a) }

// GroupsReply is frame 18, the answer to Groups: the user's groups, or, with a GID, the members of
// that group. Both are in the order of their ids.
type GroupsReply struct {
	RID     []byte      `json:"rid,omitzero" need:"as in the request"`
	GID     int64       `json:"gid" need:"members"` // the group whose members these are
	Groups  []GroupRow  `json:"groups" need:"groups"`
	Members []MemberRow `json:"members" need:"members"`
	More    bool        `json:"more"` // there are more: ask with `after` = the last gid or id
}

// AppendJSON appends the frame: the members of GID, or the groups if GID is 0.
func (a *GroupsReply) AppendJSON(dst []byte) []byte { return appendFrame(dst, GroupsAnswer, a) }

// HistoryReply is frame 20, the answer to History.
type HistoryReply struct {
	RID      []byte    `json:"rid,omitzero" need:"as in the request"`
	With     int64     `json:"with" need:"direct"`
	GID      int64     `json:"gid" need:"group"`
	Messages []Message `json:"messages"` // frames 4 or 8 as they are delivered, oldest first
	// the times at which the user was a member, oldest first, at most 64. The messages between two
	// of them are not a gap; the user may not see them: show "you were not a member"
	Windows []WindowRow `json:"windows,omitzero" need:"of a group"`
	More    bool        `json:"more"` // there are more in the direction that was asked for
}

// AppendJSON appends the frame. It leaves out Windows if they are nil.
func (a *HistoryReply) AppendJSON(dst []byte) []byte { return appendFrame(dst, HistoryAnswer, a) }

// WindowRow is one time at which a user was a member of a group, as a range of seqs.
type WindowRow struct {
	After int64 `json:"after"`                                  // the user may see seqs above this one
	Until int64 `json:"until,omitzero" need:"if it has an end"` // and up to this one; left out while the user is a member
}

// GoodbyeNotice is frame 26, the last frame before the server closes the connection.
type GoodbyeNotice struct {
	Code      GoodbyeCode `json:"code"`               // section 8
	Reason    string      `json:"reason" code:"code"` // what happened and what to do, for people
	Reconnect bool        `json:"reconnect"`          // whether the client should reconnect by itself
	AfterMS   int64       `json:"after_ms"`           // wait at least this many milliseconds first, and a random time more
}

// AppendJSON appends the frame. If Reason is empty, it writes GoodbyeCode.Text.
func (n *GoodbyeNotice) AppendJSON(dst []byte) []byte { return appendFrame(dst, Goodbye, n) }

// ConversationRow is a conversation in frame 28.
type ConversationRow struct {
	Key       int64  `json:"key"` // for paging
	With      int64  `json:"with" need:"direct"`
	GID       int64  `json:"gid" need:"group"`
	Name      string `json:"name"`                                           // the other user's, or the group's
	LastSeq   int64  `json:"last_seq"`                                       // after leaving: as far as one may see
	LastRev   int64  `json:"last_rev,omitzero" need:"if there were changes"` // the number of the last change of a message (section 11)
	Delivered int64  `json:"delivered"`                                      // this device's cursor
	Read      int64  `json:"read"`                                           // the user's cursor
	Unread    int64  `json:"unread"`                                         // counted up to 1000, which means 999+; one's own messages do not count
	// how many of the unread messages mention the user; counted up to 1000
	Mentions int64 `json:"mentions,omitzero" need:"if there are any"`
	// as in 20
	Windows []WindowRow `json:"windows,omitzero" need:"of a group"`
	// the last message as delivered, frame 4 or 8; after leaving: as far as one may see
	Last *Message `json:"last,omitzero" need:"if there is one"`
	// `mentions` or `none`: what the user wants to be told of (frame 47)
	Level     string `json:"level,omitzero" need:"if it is not all"`
	MuteUntil string `json:"mute_until,omitzero" need:"if it was set"`        // as in 47; it may be over
	Pinned    bool   `json:"pinned,omitzero" need:"if it is"`                 // `true`
	Hidden    bool   `json:"hidden,omitzero" need:"if it is"`                 // `true`: nothing came since the user put it out of sight
	Draft     string `json:"draft,omitzero" need:"if there is one"`           // as in 47
	No        int64  `json:"no,omitzero" need:"if anything was ever changed"` // the number of these settings, as in 47
	// the other user's display name (frame 69)
	Display string `json:"display,omitzero" need:"direct, if there is one"`
	// how far the other user has received and read, as in 46; left out if it is 0 or not shown
	HasReceived int64 `json:"has_received,omitzero" need:"direct, if it is shown"`
	HasRead     int64 `json:"has_read,omitzero" need:"direct, if it is shown"`
}

// ConversationsReply is frame 28, the answer to Conversations, in the order of Key.
type ConversationsReply struct {
	RID           []byte            `json:"rid,omitzero" need:"as in the request"`
	Conversations []ConversationRow `json:"conversations"`
	More          bool              `json:"more"` // there are more: ask with `after` = the last `key`, or with `next`
	// where the next page begins; it means something to the server only
	Next string `json:"next,omitzero" need:"with order, if there are more"`
}

// AppendJSON appends the frame.
func (a *ConversationsReply) AppendJSON(dst []byte) []byte {
	return appendFrame(dst, ConversationsAnswer, a)
}

// ReadNotice is frame 29 from the server: the user has read a conversation up to Seq on another
// device.
type ReadNotice struct {
	With int64 `json:"with" need:"direct"`
	GID  int64 `json:"gid" need:"group"`
	Seq  int64 `json:"seq"`
}

// AppendJSON appends the frame.
func (n *ReadNotice) AppendJSON(dst []byte) []byte { return appendFrame(dst, Read, n) }

// ReaderRow is a user in frame 44.
type ReaderRow struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Stage string `json:"stage"` // `read`, `received` (and not read) or `waiting` (neither)
}

// ReadersReply is frame 44, the answer to Readers. The counts are of all, whatever the page lists.
type ReadersReply struct {
	RID      []byte      `json:"rid,omitzero" need:"as in the request"`
	With     int64       `json:"with" need:"direct"`
	GID      int64       `json:"gid" need:"group"`
	Seq      int64       `json:"seq"`      // the message
	Members  int64       `json:"members"`  // how many may see it, without its sender
	Received int64       `json:"received"` // how many of them have received it
	Read     int64       `json:"read"`     // how many of those have read it
	Users    []ReaderRow `json:"users"`    // who they are, by id
	More     bool        `json:"more"`     // there are more: ask with `after` = the last id
}

// AppendJSON appends the frame.
func (a *ReadersReply) AppendJSON(dst []byte) []byte { return appendFrame(dst, ReadersAnswer, a) }

// TypingNotice is frame 45 from the server: a user is writing in a conversation.
type TypingNotice struct {
	With int64  `json:"with" need:"direct"`
	GID  int64  `json:"gid" need:"group"`
	ID   int64  `json:"id"`   // who is writing
	From string `json:"from"` // their name
}

// AppendJSON appends the frame.
func (n *TypingNotice) AppendJSON(dst []byte) []byte { return appendFrame(dst, Typing, n) }

// ReceiptsNotice is frame 46: how far others have come in a conversation.
type ReceiptsNotice struct {
	With     int64 `json:"with" need:"direct"`
	GID      int64 `json:"gid" need:"group"`
	Received int64 `json:"received,omitzero" need:"direct"` // the other user has received messages up to this seq; left out if it is 0
	Read     int64 `json:"read,omitzero" need:"direct"`     // and has read up to this one; left out if it is 0
	// the members who have moved
	Members []PositionRow `json:"members,omitzero" need:"group"`
}

// AppendJSON appends the frame. Nil Members are left out.
func (n *ReceiptsNotice) AppendJSON(dst []byte) []byte { return appendFrame(dst, Receipts, n) }

// PositionRow is how far a member has come, in frame 46.
type PositionRow struct {
	ID       int64 `json:"id"`
	Received int64 `json:"received"` // up to this seq
	Read     int64 `json:"read"`     // up to this seq
}

// SettingsNotice is frame 47 from the server: all that the user has set for a conversation now.
type SettingsNotice struct {
	With      int64  `json:"with" need:"direct"`
	GID       int64  `json:"gid" need:"group"`
	Level     string `json:"level"`                                    // `all`, `mentions` or `none`
	MuteUntil string `json:"mute_until,omitzero" need:"if it was set"` // it may be over
	Pinned    bool   `json:"pinned,omitzero" need:"if it is"`          // `true`
	// `true`: it is out of sight unless a message came after `seq`
	Hidden bool   `json:"hidden,omitzero" need:"if it is"`
	Seq    int64  `json:"seq,omitzero" need:"if hidden"` // the last message when the user put it out of sight; left out if it is 0
	Draft  string `json:"draft,omitzero" need:"if there is one"`
	// grows with each change; what comes with a lower number than is known is older
	No int64 `json:"no"`
}

// AppendJSON appends the frame.
func (n *SettingsNotice) AppendJSON(dst []byte) []byte { return appendFrame(dst, Settings, n) }

// MentionsReply is frame 49, the answer to Mentions: the messages in which others have mentioned the
// user or everybody, newest first.
type MentionsReply struct {
	RID      []byte    `json:"rid,omitzero" need:"as in the request"`
	Messages []Message `json:"messages"` // frames 4 or 8 as in 20
	// where the next page begins; it means something to the server only
	Next string `json:"next,omitzero" need:"if there are more"`
	More bool   `json:"more"` // there are more: ask with `next`. A page may be empty and have more
}

// AppendJSON appends the frame.
func (a *MentionsReply) AppendJSON(dst []byte) []byte { return appendFrame(dst, MentionsAnswer, a) }

// NoticeFrame is frame 34. It says that something about friends or members is new. What is one of
// "friend_added", "friend_removed", "group_created", "member_joined", "member_left",
// "member_removed", "creator_changed", "removal_lifted", "group_updated", "role_changed",
// "invites_changed", "blocked", "unblocked", "friend_request",
// "friend_asked", "friend_request_gone" and "profile_changed". The user's own devices alone get "group_created", "blocked",
// "unblocked" and "profile_changed". Later versions may add words.
type NoticeFrame struct {
	What  string `json:"what"`                               // see below
	ID    int64  `json:"id,omitzero" need:"always"`          // the user it is about
	Name  string `json:"name,omitzero" need:"always"`        // the user's name
	State string `json:"state,omitzero" need:"friend_added"` // `online` or `offline`
	GID   int64  `json:"gid,omitzero" need:"of a group"`     // the group it is about
	GName string `json:"gname,omitzero" need:"of a group"`   // the group's name
	// the group's description; left out if there is none
	GDesc   string `json:"gdesc,omitzero" need:"group_updated"`
	Joining string `json:"joining,omitzero" need:"group_updated"`         // who may join
	Posting string `json:"posting,omitzero" need:"group_updated"`         // who may post
	Role    string `json:"role,omitzero" need:"role_changed"`             // the member's new role
	Seq     int64  `json:"seq,omitzero" need:"member_joined, of oneself"` // the user may see messages with a higher seq; left out if it is 0
}

// AppendJSON appends the frame. It leaves out fields that are zero.
func (n *NoticeFrame) AppendJSON(dst []byte) []byte { return appendFrame(dst, Notice, n) }

// PublicKeyReply is frame 22, the answer to PublicKey.
type PublicKeyReply struct {
	RID   []byte `json:"rid,omitzero" need:"as in the request"`
	Key   string `json:"key"`   // the server's RSA public key: SubjectPublicKeyInfo, DER, base64
	Nonce string `json:"nonce"` // 32 random bytes for this connection, base64
}

// AppendJSON appends the frame.
func (a *PublicKeyReply) AppendJSON(dst []byte) []byte { return appendFrame(dst, PublicKeyAnswer, a) }

// KeyExchangeReply is frame 24, the answer to KeyExchange. It is sealed already.
type KeyExchangeReply struct {
	RID []byte `json:"rid,omitzero" need:"as in the request"`
	Pin string `json:"pin,omitzero" need:"if there is a newer key"` // the fingerprint to pin from now on
}

// AppendJSON appends the frame.
func (a *KeyExchangeReply) AppendJSON(dst []byte) []byte {
	return appendFrame(dst, KeyExchangeAnswer, a)
}

// SealedFrame is frame 25. Data is a sealed piece of the stream of frames, in base64. Package
// wire/seal makes and opens it.
type SealedFrame struct {
	Data string `json:"data"` // section 10, base64
}

// SessionRow is a device in frame 37. The device is logged in, or can log in by its token.
type SessionRow struct {
	DeviceID int64  `json:"device_id"` // the number of the device, for frame 38
	Session  int64  `json:"session"`   // the same number under its older name
	Device   string `json:"device"`    // the device's name; empty for the nameless device
	Label    string `json:"label"`     // what its last login said in `label`; may be empty
	Address  string `json:"address"`   // the network address of its last login; empty if it is not known
	Online   bool   `json:"online"`    // whether it is logged in now
	Used     string `json:"used"`      // when it last logged in, or when that session ended
	Here     bool   `json:"here"`      // it is the device that asks
}

// SessionsReply is frame 37, the answer to Sessions, in the order of DeviceID.
type SessionsReply struct {
	RID      []byte       `json:"rid,omitzero" need:"as in the request"`
	Sessions []SessionRow `json:"sessions"`
	More     bool         `json:"more"` // there are more: ask with `after` = the last `device_id`
}

// AppendJSON appends the frame.
func (a *SessionsReply) AppendJSON(dst []byte) []byte { return appendFrame(dst, SessionsAnswer, a) }

// AddMembersReply is frame 57, the answer to AddMembers. Each user is in one of the two lists.
type AddMembersReply struct {
	RID     []byte       `json:"rid,omitzero" need:"as in the request"`
	GID     int64        `json:"gid,omitzero" need:"always"`
	Added   []int64      `json:"added"`   // who are members now
	Refused []RefusedRow `json:"refused"` // who are not, and why
}

// AppendJSON appends the frame.
func (a *AddMembersReply) AppendJSON(dst []byte) []byte { return appendFrame(dst, AddMembersAnswer, a) }

// PeopleReply is frame 51, the answer to People, in the order of the names.
type PeopleReply struct {
	RID   []byte      `json:"rid,omitzero" need:"as in the request"`
	Users []PersonRow `json:"users"`
	More  bool        `json:"more"` // there are others: ask with a longer beginning
}

// AppendJSON appends the frame.
func (a *PeopleReply) AppendJSON(dst []byte) []byte { return appendFrame(dst, PeopleAnswer, a) }

// PersonRow is a user in frame 51.
type PersonRow struct {
	ID      int64  `json:"id"`
	Name    string `json:"name"`
	Display string `json:"display,omitzero" need:"if there is one"` // the display name (frame 69)
}

// FriendRequestsReply is frame 66, the answer to FriendRequests, in the order of the ids.
type FriendRequestsReply struct {
	RID      []byte       `json:"rid,omitzero" need:"as in the request"`
	Requests []RequestRow `json:"requests"`
	More     bool         `json:"more"` // there are more: ask with `after` = the last id
}

// AppendJSON appends the frame.
func (a *FriendRequestsReply) AppendJSON(dst []byte) []byte {
	return appendFrame(dst, FriendRequestsAnswer, a)
}

// RequestRow is a friend request in frame 66.
type RequestRow struct {
	ID      int64  `json:"id"` // the other user
	Name    string `json:"name"`
	Display string `json:"display,omitzero" need:"if there is one"` // the display name (frame 69)
	Time    string `json:"time"`                                    // when it was asked
	Until   string `json:"until"`                                   // it ends then
}

// ProfileReply is frame 69, the answer to Profile: what a user shows of themselves.
type ProfileReply struct {
	RID     []byte `json:"rid,omitzero" need:"as in the request"`
	User    int64  `json:"user"`                                    // the user
	Name    string `json:"name"`                                    // the name of the account, which is theirs alone
	Display string `json:"display,omitzero" need:"if there is one"` // how they want to be called; others may be called the same
	About   string `json:"about,omitzero" need:"if there is one"`   // what they say about themselves
	State   string `json:"state,omitzero" need:"of a friend"`       // `online` or `offline`
	// when one of their devices last logged in or its session ended
	Seen string `json:"seen,omitzero" need:"of a friend who is offline, unless one of the two hides it"`
	// `true`: see frame 70
	HideReceipts bool `json:"hide_receipts,omitzero" need:"of oneself, if it is"`
	HideSeen     bool `json:"hide_seen,omitzero" need:"of oneself, if it is"` // `true`: see frame 70
	// when the account will be deleted (frame 71)
	Deletes string `json:"deletes,omitzero" need:"of oneself, if it is to be"`
}

// AppendJSON appends the frame.
func (a *ProfileReply) AppendJSON(dst []byte) []byte { return appendFrame(dst, ProfileAnswer, a) }

// RefusedRow is a user in frame 57 who could not be added.
type RefusedRow struct {
	ID      int64  `json:"id"`
	Erron   Code   `json:"erron"`                // an error code
	Errinfo string `json:"errinfo" code:"erron"` // what happened and what to do
}

// InviteRow is an invitation to a group in frames 59 and 61.
type InviteRow struct {
	InviteID int64  `json:"invite_id"` // for frame 62
	Code     string `json:"code"`      // whoever has it may join; in a link: `/#join/CODE`
	Uses     int64  `json:"uses"`      // how often it may be used; 0: as often as anybody wants
	Used     int64  `json:"used"`      // how often it was used
	Made     string `json:"made"`      // when
	Ends     string `json:"ends"`
	// `open`, `used_up`, `ended`, or `closed`: the account that made it is closed
	State string `json:"state"`
	By    int64  `json:"by,omitzero" need:"unless by the operator"`   // who made it
	Name  string `json:"name,omitzero" need:"unless by the operator"` // their name
}

// MakeInviteReply is frame 59, the answer to MakeInvite.
type MakeInviteReply struct {
	RID    []byte     `json:"rid,omitzero" need:"as in the request"`
	GID    int64      `json:"gid,omitzero" need:"always"`
	Invite *InviteRow `json:"invite,omitzero" need:"always"`
}

// AppendJSON appends the frame.
func (a *MakeInviteReply) AppendJSON(dst []byte) []byte { return appendFrame(dst, MakeInviteAnswer, a) }

// InvitesReply is frame 61, the answer to Invites, in the order of InviteID.
type InvitesReply struct {
	RID     []byte      `json:"rid,omitzero" need:"as in the request"`
	GID     int64       `json:"gid,omitzero" need:"always"`
	Invites []InviteRow `json:"invites"`
	More    bool        `json:"more"` // there are more: ask with `after` = the last `invite_id`
}

// AppendJSON appends the frame.
func (a *InvitesReply) AppendJSON(dst []byte) []byte { return appendFrame(dst, InvitesAnswer, a) }

// LookAtInviteReply is frame 64, the answer to LookAtInvite.
type LookAtInviteReply struct {
	RID     []byte `json:"rid,omitzero" need:"as in the request"`
	GID     int64  `json:"gid,omitzero" need:"always"`
	GName   string `json:"gname,omitzero" need:"always"`
	GDesc   string `json:"gdesc"`
	Members int64  `json:"members"`                                     // how many members the group has
	By      int64  `json:"by,omitzero" need:"unless by the operator"`   // who made the invitation
	Name    string `json:"name,omitzero" need:"unless by the operator"` // their name
	Ends    string `json:"ends"`                                        // when the invitation ends
	Member  bool   `json:"member"`                                      // whether the user who asks is a member already
}

// AppendJSON appends the frame.
func (a *LookAtInviteReply) AppendJSON(dst []byte) []byte {
	return appendFrame(dst, LookAtInviteAnswer, a)
}
