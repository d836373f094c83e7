package bench

import (
	"context"
	"fmt"
	"time"

	"parley/client"
	"parley/wire"
)

// conversation is one of a run: people[first:first+size], the first of whom send.
type conversation struct {
	first, size int
	senders     int
	gid         int64   // 0: direct
	base        int64   // the last seq before the run
	ledger      *ledger // nil unless verified
}

// seenBy is the conversation as the SDK names it for one of its people.
func (v *conversation) seenBy(r *run, index int) client.Conversation {
	if v.gid != 0 {
		return client.Group(v.gid)
	}
	return client.Direct(r.people[v.first+1-(index-v.first)].id)
}

func (v *conversation) has(index int) bool { return index >= v.first && index < v.first+v.size }

// conversationOf returns the one that a user is in, nil for none.
func (r *run) conversationOf(index int) *conversation {
	if index < 0 || index >= len(r.inside) {
		return nil
	}
	return r.inside[index]
}

// add makes people[first:first+size] a conversation.
func (r *run) add(v *conversation) {
	r.conversations = append(r.conversations, v)
	for i := range v.size {
		r.inside[v.first+i] = v
	}
}

// pairUp makes a conversation of each two users. Senders beyond the number of pairs
// are the second of theirs.
func (r *run) pairUp(ctx context.Context) error {
	pairs := r.o.Users / 2
	for i := range pairs {
		v := &conversation{first: 2 * i, size: 2}
		for s := i; s < r.o.Senders; s += pairs {
			v.senders++
		}
		r.add(v)
	}
	if err := r.acquaint(ctx); err != nil {
		return err
	}
	return r.findBases(ctx)
}

// acquaint has the second of each pair add the first as a friend, and the first the second
// where both send: what friends send counts against no limit of messages to strangers.
func (r *run) acquaint(ctx context.Context) error {
	r.enter("making friends", len(r.conversations))
	var adders []*person
	for _, v := range r.conversations {
		adders = append(adders, r.people[v.first+1])
		if v.senders > 1 {
			adders = append(adders, r.people[v.first])
		}
	}
	return r.forEach(ctx, adders, 16, func(ctx context.Context, p *person) error {
		v := r.inside[p.index]
		other := r.people[2*v.first+1-p.index]
		err := r.request(ctx, p, func(ctx context.Context, c *client.Client) error {
			_, err := c.AddFriend(ctx, other.id)
			return except(err, wire.AlreadyFriends)
		})
		if err != nil {
			return fmt.Errorf("%s befriending %s: %w", p.name, other.name, err)
		}
		return nil
	})
}

// gather makes the groups and has everybody join. A group of an earlier run with the
// same prefix is used again.
func (r *run) gather(ctx context.Context) error {
	for first := 0; first < r.o.Users; first += r.o.GroupSize {
		size := min(r.o.GroupSize, r.o.Users-first)
		if size == 1 { // alone: to the group before
			r.conversations[len(r.conversations)-1].size++
			r.inside[first] = r.conversations[len(r.conversations)-1]
			break
		}
		r.add(&conversation{first: first, size: size})
	}
	for s := range r.o.Senders {
		v := r.conversations[s%len(r.conversations)]
		v.senders = min(v.senders+1, v.size)
	}
	r.enter("making groups", len(r.conversations))
	var creators []*person
	for _, v := range r.conversations {
		creators = append(creators, r.people[v.first])
	}
	if err := r.forEach(ctx, creators, 16, r.makeGroup); err != nil {
		return err
	}
	r.enter("joining groups", len(r.people))
	if err := r.forEach(ctx, r.people, 16, r.join); err != nil {
		return err
	}
	return r.findBases(ctx)
}

// makeGroup makes the group of a creator. A lost answer is found by the group's name.
func (r *run) makeGroup(ctx context.Context, p *person) error {
	v := r.inside[p.index]
	name := fmt.Sprintf("%s%d", r.o.Prefix, p.index)
	err := r.request(ctx, p, func(ctx context.Context, c *client.Client) error {
		groups, err := c.Groups(ctx)
		if err != nil {
			return err
		}
		for _, g := range groups {
			if g.Creator && g.Name == name {
				v.gid = g.GID
				return nil
			}
		}
		v.gid, err = c.MakeGroup(ctx, client.NewGroup{Name: name, Joining: "open"})
		return err
	})
	if err != nil {
		return fmt.Errorf("making a group as %s: %w", p.name, err)
	}
	return nil
}

func (r *run) join(ctx context.Context, p *person) error {
	v := r.inside[p.index]
	err := r.request(ctx, p, func(ctx context.Context, c *client.Client) error {
		_, err := c.JoinGroup(ctx, v.gid)
		return except(err, wire.AlreadyMember)
	})
	if err != nil {
		return fmt.Errorf("%s joining group %d: %w", p.name, v.gid, err)
	}
	return nil
}

// findBases learns where each conversation stands before the run.
func (r *run) findBases(ctx context.Context) error {
	r.enter("looking at conversations", len(r.conversations))
	var readers []*person
	for _, v := range r.conversations {
		readers = append(readers, r.people[v.first])
	}
	return r.forEach(ctx, readers, 16, func(ctx context.Context, p *person) error {
		v := r.inside[p.index]
		last, err := r.lastSeq(ctx, p, v)
		if err != nil {
			return fmt.Errorf("looking at %s as %s: %w", v.seenBy(r, p.index), p.name, err)
		}
		v.base = last
		if r.o.Verify {
			v.ledger = newLedger(v.label(r), last, v.size, v.senders)
		}
		return nil
	})
}

// label names a conversation in findings; its members are numbered from first on.
func (v *conversation) label(r *run) string {
	if v.gid != 0 {
		return fmt.Sprintf("group %d (member 0 is %s)", v.gid, r.people[v.first].name)
	}
	return fmt.Sprintf("%s (member 0) and %s (1)", r.people[v.first].name, r.people[v.first+1].name)
}

// lastSeq is the seq of a conversation's last message, 0 for none.
func (r *run) lastSeq(ctx context.Context, p *person, v *conversation) (int64, error) {
	var last int64
	err := r.request(ctx, p, func(ctx context.Context, c *client.Client) error {
		page, err := c.HistoryBefore(ctx, v.seenBy(r, p.index), 0, 1)
		for _, m := range page.Messages {
			last = m.Seq
		}
		return except(err, wire.NoConversation)
	})
	return last, err
}

// leastPatience is how long any request is tried at least.
const leastPatience = 10 * time.Second

// request asks the server something for a user, again and again where that may help,
// but no longer than Options.Settle.
func (r *run) request(ctx context.Context, p *person, ask func(context.Context, *client.Client) error) error {
	ctx, cancel := context.WithTimeout(ctx, max(r.o.Settle, leastPatience))
	defer cancel()
	return patiently(ctx, func(ctx context.Context) error {
		c, _ := p.client()
		if c == nil {
			return fmt.Errorf("%s is not logged in", p.name)
		}
		err := ask(ctx, c)
		select {
		case <-c.Done(): // it is being replaced
			if err != nil {
				return fmt.Errorf("the connection of %s ended: %s", p.name, err.Error())
			}
		default:
		}
		return err
	})
}

// except forgives one refusal.
func except(err error, code wire.Code) error {
	if client.CodeOf(err) == code {
		return nil
	}
	return err
}
