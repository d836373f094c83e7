package memstore

import (
	"context"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

type keyName struct {
	user chat.UserID
	key  string
}

type keptKey struct {
	chat.KeptKey
	made time.Time
}

// decideKey is decide for a message that comes from no session.
func (tx *transaction) decideKey(a *chat.Append, c *conv) error {
	used, found := tx.sendKeys[keyName{a.Sender, a.Key.Key}]
	u := tx.user(a.Sender)
	switch {
	case found && used.Sum != a.Key.Sum:
		return chat.E(wire.KeyReused)
	case found:
		a.Seq, a.At = used.Seq, used.At
		return chat.ErrRepeat
	case u == nil:
		return chat.E(wire.NoSuchUser)
	case u.disabled:
		return chat.E(wire.Disabled)
	}
	return decideThere(a, c)
}

// SentWith implements chat.SendKeys.
func (s *Store) SentWith(ctx context.Context, user chat.UserID, key string) (k chat.KeptKey, found bool, err error) {
	err = s.read(ctx, func(d *Database) error {
		used, ok := d.sendKeys[keyName{user, key}]
		k, found = used.KeptKey, ok
		return nil
	})
	return k, found, err
}
