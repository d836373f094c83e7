package store

import (
	"parley/internal/store/sqldb"
)

import "strings"

var (
	sqlInsertMany = sqldb.RegisterEach(sqldb.ForWriting, sqldb.Texts{
		MySQL: mysqlInsert(64),
		Postgres: "INSERT INTO messages (conversation_id, seq, sender_id, device_id, send_seq, sent_at, body) " +
			"SELECT c, s, u, d, NULLIF(n, 0), t, b FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::text[]) " +
			"AS m (c, s, u, d, n, t, b)",
	})
	sqlInsertMore = sqldb.RegisterEach(sqldb.ForWriting, sqldb.Texts{
		MySQL: mysqlInsert(16),
	})
	sqlInsertSome = sqldb.RegisterEach(sqldb.ForWriting, sqldb.Texts{
		MySQL: mysqlInsert(4),
	})
)

// insertRows inserts messages on a database server, many at a time.
func insertRows(l *sqldb.Link, rows []messageRow) error {
	if l.Dialect.Name == sqldb.MySQL {
		return mysqlInsertRows(l, rows)
	}
	return postgresInsertRows(l, rows)
}

func mysqlInsert(rows int) string {
	return "INSERT INTO messages (conversation_id, seq, sender_id, device_id, send_seq, sent_at, body) VALUES " +
		strings.TrimSuffix(strings.Repeat("(?, ?, ?, ?, ?, ?, ?), ", rows), ", ")
}

// mysqlInsertRows inserts in pieces of fixed sizes, each a statement of its own: the
// server prepares as many as there are sizes, and not one for each number of rows.
func mysqlInsertRows(l *sqldb.Link, rows []messageRow) error {
	for len(rows) > 0 {
		n, id := 1, sqlInsertMessage
		for _, size := range []struct {
			rows int
			id   sqldb.Statement
		}{{64, sqlInsertMany}, {16, sqlInsertMore}, {4, sqlInsertSome}} {
			if len(rows) >= size.rows {
				n, id = size.rows, size.id
				break
			}
		}
		args := make([]any, 0, 7*n)
		for i := range rows[:n] {
			m := &rows[i]
			args = append(args, m.ConversationID, m.Seq, m.SenderID, m.DeviceID, m.sendSeq(), m.SentAt, m.Body)
		}
		if _, err := l.Exec(id, args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// postgresInsertRows inserts any number of rows with one statement.
func postgresInsertRows(l *sqldb.Link, rows []messageRow) error {
	n := len(rows)
	numbers := make([]int64, 6*n)
	convs, seqs, senders := numbers[:n:n], numbers[n:2*n:2*n], numbers[2*n:3*n:3*n]
	devices, sendSeqs, times := numbers[3*n:4*n:4*n], numbers[4*n:5*n:5*n], numbers[5*n:]
	bodies := make([]string, n)
	for i := range rows {
		m := &rows[i]
		convs[i], seqs[i], senders[i] = m.ConversationID, m.Seq, m.SenderID
		devices[i], sendSeqs[i], times[i], bodies[i] = m.DeviceID, m.SendSeq, m.SentAt, m.Body
	}
	_, err := l.Exec(sqlInsertMany, convs, seqs, senders, devices, sendSeqs, times, bodies)
	return err
}
