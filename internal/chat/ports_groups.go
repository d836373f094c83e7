package chat

import (
	"context"
	"time"
)

// Groups is the part of the store about groups.
type Groups interface {
	// CreateGroup makes a group with its creator as the only member: LimitReached
	// when the user is in maxGroups groups already.
	CreateGroup(ctx context.Context, creator UserID, name, desc string, joining Joining, maxGroups int, at time.Time) (GroupInfo, Membership, Nos, error)
	// Group: NoSuchGroup.
	Group(ctx context.Context, gid GroupID) (GroupInfo, error)
	// Groups pages the groups that a user is in now, by gid.
	Groups(ctx context.Context, user UserID, after GroupID, limit int) ([]GroupInfo, error)
	// UpdateGroup: NoSuchGroup, NotMember, and what GroupUpdate.May answers. by is 0 for the
	// operator, who may do all. Who may post moves the conversation's version.
	UpdateGroup(ctx context.Context, by UserID, gid GroupID, u GroupUpdate) (UpdatedGroup, error)
}

// Memberships is the part of the store about who is in a group. What takes somebody out, or
// changes what they may, raises the conversation's version in the same transaction. Where by is
// 0, it is the operator, who may do all.
type Memberships interface {
	// JoinGroup: NoSuchGroup (also for a group that everybody has left),
	// AlreadyMember, LimitReached (of either), KeptOut, NotOpen. A former member keeps what they
	// could see before: the last wire.MaxWindows times are remembered. Where
	// no member's account was open, who joins becomes creator (see Nos.Heir).
	JoinGroup(ctx context.Context, user UserID, gid GroupID, maxGroups, maxMembers int) (GroupInfo, Membership, Nos, error)
	// AddMember makes another user a member, also one who was removed: NoSuchGroup,
	// NotMember (by), NotAdmin, NoSuchUser, AccountClosed, Blocked (either blocks the other),
	// NotFriends (friendsOnly, and they are not), AlreadyMember, LimitReached.
	AddMember(ctx context.Context, by UserID, gid GroupID, user UserID, a Adding) (GroupInfo, Membership, User, Nos, error)
	// SetRole: NoSuchGroup, NotMember (of either), NotYourself, NotCreator (by), AccountClosed
	// (of a new creator); BadField (another role for the creator, by the operator). With
	// Creator, who was creator becomes admin.
	SetRole(ctx context.Context, by UserID, gid GroupID, user UserID, role Role) (RoleChange, error)
	// LeaveGroup: NoSuchGroup, NotMember. When the creator leaves, an heir becomes creator: of
	// those left whose accounts are open an admin before a normal member, and a read-only one
	// last; of these, who joined first.
	LeaveGroup(ctx context.Context, user UserID, gid GroupID) (Removal, error)
	// RemoveMember: NoSuchGroup, NotMember (of either), NotYourself, and what MayRemove
	// answers. Who was removed is kept out until LiftRemoval, AddMember or an invitation.
	RemoveMember(ctx context.Context, by UserID, gid GroupID, user UserID) (Removal, error)
	// LiftRemoval lets a removed member join again: NoSuchGroup, NotMember (by; or a user
	// who never was one), NotAdmin, NotYourself. Where nobody is kept out, nothing
	// happens and the Nos are zero.
	LiftRemoval(ctx context.Context, by UserID, gid GroupID, user UserID) (Removal, error)
	// Members pages the members of now, by user id, as viewer may see them (0: all).
	Members(ctx context.Context, gid GroupID, viewer, after UserID, limit int) ([]Member, error)
	// Membership answers NoSuchGroup, and NotMember for one who never was; a former
	// member's has Left set, and its Windows are not nil even if they have nothing in them.
	Membership(ctx context.Context, gid GroupID, user UserID) (Membership, error)
	// Memberships returns those of the users who are or were members.
	Memberships(ctx context.Context, conv ConvID, users []UserID) (Head, []Membership, error)
}

// Adding is how AddMember adds.
type Adding struct {
	MaxGroups, MaxMembers int
	FriendsOnly           bool
}

// Removal is a member taken out of a group.
type Removal struct {
	Membership        // Left is set; Version is the new one
	GroupName  string // for notices
	UserName   string //
	NewCreator *User  // set when the creator left and another took over
	Nos        Nos
}
