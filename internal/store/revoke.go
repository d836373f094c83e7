package store

import (
	"context"
	"strconv"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
	"parley/wire"
)

var (
	sqlForgetInvited = sqldb.Register(sqldb.ForWriting, `
UPDATE registration_invites SET name = ?, note = ? WHERE last_user_id = ? AND name <> ?`)
	sqlSetPassword = sqldb.Register(sqldb.ForWriting, `
UPDATE users SET password_hash = ? WHERE id = ?`)
	sqlUpgradeHash = sqldb.Register(sqldb.ForWriting, `
UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?`)
	sqlSetDisabled = sqldb.Register(sqldb.ForWriting, `
UPDATE users SET disabled = ? WHERE id = ?`)
	sqlEraseUser = sqldb.Register(sqldb.ForWriting, `
UPDATE users SET name = ?, password_hash = ?, disabled = ?, display = ?, about = ?, erase_at = 0, changed_at = {now} WHERE id = ?`)
	sqlEraseDevices = sqldb.Register(sqldb.ForWriting, `
UPDATE devices SET label = ?, address = ? WHERE user_id = ?`)
	sqlFreeName = sqldb.Register(sqldb.ForWriting, `
UPDATE users SET name_key = ? WHERE id = ?`)
	sqlDropBlocks = sqldb.Register(sqldb.ForWriting, `
DELETE FROM blocks WHERE user_id = ?`)
	sqlLockUserDevices = sqldb.Register(sqldb.ForWriting, `
SELECT id, session_id, token_hash FROM devices WHERE user_id = ? ORDER BY id {for update}`)
	sqlRevokeDevice = sqldb.Register(sqldb.ForWriting, `
UPDATE devices SET session_id = 0, node_id = 0, token_hash = NULL WHERE id = ?`)
	sqlRenewToken = sqldb.Register(sqldb.ForWriting, `
UPDATE devices SET token_hash = ? WHERE id = ?`)
)

// UpgradeHash implements chat.Users.
func (s *Store) UpgradeHash(ctx context.Context, user chat.UserID, was, hash string) error {
	_, err := write(ctx, s, apart, func(tx *transaction) (int64, error) { return tx.Exec(sqlUpgradeHash, hash, user, was) })
	return err
}

// Revoke implements chat.Revocations.
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
			_, err = tx.Exec(sqlRenewToken, r.KeepToken, d.ID)
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
	err = tx.Query(sqlLockUserDevices, func(r sqldb.Row) bool {
		list = append(list, deviceRow{ID: r.Num(0), SessionID: r.Num(1), TokenHash: r.Blob(2)})
		return true
	}, user)
	return list, err
}

// revokeDevice takes a device's token, and its session if there is one.
func (tx *transaction) revokeDevice(user chat.UserID, d deviceRow, done *chat.Revoked) error {
	if _, err := tx.Exec(sqlRevokeDevice, d.ID); err != nil || d.SessionID == 0 {
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
		if _, err := tx.Exec(sqlSetPassword, r.PasswordHash, r.User); err != nil {
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
		if _, err := tx.Exec(sqlSetDisabled, state, r.User); err != nil {
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

// EraseAccount implements chat.Erasures.
func (s *Store) EraseAccount(ctx context.Context, user chat.UserID, freeName bool) error {
	_, err := write(ctx, s, apart, func(tx *transaction) (struct{}, error) {
		before, err := tx.presence(user)
		switch {
		case err != nil:
			return struct{}{}, err
		case !before.disabled:
			return struct{}{}, chat.Errorf(wire.BadField, "only a disabled account can be erased")
		}
		if _, err := tx.Exec(sqlEraseUser, chat.DeletedName, "", accountErased, "", "", user); err != nil {
			return struct{}{}, err
		}
		if _, err := tx.Exec(sqlEraseDevices, "", "", user); err != nil {
			return struct{}{}, err
		}
		if freeName {
			// No name has a control character in its key, so nobody can want this one.
			if _, err := tx.Exec(sqlFreeName, "\x01erased "+strconv.FormatInt(int64(user), 10), user); err != nil {
				return struct{}{}, err
			}
			if _, err := tx.Exec(sqlFreeSkeletons, user); err != nil {
				return struct{}{}, err
			}
		}
		if _, err := tx.Exec(sqlForgetInvited, chat.DeletedName, "", user, ""); err != nil {
			return struct{}{}, err
		}
		if _, err := tx.Exec(sqlDropRequests, user, user); err != nil {
			return struct{}{}, err
		}
		_, err = tx.Exec(sqlDropBlocks, user)
		return struct{}{}, err
	})
	return err
}
