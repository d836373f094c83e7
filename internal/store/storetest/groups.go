package storetest

import (
	"errors"
	"slices"

	"parley/internal/chat"
	"parley/wire"
)

// group makes a group of a creator and members.
func (b *bench) group(creator chat.UserID, members ...chat.UserID) (chat.GroupID, chat.Head) {
	b.Helper()
	info, m, _, err := b.s.CreateGroup(b.ctx, creator, "the group", "", chat.JoinOpen, 0, at)
	b.must(err)
	for _, u := range members {
		_, m, _, err = b.s.JoinGroup(b.ctx, u, info.ID, 0, 0)
		b.must(err)
	}
	return info.ID, chat.Head{Conv: m.Conv.ID, Version: m.Version}
}

var groupTests = map[string]func(*bench){
	"create": func(b *bench) {
		u := b.user()
		for i, text := range hostile {
			info, m, _, err := b.s.CreateGroup(b.ctx, u, text, text, chat.JoinOpen, 0, at)
			b.must(err)
			want := chat.GroupInfo{ID: chat.GroupID(i + 1), Name: text, Desc: text, Role: chat.Creator, Members: 1}
			same(b, "created", info, want)
			same(b, "member", m, chat.Membership{Conv: m.Conv, User: u, Role: chat.Creator, Version: m.Version, Windows: windows(0, chat.Open)})
			same(b, "conversation", m.Conv, chat.Conv{ID: m.Conv.ID, Kind: chat.Group, Group: info.ID})
			found, err := b.s.Membership(b.ctx, info.ID, u)
			b.must(err)
			same(b, "membership", found, m)
			want.Role = chat.Normal
			info, err = b.s.Group(b.ctx, info.ID)
			b.must(err)
			same(b, "group", info, want)
		}
		_, _, _, err := b.s.CreateGroup(b.ctx, u, "x", "", chat.JoinOpen, len(hostile), at)
		b.wants(wire.LimitReached, err)
		_, err = b.s.Group(b.ctx, 999)
		b.wants(wire.NoSuchGroup, err)
		page, err := b.s.Groups(b.ctx, u, 2, 3)
		b.must(err)
		same(b, "page", len(page), 3)
		same(b, "first of page", page[0], chat.GroupInfo{ID: 3, Name: hostile[2], Desc: hostile[2], Role: chat.Creator, Members: 1})
	},
	"join": func(b *bench) {
		x, y, z := b.user(), b.user(), b.user()
		l := b.open(x, "", 1)
		gid, h := b.group(x)
		b.stored(l.say(h, "before"))
		info, m, _, err := b.s.JoinGroup(b.ctx, y, gid, 1, 2)
		b.must(err)
		same(b, "info", info, chat.GroupInfo{ID: gid, Name: "the group", Members: 2})
		same(b, "joined at", m.JoinedSeq, 1)
		_, _, _, err = b.s.JoinGroup(b.ctx, y, gid, 5, 5)
		b.wants(wire.AlreadyMember, err)
		_, _, _, err = b.s.JoinGroup(b.ctx, z, gid, 5, 2)
		b.wants(wire.LimitReached, err)
		other, _ := b.group(x)
		_, _, _, err = b.s.JoinGroup(b.ctx, y, other, 1, 5)
		b.wants(wire.LimitReached, err)
		_, _, _, err = b.s.JoinGroup(b.ctx, y, 999, 5, 5)
		b.wants(wire.NoSuchGroup, err)
		members, err := b.s.Members(b.ctx, gid, 0, 0, 10)
		b.must(err)
		want := []chat.Member{{User: chat.User{ID: x, Name: "user 1"}, Role: chat.Creator, Online: true}, {User: chat.User{ID: y, Name: "user 2"}}}
		same(b, "members", slices.Equal(members, want), true)
		members, err = b.s.Members(b.ctx, gid, 0, x, 10)
		b.must(err)
		same(b, "members of the second page", slices.Equal(members, want[1:]), true)
	},
	"leave, and come back": func(b *bench) {
		x, y := b.open(b.user(), "", 1), b.user()
		gid, h := b.group(x.user, y)
		b.stored(x.say(h, "one"))
		r, err := b.s.LeaveGroup(b.ctx, y, gid)
		b.must(err)
		same(b, "removal", r.Membership, chat.Membership{
			Conv: r.Conv, User: y, Left: true, LeftSeq: 1, Version: h.Version + 1, Windows: windows(0, 1),
		})
		same(b, "names", r.GroupName+"/"+r.UserName, "the group/user 2")
		same(b, "new creator", r.NewCreator == nil, true)
		_, err = b.s.LeaveGroup(b.ctx, y, gid)
		b.wants(wire.NotMember, err)
		_, err = b.s.LeaveGroup(b.ctx, y, 999)
		b.wants(wire.NoSuchGroup, err)
		if err := b.append(x.say(h, "stale")).Err; !errors.Is(err, chat.ErrStaleMembers) {
			b.Fatalf("an append at the old version: %v", err)
		}
		h.Version++
		b.stored(x.say(h, "two"))
		m, err := b.s.Membership(b.ctx, gid, y)
		b.must(err)
		same(b, "former", m, r.Membership)
		_, m, _, err = b.s.JoinGroup(b.ctx, y, gid, 0, 0)
		b.must(err)
		same(b, "anew", m, chat.Membership{
			Conv: m.Conv, User: y, JoinedSeq: 2, Version: h.Version, Windows: windows(0, 1, 2, chat.Open),
		})
	},
	"the creator's heir": func(b *bench) {
		x, y, z := b.open(b.user(), "", 1), b.user(), b.user()
		gid, h := b.group(x.user, z)
		b.stored(x.say(h, "one"))
		_, _, _, err := b.s.JoinGroup(b.ctx, y, gid, 0, 0)
		b.must(err)
		r, err := b.s.LeaveGroup(b.ctx, x.user, gid)
		b.must(err)
		same(b, "role", r.Role, chat.Creator)
		if r.NewCreator == nil || *r.NewCreator != (chat.User{ID: z, Name: "user 3"}) {
			b.Fatalf("new creator %+v, want who joined first", r.NewCreator)
		}
		m, err := b.s.Membership(b.ctx, gid, z)
		b.must(err)
		same(b, "heir's role", m.Role, chat.Creator)
		_, err = b.s.LeaveGroup(b.ctx, z, gid)
		b.must(err)
		r, err = b.s.LeaveGroup(b.ctx, y, gid)
		b.must(err)
		same(b, "nobody is left", r.NewCreator == nil, true)
		_, _, _, err = b.s.JoinGroup(b.ctx, y, gid, 0, 0)
		b.wants(wire.NoSuchGroup, err)
		m, err = b.s.Membership(b.ctx, gid, y)
		b.must(err)
		same(b, "former member of an empty group", m.Left, true)
	},
	"the heir where nothing was said between": func(b *bench) {
		x, low, high := b.user(), b.user(), b.user()
		gid, _ := b.group(x, high, low)
		r, err := b.s.LeaveGroup(b.ctx, x, gid)
		b.must(err)
		same(b, "who joined first", r.NewCreator.ID, high)
		_, _, _, err = b.s.JoinGroup(b.ctx, x, gid, 0, 0)
		b.must(err)
		_, err = b.s.LeaveGroup(b.ctx, low, gid)
		b.must(err)
		_, _, _, err = b.s.JoinGroup(b.ctx, low, gid, 0, 0)
		b.must(err)
		r, err = b.s.LeaveGroup(b.ctx, high, gid)
		b.must(err)
		same(b, "who left and came back is behind", r.NewCreator.ID, x)
	},
	"remove": func(b *bench) {
		x, y, z := b.user(), b.user(), b.user()
		gid, h := b.group(x, y)
		_, err := b.s.RemoveMember(b.ctx, y, gid, x)
		b.wants(wire.NotAdmin, err)
		_, err = b.s.RemoveMember(b.ctx, x, gid, x)
		b.wants(wire.NotYourself, err)
		_, err = b.s.RemoveMember(b.ctx, x, gid, z)
		b.wants(wire.NotMember, err)
		_, err = b.s.RemoveMember(b.ctx, z, gid, y)
		b.wants(wire.NotMember, err)
		_, err = b.s.RemoveMember(b.ctx, x, 999, y)
		b.wants(wire.NoSuchGroup, err)
		r, err := b.s.RemoveMember(b.ctx, x, gid, y)
		b.must(err)
		same(b, "left", r.Left, true)
		same(b, "version", r.Version, h.Version+1)
		info, err := b.s.Group(b.ctx, gid)
		b.must(err)
		same(b, "members", info.Members, 1)
		_, err = b.s.Membership(b.ctx, gid, z)
		b.wants(wire.NotMember, err)
		_, err = b.s.Membership(b.ctx, 999, z)
		b.wants(wire.NoSuchGroup, err)
		head, list, err := b.s.Memberships(b.ctx, h.Conv, []chat.UserID{x, y, z})
		b.must(err)
		same(b, "head", head, chat.Head{Conv: h.Conv, Version: h.Version + 1, JournalNo: 2})
		same(b, "memberships", len(list), 2)
		same(b, "first", list[0].User, x)
		same(b, "second", list[1], r.Membership)
		head, list, err = b.s.Memberships(b.ctx, h.Conv, nil)
		b.must(err)
		same(b, "memberships of nobody", len(list), 0)
		same(b, "head for nobody", head.Version, h.Version+1)
		_, _, err = b.s.Memberships(b.ctx, 999, nil)
		b.wants(wire.NoConversation, err)
	},
	"the count is the members'": func(b *bench) {
		gid, _ := b.group(b.user())
		errs := make(chan error)
		for i := range 20 {
			u := b.user()
			go func() {
				_, _, _, err := b.s.JoinGroup(b.ctx, u, gid, 0, 15)
				if err == nil && i%2 == 0 {
					_, err = b.s.LeaveGroup(b.ctx, u, gid)
				}
				errs <- err
			}()
		}
		for range 20 {
			if err := <-errs; err != nil {
				b.wants(wire.LimitReached, err)
			}
		}
		info, err := b.s.Group(b.ctx, gid)
		b.must(err)
		members, err := b.s.Members(b.ctx, gid, 0, 0, 100)
		b.must(err)
		same(b, "count", info.Members, int64(len(members)))
		same(b, "over the limit", len(members) > 15, false)
	},
}
