package memstore

import (
	"bytes"
	"context"
	"slices"

	"parley/internal/chat"
	"parley/wire"
)

type invite struct {
	chat.RegistrationInvite
	hash []byte
}

// AddRegistrationInvite implements chat.RegistrationInviteStore.
func (s *Store) AddRegistrationInvite(ctx context.Context, i chat.RegistrationInvite, hash []byte) (chat.RegistrationInviteID, error) {
	return write(ctx, s, func(tx *transaction) (chat.RegistrationInviteID, error) {
		tx.invites = slices.DeleteFunc(tx.invites, func(old *invite) bool {
			return old.EndsAt.Before(tx.at.Add(-chat.RegistrationInvitesForgotten))
		})
		if i.Name != "" {
			if tx.keys[chat.NameKey(i.Name)] != nil {
				return 0, chat.E(wire.NameTaken)
			}
			if err := tx.inTheWay(i.Name, nil); err != nil {
				return 0, err
			}
		}
		tx.inviteNo++
		i.ID = tx.inviteNo
		tx.invites = append(tx.invites, &invite{i, bytes.Clone(hash)})
		return i.ID, nil
	})
}

// inTheWay answers NameTaken for a name that looks like an account's, or that is kept for an
// invitation, or looks like one that is; by is the invitation that is used, if any.
func (tx *transaction) inTheWay(name string, by *invite) error {
	for _, other := range tx.lookAlikes(name) {
		if chat.NamesClash(name, other.Name) {
			return chat.ErrLookAlike(other.Name)
		}
	}
	looks := chat.NameSkeletons(name)
	for _, i := range tx.invites {
		if i == by || !i.Keeps(tx.at) {
			continue
		}
		alike := slices.ContainsFunc(chat.NameSkeletons(i.Name), func(k chat.Skeleton) bool { return slices.Contains(looks, k) })
		if chat.NameKey(i.Name) == chat.NameKey(name) || alike && chat.NamesClash(name, i.Name) {
			return chat.ErrNameKept()
		}
	}
	return nil
}

func (d *Database) inviteBy(hash []byte) *invite {
	for _, i := range d.invites {
		if bytes.Equal(i.hash, hash) {
			return i
		}
	}
	return nil
}

// FindRegistrationInvite implements chat.RegistrationInviteStore.
func (s *Store) FindRegistrationInvite(ctx context.Context, hash []byte) (found chat.RegistrationInvite, err error) {
	err = s.read(ctx, func(d *Database) error {
		i := d.inviteBy(hash)
		if i == nil {
			return chat.E(wire.BadRegistrationInvite)
		}
		found = i.RegistrationInvite
		return nil
	})
	return found, err
}

// RegistrationInvites implements chat.RegistrationInviteStore.
func (s *Store) RegistrationInvites(ctx context.Context, after chat.RegistrationInviteID, limit int) (list []chat.RegistrationInvite, err error) {
	err = s.read(ctx, func(d *Database) error {
		for _, i := range d.invites {
			if i.ID > after && len(list) < limit {
				list = append(list, i.RegistrationInvite)
			}
		}
		return nil
	})
	return list, err
}

// RevokeRegistrationInvite implements chat.RegistrationInviteStore.
func (s *Store) RevokeRegistrationInvite(ctx context.Context, id chat.RegistrationInviteID) (chat.RegistrationInvite, error) {
	return write(ctx, s, func(tx *transaction) (chat.RegistrationInvite, error) {
		at := slices.IndexFunc(tx.invites, func(i *invite) bool { return i.ID == id })
		if at < 0 {
			return chat.RegistrationInvite{}, chat.E(wire.BadRegistrationInvite)
		}
		was := tx.invites[at].RegistrationInvite
		tx.invites = slices.Delete(tx.invites, at, at+1)
		return was, nil
	})
}

// CreateInvitedUser implements chat.RegistrationInviteStore.
func (s *Store) CreateInvitedUser(ctx context.Context, name, key, passwordHash string, hash []byte) (chat.UserID, error) {
	return s.createUser(ctx, name, key, passwordHash, func(tx *transaction) (*invite, error) {
		i := tx.inviteBy(hash)
		if i == nil || i.Good(name, tx.at) != "" {
			return nil, chat.E(wire.BadRegistrationInvite)
		}
		return i, nil
	})
}
