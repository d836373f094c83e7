package chat

import (
	"context"
	"time"

	"parley/wire"
)

// Post is a message that a user sends without a session.
type Post struct {
	From User
	To   Target
	Text string // not yet checked
	Key  *SendKey
}

// Sent is where a message is stored.
type Sent struct {
	Seq    int64
	At     time.Time
	Repeat bool // it was stored before, with the same key
}

// Poster is the port through which messages that come from no session go the way of all
// others: the same checks, the same limits, the same commits, the same hands.
type Poster interface {
	// Post returns when the message is stored, or is not. See Service.Send for its promises
	// and errors.
	Post(ctx context.Context, p Post) (Sent, error)
}

// Send stores a message of the caller, who needs no session, and returns where. It is for
// bots, webhooks and requests over HTTP.
//
// Promises: when Send returns without an error the message is committed. It is delivered as
// any other, to all sessions of everybody in the conversation, the caller's own among them.
// It is stored once for each key of a user (see NewSendKey), however often, on whichever
// nodes and at the same time Send is called with that key, also across restarts: the further
// calls return the Seq and At of the first. A key is remembered for SendKeyKept at least. A
// refusal is not remembered: the same key may be stored later.
//
// After an error whose code says that it is for now (wire.Code.Retry), or after ctx has
// ended, the message may or may not be stored: call Send again with the same key, target and
// text. Messages of calls that run at the same time are stored in any order; who wants an
// order waits for each.
//
// Errors: BadField (the target or the key), NotYourself, BadText, TextTooLong, NoSuchUser,
// NoSuchGroup, NotMember, Blocked, AccountClosed (of the other), Disabled (the caller's),
// TooManyStrangers and KeyReused (the key was used with another target or text) are final.
// For now are RateLimited (the bytes of a minute), TooManyUnacked (more than wire.MaxUnacked
// calls of one user run on this node), Busy, Unavailable and StoreFull.
func (s *Service) Send(ctx context.Context, by Caller, t Target, text, key string) (Sent, error) {
	if err := t.check(by.User.ID); err != nil {
		return Sent{}, err
	}
	k, err := NewSendKey(key, t, text)
	if err != nil {
		return Sent{}, err
	}
	return s.poster.Post(ctx, Post{From: by.User, To: t, Text: text, Key: k})
}

// Sessionless returns the caller for use cases that a user asks for without a session. What
// they change is told to all sessions of the user, and their own cursor is that of reading.
// Whoever calls has made sure who is asking. Errors: NoSuchUser, Disabled, and the store's.
func (s *Service) Sessionless(ctx context.Context, user UserID) (Caller, error) {
	acc, err := s.store.Account(ctx, user)
	if err != nil {
		return Caller{}, err
	}
	if acc.Disabled {
		return Caller{}, E(wire.Disabled)
	}
	return Caller{User: acc.User}, nil
}
