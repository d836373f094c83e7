package chat

import (
	"context"
	"time"
)

// Users is the part of the store about accounts and their names.
type Users interface {
	// CreateUser answers NameTaken when key (see NameKey) is taken, or when an account has a
	// name that clashes with this one (see NamesClash and ErrLookAlike). Of two that clash
	// and are registered at the same time, one is.
	CreateUser(ctx context.Context, name, key, passwordHash string) (UserID, error)
	// Account answers NoSuchUser.
	Account(ctx context.Context, id UserID) (Account, error)
	// AccountByKey answers NoSuchUser.
	AccountByKey(ctx context.Context, key string) (Account, error)
	// LookAlikes lists the accounts that hold a skeleton of name (see NameSkeletons), one of
	// that very name among them. A skeleton is held by the first name that had it.
	LookAlikes(ctx context.Context, name string) ([]User, error)
	// UserNames leaves out ids that do not exist.
	UserNames(ctx context.Context, ids []UserID) (map[UserID]string, error)
	// UpgradeHash puts another hash of the same password in the place of was; where that
	// is not there any more, it does nothing.
	UpgradeHash(ctx context.Context, user UserID, was, hash string) error
	// ListUsers pages all accounts by id, for operators.
	ListUsers(ctx context.Context, after UserID, limit int) ([]UserState, error)
}

// UserState is an account as an operator lists it.
type UserState struct {
	User
	Online    bool
	Disabled  bool
	Erased    bool
	CreatedAt time.Time
	Display   string    // as in Profile
	DeletesAt time.Time // as in Account
}

// Revocations is the part of the store about ending logins and closing accounts, and about the
// groups of those whose accounts are closed.
type Revocations interface {
	// Revoke changes what a user logs in by and ends, in the same transaction, what was
	// logged in before; each session that it ends has its entry in the user's journal.
	// Disabling and enabling raise the versions of the user's direct conversations and
	// hand groups over. NoSuchUser, BadCredentials (see PasswordWas), SessionEnded (see
	// Keep), NoSuchSession (a Device that holds neither a session nor a token),
	// AccountClosed (an erased account is to be enabled, or to have a password).
	Revoke(ctx context.Context, r Revocation) (Revoked, error)
	// HandOver returns the groups of a user that have no creator whose account is open to
	// who joined first of the members whose accounts are, those after a group, at most
	// limit of them in one transaction, each with its entry in the group's journal. It
	// gives the last group that it looked at, 0 if there is no further one. Revoke does
	// the first of them (HandedOverAtOnce) when it disables or enables an account.
	HandOver(ctx context.Context, user UserID, after GroupID, limit int) (list []Succession, last GroupID, err error)
}

// Revocation is what Store.Revoke is to do. Fields that are zero leave things as they are.
type Revocation struct {
	User         UserID
	PasswordHash string // the new one
	PasswordWas  string // the hash that must stand there still
	Disable      bool
	Enable       bool
	Device       DeviceID // this device's session and token are to end; 0 means all devices'
	// Keep is the session that stays, if any; its device gets KeepToken in the place of
	// its token. It must be current.
	Keep      SessionID
	KeepToken []byte
}

// Revoked is what a Revocation did.
type Revoked struct {
	Name     string // the user's
	Sessions []RevokedSession
	Move     PresenceMove
	// Heirs are the creators of groups that were handed over; MoreAfter is the last of these
	// groups when HandOver is to go on behind it, 0 otherwise.
	Heirs     []Succession
	MoreAfter GroupID
}

// HandedOverAtOnce is how many groups are handed over in the transaction that disables
// their creator.
const HandedOverAtOnce = 50

// Succession is a group that has got another creator.
type Succession struct {
	Conv       Conv
	GroupName  string
	NewCreator User
	No         int64 // its place in the group's journal
}

// RevokedSession is a session that a Revocation ended, with its place in the user's
// journal.
type RevokedSession struct {
	Takeover
	No int64
}

// Erasures is the part of the store about closing accounts for good.
type Erasures interface {
	// EraseAccount closes a disabled account for good: it is called DeletedName, has no
	// password, and blocks nobody. Its name stays taken, or with freeName can be registered
	// again. It may be repeated. NoSuchUser; BadField for an account that is not disabled.
	EraseAccount(ctx context.Context, user UserID, freeName bool) error
	// DropKeys removes send keys of one user, at most limit of them, and returns how many.
	DropKeys(ctx context.Context, user UserID, limit int) (int, error)
	// DropSettings is DropKeys for what the user has set for conversations, drafts among them.
	DropSettings(ctx context.Context, user UserID, limit int) (int, error)
}

// Invitations is the part of the store about invitations to this server. An
// invitation that has a name and is good (see RegistrationInvite.Good) keeps the name and its
// looks: Users.CreateUser answers NameTaken for it, and for a name that clashes with it.
type Invitations interface {
	// AddRegistrationInvite stores an invitation under the hash of its code and returns its
	// number. NameTaken: an account has its name or one that clashes with it, or it is kept for
	// another invitation. It also forgets some of those that ended RegistrationInvitesForgotten
	// before.
	AddRegistrationInvite(ctx context.Context, i RegistrationInvite, hash []byte) (RegistrationInviteID, error)
	// FindRegistrationInvite answers BadRegistrationInvite where no code has that hash. What it
	// returns may be used up or have ended.
	FindRegistrationInvite(ctx context.Context, hash []byte) (RegistrationInvite, error)
	// RegistrationInvites pages by number.
	RegistrationInvites(ctx context.Context, after RegistrationInviteID, limit int) ([]RegistrationInvite, error)
	// RevokeRegistrationInvite removes an invitation and returns what it was:
	// BadRegistrationInvite if it is not there.
	RevokeRegistrationInvite(ctx context.Context, id RegistrationInviteID) (RegistrationInvite, error)
	// CreateInvitedUser is CreateUser by the invitation whose code has that hash. In the same
	// transaction the invitation is used once: of any number of callers on any number of nodes
	// exactly RegistrationInvite.Uses succeed, and who fails uses nothing.
	// BadRegistrationInvite: it is not good for that name (any more).
	CreateInvitedUser(ctx context.Context, name, key, passwordHash string, hash []byte) (UserID, error)
}
