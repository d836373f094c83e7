package store

import (
	"context"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
	"parley/wire"
)

const profileColumns = "u.id, u.name, u.display, u.about, u.hide_receipts, u.hide_seen, u.disabled, u.erase_at"

var (
	sqlProfile = sqldb.Register(sqldb.ForReading, "SELECT "+profileColumns+`
  FROM users u WHERE u.id = ?`)
	// The last time that somebody was here is when a session began or ended.
	sqlProfileFor = sqldb.Register(sqldb.ForReading, "SELECT "+profileColumns+`,
       EXISTS (SELECT 1 FROM friendships f WHERE f.user_id = v.id AND f.friend_id = u.id),
       EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = u.id AND b.other_id = v.id),
       EXISTS (SELECT 1 FROM devices d WHERE d.user_id = u.id AND d.session_id <> 0),
       COALESCE((SELECT MAX(d.used_at) FROM devices d WHERE d.user_id = u.id), 0),
       v.hide_seen,
       EXISTS (SELECT 1 FROM conversations c WHERE c.user_lo = CASE WHEN u.id < v.id THEN u.id ELSE v.id END
                  AND c.user_hi = CASE WHEN u.id < v.id THEN v.id ELSE u.id END AND c.last_seq > 0)
       OR EXISTS (SELECT 1 FROM members a JOIN members b ON b.group_id = a.group_id
                   WHERE a.user_id = v.id AND a.left_seq IS NULL AND b.user_id = u.id AND b.left_seq IS NULL)
  FROM users u JOIN users v ON v.id = ? WHERE u.id = ?`)
	sqlSaveProfile = sqldb.Register(sqldb.ForWriting, `
UPDATE users SET display = ?, about = ?, hide_receipts = ?, hide_seen = ? WHERE id = ?`)
)

// readProfile takes profileColumns.
func readProfile(r sqldb.Row) chat.Profile {
	return chat.Profile{
		User: chat.User{ID: chat.UserID(r.Num(0)), Name: r.Text(1)}, Display: r.Text(2), About: r.Text(3),
		HideReceipts: r.Yes(4), HideSeen: r.Yes(5), Disabled: r.Yes(6), Erased: r.Num(6) == accountErased, DeletesAt: deletesAt(r.Num(7)),
	}
}

func findProfile(l *sqldb.Link, user chat.UserID) (chat.Profile, error) {
	r, err := l.One(sqlProfile, user)
	if err != nil {
		return chat.Profile{}, err
	}
	if r == nil {
		return chat.Profile{}, chat.E(wire.NoSuchUser)
	}
	return readProfile(r), nil
}

// Profile implements chat.Profiles.
func (s *Store) Profile(ctx context.Context, user chat.UserID) (p chat.Profile, err error) {
	err = s.read(ctx, func(l *sqldb.Link) error {
		p, err = findProfile(l, user)
		return err
	})
	return p, err
}

// ProfileFor implements chat.Profiles.
func (s *Store) ProfileFor(ctx context.Context, viewer, user chat.UserID) (p chat.Profile, g chat.Glance, err error) {
	err = s.read(ctx, func(l *sqldb.Link) error {
		r, err := l.One(sqlProfileFor, viewer, user)
		if err != nil {
			return err
		}
		if r == nil {
			return chat.E(wire.NoSuchUser)
		}
		p, g = readProfile(r), chat.Glance{Friends: r.Yes(8), Hides: r.Yes(9), Online: r.Yes(10), ViewerHides: r.Yes(12), Knows: r.Yes(8) || r.Yes(13)}
		if r.Num(11) != 0 {
			g.Seen = r.When(11)
		}
		return nil
	})
	return p, g, err
}

// SaveProfile implements chat.Profiles. The journal's entry locks the user's row.
func (s *Store) SaveProfile(ctx context.Context, user chat.UserID, c chat.ProfileChange) (int64, error) {
	return write(ctx, s, apart, func(tx *transaction) (int64, error) {
		r, err := tx.One(sqlUserJournal, user)
		if err != nil {
			return 0, err
		}
		if r == nil {
			return 0, chat.E(wire.NoSuchUser)
		}
		p, err := findProfile(tx.Link, user)
		if err != nil || !c.Apply(&p) {
			return 0, err
		}
		if _, err := tx.Exec(sqlSaveProfile, p.Display, p.About, asNumber(p.HideReceipts), asNumber(p.HideSeen), user); err != nil {
			return 0, err
		}
		return tx.tellProfile(user)
	})
}

func asNumber(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}
