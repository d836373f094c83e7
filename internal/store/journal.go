package store

import (
	"context"
	"time"

	"parley/internal/chat"
)

// tellUser writes an entry into a user's journal and returns its number. It locks the
// user's row; entries for several users are written in the order of their ids.
func (tx *transaction) tellUser(user chat.UserID, c noticeRow) (int64, error) {
	return tx.tell(sqlMoveUserJournal, sqlUserJournal, int64(user), &c, func(no int64) { c.UserID, c.No = int64(user), no })
}

// tellGroup writes an entry into a group's journal. It locks the conversation's row.
func (tx *transaction) tellGroup(gid chat.GroupID, c noticeRow) (int64, error) {
	return tx.tell(sqlMoveGroupJournal, sqlGroupJournal, c.ConversationID, &c, func(no int64) { c.GroupID, c.No = int64(gid), no })
}

func (tx *transaction) tell(move, read stmtID, id int64, c *noticeRow, place func(no int64)) (int64, error) {
	if _, err := tx.exec(move, id); err != nil {
		return 0, err
	}
	r, err := tx.one(read, id)
	if err != nil || r == nil {
		return 0, err // a former member whose account is gone has no journal
	}
	place(r.num(0))
	return c.No, c.insert(tx.link)
}

// tellBoth writes an entry about each of two users into the other's journal.
func (tx *transaction) tellBoth(what string, by, other chat.UserID) (nos chat.Nos, err error) {
	about := func(reader, subject chat.UserID, no *int64) {
		if err == nil {
			*no, err = tx.tellUser(reader, noticeRow{What: what, SubjectID: int64(subject), OwnerID: int64(by)})
		}
	}
	if by < other {
		about(by, other, &nos.User)
		about(other, by, &nos.Other)
	} else {
		about(other, by, &nos.Other)
		about(by, other, &nos.User)
	}
	return nos, err
}

// JournalPage implements chat.Journal.
func (s *Store) JournalPage(ctx context.Context, t chat.Topic, after int64, limit int) ([]chat.JournalEntry, error) {
	var list []chat.JournalEntry
	err := s.read(ctx, func(l *link) error {
		list = nil
		return l.query(sqlJournalPage, func(r row) bool {
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

func (s *Store) marks(ctx context.Context, id stmtID, args ...any) ([]chat.UserMark, error) {
	var list []chat.UserMark
	err := s.read(ctx, func(l *link) error {
		list = nil
		return l.query(id, func(r row) bool {
			list = append(list, chat.UserMark{
				User:       chat.User{ID: chat.UserID(r.num(0)), Name: r.text(1)},
				PresenceNo: r.num(2), JournalNo: r.num(3), Online: r.yes(4),
			})
			return true
		}, args...)
	})
	return list, err
}

// PruneJournals implements chat.Journal. It looks for them before it asks the
// committer, which therefore is not held up by a long search.
func (s *Store) PruneJournals(ctx context.Context, age time.Duration, limit int) (int, error) {
	var old []noticeRow
	err := s.read(ctx, func(l *link) error {
		old = nil
		return l.query(sqlOldNotices, func(r row) bool {
			old = append(old, noticeRow{UserID: r.num(0), GroupID: r.num(1), No: r.num(2)})
			return true
		}, age.Milliseconds(), limit)
	})
	if err != nil || len(old) == 0 {
		return 0, err
	}
	return write(ctx, s, apart, func(tx *transaction) (int, error) {
		for _, c := range old {
			if _, err := tx.exec(sqlPruneNotice, c.UserID, c.GroupID, c.No); err != nil {
				return 0, err
			}
		}
		return len(old), nil
	})
}
