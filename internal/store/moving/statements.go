package moving

import (
	"parley/internal/store/sqldb"
)

var (
	sqlMovingLock = sqldb.RegisterEach(sqldb.ForMoving, sqldb.Texts{
		MySQL:    "SELECT GET_LOCK(CONCAT('parley-moving-', DATABASE()), 0)",
		Postgres: "SELECT CASE WHEN pg_try_advisory_lock(7087262150362) THEN 1 ELSE 0 END",
	})
	sqlAllNodes = sqldb.Register(sqldb.ForMoving, `
SELECT id, name, counter FROM nodes ORDER BY id`)
	sqlBuryNode = sqldb.Register(sqldb.ForMoving, `
UPDATE nodes SET counter = CASE WHEN counter > 0 THEN -1 ELSE counter - 1 END WHERE id = ? AND counter = ?`)
	sqlHoldNodes = sqldb.RegisterEach(sqldb.ForMoving, sqldb.Texts{
		MySQL:    "SELECT id FROM nodes LOCK IN SHARE MODE",
		Postgres: "LOCK TABLE nodes IN SHARE MODE",
	})
	sqlSetCounter = sqldb.RegisterEach(sqldb.ForMoving, sqldb.Texts{
		Postgres: "SELECT setval(pg_get_serial_sequence(?::text, 'id'), ?::bigint)",
	})
	sqlDropDevice = sqldb.Register(sqldb.ForMoving, `
DELETE FROM devices WHERE id = ?`)
	sqlCopyUsers = sqldb.Register(sqldb.ForMoving, `
SELECT id, name, name_key, password_hash, presence_no, disabled, created_at, change_no, changed_at, devices_day, devices_made,
       strangers_day, strangers_sent, strangers_met, display, about, hide_receipts, hide_seen, erase_at
  FROM users WHERE id > ? ORDER BY id`)
	sqlPutUser = sqldb.Register(sqldb.ForMoving, `
INSERT INTO users (id, name, name_key, password_hash, presence_no, disabled, created_at, change_no, changed_at, devices_day, devices_made,
                   strangers_day, strangers_sent, strangers_met, display, about, hide_receipts, hide_seen, erase_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlEndOfUsers = sqldb.Register(sqldb.ForMoving, `
SELECT id FROM users ORDER BY id DESC LIMIT 1`)
	sqlCountUsers = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*) FROM users`)
	// Nobody is logged in after a move.
	sqlCopyDevices = sqldb.Register(sqldb.ForMoving, `
SELECT id, user_id, name, last_send_seq, used_at, token_hash, label, address
  FROM devices WHERE id > ? ORDER BY id`)
	sqlPutDevice = sqldb.Register(sqldb.ForMoving, `
INSERT INTO devices (id, user_id, name, last_send_seq, used_at, token_hash, label, address) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlEndOfDevices = sqldb.Register(sqldb.ForMoving, `
SELECT id FROM devices ORDER BY id DESC LIMIT 1`)
	sqlCountDevices = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*) FROM devices`)
	sqlCopyAddresses = sqldb.Register(sqldb.ForMoving, `
SELECT user_id, slot, address, seen_at
  FROM known_addresses WHERE user_id >= ? AND (user_id > ? OR slot > ?) ORDER BY user_id, slot`)
	sqlPutKnownAddress = sqldb.Register(sqldb.ForMoving, `
INSERT INTO known_addresses (user_id, slot, address, seen_at) VALUES (?, ?, ?, ?)`)
	sqlEndOfAddresses = sqldb.Register(sqldb.ForMoving, `
SELECT user_id, slot FROM known_addresses ORDER BY user_id DESC, slot DESC LIMIT 1`)
	sqlCountAddresses = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*) FROM known_addresses`)
	sqlCopyInvites = sqldb.Register(sqldb.ForMoving, `
SELECT id, code_hash, name, kept_key, note, uses, used, last_user_id, made_at, ends_at
  FROM registration_invites WHERE id > ? ORDER BY id`)
	sqlPutInvite = sqldb.Register(sqldb.ForMoving, `
INSERT INTO registration_invites (id, code_hash, name, kept_key, note, uses, used, last_user_id, made_at, ends_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlEndOfInvites = sqldb.Register(sqldb.ForMoving, `
SELECT id FROM registration_invites ORDER BY id DESC LIMIT 1`)
	sqlCountInvites = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*) FROM registration_invites`)
	sqlCopyGroupInvites = sqldb.Register(sqldb.ForMoving, `
SELECT id, group_id, code, made_by, made_no, uses, used, made_at, ends_at, revoked_at
  FROM group_invites WHERE id > ? ORDER BY id`)
	sqlPutGroupInvite = sqldb.Register(sqldb.ForMoving, `
INSERT INTO group_invites (id, group_id, code, made_by, made_no, uses, used, made_at, ends_at, revoked_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlEndOfGroupInvites = sqldb.Register(sqldb.ForMoving, `
SELECT id FROM group_invites ORDER BY id DESC LIMIT 1`)
	sqlCountGroupInvites = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*) FROM group_invites`)
	sqlCopyFriendships = sqldb.Register(sqldb.ForMoving, `
SELECT user_id, friend_id, since, own
  FROM friendships WHERE user_id >= ? AND (user_id > ? OR friend_id > ?) ORDER BY user_id, friend_id`)
	sqlPutFriendship = sqldb.Register(sqldb.ForMoving, `
INSERT INTO friendships (user_id, friend_id, since, own) VALUES (?, ?, ?, ?)`)
	sqlEndOfFriendships = sqldb.Register(sqldb.ForMoving, `
SELECT user_id, friend_id FROM friendships ORDER BY user_id DESC, friend_id DESC LIMIT 1`)
	sqlCountFriendships = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*) FROM friendships`)
	sqlCopyBlocks = sqldb.Register(sqldb.ForMoving, `
SELECT user_id, other_id
  FROM blocks WHERE user_id >= ? AND (user_id > ? OR other_id > ?) ORDER BY user_id, other_id`)
	sqlPutBlock = sqldb.Register(sqldb.ForMoving, `
INSERT INTO blocks (user_id, other_id) VALUES (?, ?)`)
	sqlEndOfBlocks = sqldb.Register(sqldb.ForMoving, `
SELECT user_id, other_id FROM blocks ORDER BY user_id DESC, other_id DESC LIMIT 1`)
	sqlCountBlocks = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*) FROM blocks`)
	sqlCopyRequests = sqldb.Register(sqldb.ForMoving, `
SELECT user_id, other_id, asked_at, state
  FROM friend_requests WHERE user_id >= ? AND (user_id > ? OR other_id > ?) ORDER BY user_id, other_id`)
	sqlPutRequest = sqldb.Register(sqldb.ForMoving, `
INSERT INTO friend_requests (user_id, other_id, asked_at, state) VALUES (?, ?, ?, ?)`)
	sqlEndOfRequests = sqldb.Register(sqldb.ForMoving, `
SELECT user_id, other_id FROM friend_requests ORDER BY user_id DESC, other_id DESC LIMIT 1`)
	sqlCountRequests = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*) FROM friend_requests`)
	sqlCopyConversations = sqldb.Register(sqldb.ForMoving, `
SELECT id, kind, user_lo, user_hi, group_id, last_seq, version, changed_at, change_no, spoke, last_rev, last_at
  FROM conversations WHERE id > ? ORDER BY id`)
	sqlPutConversation = sqldb.Register(sqldb.ForMoving, `
INSERT INTO conversations (id, kind, user_lo, user_hi, group_id, last_seq, version, changed_at, change_no, spoke, last_rev, last_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlEndOfConversations = sqldb.Register(sqldb.ForMoving, `
SELECT id FROM conversations ORDER BY id DESC LIMIT 1`)
	sqlCountConversations = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*) FROM conversations`)
	sqlCopyGroups = sqldb.Register(sqldb.ForMoving, `
SELECT id, name, description, conversation_id, member_count, created_at, joining, posting
  FROM chat_groups WHERE id > ? ORDER BY id`)
	sqlPutGroup = sqldb.Register(sqldb.ForMoving, `
INSERT INTO chat_groups (id, name, description, conversation_id, member_count, created_at, joining, posting) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlEndOfGroups = sqldb.Register(sqldb.ForMoving, `
SELECT id FROM chat_groups ORDER BY id DESC LIMIT 1`)
	sqlCountAllGroups = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*) FROM chat_groups`)
	sqlCopyMembers = sqldb.Register(sqldb.ForMoving, `
SELECT group_id, user_id, role, joined_seq, left_seq, joined_no, kept_out
  FROM members WHERE group_id >= ? AND (group_id > ? OR user_id > ?) ORDER BY group_id, user_id`)
	sqlPutMember = sqldb.Register(sqldb.ForMoving, `
INSERT INTO members (group_id, user_id, role, joined_seq, left_seq, joined_no, kept_out) VALUES (?, ?, ?, ?, ?, ?, ?)`)
	sqlEndOfMembers = sqldb.Register(sqldb.ForMoving, `
SELECT group_id, user_id FROM members ORDER BY group_id DESC, user_id DESC LIMIT 1`)
	sqlCountMembers = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*) FROM members`)
	sqlCopyWindows = sqldb.Register(sqldb.ForMoving, `
SELECT group_id, user_id, joined_seq, left_seq FROM member_windows
 WHERE group_id >= ? AND (group_id > ? OR user_id > ? OR (user_id = ? AND joined_seq > ?))
 ORDER BY group_id, user_id, joined_seq`)
	sqlPutWindow = sqldb.Register(sqldb.ForMoving, `
INSERT INTO member_windows (group_id, user_id, joined_seq, left_seq) VALUES (?, ?, ?, ?)`)
	sqlEndOfWindows = sqldb.Register(sqldb.ForMoving, `
SELECT group_id, user_id, joined_seq FROM member_windows ORDER BY group_id DESC, user_id DESC, joined_seq DESC LIMIT 1`)
	sqlCountWindows = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*) FROM member_windows`)
	sqlCopyMessages = sqldb.Register(sqldb.ForMoving, `
SELECT conversation_id, seq, sender_id, device_id, send_seq, sent_at, body, extra
  FROM messages WHERE conversation_id >= ? AND (conversation_id > ? OR seq > ?) ORDER BY conversation_id, seq`)
	sqlPutMessage = sqldb.Register(sqldb.ForMoving, `
INSERT INTO messages (conversation_id, seq, sender_id, device_id, send_seq, sent_at, body, extra) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlPutMessages = sqldb.RegisterEach(sqldb.ForMoving, sqldb.Texts{
		MySQL:    putMany("INSERT INTO messages (conversation_id, seq, sender_id, device_id, send_seq, sent_at, body, extra)", "(?, ?, ?, ?, ?, ?, ?, ?)"),
		Postgres: putMany("INSERT INTO messages (conversation_id, seq, sender_id, device_id, send_seq, sent_at, body, extra)", "(?, ?, ?, ?, ?, ?, ?, ?)"),
	})
	sqlEndOfMessages = sqldb.Register(sqldb.ForMoving, `
SELECT conversation_id, seq FROM messages ORDER BY conversation_id DESC, seq DESC LIMIT 1`)
	sqlCountMessages = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*) FROM messages`)
	sqlCopyCursorRows = sqldb.Register(sqldb.ForMoving, `
SELECT user_id, conversation_id, device_id, seq FROM cursors
 WHERE user_id >= ? AND (user_id > ? OR conversation_id > ? OR (conversation_id = ? AND device_id > ?))
 ORDER BY user_id, conversation_id, device_id`)
	sqlPutCursor = sqldb.Register(sqldb.ForMoving, `
INSERT INTO cursors (user_id, conversation_id, device_id, seq) VALUES (?, ?, ?, ?)`)
	sqlEndOfCursors = sqldb.Register(sqldb.ForMoving, `
SELECT user_id, conversation_id, device_id FROM cursors ORDER BY user_id DESC, conversation_id DESC, device_id DESC LIMIT 1`)
	sqlCountCursors = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*) FROM cursors`)
	// A message has one key at most. There is no index for this order: what is kept for a day
	// is sorted.
	sqlCopySendKeys = sqldb.Register(sqldb.ForMoving, `
SELECT conversation_id, seq, user_id, send_key, text_hash, sent_at, made_at
  FROM send_keys WHERE conversation_id >= ? AND (conversation_id > ? OR seq > ?) ORDER BY conversation_id, seq`)
	sqlPutSendKey = sqldb.Register(sqldb.ForMoving, `
INSERT INTO send_keys (conversation_id, seq, user_id, send_key, text_hash, sent_at, made_at) VALUES (?, ?, ?, ?, ?, ?, ?)`)
	sqlEndOfSendKeys = sqldb.Register(sqldb.ForMoving, `
SELECT conversation_id, seq FROM send_keys ORDER BY conversation_id DESC, seq DESC LIMIT 1`)
	sqlCountSendKeys = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*) FROM send_keys`)
	sqlCopySettings = sqldb.Register(sqldb.ForMoving, `
SELECT user_id, conversation_id, no, level, mute_until, pinned, hidden_seq, draft
  FROM conversation_settings WHERE user_id >= ? AND (user_id > ? OR conversation_id > ?) ORDER BY user_id, conversation_id`)
	sqlPutSettings = sqldb.Register(sqldb.ForMoving, `
INSERT INTO conversation_settings (user_id, conversation_id, no, level, mute_until, pinned, hidden_seq, draft)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlEndOfSettings = sqldb.Register(sqldb.ForMoving, `
SELECT user_id, conversation_id FROM conversation_settings ORDER BY user_id DESC, conversation_id DESC LIMIT 1`)
	sqlCountSettings = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*) FROM conversation_settings`)
	sqlCopyNotices = sqldb.Register(sqldb.ForMoving, `
SELECT user_id, group_id, no, made_at, what, subject_id, owner_id, conversation_id, device_id, number FROM changes
 WHERE user_id >= ? AND (user_id > ? OR group_id > ? OR (group_id = ? AND no > ?))
 ORDER BY user_id, group_id, no`)
	sqlPutNotice = sqldb.Register(sqldb.ForMoving, `
INSERT INTO changes (user_id, group_id, no, made_at, what, subject_id, owner_id, conversation_id, device_id, number)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlEndOfNotices = sqldb.Register(sqldb.ForMoving, `
SELECT user_id, group_id, no FROM changes ORDER BY user_id DESC, group_id DESC, no DESC LIMIT 1`)
	sqlCountNotices = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*) FROM changes`)
	sqlCopyStates = sqldb.Register(sqldb.ForMoving, `
SELECT conversation_id, seq, rev, author_id, edited_at, body, recalled_at, recalled_by, pinned_at, pinned_by, reactions, mentions
  FROM message_states WHERE conversation_id >= ? AND (conversation_id > ? OR seq > ?) ORDER BY conversation_id, seq`)
	sqlPutState = sqldb.Register(sqldb.ForMoving, `
INSERT INTO message_states (conversation_id, seq, rev, author_id, edited_at, body, recalled_at, recalled_by, pinned_at, pinned_by, reactions, mentions)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlEndOfStates = sqldb.Register(sqldb.ForMoving, `
SELECT conversation_id, seq FROM message_states ORDER BY conversation_id DESC, seq DESC LIMIT 1`)
	sqlCountStates = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*) FROM message_states`)

	sqlCopyMentions = sqldb.Register(sqldb.ForMoving, `
SELECT user_id, conversation_id, seq, sender_id, sent_at FROM mentions
 WHERE user_id >= ? AND (user_id > ? OR conversation_id > ? OR (conversation_id = ? AND seq > ?))
 ORDER BY user_id, conversation_id, seq`)
	sqlPutMention = sqldb.Register(sqldb.ForMoving, `
INSERT INTO mentions (user_id, conversation_id, seq, sender_id, sent_at) VALUES (?, ?, ?, ?, ?)`)
	sqlEndOfMentions = sqldb.Register(sqldb.ForMoving, `
SELECT user_id, conversation_id, seq FROM mentions ORDER BY user_id DESC, conversation_id DESC, seq DESC LIMIT 1`)
	sqlCountMentions = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*) FROM mentions`)

	// A rev belongs to one reaction at most.
	sqlCopyReactions = sqldb.Register(sqldb.ForMoving, `
SELECT conversation_id, rev, seq, user_id, emoji, gone
  FROM reactions WHERE conversation_id >= ? AND (conversation_id > ? OR rev > ?) ORDER BY conversation_id, rev`)
	sqlPutReaction = sqldb.Register(sqldb.ForMoving, `
INSERT INTO reactions (conversation_id, rev, seq, user_id, emoji, gone) VALUES (?, ?, ?, ?, ?, ?)`)
	sqlEndOfReactions = sqldb.Register(sqldb.ForMoving, `
SELECT conversation_id, rev FROM reactions ORDER BY conversation_id DESC, rev DESC LIMIT 1`)
	sqlCountReactions = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*) FROM reactions`)

	sqlCopyDeviceChanges = sqldb.Register(sqldb.ForMoving, `
SELECT device_id, slot, send_seq, rev
  FROM device_changes WHERE device_id >= ? AND (device_id > ? OR slot > ?) ORDER BY device_id, slot`)
	sqlPutDeviceChange = sqldb.Register(sqldb.ForMoving, `
INSERT INTO device_changes (device_id, slot, send_seq, rev) VALUES (?, ?, ?, ?)`)
	sqlEndOfDeviceChanges = sqldb.Register(sqldb.ForMoving, `
SELECT device_id, slot FROM device_changes ORDER BY device_id DESC, slot DESC LIMIT 1`)
	sqlCountDeviceChanges = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*) FROM device_changes`)

	sqlCopyRecalls = sqldb.Register(sqldb.ForMoving, `
SELECT conversation_id, seq
  FROM segment_recalls WHERE conversation_id >= ? AND (conversation_id > ? OR seq > ?) ORDER BY conversation_id, seq`)
	sqlPutRecall = sqldb.Register(sqldb.ForMoving, `
INSERT INTO segment_recalls (conversation_id, seq) VALUES (?, ?)`)
	sqlEndOfRecalls = sqldb.Register(sqldb.ForMoving, `
SELECT conversation_id, seq FROM segment_recalls ORDER BY conversation_id DESC, seq DESC LIMIT 1`)
	sqlCountRecalls = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*) FROM segment_recalls`)

	sqlCopySegments = sqldb.Register(sqldb.ForMoving, `
SELECT id, name, messages, bytes, sha256, made_at, done FROM segments WHERE id > ? ORDER BY id`)
	sqlPutSegment = sqldb.Register(sqldb.ForMoving, `
INSERT INTO segments (id, name, messages, bytes, sha256, made_at, done) VALUES (?, ?, ?, ?, ?, ?, ?)`)
	sqlEndOfSegments = sqldb.Register(sqldb.ForMoving, `
SELECT id FROM segments ORDER BY id DESC LIMIT 1`)
	sqlCountSegments = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*) FROM segments`)
	sqlCopyRanges = sqldb.Register(sqldb.ForMoving, `
SELECT conversation_id, first_seq, last_seq, segment_id, first_row
  FROM segment_ranges WHERE conversation_id >= ? AND (conversation_id > ? OR first_seq > ?) ORDER BY conversation_id, first_seq`)
	sqlInsertRangeOf = sqldb.Register(sqldb.ForMoving, `
INSERT INTO segment_ranges (conversation_id, first_seq, last_seq, segment_id, first_row) VALUES (?, ?, ?, ?, ?)`)
	sqlEndOfRanges = sqldb.Register(sqldb.ForMoving, `
SELECT conversation_id, first_seq FROM segment_ranges ORDER BY conversation_id DESC, first_seq DESC LIMIT 1`)
	sqlCountRanges = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*) FROM segment_ranges`)
	sqlCopyLeftovers = sqldb.Register(sqldb.ForMoving, `
SELECT id, name, since FROM segment_leftovers WHERE id > ? ORDER BY id`)
	sqlPutLeftover = sqldb.Register(sqldb.ForMoving, `
INSERT INTO segment_leftovers (id, name, since) VALUES (?, ?, ?)`)
	sqlEndOfLeftovers = sqldb.Register(sqldb.ForMoving, `
SELECT id FROM segment_leftovers ORDER BY id DESC LIMIT 1`)
	sqlCountLeftovers = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*) FROM segment_leftovers`)
)
