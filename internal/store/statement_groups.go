package store

var groupTexts = map[stmtID]statement{
	sqlInsertGroupConversation: {forWriting, `
INSERT INTO conversations (kind, changed_at) VALUES (2, {now}) {returning id}`},
	sqlInsertGroup: {forWriting, `
INSERT INTO chat_groups (name, description, conversation_id, member_count, created_at) VALUES (?, ?, ?, 1, ?) {returning id}`},
	sqlNameGroupConversation: {forWriting, `
UPDATE conversations SET group_id = ? WHERE id = ?`},
	sqlLockGroup: {forWriting, `
SELECT g.name, g.description, g.member_count, c.id, c.last_seq, c.version
  FROM chat_groups g JOIN conversations c ON c.id = g.conversation_id
 WHERE g.id = ? {for update}`},
	sqlGroup: {forReading, `
SELECT id, name, description, 0, member_count FROM chat_groups WHERE id = ?`},
	sqlGroupsOf: {forReading, `
SELECT g.id, g.name, g.description, m.role, g.member_count
  FROM members m JOIN chat_groups g ON g.id = m.group_id
 WHERE m.user_id = ? AND m.group_id > ? AND m.left_seq IS NULL ORDER BY m.group_id LIMIT ?`},
	sqlCountGroups: {forWriting, `
SELECT COUNT(*) FROM members WHERE user_id = ? AND left_seq IS NULL`},
	sqlCountMember: {forWriting, `
UPDATE chat_groups SET member_count = member_count + ? WHERE id = ?`},
	sqlInsertMember: {forWriting, `
INSERT INTO members (group_id, user_id, role, joined_seq, joined_no) VALUES (?, ?, ?, ?, ?)`},
	sqlRejoin: {forWriting, `
UPDATE members SET role = 0, joined_seq = ?, left_seq = NULL, joined_no = ?, kept_out = 0 WHERE group_id = ? AND user_id = ?`},
	sqlMember: {forWriting, `
SELECT group_id, user_id, role, joined_seq, left_seq, kept_out FROM members WHERE group_id = ? AND user_id = ?`},
	sqlLiftRemoval: {forWriting, `
UPDATE members SET kept_out = 0 WHERE group_id = ? AND user_id = ?`},
	sqlLeave: {forWriting, `
UPDATE members SET role = 0, left_seq = ?, kept_out = ? WHERE group_id = ? AND user_id = ?`},
	sqlSetRole: {forWriting, `
UPDATE members SET role = ? WHERE group_id = ? AND user_id = ?`},
	sqlFirstMember: {forWriting, `
SELECT u.id, u.name FROM members m JOIN users u ON u.id = m.user_id
 WHERE m.group_id = ? AND m.left_seq IS NULL AND u.disabled = 0
 ORDER BY m.joined_no, m.joined_seq, m.user_id LIMIT 1`},
	sqlCreatorOf: {forWriting, `
SELECT m.user_id, u.disabled FROM members m JOIN users u ON u.id = m.user_id
 WHERE m.group_id = ? AND m.role = 1 AND m.left_seq IS NULL`},
	// A user's groups without a creator whose account is open.
	sqlHeirless: {forWriting, `
SELECT m.group_id FROM members m
 WHERE m.user_id = ? AND m.group_id > ? AND m.left_seq IS NULL
   AND NOT EXISTS (SELECT 1 FROM members c JOIN users u ON u.id = c.user_id
                    WHERE c.group_id = m.group_id AND c.role = 1 AND c.left_seq IS NULL AND u.disabled = 0)
 ORDER BY m.group_id LIMIT ?`},
	sqlAffectedByClosing: {forWriting, `
SELECT id FROM conversations WHERE user_lo = ?
UNION
SELECT id FROM conversations WHERE user_hi = ?
UNION
SELECT c.id FROM members m JOIN conversations c ON c.group_id = m.group_id
 WHERE m.user_id = ? AND m.role = 1 AND m.left_seq IS NULL
 ORDER BY id`},
	sqlRaiseDirectLow: {forWriting, `
UPDATE conversations SET version = version + 1, changed_at = {now} WHERE user_lo = ?`},
	sqlRaiseDirectHigh: {forWriting, `
UPDATE conversations SET version = version + 1, changed_at = {now} WHERE user_hi = ?`},
	sqlMembersPage: {forReading, `
SELECT u.id, u.name, m.role,
       EXISTS (SELECT 1 FROM devices d WHERE d.user_id = u.id AND d.session_id <> 0)
       AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = u.id AND b.other_id = ?)
  FROM members m JOIN users u ON u.id = m.user_id
 WHERE m.group_id = ? AND m.user_id > ? AND m.left_seq IS NULL ORDER BY m.user_id LIMIT ?`},
	sqlMembership: {forReading, `
SELECT c.id, c.version, m.group_id, m.user_id, m.role, m.joined_seq, m.left_seq, m.kept_out, w.joined_seq, w.left_seq
  FROM chat_groups g JOIN conversations c ON c.id = g.conversation_id
  LEFT JOIN members m ON m.group_id = g.id AND m.user_id = ?
  LEFT JOIN member_windows w ON w.group_id = m.group_id AND w.user_id = m.user_id
 WHERE g.id = ? ORDER BY w.joined_seq`},
	// One statement, so that head and memberships are of one moment; a member comes once
	// for each time before the last that they were in the group.
	sqlMemberships: {forReading, `
SELECT c.change_no, c.last_seq, c.version, m.group_id, m.user_id, m.role, m.joined_seq, m.left_seq, m.kept_out,
       w.joined_seq, w.left_seq
  FROM conversations c
  LEFT JOIN members m ON m.group_id = c.group_id AND m.user_id IN {ids}
  LEFT JOIN member_windows w ON w.group_id = m.group_id AND w.user_id = m.user_id
 WHERE c.id = ? ORDER BY m.user_id, w.joined_seq`},
	sqlWindows: {forWriting, `
SELECT joined_seq, left_seq FROM member_windows WHERE group_id = ? AND user_id = ? ORDER BY joined_seq`},
	sqlInsertWindow: {forWriting, `
INSERT INTO member_windows (group_id, user_id, joined_seq, left_seq) VALUES (?, ?, ?, ?)`},
	sqlWindowTooMany: {forWriting, `
SELECT joined_seq FROM member_windows WHERE group_id = ? AND user_id = ? ORDER BY joined_seq DESC LIMIT 1 OFFSET ?`},
	sqlDropWindows: {forWriting, `
DELETE FROM member_windows WHERE group_id = ? AND user_id = ? AND joined_seq <= ?`},
}
