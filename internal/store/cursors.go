package store

import (
	"context"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
	"parley/wire"
)

var (
	sqlMoveCursor = sqldb.Register(sqldb.ForWriting, `
INSERT INTO cursors (user_id, conversation_id, device_id, seq) VALUES (?, ?, ?, ?) {or greater: cursors; seq; user_id, conversation_id, device_id}`)
	sqlReadCursor = sqldb.Register(sqldb.ForWriting, `
SELECT seq FROM cursors WHERE user_id = ? AND conversation_id = ? AND device_id = 0`)
	sqlLastSeq = sqldb.Register(sqldb.ForReading, `
SELECT last_seq FROM conversations WHERE id = ?`)
)

// cursorRow is a row of cursors. Device 0 is the user's read cursor, -1 how far
// forgotten devices had come.
type cursorRow struct {
	UserID         int64 `db:"user_id"`
	ConversationID int64 `db:"conversation_id"`
	DeviceID       int64 `db:"device_id"`
	Seq            int64 `db:"seq"`
}

// advance returns false if the row is as far already.
func (c cursorRow) advance(l *sqldb.Link) (bool, error) {
	n, err := l.Exec(sqlMoveCursor, c.UserID, c.ConversationID, c.DeviceID, c.Seq)
	return n > 0, err
}

// SaveDelivered implements chat.Cursors.
func (s *Store) SaveDelivered(ctx context.Context, cursors []chat.Cursor) error {
	if len(cursors) == 0 {
		return nil
	}
	_, err := write(ctx, s, apart, func(tx *transaction) (struct{}, error) {
		for _, c := range cursors {
			if c.Seq <= 0 || c.Device <= 0 {
				continue
			}
			r := cursorRow{UserID: int64(c.User), ConversationID: int64(c.Conv), DeviceID: int64(c.Device), Seq: c.Seq}
			if _, err := r.advance(tx.Link); err != nil {
				return struct{}{}, err
			}
		}
		return struct{}{}, nil
	})
	return err
}

// position is a read cursor, and its place in the user's journal if it moved.
type position struct{ seq, no int64 }

// SaveRead implements chat.Cursors. NoConversation if there is none. It runs apart
// from appends: what anybody can have read is in the row already.
func (s *Store) SaveRead(ctx context.Context, user chat.UserID, device chat.DeviceID, conv chat.ConvID, seq int64) (now, no int64, err error) {
	p, err := write(ctx, s, apart, func(tx *transaction) (position, error) {
		r, err := tx.One(sqlLastSeq, conv)
		if err != nil {
			return position{}, err
		}
		if r == nil {
			return position{}, chat.E(wire.NoConversation)
		}
		c := cursorRow{UserID: int64(user), ConversationID: int64(conv), Seq: min(seq, r.Num(0))}
		if c.Seq > 0 {
			if moved, err := c.advance(tx.Link); err != nil || moved {
				if err == nil {
					no, err := tx.tellUser(user, noticeRow{
						What: chat.HasRead, SubjectID: int64(user), OwnerID: int64(user),
						ConversationID: int64(conv), DeviceID: int64(device), Number: c.Seq,
					})
					return position{c.Seq, no}, err
				}
				return position{}, err
			}
		}
		r, err = tx.One(sqlReadCursor, user, conv)
		if err != nil || r == nil {
			return position{}, err
		}
		return position{seq: r.Num(0)}, nil
	})
	return p.seq, p.no, err
}
