package store

import (
	"context"
	"unicode/utf8"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
)

const (
	prefixSelect = `
SELECT u.id, u.name, u.display FROM users u
 WHERE `
	prefixRest = ` AND u.disabled = 0 AND u.id <> ?
   AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = u.id AND b.other_id = ?)
 ORDER BY `
)

// sqlUsersByPrefix goes along an index of keys by code points. On PostgreSQL that of the keys may be
// by the rules of a language, so that there is another one.
var sqlUsersByPrefix = sqldb.RegisterEach(sqldb.ForReading, sqldb.Texts{
	SQLite:   prefixSelect + `u.name_key >= ? AND u.name_key < ?` + prefixRest + `u.name_key LIMIT ?`,
	MySQL:    prefixSelect + `u.name_key >= ? AND u.name_key < ?` + prefixRest + `u.name_key LIMIT ?`,
	Postgres: prefixSelect + `u.name_key COLLATE "C" >= ? AND u.name_key COLLATE "C" < ?` + prefixRest + `u.name_key COLLATE "C" LIMIT ?`,
})

// UsersByPrefix implements chat.Directory.
func (s *Store) UsersByPrefix(ctx context.Context, viewer chat.UserID, prefix string, limit int) ([]chat.Found, error) {
	var list []chat.Found
	err := s.read(ctx, func(l *sqldb.Link) error {
		list = nil
		return l.Query(sqlUsersByPrefix, func(r sqldb.Row) bool {
			list = append(list, chat.Found{User: chat.User{ID: chat.UserID(r.Num(0)), Name: r.Text(1)}, Display: r.Text(2)})
			return true
		}, prefix, prefix+string(utf8.MaxRune), viewer, viewer, limit) // no name has that character
	})
	return list, err
}
