package store

import (
	"context"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
	"parley/wire"
)

var (
	sqlInsertMember = sqldb.Register(sqldb.ForWriting, `
INSERT INTO members (group_id, user_id, role, joined_seq, joined_no) VALUES (?, ?, ?, ?, ?)`)
	sqlInsertWindow = sqldb.Register(sqldb.ForWriting, `
INSERT INTO member_windows (group_id, user_id, joined_seq, left_seq) VALUES (?, ?, ?, ?)`)
	sqlWindows = sqldb.Register(sqldb.ForWriting, `
SELECT joined_seq, left_seq FROM member_windows WHERE group_id = ? AND user_id = ? ORDER BY joined_seq`)
	sqlWindowTooMany = sqldb.Register(sqldb.ForWriting, `
SELECT joined_seq FROM member_windows WHERE group_id = ? AND user_id = ? ORDER BY joined_seq DESC LIMIT 1 OFFSET ?`)
	sqlDropWindows = sqldb.Register(sqldb.ForWriting, `
DELETE FROM member_windows WHERE group_id = ? AND user_id = ? AND joined_seq <= ?`)
	sqlMembership = sqldb.Register(sqldb.ForReading, `
SELECT c.id, c.version, m.group_id, m.user_id, m.role, m.joined_seq, m.left_seq, m.kept_out, m.joined_no, w.joined_seq, w.left_seq, g.posting
  FROM chat_groups g JOIN conversations c ON c.id = g.conversation_id
  LEFT JOIN members m ON m.group_id = g.id AND m.user_id = ?
  LEFT JOIN member_windows w ON w.group_id = m.group_id AND w.user_id = m.user_id
 WHERE g.id = ? ORDER BY w.joined_seq`)
	// One statement, so that head and memberships are of one moment; a member comes once
	// for each time before the last that they were in the group.
	sqlMemberships = sqldb.Register(sqldb.ForReading, `
SELECT c.change_no, c.last_seq, c.version, m.group_id, m.user_id, m.role, m.joined_seq, m.left_seq, m.kept_out, m.joined_no,
       w.joined_seq, w.left_seq, g.posting
  FROM conversations c
  LEFT JOIN chat_groups g ON g.id = c.group_id
  LEFT JOIN members m ON m.group_id = c.group_id AND m.user_id IN {ids}
  LEFT JOIN member_windows w ON w.group_id = m.group_id AND w.user_id = m.user_id
 WHERE c.id = ? ORDER BY m.user_id, w.joined_seq`)
)

// memberRow is a row of members. LeftSeq means nothing unless Left.
type memberRow struct {
	GroupID   int64 `db:"group_id"`
	UserID    int64 `db:"user_id"`
	Role      int64 `db:"role"`
	JoinedSeq int64 `db:"joined_seq"`
	LeftSeq   int64 `db:"left_seq"`
	Left      bool
	// JoinedNo is the place in the group's journal of the last joining, and once Left of the
	// leaving or removal; 0 for who made the group, and for all who joined before there was this.
	JoinedNo int64 `db:"joined_no"`
	KeptOut  bool  `db:"kept_out"`
}

// memberColumns are what a row of members is read from.
const memberColumns = "group_id, user_id, role, joined_seq, left_seq, kept_out, joined_no"

// read takes memberColumns from column i.
func (m *memberRow) read(r sqldb.Row, i int) {
	m.GroupID, m.UserID, m.Role, m.JoinedSeq = r.Num(i), r.Num(i+1), r.Num(i+2), r.Num(i+3)
	m.Left, m.LeftSeq = !r.Null(i+4), r.Num(i+4)
	m.KeptOut, m.JoinedNo = r.Yes(i+5), r.Num(i+6)
}

func (m *memberRow) insert(l *sqldb.Link) error {
	_, err := l.Exec(sqlInsertMember, m.GroupID, m.UserID, m.Role, m.JoinedSeq, m.JoinedNo)
	return err
}

// keptOut is what is bound for the flag.
func (m *memberRow) keptOut() int {
	if m.KeptOut {
		return 1
	}
	return 0
}

//nolint:gosec // a few values
func (m *memberRow) role() chat.Role { return chat.Role(m.Role) }

// membership returns the row with what could be seen before it.
func (m *memberRow) membership(conv chat.ConvID, version int64, posting chat.Posting, past chat.Windows) chat.Membership {
	last := chat.Window{After: m.JoinedSeq, Until: chat.Open}
	if m.Left {
		last.Until = m.LeftSeq
	}
	return chat.Membership{
		Conv: chat.Conv{ID: conv, Kind: chat.Group, Group: chat.GroupID(m.GroupID)},
		User: chat.UserID(m.UserID), Role: m.role(), Posting: posting,
		JoinedSeq: m.JoinedSeq, Left: m.Left, LeftSeq: m.LeftSeq, KeptOut: m.KeptOut, Version: version,
		Windows: past.Add(last),
	}
}

// windowRow is a row of member_windows: a time in a group that is over, and that another
// one followed.
type windowRow struct {
	GroupID   int64 `db:"group_id"`
	UserID    int64 `db:"user_id"`
	JoinedSeq int64 `db:"joined_seq"`
	LeftSeq   int64 `db:"left_seq"`
}

func (w *windowRow) insert(l *sqldb.Link) error {
	_, err := l.Exec(sqlInsertWindow, w.GroupID, w.UserID, w.JoinedSeq, w.LeftSeq)
	return err
}

// windows returns the times before the last that a member was in a group.
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

// Membership implements chat.Memberships.
func (s *Store) Membership(ctx context.Context, gid chat.GroupID, user chat.UserID) (chat.Membership, error) {
	var found chat.Membership
	err := s.read(ctx, func(l *sqldb.Link) error {
		conv, version, former := chat.ConvID(0), int64(0), true
		var m memberRow
		var past chat.Windows
		var posting chat.Posting
		err := l.Query(sqlMembership, func(r sqldb.Row) bool {
			conv, version = chat.ConvID(r.Num(0)), r.Num(1)
			posting = chat.Posting(r.Num(11)) //nolint:gosec // a few values
			if former = !r.Null(2); former {
				m.read(r, 2)
				past = past.Add(chat.Window{After: r.Num(9), Until: r.Num(10)}) // empty where there is none
			}
			return true
		}, user, gid)
		switch {
		case err != nil:
			return err
		case conv == 0:
			return chat.E(wire.NoSuchGroup)
		case !former:
			return chat.E(wire.NotMember)
		}
		found = m.membership(conv, version, posting, past)
		return nil
	})
	return found, err
}

// Memberships implements chat.Memberships. NoConversation if there is none.
func (s *Store) Memberships(ctx context.Context, conv chat.ConvID, users []chat.UserID) (chat.Head, []chat.Membership, error) {
	var head chat.Head
	var list []chat.Membership
	err := s.read(ctx, func(l *sqldb.Link) error {
		list = nil
		var m memberRow
		var past chat.Windows
		var posting chat.Posting
		done := func() {
			if m.UserID != 0 {
				list = append(list, m.membership(conv, head.Version, posting, past))
			}
		}
		err := l.Query(sqlMemberships, func(r sqldb.Row) bool {
			head = chat.Head{Conv: conv, JournalNo: r.Num(0), LastSeq: r.Num(1), Version: r.Num(2)}
			posting = chat.Posting(r.Num(12)) //nolint:gosec // a few values
			if r.Null(3) {
				return true
			}
			if r.Num(4) != m.UserID {
				done()
				m.read(r, 3)
				past = nil
			}
			past = past.Add(chat.Window{After: r.Num(10), Until: r.Num(11)})
			return true
		}, idList(users), conv)
		done()
		if err == nil && head.Conv == 0 {
			err = chat.E(wire.NoConversation)
		}
		return err
	})
	if err != nil {
		return chat.Head{}, nil, err
	}
	return head, list, nil
}
