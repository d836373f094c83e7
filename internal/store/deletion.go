package store

import (
	"context"
	"time"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
	"parley/wire"
)

// users.erase_at is when an account is to be erased, 0 for never. Below 0 it has begun, and minus that
// is when another node may take over.
var (
	sqlEraseAt = sqldb.Register(sqldb.ForReading, `
SELECT erase_at FROM users WHERE id = ?`)
	sqlPlanErasure = sqldb.Register(sqldb.ForWriting, `
UPDATE users SET erase_at = {now} + ? WHERE id = ? AND erase_at = 0`)
	sqlCancelErasure = sqldb.Register(sqldb.ForWriting, `
UPDATE users SET erase_at = 0 WHERE id = ? AND erase_at > 0`)
	sqlEraseDue = sqldb.Register(sqldb.ForReading, `
SELECT id, erase_at FROM users WHERE erase_at > 0 AND erase_at <= {now} ORDER BY erase_at LIMIT 1`)
	sqlEraseLeft = sqldb.Register(sqldb.ForReading, `
SELECT id, erase_at FROM users WHERE erase_at < 0 AND erase_at >= 0 - {now} ORDER BY erase_at LIMIT 1`)
	sqlClaimErasure = sqldb.Register(sqldb.ForWriting, `
UPDATE users SET erase_at = 0 - ({now} + ?) WHERE id = ? AND erase_at = ?`)
)

// PlanDeletion implements chat.Deletions.
func (s *Store) PlanDeletion(ctx context.Context, user chat.UserID, after time.Duration) (at time.Time, no int64, err error) {
	type planned struct{ at, no int64 }
	p, err := write(ctx, s, apart, func(tx *transaction) (p planned, err error) {
		n, err := tx.Exec(sqlPlanErasure, after.Milliseconds(), user)
		if err != nil {
			return p, err
		}
		r, err := tx.One(sqlEraseAt, user)
		switch {
		case err != nil:
			return p, err
		case r == nil:
			return p, chat.E(wire.NoSuchUser)
		case r.Num(0) < 0:
			return p, chat.E(wire.AccountClosed)
		}
		if p.at = r.Num(0); n > 0 {
			p.no, err = tx.tellProfile(user)
		}
		return p, err
	})
	return time.UnixMilli(p.at).UTC(), p.no, err
}

func (tx *transaction) tellProfile(user chat.UserID) (int64, error) {
	return tx.tellUser(user, noticeRow{What: chat.ProfileChanged, SubjectID: int64(user), OwnerID: int64(user)})
}

// CancelDeletion implements chat.Deletions.
func (s *Store) CancelDeletion(ctx context.Context, user chat.UserID) (int64, error) {
	return write(ctx, s, apart, func(tx *transaction) (int64, error) {
		n, err := tx.Exec(sqlCancelErasure, user)
		if err != nil {
			return 0, err
		}
		if n > 0 {
			return tx.tellProfile(user)
		}
		r, err := tx.One(sqlEraseAt, user)
		if err == nil && r != nil && r.Num(0) < 0 {
			err = chat.E(wire.AccountClosed)
		}
		return 0, err
	})
}

// ClaimDeletion implements chat.Deletions.
func (s *Store) ClaimDeletion(ctx context.Context, lease time.Duration) (chat.UserID, bool, error) {
	var user, at int64
	err := s.read(ctx, func(l *sqldb.Link) error {
		user = 0
		for _, which := range []sqldb.Statement{sqlEraseDue, sqlEraseLeft} {
			r, err := l.One(which)
			if err != nil {
				return err
			}
			if r != nil {
				user, at = r.Num(0), r.Num(1)
				return nil
			}
		}
		return nil
	})
	if err != nil || user == 0 {
		return 0, false, err
	}
	n, err := write(ctx, s, apart, func(tx *transaction) (int64, error) {
		return tx.Exec(sqlClaimErasure, lease.Milliseconds(), user, at)
	})
	return chat.UserID(user), n > 0, err
}
