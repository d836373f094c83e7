package memstore

import (
	"context"

	"parley/internal/chat"
	"parley/wire"
)

// strangers is what a user has sent to strangers on a day.
type strangers struct {
	day          int64 // since 1970, UTC
	sent, people int
}

// Approach implements chat.Strangers.
func (s *Store) Approach(ctx context.Context, a chat.Approach) (bool, error) {
	return write(ctx, s, func(tx *transaction) (bool, error) {
		c, from, to := tx.conv(a.Conv), tx.user(a.From), tx.user(a.To)
		if c == nil || from == nil || to == nil {
			return false, chat.E(wire.NoConversation)
		}
		known := to.added[a.From] || c.spoke[a.To]
		if !known {
			if err := from.countStranger(&a, !c.spoke[a.From]); err != nil {
				return true, err
			}
		}
		if c.spoke == nil {
			c.spoke = map[chat.UserID]bool{}
		}
		c.spoke[a.From] = true
		return !known, nil
	})
}

// countStranger counts a message to a stranger, and the stranger where it is the first.
func (u *user) countStranger(a *chat.Approach, first bool) error {
	n := u.strangers
	if day := a.At.Unix() / (24 * 60 * 60); n.day != day {
		n = strangers{day: day}
	}
	n.sent++
	if first {
		n.people++
	}
	switch {
	case a.Messages > 0 && n.sent > a.Messages:
		return chat.ErrStrangerMessages(a.Messages)
	case a.People > 0 && first && n.people > a.People:
		return chat.ErrStrangers(a.People)
	}
	if a.Messages > 0 || a.People > 0 {
		u.strangers = n
	}
	return nil
}
