package store

import (
	"context"
	"time"
)

// Times is what time it is on the database's clock, which on SQLite is this machine's, and
// when something in the database last changed; zero for never.
func (s *Store) Times(ctx context.Context) (now, past time.Time, err error) {
	err = s.read(ctx, func(l *link) error {
		r, err := l.one(sqlTimes)
		if err != nil {
			return err
		}
		now, past = time.UnixMilli(r.num(0)), time.Time{}
		if last := max(r.num(1), r.num(2)); last > 0 {
			past = time.UnixMilli(last)
		}
		return nil
	})
	return now, past, err
}
