package store

import (
	"parley/internal/chat"
	"parley/internal/store/sqldb"
	"parley/wire"
)

var (
	sqlWindows = sqldb.Register(sqldb.ForWriting, `
SELECT joined_seq, left_seq FROM member_windows WHERE group_id = ? AND user_id = ? ORDER BY joined_seq`)
	sqlWindowTooMany = sqldb.Register(sqldb.ForWriting, `
SELECT joined_seq FROM member_windows WHERE group_id = ? AND user_id = ? ORDER BY joined_seq DESC LIMIT 1 OFFSET ?`)
	sqlDropWindows = sqldb.Register(sqldb.ForWriting, `
DELETE FROM member_windows WHERE group_id = ? AND user_id = ? AND joined_seq <= ?`)
)

// windows gives the times before the last that a member was in a group.
func (tx *transaction) windows(m *memberRow) (past chat.Windows, err error) {
	err = tx.Query(sqlWindows, func(r sqldb.Row) bool {
		past = past.Add(chat.Window{After: r.Num(0), Until: r.Num(1)})
		return true
	}, m.GroupID, m.UserID)
	return past, err
}

// keepWindow keeps what a former member who joins again could see, and gives all that they
// could see before. The oldest times go when there are too many.
func (tx *transaction) keepWindow(old *memberRow) (chat.Windows, error) {
	if old.LeftSeq > old.JoinedSeq {
		w := windowRow{GroupID: old.GroupID, UserID: old.UserID, JoinedSeq: old.JoinedSeq, LeftSeq: old.LeftSeq}
		if err := w.insert(tx.Link); err != nil {
			return nil, err
		}
		r, err := tx.One(sqlWindowTooMany, old.GroupID, old.UserID, wire.MaxWindows-1)
		if err != nil {
			return nil, err
		}
		if r != nil {
			if _, err := tx.Exec(sqlDropWindows, old.GroupID, old.UserID, r.Num(0)); err != nil {
				return nil, err
			}
		}
	}
	return tx.windows(old)
}
