package client

// Store keeps on disk what a client must not forget from one run of a program to the
// next: the outbox, what was displayed, and the token. Package client/history has one
// over a SQLite file; a program may bring its own.
//
// A Store belongs to one account on one server and to one device, and to one program at
// a time. Its methods may be called from any goroutine. A method that returns nil has
// brought its work to the disk (synced), all of it; one that returns an error has done
// nothing of it.
type Store interface {
	// Load gives what is kept. It is called once, by New.
	Load() (Saved, error)
	// Queue puts a message at the end of the outbox and gives the id that it is known by.
	Queue(to Conversation, text string) (id int64, err error)
	// Number notes the send_seq of messages in the outbox: the first one's is first, the
	// next one's first+1 and so on. It is called before they first go over the network.
	Number(ids []int64, first int64) error
	// Save notes what happened. It must be able to take the same batch twice.
	Save(b Batch) error
	// Messages gives the last messages kept of a conversation before a seq (0: the last
	// there are), oldest first, at most limit of them. There may be holes between them.
	// first is the first seq that there is to see in the conversation; 0: not known.
	Messages(of Conversation, before int64, limit int) (messages []*Message, first int64, err error)
	// KeepToken keeps a login's token, or forgets it (""). A store that is to hold no
	// secrets does nothing.
	KeepToken(token string) error
}

// Saved is what a Store has kept.
type Saved struct {
	Self      User       // the account; zero before the first login
	Log       string     // the last Batch.Log, "" for none yet
	Token     string     // "" if there is none
	Outbox    []Queued   // in the order of Queue
	SendNext  int64      // the number after the last one given out by Number; 0 for none yet
	Positions []Position // how far conversations were displayed
}

// Queued is a message in a Store's outbox.
type Queued struct {
	ID      int64
	To      Conversation
	Text    string
	SendSeq int64 // 0: never numbered, so never on the network
}

// Position is a place in a conversation.
type Position struct {
	Conversation Conversation
	Seq          int64
}

// Named is the name of a user or group, under the conversation with it.
type Named struct {
	Conversation Conversation
	Name         string
}

// Batch is what happened since the batch before.
type Batch struct {
	Self User // who logged in; zero: nobody did
	// Log names the server's log, where it has another one than before: then nothing kept
	// of conversations is true. It comes before all that follows. The first one ever changes
	// nothing.
	Log string
	// Settled are the ids of messages that leave the outbox.
	Settled []int64
	// Left are conversations whose position is to be forgotten, Reset those of which
	// nothing kept is true any more. They come before all that follows.
	Left, Reset []Conversation
	// Shown are messages that were displayed. The last one of a conversation is its
	// position.
	Shown []*Message
	// Fetched are messages that were asked for, and say nothing about positions.
	Fetched []*Message
	// First are conversations whose first visible seq has become known.
	First []Position
	// Names are users and groups met.
	Names []Named
}

// Empty reports whether nothing happened.
func (b *Batch) Empty() bool {
	return b.Self == (User{}) && b.Log == "" && len(b.Settled) == 0 && len(b.Left) == 0 && len(b.Reset) == 0 &&
		len(b.Shown) == 0 && len(b.Fetched) == 0 && len(b.First) == 0 && len(b.Names) == 0
}
