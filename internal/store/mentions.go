package store

import (
	"context"
	"math"
	"slices"
	"time"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
)

var (
	sqlInsertMentions = sqldb.RegisterEach(sqldb.ForWriting, sqldb.Texts{
		SQLite: "INSERT INTO mentions (user_id, conversation_id, seq, sender_id, sent_at) VALUES (?, ?, ?, ?, ?)",
		MySQL: "INSERT INTO mentions (user_id, conversation_id, seq, sender_id, sent_at) SELECT j.u, j.c, j.s, j.f, j.t " +
			"FROM JSON_TABLE(?, '$[*]' COLUMNS (u BIGINT PATH '$[0]', c BIGINT PATH '$[1]', s BIGINT PATH '$[2]', f BIGINT PATH '$[3]', t BIGINT PATH '$[4]')) j",
		Postgres: "INSERT INTO mentions (user_id, conversation_id, seq, sender_id, sent_at) " +
			"SELECT u, c, s, f, t FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[]) AS m (u, c, s, f, t)",
	})
	sqlDropMentions = sqldb.Register(sqldb.ForWriting, `
DELETE FROM mentions WHERE conversation_id = ? AND seq = ?`)
	sqlEraseMentions = sqldb.Register(sqldb.ForWriting, `
DELETE FROM mentions WHERE conversation_id = ? AND seq >= ? AND seq <= ? AND sender_id = ?`)
)

// mentionedColumns are what readMentioned takes.
const mentionedColumns = "m.conversation_id, m.seq, m.sent_at, c.kind, c.user_lo, c.user_hi, c.group_id"

// The mentions of a user, and then those of everybody in conversations.
var (
	sqlMentions = sqldb.Register(sqldb.ForReading, "SELECT "+mentionedColumns+`
  FROM mentions m JOIN conversations c ON c.id = m.conversation_id
 WHERE m.user_id = ? AND m.sender_id <> ? AND m.sent_at <= ?
   AND (m.sent_at < ? OR m.conversation_id < ? OR (m.conversation_id = ? AND m.seq < ?))
 ORDER BY m.sent_at DESC, m.conversation_id DESC, m.seq DESC LIMIT ?`)
	sqlMentionsOfAll = sqldb.Register(sqldb.ForReading, "SELECT "+mentionedColumns+`
  FROM mentions m JOIN conversations c ON c.id = m.conversation_id
 WHERE m.user_id = 0 AND m.conversation_id IN {ids} AND m.sender_id <> ? AND m.sent_at <= ?
   AND (m.sent_at < ? OR m.conversation_id < ? OR (m.conversation_id = ? AND m.seq < ?))
 ORDER BY m.sent_at DESC, m.conversation_id DESC, m.seq DESC LIMIT ?`)
	sqlMentionsIn = sqldb.Register(sqldb.ForReading, "SELECT "+mentionedColumns+`
  FROM mentions m JOIN conversations c ON c.id = m.conversation_id
 WHERE m.user_id IN (0, ?) AND m.conversation_id = ? AND m.sender_id <> ? AND m.seq < ? ORDER BY m.seq DESC LIMIT ?`)
	sqlUnreadMentions = sqldb.Register(sqldb.ForReading, `
SELECT COUNT(*) FROM (SELECT seq FROM mentions
 WHERE user_id IN (0, ?) AND conversation_id = ? AND sender_id <> ? AND seq > ? AND seq <= ? LIMIT ?) unread`)
)

// mentionRow is a row of mentions: somebody, or with UserID 0 everybody, is mentioned in a message.
type mentionRow struct {
	UserID         int64 `db:"user_id"`
	ConversationID int64 `db:"conversation_id"`
	Seq            int64 `db:"seq"`
	SenderID       int64 `db:"sender_id"`
	SentAt         int64 `db:"sent_at"` // of the message
}

// addMentions adds the rows of a message. Where everybody is mentioned, one row says so.
func addMentions(rows []mentionRow, conv chat.ConvID, seq int64, sender chat.UserID, sentAt time.Time, m *chat.Mentions) []mentionRow {
	row := mentionRow{ConversationID: int64(conv), Seq: seq, SenderID: int64(sender), SentAt: sentAt.UnixMilli()}
	if m.All {
		return append(rows, row)
	}
	for _, u := range m.Users {
		row.UserID = int64(u)
		rows = append(rows, row)
	}
	return rows
}

// insertMentions inserts rows, on a database server all at once.
func insertMentions(l *sqldb.Link, rows []mentionRow) error {
	if len(rows) == 0 {
		return nil
	}
	if !l.Dialect.Server {
		for i := range rows {
			r := &rows[i]
			if _, err := l.Exec(sqlInsertMentions, r.UserID, r.ConversationID, r.Seq, r.SenderID, r.SentAt); err != nil {
				return err
			}
		}
		return nil
	}
	var columns [5][]int64
	for i := range rows {
		r := &rows[i]
		for k, v := range [...]int64{r.UserID, r.ConversationID, r.Seq, r.SenderID, r.SentAt} {
			columns[k] = append(columns[k], v)
		}
	}
	args := []any{columns[0], columns[1], columns[2], columns[3], columns[4]}
	if l.Dialect.Name == sqldb.MySQL {
		args = []any{jsonRows(columns[:]...)}
	}
	_, err := l.Exec(sqlInsertMentions, args...)
	return err
}

// setMentions puts the mentions of an edited message in the place of those that it had.
func (tx *transaction) setMentions(a *chat.Append) error {
	c := a.Change
	if _, err := tx.Exec(sqlDropMentions, a.Conv, c.Seq); err != nil {
		return err
	}
	return insertMentions(tx.Link, addMentions(nil, a.Conv, c.Seq, a.Sender, c.SentAt, c.Mentions))
}

// Mentions implements chat.MentionLists.
func (s *Store) Mentions(ctx context.Context, user chat.UserID, after chat.Mentioned, limit int) ([]chat.Mentioned, error) {
	at := int64(math.MaxInt64)
	if after != (chat.Mentioned{}) {
		at = after.At.UnixMilli()
	}
	spot := []any{user, at, at, after.Conv.ID, after.Conv.ID, after.Seq, limit}
	var list []chat.Mentioned
	err := s.read(ctx, func(l *sqldb.Link) error {
		list = nil
		var convs []int64
		err := l.Query(sqlConversationsOf, func(r sqldb.Row) bool {
			convs = append(convs, r.Num(0))
			return true
		}, user, user, user)
		if err != nil {
			return err
		}
		each := func(r sqldb.Row) bool {
			list = append(list, readMentioned(r))
			return true
		}
		if err := l.Query(sqlMentions, each, append([]any{user}, spot...)...); err != nil || len(convs) == 0 {
			return err
		}
		return l.Query(sqlMentionsOfAll, each, append([]any{idList(convs)}, spot...)...)
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, chat.Mentioned.Compare)
	return list[:min(limit, len(list))], nil
}

// MentionsIn implements chat.MentionLists.
func (s *Store) MentionsIn(ctx context.Context, user chat.UserID, conv chat.ConvID, before int64, limit int) ([]chat.Mentioned, error) {
	var list []chat.Mentioned
	err := s.read(ctx, func(l *sqldb.Link) error {
		list = nil
		return l.Query(sqlMentionsIn, func(r sqldb.Row) bool {
			list = append(list, readMentioned(r))
			return true
		}, user, conv, user, before, limit)
	})
	return list, err
}

func readMentioned(r sqldb.Row) chat.Mentioned {
	conv := chat.Conv{
		ID: chat.ConvID(r.Num(0)), Kind: chat.Kind(r.Num(3)), Lo: chat.UserID(r.Num(4)), Hi: chat.UserID(r.Num(5)), //nolint:gosec // a few kinds
		Group: chat.GroupID(r.Num(6)),
	}
	return chat.Mentioned{Conv: conv, Seq: r.Num(1), At: time.UnixMilli(r.Num(2)).UTC()}
}

// countMentions counts, of what is unread in a conversation of a list, what mentions the user.
func countMentions(l *sqldb.Link, c *chat.ConvRow, user chat.UserID, most int) error {
	if c.Read >= c.LastSeq {
		return nil
	}
	for _, w := range c.Sees() {
		if w.Until <= c.Read || c.Mentions >= int64(most) {
			continue
		}
		r, err := l.One(sqlUnreadMentions, user, c.Conv.ID, user, max(c.Read, w.After), w.Until, int64(most)-c.Mentions)
		if err != nil {
			return err
		}
		c.Mentions += r.Num(0)
	}
	return nil
}
