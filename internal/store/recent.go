package store

import (
	"context"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
)

// sqlRecent is sqlConversations in the order of a screen. It looks at all conversations of the
// user, by the same indexes, and at a row of conversation_settings for each; messages are looked at
// only where last_at does not tell (see the migration), and for groups that the user has left.
var sqlRecent = sqldb.Register(sqldb.ForReading, `
SELECT a.id, a.kind, a.user_lo, a.user_hi, a.group_id, a.last_seq, a.version, a.change_no,
       (SELECT k.seq FROM cursors k WHERE k.user_id = ? AND k.conversation_id = a.id AND k.device_id = ?),
       a.joined_seq, a.left_seq,
       (SELECT k.seq FROM cursors k WHERE k.user_id = ? AND k.conversation_id = a.id AND k.device_id = 0),
       a.name, a.last_rev, a.display, a.shelf, a.moved_at
  FROM (SELECT c.id, c.kind, c.user_lo, c.user_hi, c.group_id, c.last_seq, c.version, c.change_no,
               0 AS joined_seq, CAST(NULL AS {integer}) AS left_seq, u.name, c.last_rev, u.display,
               CAST(CASE WHEN t.hidden_seq >= c.last_seq THEN 2 WHEN t.pinned <> 0 THEN 0 ELSE 1 END AS {integer}) AS shelf,
               COALESCE(c.last_at, (SELECT m.sent_at FROM messages m WHERE m.conversation_id = c.id AND m.seq = c.last_seq), c.changed_at) AS moved_at
          FROM conversations c JOIN users u ON u.id = c.user_hi
          LEFT JOIN conversation_settings t ON t.user_id = c.user_lo AND t.conversation_id = c.id
         WHERE c.user_lo = ? AND c.last_seq > 0
        UNION ALL
        SELECT c.id, c.kind, c.user_lo, c.user_hi, c.group_id, c.last_seq, c.version, c.change_no, 0, CAST(NULL AS {integer}), u.name, c.last_rev, u.display,
               CAST(CASE WHEN t.hidden_seq >= c.last_seq THEN 2 WHEN t.pinned <> 0 THEN 0 ELSE 1 END AS {integer}),
               COALESCE(c.last_at, (SELECT m.sent_at FROM messages m WHERE m.conversation_id = c.id AND m.seq = c.last_seq), c.changed_at)
          FROM conversations c JOIN users u ON u.id = c.user_lo
          LEFT JOIN conversation_settings t ON t.user_id = c.user_hi AND t.conversation_id = c.id
         WHERE c.user_hi = ? AND c.last_seq > 0
        UNION ALL
        SELECT c.id, c.kind, c.user_lo, c.user_hi, c.group_id, c.last_seq, c.version, c.change_no, m.joined_seq, m.left_seq, g.name, c.last_rev, NULL,
               CAST(CASE WHEN t.hidden_seq >= COALESCE(m.left_seq, c.last_seq) THEN 2 WHEN t.pinned <> 0 THEN 0 ELSE 1 END AS {integer}),
               CASE WHEN m.left_seq < c.last_seq
                    THEN COALESCE((SELECT x.sent_at FROM messages x WHERE x.conversation_id = c.id AND x.seq = m.left_seq), 0)
                    ELSE COALESCE(c.last_at, (SELECT x.sent_at FROM messages x WHERE x.conversation_id = c.id AND x.seq = c.last_seq), c.changed_at) END
          FROM members m
          JOIN chat_groups g ON g.id = m.group_id
          JOIN conversations c ON c.id = g.conversation_id
          LEFT JOIN conversation_settings t ON t.user_id = m.user_id AND t.conversation_id = c.id
         WHERE m.user_id = ? AND (m.left_seq IS NULL OR m.left_seq > m.joined_seq
            OR EXISTS (SELECT 1 FROM member_windows w WHERE w.group_id = m.group_id AND w.user_id = m.user_id))) a
 WHERE a.shelf > ? OR (a.shelf = ? AND (a.moved_at < ? OR (a.moved_at = ? AND a.id < ?)))
 ORDER BY a.shelf, a.moved_at DESC, a.id DESC LIMIT ?`)

// RecentConversations implements chat.Conversations.
func (s *Store) RecentConversations(ctx context.Context, user chat.UserID, device chat.DeviceID, after chat.Spot, limit, unreadCap int) ([]chat.ConvRow, error) {
	return s.listPage(ctx, user, unreadCap, func(l *sqldb.Link, each func(sqldb.Row, chat.Spot)) error {
		return l.Query(sqlRecent, func(r sqldb.Row) bool {
			each(r, chat.Spot{Shelf: chat.Shelf(r.Num(15)), At: r.Num(16), Conv: chat.ConvID(r.Num(0))})
			return true
		}, user, device, user, user, user, user,
			int64(after.Shelf), int64(after.Shelf), after.At, after.At, after.Conv, limit)
	})
}
