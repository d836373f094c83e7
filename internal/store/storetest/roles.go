package storetest

import (
	"errors"

	"parley/internal/chat"
	"parley/wire"
)

// role returns a member a role.
func (b *bench) role(by chat.UserID, gid chat.GroupID, u chat.UserID, r chat.Role) chat.RoleChange {
	b.Helper()
	done, err := b.s.SetRole(b.ctx, by, gid, u, r)
	b.must(err)
	return done
}

// roleOf is a member's role.
func (b *bench) roleOf(gid chat.GroupID, u chat.UserID) chat.Role {
	b.Helper()
	m, err := b.s.Membership(b.ctx, gid, u)
	b.must(err)
	return m.Role
}

var roleTests = map[string]func(*bench){
	"a role moves the version": func(b *bench) {
		x, y := b.user(), b.open(b.user(), "", 1)
		gid, h := b.group(x, y.user)
		b.stored(y.say(h, "one"))
		done := b.role(x, gid, y.user, chat.ReadOnly)
		same(b, "role", done.Role, chat.ReadOnly)
		same(b, "version", done.Version, h.Version+1)
		same(b, "may post", done.MayPost(), false)
		same(b, "names", done.GroupName+"/"+done.UserName, "the group/user 2")
		if err := b.append(y.say(h, "stale")).Err; !errors.Is(err, chat.ErrStaleMembers) {
			b.Fatalf("an append at the version before: %v", err)
		}
		again := b.role(x, gid, y.user, chat.ReadOnly)
		same(b, "the same again", again.No, 0)
		same(b, "its version", again.Version, done.Version)
		page, err := b.s.JournalPage(b.ctx, chat.Topic{Group: gid}, done.No-1, 10)
		b.must(err)
		same(b, "entries", len(page), 1)
		same(b, "entry", page[0].What, chat.RoleChanged)
		same(b, "of whom", page[0].User, y.user)
	},
	"who gives roles": func(b *bench) {
		x, y, z, out := b.user(), b.user(), b.user(), b.user()
		gid, _ := b.group(x, y, z)
		b.role(x, gid, y, chat.Admin)
		wants := func(want wire.Code, by, of chat.UserID, r chat.Role) {
			b.Helper()
			_, err := b.s.SetRole(b.ctx, by, gid, of, r)
			b.wants(want, err)
		}
		wants(wire.NotCreator, y, z, chat.Admin)
		wants(wire.NotCreator, z, y, chat.Normal)
		wants(wire.NotMember, out, z, chat.Admin)
		wants(wire.NotMember, x, out, chat.Admin)
		wants(wire.NotYourself, x, x, chat.Normal)
		_, err := b.s.SetRole(b.ctx, x, 999, y, chat.Admin)
		b.wants(wire.NoSuchGroup, err)
		wants(wire.BadField, 0, x, chat.Normal) // the operator
		b.role(0, gid, z, chat.ReadOnly)
		same(b, "by the operator", b.roleOf(gid, z), chat.ReadOnly)
	},
	"handing over": func(b *bench) {
		x, y := b.user(), b.user()
		gid, h := b.group(x, y)
		done := b.role(x, gid, y, chat.Creator)
		same(b, "creator", b.roleOf(gid, y), chat.Creator)
		same(b, "who was", b.roleOf(gid, x), chat.Admin)
		if done.Former == nil || done.Former.User != x || done.Former.Role != chat.Admin || done.FormerOf.Name != "user 1" {
			b.Fatalf("former %+v %+v", done.Former, done.FormerOf)
		}
		same(b, "version", done.Version, h.Version+1)
		same(b, "places", done.No, done.FormerNo+1)
		b.disable(x)
		_, err := b.s.SetRole(b.ctx, y, gid, x, chat.Creator)
		b.wants(wire.AccountClosed, err)
	},
	"admins remove": func(b *bench) {
		x, y, z, w := b.user(), b.user(), b.user(), b.user()
		gid, _ := b.group(x, y, z, w)
		b.role(x, gid, y, chat.Admin)
		b.role(x, gid, z, chat.Admin)
		remove := func(want wire.Code, by, u chat.UserID) {
			b.Helper()
			_, err := b.s.RemoveMember(b.ctx, by, gid, u)
			b.wants(want, err)
		}
		remove(wire.NotCreator, y, x)
		remove(wire.NotCreator, y, z)
		remove(wire.NotAdmin, w, y)
		_, err := b.s.RemoveMember(b.ctx, y, gid, w)
		b.must(err)
		_, _, _, err = b.s.JoinGroup(b.ctx, w, gid, 0, 0)
		b.wants(wire.KeptOut, err)
		_, err = b.s.LiftRemoval(b.ctx, z, gid, w)
		b.must(err)
		_, _, _, err = b.s.JoinGroup(b.ctx, w, gid, 0, 0)
		b.must(err)
		r, err := b.s.RemoveMember(b.ctx, 0, gid, x) // the operator
		b.must(err)
		if r.NewCreator == nil || r.NewCreator.ID != y {
			b.Fatalf("the heir is %+v", r.NewCreator)
		}
	},
	"heirs by role": func(b *bench) {
		x, y, z, w := b.user(), b.user(), b.user(), b.user()
		gid, _ := b.group(x, y, z, w)
		b.role(x, gid, y, chat.ReadOnly)
		b.role(x, gid, w, chat.Admin)
		for _, step := range []struct{ leaves, heir chat.UserID }{{x, w}, {w, z}, {z, y}} {
			r, err := b.s.LeaveGroup(b.ctx, step.leaves, gid)
			b.must(err)
			if r.NewCreator == nil || r.NewCreator.ID != step.heir {
				b.Fatalf("when %d leaves, the heir is %+v, want %d", step.leaves, r.NewCreator, step.heir)
			}
		}
	},
	"rules of a group": func(b *bench) {
		x, y, z := b.user(), b.user(), b.user()
		gid, h := b.group(x, y)
		b.role(x, gid, y, chat.Admin)
		name, desc, joining, posting := "another", "what for", chat.JoinByInvite, chat.PostAdmins
		done, err := b.s.UpdateGroup(b.ctx, y, gid, chat.GroupUpdate{Name: &name, Desc: &desc})
		b.must(err)
		same(b, "version of a name", done.Version, h.Version+1) // the role
		_, err = b.s.UpdateGroup(b.ctx, y, gid, chat.GroupUpdate{Joining: &joining})
		b.wants(wire.NotCreator, err)
		_, err = b.s.UpdateGroup(b.ctx, y, gid, chat.GroupUpdate{Posting: &posting})
		b.wants(wire.NotCreator, err)
		_, err = b.s.UpdateGroup(b.ctx, z, gid, chat.GroupUpdate{Name: &name})
		b.wants(wire.NotMember, err)
		_, err = b.s.UpdateGroup(b.ctx, x, 999, chat.GroupUpdate{Name: &name})
		b.wants(wire.NoSuchGroup, err)
		done, err = b.s.UpdateGroup(b.ctx, x, gid, chat.GroupUpdate{Joining: &joining, Posting: &posting})
		b.must(err)
		same(b, "version of who may post", done.Version, h.Version+2)
		again, err := b.s.UpdateGroup(b.ctx, x, gid, chat.GroupUpdate{Joining: &joining, Posting: &posting})
		b.must(err)
		same(b, "the same again", again.No, 0)
		info, err := b.s.Group(b.ctx, gid)
		b.must(err)
		same(b, "group", info, chat.GroupInfo{ID: gid, Name: name, Desc: desc, Members: 2, Joining: joining, Posting: posting})
		_, _, _, err = b.s.JoinGroup(b.ctx, z, gid, 0, 0)
		b.wants(wire.NotOpen, err)
		m, err := b.s.Membership(b.ctx, gid, y)
		b.must(err)
		same(b, "an admin may post", m.MayPost(), true)
		_, all, err := b.s.Memberships(b.ctx, h.Conv, []chat.UserID{x, y})
		b.must(err)
		same(b, "posting", all[0].Posting, posting)
	},
	"adding": func(b *bench) {
		x, y, z, w, out := b.user(), b.user(), b.user(), b.user(), b.user()
		gid, _ := b.group(x, y)
		add := func(by, u chat.UserID, a chat.Adding) error {
			_, _, _, _, err := b.s.AddMember(b.ctx, by, gid, u, a)
			return err
		}
		b.wants(wire.NotAdmin, add(y, z, chat.Adding{}))
		b.wants(wire.NotMember, add(out, z, chat.Adding{}))
		b.wants(wire.AlreadyMember, add(x, y, chat.Adding{}))
		b.wants(wire.NoSuchUser, add(x, 999, chat.Adding{}))
		b.wants(wire.LimitReached, add(x, z, chat.Adding{MaxMembers: 2}))
		b.wants(wire.NotFriends, add(x, z, chat.Adding{FriendsOnly: true}))
		_, err := b.s.AddFriend(b.ctx, x, z, 0)
		b.must(err)
		_, _, _, err = b.s.SetBlocked(b.ctx, w, x, true)
		b.must(err)
		b.wants(wire.Blocked, add(x, w, chat.Adding{}))
		info, m, who, nos, err := b.s.AddMember(b.ctx, x, gid, z, chat.Adding{FriendsOnly: true})
		b.must(err)
		same(b, "members", info.Members, 3)
		same(b, "member", m.User, z)
		same(b, "name", who.Name, "user 3")
		same(b, "places", nos.Group > 0 && nos.User > 0, true)
		_, err = b.s.RemoveMember(b.ctx, x, gid, z)
		b.must(err)
		b.must(add(x, z, chat.Adding{})) // lifts the removal
		m, err = b.s.Membership(b.ctx, gid, z)
		b.must(err)
		same(b, "kept out", m.KeptOut || m.Left, false)
		b.disable(out)
		b.wants(wire.AccountClosed, add(x, out, chat.Adding{}))
	},
}
