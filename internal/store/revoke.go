package store

import (
	"context"
	"strconv"

	"parley/internal/chat"
	"parley/wire"
)

// UpgradeHash implements chat.Users.
func (s *Store) UpgradeHash(ctx context.Context, user chat.UserID, was, hash string) error {
	_, err := write(ctx, s, apart, func(tx *transaction) (int64, error) { return tx.exec(sqlUpgradeHash, hash, user, was) })
	return err
}

// Revoke implements chat.Users.
func (s *Store) Revoke(ctx context.Context, r chat.Revocation) (chat.Revoked, error) {
	return write(ctx, s, inOrder, func(tx *transaction) (chat.Revoked, error) { return tx.revoke(r) })
}

// revoke locks the devices' rows and then the user's, as a login does, and then looks at
// the devices again: a first login of another one may have come between.
func (tx *transaction) revoke(r chat.Revocation) (done chat.Revoked, err error) {
	before, err := tx.revocable(r)
	if err != nil {
		return done, err
	}
	devices, err := tx.lockDevices(r.User)
	if err != nil {
		return done, err
	}
	kept, found := r.Keep == 0, r.Device == 0
	for _, d := range devices {
		switch {
		case r.Keep != 0 && d.SessionID == int64(r.Keep):
			kept = true
			_, err = tx.exec(sqlRenewToken, r.KeepToken, d.ID)
		case r.Device != 0 && d.ID != int64(r.Device), d.SessionID == 0 && d.TokenHash == nil:
		default:
			found = true
			err = tx.revokeDevice(r.User, d, &done)
		}
		if err != nil {
			return done, err
		}
	}
	switch {
	case !kept:
		return done, chat.E(wire.SessionEnded)
	case !found:
		return done, chat.E(wire.NoSuchSession)
	}
	if err := tx.changeAccount(r, before, &done); err != nil {
		return done, err
	}
	done.Name = before.name
	done.Move, err = tx.moveOffline(r.User, len(done.Sessions) > 0)
	return done, err
}

// revocable locks the rows that a revocation is about, and looks whether it may be.
func (tx *transaction) revocable(r chat.Revocation) (before presence, err error) {
	if _, err := tx.lockDevices(r.User); err != nil {
		return before, err
	}
	if r.Disable || r.Enable {
		if err := tx.lockAffected(r.User); err != nil {
			return before, err
		}
	}
	if before, err = tx.presence(r.User); err != nil {
		return before, err
	}
	switch {
	case before.erased && (r.Enable || r.PasswordHash != ""):
		err = chat.E(wire.AccountClosed)
	case r.PasswordWas != "" && r.PasswordWas != before.password:
		err = chat.E(wire.BadCredentials)
	}
	return before, err
}

func (tx *transaction) lockDevices(user chat.UserID) (list []deviceRow, err error) {
	err = tx.query(sqlLockUserDevices, func(r row) bool {
		list = append(list, deviceRow{ID: r.num(0), SessionID: r.num(1), TokenHash: r.blob(2)})
		return true
	}, user)
	return list, err
}

// revokeDevice takes a device's token, and its session if there is one.
func (tx *transaction) revokeDevice(user chat.UserID, d deviceRow, done *chat.Revoked) error {
	if _, err := tx.exec(sqlRevokeDevice, d.ID); err != nil || d.SessionID == 0 {
		return err
	}
	no, err := tx.tellUser(user, noticeRow{
		What: chat.WasRevoked, SubjectID: int64(user), OwnerID: int64(user), DeviceID: d.ID, Number: d.SessionID,
	})
	done.Sessions = append(done.Sessions, chat.RevokedSession{
		No: no, Takeover: chat.Takeover{Device: chat.DeviceID(d.ID), Session: chat.SessionID(d.SessionID), Revoked: true},
	})
	return err
}

func (tx *transaction) changeAccount(r chat.Revocation, before presence, done *chat.Revoked) error {
	if r.PasswordHash != "" {
		if _, err := tx.exec(sqlSetPassword, r.PasswordHash, r.User); err != nil {
			return err
		}
	}
	if !r.Disable && !r.Enable {
		return nil
	}
	if r.Disable != before.disabled {
		state := accountOpen
		if r.Disable {
			state = accountDisabled
		}
		if _, err := tx.exec(sqlSetDisabled, state, r.User); err != nil {
			return err
		}
		if err := tx.raiseDirect(r.User); err != nil {
			return err
		}
	}
	var err error
	done.Heirs, done.MoreAfter, err = tx.handOver(r.User, 0, chat.HandedOverAtOnce)
	return err
}

// EraseAccount implements chat.Users.
func (s *Store) EraseAccount(ctx context.Context, user chat.UserID, freeName bool) error {
	_, err := write(ctx, s, apart, func(tx *transaction) (struct{}, error) {
		before, err := tx.presence(user)
		switch {
		case err != nil:
			return struct{}{}, err
		case !before.disabled:
			return struct{}{}, chat.Errorf(wire.BadField, "only a disabled account can be erased")
		}
		if _, err := tx.exec(sqlEraseUser, chat.DeletedName, "", accountErased, user); err != nil {
			return struct{}{}, err
		}
		if _, err := tx.exec(sqlEraseDevices, "", "", user); err != nil {
			return struct{}{}, err
		}
		if freeName {
			// No name has a control character in its key, so nobody can want this one.
			if _, err := tx.exec(sqlFreeName, "\x01erased "+strconv.FormatInt(int64(user), 10), user); err != nil {
				return struct{}{}, err
			}
			if _, err := tx.exec(sqlFreeSkeletons, user); err != nil {
				return struct{}{}, err
			}
		}
		if _, err := tx.exec(sqlForgetInvited, chat.DeletedName, "", user, ""); err != nil {
			return struct{}{}, err
		}
		_, err = tx.exec(sqlDropBlocks, user)
		return struct{}{}, err
	})
	return err
}
