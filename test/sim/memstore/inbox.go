package memstore

import (
	"context"

	"parley/internal/chat"
)

// standing returns where a device stands in a conversation of its user, and what the user
// may see of it (nil for a direct one).
func (d *Database) standing(c *conv, u chat.UserID, v chat.DeviceID) (delivered int64, w chat.Windows) {
	delivered = d.cursors[cursorKey{u, c.ID, v}]
	if c.group == nil {
		return delivered, nil
	}
	if w = c.group.members[u].windows(); len(w) > 0 {
		delivered = max(delivered, w[0].After)
	}
	return delivered, w
}

// Inbox implements chat.Conversations.
func (s *Store) Inbox(ctx context.Context, u chat.UserID, v chat.DeviceID) (rows []chat.InboxRow, journalNo int64, err error) {
	err = s.read(ctx, func(d *Database) error {
		if d.user(u) == nil {
			return nil
		}
		journalNo = d.user(u).journal.no
		for _, c := range d.user(u).convs {
			if c.group == nil && len(c.log) == 0 {
				continue
			}
			delivered, w := d.standing(c, u, v)
			if c.group != nil {
				if w = w.Beyond(delivered); w == nil {
					continue
				}
				delivered = max(delivered, w[0].After)
			}
			rows = append(rows, chat.InboxRow{
				Conv: c.Conv, LastSeq: c.last(), LastRev: c.lastRev, Version: c.version, JournalNo: c.journal.no, Delivered: delivered, Windows: w,
			})
		}
		return nil
	})
	return rows, journalNo, err
}

// Conversations implements chat.Conversations.
func (s *Store) Conversations(ctx context.Context, u chat.UserID, v chat.DeviceID, after chat.ConvID, limit, unreadCap int) (rows []chat.ConvRow, err error) {
	err = s.read(ctx, func(d *Database) error {
		if d.user(u) == nil {
			return nil
		}
		for _, c := range d.user(u).convs {
			if c.ID <= after || len(rows) >= limit {
				continue
			}
			if row, shown := d.row(c, u, v, unreadCap); shown {
				rows = append(rows, row)
			}
		}
		return nil
	})
	return rows, err
}

func (d *Database) row(c *conv, u chat.UserID, v chat.DeviceID, unreadCap int) (r chat.ConvRow, shown bool) {
	delivered, w := d.standing(c, u, v)
	r = chat.ConvRow{Settings: d.settings(u, c.ID), Conv: c.Conv, LastSeq: c.last(), LastRev: c.lastRev, Windows: w, Delivered: delivered, Read: d.cursors[cursorKey{u, c.ID, 0}]}
	switch {
	case c.group == nil:
		if len(c.log) == 0 {
			return r, false
		}
		if d.told(c) {
			r.Other = d.reached(c.Other(u), c.ID)
		}
		r.Name, r.Display = d.user(c.Other(u)).Name, d.user(c.Other(u)).profile.Display
	case len(w) == 0:
		return r, false
	default:
		r.Name = c.group.name
		r.LastSeq = min(r.LastSeq, w.End())
	}
	sees := r.Sees()
	if end := sees.End(); end > 0 {
		last := c.log[end-1]
		r.Last = &last
		if states := c.pick(func(s *chat.State) bool { return s.Seq == end }, seqOf); len(states) == 1 {
			r.LastState = &states[0]
		}
	}
	for seq := sees.End(); seq > r.Read && r.Unread < int64(unreadCap); seq-- {
		if sees.Count(seq-1, seq) > 0 && c.log[seq-1].Sender != u {
			r.Unread++
		}
	}
	for seq := sees.End(); seq > r.Read && r.Mentions < int64(unreadCap); seq-- {
		if sees.Count(seq-1, seq) > 0 && c.mentions(seq, u) {
			r.Mentions++
		}
	}
	return r, true
}
