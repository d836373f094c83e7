package memstore

import (
	"context"
	"slices"

	"parley/internal/chat"
	"parley/wire"
)

func (d *Database) settings(u chat.UserID, conv chat.ConvID) chat.ConvSettings {
	if now, ok := d.user(u).settings[conv]; ok {
		return now
	}
	return chat.NoSettings
}

// SaveSettings implements chat.Settings.
func (s *Store) SaveSettings(ctx context.Context, u chat.UserID, conv chat.ConvID, c chat.SettingsChange) (chat.ConvSettings, bool, error) {
	type saved struct {
		now   chat.ConvSettings
		moved bool
	}
	r, err := write(ctx, s, func(tx *transaction) (saved, error) {
		of := tx.user(u)
		if of == nil {
			return saved{}, chat.E(wire.NoSuchUser)
		}
		now := tx.settings(u, conv)
		was := now
		c.Apply(&now)
		if now.Equal(&was) {
			return saved{now: was}, nil
		}
		now.No = of.tell(chat.JournalEntry{What: chat.HasSet, User: u, Owner: u, Number: int64(conv)})
		if of.settings == nil {
			of.settings = map[chat.ConvID]chat.ConvSettings{}
		}
		of.settings[conv] = now
		return saved{now, true}, nil
	})
	return r.now, r.moved, err
}

// SettingsOf implements chat.Settings.
func (s *Store) SettingsOf(ctx context.Context, u chat.UserID, id chat.ConvID) (of chat.Conv, now chat.ConvSettings, err error) {
	err = s.read(ctx, func(d *Database) error {
		c := d.conv(id)
		if c == nil {
			return chat.E(wire.NoConversation)
		}
		of, now = c.Conv, d.settings(u, id)
		return nil
	})
	return of, now, err
}

// RecentConversations implements chat.Conversations.
func (s *Store) RecentConversations(ctx context.Context, u chat.UserID, v chat.DeviceID, after chat.Spot, limit, unreadCap int) (rows []chat.ConvRow, err error) {
	err = s.read(ctx, func(d *Database) error {
		if d.user(u) == nil {
			return nil
		}
		for _, c := range d.user(u).convs {
			row, shown := d.row(c, u, v, unreadCap)
			if row.Spot = d.spot(c, u, &row); shown && after.Compare(row.Spot) < 0 {
				rows = append(rows, row)
			}
		}
		slices.SortFunc(rows, func(a, b chat.ConvRow) int { return a.Spot.Compare(b.Spot) })
		rows = rows[:min(limit, len(rows))]
		return nil
	})
	return rows, err
}

func (d *Database) spot(c *conv, u chat.UserID, row *chat.ConvRow) chat.Spot {
	at, end := c.made, c.last()
	if c.group != nil && c.group.members[u].left {
		end = c.group.members[u].leftAt
	}
	if end > 0 {
		at = c.log[end-1].SentAt
	}
	spot := chat.Spot{Shelf: chat.ShelfPlain, Conv: c.ID, At: at.UnixMilli()}
	switch {
	case row.Settings.Hides(end):
		spot.Shelf = chat.ShelfHidden
	case row.Settings.Pinned:
		spot.Shelf = chat.ShelfPinned
	}
	return spot
}
