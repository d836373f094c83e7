package store

var logTexts = map[stmtID]statement{
	sqlInsertDirect: {forWriting, `
INSERT INTO conversations (kind, user_lo, user_hi, changed_at, spoke) VALUES (1, ?, ?, {now}, 0) {returning id}`},
	sqlDirect: {forReading, `
SELECT c.id, c.last_seq, c.version,
       EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = c.user_lo AND b.other_id = c.user_hi)
       OR EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = c.user_hi AND b.other_id = c.user_lo),
       EXISTS (SELECT 1 FROM users u WHERE u.id = c.user_lo AND u.disabled <> 0)
       OR EXISTS (SELECT 1 FROM users u WHERE u.id = c.user_hi AND u.disabled <> 0)
  FROM conversations c WHERE c.user_lo = ? AND c.user_hi = ?`},
	sqlRaiseVersion: {forWriting, `
UPDATE conversations SET version = version + 1, changed_at = {now} WHERE id = ?`},
	sqlAcquaintance: {forReading, `
SELECT c.spoke, EXISTS (SELECT 1 FROM friendships f WHERE f.user_id = ? AND f.friend_id = ? AND f.own <> 0)
  FROM conversations c WHERE c.id = ?`},
	sqlSpeak: {forWriting, `
UPDATE conversations SET spoke = spoke | ? WHERE id = ?`},
	sqlHeads: {forReading, `
SELECT id, last_seq, version, change_no FROM conversations WHERE id IN {ids} ORDER BY id`},
	sqlChanged: {forReading, `
SELECT id, kind, user_lo, user_hi, group_id, last_seq, version, change_no FROM conversations
 WHERE changed_at >= {now} - ? AND id > ? ORDER BY id LIMIT ?`},

	sqlLockDevice: {forWriting, `
SELECT session_id, last_send_seq FROM devices WHERE id = ? {for update}`},
	sqlMoveDevice: {forWriting, `
UPDATE devices SET last_send_seq = ? WHERE id = ?`},
	sqlLockConversation: {forWriting, `
SELECT last_seq, version FROM conversations WHERE id = ? {for update}`},
	sqlGrowConversation: {forWriting, `
UPDATE conversations SET last_seq = ?, changed_at = {now} WHERE id = ?`},
	sqlInsertMessage: {forWriting, `
INSERT INTO messages (conversation_id, seq, sender_id, device_id, send_seq, sent_at, body)
VALUES (?, ?, ?, ?, ?, ?, ?)`},
	// The same for a whole batch, where a round trip costs more than a row; but rows that
	// others hold are left out.
	sqlLockDevices:       {forWriting, `{lock devices}`},
	sqlLockConversations: {forWriting, `{lock conversations}`},
	sqlDevicesThere: {forWriting, `
SELECT id FROM devices WHERE id IN {ids}`},
	sqlAppendOnce:        {forWriting, `{append once}`},
	sqlMoveDevices:       {forWriting, `{move devices}`},
	sqlGrowConversations: {forWriting, `{grow conversations}`},
	sqlInsertMany:        {forWriting, `{insert many}`},
	sqlInsertMore:        {forWriting, `{insert more}`},
	sqlInsertSome:        {forWriting, `{insert some}`},

	sqlPage: {forReading, `
SELECT seq, sender_id, device_id, send_seq, sent_at, body FROM messages
 WHERE conversation_id = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?`},
	sqlPageBefore: {forReading, `
SELECT seq, sender_id, device_id, send_seq, sent_at, body FROM messages
 WHERE conversation_id = ? AND seq > ? AND seq < ? ORDER BY seq DESC LIMIT ?`},
	// The numbers of a device grow along the log, so the last one that is not beyond
	// the wanted one is it, or it is not there.
	sqlFindRepeat: {forReading, `
SELECT seq, sender_id, device_id, send_seq, sent_at, body FROM messages
 WHERE conversation_id = ? AND device_id = ? AND send_seq <= ?
   AND seq > (SELECT c.last_seq - ? FROM conversations c WHERE c.id = ?)
 ORDER BY seq DESC LIMIT 1`},

	// A former member's bounds come last: left_seq is NULL for everyone else.
	sqlInbox: {forReading, `
SELECT c.id, c.kind, c.user_lo, c.user_hi, c.group_id, c.last_seq, c.version, c.change_no, k.seq, 0, CAST(NULL AS {integer})
  FROM conversations c
  LEFT JOIN cursors k ON k.user_id = ? AND k.conversation_id = c.id AND k.device_id = ?
 WHERE c.user_lo = ? AND c.last_seq > 0
UNION ALL
SELECT c.id, c.kind, c.user_lo, c.user_hi, c.group_id, c.last_seq, c.version, c.change_no, k.seq, 0, CAST(NULL AS {integer})
  FROM conversations c
  LEFT JOIN cursors k ON k.user_id = ? AND k.conversation_id = c.id AND k.device_id = ?
 WHERE c.user_hi = ? AND c.last_seq > 0
UNION ALL
SELECT c.id, c.kind, c.user_lo, c.user_hi, c.group_id, c.last_seq, c.version, c.change_no, k.seq, m.joined_seq, m.left_seq
  FROM members m
  JOIN conversations c ON c.group_id = m.group_id
  LEFT JOIN cursors k ON k.user_id = ? AND k.conversation_id = c.id AND k.device_id = ?
 WHERE m.user_id = ?
UNION ALL
SELECT c.id, c.kind, c.user_lo, c.user_hi, c.group_id, c.last_seq, c.version, c.change_no, k.seq, w.joined_seq, w.left_seq
  FROM member_windows w
  JOIN conversations c ON c.group_id = w.group_id
  LEFT JOIN cursors k ON k.user_id = ? AND k.conversation_id = c.id AND k.device_id = ?
 WHERE w.user_id = ?`},
	// The times before the last that a user was in groups.
	sqlWindowsBetween: {forReading, `
SELECT c.id, w.joined_seq, w.left_seq FROM member_windows w JOIN conversations c ON c.group_id = w.group_id
 WHERE w.user_id = ? AND c.id >= ? AND c.id <= ? ORDER BY c.id, w.joined_seq`},

	sqlConversations: {forReading, `
SELECT a.id, a.kind, a.user_lo, a.user_hi, a.group_id, a.last_seq, a.version, a.change_no,
       (SELECT k.seq FROM cursors k WHERE k.user_id = ? AND k.conversation_id = a.id AND k.device_id = ?),
       a.joined_seq, a.left_seq,
       (SELECT k.seq FROM cursors k WHERE k.user_id = ? AND k.conversation_id = a.id AND k.device_id = 0),
       a.name
  FROM (SELECT c.id, c.kind, c.user_lo, c.user_hi, c.group_id, c.last_seq, c.version, c.change_no,
               0 AS joined_seq, CAST(NULL AS {integer}) AS left_seq, u.name
          FROM conversations c JOIN users u ON u.id = c.user_hi
         WHERE c.user_lo = ? AND c.last_seq > 0
        UNION ALL
        SELECT c.id, c.kind, c.user_lo, c.user_hi, c.group_id, c.last_seq, c.version, c.change_no, 0, CAST(NULL AS {integer}), u.name
          FROM conversations c JOIN users u ON u.id = c.user_lo
         WHERE c.user_hi = ? AND c.last_seq > 0
        UNION ALL
        SELECT c.id, c.kind, c.user_lo, c.user_hi, c.group_id, c.last_seq, c.version, c.change_no, m.joined_seq, m.left_seq, g.name
          FROM members m
          JOIN chat_groups g ON g.id = m.group_id
          JOIN conversations c ON c.id = g.conversation_id
         WHERE m.user_id = ? AND (m.left_seq IS NULL OR m.left_seq > m.joined_seq
            OR EXISTS (SELECT 1 FROM member_windows w WHERE w.group_id = m.group_id AND w.user_id = m.user_id))) a
 WHERE a.id > ? ORDER BY a.id LIMIT ?`},
	// Among the last ? messages of a range: how many are not the user's own.
	sqlUnread: {forReading, `
SELECT COUNT(*) FROM (SELECT sender_id FROM messages
 WHERE conversation_id = ? AND seq > ? AND seq <= ? ORDER BY seq DESC LIMIT ?) tail
 WHERE tail.sender_id <> ?`},

	sqlMoveCursor: {forWriting, `
INSERT INTO cursors (user_id, conversation_id, device_id, seq) VALUES (?, ?, ?, ?) {cursor grows}`},
	sqlReadCursor: {forWriting, `
SELECT seq FROM cursors WHERE user_id = ? AND conversation_id = ? AND device_id = 0`},
	sqlLastSeq: {forReading, `
SELECT last_seq FROM conversations WHERE id = ?`},
}
