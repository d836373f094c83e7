package chat

import "context"

// GroupInvites is the part of the store about invitations to groups. Each is changed under the
// lock of its group. Where by is 0, it is the operator, who may do all.
type GroupInvites interface {
	// AddGroupInvite stores an invitation (Group, Code, Uses, MadeAt and EndsAt of it) and returns it
	// as it is stored: NoSuchGroup, NotMember and NotAdmin (by), NotOpen (the group is closed),
	// LimitReached (most of the group hold already). The last InvitesRemembered of the group
	// that do not hold any more are remembered.
	AddGroupInvite(ctx context.Context, by UserID, i GroupInvite, most int) (ChangedInvite, error)
	// GroupInvites pages the invitations of a group that were not revoked, by id.
	GroupInvites(ctx context.Context, gid GroupID, after GroupInviteID, limit int) ([]GroupInvite, error)
	// RevokeGroupInvite: NoSuchGroup, NotMember and NotAdmin (by), NoSuchInvite. One that was
	// revoked before stays so; then No is 0.
	RevokeGroupInvite(ctx context.Context, by UserID, gid GroupID, id GroupInviteID) (ChangedInvite, error)
	// FindGroupInvite finds an invitation by its code, also one that does not hold any more:
	// NoSuchInvite.
	FindGroupInvite(ctx context.Context, code string) (GroupInvite, error)
	// JoinByInvite is JoinGroup by an invitation, which is used once by that. Who was removed
	// from the group comes in by one that was made after that. Errors: NoSuchInvite, NoSuchGroup
	// (also for one that everybody has left), AlreadyMember, what GroupInvite.Holds answers,
	// KeptOut, NotOpen (the group is closed), LimitReached.
	JoinByInvite(ctx context.Context, user UserID, code string, maxGroups, maxMembers int) (GroupInfo, Membership, Nos, error)
}

// InvitesRemembered is how many invitations of a group that do not hold any more are remembered.
const InvitesRemembered = 100

// ChangedInvite is an invitation that was made or revoked.
type ChangedInvite struct {
	Invite    GroupInvite
	Conv      Conv
	GroupName string
	Version   int64
	No        int64 // its place in the group's journal; 0 if nothing changed
}
