package store

import (
	"context"
	"strconv"

	"parley/internal/chat"
	"parley/wire"
)

// CreateUser implements chat.Users.
func (s *Store) CreateUser(ctx context.Context, name, key, passwordHash string) (chat.UserID, error) {
	return s.createUser(ctx, name, key, passwordHash, func(*transaction, int64) error { return nil })
}

// createUser makes a user. admit is asked in the transaction, with the user's id.
func (s *Store) createUser(ctx context.Context, name, key, passwordHash string, admit func(*transaction, int64) error) (chat.UserID, error) {
	return write(ctx, s, apart, func(tx *transaction) (chat.UserID, error) {
		u := userRow{Name: name, NameKey: key, PasswordHash: passwordHash, CreatedAt: tx.at.UnixMilli()}
		err := u.insert(tx.link)
		if err != nil && tx.dialect.classify(err) == failedDuplicate {
			return 0, chat.E(wire.NameTaken)
		}
		if err == nil {
			err = admit(tx, u.ID)
		}
		if err == nil {
			err = tx.holdName(u.ID, name)
		}
		if err == nil {
			err = tx.nameIsNotKept(key)
		}
		return chat.UserID(u.ID), err
	})
}

// Account implements chat.Users.
func (s *Store) Account(ctx context.Context, id chat.UserID) (chat.Account, error) {
	return s.account(ctx, sqlAccount, id)
}

// AccountByKey implements chat.Users.
func (s *Store) AccountByKey(ctx context.Context, key string) (chat.Account, error) {
	return s.account(ctx, sqlAccountByKey, key)
}

func (s *Store) account(ctx context.Context, id stmtID, arg any) (chat.Account, error) {
	var u userRow
	err := s.read(ctx, func(l *link) error {
		r, err := l.one(id, arg)
		if err != nil {
			return err
		}
		if r == nil {
			return chat.E(wire.NoSuchUser)
		}
		u.readAccount(r)
		return nil
	})
	if err != nil {
		return chat.Account{}, err
	}
	return u.account(), nil
}

// UserNames implements chat.Users.
func (s *Store) UserNames(ctx context.Context, ids []chat.UserID) (map[chat.UserID]string, error) {
	return names(ctx, s, sqlUserNames, ids)
}

// DeviceNames implements chat.Users.
func (s *Store) DeviceNames(ctx context.Context, ids []chat.DeviceID) (map[chat.DeviceID]string, error) {
	return names(ctx, s, sqlDeviceNames, ids)
}

func names[ID ~int64](ctx context.Context, s *Store, id stmtID, ids []ID) (map[ID]string, error) {
	found := make(map[ID]string, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	err := s.read(ctx, func(l *link) error {
		return l.query(id, func(r row) bool {
			found[ID(r.num(0))] = r.text(1)
			return true
		}, idList(ids))
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// idList is ids as the one argument that {ids} takes: a JSON array.
func idList[ID ~int64](ids []ID) string {
	b := make([]byte, 0, 2+8*len(ids))
	b = append(b, '[')
	for i, id := range ids {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(id), 10)
	}
	return string(append(b, ']'))
}

// ListUsers implements chat.Users.
func (s *Store) ListUsers(ctx context.Context, after chat.UserID, limit int) ([]chat.UserState, error) {
	var list []chat.UserState
	err := s.read(ctx, func(l *link) error {
		return l.query(sqlListUsers, func(r row) bool {
			list = append(list, chat.UserState{
				User:     chat.User{ID: chat.UserID(r.num(0)), Name: r.text(1)},
				Disabled: r.yes(2), Erased: r.num(2) == accountErased, CreatedAt: r.when(3), Online: r.yes(4),
			})
			return true
		}, after, limit)
	})
	return list, err
}
