package store

import (
	"cmp"
	"context"
	"slices"

	"parley/internal/chat"
)

// unreadScan bounds the count of unread messages: with a cap of n, no more than
// unreadScan times n messages are looked at, the newest first.
const unreadScan = 4

// standing is where a device stands in a conversation, as both the inbox and the
// conversation list read it: of a group once for each time that the user was in it.
type standing struct {
	conversationRow
	delivered int64
	window    chat.Window // of a group
}

// read takes a conversation's standing, the cursor, joined_seq and left_seq.
func (s *standing) read(r row) {
	s.readStanding(r)
	s.delivered = r.num(8)
	s.window = chat.Window{After: r.num(9), Until: chat.Open}
	if !r.null(10) {
		s.window.Until = r.num(10)
	}
}

// byTime sorts by conversation and then by time.
func byTime(a, b standing) int {
	return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.window.After, b.window.After), cmp.Compare(a.window.Until, b.window.Until))
}

// inboxRows makes a row of each conversation; a former member's only while something is
// left.
func inboxRows(list []standing) []chat.InboxRow {
	slices.SortFunc(list, byTime)
	rows := make([]chat.InboxRow, 0, len(list))
	for i := 0; i < len(list); {
		st := &list[i]
		row := chat.InboxRow{
			Conv: st.conv(), LastSeq: st.LastSeq, Version: st.Version, JournalNo: st.JournalNo, Delivered: st.delivered,
		}
		var windows chat.Windows
		for ; i < len(list) && list[i].ID == st.ID; i++ {
			windows = windows.Add(list[i].window)
		}
		if row.Conv.Kind == chat.Group {
			if row.Windows = windows.Beyond(row.Delivered); row.Windows == nil {
				continue
			}
			row.Delivered = max(row.Delivered, row.Windows[0].After)
		}
		rows = append(rows, row)
	}
	return rows
}

// Inbox implements chat.Log.
func (s *Store) Inbox(ctx context.Context, user chat.UserID, device chat.DeviceID) ([]chat.InboxRow, int64, error) {
	var journalNo int64
	var list []standing
	err := s.read(ctx, func(l *link) error {
		list = list[:0]
		err := l.query(sqlInbox, func(r row) bool {
			var st standing
			st.read(r)
			list = append(list, st)
			return true
		}, user, device, user, user, device, user, user, device, user, user, device, user)
		if err != nil {
			return err
		}
		r, err := l.one(sqlUserJournalNo, user)
		if r != nil {
			journalNo = r.num(0)
		}
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	return inboxRows(list), journalNo, nil
}

// Conversations implements chat.Log.
func (s *Store) Conversations(ctx context.Context, user chat.UserID, device chat.DeviceID, after chat.ConvID, limit, unreadCap int) ([]chat.ConvRow, error) {
	var rows []chat.ConvRow
	err := s.readOnce(ctx, func(l *link) error {
		list, err := l.conversations(&rows, user, device, after, limit)
		if err != nil {
			return err
		}
		if err := l.windowsOf(rows, list, user); err != nil {
			return err
		}
		for i := range rows {
			if err := l.fillRow(&rows[i], user, unreadCap); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return rows, nil
}

// conversations reads a page of the list, with the last time that the user was in a group.
func (l *link) conversations(rows *[]chat.ConvRow, user chat.UserID, device chat.DeviceID, after chat.ConvID, limit int) (list []standing, err error) {
	err = l.query(sqlConversations, func(r row) bool {
		var st standing
		st.read(r)
		list = append(list, st)
		*rows = append(*rows, chat.ConvRow{
			Conv: st.conv(), Name: r.text(12), LastSeq: st.LastSeq, Delivered: st.delivered, Read: r.num(11),
		})
		return true
	}, user, device, user, user, user, user, after, limit)
	return list, err
}

// windowsOf reads what the user may see of the groups in a page, one query for all.
func (l *link) windowsOf(rows []chat.ConvRow, list []standing, user chat.UserID) error {
	first, last := chat.ConvID(0), chat.ConvID(0)
	for i := range rows {
		if rows[i].Conv.Kind == chat.Group {
			last = rows[i].Conv.ID
			if first == 0 {
				first = last
			}
		}
	}
	if first == 0 {
		return nil
	}
	past := map[chat.ConvID]chat.Windows{}
	err := l.query(sqlWindowsBetween, func(r row) bool {
		conv := chat.ConvID(r.num(0))
		past[conv] = past[conv].Add(chat.Window{After: r.num(1), Until: r.num(2)})
		return true
	}, user, first, last)
	if err != nil {
		return err
	}
	for i := range rows {
		c := &rows[i]
		if c.Conv.Kind != chat.Group {
			continue
		}
		if c.Windows = past[c.Conv.ID].Add(list[i].window); c.Windows == nil {
			c.Windows = chat.Windows{}
		}
		c.LastSeq = min(c.LastSeq, c.Windows.End())
		if len(c.Windows) > 0 {
			c.Delivered = max(c.Delivered, c.Windows[0].After)
		}
	}
	return nil
}

// fillRow reads what a list shows of one conversation's log.
func (l *link) fillRow(c *chat.ConvRow, user chat.UserID, unreadCap int) error {
	sees := c.Sees()
	if len(sees) == 0 {
		return nil
	}
	last := sees[len(sees)-1]
	r, err := l.one(sqlPageBefore, c.Conv.ID, last.After, last.Until+1, 1)
	if err != nil {
		return err
	}
	if r != nil {
		m := messageRow{ConversationID: int64(c.Conv.ID)}
		m.read(r)
		last := m.message()
		c.Last = &last
	}
	// The newest first, until there are enough.
	for i := len(sees) - 1; i >= 0 && sees[i].Until > c.Read && c.Unread < int64(unreadCap); i-- {
		if r, err = l.one(sqlUnread, c.Conv.ID, max(c.Read, sees[i].After), sees[i].Until, unreadCap*unreadScan, user); err != nil {
			return err
		}
		c.Unread = min(c.Unread+r.num(0), int64(unreadCap))
	}
	return nil
}
