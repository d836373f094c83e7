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
// conversation list read it.
type standing struct {
	conversationRow
	delivered int64
	joined    int64
	left      int64 // with former
	former    bool
}

// read takes a conversation's standing, the cursor, joined_seq and left_seq.
func (s *standing) read(r row) {
	s.readStanding(r)
	s.joined, s.left, s.former = r.num(9), r.num(10), !r.null(10)
	s.delivered = max(r.num(8), s.joined)
}

// until is the bound of what the user may see, 0 for none.
func (s *standing) until() int64 {
	if s.former {
		return s.left
	}
	return 0
}

// Inbox implements chat.Log.
func (s *Store) Inbox(ctx context.Context, user chat.UserID, device chat.DeviceID) ([]chat.InboxRow, int64, error) {
	var changeNo int64
	var rows []chat.InboxRow
	err := s.read(ctx, func(l *link) error {
		var st standing
		err := l.query(sqlInbox, func(r row) bool {
			st.read(r)
			if st.former && st.delivered >= st.left {
				return true
			}
			rows = append(rows, chat.InboxRow{
				Conv: st.conv(), LastSeq: st.LastSeq, Version: st.Version, ChangeNo: st.ChangeNo, Delivered: st.delivered, Until: st.until(),
			})
			return true
		}, user, device, user, user, device, user, user, device, user)
		if err != nil {
			return err
		}
		r, err := l.one(sqlUserChangeNo, user)
		if r != nil {
			changeNo = r.num(0)
		}
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	slices.SortFunc(rows, func(a, b chat.InboxRow) int { return cmp.Compare(a.Conv.ID, b.Conv.ID) })
	return rows, changeNo, nil
}

// Conversations implements chat.Log.
func (s *Store) Conversations(ctx context.Context, user chat.UserID, device chat.DeviceID, after chat.ConvID, limit, unreadCap int) ([]chat.ConvRow, error) {
	var rows []chat.ConvRow
	err := s.readOnce(ctx, func(l *link) error {
		var st standing
		err := l.query(sqlConversations, func(r row) bool {
			st.read(r)
			rows = append(rows, chat.ConvRow{
				Conv: st.conv(), Name: r.text(12), LastSeq: st.LastSeq,
				Floor: st.joined, Until: st.until(), Delivered: st.delivered, Read: r.num(11),
			})
			return true
		}, user, device, user, user, user, user, after, limit)
		if err != nil {
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

// fillRow reads what a list shows of one conversation's log.
func (l *link) fillRow(c *chat.ConvRow, user chat.UserID, unreadCap int) error {
	end := c.LastSeq
	if c.Until > 0 {
		end = min(end, c.Until)
	}
	r, err := l.one(sqlPageBefore, c.Conv.ID, c.Floor, end+1, 1)
	if err != nil {
		return err
	}
	if r != nil {
		m := messageRow{ConversationID: int64(c.Conv.ID)}
		m.read(r)
		last := m.message()
		c.Last = &last
	}
	from := max(c.Read, c.Floor)
	if from >= end || unreadCap <= 0 {
		return nil
	}
	if r, err = l.one(sqlUnread, c.Conv.ID, from, end, unreadCap*unreadScan, user); err != nil {
		return err
	}
	c.Unread = min(r.num(0), int64(unreadCap))
	return nil
}
