package client

import (
	"context"

	"parley/wire"
)

// The stages of a Reader. Later versions may add words.
const (
	StageWaiting  = "waiting"  // not received
	StageReceived = "received" // received, and not read
	StageRead     = "read"
)

// Reader is who may see a message, and how far they have come with it.
type Reader struct {
	User
	Stage string
}

// Readers says who has received and read a message.
type Readers struct {
	Members  int64    // how many may see it, without its sender and without who hides it
	Received int64    // how many of them have received it
	Read     int64    // how many of those have read it
	Users    []Reader // a page of them, by id
	More     bool     // there are more: ask again after the last id
}

// Readers returns who has received and read a message, with a page of at most limit users whose ids
// are above after. only is StageRead, StageReceived or StageWaiting, or "" for all. If limit is 0, it is
// wire.DefaultPage; at most it is wire.MaxPage. It fails with wire.ReceiptsHidden if the account
// hides its own receipts.
func (c *Client) Readers(ctx context.Context, of Conversation, seq int64, only string, after int64, limit int) (Readers, error) {
	q := about(of, wire.Readers)
	q.Seq, q.Limit = seq, int64(min(orDefault(limit, wire.DefaultPage), wire.MaxPage))
	q.Set(wire.FSeq, wire.FLimit)
	if only != "" {
		q.Only = only
		q.Set(wire.FOnly)
	}
	if after > 0 {
		q.After = after
		q.Set(wire.FAfter)
	}
	reply, err := ask[*wire.ReadersReply](ctx, c, q, repeatable)
	if err != nil {
		return Readers{}, err
	}
	r := Readers{Members: reply.Members, Received: reply.Received, Read: reply.Read, More: reply.More}
	for _, u := range reply.Users {
		r.Users = append(r.Users, Reader{User: User{u.ID, u.Name}, Stage: u.Stage})
	}
	return r, nil
}
