package store

var journalTexts = map[stmtID]statement{
	// The row is locked by this; what the journal goes to then is read from it.
	sqlMoveUserJournal: {forWriting, `
UPDATE users SET change_no = change_no + 1, changed_at = {now} WHERE id = ?`},
	sqlUserJournal: {forWriting, `
SELECT change_no FROM users WHERE id = ? {for update}`},
	sqlMoveGroupJournal: {forWriting, `
UPDATE conversations SET change_no = change_no + 1, changed_at = {now} WHERE id = ?`},
	sqlGroupJournal: {forWriting, `
SELECT change_no FROM conversations WHERE id = ? {for update}`},
	sqlInsertNotice: {forWriting, `
INSERT INTO changes (user_id, group_id, no, made_at, what, subject_id, owner_id, conversation_id, device_id, number)
VALUES (?, ?, ?, {now}, ?, ?, ?, ?, ?, ?)`},

	sqlJournalPage: {forReading, `
SELECT h.no, h.what, h.subject_id, h.owner_id, h.device_id, h.number,
       c.id, c.kind, c.user_lo, c.user_hi, c.group_id
  FROM changes h LEFT JOIN conversations c ON c.id = h.conversation_id
 WHERE h.user_id = ? AND h.group_id = ? AND h.no > ? ORDER BY h.no LIMIT ?`},
	sqlChangedUsers: {forReading, `
SELECT u.id, u.name, u.presence_no, u.change_no,
       EXISTS (SELECT 1 FROM devices d WHERE d.user_id = u.id AND d.session_id <> 0)
  FROM users u WHERE u.changed_at >= {now} - ? AND u.id > ? ORDER BY u.id LIMIT ?`},
	sqlUserMarks: {forReading, `
SELECT u.id, u.name, u.presence_no, u.change_no,
       EXISTS (SELECT 1 FROM devices d WHERE d.user_id = u.id AND d.session_id <> 0)
  FROM users u WHERE u.id IN {ids} ORDER BY u.id`},
	sqlUserJournalNo: {forReading, `
SELECT change_no FROM users WHERE id = ?`},
	sqlOldNotices: {forReading, `
SELECT user_id, group_id, no FROM changes WHERE made_at < {now} - ? ORDER BY made_at LIMIT ?`},
	sqlPruneNotice: {forWriting, `
DELETE FROM changes WHERE user_id = ? AND group_id = ? AND no = ?`},
}

var nodeTexts = map[stmtID]statement{
	sqlInsertNode: {forWriting, `
INSERT INTO nodes (name, counter, started_at) VALUES (?, 1, {now}) {returning id}`},
	sqlRenewNode: {forWriting, `
UPDATE nodes SET counter = counter + 1 WHERE id = ? AND counter > 0`},
	sqlNodes: {forReading, `
SELECT id, name, counter FROM nodes ORDER BY id`},
	// Held until the end of the transaction: whoever buries the node waits for it.
	sqlHoldNode: {forWriting, `
SELECT counter FROM nodes WHERE id = ? {for share}`},
	// Below 0 it goes on downwards, so that a burial that stopped halfway can be begun
	// again by exactly one other.
	sqlCondemnNode: {forWriting, `
UPDATE nodes SET counter = CASE WHEN counter > 0 THEN -1 ELSE counter - 1 END WHERE id = ? AND counter = ?`},
	sqlRemoveNode: {forWriting, `
DELETE FROM nodes WHERE id = ?`},
}
