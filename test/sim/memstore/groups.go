package memstore

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// joined is what making and joining a group give.
type joined struct {
	info   chat.GroupInfo
	member chat.Membership
	nos    chat.Nos
}

// CreateGroup implements chat.Groups.
func (s *Store) CreateGroup(ctx context.Context, creator chat.UserID, name, desc string, joining chat.Joining, maxGroups int, _ time.Time) (chat.GroupInfo, chat.Membership, chat.Nos, error) {
	j, err := write(ctx, s, func(tx *transaction) (joined, error) {
		if err := tx.roomFor(creator, maxGroups); err != nil {
			return joined{}, err
		}
		g := &group{
			id: chat.GroupID(len(tx.groups) + 1), name: name, desc: desc, joining: joining, count: 1,
			members: map[chat.UserID]*member{creator: {role: chat.Creator}},
		}
		g.conv = tx.newConv(chat.Conv{Kind: chat.Group, Group: g.id})
		g.conv.group = g
		tx.groups = append(tx.groups, g)
		tx.user(creator).follow(g.conv)
		no := tx.user(creator).tell(chat.JournalEntry{What: chat.GroupCreated, User: creator, Owner: creator, Conv: g.conv.Conv})
		return joined{g.info(chat.Creator), g.conv.membership(creator, g.members[creator]), chat.Nos{User: no}}, nil
	})
	return j.info, j.member, j.nos, err
}

func (tx *transaction) roomFor(u chat.UserID, most int) error {
	if tx.user(u) == nil {
		return chat.E(wire.NoSuchUser)
	}
	if most > 0 && len(tx.groupsOf(u)) >= most {
		return chat.E(wire.LimitReached)
	}
	return nil
}

// groupsOf are the groups that a user is in now, by id.
func (d *Database) groupsOf(u chat.UserID) (in []*group) {
	for _, c := range d.user(u).convs {
		if c.group != nil && !c.group.members[u].left {
			in = append(in, c.group)
		}
	}
	slices.SortFunc(in, func(a, b *group) int { return int(a.id - b.id) })
	return in
}

// JoinGroup implements chat.Memberships.
func (s *Store) JoinGroup(ctx context.Context, u chat.UserID, gid chat.GroupID, maxGroups, maxMembers int) (chat.GroupInfo, chat.Membership, chat.Nos, error) {
	j, err := write(ctx, s, func(tx *transaction) (joined, error) {
		g := tx.group(gid)
		if g == nil || g.count == 0 {
			return joined{}, chat.E(wire.NoSuchGroup)
		}
		m := g.members[u]
		if m != nil && !m.left {
			return joined{}, chat.E(wire.AlreadyMember)
		}
		if m != nil && m.keptOut {
			return joined{}, chat.E(wire.KeptOut)
		}
		if g.joining != chat.JoinOpen {
			return joined{}, chat.E(wire.NotOpen)
		}
		return tx.join(g, u, u, maxGroups, maxMembers)
	})
	return j.info, j.member, j.nos, err
}

// join lets a user in, by whoever lets them.
func (tx *transaction) join(g *group, u, by chat.UserID, maxGroups, maxMembers int) (joined, error) {
	m := g.members[u]
	if maxMembers > 0 && g.count >= int64(maxMembers) {
		return joined{}, chat.E(wire.LimitReached)
	}
	if err := tx.roomFor(u, maxGroups); err != nil {
		return joined{}, err
	}
	anew := &member{joined: g.conv.last()}
	if m != nil {
		anew.lastedFrom = slices.Clone(m.lastedFrom)
		if m.leftAt > m.joined {
			anew.lastedFrom = append(anew.lastedFrom, Span{m.joined, m.leftAt})
		}
		if n := len(anew.lastedFrom); n >= wire.MaxWindows {
			anew.lastedFrom = anew.lastedFrom[n-wire.MaxWindows+1:]
		}
	}
	g.members[u] = anew
	g.count++
	tx.user(u).follow(g.conv)
	nos := tx.tellMember(chat.MemberJoined, g, u, by)
	anew.joinedNo = nos.Group
	if next := tx.succeed(g, u); next != nil {
		nos.Creator, nos.Heir = next.No, next.NewCreator
	}
	return joined{g.info(anew.role), g.conv.membership(u, anew), nos}, nil
}

// memberNow answers NoSuchGroup, and NotMember for one who is not, or no longer.
func (tx *transaction) memberNow(gid chat.GroupID, u chat.UserID) (*group, *member, error) {
	g := tx.group(gid)
	if g == nil {
		return nil, nil, chat.E(wire.NoSuchGroup)
	}
	m := g.members[u]
	if m == nil || m.left {
		return nil, nil, chat.E(wire.NotMember)
	}
	return g, m, nil
}

// LeaveGroup implements chat.Memberships.
func (s *Store) LeaveGroup(ctx context.Context, u chat.UserID, gid chat.GroupID) (chat.Removal, error) {
	return write(ctx, s, func(tx *transaction) (chat.Removal, error) {
		g, m, err := tx.memberNow(gid, u)
		if err != nil {
			return chat.Removal{}, err
		}
		return tx.takeOut(g, u, u, m, chat.MemberLeft), nil
	})
}

// RemoveMember implements chat.Memberships.
func (s *Store) RemoveMember(ctx context.Context, by chat.UserID, gid chat.GroupID, u chat.UserID) (chat.Removal, error) {
	return write(ctx, s, func(tx *transaction) (chat.Removal, error) {
		role, err := tx.asAdmin(gid, by, u)
		if err != nil {
			return chat.Removal{}, err
		}
		g, m, err := tx.memberNow(gid, u)
		if err == nil {
			err = chat.MayRemove(role, m.role)
		}
		if err != nil {
			return chat.Removal{}, err
		}
		m.keptOut = true
		return tx.takeOut(g, u, by, m, chat.MemberRemoved), nil
	})
}

// asAdmin answers why a user may not do to another what a group's creator and admins may, and
// returns the user's role.
func (tx *transaction) asAdmin(gid chat.GroupID, by, u chat.UserID) (chat.Role, error) {
	role, err := tx.roleOf(gid, by)
	switch {
	case err != nil:
	case by == u:
		err = chat.E(wire.NotYourself)
	case !role.Leads():
		err = chat.E(wire.NotAdmin)
	}
	return role, err
}

// roleOf returns a member's role, and Creator for the operator (0).
func (tx *transaction) roleOf(gid chat.GroupID, u chat.UserID) (chat.Role, error) {
	if u == 0 && tx.group(gid) != nil {
		return chat.Creator, nil
	}
	_, m, err := tx.memberNow(gid, u)
	if err != nil {
		return 0, err
	}
	return m.role, nil
}

// LiftRemoval implements chat.Memberships.
func (s *Store) LiftRemoval(ctx context.Context, by chat.UserID, gid chat.GroupID, u chat.UserID) (chat.Removal, error) {
	return write(ctx, s, func(tx *transaction) (chat.Removal, error) {
		if _, err := tx.asAdmin(gid, by, u); err != nil {
			return chat.Removal{}, err
		}
		g := tx.group(gid)
		m := g.members[u]
		if m == nil {
			return chat.Removal{}, chat.E(wire.NotMember)
		}
		lifted := m.keptOut
		m.keptOut = false
		r := chat.Removal{Membership: g.conv.membership(u, m), GroupName: g.name, UserName: tx.user(u).Name}
		if lifted {
			r.Nos = tx.tellMember(chat.RemovalLifted, g, u, by)
		}
		return r, nil
	})
}

func (tx *transaction) takeOut(g *group, u, by chat.UserID, m *member, what string) chat.Removal {
	m.left, m.leftAt = true, g.conv.last()
	g.count--
	g.conv.version++
	g.conv.changed = time.Now()
	r := chat.Removal{Membership: g.conv.membership(u, m), GroupName: g.name, UserName: tx.user(u).Name}
	m.role = chat.Normal
	r.Nos = tx.tellMember(what, g, u, by)
	m.joinedNo = r.Nos.Group
	if m.keptOut {
		tx.revokeInvitesOf(g, u)
	}
	if r.Role == chat.Creator {
		r.NewCreator = tx.promote(g)
	}
	if r.NewCreator != nil {
		r.Nos.Creator = g.conv.tell(chat.JournalEntry{What: chat.CreatorChanged, User: r.NewCreator.ID, Owner: by})
	}
	return r
}

// promote makes the heir creator, of those whose accounts are open: an admin first, a read-only
// member last, and of these who joined first; nil if there is none.
func (tx *transaction) promote(g *group) *chat.User {
	var heir chat.UserID
	for _, u := range slices.Sorted(maps.Keys(g.members)) {
		if m := g.members[u]; !m.left && !tx.user(u).disabled && (heir == 0 || m.before(g.members[heir])) {
			heir = u
		}
	}
	if heir == 0 {
		return nil
	}
	g.members[heir].role = chat.Creator
	who := tx.user(heir).User
	return &who
}

// before reports whether a member inherits before another.
func (m *member) before(other *member) bool {
	rank := map[chat.Role]int{chat.Admin: 0, chat.ReadOnly: 2}
	of := func(m *member) int {
		if n, has := rank[m.role]; has {
			return n
		}
		return 1
	}
	return cmp.Or(cmp.Compare(of(m), of(other)), cmp.Compare(m.joinedNo, other.joinedNo)) < 0
}

// Group implements chat.Groups.
func (s *Store) Group(ctx context.Context, gid chat.GroupID) (info chat.GroupInfo, err error) {
	err = s.read(ctx, func(d *Database) error {
		g := d.group(gid)
		if g == nil {
			return chat.E(wire.NoSuchGroup)
		}
		info = g.info(chat.Normal)
		return nil
	})
	return info, err
}

// Groups implements chat.Groups.
func (s *Store) Groups(ctx context.Context, u chat.UserID, after chat.GroupID, limit int) (list []chat.GroupInfo, err error) {
	err = s.read(ctx, func(d *Database) error {
		for _, g := range d.groupsOf(u) {
			if g.id > after && len(list) < limit {
				list = append(list, g.info(g.members[u].role))
			}
		}
		return nil
	})
	return list, err
}

// Members implements chat.Memberships.
func (s *Store) Members(ctx context.Context, gid chat.GroupID, viewer, after chat.UserID, limit int) (list []chat.Member, err error) {
	err = s.read(ctx, func(d *Database) error {
		g := d.group(gid)
		if g == nil {
			return nil
		}
		for _, u := range slices.Sorted(maps.Keys(g.members)) {
			if m := g.members[u]; !m.left && u > after && len(list) < limit {
				list = append(list, chat.Member{User: d.user(u).User, Role: m.role, Online: d.looksOnline(u, viewer), Display: d.user(u).profile.Display})
			}
		}
		return nil
	})
	return list, err
}

// Membership implements chat.Memberships.
func (s *Store) Membership(ctx context.Context, gid chat.GroupID, u chat.UserID) (found chat.Membership, err error) {
	err = s.read(ctx, func(d *Database) error {
		g := d.group(gid)
		if g == nil {
			return chat.E(wire.NoSuchGroup)
		}
		m := g.members[u]
		if m == nil {
			return chat.E(wire.NotMember)
		}
		found = g.conv.membership(u, m)
		return nil
	})
	return found, err
}

// Memberships implements chat.Memberships.
func (s *Store) Memberships(ctx context.Context, id chat.ConvID, users []chat.UserID) (h chat.Head, list []chat.Membership, err error) {
	err = s.read(ctx, func(d *Database) error {
		c := d.conv(id)
		if c == nil {
			return chat.E(wire.NoConversation)
		}
		h = c.head()
		if c.group == nil {
			return nil
		}
		for _, u := range slices.Sorted(slices.Values(users)) {
			if m := c.group.members[u]; m != nil {
				list = append(list, c.membership(u, m))
			}
		}
		return nil
	})
	return h, list, err
}
