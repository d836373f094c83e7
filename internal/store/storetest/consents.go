package storetest

import (
	"sync"

	"parley/internal/chat"
	"parley/wire"
)

// ask asks for a friendship, within wide limits.
func (b *bench) ask(user, other chat.UserID) chat.Consent {
	b.Helper()
	c, err := b.consents.AskFriend(b.ctx, user, other, 10, 10)
	b.must(err)
	return c
}

// asking is whom a user asks, or with out false who asks the user.
func (b *bench) asking(user chat.UserID, out bool) (ids []chat.UserID) {
	b.Helper()
	list, err := b.consents.FriendRequests(b.ctx, user, out, 0, 10)
	b.must(err)
	for _, q := range list {
		ids = append(ids, q.User.ID)
	}
	return ids
}

func (b *bench) drop(user, other chat.UserID) chat.Consent {
	b.Helper()
	c, err := b.consents.DropRequest(b.ctx, user, other)
	b.must(err)
	return c
}

func (b *bench) areFriends(x, y chat.UserID) bool {
	b.Helper()
	ids, err := b.s.Watchers(b.ctx, x)
	b.must(err)
	return len(ids) > 0 && ids[0] == y
}

var consentTests = map[string]func(*bench){
	"asked and accepted": func(b *bench) {
		x, y := b.user(), b.user()
		c := b.ask(x, y)
		same(b, "what came of it", c, chat.Consent{Nos: chat.Nos{User: 1, Other: 1}})
		same(b, "asked again", b.ask(x, y), chat.Consent{})
		same(b, "who asks y", b.asking(y, false), []chat.UserID{x})
		same(b, "whom x asks", b.asking(x, true), []chat.UserID{y})
		same(b, "who asks x", b.asking(x, false), nil)
		same(b, "friends", b.areFriends(x, y), false)
		for _, u := range []struct {
			of   chat.UserID
			what string
		}{{x, chat.FriendAsked}, {y, chat.FriendRequested}} {
			page, err := b.s.JournalPage(b.ctx, chat.Topic{User: u.of}, 0, 10)
			b.must(err)
			same(b, "journal", page, []chat.JournalEntry{{No: 1, What: u.what, User: x + y - u.of, Owner: x}})
		}
		_, err := b.consents.AcceptFriend(b.ctx, x, y, 10)
		b.wants(wire.NoSuchRequest, err) // nobody accepts what they asked themselves
		c, err = b.consents.AcceptFriend(b.ctx, y, x, 10)
		b.must(err)
		same(b, "accepted", c, chat.Consent{Nos: chat.Nos{User: 2, Other: 2}, Friends: true})
		same(b, "friends", []bool{b.areFriends(x, y), b.areFriends(y, x)}, []bool{true, true})
		same(b, "requests", len(b.asking(y, false))+len(b.asking(x, true)), 0)
		_, err = b.consents.AskFriend(b.ctx, y, x, 10, 10)
		b.wants(wire.AlreadyFriends, err)
		// Both have added the other: it counts for both, and neither is a stranger.
		z := b.user()
		for _, u := range []chat.UserID{x, y} {
			b.wants(wire.LimitReached, b.befriend(u, z, 1))
		}
	},
	"adding back is accepting": func(b *bench) {
		x, y := b.user(), b.user()
		b.ask(x, y)
		same(b, "friends", b.ask(y, x).Friends, true)
		same(b, "friends", b.areFriends(x, y), true)
		same(b, "requests", len(b.asking(y, false))+len(b.asking(y, true)), 0)
	},
	"declined, and asked again": func(b *bench) {
		x, y := b.user(), b.user()
		b.ask(x, y)
		same(b, "told", b.drop(y, x).Nos, chat.Nos{User: 2}) // and not x
		same(b, "who asks y", b.asking(y, false), nil)
		same(b, "whom x asks", b.asking(x, true), []chat.UserID{y})
		same(b, "asked again", b.ask(x, y), chat.Consent{})
		same(b, "who asks y", b.asking(y, false), nil)
		same(b, "withdrawn", b.drop(x, y).Nos, chat.Nos{User: 2})
		same(b, "whom x asks", b.asking(x, true), nil)
		_, err := b.consents.AcceptFriend(b.ctx, y, x, 10)
		b.wants(wire.NoSuchRequest, err)
		_, err = b.consents.DropRequest(b.ctx, x, y)
		b.wants(wire.NoSuchRequest, err)
		same(b, "asked after that", b.ask(x, y), chat.Consent{})
		same(b, "who asks y", b.asking(y, false), nil)
		same(b, "whom x asks", b.asking(x, true), []chat.UserID{y})
		same(b, "the one who declined asks", b.ask(y, x).Friends, true)
	},
	"withdrawn": func(b *bench) {
		x, y := b.user(), b.user()
		b.ask(x, y)
		same(b, "told", b.drop(x, y).Nos, chat.Nos{User: 2, Other: 2})
		same(b, "who asks y", b.asking(y, false), nil)
		_, err := b.consents.AcceptFriend(b.ctx, y, x, 10)
		b.wants(wire.NoSuchRequest, err)
		same(b, "asked again", b.ask(x, y).Nos, chat.Nos{User: 3, Other: 3})
		for _, u := range []chat.UserID{x + 99, 0} {
			_, err := b.consents.DropRequest(b.ctx, x, u)
			b.wants(wire.NoSuchUser, err)
		}
	},
	"refused requests": func(b *bench) {
		x, y, z, v := b.user(), b.user(), b.user(), b.user()
		refused := func(code wire.Code, user, other chat.UserID, friends, requests int) {
			b.Helper()
			_, err := b.consents.AskFriend(b.ctx, user, other, friends, requests)
			b.wants(code, err)
		}
		refused(wire.NotYourself, x, x, 10, 10)
		refused(wire.NoSuchUser, x, v+9, 10, 10)
		b.ask(x, y)
		refused(wire.LimitReached, x, z, 10, 1)
		refused(wire.LimitReached, z, y, 10, 1)
		b.ask(z, y)
		// Of friends: who accepts, and who asked.
		b.must(b.befriend(y, v, 10))
		_, err := b.consents.AcceptFriend(b.ctx, y, z, 1)
		b.wants(wire.LimitReached, err)
		same(b, "nothing has changed", b.asking(y, false), []chat.UserID{x, z})
		// Blocked, either way.
		_, _, _, err = b.s.SetBlocked(b.ctx, y, x, true)
		b.must(err)
		same(b, "who asks, of those not blocked", b.asking(y, false), []chat.UserID{z})
		same(b, "whom the blocked one asks", b.asking(x, true), []chat.UserID{y})
		_, err = b.consents.AcceptFriend(b.ctx, y, x, 10)
		b.wants(wire.Blocked, err)
		refused(wire.Blocked, x, y, 10, 10)
		_, _, _, err = b.s.SetBlocked(b.ctx, y, x, false)
		b.must(err)
		same(b, "who asks, at the end of the block", b.asking(y, false), []chat.UserID{x, z})
		_, err = b.s.Revoke(b.ctx, chat.Revocation{User: z, Disable: true})
		b.must(err)
		same(b, "who asks and is not closed", b.asking(y, false), []chat.UserID{x})
		refused(wire.AccountClosed, y, z, 10, 10)
		if b.erasures == nil {
			return
		}
		b.must(b.erasures.EraseAccount(b.ctx, z, false))
		_, err = b.consents.DropRequest(b.ctx, y, z)
		b.wants(wire.NoSuchRequest, err)
	},
	"a friendship ends a request": func(b *bench) {
		x, y := b.user(), b.user()
		b.ask(x, y)
		b.must(b.befriend(x, y, 10)) // where consent is not asked for any more
		same(b, "requests", len(b.asking(y, false)), 0)
		b.must(b.unfriend(y, x))
		same(b, "requests after it", len(b.asking(y, false)), 0)
	},
	"two ask each other at once": func(b *bench) {
		for range 10 {
			x, y := b.user(), b.user()
			var both sync.WaitGroup
			made := make(chan bool, 2)
			for _, p := range [][2]chat.UserID{{x, y}, {y, x}} {
				both.Go(func() {
					c, err := b.consents.AskFriend(b.ctx, p[0], p[1], 10, 10)
					if err != nil {
						b.Error(err)
					}
					made <- c.Friends
				})
			}
			both.Wait()
			first, second := <-made, <-made
			same(b, "one of them made the friendship", first != second, true)
			same(b, "friends", b.areFriends(x, y), true)
			same(b, "requests", len(b.asking(x, false))+len(b.asking(y, false)), 0)
		}
	},
	"pages of requests, and of those who are blocked": func(b *bench) {
		x := b.user()
		var others []chat.UserID
		for range 3 {
			u := b.user()
			others = append(others, u)
			b.ask(u, x)
		}
		for _, u := range others[1:] {
			_, _, _, err := b.s.SetBlocked(b.ctx, others[0], u, true)
			b.must(err)
		}
		_, err := b.s.SaveProfile(b.ctx, others[1], chat.ProfileChange{Display: some("Second")})
		b.must(err)
		page, err := b.consents.FriendRequests(b.ctx, x, false, others[0], 1)
		b.must(err)
		same(b, "page", []any{len(page), page[0].User.ID, page[0].Display}, []any{1, others[1], "Second"})
		blocked, err := b.consents.BlockedBy(b.ctx, others[0], 0, 10)
		b.must(err)
		same(b, "blocked", blocked, []chat.Found{{User: chat.User{ID: others[1], Name: "user 3"}, Display: "Second"}, {User: chat.User{ID: others[2], Name: "user 4"}}})
		blocked, err = b.consents.BlockedBy(b.ctx, others[0], others[1], 1)
		b.must(err)
		same(b, "second page", len(blocked), 1)
		blocked, err = b.consents.BlockedBy(b.ctx, x, 0, 1)
		b.must(err)
		same(b, "nobody", len(blocked), 0)
	},
}
