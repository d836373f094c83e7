package memstore

import (
	"context"

	"parley/internal/chat"
)

// standing gives where a device stands in a conversation of its user.
func (d *Database) standing(c *conv, u chat.UserID, v chat.DeviceID) (delivered, floor, until int64, former bool) {
	delivered = d.cursors[cursorKey{u, c.ID, v}]
	if c.group == nil {
		return delivered, 0, 0, false
	}
	m := c.group.members[u]
	if m.left {
		until = m.leftAt
	}
	return max(delivered, m.joined), m.joined, until, m.left
}

// Inbox implements chat.Log.
func (s *Store) Inbox(ctx context.Context, u chat.UserID, v chat.DeviceID) (rows []chat.InboxRow, changeNo int64, err error) {
	err = s.read(ctx, func(d *Database) error {
		if d.user(u) == nil {
			return nil
		}
		changeNo = d.user(u).journal.no
		for _, c := range d.user(u).convs {
			if c.group == nil && len(c.log) == 0 {
				continue
			}
			delivered, _, until, former := d.standing(c, u, v)
			if former && delivered >= until {
				continue
			}
			rows = append(rows, chat.InboxRow{
				Conv: c.Conv, LastSeq: c.last(), Version: c.version, ChangeNo: c.journal.no, Delivered: delivered, Until: until,
			})
		}
		return nil
	})
	return rows, changeNo, err
}

// Conversations implements chat.Log.
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
	delivered, floor, until, former := d.standing(c, u, v)
	r = chat.ConvRow{
		Conv: c.Conv, LastSeq: c.last(), Floor: floor, Until: until, Delivered: delivered,
		Read: d.cursors[cursorKey{u, c.ID, 0}],
	}
	end := c.last()
	switch {
	case c.group == nil:
		if len(c.log) == 0 {
			return r, false
		}
		r.Name = d.user(c.Other(u)).Name
	case former && until <= floor:
		return r, false
	default:
		r.Name = c.group.name
		if former {
			end = until
		}
	}
	if end > floor {
		last := c.log[end-1]
		r.Last = &last
	}
	for seq := end; seq > max(r.Read, floor) && r.Unread < int64(unreadCap); seq-- {
		if c.log[seq-1].Sender != u {
			r.Unread++
		}
	}
	return r, true
}
