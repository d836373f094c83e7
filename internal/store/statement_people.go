package store

var accountTexts = map[stmtID]statement{
	sqlInsertUser: {forWriting, `
INSERT INTO users (name, name_key, password_hash, created_at) VALUES (?, ?, ?, ?) {returning id}`},
	sqlAccount: {forReading, `
SELECT id, name, password_hash, disabled FROM users WHERE id = ?`},
	sqlAccountByKey: {forReading, `
SELECT id, name, password_hash, disabled FROM users WHERE name_key = ?`},
	sqlUserNames: {forReading, `
SELECT id, name FROM users WHERE id IN {ids}`},
	sqlDeviceNames: {forReading, `
SELECT id, name FROM devices WHERE id IN {ids}`},
	sqlListUsers: {forReading, `
SELECT u.id, u.name, u.disabled, u.created_at,
       EXISTS (SELECT 1 FROM devices d WHERE d.user_id = u.id AND d.session_id <> 0)
  FROM users u WHERE u.id > ? ORDER BY u.id LIMIT ?`},
	sqlPresence: {forWriting, `
SELECT name, presence_no, change_no, password_hash, disabled FROM users WHERE id = ? {for update}`},
	sqlSetPassword: {forWriting, `
UPDATE users SET password_hash = ? WHERE id = ?`},
	sqlUpgradeHash: {forWriting, `
UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?`},
	sqlSetDisabled: {forWriting, `
UPDATE users SET disabled = ? WHERE id = ?`},
	sqlEraseUser: {forWriting, `
UPDATE users SET name = ?, password_hash = ?, disabled = ?, changed_at = {now} WHERE id = ?`},
	sqlEraseDevices: {forWriting, `
UPDATE devices SET label = ?, address = ? WHERE user_id = ?`},
	sqlFreeName: {forWriting, `
UPDATE users SET name_key = ? WHERE id = ?`},
	sqlDropBlocks: {forWriting, `
DELETE FROM blocks WHERE user_id = ?`},
	sqlMovePresence: {forWriting, `
UPDATE users SET presence_no = presence_no + 1, changed_at = {now} WHERE id = ?`},
	sqlSessionCount: {forWriting, `
SELECT COUNT(*) FROM devices WHERE user_id = ? AND session_id <> 0`},
	sqlInsertSkeleton: {forWriting, `
INSERT INTO name_skeletons (skeleton, user_id) VALUES (?, ?) {or kept}`},
	sqlLockSkeleton: {forWriting, `
SELECT user_id FROM name_skeletons WHERE skeleton = ? {for update}`},
	sqlTakeSkeleton: {forWriting, `
UPDATE name_skeletons SET user_id = ? WHERE skeleton = ?`},
	sqlSkeletonHolder: {forReading, `
SELECT u.id, u.name FROM name_skeletons s JOIN users u ON u.id = s.user_id WHERE s.skeleton = ?`},
	sqlFreeSkeletons: {forWriting, `
DELETE FROM name_skeletons WHERE user_id = ?`},
	sqlWithoutSkeletons: {forWriting, `
SELECT u.id, u.name FROM users u
 WHERE u.id > ? AND u.disabled <> ? AND NOT EXISTS (SELECT 1 FROM name_skeletons s WHERE s.user_id = u.id) ORDER BY u.id LIMIT ?`},
}

var sessionTexts = map[stmtID]statement{
	sqlTokenHash: {forReading, `
SELECT token_hash FROM devices WHERE user_id = ? AND name = ?`},
	sqlDeviceByName: {forWriting, `
SELECT id, session_id, node_id, last_send_seq, token_hash FROM devices WHERE user_id = ? AND name = ? {for update}`},
	sqlDeviceBySession: {forWriting, `
SELECT id FROM devices WHERE user_id = ? AND session_id = ?`},
	sqlInsertDevice: {forWriting, `
INSERT INTO devices (user_id, name, session_id, node_id, used_at, token_hash, label, address) VALUES (?, ?, ?, ?, ?, ?, ?, ?) {returning id}`},
	// The old session is a condition: of two logins that both saw it, one wins.
	sqlTakeDevice: {forWriting, `
UPDATE devices SET session_id = ?, node_id = ?, used_at = ?, token_hash = COALESCE(?, token_hash), label = ?, address = ?
 WHERE id = ? AND session_id = ?`},
	sqlFreeDevice: {forWriting, `
UPDATE devices SET session_id = 0, node_id = 0, used_at = ? WHERE id = ? AND user_id = ? AND session_id = ?`},
	sqlCopyCursors: {forWriting, `
INSERT INTO cursors (user_id, conversation_id, device_id, seq)
SELECT user_id, conversation_id, ?, MAX(seq) FROM cursors
 WHERE user_id = ? AND device_id <> 0 GROUP BY user_id, conversation_id`},
	sqlUsersOnNode: {forWriting, `
SELECT DISTINCT user_id FROM devices WHERE session_id <> 0 AND (node_id = ? OR ? = 0) ORDER BY user_id LIMIT ?`},
	sqlFreeUserOnNode: {forWriting, `
UPDATE devices SET session_id = 0, node_id = 0, used_at = ?
 WHERE user_id = ? AND session_id <> 0 AND (node_id = ? OR ? = 0)`},
	sqlDevices: {forReading, `
SELECT id, name, session_id, used_at, label, address FROM devices
 WHERE user_id = ? AND id > ? AND (session_id <> 0 OR token_hash IS NOT NULL) ORDER BY id LIMIT ?`},
	sqlLockUserDevices: {forWriting, `
SELECT id, session_id, token_hash FROM devices WHERE user_id = ? ORDER BY id {for update}`},
	sqlRevokeDevice: {forWriting, `
UPDATE devices SET session_id = 0, node_id = 0, token_hash = NULL WHERE id = ?`},
	sqlRenewToken: {forWriting, `
UPDATE devices SET token_hash = ? WHERE id = ?`},
	sqlDeviceSession: {forReading, `
SELECT session_id FROM devices WHERE id = ?`},
	sqlUnusedDevices: {forReading, `
SELECT id, user_id FROM devices WHERE session_id = 0 AND used_at < ? ORDER BY id LIMIT ?`},
	sqlForgetDevice: {forWriting, `
DELETE FROM devices WHERE id = ? AND session_id = 0 AND used_at < ?`},
	// What a forgotten device had seen stays seen: the user's next device starts there.
	sqlKeepCursors: {forWriting, `
INSERT INTO cursors (user_id, conversation_id, device_id, seq)
SELECT k.user_id, k.conversation_id, -1, k.seq FROM cursors k WHERE k.user_id = ? AND k.device_id = ?
{cursor grows}`},
	sqlDropCursors: {forWriting, `
DELETE FROM cursors WHERE user_id = ? AND device_id = ?`},
	sqlKnownAddresses: {forReading, `
SELECT slot, address, seen_at FROM known_addresses WHERE user_id = ?`},
	sqlDropAddress: {forWriting, `
DELETE FROM known_addresses WHERE user_id = ? AND slot = ?`},
	sqlPutAddress: {forWriting, `
INSERT INTO known_addresses (user_id, slot, address, seen_at) VALUES (?, ?, ?, ?)`},
	sqlForgetAddresses: {forWriting, `
DELETE FROM known_addresses WHERE user_id = ? AND seen_at < ?`},
	sqlDropToken: {forWriting, `
UPDATE devices SET token_hash = NULL WHERE id = ? AND user_id = ? AND session_id = ?`},
	sqlCountDevice: {forWriting, `
UPDATE users SET devices_made = CASE WHEN devices_day = ? THEN devices_made + 1 ELSE 1 END, devices_day = ?
 WHERE id = ? AND (devices_day <> ? OR devices_made < ?)`},
	sqlDeviceCount: {forWriting, `
SELECT COUNT(*) FROM devices WHERE user_id = ?`},
	sqlLongestUnused: {forWriting, `
SELECT id, session_id FROM devices WHERE user_id = ? AND id <> ?
 ORDER BY CASE WHEN session_id = 0 THEN 0 ELSE 1 END, used_at, id LIMIT ?`},
	sqlEvictDevice: {forWriting, `
DELETE FROM devices WHERE id = ?`},
	// The day comes last: MySQL sets one after the other.
	sqlCountStranger: {forWriting, `
UPDATE users SET strangers_sent = CASE WHEN strangers_day = ? THEN strangers_sent + 1 ELSE 1 END,
       strangers_met = CASE WHEN strangers_day = ? THEN strangers_met + ? ELSE ? END, strangers_day = ?
 WHERE id = ? AND (strangers_day <> ? OR (strangers_sent < ? AND strangers_met + ? <= ?))`},
	sqlStrangersSent: {forWriting, `
SELECT strangers_sent FROM users WHERE id = ?`},
}

var friendTexts = map[stmtID]statement{
	sqlInsertFriend: {forWriting, `
INSERT INTO friendships (user_id, friend_id, since, own) VALUES (?, ?, ?, ?) {or nothing}`},
	sqlDeleteFriend: {forWriting, `
DELETE FROM friendships WHERE user_id = ? AND friend_id = ?`},
	sqlOwnFriend: {forWriting, `
UPDATE friendships SET own = ? WHERE user_id = ? AND friend_id = ? AND own = ?`},
	sqlCountFriends: {forWriting, `
SELECT COUNT(*) FROM friendships WHERE user_id = ? AND own = ?`},
	sqlFriends: {forReading, `
SELECT u.id, u.name,
       EXISTS (SELECT 1 FROM devices d WHERE d.user_id = u.id AND d.session_id <> 0), u.presence_no,
       EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = f.user_id AND b.other_id = u.id),
       EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = u.id AND b.other_id = f.user_id)
  FROM friendships f JOIN users u ON u.id = f.friend_id
 WHERE f.user_id = ? AND f.friend_id > ? ORDER BY f.friend_id LIMIT ?`},
	sqlWatchers: {forReading, `
SELECT f.friend_id FROM friendships f
 WHERE f.user_id = ? AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = f.user_id AND b.other_id = f.friend_id)
 ORDER BY f.friend_id`},
	sqlWatchersOf: {forReading, `
SELECT f.user_id, f.friend_id FROM friendships f
 WHERE f.user_id IN {ids} AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = f.user_id AND b.other_id = f.friend_id)
 ORDER BY f.user_id, f.friend_id`},
	sqlInsertBlock: {forWriting, `
INSERT INTO blocks (user_id, other_id) VALUES (?, ?) {or nothing}`},
	sqlDeleteBlock: {forWriting, `
DELETE FROM blocks WHERE user_id = ? AND other_id = ?`},
	sqlBlocked: {forWriting, `
SELECT COUNT(*) FROM blocks WHERE (user_id = ? AND other_id = ?) OR (user_id = ? AND other_id = ?)`},
}
