package storetest

import (
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

var profileTests = map[string]func(*bench){
	"profiles": func(b *bench) {
		x, y := b.user(), b.user()
		of := func(u chat.UserID) chat.Profile {
			b.Helper()
			p, err := b.s.Profile(b.ctx, u)
			b.must(err)
			return p
		}
		want := chat.Profile{User: chat.User{ID: x, Name: "user 1"}}
		same(b, "before anything was changed", of(x), want)
		journal := int64(0)
		for _, c := range []chat.ProfileChange{
			{Display: some("王小明 'é'; -- 🙂")},
			{About: some("two\nlines"), HideSeen: some(true)},
			{HideReceipts: some(true), Display: some("")},
			{HideReceipts: some(false), HideSeen: some(false), About: some("")},
		} {
			c.Apply(&want)
			no, err := b.s.SaveProfile(b.ctx, x, c)
			b.must(err)
			journal++
			same(b, "the place in the journal", no, journal)
			same(b, "what is stored", of(x), want)
			no, err = b.s.SaveProfile(b.ctx, x, c)
			b.must(err)
			same(b, "the same again has no place", no, 0)
		}
		page, err := b.s.JournalPage(b.ctx, chat.Topic{User: x}, 0, 10)
		b.must(err)
		same(b, "entries", len(page), int(journal))
		same(b, "the first", page[0], chat.JournalEntry{No: 1, What: chat.ProfileChanged, User: x, Owner: x})
		same(b, "somebody else's", of(y), chat.Profile{User: chat.User{ID: y, Name: "user 2"}})
		for _, u := range []chat.UserID{0, y + 9} {
			_, err := b.s.Profile(b.ctx, u)
			b.wants(wire.NoSuchUser, err)
			_, err = b.s.SaveProfile(b.ctx, u, chat.ProfileChange{Display: some("x")})
			b.wants(wire.NoSuchUser, err)
			_, _, err = b.s.ProfileFor(b.ctx, x, u)
			b.wants(wire.NoSuchUser, err)
		}
	},
	"what others see of a profile": func(b *bench) {
		x, y := b.user(), b.user()
		glance := func(viewer, of chat.UserID) chat.Glance {
			b.Helper()
			p, g, err := b.s.ProfileFor(b.ctx, viewer, of)
			b.must(err)
			same(b, "whose", p.ID, of)
			return g
		}
		same(b, "of a stranger who never came", glance(x, y), chat.Glance{})
		_, err := b.s.AddFriend(b.ctx, x, y, 10)
		b.must(err)
		came := time.UnixMilli(1_700_000_000_000).UTC()
		open := func(device string, session chat.SessionID, at time.Time) chat.DeviceID {
			b.Helper()
			o, err := b.s.OpenSession(b.ctx, chat.Opening{User: y, Device: device, Session: session, Node: 1, At: at})
			b.must(err)
			return o.Device
		}
		devices := []chat.DeviceID{open("old", 7, came), open("new", 8, came.Add(time.Hour))}
		same(b, "of a friend", glance(x, y), chat.Glance{Friends: true, Knows: true, Online: true, Seen: came.Add(time.Hour)})
		for i, d := range devices {
			_, err := b.s.CloseSession(b.ctx, chat.Closing{User: y, Device: d, Session: chat.SessionID(7 + i), At: came.Add(time.Duration(2+i) * time.Hour)})
			b.must(err)
		}
		same(b, "of a friend who went", glance(x, y), chat.Glance{Friends: true, Knows: true, Seen: came.Add(3 * time.Hour)})
		_, err = b.s.SaveProfile(b.ctx, x, chat.ProfileChange{HideSeen: some(true)})
		b.must(err)
		_, _, _, err = b.s.SetBlocked(b.ctx, y, x, true)
		b.must(err)
		same(b, "of one who blocks", glance(x, y), chat.Glance{Friends: true, Knows: true, Hides: true, Seen: came.Add(3 * time.Hour), ViewerHides: true})
		same(b, "of one who is blocked", glance(y, x).Hides, false)
	},
	"display names in lists": func(b *bench) {
		x, y, h := b.pair()
		b.stored(x.say(h, "hello"))
		_, err := b.s.AddFriend(b.ctx, x.user, y.user, 10)
		b.must(err)
		_, err = b.s.SaveProfile(b.ctx, y.user, chat.ProfileChange{Display: some("Ysolde")})
		b.must(err)
		gid, _ := b.group(x.user)
		_, _, _, err = b.s.JoinGroup(b.ctx, y.user, gid, 10, 10)
		b.must(err)
		friends, err := b.s.Friends(b.ctx, x.user, 0, 10)
		b.must(err)
		same(b, "friends", friends[0].Display, "Ysolde")
		members, err := b.s.Members(b.ctx, gid, x.user, 0, 10)
		b.must(err)
		same(b, "members", []string{members[0].Display, members[1].Display}, []string{"", "Ysolde"})
		list, err := b.s.Conversations(b.ctx, x.user, x.device, 0, 10, 10)
		b.must(err)
		recent, err := b.s.RecentConversations(b.ctx, x.user, x.device, chat.Spot{Shelf: chat.ShelfPinned - 1}, 10, 10)
		b.must(err)
		for _, rows := range [][]chat.ConvRow{list, recent} {
			i := slices.IndexFunc(rows, func(r chat.ConvRow) bool { return r.Conv.Kind == chat.Direct })
			same(b, "the direct conversation", []string{rows[i].Name, rows[i].Display}, []string{"user 2", "Ysolde"})
			same(b, "the group", rows[1-i].Display, "")
		}
	},
	"profiles changed at once": func(b *bench) {
		x := b.user()
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				for range 5 {
					c := chat.ProfileChange{About: some(string(rune('a' + i))), HideSeen: some(rand.IntN(2) == 0)}
					if _, err := b.s.SaveProfile(b.ctx, x, c); err != nil {
						b.Error(err)
					}
				}
			})
		}
		all.Wait()
		page, err := b.s.JournalPage(b.ctx, chat.Topic{User: x}, 0, 100)
		b.must(err)
		for i, e := range page {
			same(b, "its number", e.No, int64(i+1))
		}
	},
}
