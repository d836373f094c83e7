package chat

import (
	"context"
	"time"
)

// Groups is the part of the store about groups.
type Groups interface {
	// CreateGroup makes a group with its creator as the only member: LimitReached
	// when the user is in maxGroups groups already.
	CreateGroup(ctx context.Context, creator UserID, name, desc string, maxGroups int, at time.Time) (GroupInfo, Membership, Nos, error)
	// Group: NoSuchGroup.
	Group(ctx context.Context, gid GroupID) (GroupInfo, error)
	// Groups pages the groups that a user is in now, by gid.
	Groups(ctx context.Context, user UserID, after GroupID, limit int) ([]GroupInfo, error)
}

// Memberships is the part of the store about who is in a group. What takes somebody out raises
// the conversation's version in the same transaction.
type Memberships interface {
	// JoinGroup: NoSuchGroup (also for a group that everybody has left),
	// AlreadyMember, LimitReached (of either), KeptOut. A former member keeps what they
	// could see before: the last wire.MaxWindows times are remembered. Where
	// no member's account was open, who joins becomes creator (see Nos.Heir).
	JoinGroup(ctx context.Context, user UserID, gid GroupID, maxGroups, maxMembers int) (GroupInfo, Membership, Nos, error)
	// LeaveGroup: NoSuchGroup, NotMember. When the creator leaves, the member who
	// joined first of those left whose accounts are open becomes creator.
	LeaveGroup(ctx context.Context, user UserID, gid GroupID) (Removal, error)
	// RemoveMember: NoSuchGroup, NotMember (of either), NotCreator, NotYourself. Who was
	// removed is kept out until LiftRemoval.
	RemoveMember(ctx context.Context, by UserID, gid GroupID, user UserID) (Removal, error)
	// LiftRemoval lets a removed member join again: NoSuchGroup, NotMember (by; or a user
	// who never was one), NotCreator, NotYourself. Where nobody is kept out, nothing
	// happens and the Nos are zero.
	LiftRemoval(ctx context.Context, by UserID, gid GroupID, user UserID) (Removal, error)
	// Members pages the members of now, by user id, as viewer may see them (0: all).
	Members(ctx context.Context, gid GroupID, viewer, after UserID, limit int) ([]Member, error)
	// Membership answers NoSuchGroup, and NotMember for one who never was; a former
	// member's has Left set.
	Membership(ctx context.Context, gid GroupID, user UserID) (Membership, error)
	// Memberships gives those of the users who are or were members.
	Memberships(ctx context.Context, conv ConvID, users []UserID) (Head, []Membership, error)
}

// Removal is a member taken out of a group.
type Removal struct {
	Membership        // Left is set; Version is the new one
	GroupName  string // for notices
	UserName   string //
	NewCreator *User  // set when the creator left and another took over
	Nos        Nos
}
