package memstore

import (
	"cmp"
	"context"
	"slices"

	"parley/internal/chat"
	"parley/wire"
)

// reached is how far a user has come in a conversation.
func (d *Database) reached(u chat.UserID, id chat.ConvID) (m chat.Mark) {
	m.Read = d.cursors[cursorKey{u, id, 0}]
	m.Received = max(m.Read, d.cursors[cursorKey{u, id, -1}])
	for _, v := range d.user(u).devices {
		m.Received = max(m.Received, d.cursors[cursorKey{u, id, v.id}])
	}
	return m
}

// audience are those who are in a conversation and may see a message.
func (c *conv) audience(seq int64) (all []chat.UserID) {
	if c.group == nil {
		return []chat.UserID{c.Lo, c.Hi}
	}
	for u, m := range c.group.members {
		if !m.left && m.windows().Has(seq) {
			all = append(all, u)
		}
	}
	return all
}

// Readers implements chat.Receipts.
func (s *Store) Readers(ctx context.Context, q chat.ReadersQuery) (n chat.ReaderCounts, page []chat.Reader, err error) {
	err = s.read(ctx, func(d *Database) error {
		c := d.conv(q.Conv.ID)
		if c == nil {
			return nil
		}
		for _, u := range c.audience(q.Seq) {
			if u == q.Except || d.user(u).profile.HideReceipts {
				continue
			}
			r := chat.Reader{User: d.user(u).User, Stage: d.reached(u, c.ID).Stage(q.Seq)}
			n.Members++
			if r.Stage >= chat.StageReceived {
				n.Received++
			}
			if r.Stage >= chat.StageRead {
				n.Read++
			}
			if u > q.After && r.Stage >= q.Least && r.Stage <= q.Most {
				page = append(page, r)
			}
		}
		slices.SortFunc(page, func(a, b chat.Reader) int { return cmp.Compare(a.ID, b.ID) })
		page = page[:min(q.Limit, len(page))]
		return nil
	})
	return n, page, err
}

// told reports whether positions of a conversation are told at all.
func (d *Database) told(c *conv) bool {
	if c.group != nil {
		return c.group.count <= wire.MaxTold
	}
	return !d.blocked(c.Lo, c.Hi) && !d.user(c.Lo).profile.HideReceipts && !d.user(c.Hi).profile.HideReceipts
}

func (d *Database) positions(c *conv) chat.ConvPositions {
	p := chat.ConvPositions{Conv: c.Conv, Version: c.version}
	users := []chat.UserID{c.Lo, c.Hi}
	if c.group != nil {
		users = users[:0]
		for u, m := range c.group.members {
			switch {
			case m.left:
			case d.user(u).profile.HideReceipts:
				p.Hiding = append(p.Hiding, u)
			default:
				users = append(users, u)
			}
		}
		slices.Sort(users)
		slices.Sort(p.Hiding)
	}
	for _, u := range users {
		if m := d.reached(u, c.ID); m != (chat.Mark{}) {
			p.Marks = append(p.Marks, chat.UserPosition{User: u, Mark: m})
		}
	}
	return p
}

// Positions implements chat.Receipts.
func (s *Store) Positions(ctx context.Context, convs []chat.ConvID) (list []chat.ConvPositions, err error) {
	err = s.read(ctx, func(d *Database) error {
		for _, id := range convs {
			if c := d.conv(id); c != nil && d.told(c) {
				list = append(list, d.positions(c))
			}
		}
		return nil
	})
	return list, err
}

// Audience implements chat.Receipts.
func (s *Store) Audience(ctx context.Context, gid chat.GroupID, u chat.UserID) (a chat.Audience, err error) {
	err = s.read(ctx, func(d *Database) error {
		g := d.group(gid)
		if g == nil {
			return chat.E(wire.NoSuchGroup)
		}
		a.Members = g.count
		for other := range g.members {
			if g.count <= wire.MaxTyping && other != u && d.blocked(u, other) {
				a.Blocked = append(a.Blocked, other)
			}
		}
		slices.Sort(a.Blocked)
		return nil
	})
	return a, err
}
