package store

import (
	"context"

	"parley/internal/chat"
)

// HandOver implements chat.Users.
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
	err = tx.query(sqlHeirless, func(r row) bool {
		groups = append(groups, chat.GroupID(r.num(0)))
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

// succeed gives a group a creator, if it has none whose account is open and there is
// somebody who can be. by is whose action that follows from. The group is locked.
func (tx *transaction) succeed(g groupRow, c conversationRow, by chat.UserID) (*chat.Succession, error) {
	gid := chat.GroupID(g.ID)
	r, err := tx.one(sqlCreatorOf, gid)
	if err != nil || r != nil && !r.yes(1) {
		return nil, err
	}
	heir, err := tx.promote(gid)
	if err != nil || heir == nil {
		return nil, err
	}
	if r != nil {
		if _, err := tx.exec(sqlSetRole, chat.Normal, gid, r.num(0)); err != nil {
			return nil, err
		}
	}
	no, err := tx.tellCreator(c, heir.ID, by)
	return &chat.Succession{Conv: c.conv(), GroupName: g.Name, NewCreator: *heir, No: no}, err
}

// promote makes the member who joined first, of those whose accounts are open, creator;
// nil if there is none.
func (tx *transaction) promote(gid chat.GroupID) (*chat.User, error) {
	for {
		r, err := tx.one(sqlFirstMember, gid)
		if err != nil || r == nil {
			return nil, err
		}
		u := &chat.User{ID: chat.UserID(r.num(0)), Name: r.text(1)}
		// Locked, since the account may be closed at this very moment.
		if r, err = tx.one(sqlPresence, u.ID); err != nil {
			return nil, err
		}
		if r != nil && r.yes(4) {
			continue // it was
		}
		_, err = tx.exec(sqlSetRole, chat.Creator, gid, u.ID)
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
	if !tx.dialect.server { // nobody else writes
		return nil
	}
	var ids []chat.ConvID
	err := tx.query(sqlAffectedByClosing, func(r row) bool {
		ids = append(ids, chat.ConvID(r.num(0)))
		return true
	}, user, user, user)
	if err != nil || len(ids) == 0 {
		return err
	}
	return tx.query(sqlLockConversations, func(row) bool { return true }, idList(ids))
}

// closed or open, the user's direct conversations have moved on: what was checked before
// does not count any more.
func (tx *transaction) raiseDirect(user chat.UserID) error {
	_, err := tx.exec(sqlRaiseDirectLow, user)
	if err == nil {
		_, err = tx.exec(sqlRaiseDirectHigh, user)
	}
	return err
}
