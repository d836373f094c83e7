package store

import (
	"context"
	"strconv"
	"time"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
	"parley/wire"
)

var (
	sqlInsertUser = sqldb.Register(sqldb.ForWriting, `
INSERT INTO users (name, name_key, password_hash, created_at) VALUES (?, ?, ?, ?) {returning id}`)
	sqlAccount = sqldb.Register(sqldb.ForReading, "SELECT "+accountColumns+`
  FROM users WHERE id = ?`)
	sqlAccountByKey = sqldb.Register(sqldb.ForReading, "SELECT "+accountColumns+`
  FROM users WHERE name_key = ?`)
	sqlUserNames = sqldb.Register(sqldb.ForReading, `
SELECT id, name FROM users WHERE id IN {ids}`)
	sqlDeviceNames = sqldb.Register(sqldb.ForReading, `
SELECT id, name FROM devices WHERE id IN {ids}`)
	sqlListUsers = sqldb.Register(sqldb.ForReading, `
SELECT u.id, u.name, u.disabled, u.created_at,
       EXISTS (SELECT 1 FROM devices d WHERE d.user_id = u.id AND d.session_id <> 0), u.display, u.erase_at
  FROM users u WHERE u.id > ? ORDER BY u.id LIMIT ?`)
)

// userRow is a row of users.
type userRow struct {
	ID           int64  `db:"id"`
	Name         string `db:"name"`
	NameKey      string `db:"name_key"`
	PasswordHash string `db:"password_hash"`
	PresenceNo   int64  `db:"presence_no"`
	Disabled     int64  `db:"disabled"` // one of the states below
	CreatedAt    int64  `db:"created_at"`
	JournalNo    int64  `db:"change_no"`
	ChangedAt    int64  `db:"changed_at"`
	DevicesDay   int64  `db:"devices_day"`
	DevicesMade  int64  `db:"devices_made"`
	// What was sent to strangers on a day.
	StrangersDay  int64 `db:"strangers_day"`
	StrangersSent int64 `db:"strangers_sent"`
	StrangersMet  int64 `db:"strangers_met"`
	// What the user shows of themselves.
	Display      string `db:"display"`
	About        string `db:"about"`
	HideReceipts int64  `db:"hide_receipts"`
	HideSeen     int64  `db:"hide_seen"`
	EraseAt      int64  `db:"erase_at"` // see deletion.go
}

func (u *userRow) insert(l *sqldb.Link) error {
	id, err := l.Insert(sqlInsertUser, u.Name, u.NameKey, u.PasswordHash, u.CreatedAt)
	u.ID = id
	return err
}

// accountColumns are what a row of users is read from.
const accountColumns = "id, name, password_hash, disabled, erase_at"

// readAccount takes accountColumns.
func (u *userRow) readAccount(r sqldb.Row) {
	u.ID, u.Name, u.PasswordHash, u.Disabled, u.EraseAt = r.Num(0), r.Text(1), r.Text(2), r.Num(3), r.Num(4)
}

// The states of an account, in users.disabled. For versions that do not know erased ones
// those are disabled.
const (
	accountOpen     = 0
	accountDisabled = 1
	accountErased   = 2
)

func (u *userRow) account() chat.Account {
	return chat.Account{User: u.user(), PasswordHash: u.PasswordHash, Disabled: u.Disabled != accountOpen, Erased: u.Disabled == accountErased, DeletesAt: deletesAt(u.EraseAt)}
}

// deletesAt reads users.erase_at.
func deletesAt(at int64) (t time.Time) {
	if at > 0 {
		t = time.UnixMilli(at).UTC()
	}
	return t
}

func (u *userRow) user() chat.User { return chat.User{ID: chat.UserID(u.ID), Name: u.Name} }

// CreateUser implements chat.Users.
func (s *Store) CreateUser(ctx context.Context, name, key, passwordHash string) (chat.UserID, error) {
	return s.createUser(ctx, name, key, passwordHash, func(*transaction, int64) error { return nil })
}

// createUser makes a user. admit is asked in the transaction, with the user's id.
func (s *Store) createUser(ctx context.Context, name, key, passwordHash string, admit func(*transaction, int64) error) (chat.UserID, error) {
	return write(ctx, s, apart, func(tx *transaction) (chat.UserID, error) {
		u := userRow{Name: name, NameKey: key, PasswordHash: passwordHash, CreatedAt: tx.at.UnixMilli()}
		err := u.insert(tx.Link)
		if err != nil && tx.dialect.Classify(err) == sqldb.FailedDuplicate {
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

func (s *Store) account(ctx context.Context, id sqldb.Statement, arg any) (chat.Account, error) {
	var u userRow
	err := s.read(ctx, func(l *sqldb.Link) error {
		r, err := l.One(id, arg)
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

// DeviceNames implements chat.Devices.
func (s *Store) DeviceNames(ctx context.Context, ids []chat.DeviceID) (map[chat.DeviceID]string, error) {
	return names(ctx, s, sqlDeviceNames, ids)
}

func names[ID ~int64](ctx context.Context, s *Store, id sqldb.Statement, ids []ID) (map[ID]string, error) {
	found := make(map[ID]string, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	err := s.read(ctx, func(l *sqldb.Link) error {
		return l.Query(id, func(r sqldb.Row) bool {
			found[ID(r.Num(0))] = r.Text(1)
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
	err := s.read(ctx, func(l *sqldb.Link) error {
		return l.Query(sqlListUsers, func(r sqldb.Row) bool {
			list = append(list, chat.UserState{
				User:     chat.User{ID: chat.UserID(r.Num(0)), Name: r.Text(1)},
				Disabled: r.Yes(2), Erased: r.Num(2) == accountErased, CreatedAt: r.When(3), Online: r.Yes(4),
				Display: r.Text(5), DeletesAt: deletesAt(r.Num(6)),
			})
			return true
		}, after, limit)
	})
	return list, err
}
