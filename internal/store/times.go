package store

import (
	"context"
	"time"

	"parley/internal/store/sqldb"
)

// Of no rows there is no latest: 0.
var sqlTimes = sqldb.Register(sqldb.ForReading, `
SELECT {now}, COALESCE((SELECT MAX(changed_at) FROM conversations), 0), COALESCE((SELECT MAX(changed_at) FROM users), 0)`)

// Times is what time it is on the database's clock, which on SQLite is this machine's, and
// when something in the database last changed; zero for never.
func (s *Store) Times(ctx context.Context) (now, past time.Time, err error) {
	err = s.read(ctx, func(l *sqldb.Link) error {
		r, err := l.One(sqlTimes)
		if err != nil {
			return err
		}
		now, past = time.UnixMilli(r.Num(0)), time.Time{}
		if last := max(r.Num(1), r.Num(2)); last > 0 {
			past = time.UnixMilli(last)
		}
		return nil
	})
	return now, past, err
}
