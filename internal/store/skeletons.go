package store

import (
	"context"
	"time"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
)

var (
	sqlInsertSkeleton = sqldb.Register(sqldb.ForWriting, `
INSERT INTO name_skeletons (skeleton, user_id) VALUES (?, ?) {or nothing: skeleton}`)
	sqlInvitesWithoutSkeletons = sqldb.Register(sqldb.ForWriting, `
SELECT i.id, i.name FROM registration_invites i
 WHERE i.id > ? AND i.kept_key IS NOT NULL AND NOT EXISTS (SELECT 1 FROM name_skeletons s WHERE s.user_id = -i.id) ORDER BY i.id LIMIT ?`)
	sqlLockSkeleton = sqldb.Register(sqldb.ForWriting, `
SELECT user_id FROM name_skeletons WHERE skeleton = ? {for update}`)
	sqlTakeSkeleton = sqldb.Register(sqldb.ForWriting, `
UPDATE name_skeletons SET user_id = ? WHERE skeleton = ?`)
	sqlSkeletonHolder = sqldb.Register(sqldb.ForReading, `
SELECT u.id, u.name FROM name_skeletons s JOIN users u ON u.id = s.user_id WHERE s.skeleton = ?`)
	sqlFreeSkeletons = sqldb.Register(sqldb.ForWriting, `
DELETE FROM name_skeletons WHERE user_id = ?`)
	sqlWithoutSkeletons = sqldb.Register(sqldb.ForWriting, `
SELECT u.id, u.name FROM users u
 WHERE u.id > ? AND u.disabled <> ? AND NOT EXISTS (SELECT 1 FROM name_skeletons s WHERE s.user_id = u.id) ORDER BY u.id LIMIT ?`)
)

// nameSkeletonRow is a row of name_skeletons: what somebody's name looks like.
type nameSkeletonRow struct {
	Skeleton []byte `db:"skeleton"`
	UserID   int64  `db:"user_id"`
}

// insert returns false if somebody holds it already.
func (k nameSkeletonRow) insert(l *sqldb.Link) (bool, error) {
	n, err := l.Exec(sqlInsertSkeleton, k.Skeleton, k.UserID)
	return n > 0, err
}

// LookAlikes implements chat.Users.
func (s *Store) LookAlikes(ctx context.Context, name string) (users []chat.User, err error) {
	skeletons := chat.NameSkeletons(name)
	err = s.read(ctx, func(l *sqldb.Link) error {
		users = users[:0]
		for _, k := range skeletons {
			if err := l.Query(sqlSkeletonHolder, func(r sqldb.Row) bool {
				users = append(users, chat.User{ID: chat.UserID(r.Num(0)), Name: r.Text(1)})
				return true
			}, k[:]); err != nil {
				return err
			}
		}
		return nil
	})
	return users, err
}

// findSkeletonHolder is who holds what a name looks like.
type skeletonHolder struct {
	id    int64 // a user's, or minus the number of an invitation that keeps the name
	name  string
	keeps bool // an invitation keeps the name now
}

// findSkeletonHolder returns who holds a skeleton, nil if nobody does any more.
func findSkeletonHolder(l *sqldb.Link, skeleton []byte, at time.Time) (*skeletonHolder, error) {
	r, err := l.One(sqlLockSkeleton, skeleton)
	if err != nil || r == nil {
		return nil, err
	}
	h := &skeletonHolder{id: r.Num(0)}
	if h.id < 0 {
		i, err := findInvite(l, sqlInvite, -h.id)
		if err == nil && i != nil {
			h.name, h.keeps = i.Name, i.Keeps(at)
		}
		return h, err
	}
	r, err = l.One(sqlAccount, h.id)
	if err != nil || r == nil {
		return nil, err
	}
	h.name = r.Text(1)
	return h, nil
}

// holdName takes what a name looks like for a user, or for an invitation (minus its number).
// It answers NameTaken where that is held for another name that clashes with it.
func (tx *transaction) holdName(holder int64, name string) error {
	return holdSkeletons(tx.Link, holder, name, tx.at, func(other *skeletonHolder) error {
		switch {
		case !chat.NamesClash(name, other.name):
			return nil
		case other.id > 0:
			return chat.ErrLookAlike(other.name)
		case other.keeps:
			return chat.ErrNameKept()
		}
		return nil
	})
}

// holdSkeletons takes what a name looks like. What a user holds stays theirs. A user takes it
// from an invitation, so that it is still held when the invitation is gone; another invitation
// takes it only where the name is kept no more. refuse is asked about everybody who holds some
// of it.
func holdSkeletons(l *sqldb.Link, holder int64, name string, at time.Time, refuse func(*skeletonHolder) error) error {
	for _, k := range chat.NameSkeletons(name) {
		added, err := nameSkeletonRow{Skeleton: k[:], UserID: holder}.insert(l)
		if err != nil {
			return err
		}
		if added {
			continue
		}
		other, err := findSkeletonHolder(l, k[:], at)
		if err != nil {
			return err
		}
		if other == nil || other.id == holder {
			continue
		}
		if err := refuse(other); err != nil {
			return err
		}
		if other.id < 0 && (holder > 0 || !other.keeps) {
			if _, err := l.Exec(sqlTakeSkeleton, holder, k[:]); err != nil {
				return err
			}
		}
	}
	return nil
}

const skeletonsAtOnce = 500 // users in one transaction

// fillSkeletons makes the skeletons of users that have none, but for erased ones: those that were there before the
// table was, those that an older version of the program has made since, and all after a move;
// then those of the names that invitations keep. A run that is cut off is gone on with at the
// next start.
func fillSkeletons(ctx context.Context, l *sqldb.Link, at time.Time) error {
	if err := fillSkeletonsOf(ctx, l, 1, at, sqlWithoutSkeletons, accountErased, skeletonsAtOnce); err != nil {
		return err
	}
	return fillSkeletonsOf(ctx, l, -1, at, sqlInvitesWithoutSkeletons, skeletonsAtOnce)
}

// fillSkeletonsOf goes through what a statement lists behind an id; sign is -1 for invitations.
func fillSkeletonsOf(ctx context.Context, l *sqldb.Link, sign int64, at time.Time, list sqldb.Statement, args ...any) error {
	for after := int64(0); ; {
		var ids []int64
		var names []string
		if err := l.Query(list, func(r sqldb.Row) bool {
			ids, names = append(ids, r.Num(0)), append(names, r.Text(1))
			return true
		}, append([]any{after}, args...)...); err != nil {
			return err
		}
		if len(ids) == 0 {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := l.InTransaction(func() error {
			for i, id := range ids {
				if err := holdSkeletons(l, sign*id, names[i], at, func(*skeletonHolder) error { return nil }); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
		after = ids[len(ids)-1]
	}
}
