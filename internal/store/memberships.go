package store

import (
	"parley/internal/chat"
	"parley/wire"
)

// windows gives the times before the last that a member was in a group.
func (tx *transaction) windows(m *memberRow) (past chat.Windows, err error) {
	err = tx.query(sqlWindows, func(r row) bool {
		past = past.Add(chat.Window{After: r.num(0), Until: r.num(1)})
		return true
	}, m.GroupID, m.UserID)
	return past, err
}

// keepWindow keeps what a former member who joins again could see, and gives all that they
// could see before. The oldest times go when there are too many.
func (tx *transaction) keepWindow(old *memberRow) (chat.Windows, error) {
	if old.LeftSeq > old.JoinedSeq {
		w := windowRow{GroupID: old.GroupID, UserID: old.UserID, JoinedSeq: old.JoinedSeq, LeftSeq: old.LeftSeq}
		if err := w.insert(tx.link); err != nil {
			return nil, err
		}
		r, err := tx.one(sqlWindowTooMany, old.GroupID, old.UserID, wire.MaxWindows-1)
		if err != nil {
			return nil, err
		}
		if r != nil {
			if _, err := tx.exec(sqlDropWindows, old.GroupID, old.UserID, r.num(0)); err != nil {
				return nil, err
			}
		}
	}
	return tx.windows(old)
}
