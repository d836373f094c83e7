package store

import (
	"context"
	"errors"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
	"parley/wire"
)

var (
	sqlInsertFriend = sqldb.Register(sqldb.ForWriting, `
INSERT INTO friendships (user_id, friend_id, since, own) VALUES (?, ?, ?, ?) {or nothing: user_id}`)
	sqlInsertBlock = sqldb.Register(sqldb.ForWriting, `
INSERT INTO blocks (user_id, other_id) VALUES (?, ?) {or nothing: user_id}`)
	sqlDeleteBlock = sqldb.Register(sqldb.ForWriting, `
DELETE FROM blocks WHERE user_id = ? AND other_id = ?`)
	sqlDeleteFriend = sqldb.Register(sqldb.ForWriting, `
DELETE FROM friendships WHERE user_id = ? AND friend_id = ?`)
	sqlOwnFriend = sqldb.Register(sqldb.ForWriting, `
UPDATE friendships SET own = ? WHERE user_id = ? AND friend_id = ? AND own = ?`)
	sqlFriends = sqldb.Register(sqldb.ForReading, `
SELECT u.id, u.name,
       EXISTS (SELECT 1 FROM devices d WHERE d.user_id = u.id AND d.session_id <> 0), u.presence_no,
       EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = f.user_id AND b.other_id = u.id),
       EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = u.id AND b.other_id = f.user_id), u.display
  FROM friendships f JOIN users u ON u.id = f.friend_id
 WHERE f.user_id = ? AND f.friend_id > ? ORDER BY f.friend_id LIMIT ?`)
	sqlWatchers = sqldb.Register(sqldb.ForReading, `
SELECT f.friend_id FROM friendships f
 WHERE f.user_id = ? AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = f.user_id AND b.other_id = f.friend_id)
 ORDER BY f.friend_id`)
	sqlWatchersOf = sqldb.Register(sqldb.ForReading, `
SELECT f.user_id, f.friend_id FROM friendships f
 WHERE f.user_id IN {ids} AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = f.user_id AND b.other_id = f.friend_id)
 ORDER BY f.user_id, f.friend_id`)
	sqlBlocked = sqldb.Register(sqldb.ForWriting, `
SELECT COUNT(*) FROM blocks WHERE (user_id = ? AND other_id = ?) OR (user_id = ? AND other_id = ?)`)
)

// friendshipRow is one direction of a friendship.
type friendshipRow struct {
	UserID   int64 `db:"user_id"`
	FriendID int64 `db:"friend_id"`
	Since    int64 `db:"since"`
	Own      int64 `db:"own"`
}

// Who made a friendship, as one of the two has it. Of those made before this was kept, nobody knows.
const (
	addedByFriend = 0
	addedByUser   = 1
)

// insert returns false if the row is there already.
func (f friendshipRow) insert(l *sqldb.Link) (bool, error) {
	n, err := l.Exec(sqlInsertFriend, f.UserID, f.FriendID, f.Since, f.Own)
	return n > 0, err
}

// blockRow says that user blocks other.
type blockRow struct {
	UserID  int64 `db:"user_id"`
	OtherID int64 `db:"other_id"`
}

// write reports whether it was otherwise before.
func (b blockRow) write(l *sqldb.Link, blocked bool) (bool, error) {
	id := sqlDeleteBlock
	if blocked {
		id = sqlInsertBlock
	}
	n, err := l.Exec(id, b.UserID, b.OtherID)
	return n > 0, err
}

// AddFriend implements chat.Friendships.
func (s *Store) AddFriend(ctx context.Context, user, friend chat.UserID, maxFriends int) (chat.Nos, error) {
	if user == friend {
		return chat.Nos{}, chat.E(wire.NotYourself)
	}
	already := false
	nos, err := write(ctx, s, apart, func(tx *transaction) (chat.Nos, error) {
		err := tx.addFriend(user, friend, maxFriends)
		if already = errors.Is(err, chat.E(wire.AlreadyFriends)); already {
			return chat.Nos{}, tx.addBack(user, friend, maxFriends)
		}
		if err != nil {
			return chat.Nos{}, err
		}
		return tx.tellBoth(chat.FriendAdded, user, friend)
	})
	if err == nil && already {
		err = chat.E(wire.AlreadyFriends)
	}
	return nos, err
}

// addBack makes a friendship that the other one made the user's own as well.
func (tx *transaction) addBack(user, friend chat.UserID, maxFriends int) error {
	n, err := tx.Exec(sqlOwnFriend, addedByUser, user, friend, addedByFriend)
	if err != nil || n == 0 {
		return err
	}
	return tx.friendsWithin(maxFriends, user, friend)
}

func (tx *transaction) addFriend(user, friend chat.UserID, maxFriends int) error {
	if closed, err := tx.usersExist(user, friend); err != nil {
		return err
	} else if closed {
		return chat.E(wire.AccountClosed)
	}
	if blocked, err := tx.isBlocked(user, friend); err != nil {
		return err
	} else if blocked {
		return chat.E(wire.Blocked)
	}
	if err := tx.forgetRequests(user, friend); err != nil {
		return err
	}
	since := tx.at.UnixMilli()
	for _, f := range []friendshipRow{
		{UserID: int64(user), FriendID: int64(friend), Since: since, Own: addedByUser},
		{UserID: int64(friend), FriendID: int64(user), Since: since, Own: addedByFriend},
	} {
		added, err := f.insert(tx.Link)
		if err != nil {
			return err
		}
		if !added {
			return chat.E(wire.AlreadyFriends)
		}
	}
	return tx.friendsWithin(maxFriends, user, friend)
}

// usersExist locks the users' rows, by id, and tells whether one of the accounts is
// closed.
func (tx *transaction) usersExist(a, b chat.UserID) (closed bool, err error) {
	for _, u := range []chat.UserID{min(a, b), max(a, b)} {
		r, err := tx.One(sqlPresence, u)
		if err != nil {
			return false, err
		}
		if r == nil {
			return false, chat.E(wire.NoSuchUser)
		}
		closed = closed || r.Yes(4)
	}
	return closed, nil
}

// isBlocked tells whether either user blocks the other.
func (tx *transaction) isBlocked(a, b chat.UserID) (bool, error) {
	r, err := tx.One(sqlBlocked, a, b, b, a)
	if err != nil {
		return false, err
	}
	return r.Yes(0), nil
}

// RemoveFriend implements chat.Friendships.
func (s *Store) RemoveFriend(ctx context.Context, user, friend chat.UserID) (chat.Nos, error) {
	return write(ctx, s, apart, func(tx *transaction) (chat.Nos, error) {
		if _, err := tx.usersExist(user, friend); err != nil {
			return chat.Nos{}, err
		}
		n, err := tx.Exec(sqlDeleteFriend, user, friend)
		if err == nil && n == 0 {
			err = chat.E(wire.NotFriends)
		}
		if err == nil {
			_, err = tx.Exec(sqlDeleteFriend, friend, user)
		}
		if err != nil {
			return chat.Nos{}, err
		}
		return tx.tellBoth(chat.FriendRemoved, user, friend)
	})
}

// SetBlocked implements chat.Friendships.
func (s *Store) SetBlocked(ctx context.Context, user, other chat.UserID, blocked bool) (chat.Conv, chat.Head, chat.Nos, error) {
	if user == other {
		return chat.Conv{}, chat.Head{}, chat.Nos{}, chat.E(wire.NotYourself)
	}
	var nos chat.Nos
	d, err := write(ctx, s, inOrder, func(tx *transaction) (direct, error) {
		d, err := tx.makeDirect(user, other)
		if err != nil {
			return d, err
		}
		moved, err := blockRow{UserID: int64(user), OtherID: int64(other)}.write(tx.Link, blocked)
		if err != nil || !moved {
			return d, err
		}
		d.Version++
		if _, err = tx.Exec(sqlRaiseVersion, d.ID); err != nil {
			return d, err
		}
		nos, err = tx.tellBlock(user, other, blocked, d.ID)
		return d, err
	})
	if err != nil {
		return chat.Conv{}, chat.Head{}, chat.Nos{}, err
	}
	return d.conv(), d.head(), nos, nil
}

// tellBlock tells both: the nodes of either must know the conversation's new version.
func (tx *transaction) tellBlock(user, other chat.UserID, blocked bool, conv int64) (nos chat.Nos, err error) {
	c := noticeRow{What: chat.UserUnblocked, SubjectID: int64(other), OwnerID: int64(user), ConversationID: conv}
	if blocked {
		c.What = chat.UserBlocked
	}
	first, second, a, b := user, other, &nos.User, &nos.Other
	if user > other {
		first, second, a, b = other, user, &nos.Other, &nos.User
	}
	if *a, err = tx.tellUser(first, c); err == nil {
		*b, err = tx.tellUser(second, c)
	}
	return nos, err
}

// Friends implements chat.Friendships.
func (s *Store) Friends(ctx context.Context, user, after chat.UserID, limit int) ([]chat.Friend, error) {
	var list []chat.Friend
	err := s.read(ctx, func(l *sqldb.Link) error {
		return l.Query(sqlFriends, func(r sqldb.Row) bool {
			list = append(list, chat.Friend{
				User: chat.User{ID: chat.UserID(r.Num(0)), Name: r.Text(1)}, Online: r.Yes(2) && !r.Yes(5),
				PresenceNo: r.Num(3), Hidden: r.Yes(4), Hides: r.Yes(5), Display: r.Text(6),
			})
			return true
		}, user, after, limit)
	})
	return list, err
}

// Watchers implements chat.Friendships.
func (s *Store) Watchers(ctx context.Context, user chat.UserID) ([]chat.UserID, error) {
	var ids []chat.UserID
	err := s.read(ctx, func(l *sqldb.Link) error {
		return l.Query(sqlWatchers, func(r sqldb.Row) bool {
			ids = append(ids, chat.UserID(r.Num(0)))
			return true
		}, user)
	})
	return ids, err
}

// WatchersOf implements chat.Friendships.
func (s *Store) WatchersOf(ctx context.Context, users []chat.UserID) (map[chat.UserID][]chat.UserID, error) {
	friends := make(map[chat.UserID][]chat.UserID, len(users))
	if len(users) == 0 {
		return friends, nil
	}
	err := s.read(ctx, func(l *sqldb.Link) error {
		clear(friends)
		return l.Query(sqlWatchersOf, func(r sqldb.Row) bool {
			u := chat.UserID(r.Num(0))
			friends[u] = append(friends[u], chat.UserID(r.Num(1)))
			return true
		}, idList(users))
	})
	return friends, err
}
