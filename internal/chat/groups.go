package chat

import (
	"context"

	"parley/wire"
)

// NewGroup is what a group is to be.
type NewGroup struct {
	Name, Desc string
	Joining    Joining
	Members    []UserID // added at once; who cannot be is left out
}

// CreateGroup makes a group with the caller as its creator. Errors: BadName, BadText,
// TextTooLong (the description), LimitReached, OlderNode, and the store's.
func (s *Service) CreateGroup(ctx context.Context, by Caller, n NewGroup) (GroupInfo, error) {
	name, err := CheckGroupName(n.Name)
	if err != nil {
		return GroupInfo{}, err
	}
	desc, err := CheckDescription(n.Desc)
	if err == nil && n.Joining != JoinOpen {
		err = s.allKeep(ctx, LevelGroups)
	}
	if err != nil {
		return GroupInfo{}, err
	}
	g, m, nos, err := s.store.CreateGroup(ctx, by.User.ID, name, desc, n.Joining, s.o.MaxGroups, s.clock.Now())
	if err != nil {
		return GroupInfo{}, err
	}
	s.tell(by, PeopleNotice{
		What: GroupCreated, User: by.User, Conv: m.Conv, Group: g, Member: &m, Version: m.Version,
	}, userTopic(by.User.ID), nos.User)
	for _, user := range n.Members {
		if info, err := s.addMember(ctx, by, g.ID, user); err == nil {
			g.Members = info.Members
		}
	}
	return g, nil
}

// JoinGroup makes the caller a member: he sees what is said from now on. Errors:
// NoSuchGroup, AlreadyMember, LimitReached, KeptOut, NotOpen, and the store's.
func (s *Service) JoinGroup(ctx context.Context, by Caller, gid GroupID) (GroupInfo, error) {
	g, m, nos, err := s.store.JoinGroup(ctx, by.User.ID, gid, s.o.MaxGroups, s.o.MaxMembers)
	if err != nil {
		return GroupInfo{}, err
	}
	s.came(by, by.User, g, m, nos)
	g.JoinedSeq = m.JoinedSeq
	return g, nil
}

// came tells a group, and the one who is a member of it now, and of whom that made creator.
func (s *Service) came(by Caller, who User, g GroupInfo, m Membership, nos Nos) {
	c := PeopleNotice{What: MemberJoined, User: who, Conv: m.Conv, Group: g, Member: &m, Version: m.Version}
	s.tell(by, c, groupTopic(g.ID), nos.Group)
	s.tell(by, c, userTopic(who.ID), nos.User)
	if nos.Creator != 0 {
		s.tell(by, PeopleNotice{
			What: CreatorChanged, User: nos.Heir, Conv: m.Conv, Group: g, Version: m.Version,
		}, groupTopic(g.ID), nos.Creator)
	}
}

// LeaveGroup takes the caller out of a group; when its creator leaves, the admin who joined
// first becomes creator, or the member who did. Errors: NoSuchGroup, NotMember, and the store's.
func (s *Service) LeaveGroup(ctx context.Context, by Caller, gid GroupID) (GroupInfo, error) {
	r, err := s.store.LeaveGroup(ctx, by.User.ID, gid)
	if err != nil {
		return GroupInfo{}, err
	}
	return s.removed(by, MemberLeft, r), nil
}

// RemoveMember lets the creator and admins take another member out, who cannot join again until
// LiftRemoval, AddMembers or an invitation. Errors: NoSuchGroup, NotMember (of either),
// NotAdmin, NotCreator (an admin who removes an admin or the creator), NotYourself, and the
// store's.
func (s *Service) RemoveMember(ctx context.Context, by Caller, gid GroupID, user UserID) (GroupInfo, error) {
	if user == by.User.ID {
		return GroupInfo{}, Errorf(wire.NotYourself, "you cannot remove yourself: leave the group instead")
	}
	r, err := s.store.RemoveMember(ctx, by.User.ID, gid, user)
	if err != nil {
		return GroupInfo{}, err
	}
	return s.removed(by, MemberRemoved, r), nil
}

// LiftRemoval lets the creator and admins allow a removed member to join again. It is no error
// where nobody is kept out. Errors: NoSuchGroup, NotMember (of either, ever), NotAdmin,
// NotYourself, and the store's.
func (s *Service) LiftRemoval(ctx context.Context, by Caller, gid GroupID, user UserID) (GroupInfo, error) {
	if user == by.User.ID {
		return GroupInfo{}, E(wire.NotYourself)
	}
	r, err := s.store.LiftRemoval(ctx, by.User.ID, gid, user)
	if err != nil {
		return GroupInfo{}, err
	}
	g := GroupInfo{ID: gid, Name: r.GroupName}
	if r.Nos != (Nos{}) {
		c := PeopleNotice{What: RemovalLifted, User: User{ID: user, Name: r.UserName}, Conv: r.Conv, Group: g, Version: r.Version}
		s.tell(by, c, groupTopic(gid), r.Nos.Group)
		s.tell(by, c, userTopic(user), r.Nos.User)
	}
	return g, nil
}

// removed tells the group, and the one who is no longer in it.
func (s *Service) removed(by Caller, what string, r Removal) GroupInfo {
	g := GroupInfo{ID: r.Conv.Group, Name: r.GroupName}
	m := r.Membership
	c := PeopleNotice{
		What: what, User: User{ID: r.User, Name: r.UserName}, Conv: r.Conv, Group: g, Member: &m, Version: r.Version,
	}
	s.tell(by, c, groupTopic(g.ID), r.Nos.Group)
	s.tell(by, c, userTopic(r.User), r.Nos.User)
	if r.NewCreator != nil {
		s.tell(by, PeopleNotice{
			What: CreatorChanged, User: *r.NewCreator, Conv: r.Conv, Group: g, Version: r.Version,
		}, groupTopic(g.ID), r.Nos.Creator)
	}
	return g
}

// Groups pages the groups that the caller is in by gid, after the gid of the page
// before; more tells that there is another page.
func (s *Service) Groups(ctx context.Context, by Caller, after GroupID, limit int64) (page []GroupInfo, more bool, err error) {
	n := pageSize(limit)
	if page, err = s.store.Groups(ctx, by.User.ID, after, n+1); err != nil {
		return nil, false, err
	}
	page, more = cut(page, n)
	return page, more, nil
}

// Members pages the members of a group that the caller is in, by id, after the id of
// the page before. Errors: NoSuchGroup, NotMember, and the store's.
func (s *Service) Members(ctx context.Context, by Caller, gid GroupID, after UserID, limit int64) (page []Member, more bool, err error) {
	m, err := s.store.Membership(ctx, gid, by.User.ID)
	if err != nil {
		return nil, false, err
	}
	if m.Left {
		return nil, false, E(wire.NotMember)
	}
	n := pageSize(limit)
	if page, err = s.store.Members(ctx, gid, by.User.ID, after, n+1); err != nil {
		return nil, false, err
	}
	page, more = cut(page, n)
	return page, more, nil
}
