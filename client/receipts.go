package client

import (
	"time"

	"parley/wire"
)

// Reached is how far another user has come in a conversation: they have received and read messages up
// to these seqs. What is read is received.
type Reached struct {
	User           int64
	Received, Read int64
}

// Receipts says how far others have come in a conversation: the other user of a direct one, or members
// of a group of at most wire.MaxTold who have moved. Positions only grow: take the higher of what is
// known and what is told. Receipts that are missed come with a later one; ConversationInfo and Readers
// say how it is now.
type Receipts struct {
	Conversation Conversation
	Positions    []Reached
}

// Typing says that another user is writing in a conversation. Show it for TypingShown, or until a
// message of that user comes. It may be lost.
type Typing struct {
	Conversation Conversation
	User         User
}

// TypingShown is how long a Typing is good for.
const TypingShown = 5 * time.Second

// typingEvery is how often the server is told that the user is writing.
const typingEvery = 3 * time.Second

func (Receipts) event() {}
func (Typing) event()   {}

// Typing tells the others of a conversation that the user is writing there. Call it for every key:
// the server is told every 3 seconds at most. It does not wait, and it does nothing while there is no
// connection. Nobody is told in groups of more than wire.MaxTyping members.
func (c *Client) Typing(of Conversation) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	if s := c.session; s == nil || s.err != nil || of == c.typedIn && now.Sub(c.typedAt) < typingEvery {
		return
	}
	c.typedIn, c.typedAt = of, now
	c.session.pending = c.session.t.frame(c.session.pending, about(of, wire.Typing).AppendJSON(nil))
	poke(c.session.wake)
}

func receiptsOf(f *wire.ReceiptsNotice) Receipts {
	if f.GID == 0 {
		return Receipts{Direct(f.With), []Reached{{User: f.With, Received: f.Received, Read: f.Read}}}
	}
	r := Receipts{Conversation: Group(f.GID)}
	for _, m := range f.Members {
		r.Positions = append(r.Positions, Reached{User: m.ID, Received: m.Received, Read: m.Read})
	}
	return r
}
