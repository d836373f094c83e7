package chat

import "parley/wire"

// Role is a member's role in a group.
type Role uint8

// The roles, as they are stored.
const (
	Normal   Role = 0
	Creator  Role = 1 // each group has one
	Admin    Role = 2
	ReadOnly Role = 3 // reads, and does not post
)

var roleNames = [...]string{Normal: "normal", Creator: "creator", Admin: "admin", ReadOnly: "readonly"}

func (r Role) String() string { return wordOf(roleNames[:], r) }

// Leads reports whether who has the role looks after the group: they add, invite and remove
// members, recall what others said there, and pin.
func (r Role) Leads() bool { return r == Creator || r == Admin }

// RoleNamed returns the role that a word stands for: BadField.
func RoleNamed(word string) (Role, error) { return valueOf[Role]("role", roleNames[:], word) }

// Joining says who may join a group.
type Joining uint8

// Who may join, as it is stored. Admins add users to any group.
const (
	JoinOpen     Joining = 0 // everybody, by the group's number
	JoinByInvite Joining = 1 // who has an invitation
	JoinClosed   Joining = 2 // nobody
)

var joiningNames = [...]string{JoinOpen: "open", JoinByInvite: "invite", JoinClosed: "closed"}

func (j Joining) String() string { return wordOf(joiningNames[:], j) }

// JoiningNamed returns what a word stands for: BadField.
func JoiningNamed(word string) (Joining, error) {
	return valueOf[Joining]("joining", joiningNames[:], word)
}

// Posting says who may post in a group.
type Posting uint8

// Who may post, as it is stored.
const (
	PostAll    Posting = 0 // all members who are not read-only
	PostAdmins Posting = 1 // the creator and the admins
)

var postingNames = [...]string{PostAll: "all", PostAdmins: "admins"}

func (p Posting) String() string { return wordOf(postingNames[:], p) }

// PostingNamed returns what a word stands for: BadField.
func PostingNamed(word string) (Posting, error) {
	return valueOf[Posting]("posting", postingNames[:], word)
}

// wordOf returns the word of a value; of one that a later version made, the first word.
func wordOf[T ~uint8](words []string, v T) string {
	if int(v) >= len(words) {
		v = 0
	}
	return words[v]
}

func valueOf[T ~uint8](what string, words []string, word string) (T, error) {
	all := ""
	for i, w := range words {
		if w == word {
			return T(i), nil //nolint:gosec // a few words
		}
		all += " `" + w + "`"
	}
	return 0, Errorf(wire.BadField, "%q is no value for %s: use one of%s", word, what, all)
}

// MayPost reports whether the member may post in the group.
func (m *Membership) MayPost() bool {
	return m.Role.Leads() || m.Role == Normal && m.Posting == PostAll
}

// MayRemove answers why a member with one role may not remove one with another: NotAdmin,
// NotCreator. nil is yes.
func MayRemove(by, other Role) error {
	switch {
	case !by.Leads():
		return E(wire.NotAdmin)
	case by == Admin && other.Leads():
		return E(wire.NotCreator)
	}
	return nil
}

// GroupUpdate is what is to change of a group; nil leaves things as they are.
type GroupUpdate struct {
	Name, Desc *string
	Joining    *Joining
	Posting    *Posting
}

// May answers why somebody with a role may not make the change: NotAdmin, NotCreator.
func (u *GroupUpdate) May(by Role) error {
	switch {
	case !by.Leads():
		return E(wire.NotAdmin)
	case by != Creator && (u.Joining != nil || u.Posting != nil):
		return E(wire.NotCreator)
	}
	return nil
}

// Apply makes the change to a group, and reports whether anything is new, and whether other
// members may post.
func (u *GroupUpdate) Apply(g *GroupInfo) (changed, rights bool) {
	was := *g
	set(&g.Name, u.Name)
	set(&g.Desc, u.Desc)
	set(&g.Joining, u.Joining)
	set(&g.Posting, u.Posting)
	return was != *g, was.Posting != g.Posting
}

// UpdatedGroup is what a GroupUpdate did.
type UpdatedGroup struct {
	Info    GroupInfo
	Conv    Conv
	Version int64
	No      int64 // its place in the group's journal; 0 if nothing changed
}

// RoleChange is a member's new role.
type RoleChange struct {
	Membership
	GroupName string
	UserName  string
	No        int64 // its place in the group's journal; 0 if nothing changed
	// Former is the creator who handed the group over and became an admin, with the place of
	// that in the group's journal.
	Former   *Membership
	FormerOf User
	FormerNo int64
}
