package store

import (
	"context"
	"time"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
)

var (
	sqlInsertNotice = sqldb.Register(sqldb.ForWriting, `
INSERT INTO changes (user_id, group_id, no, made_at, what, subject_id, owner_id, conversation_id, device_id, number)
VALUES (?, ?, ?, {now}, ?, ?, ?, ?, ?, ?)`)
	// The row is locked by this; what the journal goes to then is read from it.
	sqlMoveUserJournal = sqldb.Register(sqldb.ForWriting, `
UPDATE users SET change_no = change_no + 1, changed_at = {now} WHERE id = ?`)
	sqlUserJournal = sqldb.Register(sqldb.ForWriting, `
SELECT change_no FROM users WHERE id = ? {for update}`)
	sqlMoveGroupJournal = sqldb.Register(sqldb.ForWriting, `
UPDATE conversations SET change_no = change_no + 1, changed_at = {now} WHERE id = ?`)
	sqlGroupJournal = sqldb.Register(sqldb.ForWriting, `
SELECT change_no FROM conversations WHERE id = ? {for update}`)
	sqlJournalPage = sqldb.Register(sqldb.ForReading, "SELECT "+entryColumns+`
  FROM changes h LEFT JOIN conversations c ON c.id = h.conversation_id
 WHERE h.user_id = ? AND h.group_id = ? AND h.no > ? ORDER BY h.no LIMIT ?`)
	sqlChangedUsers = sqldb.Register(sqldb.ForReading, `
SELECT u.id, u.name, u.presence_no, u.change_no,
       EXISTS (SELECT 1 FROM devices d WHERE d.user_id = u.id AND d.session_id <> 0)
  FROM users u WHERE u.changed_at >= {now} - ? AND u.id > ? ORDER BY u.id LIMIT ?`)
	sqlUserMarks = sqldb.Register(sqldb.ForReading, `
SELECT u.id, u.name, u.presence_no, u.change_no,
       EXISTS (SELECT 1 FROM devices d WHERE d.user_id = u.id AND d.session_id <> 0)
  FROM users u WHERE u.id IN {ids} ORDER BY u.id`)
	sqlOldNotices = sqldb.Register(sqldb.ForReading, `
SELECT user_id, group_id, no FROM changes WHERE made_at < {now} - ? ORDER BY made_at LIMIT ?`)
	sqlPruneNotice = sqldb.Register(sqldb.ForWriting, `
DELETE FROM changes WHERE user_id = ? AND group_id = ? AND no = ?`)
)

// noticeRow is a row of the table changes: a notice in a user's or a group's journal. The
// table has its older name, because nodes of two versions work on one database.
type noticeRow struct {
	UserID         int64  `db:"user_id"`
	GroupID        int64  `db:"group_id"`
	No             int64  `db:"no"`
	MadeAt         int64  `db:"made_at"`
	What           string `db:"what"`
	SubjectID      int64  `db:"subject_id"`
	OwnerID        int64  `db:"owner_id"`
	ConversationID int64  `db:"conversation_id"`
	DeviceID       int64  `db:"device_id"`
	Number         int64  `db:"number"`
}

func (c *noticeRow) insert(l *sqldb.Link) error {
	_, err := l.Exec(sqlInsertNotice, c.UserID, c.GroupID, c.No, c.What, c.SubjectID, c.OwnerID, c.ConversationID, c.DeviceID, c.Number)
	return err
}

// entryColumns are what an entry is read from: a row of changes (h) and its conversation (c).
const entryColumns = "h.no, h.what, h.subject_id, h.owner_id, h.device_id, h.number, c.id, c.kind, c.user_lo, c.user_hi, c.group_id"

// readEntry takes entryColumns.
func readEntry(r sqldb.Row) chat.JournalEntry {
	return chat.JournalEntry{
		No: r.Num(0), What: r.Text(1), User: chat.UserID(r.Num(2)), Owner: chat.UserID(r.Num(3)),
		Device: chat.DeviceID(r.Num(4)), Number: r.Num(5),
		Conv: chat.Conv{
			ID: chat.ConvID(r.Num(6)), Kind: chat.Kind(r.Num(7)), //nolint:gosec // 1 or 2
			Lo: chat.UserID(r.Num(8)), Hi: chat.UserID(r.Num(9)), Group: chat.GroupID(r.Num(10)),
		},
	}
}

// tellUser writes an entry into a user's journal and returns its number. It locks the
// user's row; entries for several users are written in the order of their ids.
func (tx *transaction) tellUser(user chat.UserID, c noticeRow) (int64, error) {
	return tx.tell(sqlMoveUserJournal, sqlUserJournal, int64(user), &c, func(no int64) { c.UserID, c.No = int64(user), no })
}

// tellGroup writes an entry into a group's journal. It locks the conversation's row.
func (tx *transaction) tellGroup(gid chat.GroupID, c noticeRow) (int64, error) {
	return tx.tell(sqlMoveGroupJournal, sqlGroupJournal, c.ConversationID, &c, func(no int64) { c.GroupID, c.No = int64(gid), no })
}

func (tx *transaction) tell(move, read sqldb.Statement, id int64, c *noticeRow, place func(no int64)) (int64, error) {
	if _, err := tx.Exec(move, id); err != nil {
		return 0, err
	}
	r, err := tx.One(read, id)
	if err != nil || r == nil {
		return 0, err // a former member whose account is gone has no journal
	}
	place(r.Num(0))
	return c.No, c.insert(tx.Link)
}

// tellBoth writes an entry about each of two users into the other's journal.
func (tx *transaction) tellBoth(what string, by, other chat.UserID) (nos chat.Nos, err error) {
	return tx.tellEach(by, what, other, what)
}

// tellEach is tellBoth with a word for each of the two.
func (tx *transaction) tellEach(by chat.UserID, toBy string, other chat.UserID, toOther string) (nos chat.Nos, err error) {
	about := func(reader, subject chat.UserID, what string, no *int64) {
		if err == nil {
			*no, err = tx.tellUser(reader, noticeRow{What: what, SubjectID: int64(subject), OwnerID: int64(by)})
		}
	}
	if by < other {
		about(by, other, toBy, &nos.User)
		about(other, by, toOther, &nos.Other)
	} else {
		about(other, by, toOther, &nos.Other)
		about(by, other, toBy, &nos.User)
	}
	return nos, err
}

// JournalPage implements chat.Journal.
func (s *Store) JournalPage(ctx context.Context, t chat.Topic, after int64, limit int) ([]chat.JournalEntry, error) {
	var list []chat.JournalEntry
	err := s.read(ctx, func(l *sqldb.Link) error {
		list = nil
		return l.Query(sqlJournalPage, func(r sqldb.Row) bool {
			list = append(list, readEntry(r))
			return true
		}, t.User, t.Group, after, limit)
	})
	return list, err
}

// ChangedUsers implements chat.Journal.
func (s *Store) ChangedUsers(ctx context.Context, within time.Duration, after chat.UserID, limit int) ([]chat.UserMark, error) {
	return s.marks(ctx, sqlChangedUsers, within.Milliseconds(), after, limit)
}

// UserMarks implements chat.Journal.
func (s *Store) UserMarks(ctx context.Context, users []chat.UserID) ([]chat.UserMark, error) {
	if len(users) == 0 {
		return nil, nil
	}
	return s.marks(ctx, sqlUserMarks, idList(users))
}

func (s *Store) marks(ctx context.Context, id sqldb.Statement, args ...any) ([]chat.UserMark, error) {
	var list []chat.UserMark
	err := s.read(ctx, func(l *sqldb.Link) error {
		list = nil
		return l.Query(id, func(r sqldb.Row) bool {
			list = append(list, chat.UserMark{
				User:       chat.User{ID: chat.UserID(r.Num(0)), Name: r.Text(1)},
				PresenceNo: r.Num(2), JournalNo: r.Num(3), Online: r.Yes(4),
			})
			return true
		}, args...)
	})
	return list, err
}

// PruneJournals implements chat.Upkeep. It looks for them before it asks the
// committer, which therefore is not held up by a long search.
func (s *Store) PruneJournals(ctx context.Context, age time.Duration, limit int) (int, error) {
	var old []noticeRow
	err := s.read(ctx, func(l *sqldb.Link) error {
		old = nil
		return l.Query(sqlOldNotices, func(r sqldb.Row) bool {
			old = append(old, noticeRow{UserID: r.Num(0), GroupID: r.Num(1), No: r.Num(2)})
			return true
		}, age.Milliseconds(), limit)
	})
	if err != nil || len(old) == 0 {
		return 0, err
	}
	return write(ctx, s, apart, func(tx *transaction) (int, error) {
		for _, c := range old {
			if _, err := tx.Exec(sqlPruneNotice, c.UserID, c.GroupID, c.No); err != nil {
				return 0, err
			}
		}
		return len(old), nil
	})
}
