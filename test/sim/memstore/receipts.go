package memstore

import (
	"cmp"
	"context"
	"slices"

	"parley/internal/chat"
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
