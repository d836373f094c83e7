package store

// sendKeyTexts are about messages that come from no session.
var sendKeyTexts = map[stmtID]statement{
	// The sender's row is locked until the commit: of two nodes with the same key one comes
	// second, and nobody disables the account meanwhile.
	sqlLockSender: {forWriting, `
SELECT disabled FROM users WHERE id = ? {for update}`},
	sqlLockSenders: {forWriting, `{lock senders}`},
	sqlSendersThere: {forWriting, `
SELECT id FROM users WHERE id IN {ids}`},
	sqlSendKey: {forReading, `
SELECT conversation_id, seq, text_hash, sent_at FROM send_keys WHERE user_id = ? AND send_key = ?`},
	sqlSendKeys: {forWriting, `{send keys}`},
	sqlInsertSendKey: {forWriting, `
INSERT INTO send_keys (user_id, send_key, conversation_id, seq, text_hash, sent_at, made_at)
VALUES (?, ?, ?, ?, ?, ?, {now})`},
	sqlInsertSendKeys: {forWriting, `{insert send keys}`},
	sqlOldSendKeys: {forReading, `
SELECT user_id, send_key FROM send_keys WHERE made_at < {now} - ? ORDER BY made_at LIMIT ?`},
	// It may have been used again since it was found to be old.
	sqlPruneSendKey: {forWriting, `
DELETE FROM send_keys WHERE user_id = ? AND send_key = ? AND made_at < {now} - ?`},
	sqlSendKeysOf: {forReading, `
SELECT send_key FROM send_keys WHERE user_id = ? ORDER BY send_key LIMIT ?`},
	sqlDropSendKey: {forWriting, `
DELETE FROM send_keys WHERE user_id = ? AND send_key = ?`},
}
