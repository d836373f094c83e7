package memstore

import (
	"context"
	"slices"

	"parley/internal/chat"
	"parley/wire"
)

// groupInvite is an invitation with its place in the group's journal.
type groupInvite struct {
	chat.GroupInvite
	madeNo int64
}

// seen is the invitation as it is read, with its maker's account as it is now.
func (d *Database) seen(i *groupInvite) chat.GroupInvite {
	now := i.GroupInvite
	if u := d.user(i.By.ID); u != nil {
		now.By, now.ByClosed = u.User, u.disabled
	}
	return now
}

// toInvite is a group for who looks after it.
func (tx *transaction) toInvite(gid chat.GroupID, by chat.UserID) (*group, error) {
	if tx.group(gid) == nil {
		return nil, chat.E(wire.NoSuchGroup)
	}
	role, err := tx.roleOf(gid, by)
	if err == nil && !role.Leads() {
		err = chat.E(wire.NotAdmin)
	}
	return tx.group(gid), err
}

func (g *group) changedInvite(i chat.GroupInvite) chat.ChangedInvite {
	return chat.ChangedInvite{Invite: i, Conv: g.conv.Conv, GroupName: g.name, Version: g.conv.version}
}

// AddGroupInvite implements chat.GroupInvites.
func (s *Store) AddGroupInvite(ctx context.Context, by chat.UserID, i chat.GroupInvite, most int) (chat.ChangedInvite, error) {
	return write(ctx, s, func(tx *transaction) (chat.ChangedInvite, error) {
		g, err := tx.toInvite(i.Group, by)
		if err != nil {
			return chat.ChangedInvite{}, err
		}
		if g.joining == chat.JoinClosed {
			return chat.ChangedInvite{}, chat.ErrClosedToAll()
		}
		holding, over := 0, 0
		for _, old := range slices.Backward(g.invites) {
			now := tx.seen(old)
			now.ByClosed = false // they count all the same
			if now.Holds(tx.at) == nil {
				holding++
			} else if over++; over > chat.InvitesRemembered {
				g.invites = slices.DeleteFunc(g.invites, func(x *groupInvite) bool { return x == old })
			}
		}
		if most > 0 && holding >= most {
			return chat.ChangedInvite{}, chat.ErrInvitesReached(most)
		}
		tx.invites++
		i.ID, i.By = chat.GroupInviteID(tx.invites), chat.User{ID: by}
		made := &groupInvite{GroupInvite: i, madeNo: g.conv.tell(chat.JournalEntry{What: chat.InvitesChanged, User: by, Owner: by})}
		g.invites = append(g.invites, made)
		done := g.changedInvite(tx.seen(made))
		done.No = made.madeNo
		return done, nil
	})
}

// GroupInvites implements chat.GroupInvites.
func (s *Store) GroupInvites(ctx context.Context, gid chat.GroupID, after chat.GroupInviteID, limit int) (list []chat.GroupInvite, err error) {
	err = s.read(ctx, func(d *Database) error {
		g := d.group(gid)
		if g == nil {
			return nil
		}
		for _, i := range g.invites {
			if i.ID > after && i.RevokedAt.IsZero() && len(list) < limit {
				list = append(list, d.seen(i))
			}
		}
		return nil
	})
	return list, err
}

// RevokeGroupInvite implements chat.GroupInvites.
func (s *Store) RevokeGroupInvite(ctx context.Context, by chat.UserID, gid chat.GroupID, id chat.GroupInviteID) (chat.ChangedInvite, error) {
	return write(ctx, s, func(tx *transaction) (chat.ChangedInvite, error) {
		g, err := tx.toInvite(gid, by)
		if err != nil {
			return chat.ChangedInvite{}, err
		}
		for _, i := range g.invites {
			if i.ID != id {
				continue
			}
			var no int64
			if i.RevokedAt.IsZero() {
				i.RevokedAt = tx.at
				no = g.conv.tell(chat.JournalEntry{What: chat.InvitesChanged, User: by, Owner: by})
			}
			done := g.changedInvite(tx.seen(i))
			done.No = no
			return done, nil
		}
		return chat.ChangedInvite{}, chat.E(wire.NoSuchInvite)
	})
}

func (tx *transaction) revokeInvitesOf(g *group, u chat.UserID) {
	for _, i := range g.invites {
		if i.By.ID == u && i.RevokedAt.IsZero() {
			i.RevokedAt = tx.at
		}
	}
}

// byCode finds an invitation and its group.
func (d *Database) byCode(code string) (*group, *groupInvite, error) {
	for _, g := range d.groups {
		for _, i := range g.invites {
			if i.Code == code {
				return g, i, nil
			}
		}
	}
	return nil, nil, chat.E(wire.NoSuchInvite)
}

// FindGroupInvite implements chat.GroupInvites.
func (s *Store) FindGroupInvite(ctx context.Context, code string) (found chat.GroupInvite, err error) {
	err = s.read(ctx, func(d *Database) error {
		_, i, err := d.byCode(code)
		if err == nil {
			found = d.seen(i)
		}
		return err
	})
	return found, err
}

// JoinByInvite implements chat.GroupInvites.
func (s *Store) JoinByInvite(ctx context.Context, u chat.UserID, code string, maxGroups, maxMembers int) (chat.GroupInfo, chat.Membership, chat.Nos, error) {
	j, err := write(ctx, s, func(tx *transaction) (joined, error) {
		g, i, err := tx.byCode(code)
		if err != nil {
			return joined{}, err
		}
		now, m := tx.seen(i), g.members[u]
		switch {
		case g.count == 0:
			return joined{}, chat.E(wire.NoSuchGroup)
		case m != nil && !m.left:
			return joined{}, chat.E(wire.AlreadyMember)
		case now.Holds(tx.at) != nil:
			return joined{}, now.Holds(tx.at)
		case m != nil && m.keptOut && i.madeNo < m.joinedNo:
			return joined{}, chat.ErrInviteTooOld()
		case g.joining == chat.JoinClosed:
			return joined{}, chat.ErrClosedToAll()
		}
		j, err := tx.join(g, u, u, maxGroups, maxMembers)
		if err == nil {
			i.Used++
		}
		return j, err
	})
	return j.info, j.member, j.nos, err
}
