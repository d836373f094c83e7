package store

// installationTexts are about the database as a whole.
var installationTexts = map[stmtID]statement{
	sqlInstallation: {forReading, `
SELECT log_id, moving_from FROM installation WHERE id = 1`},
	// Of no rows there is no latest: 0.
	sqlTimes: {forReading, `
SELECT {now}, COALESCE((SELECT MAX(changed_at) FROM conversations), 0), COALESCE((SELECT MAX(changed_at) FROM users), 0)`},
	sqlNameLog: {forWriting, `
UPDATE installation SET log_id = ? WHERE id = 1 AND log_id = ?`},
	sqlSetMoving: {forMoving, `
UPDATE installation SET moving_from = ? WHERE id = 1`},
	sqlMovingLock: {forMoving, `{moving lock}`},
	sqlHoldNodes:  {forMoving, `{hold nodes}`},
	sqlSetCounter: {forMoving, `{set counter}`},
	sqlDropDevice: {forMoving, `
DELETE FROM devices WHERE id = ?`},
}

// movingTexts read all rows of a table in the order of its key, from a key on, and put
// them into another database. An index is gone along by the key's first column.
var movingTexts = map[stmtID]statement{
	sqlCopyUsers: {forMoving, `
SELECT id, name, name_key, password_hash, presence_no, disabled, created_at, change_no, changed_at, devices_day, devices_made,
       strangers_day, strangers_sent, strangers_met
  FROM users WHERE id > ? ORDER BY id`},
	sqlPutUser: {forMoving, `
INSERT INTO users (id, name, name_key, password_hash, presence_no, disabled, created_at, change_no, changed_at, devices_day, devices_made,
                   strangers_day, strangers_sent, strangers_met)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`},
	sqlEndOfUsers: {forMoving, `
SELECT id FROM users ORDER BY id DESC LIMIT 1`},
	sqlCountUsers: {forMoving, `
SELECT COUNT(*) FROM users`},

	// Nobody is logged in after a move.
	sqlCopyDevices: {forMoving, `
SELECT id, user_id, name, last_send_seq, used_at, token_hash, label, address
  FROM devices WHERE id > ? ORDER BY id`},
	sqlPutDevice: {forMoving, `
INSERT INTO devices (id, user_id, name, last_send_seq, used_at, token_hash, label, address) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`},
	sqlEndOfDevices: {forMoving, `
SELECT id FROM devices ORDER BY id DESC LIMIT 1`},
	sqlCountDevices: {forMoving, `
SELECT COUNT(*) FROM devices`},

	sqlCopyAddresses: {forMoving, `
SELECT user_id, slot, address, seen_at
  FROM known_addresses WHERE user_id >= ? AND (user_id > ? OR slot > ?) ORDER BY user_id, slot`},
	sqlEndOfAddresses: {forMoving, `
SELECT user_id, slot FROM known_addresses ORDER BY user_id DESC, slot DESC LIMIT 1`},
	sqlCountAddresses: {forMoving, `
SELECT COUNT(*) FROM known_addresses`},

	sqlCopyInvites: {forMoving, `
SELECT id, code_hash, name, kept_key, note, uses, used, last_user_id, made_at, ends_at
  FROM registration_invites WHERE id > ? ORDER BY id`},
	sqlPutInvite: {forMoving, `
INSERT INTO registration_invites (id, code_hash, name, kept_key, note, uses, used, last_user_id, made_at, ends_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`},
	sqlEndOfInvites: {forMoving, `
SELECT id FROM registration_invites ORDER BY id DESC LIMIT 1`},
	sqlCountInvites: {forMoving, `
SELECT COUNT(*) FROM registration_invites`},

	sqlCopyFriendships: {forMoving, `
SELECT user_id, friend_id, since, own
  FROM friendships WHERE user_id >= ? AND (user_id > ? OR friend_id > ?) ORDER BY user_id, friend_id`},
	sqlPutFriendship: {forMoving, `
INSERT INTO friendships (user_id, friend_id, since, own) VALUES (?, ?, ?, ?)`},
	sqlEndOfFriendships: {forMoving, `
SELECT user_id, friend_id FROM friendships ORDER BY user_id DESC, friend_id DESC LIMIT 1`},
	sqlCountFriendships: {forMoving, `
SELECT COUNT(*) FROM friendships`},

	sqlCopyBlocks: {forMoving, `
SELECT user_id, other_id
  FROM blocks WHERE user_id >= ? AND (user_id > ? OR other_id > ?) ORDER BY user_id, other_id`},
	sqlPutBlock: {forMoving, `
INSERT INTO blocks (user_id, other_id) VALUES (?, ?)`},
	sqlEndOfBlocks: {forMoving, `
SELECT user_id, other_id FROM blocks ORDER BY user_id DESC, other_id DESC LIMIT 1`},
	sqlCountBlocks: {forMoving, `
SELECT COUNT(*) FROM blocks`},

	sqlCopyConversations: {forMoving, `
SELECT id, kind, user_lo, user_hi, group_id, last_seq, version, changed_at, change_no, spoke
  FROM conversations WHERE id > ? ORDER BY id`},
	sqlPutConversation: {forMoving, `
INSERT INTO conversations (id, kind, user_lo, user_hi, group_id, last_seq, version, changed_at, change_no, spoke)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`},
	sqlEndOfConversations: {forMoving, `
SELECT id FROM conversations ORDER BY id DESC LIMIT 1`},
	sqlCountConversations: {forMoving, `
SELECT COUNT(*) FROM conversations`},

	sqlCopyGroups: {forMoving, `
SELECT id, name, description, conversation_id, member_count, created_at
  FROM chat_groups WHERE id > ? ORDER BY id`},
	sqlPutGroup: {forMoving, `
INSERT INTO chat_groups (id, name, description, conversation_id, member_count, created_at) VALUES (?, ?, ?, ?, ?, ?)`},
	sqlEndOfGroups: {forMoving, `
SELECT id FROM chat_groups ORDER BY id DESC LIMIT 1`},
	sqlCountAllGroups: {forMoving, `
SELECT COUNT(*) FROM chat_groups`},

	sqlCopyMembers: {forMoving, `
SELECT group_id, user_id, role, joined_seq, left_seq, joined_no, kept_out
  FROM members WHERE group_id >= ? AND (group_id > ? OR user_id > ?) ORDER BY group_id, user_id`},
	sqlPutMember: {forMoving, `
INSERT INTO members (group_id, user_id, role, joined_seq, left_seq, joined_no, kept_out) VALUES (?, ?, ?, ?, ?, ?, ?)`},
	sqlEndOfMembers: {forMoving, `
SELECT group_id, user_id FROM members ORDER BY group_id DESC, user_id DESC LIMIT 1`},
	sqlCountMembers: {forMoving, `
SELECT COUNT(*) FROM members`},

	sqlCopyWindows: {forMoving, `
SELECT group_id, user_id, joined_seq, left_seq FROM member_windows
 WHERE group_id >= ? AND (group_id > ? OR user_id > ? OR (user_id = ? AND joined_seq > ?))
 ORDER BY group_id, user_id, joined_seq`},
	sqlPutWindow: {forMoving, `
INSERT INTO member_windows (group_id, user_id, joined_seq, left_seq) VALUES (?, ?, ?, ?)`},
	sqlEndOfWindows: {forMoving, `
SELECT group_id, user_id, joined_seq FROM member_windows ORDER BY group_id DESC, user_id DESC, joined_seq DESC LIMIT 1`},
	sqlCountWindows: {forMoving, `
SELECT COUNT(*) FROM member_windows`},

	sqlCopyMessages: {forMoving, `
SELECT conversation_id, seq, sender_id, device_id, send_seq, sent_at, body
  FROM messages WHERE conversation_id >= ? AND (conversation_id > ? OR seq > ?) ORDER BY conversation_id, seq`},
	sqlEndOfMessages: {forMoving, `
SELECT conversation_id, seq FROM messages ORDER BY conversation_id DESC, seq DESC LIMIT 1`},
	sqlCountMessages: {forMoving, `
SELECT COUNT(*) FROM messages`},

	sqlCopyCursorRows: {forMoving, `
SELECT user_id, conversation_id, device_id, seq FROM cursors
 WHERE user_id >= ? AND (user_id > ? OR conversation_id > ? OR (conversation_id = ? AND device_id > ?))
 ORDER BY user_id, conversation_id, device_id`},
	sqlPutCursor: {forMoving, `
INSERT INTO cursors (user_id, conversation_id, device_id, seq) VALUES (?, ?, ?, ?)`},
	sqlEndOfCursors: {forMoving, `
SELECT user_id, conversation_id, device_id FROM cursors ORDER BY user_id DESC, conversation_id DESC, device_id DESC LIMIT 1`},
	sqlCountCursors: {forMoving, `
SELECT COUNT(*) FROM cursors`},

	// A message has one key at most. There is no index for this order: what is kept for a day
	// is sorted.
	sqlCopySendKeys: {forMoving, `
SELECT conversation_id, seq, user_id, send_key, text_hash, sent_at, made_at
  FROM send_keys WHERE conversation_id >= ? AND (conversation_id > ? OR seq > ?) ORDER BY conversation_id, seq`},
	sqlPutSendKey: {forMoving, `
INSERT INTO send_keys (conversation_id, seq, user_id, send_key, text_hash, sent_at, made_at) VALUES (?, ?, ?, ?, ?, ?, ?)`},
	sqlEndOfSendKeys: {forMoving, `
SELECT conversation_id, seq FROM send_keys ORDER BY conversation_id DESC, seq DESC LIMIT 1`},
	sqlCountSendKeys: {forMoving, `
SELECT COUNT(*) FROM send_keys`},

	sqlCopyNotices: {forMoving, `
SELECT user_id, group_id, no, made_at, what, subject_id, owner_id, conversation_id, device_id, number FROM changes
 WHERE user_id >= ? AND (user_id > ? OR group_id > ? OR (group_id = ? AND no > ?))
 ORDER BY user_id, group_id, no`},
	sqlPutNotice: {forMoving, `
INSERT INTO changes (user_id, group_id, no, made_at, what, subject_id, owner_id, conversation_id, device_id, number)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`},
	sqlEndOfNotices: {forMoving, `
SELECT user_id, group_id, no FROM changes ORDER BY user_id DESC, group_id DESC, no DESC LIMIT 1`},
	sqlCountNotices: {forMoving, `
SELECT COUNT(*) FROM changes`},

	sqlCopySegments: {forMoving, `
SELECT id, name, messages, bytes, sha256, made_at, done FROM segments WHERE id > ? ORDER BY id`},
	sqlPutSegment: {forMoving, `
INSERT INTO segments (id, name, messages, bytes, sha256, made_at, done) VALUES (?, ?, ?, ?, ?, ?, ?)`},
	sqlEndOfSegments: {forMoving, `
SELECT id FROM segments ORDER BY id DESC LIMIT 1`},
	sqlCountSegments: {forMoving, `
SELECT COUNT(*) FROM segments`},

	sqlCopyRanges: {forMoving, `
SELECT conversation_id, first_seq, last_seq, segment_id, first_row
  FROM segment_ranges WHERE conversation_id >= ? AND (conversation_id > ? OR first_seq > ?) ORDER BY conversation_id, first_seq`},
	sqlInsertRangeOf: {forMoving, `
INSERT INTO segment_ranges (conversation_id, first_seq, last_seq, segment_id, first_row) VALUES (?, ?, ?, ?, ?)`},
	sqlEndOfRanges: {forMoving, `
SELECT conversation_id, first_seq FROM segment_ranges ORDER BY conversation_id DESC, first_seq DESC LIMIT 1`},
	sqlCountRanges: {forMoving, `
SELECT COUNT(*) FROM segment_ranges`},

	sqlCopyLeftovers: {forMoving, `
SELECT id, name, since FROM segment_leftovers WHERE id > ? ORDER BY id`},
	sqlPutLeftover: {forMoving, `
INSERT INTO segment_leftovers (id, name, since) VALUES (?, ?, ?)`},
	sqlEndOfLeftovers: {forMoving, `
SELECT id FROM segment_leftovers ORDER BY id DESC LIMIT 1`},
	sqlCountLeftovers: {forMoving, `
SELECT COUNT(*) FROM segment_leftovers`},
}

// wholenessTexts look for what must not be in a database that is whole. Each gives how many
// there are and the first one.
var wholenessTexts = map[stmtID]statement{
	sqlIntegrity: {forMoving, `{integrity}`},
	sqlSchemaVersion: {forMoving, `
SELECT MAX(version_id) FROM schema_versions`},
	// What is in segments begins the log, and the database has the rest.
	sqlCheckLogs: {forMoving, `
SELECT COUNT(*), MIN(c.id) FROM conversations c
  LEFT JOIN (SELECT conversation_id, COUNT(*) AS n, MIN(seq) AS low, MAX(seq) AS top FROM messages GROUP BY conversation_id) m
    ON m.conversation_id = c.id
  LEFT JOIN (SELECT conversation_id, MAX(last_seq) AS top FROM segment_ranges GROUP BY conversation_id) g
    ON g.conversation_id = c.id
 WHERE c.last_seq <> COALESCE(m.n, 0) + COALESCE(g.top, 0) OR c.last_seq <> COALESCE(m.top, 0)
    OR COALESCE(m.low, 1) <> COALESCE(g.top, 0) + 1`},
	sqlCheckRanges: {forMoving, `
SELECT COUNT(*), MIN(g.conversation_id)
  FROM (SELECT conversation_id, SUM(last_seq - first_seq + 1) AS n, MIN(first_seq) AS low, MAX(last_seq) AS top
          FROM segment_ranges GROUP BY conversation_id) g
 WHERE g.n <> g.top OR g.low <> 1 OR NOT EXISTS (SELECT 1 FROM conversations c WHERE c.id = g.conversation_id)`},
	sqlCheckLogsBefore: {forMoving, `
SELECT COUNT(*), MIN(c.id) FROM conversations c
  LEFT JOIN (SELECT conversation_id, COUNT(*) AS n, MIN(seq) AS low, MAX(seq) AS top FROM messages GROUP BY conversation_id) m
    ON m.conversation_id = c.id
 WHERE c.last_seq <> COALESCE(m.n, 0) OR c.last_seq <> COALESCE(m.top, 0) OR COALESCE(m.low, 1) <> 1`},
	sqlCheckStrayMessages: {forMoving, `
SELECT COUNT(*), MIN(m.conversation_id) FROM (SELECT DISTINCT conversation_id FROM messages) m
 WHERE NOT EXISTS (SELECT 1 FROM conversations c WHERE c.id = m.conversation_id)`},
	sqlCheckGroups: {forMoving, `
SELECT COUNT(*), MIN(g.id) FROM chat_groups g
 WHERE NOT EXISTS (SELECT 1 FROM conversations c WHERE c.id = g.conversation_id AND c.group_id = g.id)`},
	sqlCheckMemberCounts: {forMoving, `
SELECT COUNT(*), MIN(g.id) FROM chat_groups g
 WHERE g.member_count <> (SELECT COUNT(*) FROM members m WHERE m.group_id = g.id AND m.left_seq IS NULL)`},
	sqlCheckMembers: {forMoving, `
SELECT COUNT(*), MIN(m.user_id) FROM members m
 WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.id = m.user_id) OR NOT EXISTS (SELECT 1 FROM chat_groups g WHERE g.id = m.group_id)`},
	sqlCheckWindows: {forMoving, `
SELECT COUNT(*), MIN(w.user_id) FROM member_windows w
 WHERE w.left_seq <= w.joined_seq
    OR NOT EXISTS (SELECT 1 FROM members m WHERE m.group_id = w.group_id AND m.user_id = w.user_id AND m.joined_seq >= w.left_seq)`},
	sqlCheckDevices: {forMoving, `
SELECT COUNT(*), MIN(d.id) FROM devices d WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.id = d.user_id)`},
	sqlCheckFriends: {forMoving, `
SELECT COUNT(*), MIN(f.user_id) FROM friendships f
 WHERE NOT EXISTS (SELECT 1 FROM friendships b WHERE b.user_id = f.friend_id AND b.friend_id = f.user_id)`},
}
