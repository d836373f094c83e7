package chat

import (
	"context"

	"parley/wire"
)

// UpdateGroup changes a group's name and description (the creator and admins), and who may
// join and post (the creator). Errors: NoSuchGroup, NotMember, NotAdmin, NotCreator, BadName,
// BadText, TextTooLong, OlderNode, and the store's.
func (s *Service) UpdateGroup(ctx context.Context, by Caller, gid GroupID, u GroupUpdate) (GroupInfo, error) {
	if err := u.check(); err != nil {
		return GroupInfo{}, err
	}
	if u.Joining != nil && *u.Joining != JoinOpen || u.Posting != nil && *u.Posting != PostAll {
		if err := s.allKeep(ctx, LevelGroups); err != nil {
			return GroupInfo{}, err
		}
	}
	done, err := s.store.UpdateGroup(ctx, by.User.ID, gid, u)
	if err != nil {
		return GroupInfo{}, err
	}
	if done.No != 0 {
		s.tell(by, PeopleNotice{
			What: GroupUpdated, User: by.User, Conv: done.Conv, Group: done.Info, Version: done.Version,
		}, groupTopic(gid), done.No)
	}
	return done.Info, nil
}

// check brings the texts into the form in which they are kept.
func (u *GroupUpdate) check() error {
	if u.Name != nil {
		name, err := CheckGroupName(*u.Name)
		if err != nil {
			return err
		}
		u.Name = &name
	}
	if u.Desc != nil {
		desc, err := CheckDescription(*u.Desc)
		if err != nil {
			return err
		}
		u.Desc = &desc
	}
	return nil
}

// SetRole lets the creator give a member another role, or with Creator hand the group over.
// Errors: NoSuchGroup, NotMember (of either), NotCreator, NotYourself, AccountClosed,
// OlderNode, and the store's.
func (s *Service) SetRole(ctx context.Context, by Caller, gid GroupID, user UserID, role Role) (GroupInfo, error) {
	if role == ReadOnly {
		if err := s.allKeep(ctx, LevelGroups); err != nil {
			return GroupInfo{}, err
		}
	}
	done, err := s.store.SetRole(ctx, by.User.ID, gid, user, role)
	if err != nil {
		return GroupInfo{}, err
	}
	g := GroupInfo{ID: gid, Name: done.GroupName}
	if done.No == 0 {
		return g, nil
	}
	c := PeopleNotice{
		What: RoleChanged, User: User{ID: user, Name: done.UserName}, Conv: done.Conv, Group: g, Member: &done.Membership,
		Version: done.Version,
	}
	if role == Creator {
		if f := done.Former; f != nil {
			former := c
			former.User, former.Member = done.FormerOf, f
			s.tell(by, former, groupTopic(gid), done.FormerNo)
		}
		c.What, c.Member = CreatorChanged, nil
	}
	s.tell(by, c, groupTopic(gid), done.No)
	return g, nil
}

// NotAdded is a user who could not be added to a group, and why.
type NotAdded struct {
	User UserID
	Why  *Error
}

// AddMembers lets the creator and admins make users members of a group, removed ones among them.
// For each user it is done or not, whatever becomes of the others. Errors, for all of them:
// NoSuchGroup, NotMember and NotAdmin (the caller). For one: NoSuchUser, AccountClosed, Blocked,
// NotFriends, AlreadyMember, NotYourself, LimitReached, and the store's.
func (s *Service) AddMembers(ctx context.Context, by Caller, gid GroupID, users []UserID) (added []UserID, refused []NotAdded, err error) {
	m, err := s.store.Membership(ctx, gid, by.User.ID)
	switch {
	case err != nil:
		return nil, nil, err
	case m.Left:
		return nil, nil, E(wire.NotMember)
	case !m.Role.Leads():
		return nil, nil, E(wire.NotAdmin)
	}
	for _, user := range users {
		if _, err := s.addMember(ctx, by, gid, user); err != nil {
			refused = append(refused, NotAdded{user, AsError(err)})
			continue
		}
		added = append(added, user)
	}
	return added, refused, nil
}

func (s *Service) addMember(ctx context.Context, by Caller, gid GroupID, user UserID) (GroupInfo, error) {
	g, m, who, nos, err := s.store.AddMember(ctx, by.User.ID, gid, user, Adding{
		MaxGroups: s.o.MaxGroups, MaxMembers: s.o.MaxMembers, FriendsOnly: s.o.AddFriendsOnly,
	})
	if err == nil {
		s.came(by, who, g, m, nos)
	}
	return g, err
}
