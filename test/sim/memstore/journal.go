package memstore

import (
	"context"
	"slices"
	"time"

	"parley/internal/chat"
)

// journal is what was told to a user or a group, and how many entries there ever were.
type journal struct {
	no      int64
	entries []entry
}

type entry struct {
	chat.JournalEntry
	at time.Time
}

func (j *journal) add(c chat.JournalEntry) int64 {
	j.no++
	c.No = j.no
	j.entries = append(j.entries, entry{c, time.Now()})
	return j.no
}

// tell writes an entry into a user's journal and gives its number.
func (u *user) tell(c chat.JournalEntry) int64 {
	u.changed = time.Now()
	return u.journal.add(c)
}

func (c *conv) tell(h chat.JournalEntry) int64 {
	h.Conv, c.changed = c.Conv, time.Now()
	return c.journal.add(h)
}

// tellMember tells a group and the one whom it is about.
func (tx *transaction) tellMember(what string, g *group, u, by chat.UserID) chat.Nos {
	h := chat.JournalEntry{What: what, User: u, Owner: by, Conv: g.conv.Conv}
	return chat.Nos{Group: g.conv.tell(h), User: tx.user(u).tell(h)}
}

// JournalPage implements chat.Journal.
func (s *Store) JournalPage(ctx context.Context, t chat.Topic, after int64, limit int) (list []chat.JournalEntry, err error) {
	err = s.read(ctx, func(d *Database) error {
		var all []entry
		if u := d.user(t.User); u != nil {
			all = u.journal.entries
		} else if g := d.group(t.Group); g != nil {
			all = g.conv.journal.entries
		}
		for _, e := range all {
			if e.No > after && len(list) < limit {
				list = append(list, e.JournalEntry)
			}
		}
		return nil
	})
	return list, err
}

func (d *Database) mark(u *user) chat.UserMark {
	return chat.UserMark{User: u.User, PresenceNo: u.presence, Online: u.sessions() > 0, JournalNo: u.journal.no}
}

// ChangedUsers implements chat.Journal.
func (s *Store) ChangedUsers(ctx context.Context, within time.Duration, after chat.UserID, limit int) (list []chat.UserMark, err error) {
	err = s.read(ctx, func(d *Database) error {
		since := time.Now().Add(-within)
		for _, u := range d.users {
			if u.ID > after && len(list) < limit && !u.changed.IsZero() && !u.changed.Before(since) {
				list = append(list, d.mark(u))
			}
		}
		return nil
	})
	return list, err
}

// UserMarks implements chat.Journal.
func (s *Store) UserMarks(ctx context.Context, users []chat.UserID) (list []chat.UserMark, err error) {
	err = s.read(ctx, func(d *Database) error {
		for _, id := range slices.Sorted(slices.Values(users)) {
			if u := d.user(id); u != nil {
				list = append(list, d.mark(u))
			}
		}
		return nil
	})
	return list, err
}
