package memstore

import (
	"context"
	"slices"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// append decides about one append and stores it.
func (tx *transaction) append(a *chat.Append) {
	d, c := tx.device(a.Device), tx.conv(a.Conv)
	a.Seq, a.At, a.LastSendSeq, a.Rev, a.Same = 0, time.UnixMilli(tx.at.UnixMilli()).UTC(), 0, 0, false
	if a.Key != nil {
		a.Err = tx.decideKey(a, c)
	} else {
		a.Err = tx.decide(a, d, c)
	}
	if a.Err != nil {
		return
	}
	if a.Change != nil {
		tx.change(a, d, c)
		return
	}
	c.log = append(c.log, chat.Message{
		Conv: a.Conv, Seq: c.last() + 1, Sender: a.Sender, Device: a.Device,
		SendSeq: a.SendSeq, SentAt: a.At, Body: a.Body, Extra: a.Extra.Pack(),
	})
	c.changed = time.Now()
	a.Seq = c.last()
	if a.SendSeq > 0 {
		d.last = a.SendSeq
	}
	if a.Key != nil {
		tx.sendKeys[keyName{a.Sender, a.Key.Key}] = keptKey{chat.KeptKey{Sum: a.Key.Sum, Conv: a.Conv, Seq: a.Seq, At: a.At}, time.Now()}
	}
}

func (tx *transaction) decide(a *chat.Append, d *device, c *conv) error {
	numbered := a.SendSeq > 0
	switch {
	case d == nil, d.session != a.Session, a.Session == 0:
		return chat.ErrSessionGone
	case numbered && d.last >= a.SendSeq:
		a.LastSendSeq = d.last
		return chat.ErrRepeat
	case numbered && d.last != a.PrevSendSeq:
		a.LastSendSeq = d.last
		return chat.ErrOutOfStep
	}
	return decideThere(a, c)
}

// decideThere is decide about the conversation.
func decideThere(a *chat.Append, c *conv) error {
	switch {
	case c == nil:
		return chat.E(wire.NoConversation)
	case c.version != a.Version && (a.Change == nil || !a.Change.Anyway):
		return chat.ErrStaleMembers
	case a.Extra != nil && a.Extra.ReplyTo > c.last():
		return chat.E(wire.NoSuchMessage)
	}
	return nil
}

// direct returns the conversation of two users, and makes it if there is none.
func (tx *transaction) direct(a, b chat.UserID) (*conv, error) {
	ua, ub := tx.user(a), tx.user(b)
	if ua == nil || ub == nil {
		return nil, chat.E(wire.NoSuchUser)
	}
	p := pairOf(a, b)
	if c := tx.pairs[p]; c != nil {
		return c, nil
	}
	c := tx.newConv(chat.Conv{Kind: chat.Direct, Lo: p.lo, Hi: p.hi})
	tx.pairs[p] = c
	ua.follow(c)
	ub.follow(c)
	return c, nil
}

func (tx *transaction) newConv(v chat.Conv) *conv {
	v.ID = chat.ConvID(len(tx.convs) + 1)
	c := &conv{Conv: v, version: 1, changed: time.Now(), made: time.Now()}
	tx.convs = append(tx.convs, c)
	return c
}

func pairOf(a, b chat.UserID) pair { return pair{min(a, b), max(a, b)} }

// OpenDirect implements chat.Conversations.
func (s *Store) OpenDirect(ctx context.Context, a, b chat.UserID) (v chat.Conv, h chat.Head, barred wire.Code, err error) {
	if a == b {
		return v, h, wire.OK, chat.E(wire.NotYourself)
	}
	known := false
	err = s.read(ctx, func(d *Database) error {
		if c := d.pairs[pairOf(a, b)]; c != nil {
			known, v, h, barred = true, c.Conv, c.head(), d.barred(a, b)
		}
		return nil
	})
	if err != nil || known {
		return v, h, barred, err
	}
	d, err := write(ctx, s, func(tx *transaction) (directConv, error) {
		c, err := tx.direct(a, b)
		if err != nil {
			return directConv{}, err
		}
		return directConv{c.Conv, c.head(), tx.barred(a, b)}, nil
	})
	return d.conv, d.head, d.barred, err
}

// directConv is what is told of a direct conversation.
type directConv struct {
	conv   chat.Conv
	head   chat.Head
	barred wire.Code
}

// FindDirect implements chat.Conversations.
func (s *Store) FindDirect(ctx context.Context, a, b chat.UserID) (v chat.Conv, h chat.Head, err error) {
	if a == b {
		return v, h, chat.E(wire.NotYourself)
	}
	err = s.read(ctx, func(d *Database) error {
		c := d.pairs[pairOf(a, b)]
		if c == nil {
			return chat.E(wire.NoConversation)
		}
		v, h = c.Conv, c.head()
		return nil
	})
	return v, h, err
}

// Heads implements chat.Conversations.
func (s *Store) Heads(ctx context.Context, convs []chat.ConvID) ([]chat.Head, error) {
	var heads []chat.Head
	err := s.read(ctx, func(d *Database) error {
		ids := slices.Clone(convs)
		slices.Sort(ids)
		for _, id := range slices.Compact(ids) {
			if c := d.conv(id); c != nil {
				heads = append(heads, c.head())
			}
		}
		return nil
	})
	return heads, err
}

// Page implements chat.Pages.
func (s *Store) Page(ctx context.Context, id chat.ConvID, after, upTo int64, limit, maxBytes int) (page []chat.Message, err error) {
	err = s.read(ctx, func(d *Database) error {
		c := d.conv(id)
		if c == nil {
			return nil
		}
		upTo = min(upTo, c.last(), after+int64(limit))
		for size, seq := 0, after+1; seq <= upTo && size < maxBytes; seq++ {
			m := c.log[seq-1]
			if size += len(m.Body); size > maxBytes && len(page) > 0 {
				break
			}
			page = append(page, m)
		}
		return nil
	})
	return page, err
}

// PageBefore implements chat.Pages.
func (s *Store) PageBefore(ctx context.Context, id chat.ConvID, before, floor int64, limit, maxBytes int) (page []chat.Message, err error) {
	err = s.read(ctx, func(d *Database) error {
		c := d.conv(id)
		if c == nil {
			return nil
		}
		before = min(before, c.last()+1)
		floor = max(floor, before-1-int64(limit), 0)
		for size, seq := 0, before-1; seq > floor && size < maxBytes; seq-- {
			m := c.log[seq-1]
			if size += len(m.Body); size > maxBytes && len(page) > 0 {
				break
			}
			page = append(page, m)
		}
		return nil
	})
	slices.Reverse(page)
	return page, err
}

// FindRepeat implements chat.Log.
func (s *Store) FindRepeat(ctx context.Context, id chat.ConvID, v chat.DeviceID, sendSeq int64) (m chat.Message, found bool, err error) {
	err = s.read(ctx, func(d *Database) error {
		c := d.conv(id)
		if c == nil {
			return nil
		}
		for i := len(c.log) - 1; i >= 0; i-- {
			if l := &c.log[i]; l.Device == v && l.SendSeq > 0 && l.SendSeq <= sendSeq {
				if found = l.SendSeq == sendSeq; found {
					m = *l
				}
				return nil
			}
		}
		return nil
	})
	return m, found, err
}

// Changed implements chat.Conversations.
func (s *Store) Changed(ctx context.Context, within time.Duration, after chat.ConvID, limit int) (changed []chat.ChangedConv, err error) {
	err = s.read(ctx, func(d *Database) error {
		since := time.Now().Add(-within)
		for i := max(0, int(after)); i < len(d.convs) && len(changed) < limit; i++ {
			if c := d.convs[i]; !c.changed.Before(since) {
				changed = append(changed, chat.ChangedConv{Conv: c.Conv, Head: c.head()})
			}
		}
		return nil
	})
	return changed, err
}
