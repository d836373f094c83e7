package store

import (
	"context"
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
	// counts is whether a member counts who does not hide it.
	counts = `(m.left_seq IS NULL AND m.user_id <> ? AND (m.joined_seq < ? OR EXISTS (SELECT 1 FROM member_windows w
         WHERE w.group_id = m.group_id AND w.user_id = m.user_id AND w.joined_seq < ? AND w.left_seq >= ?)))`
	hasReceived = `EXISTS (SELECT 1 FROM cursors k WHERE k.conversation_id = ? AND k.user_id = m.user_id AND k.seq >= ?)`
	hasRead     = `EXISTS (SELECT 1 FROM cursors k WHERE k.conversation_id = ? AND k.user_id = m.user_id AND k.device_id = 0 AND k.seq >= ?)`
	furthest    = `COALESCE(MAX(k.seq), 0)`
	reached     = `COALESCE(MAX(CASE WHEN k.device_id = 0 THEN k.seq END), 0)`
)

// What is fastest is another thing on each database: SQLite keeps the order of the index for a
// DISTINCT, the others read it once for both counts.
const bothCounts = `
SELECT COUNT(DISTINCT k.user_id), COUNT(CASE WHEN k.device_id = 0 THEN 1 END)
  FROM cursors k WHERE k.conversation_id = ? AND k.seq >= ?`

var (
	sqlAllCursors = sqldb.RegisterEach(sqldb.ForReading, sqldb.Texts{
		SQLite: `
WITH a AS NOT MATERIALIZED (SELECT k.user_id, k.device_id FROM cursors k WHERE k.conversation_id = ? AND k.seq >= ?)
SELECT (SELECT COUNT(*) FROM (SELECT DISTINCT user_id FROM a)), (SELECT COUNT(*) FROM a WHERE device_id = 0)`,
		MySQL: bothCounts, Postgres: bothCounts,
	})
	sqlCounting = sqldb.Register(sqldb.ForReading, `
SELECT COUNT(*) FROM members m WHERE m.group_id = ? AND `+counts)
	sqlNotCounting = sqldb.Register(sqldb.ForReading, `
SELECT COUNT(*), COUNT(CASE WHEN `+hasRead+` THEN 1 END)
  FROM members m WHERE m.group_id = ? AND NOT `+counts+` AND `+hasReceived)
	sqlHiding = sqldb.Register(sqldb.ForReading, `
SELECT COUNT(*), COUNT(CASE WHEN `+hasReceived+` THEN 1 END), COUNT(CASE WHEN `+hasRead+` THEN 1 END)
  FROM members m JOIN users h ON h.id = m.user_id AND h.hide_receipts <> 0 WHERE m.group_id = ? AND `+counts)
	sqlReaders = sqldb.Register(sqldb.ForReading, `
SELECT a.user_id, u.name, `+furthest+`, `+reached+`, u.hide_receipts
  FROM (SELECT m.user_id FROM members m WHERE m.group_id = ? AND m.user_id > ? AND `+counts+` ORDER BY m.user_id LIMIT ?) a
  JOIN users u ON u.id = a.user_id
  LEFT JOIN cursors k ON k.conversation_id = ? AND k.user_id = a.user_id
 GROUP BY a.user_id, u.name, u.hide_receipts ORDER BY a.user_id`)
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
		page, err = pageOfReaders(l, &q)
		return err
	})
	return n, page, err
}

func countReaders(l *sqldb.Link, q *chat.ReadersQuery, n *chat.ReaderCounts) error {
	member := []any{q.Except, q.Seq, q.Seq, q.Seq}
	cursor := []any{q.Conv.ID, q.Seq}
	group := []any{q.Conv.Group}
	for _, count := range []struct {
		id   sqldb.Statement
		args []any
		take func(r sqldb.Row)
	}{
		{sqlAllCursors, cursor, func(r sqldb.Row) { n.Received, n.Read = r.Num(0), r.Num(1) }},
		{sqlCounting, slices.Concat(group, member), func(r sqldb.Row) { n.Members = r.Num(0) }},
		{sqlNotCounting, slices.Concat(cursor, group, member, cursor), func(r sqldb.Row) {
			n.Received, n.Read = n.Received-r.Num(0), n.Read-r.Num(1)
		}},
		{sqlHiding, slices.Concat(cursor, cursor, group, member), func(r sqldb.Row) {
			n.Members, n.Received, n.Read = n.Members-r.Num(0), n.Received-r.Num(1), n.Read-r.Num(2)
		}},
	} {
		r, err := l.One(count.id, count.args...)
		if err != nil {
			return err
		}
		count.take(r)
	}
	return nil
}

// The members that one reading of a page looks at: at first so many more than the page has, and then
// more and more, where few of them are at the stage that was asked for.
const (
	moreReaders = 50
	mostReaders = 4096
)

func pageOfReaders(l *sqldb.Link, q *chat.ReadersQuery) (page []chat.Reader, err error) {
	after, look := q.After, q.Limit+moreReaders
	for {
		n := 0
		err := l.Query(sqlReaders, func(r sqldb.Row) bool {
			n++
			one := reader(r, q.Seq)
			after = one.ID
			if !r.Yes(4) && one.Stage >= q.Least && one.Stage <= q.Most {
				page = append(page, one)
			}
			return len(page) < q.Limit
		}, q.Conv.Group, after, q.Except, q.Seq, q.Seq, q.Seq, look, q.Conv.ID)
		if err != nil || len(page) >= q.Limit || n < look {
			return page, err
		}
		look = min(4*look, mostReaders)
	}
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
