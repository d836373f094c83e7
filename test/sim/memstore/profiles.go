package memstore

import (
	"context"
	"slices"

	"parley/internal/chat"
	"parley/wire"
)

func (u *user) shows() chat.Profile {
	p := u.profile
	p.User, p.Disabled = u.User, u.disabled
	return p
}

// Profile implements chat.Profiles.
func (s *Store) Profile(ctx context.Context, id chat.UserID) (p chat.Profile, err error) {
	err = s.read(ctx, func(d *Database) error {
		u := d.user(id)
		if u == nil {
			return chat.E(wire.NoSuchUser)
		}
		p = u.shows()
		return nil
	})
	return p, err
}

// ProfileFor implements chat.Profiles.
func (s *Store) ProfileFor(ctx context.Context, viewer, id chat.UserID) (p chat.Profile, g chat.Glance, err error) {
	err = s.read(ctx, func(d *Database) error {
		u, v := d.user(id), d.user(viewer)
		if u == nil || v == nil {
			return chat.E(wire.NoSuchUser)
		}
		p = u.shows()
		g = chat.Glance{
			Friends: slices.Contains(v.friends, id), Hides: d.blocks[[2]chat.UserID{id, viewer}],
			Knows: d.know(u, v), Online: u.sessions() > 0, ViewerHides: v.profile.HideSeen,
		}
		for _, v := range u.devices {
			if v.used.After(g.Seen) {
				g.Seen = v.used
			}
		}
		return nil
	})
	return p, g, err
}

// SaveProfile implements chat.Profiles.
func (s *Store) SaveProfile(ctx context.Context, id chat.UserID, c chat.ProfileChange) (int64, error) {
	return write(ctx, s, func(tx *transaction) (int64, error) {
		u := tx.user(id)
		if u == nil {
			return 0, chat.E(wire.NoSuchUser)
		}
		if !c.Apply(&u.profile) {
			return 0, nil
		}
		return u.tell(chat.JournalEntry{What: chat.ProfileChanged, User: id, Owner: id}), nil
	})
}
