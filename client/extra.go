package client

import (
	"context"
	"slices"

	"parley/wire"
)

// Extra is what a message may have beside its text. The zero value is nothing.
type Extra struct {
	// ReplyTo is the seq of the message that is answered, in the same conversation; 0 for none. That
	// message may be recalled by now.
	ReplyTo int64
	// Mentions are the users and everybody whom the message mentions.
	Mentions Mentions
}

// Mentions says who is mentioned in a message: users, at most wire.MaxMentions, or everybody in the
// conversation. Whoever is not in the conversation when the server stores the message is left out.
type Mentions struct {
	Users []int64 `json:",omitempty"`
	All   bool    `json:",omitempty"`
}

// Empty reports whether nobody is mentioned.
func (m *Mentions) Empty() bool { return len(m.Users) == 0 && !m.All }

// Empty reports whether there is nothing.
func (e *Extra) Empty() bool { return e.ReplyTo == 0 && e.Mentions.Empty() }

// Has reports whether a user is mentioned, by name or with everybody.
func (m *Mentions) Has(user int64) bool { return m.All || slices.Contains(m.Users, user) }

// SendWith is SendTo for a text with something beside it. The server refuses it with
// wire.NoSuchMessage if the account cannot see the message that is answered. While a server of an
// older version is running, which would lose the extra, the message waits (wire.OlderNode).
func (c *Client) SendWith(ctx context.Context, to Conversation, text string, extra Extra) (Receipt, error) {
	return c.submit(ctx, &entry{conv: to, text: text, extra: extra})
}

// PostWith is to SendWith what Post is to SendTo.
func (c *Client) PostWith(to Conversation, text string, extra Extra, done func(Receipt, error)) error {
	return c.post(&entry{conv: to, text: text, extra: extra}, done)
}

// Mentions returns the messages in which others mention this account or everybody, the newest
// first. With a zero Conversation they are those of all conversations; next and limit are as in
// Recent. A page may be empty and have another one after it.
func (c *Client) Mentions(ctx context.Context, of Conversation, next string, limit int) (page []*Message, after string, err error) {
	q := request(wire.Mentions)
	if of != (Conversation{}) {
		q = about(of, wire.Mentions)
	}
	q.Limit = int64(min(orDefault(limit, wire.DefaultPage), wire.MaxPage))
	q.Set(wire.FLimit)
	if next != "" {
		q.Next = next
		q.Set(wire.FNext)
	}
	reply, err := ask[*wire.MentionsReply](ctx, c, q, repeatable)
	if err != nil {
		return nil, "", err
	}
	self := c.Self().ID
	for i := range reply.Messages {
		m := message(&reply.Messages[i], self)
		m.client = c
		page = append(page, m)
	}
	return page, reply.Next, nil
}

// extraOf is what a message carries beside its text.
func extraOf(w *wire.Message) Extra {
	return Extra{ReplyTo: w.ReplyTo, Mentions: Mentions{Users: slices.Clone(w.Mentions), All: w.MentionAll}}
}

// mentionsOf are the mentions of a state; nil where no edit has set them.
func mentionsOf(users []int64, all bool) *Mentions {
	if users == nil && !all {
		return nil
	}
	return &Mentions{Users: slices.Clone(users), All: all}
}

// setMentions adds mentions to a request.
func setMentions(q *wire.Request, m *Mentions) {
	q.Mentions, q.MentionAll = m.Users, m.All
	if len(m.Users) > 0 || !m.All {
		q.Set(wire.FMentions)
	}
	if m.All {
		q.Set(wire.FMentionAll)
	}
}
