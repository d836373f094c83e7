package store

// segmentTexts are about messages that are in files.
var segmentTexts = map[stmtID]statement{
	sqlArchiver: {forWriting, `
SELECT node_id FROM archiver WHERE id = 1 {for update}`},
	sqlNodeLives: {forWriting, `
SELECT counter FROM nodes WHERE id = ?`},
	sqlSetArchiver: {forWriting, `
UPDATE archiver SET node_id = ? WHERE id = 1`},
	sqlArchivable: {forReading, `
SELECT c.id, c.kind, c.user_lo, c.user_hi, c.group_id, c.last_seq, c.version, c.change_no,
       (SELECT MAX(r.last_seq) FROM segment_ranges r WHERE r.conversation_id = c.id)
  FROM conversations c WHERE c.id > ? AND c.last_seq > 1 ORDER BY c.id LIMIT ?`},
	sqlInsertSegment: {forWriting, `
INSERT INTO segments (name, messages, bytes, sha256, made_at, done) VALUES (?, ?, ?, ?, ?, 0) {returning id}`},
	sqlFinishSegment: {forWriting, `
UPDATE segments SET done = 1 WHERE id = ?`},
	sqlReplaceSegment: {forWriting, `
UPDATE segments SET name = ?, bytes = ?, sha256 = ? WHERE id = ?`},
	sqlForgetSegment: {forWriting, `
DELETE FROM segments WHERE id = ? AND NOT EXISTS (SELECT 1 FROM segment_ranges r WHERE r.segment_id = ?)`},
	sqlSegmentName: {forWriting, `
SELECT name FROM segments WHERE id = ?`},
	sqlInsertLeftover: {forWriting, `
INSERT INTO segment_leftovers (name, since) VALUES (?, ?)`},
	sqlDeleteLeftover: {forWriting, `
DELETE FROM segment_leftovers WHERE name = ?`},
	sqlLeftovers: {forReading, `
SELECT DISTINCT name FROM segment_leftovers l WHERE since < ?
   AND NOT EXISTS (SELECT 1 FROM segments s WHERE s.name = l.name) ORDER BY name LIMIT ?`},
	sqlLastRange: {forWriting, `
SELECT first_seq, last_seq, segment_id, first_row FROM segment_ranges
 WHERE conversation_id = ? ORDER BY first_seq DESC LIMIT 1`},
	sqlRunToMove: {forWriting, `
SELECT seq, sender_id, device_id, send_seq, sent_at, body FROM messages
 WHERE conversation_id = ? AND seq >= ? AND seq <= ? ORDER BY seq`},
	sqlRemoveRun: {forWriting, `
DELETE FROM messages WHERE conversation_id = ? AND seq >= ? AND seq <= ?`},
	sqlInsertRange: {forWriting, `
INSERT INTO segment_ranges (conversation_id, first_seq, last_seq, segment_id, first_row) VALUES (?, ?, ?, ?, ?)`},
	sqlEndRange: {forWriting, `
UPDATE segment_ranges SET last_seq = ? WHERE conversation_id = ? AND first_seq = ?`},
	sqlRemoveRange: {forWriting, `
DELETE FROM segment_ranges WHERE conversation_id = ? AND first_seq = ?`},
	sqlSegments: {forReading, `
SELECT id, name, messages, bytes, sha256, made_at, done FROM segments WHERE id > ? ORDER BY id LIMIT ?`},
	sqlSegmentRanges: {forReading, `
SELECT conversation_id, first_seq, last_seq, first_row FROM segment_ranges
 WHERE segment_id = ? ORDER BY conversation_id, first_seq`},
	sqlSegmentOf: {forReading, `
SELECT s.id, s.name, s.messages, s.bytes, s.sha256, s.made_at, s.done, r.first_seq, r.last_seq, r.first_row
  FROM segment_ranges r JOIN segments s ON s.id = r.segment_id
 WHERE r.conversation_id = ? AND r.first_seq <= ? ORDER BY r.first_seq DESC LIMIT 1`},
	sqlArchivedUpTo: {forReading, `
SELECT conversation_id, MAX(last_seq) FROM segment_ranges WHERE conversation_id IN {ids} GROUP BY conversation_id`},
	sqlConversationsOf: {forReading, `
SELECT id, last_seq, version, change_no FROM conversations WHERE user_lo = ? AND last_seq > 0
UNION
SELECT id, last_seq, version, change_no FROM conversations WHERE user_hi = ? AND last_seq > 0
UNION
SELECT c.id, c.last_seq, c.version, c.change_no FROM members m JOIN conversations c ON c.group_id = m.group_id
 WHERE m.user_id = ? AND c.last_seq > 0`},
	sqlEraseTexts: {forWriting, `
UPDATE messages SET body = ? WHERE conversation_id = ? AND seq >= ? AND seq <= ? AND sender_id = ? AND body <> ?`},
	sqlFreePages: {forWriting, `{free pages}`},
	sqlGiveBack:  {forWriting, `{give back}`},
}
