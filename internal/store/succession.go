package store

import (
	"context"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
)

var (
	sqlSetRole = sqldb.Register(sqldb.ForWriting, `
UPDATE members SET role = ? WHERE group_id = ? AND user_id = ?`)
	// Admins first, read-only members last.
	sqlFirstMember = sqldb.Register(sqldb.ForWriting, `
SELECT u.id, u.name FROM members m JOIN users u ON u.id = m.user_id
 WHERE m.group_id = ? AND m.left_seq IS NULL AND u.disabled = 0
 ORDER BY CASE m.role WHEN 2 THEN 0 WHEN 3 THEN 2 ELSE 1 END, m.joined_no, m.joined_seq, m.user_id LIMIT 1`)
	sqlCreatorOf = sqldb.Register(sqldb.ForWriting, `
SELECT m.user_id, u.disabled FROM members m JOIN users u ON u.id = m.user_id
 WHERE m.group_id = ? AND m.role = 1 AND m.left_seq IS NULL`)
	// A user's groups without a creator whose account is open.
	sqlHeirless = sqldb.Register(sqldb.ForWriting, `
SELECT m.group_id FROM members m
 WHERE m.user_id = ? AND m.group_id > ? AND m.left_seq IS NULL
   AND NOT EXISTS (SELECT 1 FROM members c JOIN users u ON u.id = c.user_id
                    WHERE c.group_id = m.group_id AND c.role = 1 AND c.left_seq IS NULL AND u.disabled = 0)
 ORDER BY m.group_id LIMIT ?`)
	sqlAffectedByClosing = sqldb.Register(sqldb.ForWriting, `
SELECT id FROM conversations WHERE user_lo = ?
UNION
SELECT id FROM conversations WHERE user_hi = ?
UNION
SELECT c.id FROM members m JOIN conversations c ON c.group_id = m.group_id
 WHERE m.user_id = ? AND m.role = 1 AND m.left_seq IS NULL
 ORDER BY id`)
	sqlRaiseDirectLow = sqldb.Register(sqldb.ForWriting, `
UPDATE conversations SET version = version + 1, changed_at = {now} WHERE user_lo = ?`)
	sqlRaiseDirectHigh = sqldb.Register(sqldb.ForWriting, `
UPDATE conversations SET version = version + 1, changed_at = {now} WHERE user_hi = ?`)
)

// HandOver implements chat.Revocations.
func (s *Store) HandOver(ctx context.Context, user chat.UserID, after chat.GroupID, limit int) (list []chat.Succession, last chat.GroupID, err error) {
	list, err = write(ctx, s, inOrder, func(tx *transaction) (list []chat.Succession, err error) {
		list, last, err = tx.handOver(user, after, limit)
		return list, err
	})
	return list, last, err
}

// handOver gives creators to groups of a user that have none whose account is open.
func (tx *transaction) handOver(user chat.UserID, after chat.GroupID, limit int) (list []chat.Succession, last chat.GroupID, err error) {
	var groups []chat.GroupID
	err = tx.Query(sqlHeirless, func(r sqldb.Row) bool {
		groups = append(groups, chat.GroupID(r.Num(0)))
		return true
	}, user, after, limit)
	if err != nil {
		return nil, 0, err
	}
	for _, gid := range groups {
		g, c, err := tx.lockGroup(gid)
		if err != nil {
			return nil, 0, err
		}
		next, err := tx.succeed(g, c, user)
		if err != nil {
			return nil, 0, err
		}
		if next != nil {
			list = append(list, *next)
		}
	}
	if len(groups) == limit {
		last = groups[limit-1]
	}
	return list, last, nil
}

// succeed returns a group a creator, if it has none whose account is open and there is
// somebody who can be. by is whose action that follows from. The group is locked.
func (tx *transaction) succeed(g groupRow, c conversationRow, by chat.UserID) (*chat.Succession, error) {
	gid := chat.GroupID(g.ID)
	r, err := tx.One(sqlCreatorOf, gid)
	if err != nil || r != nil && !r.Yes(1) {
		return nil, err
	}
	heir, err := tx.promote(gid)
	if err != nil || heir == nil {
		return nil, err
	}
	if r != nil {
		if _, err := tx.Exec(sqlSetRole, chat.Normal, gid, r.Num(0)); err != nil {
			return nil, err
		}
	}
	no, err := tx.tellCreator(c, heir.ID, by)
	return &chat.Succession{Conv: c.conv(), GroupName: g.Name, NewCreator: *heir, No: no}, err
}

// promote makes the heir creator, of those whose accounts are open; nil if there is none.
func (tx *transaction) promote(gid chat.GroupID) (*chat.User, error) {
	for {
		r, err := tx.One(sqlFirstMember, gid)
		if err != nil || r == nil {
			return nil, err
		}
		u := &chat.User{ID: chat.UserID(r.Num(0)), Name: r.Text(1)}
		// Locked, since the account may be closed at this very moment.
		if r, err = tx.One(sqlPresence, u.ID); err != nil {
			return nil, err
		}
		if r != nil && r.Yes(4) {
			continue // it was
		}
		_, err = tx.Exec(sqlSetRole, chat.Creator, gid, u.ID)
		return u, err
	}
}

func (tx *transaction) tellCreator(c conversationRow, heir, by chat.UserID) (int64, error) {
	return tx.tellGroup(chat.GroupID(c.GroupID), noticeRow{
		What: chat.CreatorChanged, SubjectID: int64(heir), OwnerID: int64(by), ConversationID: c.ID,
	})
}

// lockAffected locks, by id, the conversations that closing or opening an account
// changes: the direct ones, and those of groups that the user looks after.
func (tx *transaction) lockAffected(user chat.UserID) error {
	if !tx.dialect.Server { // nobody else writes
		return nil
	}
	var ids []chat.ConvID
	err := tx.Query(sqlAffectedByClosing, func(r sqldb.Row) bool {
		ids = append(ids, chat.ConvID(r.Num(0)))
		return true
	}, user, user, user)
	if err != nil || len(ids) == 0 {
		return err
	}
	return tx.Query(sqlLockConversations, func(sqldb.Row) bool { return true }, idList(ids))
}

// closed or open, the user's direct conversations have moved on: what was checked before
// does not count any more.
func (tx *transaction) raiseDirect(user chat.UserID) error {
	_, err := tx.Exec(sqlRaiseDirectLow, user)
	if err == nil {
		_, err = tx.Exec(sqlRaiseDirectHigh, user)
	}
	return err
}
