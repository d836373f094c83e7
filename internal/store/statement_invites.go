package store

// inviteTexts are about invitations to make accounts. An invitation that has a name is for one
// account, so using it frees the name's key.
var inviteTexts = map[stmtID]statement{
	sqlInsertInvite: {forWriting, `
INSERT INTO registration_invites (code_hash, name, kept_key, note, uses, made_at, ends_at) VALUES (?, ?, ?, ?, ?, ?, ?) {returning id}`},
	sqlInviteByHash: {forReading, `
SELECT id, name, note, uses, used, last_user_id, made_at, ends_at FROM registration_invites WHERE code_hash = ?`},
	sqlInvites: {forReading, `
SELECT id, name, note, uses, used, last_user_id, made_at, ends_at FROM registration_invites WHERE id > ? ORDER BY id LIMIT ?`},
	sqlInvite: {forWriting, `
SELECT id, name, note, uses, used, last_user_id, made_at, ends_at FROM registration_invites WHERE id = ?`},
	sqlLockInvite: {forWriting, `
SELECT id, name, note, uses, used, last_user_id, made_at, ends_at FROM registration_invites WHERE id = ? {for update}`},
	sqlLockKeptName: {forWriting, `
SELECT id, name, note, uses, used, last_user_id, made_at, ends_at FROM registration_invites WHERE kept_key = ? {for update}`},
	// What makes it good is a condition: of two registrations that both saw the last use, one
	// has it.
	sqlUseInvite: {forWriting, `
UPDATE registration_invites SET used = used + 1, last_user_id = ?, kept_key = NULL
 WHERE code_hash = ? AND used < uses AND ends_at > ? AND (name = ? OR kept_key = ?)`},
	sqlFreeKeptName: {forWriting, `
UPDATE registration_invites SET kept_key = NULL WHERE id = ?`},
	sqlDeleteInvite: {forWriting, `
DELETE FROM registration_invites WHERE id = ?`},
	sqlOldInvites: {forWriting, `
SELECT id FROM registration_invites WHERE ends_at < ? ORDER BY id LIMIT ?`},
	sqlForgetInvited: {forWriting, `
UPDATE registration_invites SET name = ?, note = ? WHERE last_user_id = ? AND name <> ?`},
	sqlLockUserByKey: {forWriting, `
SELECT id, name FROM users WHERE name_key = ? {for update}`},
	sqlInvitesWithoutSkeletons: {forWriting, `
SELECT i.id, i.name FROM registration_invites i
 WHERE i.id > ? AND i.kept_key IS NOT NULL AND NOT EXISTS (SELECT 1 FROM name_skeletons s WHERE s.user_id = -i.id) ORDER BY i.id LIMIT ?`},
}
