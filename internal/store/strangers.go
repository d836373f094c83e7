package store

import (
	"context"

	"parley/internal/chat"
	"parley/wire"
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

// acquaintance is how far two users of a direct conversation know each other.
type acquaintance struct {
	known bool // the other one has added the user as a friend, or has written
	spoke bool // the user has
}

func (l *link) acquaintance(a *chat.Approach) (acquaintance, error) {
	r, err := l.one(sqlAcquaintance, a.To, a.From, a.Conv)
	if err == nil && r == nil {
		err = chat.E(wire.NoConversation)
	}
	if err != nil {
		return acquaintance{}, err
	}
	return acquaintance{
		known: r.yes(1) || r.num(0)&spokeBit(a.To, a.From) != 0,
		spoke: r.num(0)&spokeBit(a.From, a.To) != 0,
	}, nil
}

// Approach implements chat.Log.
func (s *Store) Approach(ctx context.Context, a chat.Approach) (stranger bool, err error) {
	var now acquaintance
	if err = s.read(ctx, func(l *link) (err error) {
		now, err = l.acquaintance(&a)
		return err
	}); err != nil || now.known && now.spoke {
		return false, err
	}
	return write(ctx, s, apart, func(tx *transaction) (stranger bool, err error) {
		now, err := tx.acquaintance(&a)
		if err != nil {
			return false, err
		}
		if !now.known {
			if err := tx.countStranger(&a, !now.spoke); err != nil {
				return true, err
			}
		}
		if !now.spoke {
			_, err = tx.exec(sqlSpeak, spokeBit(a.From, a.To), a.Conv)
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
	n, err := tx.exec(sqlCountStranger, day, day, met, met, day, a.From, day, messages, met, people)
	if err != nil || n > 0 {
		return err
	}
	r, err := tx.one(sqlStrangersSent, a.From)
	switch {
	case err != nil:
		return err
	case r == nil:
		return chat.E(wire.NoSuchUser)
	case r.num(0) >= messages:
		return chat.ErrStrangerMessages(a.Messages)
	}
	return chat.ErrStrangers(a.People)
}
