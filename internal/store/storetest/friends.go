package storetest

import (
	"slices"

	"parley/internal/chat"
	"parley/wire"
)

var friendTests = map[string]func(*bench){
	"both directions": func(b *bench) {
		x, y, z := b.user(), b.user(), b.user()
		b.must(b.befriend(y, x, 10))
		b.must(b.befriend(y, z, 10))
		b.wants(wire.AlreadyFriends, b.befriend(x, y, 10))
		b.wants(wire.NoSuchUser, b.befriend(x, z+9, 10))
		b.wants(wire.NotYourself, b.befriend(x, x, 10))
		b.open(z, "", 1)
		list, err := b.s.Friends(b.ctx, y, 0, 10)
		b.must(err)
		want := []chat.Friend{{User: chat.User{ID: x, Name: "user 1"}}, {User: chat.User{ID: z, Name: "user 3"}, Online: true, PresenceNo: 1}}
		same(b, "friends", slices.Equal(list, want), true)
		list, err = b.s.Friends(b.ctx, y, x, 1)
		b.must(err)
		same(b, "second page", slices.Equal(list, want[1:]), true)
		ids, err := b.s.Watchers(b.ctx, y)
		b.must(err)
		same(b, "ids", slices.Equal(ids, []chat.UserID{x, z}), true)
		b.must(b.unfriend(x, y))
		b.wants(wire.NotFriends, b.unfriend(y, x))
		ids, err = b.s.Watchers(b.ctx, x)
		b.must(err)
		same(b, "friends left", len(ids), 0)
	},
	"limit of one's own adds, and of being added": func(b *bench) {
		x, y, z, v := b.user(), b.user(), b.user(), b.user()
		b.must(b.befriend(x, y, 1))
		b.wants(wire.LimitReached, b.befriend(x, z, 1))
		b.wants(wire.LimitReached, b.befriend(z, y, 1))
		b.must(b.befriend(y, v, 1)) // what x did is none of y's adds
		b.wants(wire.LimitReached, b.befriend(y, z, 1))
		b.must(b.unfriend(x, y))
		b.must(b.befriend(x, y, 1))
		ids, err := b.s.Watchers(b.ctx, z)
		b.must(err)
		same(b, "a refused friendship leaves nothing", len(ids), 0)
	},
	"blocks": func(b *bench) {
		x, y := b.user(), b.user()
		conv, head, _, err := b.s.SetBlocked(b.ctx, y, x, true)
		b.must(err)
		_, before, barred, err := b.s.OpenDirect(b.ctx, x, y)
		b.must(err)
		same(b, "head", head, before)
		same(b, "conversation", conv, chat.Conv{ID: conv.ID, Kind: chat.Direct, Lo: x, Hi: y})
		same(b, "barred", barred, wire.Blocked)
		b.wants(wire.Blocked, b.befriend(x, y, 10))
		b.wants(wire.Blocked, b.befriend(y, x, 10))
		_, head, _, err = b.s.SetBlocked(b.ctx, y, x, false)
		b.must(err)
		same(b, "version", head.Version, before.Version+1)
		_, _, barred, err = b.s.OpenDirect(b.ctx, y, x)
		b.must(err)
		same(b, "still barred", barred, wire.OK)
		b.must(b.befriend(x, y, 10))
		_, _, _, err = b.s.SetBlocked(b.ctx, x, y, true)
		b.must(err)
		b.open(x, "", 1)
		b.open(y, "", 2)
		for reader, want := range map[chat.UserID]chat.Friend{ // a block leaves the friendship
			x: {User: chat.User{ID: y, Name: "user 2"}, Online: true, PresenceNo: 1, Hidden: true},
			y: {User: chat.User{ID: x, Name: "user 1"}, PresenceNo: 1, Hides: true},
		} {
			list, err := b.s.Friends(b.ctx, reader, 0, 10)
			b.must(err)
			same(b, "the friends of one who blocks, or is blocked", slices.Equal(list, []chat.Friend{want}), true)
		}
		_, _, _, err = b.s.SetBlocked(b.ctx, x, x, true)
		b.wants(wire.NotYourself, err)
		_, _, _, err = b.s.SetBlocked(b.ctx, x, y+9, true)
		b.wants(wire.NoSuchUser, err)
	},
	"direct conversations": func(b *bench) {
		x, y := b.user(), b.user()
		_, _, err := b.s.FindDirect(b.ctx, x, y)
		b.wants(wire.NoConversation, err)
		c, h := b.direct(y, x)
		again, _ := b.direct(x, y)
		same(b, "one conversation", again, c)
		found, head, err := b.s.FindDirect(b.ctx, y, x)
		b.must(err)
		same(b, "found", found, c)
		same(b, "head", head, h)
		_, _, _, err = b.s.OpenDirect(b.ctx, x, x)
		b.wants(wire.NotYourself, err)
		_, _, _, err = b.s.OpenDirect(b.ctx, x, y+9)
		b.wants(wire.NoSuchUser, err)
	},
	"one conversation for many at once": func(b *bench) {
		x, y := b.user(), b.user()
		ids := make(chan chat.ConvID)
		for i := range 20 {
			go func() {
				from, to := x, y
				if i%2 == 0 {
					from, to = y, x
				}
				c, _, _, err := b.s.OpenDirect(b.ctx, from, to)
				if err != nil {
					b.Error(err)
				}
				ids <- c.ID
			}()
		}
		first := <-ids
		for range 19 {
			same(b, "conversation", <-ids, first)
		}
	},
}

func (b *bench) befriend(x, y chat.UserID, most int) error {
	_, err := b.s.AddFriend(b.ctx, x, y, most)
	return err
}

func (b *bench) unfriend(x, y chat.UserID) error {
	_, err := b.s.RemoveFriend(b.ctx, x, y)
	return err
}
