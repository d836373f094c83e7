package store

import (
	"slices"
	"time"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
)

var (
	sqlInsertInvite = sqldb.Register(sqldb.ForWriting, `
INSERT INTO registration_invites (code_hash, name, kept_key, note, uses, made_at, ends_at) VALUES (?, ?, ?, ?, ?, ?, ?) {returning id}`)
	sqlInsertSendKey = sqldb.Register(sqldb.ForWriting, `
INSERT INTO send_keys (user_id, send_key, conversation_id, seq, text_hash, sent_at, made_at)
VALUES (?, ?, ?, ?, ?, ?, {now})`)
	sqlInsertUser = sqldb.Register(sqldb.ForWriting, `
INSERT INTO users (name, name_key, password_hash, created_at) VALUES (?, ?, ?, ?) {returning id}`)
	sqlInsertSkeleton = sqldb.Register(sqldb.ForWriting, `
INSERT INTO name_skeletons (skeleton, user_id) VALUES (?, ?) {or nothing: skeleton}`)
	sqlInsertDevice = sqldb.Register(sqldb.ForWriting, `
INSERT INTO devices (user_id, name, session_id, node_id, used_at, token_hash, label, address) VALUES (?, ?, ?, ?, ?, ?, ?, ?) {returning id}`)
	sqlInsertFriend = sqldb.Register(sqldb.ForWriting, `
INSERT INTO friendships (user_id, friend_id, since, own) VALUES (?, ?, ?, ?) {or nothing: user_id}`)
	sqlInsertBlock = sqldb.Register(sqldb.ForWriting, `
INSERT INTO blocks (user_id, other_id) VALUES (?, ?) {or nothing: user_id}`)
	sqlDeleteBlock = sqldb.Register(sqldb.ForWriting, `
DELETE FROM blocks WHERE user_id = ? AND other_id = ?`)
	sqlInsertNotice = sqldb.Register(sqldb.ForWriting, `
INSERT INTO changes (user_id, group_id, no, made_at, what, subject_id, owner_id, conversation_id, device_id, number)
VALUES (?, ?, ?, {now}, ?, ?, ?, ?, ?, ?)`)
	sqlInsertGroup = sqldb.Register(sqldb.ForWriting, `
INSERT INTO chat_groups (name, description, conversation_id, member_count, created_at) VALUES (?, ?, ?, 1, ?) {returning id}`)
	sqlInsertMember = sqldb.Register(sqldb.ForWriting, `
INSERT INTO members (group_id, user_id, role, joined_seq, joined_no) VALUES (?, ?, ?, ?, ?)`)
	sqlInsertWindow = sqldb.Register(sqldb.ForWriting, `
INSERT INTO member_windows (group_id, user_id, joined_seq, left_seq) VALUES (?, ?, ?, ?)`)
	sqlInsertMessage = sqldb.Register(sqldb.ForWriting, `
INSERT INTO messages (conversation_id, seq, sender_id, device_id, send_seq, sent_at, body)
VALUES (?, ?, ?, ?, ?, ?, ?)`)
	sqlMoveCursor = sqldb.Register(sqldb.ForWriting, `
INSERT INTO cursors (user_id, conversation_id, device_id, seq) VALUES (?, ?, ?, ?) {or greater: cursors; seq; user_id, conversation_id, device_id}`)
)

// One struct for each table. A test compares their db tags with the columns of the
// migrated schema. Times are milliseconds since 1970, UTC.

// userRow is a row of users.
type userRow struct {
	ID           int64  `db:"id"`
	Name         string `db:"name"`
	NameKey      string `db:"name_key"`
	PasswordHash string `db:"password_hash"`
	PresenceNo   int64  `db:"presence_no"`
	Disabled     int64  `db:"disabled"` // one of the states below
	CreatedAt    int64  `db:"created_at"`
	JournalNo    int64  `db:"change_no"`
	ChangedAt    int64  `db:"changed_at"`
	DevicesDay   int64  `db:"devices_day"`
	DevicesMade  int64  `db:"devices_made"`
	// What was sent to strangers on a day.
	StrangersDay  int64 `db:"strangers_day"`
	StrangersSent int64 `db:"strangers_sent"`
	StrangersMet  int64 `db:"strangers_met"`
}

func (u *userRow) insert(l *sqldb.Link) error {
	id, err := l.Insert(sqlInsertUser, u.Name, u.NameKey, u.PasswordHash, u.CreatedAt)
	u.ID = id
	return err
}

// readAccount takes id, name, password_hash, disabled.
func (u *userRow) readAccount(r sqldb.Row) {
	u.ID, u.Name, u.PasswordHash, u.Disabled = r.Num(0), r.Text(1), r.Text(2), r.Num(3)
}

// The states of an account, in users.disabled. For versions that do not know erased ones
// those are disabled.
const (
	accountOpen     = 0
	accountDisabled = 1
	accountErased   = 2
)

func (u *userRow) account() chat.Account {
	return chat.Account{User: u.user(), PasswordHash: u.PasswordHash, Disabled: u.Disabled != accountOpen, Erased: u.Disabled == accountErased}
}

func (u *userRow) user() chat.User { return chat.User{ID: chat.UserID(u.ID), Name: u.Name} }

// nameSkeletonRow is a row of name_skeletons: what somebody's name looks like.
type nameSkeletonRow struct {
	Skeleton []byte `db:"skeleton"`
	UserID   int64  `db:"user_id"`
}

// insert returns false if somebody holds it already.
func (k nameSkeletonRow) insert(l *sqldb.Link) (bool, error) {
	n, err := l.Exec(sqlInsertSkeleton, k.Skeleton, k.UserID)
	return n > 0, err
}

// inviteRow is a row of registration_invites. KeptKey "" is NULL.
type inviteRow struct {
	ID         int64  `db:"id"`
	CodeHash   []byte `db:"code_hash"`
	Name       string `db:"name"`
	KeptKey    string `db:"kept_key"`
	Note       string `db:"note"`
	Uses       int64  `db:"uses"`
	Used       int64  `db:"used"`
	LastUserID int64  `db:"last_user_id"`
	MadeAt     int64  `db:"made_at"`
	EndsAt     int64  `db:"ends_at"`
}

func (i *inviteRow) insert(l *sqldb.Link) error {
	var kept any
	if i.KeptKey != "" {
		kept = i.KeptKey
	}
	id, err := l.Insert(sqlInsertInvite, i.CodeHash, i.Name, kept, i.Note, i.Uses, i.MadeAt, i.EndsAt)
	i.ID = id
	return err
}

// readInvite takes id, name, note, uses, used, last_user_id, made_at, ends_at.
func readInvite(r sqldb.Row) chat.RegistrationInvite {
	return chat.RegistrationInvite{
		ID: chat.RegistrationInviteID(r.Num(0)), Name: r.Text(1), Note: r.Text(2), Uses: r.Num(3), Used: r.Num(4),
		LastUser: chat.UserID(r.Num(5)), MadeAt: r.When(6), EndsAt: r.When(7),
	}
}

// deviceRow is a row of devices; name "" is the nameless device, session 0 is none.
type deviceRow struct {
	ID          int64  `db:"id"`
	UserID      int64  `db:"user_id"`
	Name        string `db:"name"`
	SessionID   int64  `db:"session_id"`
	NodeID      int64  `db:"node_id"`
	LastSendSeq int64  `db:"last_send_seq"`
	UsedAt      int64  `db:"used_at"`
	TokenHash   []byte `db:"token_hash"`
	Label       string `db:"label"`   // what it says of itself
	Address     string `db:"address"` // of its last login
}

// readState takes id, session_id, node_id, last_send_seq, token_hash.
func (d *deviceRow) readState(r sqldb.Row) {
	d.ID, d.SessionID, d.NodeID, d.LastSendSeq, d.TokenHash = r.Num(0), r.Num(1), r.Num(2), r.Num(3), r.Blob(4)
}

func (d *deviceRow) insert(l *sqldb.Link) error {
	id, err := l.Insert(sqlInsertDevice, d.UserID, d.Name, d.SessionID, d.NodeID, d.UsedAt, d.token(), d.Label, d.Address)
	d.ID = id
	return err
}

// token is what is bound for the hash: NULL for none.
func (d *deviceRow) token() any {
	if d.TokenHash == nil {
		return nil
	}
	return d.TokenHash
}

// knownAddressRow is one of the addresses that a user has logged in from lately.
type knownAddressRow struct {
	UserID  int64  `db:"user_id"`
	Slot    int64  `db:"slot"`
	Address string `db:"address"`
	SeenAt  int64  `db:"seen_at"`
}

// friendshipRow is one direction of a friendship.
type friendshipRow struct {
	UserID   int64 `db:"user_id"`
	FriendID int64 `db:"friend_id"`
	Since    int64 `db:"since"`
	Own      int64 `db:"own"`
}

// Who made a friendship, as one of the two has it. Of those made before this was kept, nobody knows.
const (
	addedByFriend = 0
	addedByUser   = 1
)

// insert gives false if the row is there already.
func (f friendshipRow) insert(l *sqldb.Link) (bool, error) {
	n, err := l.Exec(sqlInsertFriend, f.UserID, f.FriendID, f.Since, f.Own)
	return n > 0, err
}

// blockRow says that user blocks other.
type blockRow struct {
	UserID  int64 `db:"user_id"`
	OtherID int64 `db:"other_id"`
}

// write reports whether it was otherwise before.
func (b blockRow) write(l *sqldb.Link, blocked bool) (bool, error) {
	id := sqlDeleteBlock
	if blocked {
		id = sqlInsertBlock
	}
	n, err := l.Exec(id, b.UserID, b.OtherID)
	return n > 0, err
}

// conversationRow is a row of conversations.
type conversationRow struct {
	ID        int64 `db:"id"`
	Kind      int64 `db:"kind"`
	UserLo    int64 `db:"user_lo"`
	UserHi    int64 `db:"user_hi"`
	GroupID   int64 `db:"group_id"`
	LastSeq   int64 `db:"last_seq"`
	Version   int64 `db:"version"`
	ChangedAt int64 `db:"changed_at"`
	JournalNo int64 `db:"change_no"`
	Spoke     int64 `db:"spoke"` // direct: spokeLo, spokeHi
}

// readStanding takes id, kind, user_lo, user_hi, group_id, last_seq, version, change_no.
func (c *conversationRow) readStanding(r sqldb.Row) {
	c.ID, c.Kind, c.UserLo, c.UserHi, c.GroupID = r.Num(0), r.Num(1), r.Num(2), r.Num(3), r.Num(4)
	c.LastSeq, c.Version, c.JournalNo = r.Num(5), r.Num(6), r.Num(7)
}

func (c *conversationRow) conv() chat.Conv {
	return chat.Conv{
		ID: chat.ConvID(c.ID), Kind: chat.Kind(c.Kind),
		Lo: chat.UserID(c.UserLo), Hi: chat.UserID(c.UserHi), Group: chat.GroupID(c.GroupID),
	}
}

func (c *conversationRow) head() chat.Head {
	return chat.Head{Conv: chat.ConvID(c.ID), LastSeq: c.LastSeq, Version: c.Version, JournalNo: c.JournalNo}
}

// groupRow is a row of chat_groups.
type groupRow struct {
	ID             int64  `db:"id"`
	Name           string `db:"name"`
	Description    string `db:"description"`
	ConversationID int64  `db:"conversation_id"`
	MemberCount    int64  `db:"member_count"`
	CreatedAt      int64  `db:"created_at"`
}

func (g *groupRow) insert(l *sqldb.Link) error {
	id, err := l.Insert(sqlInsertGroup, g.Name, g.Description, g.ConversationID, g.CreatedAt)
	g.ID = id
	return err
}

func (g *groupRow) info(role chat.Role) chat.GroupInfo {
	return chat.GroupInfo{
		ID: chat.GroupID(g.ID), Name: g.Name, Desc: g.Description, Role: role, Members: g.MemberCount,
	}
}

// memberRow is a row of members. LeftSeq means nothing unless Left.
type memberRow struct {
	GroupID   int64 `db:"group_id"`
	UserID    int64 `db:"user_id"`
	Role      int64 `db:"role"`
	JoinedSeq int64 `db:"joined_seq"`
	LeftSeq   int64 `db:"left_seq"`
	Left      bool
	// JoinedNo is the place in the group's journal of the last joining; 0 for who made the
	// group, and for all who joined before there was this.
	JoinedNo int64 `db:"joined_no"`
	KeptOut  bool  `db:"kept_out"`
}

// read takes group_id, user_id, role, joined_seq, left_seq, kept_out from column i.
func (m *memberRow) read(r sqldb.Row, i int) {
	m.GroupID, m.UserID, m.Role, m.JoinedSeq = r.Num(i), r.Num(i+1), r.Num(i+2), r.Num(i+3)
	m.Left, m.LeftSeq = !r.Null(i+4), r.Num(i+4)
	m.KeptOut = r.Yes(i + 5)
}

func (m *memberRow) insert(l *sqldb.Link) error {
	_, err := l.Exec(sqlInsertMember, m.GroupID, m.UserID, m.Role, m.JoinedSeq, m.JoinedNo)
	return err
}

// keptOut is what is bound for the flag.
func (m *memberRow) keptOut() int {
	if m.KeptOut {
		return 1
	}
	return 0
}

// membership gives the row with what could be seen before it.
func (m *memberRow) membership(conv chat.ConvID, version int64, past chat.Windows) chat.Membership {
	last := chat.Window{After: m.JoinedSeq, Until: chat.Open}
	if m.Left {
		last.Until = m.LeftSeq
	}
	return chat.Membership{
		Conv: chat.Conv{ID: conv, Kind: chat.Group, Group: chat.GroupID(m.GroupID)},
		User: chat.UserID(m.UserID), Role: chat.Role(m.Role),
		JoinedSeq: m.JoinedSeq, Left: m.Left, LeftSeq: m.LeftSeq, KeptOut: m.KeptOut, Version: version,
		Windows: past.Add(last),
	}
}

// windowRow is a row of member_windows: a time in a group that is over, and that another
// one followed.
type windowRow struct {
	GroupID   int64 `db:"group_id"`
	UserID    int64 `db:"user_id"`
	JoinedSeq int64 `db:"joined_seq"`
	LeftSeq   int64 `db:"left_seq"`
}

func (w *windowRow) insert(l *sqldb.Link) error {
	_, err := l.Exec(sqlInsertWindow, w.GroupID, w.UserID, w.JoinedSeq, w.LeftSeq)
	return err
}

// messageRow is a row of messages. SendSeq 0 is NULL.
type messageRow struct {
	ConversationID int64  `db:"conversation_id"`
	Seq            int64  `db:"seq"`
	SenderID       int64  `db:"sender_id"`
	DeviceID       int64  `db:"device_id"`
	SendSeq        int64  `db:"send_seq"`
	SentAt         int64  `db:"sent_at"`
	Body           string `db:"body"`
}

func (m *messageRow) insert(l *sqldb.Link) error {
	_, err := l.Exec(sqlInsertMessage, m.ConversationID, m.Seq, m.SenderID, m.DeviceID, m.sendSeq(), m.SentAt, m.Body)
	return err
}

// sendSeq is what is bound for the number: NULL for none.
func (m *messageRow) sendSeq() any {
	if m.SendSeq > 0 {
		return m.SendSeq
	}
	return nil
}

// read takes all columns but the conversation's.
func (m *messageRow) read(r sqldb.Row) {
	m.Seq, m.SenderID, m.DeviceID, m.SendSeq, m.SentAt, m.Body = r.Num(0), r.Num(1), r.Num(2), r.Num(3), r.Num(4), r.Text(5)
}

func (m *messageRow) message() chat.Message {
	return chat.Message{
		Conv: chat.ConvID(m.ConversationID), Seq: m.Seq, Sender: chat.UserID(m.SenderID), Device: chat.DeviceID(m.DeviceID),
		SendSeq: m.SendSeq, SentAt: time.UnixMilli(m.SentAt).UTC(), Body: m.Body,
	}
}

// sendKeyRow is a row of send_keys: a message of a user that came from no session.
type sendKeyRow struct {
	UserID         int64  `db:"user_id"`
	SendKey        string `db:"send_key"`
	ConversationID int64  `db:"conversation_id"`
	Seq            int64  `db:"seq"`
	TextHash       []byte `db:"text_hash"`
	SentAt         int64  `db:"sent_at"`
	MadeAt         int64  `db:"made_at"`
}

func (k *sendKeyRow) insert(l *sqldb.Link) error {
	_, err := l.Exec(sqlInsertSendKey, k.UserID, k.SendKey, k.ConversationID, k.Seq, k.TextHash, k.SentAt)
	return err
}

// read takes conversation_id, seq, text_hash, sent_at from column i.
func (k *sendKeyRow) read(r sqldb.Row, i int) {
	k.ConversationID, k.Seq, k.TextHash, k.SentAt = r.Num(i), r.Num(i+1), slices.Clone(r.Blob(i+2)), r.Num(i+3)
}

// cursorRow is a row of cursors. Device 0 is the user's read cursor, -1 how far
// forgotten devices had come.
type cursorRow struct {
	UserID         int64 `db:"user_id"`
	ConversationID int64 `db:"conversation_id"`
	DeviceID       int64 `db:"device_id"`
	Seq            int64 `db:"seq"`
}

// advance gives false if the row is as far already.
func (c cursorRow) advance(l *sqldb.Link) (bool, error) {
	n, err := l.Exec(sqlMoveCursor, c.UserID, c.ConversationID, c.DeviceID, c.Seq)
	return n > 0, err
}

// noticeRow is a row of changes: an entry of a user's or a group's journal.
type noticeRow struct {
	UserID         int64  `db:"user_id"`
	GroupID        int64  `db:"group_id"`
	No             int64  `db:"no"`
	MadeAt         int64  `db:"made_at"`
	What           string `db:"what"`
	SubjectID      int64  `db:"subject_id"`
	OwnerID        int64  `db:"owner_id"`
	ConversationID int64  `db:"conversation_id"`
	DeviceID       int64  `db:"device_id"`
	Number         int64  `db:"number"`
}

func (c *noticeRow) insert(l *sqldb.Link) error {
	_, err := l.Exec(sqlInsertNotice, c.UserID, c.GroupID, c.No, c.What, c.SubjectID, c.OwnerID, c.ConversationID, c.DeviceID, c.Number)
	return err
}

// readEntry takes no, what, subject_id, owner_id, device_id, number, and a
// conversation's id, kind, user_lo, user_hi, group_id.
func readEntry(r sqldb.Row) chat.JournalEntry {
	return chat.JournalEntry{
		No: r.Num(0), What: r.Text(1), User: chat.UserID(r.Num(2)), Owner: chat.UserID(r.Num(3)),
		Device: chat.DeviceID(r.Num(4)), Number: r.Num(5),
		Conv: chat.Conv{
			ID: chat.ConvID(r.Num(6)), Kind: chat.Kind(r.Num(7)), //nolint:gosec // 1 or 2
			Lo: chat.UserID(r.Num(8)), Hi: chat.UserID(r.Num(9)), Group: chat.GroupID(r.Num(10)),
		},
	}
}

// nodeRow is a row of nodes.
type nodeRow struct {
	ID        int64  `db:"id"`
	Name      string `db:"name"`
	Counter   int64  `db:"counter"`
	StartedAt int64  `db:"started_at"`
}
