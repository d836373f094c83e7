package storetest

import (
	"fmt"
	"slices"

	"parley/internal/chat"
	"parley/wire"
)

func (b *bench) disable(u chat.UserID) chat.Revoked {
	b.Helper()
	done, err := b.s.Revoke(b.ctx, chat.Revocation{User: u, Disable: true})
	b.must(err)
	return done
}

func (b *bench) enable(u chat.UserID) chat.Revoked {
	b.Helper()
	done, err := b.s.Revoke(b.ctx, chat.Revocation{User: u, Enable: true})
	b.must(err)
	return done
}

// creator returns who looks after a group, 0 for nobody; more than one is wrong.
func (b *bench) creator(gid chat.GroupID) (who chat.UserID) {
	b.Helper()
	members, err := b.s.Members(b.ctx, gid, 0, 0, 100)
	b.must(err)
	for _, m := range members {
		if m.Role != chat.Creator {
			continue
		}
		if who != 0 {
			b.Fatalf("%d and %d look after group %d", who, m.ID, gid)
		}
		who = m.ID
	}
	return who
}

// barred returns why nothing can be said between two users.
func (b *bench) barred(x, y chat.UserID) wire.Code {
	b.Helper()
	_, _, barred, err := b.s.OpenDirect(b.ctx, x, y)
	b.must(err)
	return barred
}

// closedTests are about accounts that are disabled or erased.
var closedTests = map[string]func(*bench){
	"nothing can be said to it": func(b *bench) {
		x, y, h := b.pair()
		_, before := b.direct(x.user, y.user)
		b.disable(y.user)
		same(b, "barred", b.barred(x.user, y.user), wire.AccountClosed)
		same(b, "from the other side", b.barred(y.user, x.user), wire.AccountClosed)
		if err := b.append(x.say(h, "checked before")).Err; err != chat.ErrStaleMembers { //nolint:errorlint // as it is
			b.Fatalf("what was checked before is answered with %v", err)
		}
		_, after := b.direct(x.user, y.user)
		same(b, "version", after.Version, before.Version+1)
		z := b.user()
		same(b, "where nothing was said before", b.barred(z, y.user), wire.AccountClosed)
		b.wants(wire.AccountClosed, b.befriend(z, y.user, 10))
		b.wants(wire.AccountClosed, b.befriend(y.user, z, 10))
		_, _, _, err := b.s.SetBlocked(b.ctx, z, y.user, true) // whom one blocks is one's own affair
		b.must(err)
		b.disable(y.user)
		_, again := b.direct(x.user, y.user)
		same(b, "version when it was so already", again.Version, after.Version)
		b.enable(y.user)
		same(b, "open again", b.barred(x.user, y.user), wire.OK)
		_, h = b.direct(x.user, y.user)
		b.stored(x.say(h, "welcome back"))
	},
	"its groups go to the next": func(b *bench) {
		x, y, z := b.user(), b.user(), b.user()
		gid, h := b.group(x, z)
		_, _, _, err := b.s.JoinGroup(b.ctx, y, gid, 0, 0) // later than z, and nothing was said between
		b.must(err)
		other, _ := b.group(y, x) // not x's to look after
		alone, _ := b.group(x)
		done := b.disable(x)
		same(b, "handed over", len(done.Heirs), 1)
		want := chat.Succession{
			Conv: chat.Conv{ID: h.Conv, Kind: chat.Group, Group: gid}, GroupName: "the group", NewCreator: chat.User{ID: z, Name: "user 3"}, No: 3,
		}
		same(b, "to whom", done.Heirs[0], want)
		same(b, "no further ones", done.MoreAfter, 0)
		same(b, "the group", b.creator(gid), z)
		same(b, "another's", b.creator(other), y)
		same(b, "one with nobody else in it", b.creator(alone), x)
		page, err := b.s.JournalPage(b.ctx, chat.Topic{Group: gid}, 2, 10)
		b.must(err)
		same(b, "journal", fmt.Sprint(page), fmt.Sprint([]chat.JournalEntry{
			{No: 3, What: chat.CreatorChanged, User: z, Owner: x, Conv: want.Conv},
		}))
		same(b, "again nothing", len(b.disable(x).Heirs), 0)
		b.enable(x)
		same(b, "what is given is given", b.creator(gid), z)
		same(b, "and the rest stays", b.creator(alone), x)
	},
	"it inherits nothing": func(b *bench) {
		x, y, z := b.user(), b.user(), b.user()
		gid, _ := b.group(x, y, z)
		b.disable(y)
		r, err := b.s.LeaveGroup(b.ctx, x, gid)
		b.must(err)
		same(b, "heir", r.NewCreator.ID, z)
		r, err = b.s.LeaveGroup(b.ctx, z, gid)
		b.must(err)
		same(b, "nobody can", r.NewCreator == nil, true)
		same(b, "nobody does", b.creator(gid), 0)
		_, m, nos, err := b.s.JoinGroup(b.ctx, x, gid, 0, 0)
		b.must(err)
		same(b, "who comes then", m.Role, chat.Creator)
		same(b, "is told of", nos.Heir.ID, x)
		page, err := b.s.JournalPage(b.ctx, chat.Topic{Group: gid}, nos.Creator-1, 10)
		b.must(err)
		same(b, "what", page[0].What, chat.CreatorChanged)
		same(b, "the group", b.creator(gid), x)
		b.disable(x)
		done := b.enable(y)
		same(b, "enabled", len(done.Heirs), 1)
		same(b, "the group", b.creator(gid), y)
	},
	"in pieces": func(b *bench) {
		x, y := b.user(), b.user()
		for range 5 {
			b.group(x, y)
		}
		b.group(x) // nobody else is in it
		for range chat.HandedOverAtOnce {
			b.group(x, y)
		}
		done := b.disable(x)
		heirs := len(done.Heirs)
		for after := done.MoreAfter; after != 0; {
			list, last, err := b.s.HandOver(b.ctx, x, after, 2)
			b.must(err)
			after, heirs = last, heirs+len(list)
		}
		same(b, "handed over", heirs, chat.HandedOverAtOnce+5)
	},
	"the creator who is disabled at the very moment": func(b *bench) {
		for range 10 {
			x, y, z := b.user(), b.user(), b.user()
			gid, _ := b.group(x, y, z)
			errs := make(chan error)
			go func() {
				_, err := b.s.Revoke(b.ctx, chat.Revocation{User: y, Disable: true})
				errs <- err
			}()
			_, err := b.s.LeaveGroup(b.ctx, x, gid)
			b.must(err)
			b.must(<-errs)
			same(b, "heir", b.creator(gid), z)
		}
	},
	"erased": func(b *bench) {
		if b.erasures == nil {
			return
		}
		x, y, h := b.pair()
		b.stored(x.say(h, "mine"))
		_, _, _, err := b.s.SetBlocked(b.ctx, x.user, y.user, true)
		b.must(err)
		b.wants(wire.BadField, b.erasures.EraseAccount(b.ctx, x.user, false))
		b.wants(wire.NoSuchUser, b.erasures.EraseAccount(b.ctx, 999, false))
		b.disable(x.user)
		b.must(b.erasures.EraseAccount(b.ctx, x.user, false))
		names, err := b.s.UserNames(b.ctx, []chat.UserID{x.user})
		b.must(err)
		same(b, "name", names[x.user], chat.DeletedName)
		acc, err := b.s.Account(b.ctx, x.user)
		b.must(err)
		same(b, "account", acc, chat.Account{User: chat.User{ID: x.user, Name: chat.DeletedName}, Disabled: true, Erased: true})
		same(b, "barred, and by no block", b.barred(x.user, y.user), wire.AccountClosed)
		list, err := b.s.Conversations(b.ctx, y.user, y.device, 0, 10, 10)
		b.must(err)
		same(b, "in the other's list", list[0].Name, chat.DeletedName)
		users, err := b.s.ListUsers(b.ctx, 0, 1)
		b.must(err)
		same(b, "as operators see it", users[0].Erased && users[0].Disabled, true)
		marks, err := b.s.UserMarks(b.ctx, []chat.UserID{x.user})
		b.must(err)
		same(b, "as nodes see it", marks[0].Name, chat.DeletedName)
		_, err = b.s.Revoke(b.ctx, chat.Revocation{User: x.user, Enable: true})
		b.wants(wire.AccountClosed, err)
		_, err = b.s.Revoke(b.ctx, chat.Revocation{User: x.user, PasswordHash: "p"})
		b.wants(wire.AccountClosed, err)
		b.disable(x.user)
		acc, err = b.s.Account(b.ctx, x.user)
		b.must(err)
		same(b, "erased for good", acc.Erased, true)
	},
	"its name": func(b *bench) {
		if b.erasures == nil {
			return
		}
		x, y := b.user(), b.user()
		for _, u := range []chat.UserID{x, y} {
			b.disable(u)
			b.must(b.erasures.EraseAccount(b.ctx, u, false))
		}
		_, err := b.s.CreateUser(b.ctx, "user 1", "user 1", "h")
		b.wants(wire.NameTaken, err)
		b.must(b.erasures.EraseAccount(b.ctx, x, true))
		b.must(b.erasures.EraseAccount(b.ctx, y, true))
		again, err := b.s.CreateUser(b.ctx, "user 1", "user 1", "h")
		b.must(err)
		acc, err := b.s.AccountByKey(b.ctx, "user 1")
		b.must(err)
		same(b, "whose it is now", acc.ID, again)
		b.must(b.erasures.EraseAccount(b.ctx, x, true))
	},
}

// keptOutTests are about removed members.
var keptOutTests = map[string]func(*bench){
	"does not come back by joining": func(b *bench) {
		x, y, z := b.user(), b.user(), b.user()
		gid, _ := b.group(x, y, z)
		_, err := b.s.RemoveMember(b.ctx, x, gid, y)
		b.must(err)
		_, _, _, err = b.s.JoinGroup(b.ctx, y, gid, 0, 0)
		b.wants(wire.KeptOut, err)
		m, err := b.s.Membership(b.ctx, gid, y)
		b.must(err)
		same(b, "kept out", m.KeptOut && m.Left, true)
		_, err = b.s.LiftRemoval(b.ctx, z, gid, y)
		b.wants(wire.NotAdmin, err)
		_, err = b.s.LiftRemoval(b.ctx, y, gid, y)
		b.wants(wire.NotMember, err)
		_, err = b.s.LiftRemoval(b.ctx, x, gid, x)
		b.wants(wire.NotYourself, err)
		_, err = b.s.LiftRemoval(b.ctx, x, 999, y)
		b.wants(wire.NoSuchGroup, err)
		_, err = b.s.LiftRemoval(b.ctx, x, gid, b.user())
		b.wants(wire.NotMember, err)
		_, _, _, err = b.s.JoinGroup(b.ctx, y, gid, 0, 0)
		b.wants(wire.KeptOut, err)
	},
	"until that is lifted": func(b *bench) {
		x, y := b.user(), b.user()
		gid, h := b.group(x, y)
		r, err := b.s.LiftRemoval(b.ctx, x, gid, y)
		b.must(err)
		same(b, "of a member it is nothing", r.Nos, chat.Nos{})
		_, err = b.s.RemoveMember(b.ctx, x, gid, y)
		b.must(err)
		r, err = b.s.LiftRemoval(b.ctx, x, gid, y)
		b.must(err)
		same(b, "places", r.Nos, chat.Nos{User: 3, Group: 3})
		same(b, "names", r.GroupName+"/"+r.UserName, "the group/user 2")
		same(b, "a member's", r.Left && !r.KeptOut, true)
		conv := chat.Conv{ID: h.Conv, Kind: chat.Group, Group: gid}
		for _, t := range []chat.Topic{{User: y}, {Group: gid}} {
			page, err := b.s.JournalPage(b.ctx, t, 2, 10)
			b.must(err)
			same(b, "journal", fmt.Sprint(page), fmt.Sprint([]chat.JournalEntry{{No: 3, What: chat.RemovalLifted, User: y, Owner: x, Conv: conv}}))
		}
		r, err = b.s.LiftRemoval(b.ctx, x, gid, y)
		b.must(err)
		same(b, "twice it is nothing", r.Nos, chat.Nos{})
		_, _, _, err = b.s.JoinGroup(b.ctx, y, gid, 0, 0)
		b.must(err)
		_, err = b.s.LeaveGroup(b.ctx, y, gid)
		b.must(err)
		_, _, _, err = b.s.JoinGroup(b.ctx, y, gid, 0, 0)
		b.must(err) // who goes by themselves may come back
	},
}

// shown returns a user's friends with what the user is shown of them.
func (b *bench) shown(u chat.UserID) string {
	b.Helper()
	list, err := b.s.Friends(b.ctx, u, 0, 10)
	b.must(err)
	text := ""
	for _, f := range list {
		text += fmt.Sprintf("%s online=%v hidden=%v;", f.Name, f.Online, f.Hidden)
	}
	return text
}

// hidingTests are about what those who are blocked may know.
var hidingTests = map[string]func(*bench){
	"who blocks looks offline to the other": func(b *bench) {
		x, y, z := b.open(b.user(), "", 1), b.open(b.user(), "", 2), b.open(b.user(), "", 3)
		b.must(b.befriend(x.user, y.user, 10))
		b.must(b.befriend(x.user, z.user, 10))
		gid, _ := b.group(x.user, y.user, z.user)
		_, _, _, err := b.s.SetBlocked(b.ctx, x.user, y.user, true)
		b.must(err)
		same(b, "the blocked one's", b.shown(y.user), "user 1 online=false hidden=false;")
		same(b, "one's own", b.shown(x.user), "user 2 online=true hidden=true;user 3 online=true hidden=false;")
		same(b, "somebody else's", b.shown(z.user), "user 1 online=true hidden=false;")
		watchers, err := b.s.Watchers(b.ctx, x.user)
		b.must(err)
		same(b, "watchers", fmt.Sprint(watchers), fmt.Sprint([]chat.UserID{z.user}))
		of, err := b.s.WatchersOf(b.ctx, []chat.UserID{x.user, y.user})
		b.must(err)
		same(b, "watchers of both", fmt.Sprint(of), fmt.Sprint(map[chat.UserID][]chat.UserID{x.user: {z.user}, y.user: {x.user}}))
		online := func(viewer chat.UserID) (ids []chat.UserID) {
			members, err := b.s.Members(b.ctx, gid, viewer, 0, 10)
			b.must(err)
			for _, m := range members {
				if m.Online {
					ids = append(ids, m.ID)
				}
			}
			return ids
		}
		same(b, "members for the blocked one", slices.Equal(online(y.user), []chat.UserID{y.user, z.user}), true)
		same(b, "members for another", len(online(z.user)), 3)
		same(b, "members for nobody", len(online(0)), 3)
		_, _, _, err = b.s.SetBlocked(b.ctx, x.user, y.user, false)
		b.must(err)
		same(b, "after the block", b.shown(y.user), "user 1 online=true hidden=false;")
	},
	"twice is nothing": func(b *bench) {
		x, y := b.user(), b.user()
		_, first, nos, err := b.s.SetBlocked(b.ctx, x, y, true)
		b.must(err)
		same(b, "told", nos, chat.Nos{User: 1, Other: 1})
		_, second, nos, err := b.s.SetBlocked(b.ctx, x, y, true)
		b.must(err)
		same(b, "told the second time", nos, chat.Nos{})
		same(b, "head", second, first)
		_, _, nos, err = b.s.SetBlocked(b.ctx, y, x, false)
		b.must(err)
		same(b, "an end of what is not", nos, chat.Nos{})
	},
}
