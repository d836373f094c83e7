package store

import (
	"context"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
	"parley/wire"
)

var (
	sqlUpdateGroup = sqldb.Register(sqldb.ForWriting, `
UPDATE chat_groups SET name = ?, description = ?, joining = ?, posting = ? WHERE id = ?`)
	sqlIsFriend = sqldb.Register(sqldb.ForWriting, `
SELECT COUNT(*) FROM friendships WHERE user_id = ? AND friend_id = ?`)
)

//nolint:gosec // a few values
func (g *groupRow) posting() chat.Posting { return chat.Posting(g.Posting) }

// UpdateGroup implements chat.Groups.
func (s *Store) UpdateGroup(ctx context.Context, by chat.UserID, gid chat.GroupID, u chat.GroupUpdate) (chat.UpdatedGroup, error) {
	return write(ctx, s, inOrder, func(tx *transaction) (chat.UpdatedGroup, error) {
		g, c, err := tx.lockGroup(gid)
		if err != nil {
			return chat.UpdatedGroup{}, err
		}
		role, err := tx.roleOf(gid, by)
		if err == nil {
			err = u.May(role)
		}
		if err != nil {
			return chat.UpdatedGroup{}, err
		}
		done := chat.UpdatedGroup{Info: g.info(role), Conv: c.conv(), Version: c.Version}
		changed, rights := u.Apply(&done.Info)
		if !changed {
			return done, nil
		}
		if _, err := tx.Exec(sqlUpdateGroup, done.Info.Name, done.Info.Desc, done.Info.Joining, done.Info.Posting, gid); err != nil {
			return done, err
		}
		if rights {
			done.Version++
			if _, err := tx.Exec(sqlRaiseVersion, c.ID); err != nil {
				return done, err
			}
		}
		done.No, err = tx.tellGroup(gid, noticeRow{
			What: chat.GroupUpdated, SubjectID: int64(by), OwnerID: int64(by), ConversationID: c.ID,
		})
		return done, err
	})
}

// SetRole implements chat.Memberships.
func (s *Store) SetRole(ctx context.Context, by chat.UserID, gid chat.GroupID, user chat.UserID, role chat.Role) (chat.RoleChange, error) {
	return write(ctx, s, inOrder, func(tx *transaction) (chat.RoleChange, error) {
		g, c, err := tx.lockGroup(gid)
		if err != nil {
			return chat.RoleChange{}, err
		}
		mine, err := tx.roleOf(gid, by)
		switch {
		case err != nil:
		case by == user:
			err = chat.E(wire.NotYourself)
		case mine != chat.Creator:
			err = chat.E(wire.NotCreator)
		}
		if err != nil {
			return chat.RoleChange{}, err
		}
		m, err := tx.memberNow(gid, user)
		if err != nil {
			return chat.RoleChange{}, err
		}
		return tx.setRole(g, c, m, by, role)
	})
}

// setRole returns a member a role. The group is locked.
func (tx *transaction) setRole(g groupRow, c conversationRow, m *memberRow, by chat.UserID, role chat.Role) (chat.RoleChange, error) {
	user, gid, was := chat.UserID(m.UserID), chat.GroupID(g.ID), m.role()
	past, err := tx.windows(m)
	if err != nil {
		return chat.RoleChange{}, err
	}
	m.Role = int64(role)
	done := chat.RoleChange{Membership: m.membership(chat.ConvID(c.ID), c.Version, g.posting(), past), GroupName: g.Name}
	account, err := tx.One(sqlPresence, user)
	switch {
	case err != nil:
		return done, err
	case account != nil:
		done.UserName = account.Text(0)
	}
	switch {
	case was == role:
		return done, nil
	case was == chat.Creator:
		return done, chat.Errorf(wire.BadField, "a group has one creator: make another member creator instead")
	case role == chat.Creator && (account == nil || account.Yes(4)):
		return done, chat.E(wire.AccountClosed)
	}
	if _, err := tx.Exec(sqlRaiseVersion, c.ID); err != nil {
		return done, err
	}
	c.Version++
	done.Version = c.Version
	if role == chat.Creator {
		if err := tx.stepDown(g, c, by, &done); err != nil {
			return done, err
		}
	}
	if _, err := tx.Exec(sqlSetRole, role, gid, user); err != nil {
		return done, err
	}
	if was.Leads() && !role.Leads() {
		if err := tx.revokeInvitesOf(gid, user); err != nil {
			return done, err
		}
	}
	if role == chat.Creator {
		done.No, err = tx.tellCreator(c, user, by)
		return done, err
	}
	done.No, err = tx.tellRole(c, user, by)
	return done, err
}

// stepDown makes who is creator an admin.
func (tx *transaction) stepDown(g groupRow, c conversationRow, by chat.UserID, done *chat.RoleChange) error {
	r, err := tx.One(sqlCreatorOf, g.ID)
	if err != nil || r == nil {
		return err
	}
	m, err := tx.member(chat.GroupID(g.ID), chat.UserID(r.Num(0)))
	if err != nil || m == nil {
		return err
	}
	past, err := tx.windows(m)
	if err != nil {
		return err
	}
	m.Role = int64(chat.Admin)
	former := m.membership(chat.ConvID(c.ID), c.Version, g.posting(), past)
	done.Former, done.FormerOf.ID = &former, former.User
	if done.FormerOf.Name, err = tx.userName(former.User); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlSetRole, chat.Admin, g.ID, former.User); err != nil {
		return err
	}
	done.FormerNo, err = tx.tellRole(c, former.User, by)
	return err
}

func (tx *transaction) tellRole(c conversationRow, user, by chat.UserID) (int64, error) {
	return tx.tellGroup(chat.GroupID(c.GroupID), noticeRow{
		What: chat.RoleChanged, SubjectID: int64(user), OwnerID: int64(by), ConversationID: c.ID,
	})
}

// added is what AddMember gives.
type added struct {
	joined
	user chat.User
}

// AddMember implements chat.Memberships.
func (s *Store) AddMember(ctx context.Context, by chat.UserID, gid chat.GroupID, user chat.UserID, a chat.Adding) (chat.GroupInfo, chat.Membership, chat.User, chat.Nos, error) {
	r, err := write(ctx, s, inOrder, func(tx *transaction) (added, error) {
		g, c, _, err := tx.lockAsAdmin(gid, by, user)
		if err != nil {
			return added{}, err
		}
		old, err := tx.member(gid, user)
		switch {
		case err != nil:
			return added{}, err
		case old != nil && !old.Left:
			return added{}, chat.E(wire.AlreadyMember)
		}
		name, err := tx.mayBeAdded(by, user, a.FriendsOnly)
		switch {
		case err != nil:
			return added{}, err
		case a.MaxMembers > 0 && g.MemberCount >= int64(a.MaxMembers):
			return added{}, chat.E(wire.LimitReached)
		}
		if err := tx.groupsBelow(a.MaxGroups, user); err != nil {
			return added{}, err
		}
		j, err := tx.join(g, c, user, by, old)
		return added{j, chat.User{ID: user, Name: name}}, err
	})
	return r.info, r.member, r.user, r.nos, err
}

// mayBeAdded answers why somebody may not make a user a member, and returns the user's name. It
// locks the user's row.
func (tx *transaction) mayBeAdded(by, user chat.UserID, friendsOnly bool) (string, error) {
	r, err := tx.One(sqlPresence, user)
	switch {
	case err != nil:
		return "", err
	case r == nil:
		return "", chat.E(wire.NoSuchUser)
	case r.Yes(4):
		return "", chat.E(wire.AccountClosed)
	}
	name := r.Text(0)
	if r, err = tx.One(sqlBlocked, by, user, user, by); err != nil {
		return "", err
	}
	if r.Num(0) > 0 {
		return "", chat.E(wire.Blocked)
	}
	if friendsOnly && by != 0 {
		if r, err = tx.One(sqlIsFriend, user, by); err != nil {
			return "", err
		}
		if r.Num(0) == 0 {
			return "", chat.E(wire.NotFriends)
		}
	}
	return name, nil
}
