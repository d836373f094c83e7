package memstore

import (
	"context"
	"slices"
	"strings"

	"parley/internal/chat"
)

// UsersByPrefix implements chat.Directory.
func (s *Store) UsersByPrefix(ctx context.Context, viewer chat.UserID, prefix string, limit int) (list []chat.Found, err error) {
	err = s.read(ctx, func(d *Database) error {
		var all []*user
		for _, u := range d.users {
			if strings.HasPrefix(u.key, prefix) && !u.disabled && u.ID != viewer && !d.blocks[[2]chat.UserID{u.ID, viewer}] {
				all = append(all, u)
			}
		}
		slices.SortFunc(all, func(a, b *user) int { return strings.Compare(a.key, b.key) })
		for _, u := range all[:min(limit, len(all))] {
			list = append(list, chat.Found{User: u.User, Display: u.profile.Display})
		}
		return nil
	})
	return list, err
}

// know reports whether two users are friends, are in a group together, or have a conversation.
func (d *Database) know(a, b *user) bool {
	if slices.Contains(a.friends, b.ID) {
		return true
	}
	if c := d.pairs[pairOf(a.ID, b.ID)]; c != nil && len(c.log) > 0 {
		return true
	}
	return slices.ContainsFunc(d.groups, func(g *group) bool {
		ma, mb := g.members[a.ID], g.members[b.ID]
		return ma != nil && mb != nil && !ma.left && !mb.left
	})
}
