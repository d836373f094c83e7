package store

import (
	"context"

	"parley/internal/chat"
	"parley/wire"
)

// invitesForgottenAtOnce is how many old invitations go when one is made.
const invitesForgottenAtOnce = 100

// AddRegistrationInvite implements chat.RegistrationInviteStore.
func (s *Store) AddRegistrationInvite(ctx context.Context, i chat.RegistrationInvite, hash []byte) (chat.RegistrationInviteID, error) {
	return write(ctx, s, apart, func(tx *transaction) (chat.RegistrationInviteID, error) {
		if err := tx.forgetOldInvites(); err != nil {
			return 0, err
		}
		row := inviteRow{
			CodeHash: hash, Name: i.Name, Note: i.Note, Uses: i.Uses, MadeAt: i.MadeAt.UnixMilli(), EndsAt: i.EndsAt.UnixMilli(),
		}
		if i.Name == "" {
			err := row.insert(tx.link)
			return chat.RegistrationInviteID(row.ID), err
		}
		row.KeptKey = chat.NameKey(i.Name)
		if err := tx.freeKeptName(row.KeptKey); err != nil {
			return 0, err
		}
		err := row.insert(tx.link)
		if err != nil && tx.dialect.classify(err) == failedDuplicate {
			return 0, chat.ErrNameKept()
		}
		if err == nil {
			err = tx.holdName(-row.ID, i.Name)
		}
		if err == nil {
			err = tx.noUserHas(row.KeptKey)
		}
		return chat.RegistrationInviteID(row.ID), err
	})
}

// freeKeptName takes a name from an invitation that has ended; from one that has not, it
// answers NameTaken.
func (tx *transaction) freeKeptName(key string) error {
	i, err := tx.invite(sqlLockKeptName, key)
	switch {
	case err != nil || i == nil:
		return err
	case i.Keeps(tx.at):
		return chat.ErrNameKept()
	}
	_, err = tx.exec(sqlFreeKeptName, int64(i.ID))
	return err
}

// noUserHas comes after holdName, whose locks make those who want one name wait for each other.
func (tx *transaction) noUserHas(key string) error {
	r, err := tx.one(sqlLockUserByKey, key)
	if err == nil && r != nil {
		err = chat.E(wire.NameTaken)
	}
	return err
}

// nameIsNotKept answers NameTaken where an invitation keeps the name. It comes after holdName.
func (tx *transaction) nameIsNotKept(key string) error {
	i, err := tx.invite(sqlLockKeptName, key)
	if err == nil && i != nil && i.Keeps(tx.at) {
		err = chat.ErrNameKept()
	}
	return err
}

// invite reads one invitation, nil if there is none.
func (l *link) invite(id stmtID, arg any) (*chat.RegistrationInvite, error) {
	r, err := l.one(id, arg)
	if err != nil || r == nil {
		return nil, err
	}
	i := readInvite(r)
	return &i, nil
}

// forgetOldInvites forgets some of those that ended long ago.
func (tx *transaction) forgetOldInvites() error {
	var old []int64
	if err := tx.query(sqlOldInvites, func(r row) bool {
		old = append(old, r.num(0))
		return true
	}, tx.at.Add(-chat.RegistrationInvitesForgotten), invitesForgottenAtOnce); err != nil {
		return err
	}
	for _, id := range old {
		if err := tx.deleteInvite(id); err != nil {
			return err
		}
	}
	return nil
}

func (tx *transaction) deleteInvite(id int64) error {
	if _, err := tx.exec(sqlDeleteInvite, id); err != nil {
		return err
	}
	_, err := tx.exec(sqlFreeSkeletons, -id)
	return err
}

// FindRegistrationInvite implements chat.RegistrationInviteStore.
func (s *Store) FindRegistrationInvite(ctx context.Context, hash []byte) (found chat.RegistrationInvite, err error) {
	err = s.read(ctx, func(l *link) error {
		i, err := l.invite(sqlInviteByHash, hash)
		if err == nil && i == nil {
			err = chat.E(wire.BadRegistrationInvite)
		}
		if err == nil {
			found = *i
		}
		return err
	})
	return found, err
}

// RegistrationInvites implements chat.RegistrationInviteStore.
func (s *Store) RegistrationInvites(ctx context.Context, after chat.RegistrationInviteID, limit int) (list []chat.RegistrationInvite, err error) {
	err = s.read(ctx, func(l *link) error {
		list = list[:0]
		return l.query(sqlInvites, func(r row) bool {
			list = append(list, readInvite(r))
			return true
		}, int64(after), limit)
	})
	return list, err
}

// RevokeRegistrationInvite implements chat.RegistrationInviteStore.
func (s *Store) RevokeRegistrationInvite(ctx context.Context, id chat.RegistrationInviteID) (chat.RegistrationInvite, error) {
	return write(ctx, s, apart, func(tx *transaction) (chat.RegistrationInvite, error) {
		i, err := tx.invite(sqlLockInvite, int64(id))
		if err == nil && i == nil {
			err = chat.E(wire.BadRegistrationInvite)
		}
		if err != nil {
			return chat.RegistrationInvite{}, err
		}
		return *i, tx.deleteInvite(int64(id))
	})
}

// CreateInvitedUser implements chat.RegistrationInviteStore.
func (s *Store) CreateInvitedUser(ctx context.Context, name, key, passwordHash string, hash []byte) (chat.UserID, error) {
	return s.createUser(ctx, name, key, passwordHash, func(tx *transaction, user int64) error {
		n, err := tx.exec(sqlUseInvite, user, hash, tx.at, "", key)
		if err == nil && n == 0 {
			err = chat.E(wire.BadRegistrationInvite)
		}
		return err
	})
}
