package chat

import (
	"context"
	"time"

	"parley/wire"
)

// GroupInviteID is the number of an invitation to a group. It is never given out twice, and it is
// no secret.
type GroupInviteID int64

// GroupInvite is an invitation to a group: whoever has its code may join. It has nothing to do
// with invitations to make accounts. Its code is stored readable, since those who may
// invite can look at it again.
type GroupInvite struct {
	ID    GroupInviteID
	Group GroupID
	Code  string // without dashes; see ShowCode
	By    User   // who made it; zero for the operator
	// ByClosed: that account is disabled or erased, and the invitation does not hold while it is.
	ByClosed  bool
	Uses      int64 // how often it may be used; 0 is without a bound
	Used      int64
	MadeAt    time.Time
	EndsAt    time.Time
	RevokedAt time.Time // zero: it was not
}

// ShowCode is the code as people read it: 140 random bits as 28 characters, in groups of 4.
func (i *GroupInvite) ShowCode() string { return showCode(i.Code) }

// Holds answers why nobody can join by the invitation at a time: InviteRevoked, InviteUsedUp,
// InviteEnded. nil is that somebody can.
func (i *GroupInvite) Holds(at time.Time) error {
	switch {
	case !i.RevokedAt.IsZero(), i.ByClosed:
		return E(wire.InviteRevoked)
	case i.Uses > 0 && i.Used >= i.Uses:
		return E(wire.InviteUsedUp)
	case !i.EndsAt.After(at):
		return E(wire.InviteEnded)
	}
	return nil
}

// State is Holds in one word, for those who may look at all invitations of a group.
func (i *GroupInvite) State(at time.Time) string {
	e := AsError(i.Holds(at))
	switch {
	case e == nil:
		return "open"
	case e.Code == wire.InviteUsedUp:
		return "used_up"
	case e.Code == wire.InviteEnded:
		return "ended"
	case !i.RevokedAt.IsZero():
		return "revoked"
	}
	return "closed"
}

// ErrInviteTooOld is what somebody is told who was removed from a group after the invitation was
// made that they want to come back by.
func ErrInviteTooOld() *Error {
	return Errorf(wire.KeptOut, "you were removed from this group after this invitation was made: ask its creator or an admin for a new one")
}

// ErrClosedToAll is what somebody is told who wants to invite or to be invited to a closed group.
func ErrClosedToAll() *Error {
	return Errorf(wire.NotOpen, "this group is closed, so that invitations do not hold: its creator or an admin can add users, or the creator can open it to invitations")
}

// ErrInvitesReached is what somebody is told who makes one invitation too many.
func ErrInvitesReached(most int) *Error {
	return Errorf(wire.LimitReached, "%d invitations to this group hold already, and no more are allowed: revoke one", most)
}

// MakeGroupInvite lets the creator and admins make an invitation to a group. uses 0 is without a
// bound. Errors: BadField, NoSuchGroup, NotMember, NotAdmin, NotOpen (the group is closed),
// LimitReached, OlderNode, and the store's.
func (s *Service) MakeGroupInvite(ctx context.Context, by Caller, gid GroupID, uses, hours int64) (GroupInvite, error) {
	switch {
	case uses < 0 || uses > wire.MaxInviteUses:
		return GroupInvite{}, Errorf(wire.BadField, "an invitation may be used 1 to %d times, or 0 for as often as anybody wants, not %d times", wire.MaxInviteUses, uses)
	case hours < 1 || hours > wire.MaxInviteHours:
		return GroupInvite{}, Errorf(wire.BadField, "an invitation lasts for 1 to %d hours, not %d", wire.MaxInviteHours, hours)
	}
	// An older node would let a removed member back in by an old invitation.
	if err := s.allKeep(ctx, LevelGroups); err != nil {
		return GroupInvite{}, err
	}
	now := s.clock.Now()
	done, err := s.store.AddGroupInvite(ctx, by.User.ID, GroupInvite{
		Group: gid, Code: newPlainCode(), Uses: uses, MadeAt: now, EndsAt: now.Add(time.Duration(hours) * time.Hour),
	}, s.o.MaxInvites)
	if err == nil {
		s.toldOfInvites(by, done)
	}
	return done.Invite, err
}

// toldOfInvites tells a group that its invitations are others now, but not which.
func (s *Service) toldOfInvites(by Caller, done ChangedInvite) {
	if done.No != 0 {
		s.tell(by, PeopleNotice{
			What: InvitesChanged, User: by.User, Conv: done.Conv, Group: GroupInfo{ID: done.Invite.Group, Name: done.GroupName},
			Version: done.Version,
		}, groupTopic(done.Invite.Group), done.No)
	}
}

// GroupInvites pages the invitations of a group for its creator and admins, by id, after the id
// of the page before: all that were not revoked, also of those that do not hold any more the
// last InvitesRemembered. Errors: NoSuchGroup, NotMember, NotAdmin, and the store's.
func (s *Service) GroupInvites(ctx context.Context, by Caller, gid GroupID, after GroupInviteID, limit int64) (page []GroupInvite, more bool, err error) {
	if err := s.leads(ctx, by, gid); err != nil {
		return nil, false, err
	}
	n := pageSize(limit)
	if page, err = s.store.GroupInvites(ctx, gid, after, n+1); err != nil {
		return nil, false, err
	}
	page, more = cut(page, n)
	return page, more, nil
}

// leads answers why somebody does not look after a group: NoSuchGroup, NotMember, NotAdmin. The
// operator does.
func (s *Service) leads(ctx context.Context, by Caller, gid GroupID) error {
	if by.User.ID == 0 {
		_, err := s.store.Group(ctx, gid)
		return err
	}
	m, err := s.store.Membership(ctx, gid, by.User.ID)
	switch {
	case err != nil:
		return err
	case m.Left:
		return E(wire.NotMember)
	case !m.Role.Leads():
		return E(wire.NotAdmin)
	}
	return nil
}

// RevokeGroupInvite lets the creator and admins end an invitation: nobody joins by it any more.
// Who did stays. It is no error to revoke it again. Errors: NoSuchGroup, NotMember, NotAdmin,
// NoSuchInvite, and the store's.
func (s *Service) RevokeGroupInvite(ctx context.Context, by Caller, gid GroupID, id GroupInviteID) (GroupInfo, error) {
	done, err := s.store.RevokeGroupInvite(ctx, by.User.ID, gid, id)
	if err != nil {
		return GroupInfo{}, err
	}
	s.toldOfInvites(by, done)
	return GroupInfo{ID: gid, Name: done.GroupName}, nil
}

// InviteView is what an invitation tells to whoever has its code.
type InviteView struct {
	Group  GroupInfo
	By     User // who made it; zero for the operator
	EndsAt time.Time
	Member bool // whether who asks is a member already
}

// LookAtGroupInvite returns what an invitation that holds is for. user is 0 for somebody who is not
// logged in. Errors: NoSuchInvite, InviteRevoked, InviteUsedUp, InviteEnded, NotOpen (the
// group is closed), NoSuchGroup (everybody has left it), and the store's.
func (s *Service) LookAtGroupInvite(ctx context.Context, user UserID, code string) (InviteView, error) {
	i, err := s.findGroupInvite(ctx, code)
	if err != nil {
		return InviteView{}, err
	}
	if err := i.Holds(s.clock.Now()); err != nil {
		return InviteView{}, err
	}
	g, err := s.store.Group(ctx, i.Group)
	switch {
	case err != nil:
		return InviteView{}, err
	case g.Members == 0:
		return InviteView{}, E(wire.NoSuchGroup)
	case g.Joining == JoinClosed:
		return InviteView{}, ErrClosedToAll()
	}
	v := InviteView{Group: g, By: i.By, EndsAt: i.EndsAt}
	if user != 0 {
		m, err := s.store.Membership(ctx, i.Group, user)
		if err != nil && !hasCode(err, wire.NotMember) {
			return InviteView{}, err
		}
		v.Member = err == nil && !m.Left
	}
	return v, nil
}

func (s *Service) findGroupInvite(ctx context.Context, typed string) (GroupInvite, error) {
	code, ok := readCode(typed)
	if !ok {
		return GroupInvite{}, E(wire.NoSuchInvite)
	}
	return s.store.FindGroupInvite(ctx, code)
}

// JoinByGroupInvite makes the caller a member of the group that a code is for. Errors:
// NoSuchInvite, InviteRevoked, InviteUsedUp, InviteEnded, AlreadyMember (which uses nothing up),
// KeptOut (the caller was removed after the invitation was made), NotOpen (the group is closed),
// NoSuchGroup (everybody has left it), LimitReached, and the store's.
func (s *Service) JoinByGroupInvite(ctx context.Context, by Caller, typed string) (GroupInfo, error) {
	code, ok := readCode(typed)
	if !ok {
		return GroupInfo{}, E(wire.NoSuchInvite)
	}
	g, m, nos, err := s.store.JoinByInvite(ctx, by.User.ID, code, s.o.MaxGroups, s.o.MaxMembers)
	if err != nil {
		return GroupInfo{}, err
	}
	s.came(by, by.User, g, m, nos)
	g.JoinedSeq = m.JoinedSeq
	return g, nil
}
