package store

import (
	"time"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
)

var sqlInsertMessage = sqldb.Register(sqldb.ForWriting, `
INSERT INTO messages (conversation_id, seq, sender_id, device_id, send_seq, sent_at, body)
VALUES (?, ?, ?, ?, ?, ?, ?)`)

// sqlInsertWithExtra is for the few messages that have something beside their text.
var sqlInsertWithExtra = sqldb.Register(sqldb.ForWriting, `
INSERT INTO messages (conversation_id, seq, sender_id, device_id, send_seq, sent_at, body, extra)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)

// messageRow is a row of messages. SendSeq 0 is NULL, and so is an Extra of "".
type messageRow struct {
	ConversationID int64  `db:"conversation_id"`
	Seq            int64  `db:"seq"`
	SenderID       int64  `db:"sender_id"`
	DeviceID       int64  `db:"device_id"`
	SendSeq        int64  `db:"send_seq"`
	SentAt         int64  `db:"sent_at"`
	Body           string `db:"body"`
	Extra          string `db:"extra"` // chat.Packed
}

func (m *messageRow) insert(l *sqldb.Link) error {
	if m.Extra != "" {
		_, err := l.Exec(sqlInsertWithExtra, m.ConversationID, m.Seq, m.SenderID, m.DeviceID, m.sendSeq(), m.SentAt, m.Body, []byte(m.Extra))
		return err
	}
	_, err := l.Exec(sqlInsertMessage, m.ConversationID, m.Seq, m.SenderID, m.DeviceID, m.sendSeq(), m.SentAt, m.Body)
	return err
}

// sendSeq is what is bound for the number: NULL for none.
func (m *messageRow) sendSeq() any {
	if m.SendSeq > 0 {
		return m.SendSeq
	}
	return nil
}

// messageColumns are what a row of messages is read from.
const messageColumns = "seq, sender_id, device_id, send_seq, sent_at, body, extra"

// read takes messageColumns.
func (m *messageRow) read(r sqldb.Row) {
	m.Seq, m.SenderID, m.DeviceID, m.SendSeq, m.SentAt, m.Body = r.Num(0), r.Num(1), r.Num(2), r.Num(3), r.Num(4), r.Text(5)
	m.Extra = r.Text(6)
}

func (m *messageRow) message() chat.Message {
	return chat.Message{
		Conv: chat.ConvID(m.ConversationID), Seq: m.Seq, Sender: chat.UserID(m.SenderID), Device: chat.DeviceID(m.DeviceID),
		SendSeq: m.SendSeq, SentAt: time.UnixMilli(m.SentAt).UTC(), Body: m.Body, Extra: chat.Packed(m.Extra),
	}
}
