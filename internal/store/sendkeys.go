package store

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
	"parley/wire"
)

var (
	sqlInsertSendKey = sqldb.Register(sqldb.ForWriting, `
INSERT INTO send_keys (user_id, send_key, conversation_id, seq, text_hash, sent_at, made_at)
VALUES (?, ?, ?, ?, ?, ?, {now})`)
	sqlSendKey = sqldb.Register(sqldb.ForReading, "SELECT "+sendKeyColumns+`
  FROM send_keys WHERE user_id = ? AND send_key = ?`)
	sqlSendKeys = sqldb.RegisterEach(sqldb.ForWriting, sqldb.Texts{
		MySQL: "SELECT STRAIGHT_JOIN k.user_id, k.send_key, k.conversation_id, k.seq, k.text_hash, k.sent_at " +
			"FROM JSON_TABLE(?, '$[*]' COLUMNS (u BIGINT PATH '$[0]', k VARCHAR(128) PATH '$[1]')) j " +
			"JOIN send_keys k FORCE INDEX (PRIMARY) ON k.user_id = j.u AND k.send_key = CAST(j.k AS BINARY)",
		Postgres: "SELECT k.user_id, k.send_key, k.conversation_id, k.seq, k.text_hash, k.sent_at FROM unnest(?::bigint[], ?::text[]) AS j (u, k) " +
			"JOIN send_keys k ON k.user_id = j.u AND k.send_key = j.k",
	})
	sqlInsertSendKeys = sqldb.RegisterEach(sqldb.ForWriting, sqldb.Texts{
		MySQL: "INSERT INTO send_keys (user_id, send_key, conversation_id, seq, text_hash, sent_at, made_at) " +
			"SELECT j.u, j.k, j.c, j.s, UNHEX(j.h), ?, CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) FROM JSON_TABLE(?, '$[*]' COLUMNS " +
			"(u BIGINT PATH '$[0]', k VARCHAR(128) PATH '$[1]', c BIGINT PATH '$[2]', s BIGINT PATH '$[3]', h VARCHAR(64) PATH '$[4]')) j",
		Postgres: "INSERT INTO send_keys (user_id, send_key, conversation_id, seq, text_hash, sent_at, made_at) " +
			"SELECT u, k, c, s, decode(h, 'hex'), ?::bigint, CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) " +
			"FROM unnest(?::bigint[], ?::text[], ?::bigint[], ?::bigint[], ?::text[]) AS j (u, k, c, s, h)",
	})
	sqlOldSendKeys = sqldb.Register(sqldb.ForReading, `
SELECT user_id, send_key FROM send_keys WHERE made_at < {now} - ? ORDER BY made_at LIMIT ?`)
	// It may have been used again since it was found to be old.
	sqlPruneSendKey = sqldb.Register(sqldb.ForWriting, `
DELETE FROM send_keys WHERE user_id = ? AND send_key = ? AND made_at < {now} - ?`)
	sqlSendKeysOf = sqldb.Register(sqldb.ForReading, `
SELECT send_key FROM send_keys WHERE user_id = ? ORDER BY send_key LIMIT ?`)
	sqlDropSendKey = sqldb.Register(sqldb.ForWriting, `
DELETE FROM send_keys WHERE user_id = ? AND send_key = ?`)
)

// sendKeyRow is a row of send_keys: a message of a user that came from no session.
type sendKeyRow struct {
	UserID         int64  `db:"user_id"`
	SendKey        string `db:"send_key"`
	ConversationID int64  `db:"conversation_id"`
	Seq            int64  `db:"seq"`
	TextHash       []byte `db:"text_hash"`
	SentAt         int64  `db:"sent_at"`
	MadeAt         int64  `db:"made_at"`
}

func (k *sendKeyRow) insert(l *sqldb.Link) error {
	_, err := l.Exec(sqlInsertSendKey, k.UserID, k.SendKey, k.ConversationID, k.Seq, k.TextHash, k.SentAt)
	return err
}

// sendKeyColumns are what a row of send_keys is read from.
const sendKeyColumns = "conversation_id, seq, text_hash, sent_at"

// read takes sendKeyColumns from column i.
func (k *sendKeyRow) read(r sqldb.Row, i int) {
	k.ConversationID, k.Seq, k.TextHash, k.SentAt = r.Num(i), r.Num(i+1), slices.Clone(r.Blob(i+2)), r.Num(i+3)
}

// keyName is the key of a row of send_keys.
type keyName struct {
	user chat.UserID
	key  string
}

func nameOf(a *chat.Append) keyName { return keyName{a.Sender, a.Key.Key} }

// senderOf names the row that decides whether an append's sender may append, and behind
// which what the same sender appends later has to wait: the device's, or, for a message
// that comes from no session, the user's, whose number is negative here.
func senderOf(a *chat.Append) chat.DeviceID {
	if a.Key == nil {
		return a.Device
	}
	return -chat.DeviceID(a.Sender)
}

// byKind parts the numbers that senderOf gives.
func byKind(ids []chat.DeviceID) (devices []chat.DeviceID, users []chat.UserID) {
	for _, id := range ids {
		if id < 0 {
			users = append(users, chat.UserID(-id))
		} else {
			devices = append(devices, id)
		}
	}
	return devices, users
}

// sendKeys are those of one run of appends.
type sendKeys struct {
	wanted []keyName
	known  map[keyName]*sendKeyRow // those that are there, or are about to be
	fresh  []sendKeyRow            // to be inserted
}

func (k *sendKeys) clear() {
	k.wanted, k.fresh = k.wanted[:0], k.fresh[:0]
	clear(k.known)
}

func (k *sendKeys) want(a *chat.Append) {
	if a.Key != nil {
		k.wanted = append(k.wanted, nameOf(a))
	}
}

// put takes note of a row.
func (k *sendKeys) put(name keyName, r *sendKeyRow) {
	if k.known == nil {
		k.known = map[keyName]*sendKeyRow{}
	}
	k.known[name] = r
}

// read looks up those that were wanted. The senders' rows are locked already.
func (k *sendKeys) read(tx *transaction) error {
	if len(k.wanted) == 0 {
		return nil
	}
	if tx.dialect.Server {
		return tx.Query(sqlSendKeys, func(r sqldb.Row) bool {
			found := new(sendKeyRow)
			found.read(r, 2)
			k.put(keyName{chat.UserID(r.Num(0)), r.Text(1)}, found)
			return true
		}, keyNames(tx.dialect, k.wanted)...)
	}
	for _, name := range k.wanted {
		found, err := findSendKey(tx.Link, name)
		if err != nil {
			return err
		}
		if found != nil {
			k.put(name, found)
		}
	}
	return nil
}

// findSendKey returns nil for one that is not there.
func findSendKey(l *sqldb.Link, name keyName) (*sendKeyRow, error) {
	r, err := l.One(sqlSendKey, name.user, name.key)
	if err != nil || r == nil {
		return nil, err
	}
	found := new(sendKeyRow)
	found.read(r, 0)
	return found, nil
}

// decide tells what speaks against a message with a key, ErrRepeat where it is stored.
func (k *sendKeys) decide(a *chat.Append, d *deviceState) error {
	used := k.known[nameOf(a)]
	switch {
	case used != nil && string(used.TextHash) != string(a.Key.Sum[:]):
		return chat.E(wire.KeyReused)
	case used != nil:
		a.Seq, a.At = used.Seq, time.UnixMilli(used.SentAt).UTC()
		return chat.ErrRepeat
	case !d.found:
		return chat.E(wire.NoSuchUser)
	case d.closed:
		return chat.E(wire.Disabled)
	}
	return nil
}

// stored takes note of a message that was given its seq.
func (k *sendKeys) stored(a *chat.Append) {
	if a.Key == nil {
		return
	}
	r := sendKeyRow{
		UserID: int64(a.Sender), SendKey: a.Key.Key, ConversationID: int64(a.Conv), Seq: a.Seq,
		TextHash: a.Key.Sum[:], SentAt: a.At.UnixMilli(),
	}
	k.fresh = append(k.fresh, r)
	k.put(nameOf(a), &r)
}

// keep inserts those of the messages that are stored.
func (k *sendKeys) keep(tx *transaction) error {
	if len(k.fresh) == 0 {
		return nil
	}
	if tx.dialect.Server {
		_, err := tx.Exec(sqlInsertSendKeys, keyRows(tx.dialect, tx.at.UnixMilli(), k.fresh)...)
		return err
	}
	for i := range k.fresh {
		if err := k.fresh[i].insert(tx.Link); err != nil {
			return err
		}
	}
	return nil
}

// keyNames makes the arguments of sqlSendKeys.
func keyNames(d *sqldb.Dialect, names []keyName) []any {
	if d.Name == sqldb.MySQL {
		return mysqlKeyNames(names)
	}
	return postgresKeyNames(names)
}

// keyRows makes the arguments of sqlInsertSendKeys.
func keyRows(d *sqldb.Dialect, at int64, rows []sendKeyRow) []any {
	if d.Name == sqldb.MySQL {
		return mysqlKeyRows(at, rows)
	}
	return postgresKeyRows(at, rows)
}

func postgresKeyNames(names []keyName) []any {
	users, keys := make([]int64, len(names)), make([]string, len(names))
	for i, n := range names {
		users[i], keys[i] = int64(n.user), n.key
	}
	return []any{users, keys}
}

func postgresKeyRows(at int64, rows []sendKeyRow) []any {
	n := len(rows)
	users, convs, seqs := make([]int64, n), make([]int64, n), make([]int64, n)
	keys, sums := make([]string, n), make([]string, n)
	for i := range rows {
		k := &rows[i]
		users[i], convs[i], seqs[i], keys[i], sums[i] = k.UserID, k.ConversationID, k.Seq, k.SendKey, hex.EncodeToString(k.TextHash)
	}
	return []any{at, users, keys, convs, seqs, sums}
}

func mysqlKeyNames(names []keyName) []any {
	rows := make([][2]any, len(names))
	for i, n := range names {
		rows[i] = [2]any{int64(n.user), n.key}
	}
	return []any{jsonText(rows)}
}

func mysqlKeyRows(at int64, rows []sendKeyRow) []any {
	all := make([][5]any, len(rows))
	for i := range rows {
		k := &rows[i]
		all[i] = [5]any{k.UserID, k.SendKey, k.ConversationID, k.Seq, hex.EncodeToString(k.TextHash)}
	}
	return []any{at, jsonText(all)}
}

func jsonText(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // numbers and texts
	}
	return string(text)
}

// SentWith implements chat.SendKeys.
func (s *Store) SentWith(ctx context.Context, user chat.UserID, key string) (k chat.KeptKey, found bool, err error) {
	err = s.read(ctx, func(l *sqldb.Link) error {
		r, err := findSendKey(l, keyName{user, key})
		if found = r != nil; found {
			copy(k.Sum[:], r.TextHash)
			k.Conv, k.Seq, k.At = chat.ConvID(r.ConversationID), r.Seq, time.UnixMilli(r.SentAt).UTC()
		}
		return err
	})
	return k, found, err
}

// ForgetKeys implements chat.Upkeep. It looks for them before it asks for the transaction, as
// PruneJournals does.
func (s *Store) ForgetKeys(ctx context.Context, age time.Duration, limit int) (int, error) {
	old, err := s.findKeys(ctx, sqlOldSendKeys, func(r sqldb.Row) keyName { return keyName{chat.UserID(r.Num(0)), r.Text(1)} }, age.Milliseconds(), limit)
	if err != nil || len(old) == 0 {
		return 0, err
	}
	return write(ctx, s, apart, func(tx *transaction) (int, error) {
		for _, k := range old {
			if _, err := tx.Exec(sqlPruneSendKey, k.user, k.key, age.Milliseconds()); err != nil {
				return 0, err
			}
		}
		return len(old), nil
	})
}

// DropKeys implements chat.Erasures.
func (s *Store) DropKeys(ctx context.Context, user chat.UserID, limit int) (int, error) {
	all, err := s.findKeys(ctx, sqlSendKeysOf, func(r sqldb.Row) keyName { return keyName{user, r.Text(0)} }, user, limit)
	if err != nil || len(all) == 0 {
		return 0, err
	}
	return write(ctx, s, apart, func(tx *transaction) (int, error) {
		for _, k := range all {
			if _, err := tx.Exec(sqlDropSendKey, k.user, k.key); err != nil {
				return 0, err
			}
		}
		return len(all), nil
	})
}

func (s *Store) findKeys(ctx context.Context, id sqldb.Statement, name func(sqldb.Row) keyName, args ...any) (names []keyName, err error) {
	err = s.read(ctx, func(l *sqldb.Link) error {
		names = nil
		return l.Query(id, func(r sqldb.Row) bool {
			names = append(names, name(r))
			return true
		}, args...)
	})
	return names, err
}
