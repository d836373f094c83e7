package storetest

import (
	"fmt"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// inviteTo makes an invitation that ends in a day.
func (b *bench) inviteTo(by chat.UserID, gid chat.GroupID, code string, uses int64) chat.GroupInvite {
	b.Helper()
	done, err := b.s.AddGroupInvite(b.ctx, by, chat.GroupInvite{Group: gid, Code: code, Uses: uses, MadeAt: at, EndsAt: tomorrow()}, 0)
	b.must(err)
	return done.Invite
}

// comes joins by a code.
func (b *bench) comes(u chat.UserID, code string) error {
	_, _, _, err := b.s.JoinByInvite(b.ctx, u, code, 0, 0)
	return err
}

// usedOf is how often an invitation was used.
func (b *bench) usedOf(code string) int64 {
	b.Helper()
	i, err := b.s.FindGroupInvite(b.ctx, code)
	b.must(err)
	return i.Used
}

// joining sets who may join a group.
func (b *bench) joining(by chat.UserID, gid chat.GroupID, j chat.Joining) {
	b.Helper()
	_, err := b.s.UpdateGroup(b.ctx, by, gid, chat.GroupUpdate{Joining: &j})
	b.must(err)
}

var groupInviteTests = map[string]func(*bench){
	"stored and listed": func(b *bench) {
		x, y, z := b.user(), b.user(), b.user()
		gid, h := b.group(x, y)
		b.role(x, gid, y, chat.Admin)
		ends := tomorrow()
		made, err := b.s.AddGroupInvite(b.ctx, y, chat.GroupInvite{Group: gid, Code: "ONE", Uses: 3, MadeAt: at, EndsAt: ends}, 0)
		b.must(err)
		want := chat.GroupInvite{ID: made.Invite.ID, Group: gid, Code: "ONE", By: chat.User{ID: y, Name: "user 2"}, Uses: 3, MadeAt: at, EndsAt: ends}
		same(b, "as made", made.Invite, want)
		same(b, "conversation", made.Conv.ID, h.Conv)
		same(b, "group", made.GroupName, "the group")
		found, err := b.s.FindGroupInvite(b.ctx, "ONE")
		b.must(err)
		same(b, "found", found, want)
		_, err = b.s.FindGroupInvite(b.ctx, "one")
		b.wants(wire.NoSuchInvite, err)
		second, third := b.inviteTo(0, gid, "TWO", 0), b.inviteTo(x, gid, "THREE", 1)
		same(b, "by the operator", second.By, chat.User{})
		first, err := b.s.GroupInvites(b.ctx, gid, 0, 2)
		b.must(err)
		rest, err := b.s.GroupInvites(b.ctx, gid, first[1].ID, 2)
		b.must(err)
		same(b, "in pages", append(first, rest...), []chat.GroupInvite{want, second, third})
		page, err := b.s.JournalPage(b.ctx, chat.Topic{Group: gid}, made.No-1, 10)
		b.must(err)
		same(b, "entries", len(page), 3)
		same(b, "entry", page[0].What, chat.InvitesChanged)
		same(b, "by whom", page[0].User, y)
		gone, err := b.s.RevokeGroupInvite(b.ctx, x, gid, made.Invite.ID)
		b.must(err)
		same(b, "place of the revocation", gone.No > made.No, true)
		again, err := b.s.RevokeGroupInvite(b.ctx, x, gid, made.Invite.ID)
		b.must(err)
		same(b, "revoked again", again.No, 0)
		b.wants(wire.InviteRevoked, b.comes(z, "ONE"))
		left, err := b.s.GroupInvites(b.ctx, gid, 0, 10)
		b.must(err)
		same(b, "left", left, []chat.GroupInvite{second, third})
	},
	"who invites": func(b *bench) {
		x, y, out := b.user(), b.user(), b.user()
		gid, _ := b.group(x, y)
		other, _ := b.group(out)
		mine := b.inviteTo(x, gid, "MINE", 0)
		add := func(want wire.Code, by chat.UserID, gid chat.GroupID) {
			b.Helper()
			_, err := b.s.AddGroupInvite(b.ctx, by, chat.GroupInvite{Group: gid, Code: "NO", MadeAt: at, EndsAt: tomorrow()}, 0)
			b.wants(want, err)
		}
		revoke := func(want wire.Code, by chat.UserID, gid chat.GroupID) {
			b.Helper()
			_, err := b.s.RevokeGroupInvite(b.ctx, by, gid, mine.ID)
			b.wants(want, err)
		}
		add(wire.NotAdmin, y, gid)
		add(wire.NotMember, out, gid)
		add(wire.NoSuchGroup, x, 999)
		revoke(wire.NotAdmin, y, gid)
		revoke(wire.NotMember, out, gid)
		revoke(wire.NoSuchGroup, x, 999)
		revoke(wire.NoSuchInvite, out, other) // in their own group there is none of that number
		b.joining(x, gid, chat.JoinClosed)
		add(wire.NotOpen, x, gid)
		b.wants(wire.NotOpen, b.comes(out, "MINE"))
	},
	"joining": func(b *bench) {
		x, y, z := b.user(), b.user(), b.user()
		gid, h := b.group(x)
		b.joining(x, gid, chat.JoinByInvite)
		b.inviteTo(x, gid, "TWO", 2)
		info, m, nos, err := b.s.JoinByInvite(b.ctx, y, "TWO", 0, 0)
		b.must(err)
		same(b, "group", info, chat.GroupInfo{ID: gid, Name: "the group", Members: 2, Joining: chat.JoinByInvite})
		same(b, "member", m.User, y)
		same(b, "conversation", m.Conv.ID, h.Conv)
		same(b, "places", nos.Group > 0 && nos.User > 0, true)
		b.wants(wire.AlreadyMember, b.comes(y, "TWO"))
		b.wants(wire.NoSuchInvite, b.comes(z, "THREE"))
		_, _, _, err = b.s.JoinByInvite(b.ctx, z, "TWO", 0, 2)
		b.wants(wire.LimitReached, err)
		b.group(z)
		_, _, _, err = b.s.JoinByInvite(b.ctx, z, "TWO", 1, 0)
		b.wants(wire.LimitReached, err)
		same(b, "what failed used nothing", b.usedOf("TWO"), 1)
		b.must(b.comes(z, "TWO"))
		_, err = b.s.LeaveGroup(b.ctx, z, gid)
		b.must(err)
		b.wants(wire.InviteUsedUp, b.comes(z, "TWO"))
		_, err = b.s.AddGroupInvite(b.ctx, x, chat.GroupInvite{Group: gid, Code: "OVER", MadeAt: at, EndsAt: time.Now().Add(-time.Millisecond)}, 0)
		b.must(err)
		b.wants(wire.InviteEnded, b.comes(z, "OVER"))
		b.inviteTo(x, gid, "OFTEN", 0)
		for range 3 {
			b.must(b.comes(z, "OFTEN"))
			_, err = b.s.LeaveGroup(b.ctx, z, gid)
			b.must(err)
		}
		same(b, "uses without a bound", b.usedOf("OFTEN"), 3)
		for _, u := range []chat.UserID{x, y} {
			_, err = b.s.LeaveGroup(b.ctx, u, gid)
			b.must(err)
		}
		b.wants(wire.NoSuchGroup, b.comes(z, "OFTEN"))
	},
	// An invitation that somebody knew before they were removed does not bring them back.
	"removed members": func(b *bench) {
		x, y := b.user(), b.user()
		gid, _ := b.group(x, y)
		b.inviteTo(x, gid, "BEFORE", 0)
		_, err := b.s.RemoveMember(b.ctx, x, gid, y)
		b.must(err)
		b.wants(wire.KeptOut, b.comes(y, "BEFORE"))
		_, _, _, err = b.s.JoinGroup(b.ctx, y, gid, 0, 0)
		b.wants(wire.KeptOut, err)
		b.inviteTo(x, gid, "AFTER", 0)
		b.must(b.comes(y, "AFTER"))
		_, err = b.s.RemoveMember(b.ctx, x, gid, y)
		b.must(err)
		b.wants(wire.KeptOut, b.comes(y, "AFTER"))
		_, err = b.s.LiftRemoval(b.ctx, x, gid, y)
		b.must(err)
		b.must(b.comes(y, "BEFORE"))
	},
	// Who may not invite any more has invited nobody any more.
	"made by who is admin no more": func(b *bench) {
		x, y, z, out := b.user(), b.user(), b.user(), b.user()
		gid, _ := b.group(x, y, z)
		for _, u := range []chat.UserID{y, z} {
			b.role(x, gid, u, chat.Admin)
		}
		b.inviteTo(y, gid, "REMOVED", 0)
		b.inviteTo(z, gid, "DEMOTED", 0)
		b.inviteTo(x, gid, "HIS", 0)
		_, err := b.s.RemoveMember(b.ctx, x, gid, y)
		b.must(err)
		b.role(x, gid, z, chat.Normal)
		b.role(x, gid, z, chat.Creator) // x is an admin now
		for _, code := range []string{"REMOVED", "DEMOTED"} {
			b.wants(wire.InviteRevoked, b.comes(out, code))
		}
		b.disable(x)
		b.wants(wire.InviteRevoked, b.comes(out, "HIS"))
		i, err := b.s.FindGroupInvite(b.ctx, "HIS")
		b.must(err)
		same(b, "whose account is closed", i.ByClosed && i.RevokedAt.IsZero(), true)
		b.enable(x)
		b.must(b.comes(out, "HIS"))
	},
	"at most so many": func(b *bench) {
		x, y := b.user(), b.user()
		gid, _ := b.group(x)
		add := func(code string, uses int64, ends time.Time) error {
			_, err := b.s.AddGroupInvite(b.ctx, x, chat.GroupInvite{Group: gid, Code: code, Uses: uses, MadeAt: at, EndsAt: ends}, 2)
			return err
		}
		b.must(add("ENDED", 0, time.Now().Add(-time.Millisecond)))
		b.must(add("ONCE", 1, tomorrow()))
		b.must(add("OFTEN", 0, tomorrow()))
		b.wants(wire.LimitReached, add("MORE", 0, tomorrow()))
		b.must(b.comes(y, "ONCE"))
		b.must(add("NEXT", 0, tomorrow()))
		b.wants(wire.LimitReached, add("MORE", 0, tomorrow()))
		for n := range chat.InvitesRemembered + 2 {
			b.must(func() error {
				i, err := b.s.AddGroupInvite(b.ctx, x, chat.GroupInvite{Group: gid, Code: fmt.Sprint("R", n), MadeAt: at, EndsAt: tomorrow()}, 0)
				if err == nil {
					_, err = b.s.RevokeGroupInvite(b.ctx, x, gid, i.Invite.ID)
				}
				return err
			}())
		}
		b.wants(wire.NoSuchInvite, b.comes(y, "ENDED")) // forgotten
		_, err := b.s.FindGroupInvite(b.ctx, fmt.Sprint("R", chat.InvitesRemembered+1))
		b.must(err)
		_, err = b.s.FindGroupInvite(b.ctx, "OFTEN")
		b.must(err)
	},
	// Whatever runs at the same time: exactly so many members as uses.
	"many at once": func(b *bench) {
		const uses, people = 5, 30
		x := b.user()
		gid, _ := b.group(x)
		b.joining(x, gid, chat.JoinByInvite)
		b.inviteTo(x, gid, "FIVE", uses)
		users := make([]chat.UserID, people)
		for i := range users {
			users[i] = b.user()
		}
		errs := make(chan error)
		for _, u := range users {
			go func() { errs <- b.comes(u, "FIVE") }()
		}
		won := 0
		for range people {
			switch e := chat.AsError(<-errs); {
			case e == nil:
				won++
			case e.Code != wire.InviteUsedUp:
				b.Errorf("joining: %v", e)
			}
		}
		same(b, "who came in", won, uses)
		same(b, "uses", b.usedOf("FIVE"), uses)
		info, err := b.s.Group(b.ctx, gid)
		b.must(err)
		same(b, "members", info.Members, 1+uses)
	},
}
