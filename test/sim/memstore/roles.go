package memstore

import (
	"context"
	"slices"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// UpdateGroup implements chat.Groups.
func (s *Store) UpdateGroup(ctx context.Context, by chat.UserID, gid chat.GroupID, u chat.GroupUpdate) (chat.UpdatedGroup, error) {
	return write(ctx, s, func(tx *transaction) (chat.UpdatedGroup, error) {
		g := tx.group(gid)
		if g == nil {
			return chat.UpdatedGroup{}, chat.E(wire.NoSuchGroup)
		}
		role, err := tx.roleOf(gid, by)
		if err == nil {
			err = u.May(role)
		}
		if err != nil {
			return chat.UpdatedGroup{}, err
		}
		done := chat.UpdatedGroup{Info: g.info(role), Conv: g.conv.Conv}
		changed, rights := u.Apply(&done.Info)
		if rights {
			g.conv.raise()
		}
		done.Version = g.conv.version
		if changed {
			g.name, g.desc, g.joining, g.posting = done.Info.Name, done.Info.Desc, done.Info.Joining, done.Info.Posting
			done.No = g.conv.tell(chat.JournalEntry{What: chat.GroupUpdated, User: by, Owner: by})
		}
		return done, nil
	})
}

func (c *conv) raise() {
	c.version++
	c.changed = time.Now()
}

// SetRole implements chat.Memberships.
func (s *Store) SetRole(ctx context.Context, by chat.UserID, gid chat.GroupID, u chat.UserID, role chat.Role) (chat.RoleChange, error) {
	return write(ctx, s, func(tx *transaction) (chat.RoleChange, error) {
		if tx.group(gid) == nil {
			return chat.RoleChange{}, chat.E(wire.NoSuchGroup)
		}
		mine, err := tx.roleOf(gid, by)
		switch {
		case err != nil:
			return chat.RoleChange{}, err
		case by == u:
			return chat.RoleChange{}, chat.E(wire.NotYourself)
		case mine != chat.Creator:
			return chat.RoleChange{}, chat.E(wire.NotCreator)
		}
		g, m, err := tx.memberNow(gid, u)
		if err != nil {
			return chat.RoleChange{}, err
		}
		return tx.setRole(g, m, by, u, role)
	})
}

func (tx *transaction) setRole(g *group, m *member, by, u chat.UserID, role chat.Role) (done chat.RoleChange, err error) {
	done.GroupName, done.UserName = g.name, tx.user(u).Name
	switch {
	case m.role == role:
		done.Membership = g.conv.membership(u, m)
		return done, nil
	case m.role == chat.Creator:
		return done, chat.E(wire.BadField)
	case role == chat.Creator && tx.user(u).disabled:
		return done, chat.E(wire.AccountClosed)
	}
	g.conv.raise()
	what := chat.RoleChanged
	if role == chat.Creator {
		what = chat.CreatorChanged
		for id, other := range g.members {
			if other.left || other.role != chat.Creator {
				continue
			}
			other.role = chat.Admin
			former := g.conv.membership(id, other)
			done.Former, done.FormerOf = &former, tx.user(id).User
			done.FormerNo = g.conv.tell(chat.JournalEntry{What: chat.RoleChanged, User: id, Owner: by})
		}
	}
	if m.role.Leads() && !role.Leads() {
		tx.revokeInvitesOf(g, u)
	}
	m.role = role
	done.Membership = g.conv.membership(u, m)
	done.No = g.conv.tell(chat.JournalEntry{What: what, User: u, Owner: by})
	return done, nil
}

// AddMember implements chat.Memberships.
func (s *Store) AddMember(ctx context.Context, by chat.UserID, gid chat.GroupID, u chat.UserID, a chat.Adding) (chat.GroupInfo, chat.Membership, chat.User, chat.Nos, error) {
	var who chat.User
	j, err := write(ctx, s, func(tx *transaction) (joined, error) {
		if tx.group(gid) == nil {
			return joined{}, chat.E(wire.NoSuchGroup)
		}
		if _, err := tx.asAdmin(gid, by, u); err != nil {
			return joined{}, err
		}
		g, user := tx.group(gid), tx.user(u)
		m := g.members[u]
		switch {
		case m != nil && !m.left:
			return joined{}, chat.E(wire.AlreadyMember)
		case user == nil:
			return joined{}, chat.E(wire.NoSuchUser)
		case user.disabled:
			return joined{}, chat.E(wire.AccountClosed)
		case tx.blocked(by, u):
			return joined{}, chat.E(wire.Blocked)
		case a.FriendsOnly && by != 0 && !slices.Contains(user.friends, by):
			return joined{}, chat.E(wire.NotFriends)
		}
		who = user.User
		return tx.join(g, u, by, a.MaxGroups, a.MaxMembers)
	})
	return j.info, j.member, who, j.nos, err
}
