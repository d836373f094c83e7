package store

import (
	"context"

	"parley/internal/chat"
	"parley/wire"
)

// direct is a direct conversation, and whether either of its users blocks the other.
type direct struct {
	conversationRow
	blocked bool
}

// findDirect gives nil if there is none.
func (l *link) findDirect(a, b chat.UserID) (*direct, error) {
	lo, hi := min(a, b), max(a, b)
	r, err := l.one(sqlDirect, lo, hi)
	if err != nil || r == nil {
		return nil, err
	}
	return &direct{
		conversationRow: conversationRow{
			ID: r.num(0), Kind: int64(chat.Direct), UserLo: int64(lo), UserHi: int64(hi), LastSeq: r.num(1), Version: r.num(2),
		},
		blocked: r.yes(3),
	}, nil
}

// makeDirect finds the direct conversation of two users or makes it: NoSuchUser.
func (tx *transaction) makeDirect(a, b chat.UserID) (direct, error) {
	if err := tx.usersExist(a, b); err != nil {
		return direct{}, err
	}
	d, err := tx.findDirect(a, b)
	if err != nil {
		return direct{}, err
	}
	if d != nil {
		return *d, nil
	}
	lo, hi := min(a, b), max(a, b)
	id, err := tx.insert(sqlInsertDirect, lo, hi)
	if err != nil {
		return direct{}, err
	}
	blocked, err := tx.isBlocked(a, b)
	return direct{
		conversationRow: conversationRow{ID: id, Kind: int64(chat.Direct), UserLo: int64(lo), UserHi: int64(hi), Version: firstVersion},
		blocked:         blocked,
	}, err
}

// OpenDirect implements chat.Log.
func (s *Store) OpenDirect(ctx context.Context, a, b chat.UserID) (chat.Conv, chat.Head, bool, error) {
	if a == b {
		return chat.Conv{}, chat.Head{}, false, chat.E(wire.NotYourself)
	}
	d, err := s.readDirect(ctx, a, b)
	if err == nil && d == nil {
		var made direct
		made, err = write(ctx, s, inOrder, func(tx *transaction) (direct, error) { return tx.makeDirect(a, b) })
		d = &made
	}
	if err != nil {
		return chat.Conv{}, chat.Head{}, false, err
	}
	return d.conv(), d.head(), d.blocked, nil
}

// FindDirect implements chat.Log.
func (s *Store) FindDirect(ctx context.Context, a, b chat.UserID) (chat.Conv, chat.Head, error) {
	d, err := s.readDirect(ctx, a, b)
	if err == nil && d == nil {
		err = chat.E(wire.NoConversation)
	}
	if err != nil {
		return chat.Conv{}, chat.Head{}, err
	}
	return d.conv(), d.head(), nil
}

func (s *Store) readDirect(ctx context.Context, a, b chat.UserID) (d *direct, err error) {
	err = s.read(ctx, func(l *link) (err error) {
		d, err = l.findDirect(a, b)
		return err
	})
	return d, err
}
