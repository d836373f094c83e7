package chat

import (
	"context"
	"time"

	"parley/wire"
)

// Conversations is the part of the store about conversations: which there are, how long they
// are, and where somebody stands in them.
type Conversations interface {
	// OpenDirect returns the direct conversation of two users, and makes it if there
	// is none: NoSuchUser, NotYourself. barred tells why nothing can be said there now:
	// AccountClosed (of either), Blocked (either blocks the other), OK if it can.
	OpenDirect(ctx context.Context, a, b UserID) (conv Conv, head Head, barred wire.Code, err error)
	// FindDirect is OpenDirect without the making: NoConversation.
	FindDirect(ctx context.Context, a, b UserID) (Conv, Head, error)
	// Heads leaves out conversations that do not exist.
	Heads(ctx context.Context, convs []ConvID) ([]Head, error)
	// Changed pages, by id, the conversations that grew, or whose version, last_rev or journal
	// moved, within the last while (by the database's clock; at least everything whose
	// transaction began so lately): what a node that may have missed notices has to look
	// at.
	Changed(ctx context.Context, within time.Duration, after ConvID, limit int) ([]ChangedConv, error)
	// Inbox returns where a device stands in every conversation of the user that was
	// ever said anything in (and every group the user is in), by conversation id.
	// A former member's rows come while there is something beyond Delivered. journalNo is how far the user's
	// journal goes, read after the rows.
	Inbox(ctx context.Context, user UserID, device DeviceID) (rows []InboxRow, journalNo int64, err error)
	// Conversations pages a user's conversations, by conversation id, with what a
	// list shows; unread is counted up to unreadCap, and counts nothing that lies between
	// windows.
	Conversations(ctx context.Context, user UserID, device DeviceID, after ConvID, limit, unreadCap int) ([]ConvRow, error)
	// RecentConversations is Conversations in the order of Spot.Compare, after a spot.
	RecentConversations(ctx context.Context, user UserID, device DeviceID, after Spot, limit, unreadCap int) ([]ConvRow, error)
}

// Pages is the part of the store that reads messages.
type Pages interface {
	// Page returns messages with after < seq <= upTo, ascending, at most limit, and
	// at most maxBytes of text (but always one message).
	Page(ctx context.Context, conv ConvID, after, upTo int64, limit, maxBytes int) ([]Message, error)
	// PageBefore returns the last messages with floor < seq < before, ascending.
	PageBefore(ctx context.Context, conv ConvID, before, floor int64, limit, maxBytes int) ([]Message, error)
}

// Log is the part of the store about the messages of conversations.
type Log interface {
	Pages
	// SetAppended names the function that gets every Append back, with its outcome,
	// exactly once. It is called before the first Append. Calls for one conversation
	// come one after the other in the order of their seqs, from a goroutine that may
	// be blocked for a while without holding up the next commit; a batch of several
	// conversations comes in one call. With unknown outcomes of a commit, it is also
	// given doubtful=true: the conversations of the batch may have grown.
	SetAppended(fn func(batch []*Append, doubtful bool))
	// Append queues a and returns at once. The order of calls is the order of the
	// appends of one device. Those of other devices to the same conversation may come
	// before one that has to wait for a lock in the database. A full queue is told by
	// Appended with Busy, and so is a lock that could not be had within 6 s.
	Append(a *Append)
	// FindRepeat looks in the tail of a conversation for the message that a device
	// stored with sendSeq; found is false if it is not among the last rows it may
	// read (20,000), or if an older one of the device is met first.
	FindRepeat(ctx context.Context, conv ConvID, device DeviceID, sendSeq int64) (m Message, found bool, err error)
}

// Append is one message on its way into the log, or one change of a message (Change). The caller
// fills the first part and must not touch the Append until Appended got it back.
type Append struct {
	Conv    ConvID
	Version int64 // the version that the sender's membership was checked at
	Sender  UserID
	Device  DeviceID
	Session SessionID
	// SendSeq is the sender's number, 0 for none; PrevSendSeq the number that the
	// device's row must hold for it to be next (numbers that were refused for good
	// lie between the two).
	SendSeq     int64
	PrevSendSeq int64
	Body        string
	// Extra is what a message has beside its text; nil for nothing. Who it mentions is in the
	// conversation as of Version; the store writes it down for them. What it
	// answers must be in the log: NoSuchMessage.
	Extra *Extra
	// Key is set for a message that comes from no session: then Device, Session and SendSeq
	// are 0, and the sender's account must be open. It is written with the message, in the
	// same transaction.
	Key *SendKey
	// Change is set for what is no message: then Body, Extra and Key are zero. A change takes no seq and
	// leaves no row in the log. It moves the conversation's last_rev under the same lock, uses up
	// SendSeq as a message does, and FindChange finds it by that number. Of one device, changes
	// and messages are stored in the order of Append.
	Change *Change
	// Owner is the caller's own; the store does not look at it.
	Owner any

	// Set by the store. Err is nil for stored and durable; ErrSessionGone,
	// ErrRepeat, ErrOutOfStep, ErrStaleMembers, or an *Error: BadText (the database
	// refused this very row), Busy (the queue is full, or locks could not be had),
	// Unavailable (the outcome is unknown), StoreFull. With a Key also NoSuchUser, Disabled,
	// KeyReused (it was used for something else); and ErrRepeat says that the message is
	// stored: Seq and At are those of the first time. With a Change also NoSuchMessage (beyond
	// the log), MessageRecalled (recalling it again is no error), LimitReached (of
	// emoji or pins) and NotAdmin (see Change.Leads).
	Seq int64
	At  time.Time
	// Rev is the change's number. A change that changes nothing (the same reaction again) moves
	// nothing: then it is the number of the message's last change, 0 where there is none, and Same
	// is set.
	Rev         int64
	Same        bool
	LastSendSeq int64 // with ErrRepeat and ErrOutOfStep: what the device's row holds
	Err         error
}

// SendKeys is the part of the store about messages that come from no session, and their keys.
// A key is written with its message: see Append.Key.
type SendKeys interface {
	// SentWith looks for what a user has sent with a key; found is false for nothing, and
	// when it was forgotten.
	SentWith(ctx context.Context, user UserID, key string) (k KeptKey, found bool, err error)
}

// Cursors is the part of the store about positions. They only ever grow.
type Cursors interface {
	// SaveDelivered writes any number of cursors in one transaction; one that would
	// go back is left as it is.
	SaveDelivered(ctx context.Context, cursors []Cursor) error
	// SaveRead moves a user's read cursor for the device that says so; a seq beyond the
	// log is clamped to its end. It returns the position as it is now, and its place in the
	// user's journal, 0 if it did not move.
	SaveRead(ctx context.Context, user UserID, device DeviceID, conv ConvID, seq int64) (now, no int64, err error)
}

// Cursor is a device's delivered position in one conversation.
type Cursor struct {
	User   UserID
	Device DeviceID
	Conv   ConvID
	Seq    int64
}
