package store

import (
	"context"

	"parley/internal/chat"
)

// LookAlikes implements chat.Users.
func (s *Store) LookAlikes(ctx context.Context, name string) (users []chat.User, err error) {
	skeletons := chat.NameSkeletons(name)
	err = s.read(ctx, func(l *link) error {
		users = users[:0]
		for _, k := range skeletons {
			if err := l.query(sqlSkeletonHolder, func(r row) bool {
				users = append(users, chat.User{ID: chat.UserID(r.num(0)), Name: r.text(1)})
				return true
			}, k[:]); err != nil {
				return err
			}
		}
		return nil
	})
	return users, err
}

// holdSkeletons takes what the name of a new user looks like. What another holds stays theirs:
// clash says whose name it is and whether both may be.
func (l *link) holdSkeletons(user chat.UserID, name string, clash func(other string) error) error {
	for _, k := range chat.NameSkeletons(name) {
		added, err := nameSkeletonRow{Skeleton: k[:], UserID: int64(user)}.insert(l)
		if err != nil {
			return err
		}
		if added {
			continue
		}
		r, err := l.one(sqlLockSkeleton, k[:])
		if err != nil {
			return err
		}
		if r == nil || chat.UserID(r.num(0)) == user {
			continue
		}
		if err := clash(r.text(1)); err != nil {
			return err
		}
	}
	return nil
}

const skeletonsAtOnce = 500 // users in one transaction

// fillSkeletons makes the skeletons of users that have none, but for erased ones: those that were there before the
// table was, and those that an older version of the program has made since. A run that is cut
// off is gone on with at the next start.
func (l *link) fillSkeletons(ctx context.Context) error {
	for after := chat.UserID(0); ; {
		var users []chat.User
		if err := l.query(sqlWithoutSkeletons, func(r row) bool {
			users = append(users, chat.User{ID: chat.UserID(r.num(0)), Name: r.text(1)})
			return true
		}, after, accountErased, skeletonsAtOnce); err != nil {
			return err
		}
		if len(users) == 0 {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := l.inTransaction(func() error {
			for _, u := range users {
				if err := l.holdSkeletons(u.ID, u.Name, func(string) error { return nil }); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
		after = users[len(users)-1].ID
	}
}
