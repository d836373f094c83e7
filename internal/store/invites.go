package store

import (
	"context"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
	"parley/wire"
)

var (
	sqlInsertInvite = sqldb.Register(sqldb.ForWriting, `
INSERT INTO registration_invites (code_hash, name, kept_key, note, uses, made_at, ends_at) VALUES (?, ?, ?, ?, ?, ?, ?) {returning id}`)
	sqlInviteByHash = sqldb.Register(sqldb.ForReading, "SELECT "+inviteColumns+`
  FROM registration_invites WHERE code_hash = ?`)
	sqlInvites = sqldb.Register(sqldb.ForReading, "SELECT "+inviteColumns+`
  FROM registration_invites WHERE id > ? ORDER BY id LIMIT ?`)
	sqlInvite = sqldb.Register(sqldb.ForWriting, "SELECT "+inviteColumns+`
  FROM registration_invites WHERE id = ?`)
	sqlLockInvite = sqldb.Register(sqldb.ForWriting, "SELECT "+inviteColumns+`
  FROM registration_invites WHERE id = ? {for update}`)
	sqlLockKeptName = sqldb.Register(sqldb.ForWriting, "SELECT "+inviteColumns+`
  FROM registration_invites WHERE kept_key = ? {for update}`)
	// What makes it good is a condition: of two registrations that both saw the last use, one
	// has it.
	sqlUseInvite = sqldb.Register(sqldb.ForWriting, `
UPDATE registration_invites SET used = used + 1, last_user_id = ?, kept_key = NULL
 WHERE code_hash = ? AND used < uses AND ends_at > ? AND (name = ? OR kept_key = ?)`)
	sqlFreeKeptName = sqldb.Register(sqldb.ForWriting, `
UPDATE registration_invites SET kept_key = NULL WHERE id = ?`)
	sqlDeleteInvite = sqldb.Register(sqldb.ForWriting, `
DELETE FROM registration_invites WHERE id = ?`)
	sqlOldInvites = sqldb.Register(sqldb.ForWriting, `
SELECT id FROM registration_invites WHERE ends_at < ? ORDER BY id LIMIT ?`)
	sqlLockUserByKey = sqldb.Register(sqldb.ForWriting, `
SELECT id, name FROM users WHERE name_key = ? {for update}`)
)

// inviteRow is a row of registration_invites. KeptKey "" is NULL.
type inviteRow struct {
	ID         int64  `db:"id"`
	CodeHash   []byte `db:"code_hash"`
	Name       string `db:"name"`
	KeptKey    string `db:"kept_key"`
	Note       string `db:"note"`
	Uses       int64  `db:"uses"`
	Used       int64  `db:"used"`
	LastUserID int64  `db:"last_user_id"`
	MadeAt     int64  `db:"made_at"`
	EndsAt     int64  `db:"ends_at"`
}

func (i *inviteRow) insert(l *sqldb.Link) error {
	var kept any
	if i.KeptKey != "" {
		kept = i.KeptKey
	}
	id, err := l.Insert(sqlInsertInvite, i.CodeHash, i.Name, kept, i.Note, i.Uses, i.MadeAt, i.EndsAt)
	i.ID = id
	return err
}

// inviteColumns are what a row of registration_invites is read from.
const inviteColumns = "id, name, note, uses, used, last_user_id, made_at, ends_at"

// readInvite takes inviteColumns.
func readInvite(r sqldb.Row) chat.RegistrationInvite {
	return chat.RegistrationInvite{
		ID: chat.RegistrationInviteID(r.Num(0)), Name: r.Text(1), Note: r.Text(2), Uses: r.Num(3), Used: r.Num(4),
		LastUser: chat.UserID(r.Num(5)), MadeAt: r.When(6), EndsAt: r.When(7),
	}
}

// invitesForgottenAtOnce is how many old invitations go when one is made.
const invitesForgottenAtOnce = 100

// AddRegistrationInvite implements chat.Invitations.
func (s *Store) AddRegistrationInvite(ctx context.Context, i chat.RegistrationInvite, hash []byte) (chat.RegistrationInviteID, error) {
	return write(ctx, s, apart, func(tx *transaction) (chat.RegistrationInviteID, error) {
		if err := tx.forgetOldInvites(); err != nil {
			return 0, err
		}
		row := inviteRow{
			CodeHash: hash, Name: i.Name, Note: i.Note, Uses: i.Uses, MadeAt: i.MadeAt.UnixMilli(), EndsAt: i.EndsAt.UnixMilli(),
		}
		if i.Name == "" {
			err := row.insert(tx.Link)
			return chat.RegistrationInviteID(row.ID), err
		}
		row.KeptKey = chat.NameKey(i.Name)
		if err := tx.freeKeptName(row.KeptKey); err != nil {
			return 0, err
		}
		err := row.insert(tx.Link)
		if err != nil && tx.dialect.Classify(err) == sqldb.FailedDuplicate {
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
	i, err := findInvite(tx.Link, sqlLockKeptName, key)
	switch {
	case err != nil || i == nil:
		return err
	case i.Keeps(tx.at):
		return chat.ErrNameKept()
	}
	_, err = tx.Exec(sqlFreeKeptName, int64(i.ID))
	return err
}

// noUserHas comes after holdName, whose locks make those who want one name wait for each other.
func (tx *transaction) noUserHas(key string) error {
	r, err := tx.One(sqlLockUserByKey, key)
	if err == nil && r != nil {
		err = chat.E(wire.NameTaken)
	}
	return err
}

// nameIsNotKept answers NameTaken where an invitation keeps the name. It comes after holdName.
func (tx *transaction) nameIsNotKept(key string) error {
	i, err := findInvite(tx.Link, sqlLockKeptName, key)
	if err == nil && i != nil && i.Keeps(tx.at) {
		err = chat.ErrNameKept()
	}
	return err
}

// findInvite reads one invitation, nil if there is none.
func findInvite(l *sqldb.Link, id sqldb.Statement, arg any) (*chat.RegistrationInvite, error) {
	r, err := l.One(id, arg)
	if err != nil || r == nil {
		return nil, err
	}
	i := readInvite(r)
	return &i, nil
}

// forgetOldInvites forgets some of those that ended long ago.
func (tx *transaction) forgetOldInvites() error {
	var old []int64
	if err := tx.Query(sqlOldInvites, func(r sqldb.Row) bool {
		old = append(old, r.Num(0))
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
	if _, err := tx.Exec(sqlDeleteInvite, id); err != nil {
		return err
	}
	_, err := tx.Exec(sqlFreeSkeletons, -id)
	return err
}

// FindRegistrationInvite implements chat.Invitations.
func (s *Store) FindRegistrationInvite(ctx context.Context, hash []byte) (found chat.RegistrationInvite, err error) {
	err = s.read(ctx, func(l *sqldb.Link) error {
		i, err := findInvite(l, sqlInviteByHash, hash)
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

// RegistrationInvites implements chat.Invitations.
func (s *Store) RegistrationInvites(ctx context.Context, after chat.RegistrationInviteID, limit int) (list []chat.RegistrationInvite, err error) {
	err = s.read(ctx, func(l *sqldb.Link) error {
		list = list[:0]
		return l.Query(sqlInvites, func(r sqldb.Row) bool {
			list = append(list, readInvite(r))
			return true
		}, int64(after), limit)
	})
	return list, err
}

// RevokeRegistrationInvite implements chat.Invitations.
func (s *Store) RevokeRegistrationInvite(ctx context.Context, id chat.RegistrationInviteID) (chat.RegistrationInvite, error) {
	return write(ctx, s, apart, func(tx *transaction) (chat.RegistrationInvite, error) {
		i, err := findInvite(tx.Link, sqlLockInvite, int64(id))
		if err == nil && i == nil {
			err = chat.E(wire.BadRegistrationInvite)
		}
		if err != nil {
			return chat.RegistrationInvite{}, err
		}
		return *i, tx.deleteInvite(int64(id))
	})
}

// CreateInvitedUser implements chat.Invitations.
func (s *Store) CreateInvitedUser(ctx context.Context, name, key, passwordHash string, hash []byte) (chat.UserID, error) {
	return s.createUser(ctx, name, key, passwordHash, func(tx *transaction, user int64) error {
		n, err := tx.Exec(sqlUseInvite, user, hash, tx.at, "", key)
		if err == nil && n == 0 {
			err = chat.E(wire.BadRegistrationInvite)
		}
		return err
	})
}
