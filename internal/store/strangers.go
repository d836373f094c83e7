package store

import (
	"context"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
	"parley/wire"
)

var (
	// The day comes last: MySQL sets one after the other.
	sqlCountStranger = sqldb.Register(sqldb.ForWriting, `
UPDATE users SET strangers_sent = CASE WHEN strangers_day = ? THEN strangers_sent + 1 ELSE 1 END,
       strangers_met = CASE WHEN strangers_day = ? THEN strangers_met + ? ELSE ? END, strangers_day = ?
 WHERE id = ? AND (strangers_day <> ? OR (strangers_sent < ? AND strangers_met + ? <= ?))`)
	sqlStrangersSent = sqldb.Register(sqldb.ForWriting, `
SELECT strangers_sent FROM users WHERE id = ?`)
	sqlAcquaintance = sqldb.Register(sqldb.ForReading, `
SELECT c.spoke, EXISTS (SELECT 1 FROM friendships f WHERE f.user_id = ? AND f.friend_id = ? AND f.own <> 0)
  FROM conversations c WHERE c.id = ?`)
	sqlSpeak = sqldb.Register(sqldb.ForWriting, `
UPDATE conversations SET spoke = spoke | ? WHERE id = ?`)
)

// Who has been about to write in a direct conversation, in conversations.spoke.
const (
	spokeLo = 1 // the user with the lower id
	spokeHi = 2
)

// spokeBit is the bit of a conversation's user whom other is the other one of.
func spokeBit(user, other chat.UserID) int64 {
	if user < other {
		return spokeLo
	}
	return spokeHi
}

// findAcquaintance is how far two users of a direct conversation know each other.
type acquaintance struct {
	known bool // the other one has added the user as a friend, or has written
	spoke bool // the user has
}

func findAcquaintance(l *sqldb.Link, a *chat.Approach) (acquaintance, error) {
	r, err := l.One(sqlAcquaintance, a.To, a.From, a.Conv)
	if err == nil && r == nil {
		err = chat.E(wire.NoConversation)
	}
	if err != nil {
		return acquaintance{}, err
	}
	return acquaintance{
		known: r.Yes(1) || r.Num(0)&spokeBit(a.To, a.From) != 0,
		spoke: r.Num(0)&spokeBit(a.From, a.To) != 0,
	}, nil
}

// Approach implements chat.Strangers.
func (s *Store) Approach(ctx context.Context, a chat.Approach) (stranger bool, err error) {
	var now acquaintance
	if err = s.read(ctx, func(l *sqldb.Link) (err error) {
		now, err = findAcquaintance(l, &a)
		return err
	}); err != nil || now.known && now.spoke {
		return false, err
	}
	return write(ctx, s, apart, func(tx *transaction) (stranger bool, err error) {
		now, err := findAcquaintance(tx.Link, &a)
		if err != nil {
			return false, err
		}
		if !now.known {
			if err := tx.countStranger(&a, !now.spoke); err != nil {
				return true, err
			}
		}
		if !now.spoke {
			_, err = tx.Exec(sqlSpeak, spokeBit(a.From, a.To), a.Conv)
		}
		return !now.known, err
	})
}

// countStranger counts a message to a stranger, and the stranger where it is the first.
func (tx *transaction) countStranger(a *chat.Approach, first bool) error {
	if a.Messages <= 0 && a.People <= 0 {
		return nil
	}
	const none = int64(1) << 62
	messages, people, met := int64(a.Messages), int64(a.People), 0
	if messages <= 0 {
		messages = none
	}
	if people <= 0 {
		people = none
	}
	if first {
		met = 1
	}
	day := a.At.UnixMilli() / dayMS
	n, err := tx.Exec(sqlCountStranger, day, day, met, met, day, a.From, day, messages, met, people)
	if err != nil || n > 0 {
		return err
	}
	r, err := tx.One(sqlStrangersSent, a.From)
	switch {
	case err != nil:
		return err
	case r == nil:
		return chat.E(wire.NoSuchUser)
	case r.Num(0) >= messages:
		return chat.ErrStrangerMessages(a.Messages)
	}
	return chat.ErrStrangers(a.People)
}
