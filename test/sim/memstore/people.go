package memstore

import (
	"context"
	"slices"

	"parley/internal/chat"
	"parley/wire"
)

// CreateUser implements chat.Users.
func (s *Store) CreateUser(ctx context.Context, name, key, hash string) (chat.UserID, error) {
	return write(ctx, s, func(tx *transaction) (chat.UserID, error) {
		if tx.keys[key] != nil {
			return 0, chat.E(wire.NameTaken)
		}
		u := &user{User: chat.User{ID: chat.UserID(len(tx.users) + 1), Name: name}, key: key, hash: hash, created: tx.at}
		tx.users = append(tx.users, u)
		tx.keys[key] = u
		return u.ID, nil
	})
}

// Account implements chat.Users.
func (s *Store) Account(ctx context.Context, id chat.UserID) (chat.Account, error) {
	return s.account(ctx, func(d *Database) *user { return d.user(id) })
}

// AccountByKey implements chat.Users.
func (s *Store) AccountByKey(ctx context.Context, key string) (chat.Account, error) {
	return s.account(ctx, func(d *Database) *user { return d.keys[key] })
}

func (s *Store) account(ctx context.Context, find func(*Database) *user) (a chat.Account, err error) {
	err = s.read(ctx, func(d *Database) error {
		u := find(d)
		if u == nil {
			return chat.E(wire.NoSuchUser)
		}
		a = chat.Account{User: u.User, PasswordHash: u.hash}
		return nil
	})
	return a, err
}

// UserNames implements chat.Users.
func (s *Store) UserNames(ctx context.Context, ids []chat.UserID) (map[chat.UserID]string, error) {
	names := make(map[chat.UserID]string, len(ids))
	err := s.read(ctx, func(d *Database) error {
		for _, id := range ids {
			if u := d.user(id); u != nil {
				names[id] = u.Name
			}
		}
		return nil
	})
	return names, err
}

// DeviceNames implements chat.Users.
func (s *Store) DeviceNames(ctx context.Context, ids []chat.DeviceID) (map[chat.DeviceID]string, error) {
	names := make(map[chat.DeviceID]string, len(ids))
	err := s.read(ctx, func(d *Database) error {
		for _, id := range ids {
			if v := d.device(id); v != nil {
				names[id] = v.name
			}
		}
		return nil
	})
	return names, err
}

// ListUsers implements chat.Users.
func (s *Store) ListUsers(ctx context.Context, after chat.UserID, limit int) (list []chat.UserState, err error) {
	err = s.read(ctx, func(d *Database) error {
		for _, u := range d.users {
			if u.ID > after && len(list) < limit {
				list = append(list, chat.UserState{User: u.User, Online: u.sessions() > 0, CreatedAt: u.created})
			}
		}
		return nil
	})
	return list, err
}

// AddFriend implements chat.FriendStore.
func (s *Store) AddFriend(ctx context.Context, a, b chat.UserID, most int) error {
	if a == b {
		return chat.E(wire.NotYourself)
	}
	_, err := write(ctx, s, func(tx *transaction) (struct{}, error) {
		ua, ub := tx.user(a), tx.user(b)
		switch {
		case ua == nil || ub == nil:
			return struct{}{}, chat.E(wire.NoSuchUser)
		case tx.blocked(a, b):
			return struct{}{}, chat.E(wire.Blocked)
		case slices.Contains(ua.friends, b):
			return struct{}{}, chat.E(wire.AlreadyFriends)
		case most > 0 && max(len(ua.friends), len(ub.friends)) >= most:
			return struct{}{}, chat.E(wire.LimitReached)
		}
		ua.befriend(b)
		ub.befriend(a)
		return struct{}{}, nil
	})
	return err
}

func (u *user) befriend(id chat.UserID) {
	i, _ := slices.BinarySearch(u.friends, id)
	u.friends = slices.Insert(u.friends, i, id)
}

// RemoveFriend implements chat.FriendStore.
func (s *Store) RemoveFriend(ctx context.Context, a, b chat.UserID) error {
	_, err := write(ctx, s, func(tx *transaction) (struct{}, error) {
		ua, ub := tx.user(a), tx.user(b)
		if ua == nil || ub == nil || !slices.Contains(ua.friends, b) {
			return struct{}{}, chat.E(wire.NotFriends)
		}
		ua.friends = slices.DeleteFunc(ua.friends, func(id chat.UserID) bool { return id == b })
		ub.friends = slices.DeleteFunc(ub.friends, func(id chat.UserID) bool { return id == a })
		return struct{}{}, nil
	})
	return err
}

// SetBlocked implements chat.FriendStore.
func (s *Store) SetBlocked(ctx context.Context, u, other chat.UserID, blocked bool) (v chat.Conv, h chat.Head, err error) {
	if u == other {
		return v, h, chat.E(wire.NotYourself)
	}
	d, err := write(ctx, s, func(tx *transaction) (directConv, error) {
		c, err := tx.direct(u, other)
		if err != nil {
			return directConv{}, err
		}
		key := [2]chat.UserID{u, other}
		if delete(tx.blocks, key); blocked {
			tx.blocks[key] = true
		}
		c.version++
		c.changed = tx.at
		return directConv{conv: c.Conv, head: c.head()}, nil
	})
	return d.conv, d.head, err
}

// Friends implements chat.FriendStore.
func (s *Store) Friends(ctx context.Context, id, after chat.UserID, limit int) (list []chat.Friend, err error) {
	err = s.read(ctx, func(d *Database) error {
		u := d.user(id)
		if u == nil {
			return nil
		}
		for _, f := range u.friends {
			if f > after && len(list) < limit {
				list = append(list, chat.Friend{User: d.user(f).User, Online: d.user(f).sessions() > 0})
			}
		}
		return nil
	})
	return list, err
}

// FriendIDs implements chat.FriendStore.
func (s *Store) FriendIDs(ctx context.Context, id chat.UserID) (ids []chat.UserID, err error) {
	err = s.read(ctx, func(d *Database) error {
		if u := d.user(id); u != nil {
			ids = slices.Clone(u.friends)
		}
		return nil
	})
	return ids, err
}
