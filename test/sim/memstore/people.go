package memstore

import (
	"context"
	"slices"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// CreateUser implements chat.Users.
func (s *Store) CreateUser(ctx context.Context, name, key, hash string) (chat.UserID, error) {
	return write(ctx, s, func(tx *transaction) (chat.UserID, error) {
		if tx.keys[key] != nil {
			return 0, chat.E(wire.NameTaken)
		}
		for _, other := range tx.lookAlikes(name) {
			if chat.NamesClash(name, other.Name) {
				return 0, chat.ErrLookAlike(other.Name)
			}
		}
		u := &user{User: chat.User{ID: chat.UserID(len(tx.users) + 1), Name: name}, key: key, hash: hash, created: tx.at}
		tx.users = append(tx.users, u)
		tx.keys[key] = u
		return u.ID, nil
	})
}

// LookAlikes implements chat.Users.
func (s *Store) LookAlikes(ctx context.Context, name string) (found []chat.User, err error) {
	err = s.read(ctx, func(d *Database) error {
		found = d.lookAlikes(name)
		return nil
	})
	return found, err
}

func (d *Database) lookAlikes(name string) (found []chat.User) {
	for _, k := range chat.NameSkeletons(name) {
		if i := slices.IndexFunc(d.users, func(u *user) bool { return slices.Contains(chat.NameSkeletons(u.Name), k) }); i >= 0 {
			found = append(found, d.users[i].User)
		}
	}
	return found
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
		a = chat.Account{User: u.User, PasswordHash: u.hash, Disabled: u.disabled}
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

// DeviceNames implements chat.Devices.
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
				list = append(list, chat.UserState{User: u.User, Online: u.sessions() > 0, Disabled: u.disabled, CreatedAt: u.created})
			}
		}
		return nil
	})
	return list, err
}

// AddFriend implements chat.Friendships.
func (s *Store) AddFriend(ctx context.Context, a, b chat.UserID, most int) (chat.Nos, error) {
	if a == b {
		return chat.Nos{}, chat.E(wire.NotYourself)
	}
	return write(ctx, s, func(tx *transaction) (chat.Nos, error) {
		ua, ub := tx.user(a), tx.user(b)
		switch {
		case ua == nil || ub == nil:
			return chat.Nos{}, chat.E(wire.NoSuchUser)
		case ua.disabled || ub.disabled:
			return chat.Nos{}, chat.E(wire.AccountClosed)
		case tx.blocked(a, b):
			return chat.Nos{}, chat.E(wire.Blocked)
		case ua.added[b]:
			return chat.Nos{}, chat.E(wire.AlreadyFriends)
		case slices.Contains(ua.friends, b):
			if most > 0 && len(ua.added) >= most {
				return chat.Nos{}, chat.E(wire.LimitReached)
			}
			ua.add(b)
			return chat.Nos{}, chat.E(wire.AlreadyFriends)
		case most > 0 && max(len(ua.added), len(ub.friends)-len(ub.added)) >= most:
			return chat.Nos{}, chat.E(wire.LimitReached)
		}
		ua.add(b)
		ua.befriend(b)
		ub.befriend(a)
		return tellBoth(chat.FriendAdded, ua, ub), nil
	})
}

// tellBoth tells each of two users about the other; a is whose action it was.
func tellBoth(what string, a, b *user) chat.Nos {
	return chat.Nos{
		User:  a.tell(chat.JournalEntry{What: what, User: b.ID, Owner: a.ID}),
		Other: b.tell(chat.JournalEntry{What: what, User: a.ID, Owner: a.ID}),
	}
}

func (u *user) add(id chat.UserID) {
	if u.added == nil {
		u.added = map[chat.UserID]bool{}
	}
	u.added[id] = true
}

func (u *user) befriend(id chat.UserID) {
	i, _ := slices.BinarySearch(u.friends, id)
	u.friends = slices.Insert(u.friends, i, id)
}

// RemoveFriend implements chat.Friendships.
func (s *Store) RemoveFriend(ctx context.Context, a, b chat.UserID) (chat.Nos, error) {
	return write(ctx, s, func(tx *transaction) (chat.Nos, error) {
		ua, ub := tx.user(a), tx.user(b)
		if ua == nil || ub == nil || !slices.Contains(ua.friends, b) {
			return chat.Nos{}, chat.E(wire.NotFriends)
		}
		ua.friends = slices.DeleteFunc(ua.friends, func(id chat.UserID) bool { return id == b })
		delete(ua.added, b)
		delete(ub.added, a)
		ub.friends = slices.DeleteFunc(ub.friends, func(id chat.UserID) bool { return id == a })
		return tellBoth(chat.FriendRemoved, ua, ub), nil
	})
}

// SetBlocked implements chat.Friendships.
func (s *Store) SetBlocked(ctx context.Context, u, other chat.UserID, blocked bool) (v chat.Conv, h chat.Head, nos chat.Nos, err error) {
	if u == other {
		return v, h, nos, chat.E(wire.NotYourself)
	}
	d, err := write(ctx, s, func(tx *transaction) (directConv, error) {
		c, err := tx.direct(u, other)
		if err != nil {
			return directConv{}, err
		}
		key := [2]chat.UserID{u, other}
		if tx.blocks[key] == blocked {
			return directConv{conv: c.Conv, head: c.head()}, nil
		}
		if delete(tx.blocks, key); blocked {
			tx.blocks[key] = true
		}
		c.version++
		c.changed = time.Now()
		h := chat.JournalEntry{What: chat.UserUnblocked, User: other, Owner: u, Conv: c.Conv}
		if blocked {
			h.What = chat.UserBlocked
		}
		nos = chat.Nos{User: tx.user(u).tell(h), Other: tx.user(other).tell(h)}
		return directConv{conv: c.Conv, head: c.head()}, nil
	})
	return d.conv, d.head, nos, err
}

// Friends implements chat.Friendships.
func (s *Store) Friends(ctx context.Context, id, after chat.UserID, limit int) (list []chat.Friend, err error) {
	err = s.read(ctx, func(d *Database) error {
		u := d.user(id)
		if u == nil {
			return nil
		}
		for _, f := range u.friends {
			if f > after && len(list) < limit {
				list = append(list, chat.Friend{
					User: d.user(f).User, Online: d.looksOnline(f, id), PresenceNo: d.user(f).presence,
					Hidden: d.blocks[[2]chat.UserID{id, f}], Hides: d.blocks[[2]chat.UserID{f, id}], Display: d.user(f).profile.Display,
				})
			}
		}
		return nil
	})
	return list, err
}

// watchers are the friends who are told of a user's presence.
func (d *Database) watchers(id chat.UserID) []chat.UserID {
	u := d.user(id)
	if u == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(u.friends), func(f chat.UserID) bool { return d.blocks[[2]chat.UserID{id, f}] })
}

// Watchers implements chat.Friendships.
func (s *Store) Watchers(ctx context.Context, id chat.UserID) (ids []chat.UserID, err error) {
	err = s.read(ctx, func(d *Database) error {
		ids = d.watchers(id)
		return nil
	})
	return ids, err
}

// WatchersOf implements chat.Friendships.
func (s *Store) WatchersOf(ctx context.Context, users []chat.UserID) (friends map[chat.UserID][]chat.UserID, err error) {
	friends = map[chat.UserID][]chat.UserID{}
	err = s.read(ctx, func(d *Database) error {
		for _, id := range users {
			if watchers := d.watchers(id); len(watchers) > 0 {
				friends[id] = watchers
			}
		}
		return nil
	})
	return friends, err
}
