package store

import (
	"encoding/json"
	"errors"
	"time"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
	"parley/wire"
)

var (
	// On MySQL the index is forced: in a small table the server would rather look at every
	// row, and wait for those that others hold. SQLite has no use for these: one statement for
	// each row is the quickest there.
	sqlLockSenders = sqldb.RegisterEach(sqldb.ForWriting, sqldb.Texts{
		MySQL:    "SELECT STRAIGHT_JOIN u.id, u.disabled FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) j JOIN users u FORCE INDEX (PRIMARY) ON u.id = j.id FOR UPDATE SKIP LOCKED",
		Postgres: "SELECT id, disabled FROM users WHERE id IN (SELECT value::bigint FROM json_array_elements_text(?::json)) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED",
	})
	sqlSendersThere = sqldb.Register(sqldb.ForWriting, `
SELECT id FROM users WHERE id IN {ids}`)
	// The same for a whole batch, where a round trip costs more than a row; but rows that
	// others hold are left out.
	sqlLockDevices = sqldb.RegisterEach(sqldb.ForWriting, sqldb.Texts{
		MySQL:    "SELECT STRAIGHT_JOIN d.id, d.session_id, d.last_send_seq FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) j JOIN devices d FORCE INDEX (PRIMARY) ON d.id = j.id FOR UPDATE SKIP LOCKED",
		Postgres: "SELECT id, session_id, last_send_seq FROM devices WHERE id IN (SELECT value::bigint FROM json_array_elements_text(?::json)) ORDER BY id FOR UPDATE SKIP LOCKED",
	})
	sqlLockConversations = sqldb.RegisterEach(sqldb.ForWriting, sqldb.Texts{
		MySQL:    "SELECT STRAIGHT_JOIN c.id, c.last_seq, c.version FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) j JOIN conversations c FORCE INDEX (PRIMARY) ON c.id = j.id FOR UPDATE SKIP LOCKED",
		Postgres: "SELECT id, last_seq, version FROM conversations WHERE id IN (SELECT value::bigint FROM json_array_elements_text(?::json)) ORDER BY id FOR UPDATE SKIP LOCKED",
	})
	sqlDevicesThere = sqldb.Register(sqldb.ForWriting, `
SELECT id FROM devices WHERE id IN {ids}`)
	sqlMoveDevices = sqldb.RegisterEach(sqldb.ForWriting, sqldb.Texts{
		MySQL:    "UPDATE JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$[0]', n BIGINT PATH '$[1]')) j STRAIGHT_JOIN devices d FORCE INDEX (PRIMARY) ON d.id = j.id SET d.last_send_seq = j.n",
		Postgres: "UPDATE devices d SET last_send_seq = v.n FROM unnest(?::bigint[], ?::bigint[]) AS v (id, n) WHERE d.id = v.id",
	})
	sqlGrowConversations = sqldb.RegisterEach(sqldb.ForWriting, sqldb.Texts{
		MySQL: "UPDATE JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$[0]', n BIGINT PATH '$[1]')) j STRAIGHT_JOIN conversations c FORCE INDEX (PRIMARY) ON c.id = j.id " +
			"SET c.last_seq = j.n, c.last_at = ?, c.changed_at = CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)",
		Postgres: "UPDATE conversations c SET last_seq = v.n, last_at = ?::bigint, changed_at = CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) " +
			"FROM unnest(?::bigint[], ?::bigint[]) AS v (id, n) WHERE c.id = v.id",
	})
)

// appendAtOnce is appendRun for a database server, where a round trip costs more than a
// row: all devices are locked by one statement and all conversations by the next; all rows
// are inserted together, and each device and conversation is moved once. What needs a row
// that another transaction holds is left.
func (b *batch) appendAtOnce() error {
	if err := b.lockAll(); err != nil {
		return err
	}
	at := b.tx.at.UnixMilli()
	sentAt := time.UnixMilli(at).UTC()
	b.rows, b.rich = b.rows[:0], b.rich[:0]
	for _, a := range b.run {
		if err := b.place(a, at, sentAt); err != nil {
			return err
		}
	}
	b.run = b.run[:0]
	if len(b.rows) > 0 {
		if err := insertRows(b.tx.Link, b.rows); err != nil {
			return err
		}
	}
	for i := range b.rich {
		if err := b.rich[i].insert(b.tx.Link); err != nil {
			return err
		}
	}
	if err := b.keys.keep(&b.tx); err != nil {
		return err
	}
	if err := b.changes.keep(&b.tx); err != nil {
		return err
	}
	if err := insertMentions(b.tx.Link, b.told); err != nil {
		return err
	}
	return b.moveAll()
}

// lockAll locks the rows of the batch as far as nobody else holds them. It waits for one
// row at most, the batch's first, and for that before it holds any other: so it never
// stands in a circle of transactions that wait for each other.
func (b *batch) lockAll() error {
	if err := b.lockFirst(); err != nil {
		return err
	}
	if err := b.lockSenders(); err != nil {
		return err
	}
	err := b.tx.Query(sqlLockConversations, func(r sqldb.Row) bool {
		v := b.convs.of(chat.ConvID(r.Num(0)))
		v.found, v.last, v.was, v.version = true, r.Num(1), r.Num(1), r.Num(2)
		return true
	}, idList(b.convs.sorted()))
	if err != nil {
		return err
	}
	if err := b.findHeld(); err != nil {
		return err
	}
	return b.keys.read(&b.tx)
}

// lockSenders locks the rows of devices, and of users who send without one.
func (b *batch) lockSenders() error {
	devices, users := byKind(b.devices.sorted())
	if len(devices) > 0 {
		if err := b.tx.Query(sqlLockDevices, func(r sqldb.Row) bool {
			d := b.devices.of(chat.DeviceID(r.Num(0)))
			d.found, d.session, d.last, d.was = true, chat.SessionID(r.Num(1)), r.Num(2), r.Num(2)
			return true
		}, idList(devices)); err != nil {
			return err
		}
	}
	if len(users) == 0 {
		return nil
	}
	return b.tx.Query(sqlLockSenders, func(r sqldb.Row) bool {
		d := b.devices.of(-chat.DeviceID(r.Num(0)))
		d.found, d.closed = true, r.Num(1) != accountOpen
		return true
	}, idList(users))
}

func (b *batch) lockFirst() (err error) {
	switch {
	case b.first.device < 0:
		_, err = b.tx.One(sqlLockSender, -b.first.device)
	case b.first.device != 0:
		_, err = b.tx.One(sqlLockDevice, b.first.device)
	case b.first.conv != 0:
		_, err = b.tx.One(sqlLockConversation, b.first.conv)
	}
	return err
}

// findHeld tells the rows that are there and could not be locked from those that are not
// there.
func (b *batch) findHeld() error {
	held := func(id chat.DeviceID) {
		b.devices.of(id).held = true
		b.held = append(b.held, lockKey{device: id})
	}
	devices, users := byKind(b.devices.without(func(d *deviceState) bool { return d.found }))
	if len(devices) > 0 {
		err := b.tx.Query(sqlDevicesThere, func(r sqldb.Row) bool { held(chat.DeviceID(r.Num(0))); return true }, idList(devices))
		if err != nil {
			return err
		}
	}
	if len(users) > 0 {
		err := b.tx.Query(sqlSendersThere, func(r sqldb.Row) bool { held(-chat.DeviceID(r.Num(0))); return true }, idList(users))
		if err != nil {
			return err
		}
	}
	missing := b.convs.without(func(v *convState) bool { return v.found })
	if len(missing) == 0 {
		return nil
	}
	return b.tx.Query(sqlHeads, func(r sqldb.Row) bool {
		id := chat.ConvID(r.Num(0))
		b.convs.of(id).held = true
		b.held = append(b.held, lockKey{conv: id})
		return true
	}, idList(missing))
}

// place decides about one append and gives it its seq and its row.
func (b *batch) place(a *chat.Append, at int64, sentAt time.Time) error {
	d, v := b.devices.of(senderOf(a)), b.convs.of(a.Conv)
	a.Seq, a.At, a.LastSendSeq = 0, sentAt, 0
	if d.held || d.waits || v.held {
		d.waits, a.Err = true, errLeft
		return nil
	}
	if a.Err = b.decide(a, d, v); a.Err != nil {
		return nil
	}
	if a.Change != nil {
		return b.change(a, d, v)
	}
	m := messageRow{
		ConversationID: int64(a.Conv), Seq: v.last + 1, SenderID: int64(a.Sender), DeviceID: int64(a.Device),
		SendSeq: a.SendSeq, SentAt: at, Body: a.Body, Extra: string(a.Extra.Pack()),
	}
	switch {
	case b.careful:
		refused, err := b.insertCarefully(&m)
		if err != nil {
			return err
		}
		if refused != nil {
			a.Err = refused
			return nil
		}
	case m.Extra != "":
		b.rich = append(b.rich, m)
	default:
		b.rows = append(b.rows, m)
	}
	v.last++
	a.Seq = v.last
	if a.SendSeq > 0 {
		d.last = a.SendSeq
	}
	b.keys.stored(a)
	b.mentioned(a)
	return nil
}

// insertCarefully inserts a row in a savepoint, so that the refusal is its own.
func (b *batch) insertCarefully(m *messageRow) (refused *chat.Error, err error) {
	if _, err := b.tx.Exec(sqldb.Savepoint); err != nil {
		return nil, err
	}
	err = m.insert(b.tx.Link)
	if err != nil {
		f := b.c.classify(err)
		if !f.StatementOnly() {
			return nil, err
		}
		refused = &chat.Error{Code: wire.BadText, Cause: err}
		if f != sqldb.FailedRow {
			b.c.store.log.Error("a conversation's log goes beyond its last_seq", "conversation", m.ConversationID, "seq", m.Seq, "err", err)
			refused = &chat.Error{Code: wire.Unavailable, Cause: err}
		}
		if _, err := b.tx.Exec(sqldb.RollbackTo); err != nil {
			return nil, errors.Join(refused, err)
		}
	}
	_, err = b.tx.Exec(sqldb.Release)
	return refused, err
}

func (b *batch) moveAll() error {
	var ids, values []int64
	for _, id := range b.devices.sorted() {
		if d := b.devices.of(id); d.last != d.was {
			ids, values = append(ids, int64(id)), append(values, d.last)
		}
	}
	if len(ids) > 0 {
		if _, err := b.tx.Exec(sqlMoveDevices, pairs(b.tx.dialect, ids, values)...); err != nil {
			return err
		}
	}
	ids, values = nil, nil
	for _, id := range b.convs.sorted() {
		if v := b.convs.of(id); v.last != v.was {
			ids, values = append(ids, int64(id)), append(values, v.last)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	args, at := pairs(b.tx.dialect, ids, values), any(b.tx.at.UnixMilli())
	if b.tx.dialect.Name == sqldb.MySQL {
		args = append(args, at)
	} else {
		args = append([]any{at}, args...)
	}
	_, err := b.tx.Exec(sqlGrowConversations, args...)
	return err
}

// pairs makes the arguments of sqlMoveDevices and sqlGrowConversations.
func pairs(d *sqldb.Dialect, ids, values []int64) []any {
	if d.Name == sqldb.MySQL {
		return []any{jsonPairs(ids, values)}
	}
	return []any{ids, values}
}

// jsonPairs is [[id,value],…].
func jsonPairs(ids, values []int64) string {
	pairs := make([][2]int64, len(ids))
	for i := range ids {
		pairs[i] = [2]int64{ids[i], values[i]}
	}
	text, err := json.Marshal(pairs)
	if err != nil {
		panic(err) // numbers
	}
	return string(text)
}
