package store

import (
	"context"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
	"parley/wire"
)

var (
	sqlInsertDirect = sqldb.Register(sqldb.ForWriting, `
INSERT INTO conversations (kind, user_lo, user_hi, changed_at, spoke) VALUES (1, ?, ?, {now}, 0) {returning id}`)
	sqlDirect = sqldb.Register(sqldb.ForReading, `
SELECT c.id, c.last_seq, c.version,
       EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = c.user_lo AND b.other_id = c.user_hi)
       OR EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = c.user_hi AND b.other_id = c.user_lo),
       EXISTS (SELECT 1 FROM users u WHERE u.id = c.user_lo AND u.disabled <> 0)
       OR EXISTS (SELECT 1 FROM users u WHERE u.id = c.user_hi AND u.disabled <> 0), c.last_rev
  FROM conversations c WHERE c.user_lo = ? AND c.user_hi = ?`)
)

// direct is a direct conversation, and what stands against saying anything in it.
type direct struct {
	conversationRow
	barred wire.Code
}

// barred words what stands against a message.
func barred(closed, blocked bool) wire.Code {
	switch {
	case closed:
		return wire.AccountClosed
	case blocked:
		return wire.Blocked
	}
	return wire.OK
}

// findDirect returns nil if there is none.
func findDirect(l *sqldb.Link, a, b chat.UserID) (*direct, error) {
	lo, hi := min(a, b), max(a, b)
	r, err := l.One(sqlDirect, lo, hi)
	if err != nil || r == nil {
		return nil, err
	}
	return &direct{
		conversationRow: conversationRow{
			ID: r.Num(0), Kind: int64(chat.Direct), UserLo: int64(lo), UserHi: int64(hi), LastSeq: r.Num(1), LastRev: r.Num(5), Version: r.Num(2),
		},
		barred: barred(r.Yes(4), r.Yes(3)),
	}, nil
}

// makeDirect finds the direct conversation of two users or makes it: NoSuchUser.
func (tx *transaction) makeDirect(a, b chat.UserID) (direct, error) {
	closed, err := tx.usersExist(a, b)
	if err != nil {
		return direct{}, err
	}
	d, err := findDirect(tx.Link, a, b)
	if err != nil {
		return direct{}, err
	}
	if d != nil {
		return *d, nil
	}
	lo, hi := min(a, b), max(a, b)
	id, err := tx.Insert(sqlInsertDirect, lo, hi)
	if err != nil {
		return direct{}, err
	}
	blocked, err := tx.isBlocked(a, b)
	return direct{
		conversationRow: conversationRow{ID: id, Kind: int64(chat.Direct), UserLo: int64(lo), UserHi: int64(hi), Version: firstVersion},
		barred:          barred(closed, blocked),
	}, err
}

// OpenDirect implements chat.Conversations.
func (s *Store) OpenDirect(ctx context.Context, a, b chat.UserID) (chat.Conv, chat.Head, wire.Code, error) {
	if a == b {
		return chat.Conv{}, chat.Head{}, wire.OK, chat.E(wire.NotYourself)
	}
	d, err := s.readDirect(ctx, a, b)
	if err == nil && d == nil {
		var made direct
		made, err = write(ctx, s, inOrder, func(tx *transaction) (direct, error) { return tx.makeDirect(a, b) })
		d = &made
	}
	if err != nil {
		return chat.Conv{}, chat.Head{}, wire.OK, err
	}
	return d.conv(), d.head(), d.barred, nil
}

// FindDirect implements chat.Conversations.
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
	err = s.read(ctx, func(l *sqldb.Link) (err error) {
		d, err = findDirect(l, a, b)
		return err
	})
	return d, err
}
