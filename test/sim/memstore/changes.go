package memstore

import (
	"cmp"
	"context"
	"slices"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// changes are what was done to the messages of a conversation.
type changes struct {
	lastRev   int64
	states    map[int64]*chat.State // by seq
	reactions []*reaction

	// For those who look into the database from outside.
	moves []Made
	sent  map[int64]string // the texts of messages that were recalled
}

type reaction struct {
	seq   int64
	user  chat.UserID
	emoji string
	rev   int64 // when it was given or withdrawn last
	gone  bool
}

// change makes a change that nothing stands against but what it is about.
func (tx *transaction) change(a *chat.Append, d *device, c *conv) {
	if a.Change.Leads {
		m := c.group.members[a.Sender]
		if m == nil || m.left || !m.role.Leads() {
			a.Err = chat.E(wire.NotAdmin)
			return
		}
	}
	if a.Change.Seq > c.last() {
		a.Err = chat.E(wire.NoSuchMessage)
		return
	}
	a.Rev, a.Same, a.Err = c.apply(a.Change, a.Sender, a.At)
	if a.Err != nil {
		return
	}
	if !a.Same {
		c.changed = time.Now()
		c.moves = append(c.moves, tx.madeBy(a, c))
	}
	if a.SendSeq > 0 {
		d.last = a.SendSeq
		if d.changes == nil {
			d.changes = map[int64][2]int64{}
		}
		d.changes[a.SendSeq%wire.ChangesKept] = [2]int64{a.SendSeq, a.Rev}
	}
}

func (c *conv) apply(ch *chat.Change, by chat.UserID, at time.Time) (rev int64, same bool, err error) {
	s := chat.State{Seq: ch.Seq}
	if was := c.states[ch.Seq]; was != nil {
		s = *was
		s.Reactions = slices.Clone(was.Reactions)
	}
	own := c.mine(ch.Seq, by)
	moved, err := ch.Apply(&s, by, at, own, len(c.pinned()))
	if err != nil || !moved {
		return s.Rev, true, err
	}
	c.lastRev++
	s.Rev = c.lastRev
	switch ch.Op {
	case chat.Recall:
		c.emptyText(ch.Seq)
		c.reactions = slices.DeleteFunc(c.reactions, func(r *reaction) bool { return r.seq == ch.Seq })
	case chat.React, chat.Unreact:
		c.react(ch, by)
	}
	if c.states == nil {
		c.states = map[int64]*chat.State{}
	}
	c.states[ch.Seq] = &s
	return s.Rev, false, nil
}

func (c *conv) emptyText(seq int64) {
	if c.sent == nil {
		c.sent = map[int64]string{}
	}
	m := &c.log[seq-1]
	c.sent[seq], m.Body, m.Extra = m.Body, "", ""
}

func (c *conv) react(ch *chat.Change, by chat.UserID) {
	i := slices.IndexFunc(c.reactions, func(r *reaction) bool {
		return r.seq == ch.Seq && r.user == by && r.emoji == ch.Emoji
	})
	if i < 0 {
		i = len(c.reactions)
		c.reactions = append(c.reactions, &reaction{seq: ch.Seq, user: by, emoji: ch.Emoji})
	}
	c.reactions[i].rev, c.reactions[i].gone = c.lastRev, ch.Op == chat.Unreact
}

// mine are the emoji of a user on a message.
func (c *conv) mine(seq int64, u chat.UserID) (all []string) {
	for _, r := range c.byRev() {
		if r.seq == seq && r.user == u && !r.gone {
			all = append(all, r.emoji)
		}
	}
	return all
}

func (c *conv) byRev() []*reaction {
	return slices.SortedFunc(slices.Values(c.reactions), func(a, b *reaction) int { return cmp.Compare(a.rev, b.rev) })
}

// pick are copies of the states for which ok holds, by an order.
func (c *conv) pick(ok func(*chat.State) bool, by func(*chat.State) int64) (all []chat.State) {
	for _, s := range c.states {
		if ok(s) {
			state := *s
			state.Reactions = slices.Clone(s.Reactions)
			all = append(all, state)
		}
	}
	slices.SortFunc(all, func(a, b chat.State) int { return cmp.Compare(by(&a), by(&b)) })
	return all
}

func seqOf(s *chat.State) int64 { return s.Seq }

func (c *conv) pinned() []chat.State {
	return c.pick((*chat.State).Pinned, seqOf)
}

// readConv runs f over a conversation, if there is one.
func (s *Store) readConv(ctx context.Context, id chat.ConvID, f func(*conv)) error {
	return s.read(ctx, func(d *Database) error {
		if c := d.conv(id); c != nil {
			f(c)
		}
		return nil
	})
}

// States implements chat.MessageStates.
func (s *Store) States(ctx context.Context, id chat.ConvID, after int64, limit int) (all []chat.State, err error) {
	err = s.readConv(ctx, id, func(c *conv) {
		all = c.pick(func(s *chat.State) bool { return s.Rev > after }, func(s *chat.State) int64 { return s.Rev })
		all = all[:min(limit, len(all))]
	})
	return all, err
}

// StatesOf implements chat.MessageStates.
func (s *Store) StatesOf(ctx context.Context, id chat.ConvID, after, upTo int64) (all []chat.State, err error) {
	err = s.readConv(ctx, id, func(c *conv) {
		all = c.pick(func(s *chat.State) bool { return s.Seq > after && s.Seq <= upTo }, seqOf)
	})
	return all, err
}

// Pinned implements chat.MessageStates.
func (s *Store) Pinned(ctx context.Context, id chat.ConvID) (all []chat.State, err error) {
	err = s.readConv(ctx, id, func(c *conv) { all = c.pinned() })
	return all, err
}

// Reacted implements chat.MessageStates.
func (s *Store) Reacted(ctx context.Context, id chat.ConvID, after int64) (all []chat.Reacted, err error) {
	err = s.readConv(ctx, id, func(c *conv) {
		type key struct {
			seq  int64
			user chat.UserID
		}
		done := map[key]bool{}
		for _, r := range c.reactions {
			k := key{r.seq, r.user}
			if r.rev > after && !done[k] {
				done[k] = true
				all = append(all, chat.Reacted{User: r.user, Seq: r.seq, Emoji: c.mine(r.seq, r.user)})
			}
		}
		slices.SortFunc(all, bySeqAndUser)
	})
	return all, err
}

// ReactedTo implements chat.MessageStates.
func (s *Store) ReactedTo(ctx context.Context, id chat.ConvID, after, upTo int64) (all []chat.Reacted, err error) {
	err = s.readConv(ctx, id, func(c *conv) {
		for _, r := range c.byRev() {
			if r.gone || r.seq <= after || r.seq > upTo {
				continue
			}
			i := slices.IndexFunc(all, func(o chat.Reacted) bool { return o.Seq == r.seq && o.User == r.user })
			if i < 0 {
				i = len(all)
				all = append(all, chat.Reacted{User: r.user, Seq: r.seq})
			}
			all[i].Emoji = append(all[i].Emoji, r.emoji)
		}
		slices.SortFunc(all, bySeqAndUser)
	})
	return all, err
}

func bySeqAndUser(a, b chat.Reacted) int {
	return cmp.Or(cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.User, b.User))
}

// Mine implements chat.MessageStates.
func (s *Store) Mine(ctx context.Context, id chat.ConvID, seqs []int64, user chat.UserID) (map[int64][]string, error) {
	all := map[int64][]string{}
	err := s.readConv(ctx, id, func(c *conv) {
		for _, seq := range seqs {
			if mine := c.mine(seq, user); mine != nil {
				all[seq] = mine
			}
		}
	})
	return all, err
}

// FindChange implements chat.MessageStates.
func (s *Store) FindChange(ctx context.Context, id chat.DeviceID, sendSeq int64) (rev int64, found bool, err error) {
	err = s.read(ctx, func(d *Database) error {
		if v := d.device(id); v != nil && sendSeq > 0 {
			kept := v.changes[sendSeq%wire.ChangesKept]
			rev, found = kept[1], kept[0] == sendSeq
		}
		return nil
	})
	return rev, found, err
}
