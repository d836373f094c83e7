package store

import (
	"context"
	"time"

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

// skeletonHolder is who holds what a name looks like.
type skeletonHolder struct {
	id    int64 // a user's, or minus the number of an invitation that keeps the name
	name  string
	keeps bool // an invitation keeps the name now
}

// skeletonHolder returns who holds a skeleton, nil if nobody does any more.
func (l *link) skeletonHolder(skeleton []byte, at time.Time) (*skeletonHolder, error) {
	r, err := l.one(sqlLockSkeleton, skeleton)
	if err != nil || r == nil {
		return nil, err
	}
	h := &skeletonHolder{id: r.num(0)}
	if h.id < 0 {
		i, err := l.invite(sqlInvite, -h.id)
		if err == nil && i != nil {
			h.name, h.keeps = i.Name, i.Keeps(at)
		}
		return h, err
	}
	r, err = l.one(sqlAccount, h.id)
	if err != nil || r == nil {
		return nil, err
	}
	h.name = r.text(1)
	return h, nil
}

// holdName takes what a name looks like for a user, or for an invitation (minus its number).
// It answers NameTaken where that is held for another name that clashes with it.
func (tx *transaction) holdName(holder int64, name string) error {
	return tx.holdSkeletons(holder, name, tx.at, func(other *skeletonHolder) error {
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
func (l *link) holdSkeletons(holder int64, name string, at time.Time, refuse func(*skeletonHolder) error) error {
	for _, k := range chat.NameSkeletons(name) {
		added, err := nameSkeletonRow{Skeleton: k[:], UserID: holder}.insert(l)
		if err != nil {
			return err
		}
		if added {
			continue
		}
		other, err := l.skeletonHolder(k[:], at)
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
			if _, err := l.exec(sqlTakeSkeleton, holder, k[:]); err != nil {
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
func (l *link) fillSkeletons(ctx context.Context, at time.Time) error {
	if err := l.fillSkeletonsOf(ctx, 1, at, sqlWithoutSkeletons, accountErased, skeletonsAtOnce); err != nil {
		return err
	}
	return l.fillSkeletonsOf(ctx, -1, at, sqlInvitesWithoutSkeletons, skeletonsAtOnce)
}

// fillSkeletonsOf goes through what a statement lists behind an id; sign is -1 for invitations.
func (l *link) fillSkeletonsOf(ctx context.Context, sign int64, at time.Time, list stmtID, args ...any) error {
	for after := int64(0); ; {
		var ids []int64
		var names []string
		if err := l.query(list, func(r row) bool {
			ids, names = append(ids, r.num(0)), append(names, r.text(1))
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
		if err := l.inTransaction(func() error {
			for i, id := range ids {
				if err := l.holdSkeletons(sign*id, names[i], at, func(*skeletonHolder) error { return nil }); err != nil {
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
