package client

// Store keeps on the disk what a client must not forget between two runs of a program: the outbox, what
// was displayed, and the token. Package client/history is a Store in a SQLite file. A program may
// have its own.
//
// A Store belongs to one account on one server, and to one device. Only one program may use it at a
// time. Its methods must be safe for concurrent use. When a method returns nil, all of its work is on
// the disk (synced). When it returns an error, none of it is.
type Store interface {
	// Load returns what the Store has. New calls it once.
	Load() (Saved, error)
	// Queue adds a message or a change to the end of the outbox and returns its id in the Store. Its
	// ID and SendSeq are 0.
	Queue(q Queued) (id int64, err error)
	// Number keeps the send_seq of messages in the outbox: first for the first id, first+1 for
	// the next, and so on. The client calls it before it sends them for the first time.
	Number(ids []int64, first int64) error
	// Save keeps what happened. To save the same batch twice must do no harm.
	Save(b Batch) error
	// Messages returns the last kept messages of a conversation before a seq, oldest first, at
	// most limit of them. If before is 0, they are the newest ones. There may be holes between
	// them. Each has the newest state that the Store was told, and the text that goes with
	// it. first is the first seq that the account may see there, 0 if that is not known.
	Messages(of Conversation, before int64, limit int) (messages []*Message, first int64, err error)
	// KeepToken keeps the token of a login. If token is "", it removes the token. A Store that
	// keeps no secrets does nothing.
	KeepToken(token string) error
}

// Saved is what a Store has kept.
type Saved struct {
	Self      User       // the account; zero before the first login
	Log       string     // the last Batch.Log; "" if there was none yet
	Token     string     // "" if there is none
	Outbox    []Queued   // in the order of the calls of Queue
	SendNext  int64      // the number after the highest one that Number kept; 0 if there was none yet
	Positions []Position // up to where conversations were displayed
	// Revs are the last Batch.Revs of conversations. A conversation of which messages were kept or
	// displayed, and for which none came, is here with 0.
	Revs []Position
}

// Queued is a message, or a change of a message, in the outbox of a Store.
type Queued struct {
	ID      int64
	To      Conversation
	Text    string
	Extra   Extra   // of a message
	Change  *Change // nil for a message
	SendSeq int64   // 0 if it has no number yet, so it was never sent
}

// Position is a place in a conversation.
type Position struct {
	Conversation Conversation
	Seq          int64
}

// Named is the name of a user or a group.
type Named struct {
	Conversation Conversation
	Name         string
}

// Batch is what happened since the last batch. A Store applies its fields in their order.
type Batch struct {
	Self User // the account that logged in; zero if there was no login
	// Log is the name of the server's log, if it is not the same as before. Then nothing that
	// was kept about conversations is true any more, states and revs among it: forget it before you apply the rest. The
	// first Log of a Store changes nothing.
	Log string
	// Settled are the ids of messages to remove from the outbox.
	Settled []int64
	// Left are conversations whose position to forget. Reset are conversations of which nothing
	// that was kept is true any more. Apply both before the rest.
	Left, Reset []Conversation
	// Shown are messages that were displayed. The last one of a conversation is its position.
	Shown []*Message
	// Fetched are messages that were fetched. They do not change positions.
	Fetched []*Message
	// First is the first seq that the account may see in a conversation, where it became known.
	First []Position
	// Names are the names of users and groups that were seen.
	Names []Named
	// States are what was done to messages, also to such as are not kept here (yet). A state
	// takes the place of one with a lower State.Rev, in whatever way that came: with a message too. With
	// MineUnchanged, State.Mine stays as it is. The text of a message that was recalled is removed
	// from the disk.
	States []Changed
	// Revs are how far the changes of conversations are known, in Position.Seq.
	Revs []Position
}

// Empty reports whether the batch has nothing to save.
func (b *Batch) Empty() bool {
	return b.Self == (User{}) && b.Log == "" && len(b.Settled) == 0 && len(b.Left) == 0 && len(b.Reset) == 0 &&
		len(b.Shown) == 0 && len(b.Fetched) == 0 && len(b.First) == 0 && len(b.Names) == 0 &&
		len(b.States) == 0 && len(b.Revs) == 0
}
