package store

import (
	"context"
	"math"
	"slices"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
)

// Who has received and read a message is asked for all members of a group at once. The index
// cursors_by_conversation has all that is needed of them in one place, in the order of the
// members.
//
// The cursors are counted for themselves, and then those of members who do not count (and of
// who has left: their row stays) are taken off. Most often these are few, and to look up the members
// of all cursors would take twice as long.
const (
	// counts is whether a member counts; h is a row if they hide their receipts.
	counts = `(m.left_seq IS NULL AND m.user_id <> ? AND h.id IS NULL AND (m.joined_seq < ? OR EXISTS (SELECT 1 FROM member_windows w
         WHERE w.group_id = m.group_id AND w.user_id = m.user_id AND w.joined_seq < ? AND w.left_seq >= ?)))`
	furthest = `COALESCE(MAX(k.seq), 0)`
	reached  = `COALESCE(MAX(CASE WHEN k.device_id = 0 THEN k.seq END), 0)`
)

var (
	sqlAllReceived = sqldb.Register(sqldb.ForReading, `
SELECT COUNT(*) FROM (SELECT DISTINCT k.user_id FROM cursors k WHERE k.conversation_id = ? AND k.seq >= ?) a`)
	sqlAllRead = sqldb.Register(sqldb.ForReading, `
SELECT COUNT(*) FROM cursors k WHERE k.conversation_id = ? AND k.device_id = 0 AND k.seq >= ?`)
	sqlReaderCounts = sqldb.Register(sqldb.ForReading, `
SELECT COUNT(CASE WHEN `+counts+` THEN 1 END),
       COUNT(CASE WHEN NOT `+counts+` AND EXISTS (SELECT 1 FROM cursors k
             WHERE k.conversation_id = ? AND k.user_id = m.user_id AND k.seq >= ?) THEN 1 END),
       COUNT(CASE WHEN NOT `+counts+` AND EXISTS (SELECT 1 FROM cursors k
             WHERE k.conversation_id = ? AND k.user_id = m.user_id AND k.device_id = 0 AND k.seq >= ?) THEN 1 END)
  FROM members m LEFT JOIN users h ON h.id = m.user_id AND h.hide_receipts <> 0
 WHERE m.group_id = ?`)
	// The bounds are those of a stage: at least so far received and read, and less than so far.
	sqlReaders = sqldb.Register(sqldb.ForReading, `
SELECT a.user_id, u.name, a.received, a.reached
  FROM (SELECT m.user_id, `+furthest+` AS received, `+reached+` AS reached
          FROM members m LEFT JOIN users h ON h.id = m.user_id AND h.hide_receipts <> 0
          LEFT JOIN cursors k ON k.conversation_id = ? AND k.user_id = m.user_id
         WHERE m.group_id = ? AND m.user_id > ? AND `+counts+`
         GROUP BY m.user_id
        HAVING `+furthest+` >= ? AND `+furthest+` < ? AND `+reached+` >= ? AND `+reached+` < ?
         ORDER BY m.user_id LIMIT ?) a
  JOIN users u ON u.id = a.user_id ORDER BY a.user_id`)
	sqlReader = sqldb.Register(sqldb.ForReading, `
SELECT u.id, u.name, COALESCE((SELECT MAX(k.seq) FROM cursors k WHERE k.user_id = u.id AND k.conversation_id = ?), 0),
       COALESCE((SELECT k.seq FROM cursors k WHERE k.user_id = u.id AND k.conversation_id = ? AND k.device_id = 0), 0)
  FROM users u WHERE u.id = ? AND u.hide_receipts = 0`)
)

// Readers implements chat.Receipts.
func (s *Store) Readers(ctx context.Context, q chat.ReadersQuery) (n chat.ReaderCounts, page []chat.Reader, err error) {
	err = s.readOnce(ctx, func(l *sqldb.Link) error {
		n, page = chat.ReaderCounts{}, nil
		if q.Conv.Kind == chat.Direct {
			return theReader(l, &q, &n, &page)
		}
		if err := countReaders(l, &q, &n); err != nil {
			return err
		}
		b := boundsOf(&q)
		return l.Query(sqlReaders, func(r sqldb.Row) bool {
			page = append(page, reader(r, q.Seq))
			return true
		}, q.Conv.ID, q.Conv.Group, q.After, q.Except, q.Seq, q.Seq, q.Seq, b[0], b[1], b[2], b[3], q.Limit)
	})
	return n, page, err
}

func countReaders(l *sqldb.Link, q *chat.ReadersQuery, n *chat.ReaderCounts) error {
	received, err := l.One(sqlAllReceived, q.Conv.ID, q.Seq)
	if err != nil {
		return err
	}
	n.Received = received.Num(0)
	read, err := l.One(sqlAllRead, q.Conv.ID, q.Seq)
	if err != nil {
		return err
	}
	n.Read = read.Num(0)
	// Of a member who counts, the statement asks three times.
	ask := []any{q.Except, q.Seq, q.Seq, q.Seq}
	cursor := []any{q.Conv.ID, q.Seq}
	r, err := l.One(sqlReaderCounts, slices.Concat(ask, ask, cursor, ask, cursor, []any{q.Conv.Group})...)
	if err != nil {
		return err
	}
	n.Members, n.Received, n.Read = r.Num(0), n.Received-r.Num(1), n.Read-r.Num(2)
	return nil
}

// theReader is the other one of a direct conversation.
func theReader(l *sqldb.Link, q *chat.ReadersQuery, n *chat.ReaderCounts, page *[]chat.Reader) error {
	r, err := l.One(sqlReader, q.Conv.ID, q.Conv.ID, q.Conv.Other(q.Except))
	if err != nil || r == nil {
		return err
	}
	one := reader(r, q.Seq)
	n.Members = 1
	if one.Stage >= chat.StageReceived {
		n.Received = 1
	}
	if one.Stage >= chat.StageRead {
		n.Read = 1
	}
	if one.ID > q.After && one.Stage >= q.Least && one.Stage <= q.Most {
		*page = append(*page, one)
	}
	return nil
}

// reader takes an id, a name, and how far all cursors and the read cursor are.
func reader(r sqldb.Row, seq int64) chat.Reader {
	mark := chat.Mark{Received: r.Num(2), Read: r.Num(3)}
	return chat.Reader{User: chat.User{ID: chat.UserID(r.Num(0)), Name: r.Text(1)}, Stage: mark.Stage(seq)}
}

// boundsOf are at least how far, and less than how far, those in the page have received and read.
func boundsOf(q *chat.ReadersQuery) (b [4]int64) {
	b = [4]int64{0, math.MaxInt64, 0, math.MaxInt64}
	if q.Least >= chat.StageReceived {
		b[0] = q.Seq
	}
	if q.Least >= chat.StageRead {
		b[2] = q.Seq
	}
	if q.Most < chat.StageReceived {
		b[1] = q.Seq
	}
	if q.Most < chat.StageRead {
		b[3] = q.Seq
	}
	return b
}
