package store

import (
	"context"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
	"parley/wire"
)

// What a request can have come to, in friend_requests.state.
const (
	requestOpen      = 0
	requestDeclined  = 1 // the one who asks is not told
	requestWithdrawn = 2 // after it was declined
)

var (
	sqlInsertRequest = sqldb.Register(sqldb.ForWriting, `
INSERT INTO friend_requests (user_id, other_id, asked_at, state) VALUES (?, ?, {now}, ?)`)
	sqlRequest = sqldb.Register(sqldb.ForWriting, `
SELECT state FROM friend_requests WHERE user_id = ? AND other_id = ? AND asked_at >= {now} - ?`)
	sqlSetRequest = sqldb.Register(sqldb.ForWriting, `
UPDATE friend_requests SET state = ? WHERE user_id = ? AND other_id = ?`)
	sqlDropRequest = sqldb.Register(sqldb.ForWriting, `
DELETE FROM friend_requests WHERE user_id = ? AND other_id = ?`)
	sqlDropRequests = sqldb.Register(sqldb.ForWriting, `
DELETE FROM friend_requests WHERE user_id = ? OR other_id = ?`)
	sqlCountAsking = sqldb.Register(sqldb.ForWriting, `
SELECT COUNT(*) FROM friend_requests WHERE user_id = ? AND state < 2 AND asked_at >= {now} - ?`)
	sqlCountAsked = sqldb.Register(sqldb.ForWriting, `
SELECT COUNT(*) FROM friend_requests WHERE other_id = ? AND state = 0 AND asked_at >= {now} - ?`)
	// Whom one blocks, or by whom one is blocked, does not ask.
	sqlWhoAsks = sqldb.Register(sqldb.ForReading, `
SELECT u.id, u.name, u.display, q.asked_at
  FROM friend_requests q JOIN users u ON u.id = q.user_id
 WHERE q.other_id = ? AND q.user_id > ? AND q.state = 0 AND q.asked_at >= {now} - ? AND u.disabled = 0
   AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = q.other_id AND b.other_id = q.user_id)
   AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = q.user_id AND b.other_id = q.other_id)
 ORDER BY q.user_id LIMIT ?`)
	sqlWhomOneAsks = sqldb.Register(sqldb.ForReading, `
SELECT u.id, u.name, u.display, q.asked_at
  FROM friend_requests q JOIN users u ON u.id = q.other_id
 WHERE q.user_id = ? AND q.other_id > ? AND q.state < 2 AND q.asked_at >= {now} - ? AND u.disabled = 0
 ORDER BY q.other_id LIMIT ?`)
	sqlOldRequests = sqldb.Register(sqldb.ForReading, `
SELECT user_id, other_id FROM friend_requests WHERE asked_at < {now} - ? ORDER BY asked_at LIMIT ?`)
	sqlBlockedBy = sqldb.Register(sqldb.ForReading, `
SELECT u.id, u.name, u.display FROM blocks b JOIN users u ON u.id = b.other_id
 WHERE b.user_id = ? AND b.other_id > ? ORDER BY b.other_id LIMIT ?`)
)

// requestRow is a row of friend_requests: user asks other to be friends.
type requestRow struct {
	UserID  int64 `db:"user_id"`
	OtherID int64 `db:"other_id"`
	AskedAt int64 `db:"asked_at"`
	State   int64 `db:"state"`
}

func requestKept() int64 { return chat.RequestKept.Milliseconds() }

// request returns what has come of a request; found is false if there is none that still counts.
func (tx *transaction) request(user, other chat.UserID) (state int64, found bool, err error) {
	r, err := tx.One(sqlRequest, user, other, requestKept())
	if err != nil || r == nil {
		return 0, false, err
	}
	return r.Num(0), true, nil
}

// AskFriend implements chat.Consents. Both users' rows are locked first, as by AddFriend: so of two
// who ask each other at the same time, the second makes the friendship.
func (s *Store) AskFriend(ctx context.Context, user, other chat.UserID, maxFriends, maxRequests int) (chat.Consent, error) {
	if user == other {
		return chat.Consent{}, chat.E(wire.NotYourself)
	}
	already := false
	c, err := write(ctx, s, apart, func(tx *transaction) (chat.Consent, error) {
		already = false
		if err := tx.mayBefriend(user, other); err != nil {
			return chat.Consent{}, err
		}
		if r, err := tx.One(sqlIsFriend, user, other); err != nil {
			return chat.Consent{}, err
		} else if already = r.Num(0) > 0; already {
			return chat.Consent{}, tx.addBack(user, other, maxFriends)
		}
		state, asks, err := tx.request(other, user)
		if err != nil {
			return chat.Consent{}, err
		}
		if asks && state != requestWithdrawn {
			return tx.agree(user, other, maxFriends)
		}
		return tx.ask(user, other, maxRequests)
	})
	if err == nil && already {
		err = chat.E(wire.AlreadyFriends)
	}
	return c, err
}

// mayBefriend locks the rows of two users and returns why they cannot be friends.
func (tx *transaction) mayBefriend(user, other chat.UserID) error {
	closed, err := tx.usersExist(user, other)
	if err != nil {
		return err
	}
	if closed {
		return chat.E(wire.AccountClosed)
	}
	blocked, err := tx.isBlocked(user, other)
	if err == nil && blocked {
		err = chat.E(wire.Blocked)
	}
	return err
}

// ask writes a request, unless there is one.
func (tx *transaction) ask(user, other chat.UserID, most int) (c chat.Consent, err error) {
	state, found, err := tx.request(user, other)
	switch {
	case err != nil:
		return c, err
	case found && state == requestWithdrawn:
		_, err = tx.Exec(sqlSetRequest, requestDeclined, user, other)
		return c, err
	case found:
		return c, nil
	}
	if _, err := tx.Exec(sqlDropRequest, user, other); err != nil { // one that has ended
		return c, err
	}
	for _, limit := range []struct {
		of    sqldb.Statement
		whose chat.UserID
	}{{sqlCountAsking, user}, {sqlCountAsked, other}} {
		r, err := tx.One(limit.of, limit.whose, requestKept())
		if err != nil {
			return c, err
		}
		if most > 0 && r.Num(0) >= int64(most) {
			return c, chat.ErrTooManyRequests(limit.whose == user, most)
		}
	}
	if _, err = tx.Exec(sqlInsertRequest, user, other, requestOpen); err != nil {
		return c, err
	}
	c.Nos, err = tx.tellEach(user, chat.FriendAsked, other, chat.FriendRequested)
	return c, err
}

// agree makes friends of a user and one who asks them: both have added the other.
func (tx *transaction) agree(user, asker chat.UserID, maxFriends int) (chat.Consent, error) {
	if err := tx.addFriend(asker, user, maxFriends); err != nil {
		return chat.Consent{}, err
	}
	if err := tx.addBack(user, asker, maxFriends); err != nil {
		return chat.Consent{}, err
	}
	nos, err := tx.tellBoth(chat.FriendAdded, user, asker)
	return chat.Consent{Nos: nos, Friends: true}, err
}

// forgetRequests removes what two users have asked each other.
func (tx *transaction) forgetRequests(a, b chat.UserID) error {
	_, err := tx.Exec(sqlDropRequest, a, b)
	if err == nil {
		_, err = tx.Exec(sqlDropRequest, b, a)
	}
	return err
}

// AcceptFriend implements chat.Consents.
func (s *Store) AcceptFriend(ctx context.Context, user, other chat.UserID, maxFriends int) (chat.Consent, error) {
	return write(ctx, s, apart, func(tx *transaction) (chat.Consent, error) {
		if err := tx.mayBefriend(user, other); err != nil {
			return chat.Consent{}, err
		}
		state, asks, err := tx.request(other, user)
		if err != nil {
			return chat.Consent{}, err
		}
		if !asks || state == requestWithdrawn {
			return chat.Consent{}, chat.E(wire.NoSuchRequest)
		}
		return tx.agree(user, other, maxFriends)
	})
}

// DropRequest implements chat.Consents.
func (s *Store) DropRequest(ctx context.Context, user, other chat.UserID) (chat.Consent, error) {
	return write(ctx, s, apart, func(tx *transaction) (c chat.Consent, err error) {
		if _, err := tx.usersExist(user, other); err != nil {
			return c, err
		}
		asked, found, err := tx.request(other, user)
		if err != nil {
			return c, err
		}
		if found && asked == requestOpen {
			if _, err := tx.Exec(sqlSetRequest, requestDeclined, other, user); err != nil {
				return c, err
			}
			c.Nos.User, err = tx.tellUser(user, noticeRow{What: chat.FriendRequestGone, SubjectID: int64(other), OwnerID: int64(user)})
			return c, err
		}
		return tx.withdraw(user, other)
	})
}

// withdraw ends a user's own request. The one who has declined it is not told.
func (tx *transaction) withdraw(user, other chat.UserID) (c chat.Consent, err error) {
	asks, found, err := tx.request(user, other)
	switch {
	case err != nil:
		return c, err
	case !found || asks == requestWithdrawn:
		return c, chat.E(wire.NoSuchRequest)
	case asks == requestDeclined:
		if _, err = tx.Exec(sqlSetRequest, requestWithdrawn, user, other); err == nil {
			c.Nos.User, err = tx.tellUser(user, noticeRow{What: chat.FriendRequestGone, SubjectID: int64(other), OwnerID: int64(user)})
		}
		return c, err
	}
	if _, err = tx.Exec(sqlDropRequest, user, other); err == nil {
		c.Nos, err = tx.tellBoth(chat.FriendRequestGone, user, other)
	}
	return c, err
}

// FriendRequests implements chat.Consents.
func (s *Store) FriendRequests(ctx context.Context, user chat.UserID, out bool, after chat.UserID, limit int) ([]chat.FriendRequest, error) {
	which := sqlWhoAsks
	if out {
		which = sqlWhomOneAsks
	}
	var list []chat.FriendRequest
	err := s.read(ctx, func(l *sqldb.Link) error {
		list = nil
		return l.Query(which, func(r sqldb.Row) bool {
			list = append(list, chat.FriendRequest{
				User: chat.User{ID: chat.UserID(r.Num(0)), Name: r.Text(1)}, Display: r.Text(2), At: r.When(3),
			})
			return true
		}, user, after, requestKept(), limit)
	})
	return list, err
}

// BlockedBy implements chat.Consents.
func (s *Store) BlockedBy(ctx context.Context, user, after chat.UserID, limit int) ([]chat.Found, error) {
	var list []chat.Found
	err := s.read(ctx, func(l *sqldb.Link) error {
		list = nil
		return l.Query(sqlBlockedBy, func(r sqldb.Row) bool {
			list = append(list, chat.Found{User: chat.User{ID: chat.UserID(r.Num(0)), Name: r.Text(1)}, Display: r.Text(2)})
			return true
		}, user, after, limit)
	})
	return list, err
}

// ForgetRequests implements chat.Upkeep.
func (s *Store) ForgetRequests(ctx context.Context, limit int) (int, error) {
	var old []requestRow
	err := s.read(ctx, func(l *sqldb.Link) error {
		old = nil
		return l.Query(sqlOldRequests, func(r sqldb.Row) bool {
			old = append(old, requestRow{UserID: r.Num(0), OtherID: r.Num(1)})
			return true
		}, requestKept(), limit)
	})
	if err != nil || len(old) == 0 {
		return 0, err
	}
	return write(ctx, s, apart, func(tx *transaction) (int, error) {
		for _, q := range old {
			// What was asked anew meanwhile stays.
			_, found, err := tx.request(chat.UserID(q.UserID), chat.UserID(q.OtherID))
			if err == nil && !found {
				_, err = tx.Exec(sqlDropRequest, q.UserID, q.OtherID)
			}
			if err != nil {
				return 0, err
			}
		}
		return len(old), nil
	})
}
