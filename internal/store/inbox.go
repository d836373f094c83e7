package store

import (
	"cmp"
	"context"
	"slices"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
)

var (
	sqlUserJournalNo = sqldb.Register(sqldb.ForReading, `
SELECT change_no FROM users WHERE id = ?`)
	// A former member's bounds come last: left_seq is NULL for everyone else.
	sqlInbox = sqldb.Register(sqldb.ForReading, `
SELECT c.id, c.kind, c.user_lo, c.user_hi, c.group_id, c.last_seq, c.version, c.change_no, k.seq, 0, CAST(NULL AS {integer}), c.last_rev
  FROM conversations c
  LEFT JOIN cursors k ON k.user_id = ? AND k.conversation_id = c.id AND k.device_id = ?
 WHERE c.user_lo = ? AND c.last_seq > 0
UNION ALL
SELECT c.id, c.kind, c.user_lo, c.user_hi, c.group_id, c.last_seq, c.version, c.change_no, k.seq, 0, CAST(NULL AS {integer}), c.last_rev
  FROM conversations c
  LEFT JOIN cursors k ON k.user_id = ? AND k.conversation_id = c.id AND k.device_id = ?
 WHERE c.user_hi = ? AND c.last_seq > 0
UNION ALL
SELECT c.id, c.kind, c.user_lo, c.user_hi, c.group_id, c.last_seq, c.version, c.change_no, k.seq, m.joined_seq, m.left_seq, c.last_rev
  FROM members m
  JOIN conversations c ON c.group_id = m.group_id
  LEFT JOIN cursors k ON k.user_id = ? AND k.conversation_id = c.id AND k.device_id = ?
 WHERE m.user_id = ?
UNION ALL
SELECT c.id, c.kind, c.user_lo, c.user_hi, c.group_id, c.last_seq, c.version, c.change_no, k.seq, w.joined_seq, w.left_seq, c.last_rev
  FROM member_windows w
  JOIN conversations c ON c.group_id = w.group_id
  LEFT JOIN cursors k ON k.user_id = ? AND k.conversation_id = c.id AND k.device_id = ?
 WHERE w.user_id = ?`)
	// The times before the last that a user was in groups.
	sqlWindowsBetween = sqldb.Register(sqldb.ForReading, `
SELECT c.id, w.joined_seq, w.left_seq FROM member_windows w JOIN conversations c ON c.group_id = w.group_id
 WHERE w.user_id = ? AND c.id >= ? AND c.id <= ? ORDER BY c.id, w.joined_seq`)
	sqlConversations = sqldb.Register(sqldb.ForReading, `
SELECT a.id, a.kind, a.user_lo, a.user_hi, a.group_id, a.last_seq, a.version, a.change_no,
       (SELECT k.seq FROM cursors k WHERE k.user_id = ? AND k.conversation_id = a.id AND k.device_id = ?),
       a.joined_seq, a.left_seq,
       (SELECT k.seq FROM cursors k WHERE k.user_id = ? AND k.conversation_id = a.id AND k.device_id = 0),
       a.name, a.last_rev, a.display
  FROM (SELECT c.id, c.kind, c.user_lo, c.user_hi, c.group_id, c.last_seq, c.version, c.change_no,
               0 AS joined_seq, CAST(NULL AS {integer}) AS left_seq, u.name, c.last_rev, u.display
          FROM conversations c JOIN users u ON u.id = c.user_hi
         WHERE c.user_lo = ? AND c.last_seq > 0
        UNION ALL
        SELECT c.id, c.kind, c.user_lo, c.user_hi, c.group_id, c.last_seq, c.version, c.change_no, 0, CAST(NULL AS {integer}), u.name, c.last_rev, u.display
          FROM conversations c JOIN users u ON u.id = c.user_lo
         WHERE c.user_hi = ? AND c.last_seq > 0
        UNION ALL
        SELECT c.id, c.kind, c.user_lo, c.user_hi, c.group_id, c.last_seq, c.version, c.change_no, m.joined_seq, m.left_seq, g.name, c.last_rev, NULL
          FROM members m
          JOIN chat_groups g ON g.id = m.group_id
          JOIN conversations c ON c.id = g.conversation_id
         WHERE m.user_id = ? AND (m.left_seq IS NULL OR m.left_seq > m.joined_seq
            OR EXISTS (SELECT 1 FROM member_windows w WHERE w.group_id = m.group_id AND w.user_id = m.user_id))) a
 WHERE a.id > ? ORDER BY a.id LIMIT ?`)
	// Among the last ? messages of a range: how many are not the user's own.
	sqlUnread = sqldb.Register(sqldb.ForReading, `
SELECT COUNT(*) FROM (SELECT sender_id FROM messages
 WHERE conversation_id = ? AND seq > ? AND seq <= ? ORDER BY seq DESC LIMIT ?) tail
 WHERE tail.sender_id <> ?`)
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
func (s *standing) read(r sqldb.Row) {
	s.readStanding(r)
	s.delivered = r.Num(8)
	s.window = chat.Window{After: r.Num(9), Until: chat.Open}
	if !r.Null(10) {
		s.window.Until = r.Num(10)
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
			Conv: st.conv(), LastSeq: st.LastSeq, LastRev: st.LastRev, Version: st.Version, JournalNo: st.JournalNo, Delivered: st.delivered,
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

// Inbox implements chat.Conversations.
func (s *Store) Inbox(ctx context.Context, user chat.UserID, device chat.DeviceID) ([]chat.InboxRow, int64, error) {
	var journalNo int64
	var list []standing
	err := s.read(ctx, func(l *sqldb.Link) error {
		list = list[:0]
		err := l.Query(sqlInbox, func(r sqldb.Row) bool {
			var st standing
			st.read(r)
			st.LastRev = r.Num(11)
			list = append(list, st)
			return true
		}, user, device, user, user, device, user, user, device, user, user, device, user)
		if err != nil {
			return err
		}
		r, err := l.One(sqlUserJournalNo, user)
		if r != nil {
			journalNo = r.Num(0)
		}
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	return inboxRows(list), journalNo, nil
}

// Conversations implements chat.Conversations.
func (s *Store) Conversations(ctx context.Context, user chat.UserID, device chat.DeviceID, after chat.ConvID, limit, unreadCap int) ([]chat.ConvRow, error) {
	return s.listPage(ctx, user, unreadCap, func(l *sqldb.Link, each func(sqldb.Row, chat.Spot)) error {
		return l.Query(sqlConversations, func(r sqldb.Row) bool {
			each(r, chat.Spot{})
			return true
		}, user, device, user, user, user, user, after, limit)
	})
}

// listPage reads a page of a list. ask asks for its conversations, with the last time that the user
// was in a group.
func (s *Store) listPage(ctx context.Context, user chat.UserID, unreadCap int, ask func(*sqldb.Link, func(sqldb.Row, chat.Spot)) error) ([]chat.ConvRow, error) {
	var rows []chat.ConvRow
	err := s.readOnce(ctx, func(l *sqldb.Link) error {
		var list []standing
		err := ask(l, func(r sqldb.Row, spot chat.Spot) {
			var st standing
			st.read(r)
			list = append(list, st)
			rows = append(rows, chat.ConvRow{
				Conv: st.conv(), Name: r.Text(12), LastSeq: st.LastSeq, LastRev: r.Num(13), Delivered: st.delivered, Read: r.Num(11), Display: r.Text(14), Spot: spot,
			})
		})
		if err != nil {
			return err
		}
		if err := windowsOf(l, rows, list, user); err != nil {
			return err
		}
		if err := settingsOfPage(l, rows, user); err != nil {
			return err
		}
		if err := othersOfPage(l, rows, user); err != nil {
			return err
		}
		for i := range rows {
			if err := fillRow(l, &rows[i], user, unreadCap); err != nil {
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

// windowsOf reads what the user may see of the groups in a page, one query for all.
func windowsOf(l *sqldb.Link, rows []chat.ConvRow, list []standing, user chat.UserID) error {
	first, last := chat.ConvID(0), chat.ConvID(0)
	for i := range rows {
		if rows[i].Conv.Kind == chat.Group {
			id := rows[i].Conv.ID
			last = max(last, id)
			if first == 0 || id < first {
				first = id
			}
		}
	}
	if first == 0 {
		return nil
	}
	past := map[chat.ConvID]chat.Windows{}
	err := l.Query(sqlWindowsBetween, func(r sqldb.Row) bool {
		conv := chat.ConvID(r.Num(0))
		past[conv] = past[conv].Add(chat.Window{After: r.Num(1), Until: r.Num(2)})
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
func fillRow(l *sqldb.Link, c *chat.ConvRow, user chat.UserID, unreadCap int) error {
	sees := c.Sees()
	if len(sees) == 0 {
		return nil
	}
	last := sees[len(sees)-1]
	r, err := l.One(sqlPageBefore, c.Conv.ID, last.After, last.Until+1, 1)
	if err != nil {
		return err
	}
	if r != nil {
		m := messageRow{ConversationID: int64(c.Conv.ID)}
		m.read(r)
		last := m.message()
		c.Last = &last
		if c.LastState, err = lastState(l, c); err != nil {
			return err
		}
	}
	// The newest first, until there are enough.
	for i := len(sees) - 1; i >= 0 && sees[i].Until > c.Read && c.Unread < int64(unreadCap); i-- {
		if r, err = l.One(sqlUnread, c.Conv.ID, max(c.Read, sees[i].After), sees[i].Until, unreadCap*unreadScan, user); err != nil {
			return err
		}
		c.Unread = min(c.Unread+r.Num(0), int64(unreadCap))
	}
	return countMentions(l, c, user, unreadCap)
}
