package storetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

func (b *bench) set(u chat.UserID, conv chat.ConvID, c chat.SettingsChange) chat.ConvSettings {
	b.Helper()
	now, moved, err := b.s.SaveSettings(b.ctx, u, conv, c)
	b.must(err)
	if !moved {
		b.Fatalf("setting %+v moved nothing", c)
	}
	return now
}

func some[T any](v T) *T { return &v }

var settingsTests = map[string]func(*bench){
	"settings": func(b *bench) {
		x, y, h := b.pair()
		of := func(u chat.UserID) chat.ConvSettings {
			b.Helper()
			conv, now, err := b.s.SettingsOf(b.ctx, u, h.Conv)
			b.must(err)
			same(b, "conversation", conv, chat.Conv{ID: h.Conv, Kind: chat.Direct, Lo: min(x.user, y.user), Hi: max(x.user, y.user)})
			return now
		}
		same(b, "before anything was set", of(x.user), chat.NoSettings)
		want := chat.NoSettings
		until := time.Date(2030, 1, 2, 3, 4, 5, 6e6, time.UTC)
		for i, c := range []chat.SettingsChange{
			{Level: some(chat.LevelMentions)},
			{MuteUntil: &until, Pinned: some(true)},
			{Draft: some("half a line\n'é'; -- 🙂"), HiddenSeq: some(int64(0))},
			{MuteUntil: &time.Time{}, HiddenSeq: some(int64(chat.InSight)), Draft: some("")},
		} {
			c.Apply(&want)
			want.No = int64(i + 1)
			same(b, "what is answered", b.set(x.user, h.Conv, c), want)
			same(b, "what is stored", of(x.user), want)
			now, moved, err := b.s.SaveSettings(b.ctx, x.user, h.Conv, c)
			b.must(err)
			if moved || now != want {
				b.Errorf("the same again moved something: %+v", now)
			}
		}
		same(b, "the other's", of(y.user), chat.NoSettings)
		page, err := b.s.JournalPage(b.ctx, chat.Topic{User: x.user}, 1, 10)
		b.must(err)
		same(b, "entries", len(page), 3)
		same(b, "entry", page[0], chat.JournalEntry{No: 2, What: chat.HasSet, User: x.user, Owner: x.user, Number: int64(h.Conv)})
		_, _, err = b.s.SaveSettings(b.ctx, y.user+99, h.Conv, chat.SettingsChange{Pinned: some(true)})
		b.wants(wire.NoSuchUser, err)
		_, _, err = b.s.SettingsOf(b.ctx, x.user, h.Conv+99)
		b.wants(wire.NoConversation, err)
	},
	"settings of two devices at once": func(b *bench) {
		x, _, h := b.pair()
		done := make(chan error)
		const each = 10
		for _, c := range []chat.SettingsChange{{Pinned: some(true)}, {Level: some(chat.LevelNone)}} {
			go func() {
				var err error
				for i := 0; i < each && err == nil; i++ {
					c.Draft = some(fmt.Sprint(c.Level != nil, i))
					_, _, err = b.s.SaveSettings(b.ctx, x.user, h.Conv, c)
				}
				done <- err
			}()
		}
		b.must(<-done)
		b.must(<-done)
		_, now, err := b.s.SettingsOf(b.ctx, x.user, h.Conv)
		b.must(err)
		if !now.Pinned || now.Level != chat.LevelNone || now.No != 2*each {
			b.Errorf("a change was lost: %+v", now)
		}
	},
	"settings of an erased account": func(b *bench) {
		if b.erasures == nil {
			return
		}
		x, y, h := b.pair()
		for _, u := range []chat.UserID{x.user, y.user} {
			b.set(u, h.Conv, chat.SettingsChange{Draft: some("a secret")})
		}
		for _, want := range []int{1, 0} {
			n, err := b.erasures.DropSettings(b.ctx, x.user, 10)
			b.must(err)
			same(b, "dropped", n, want)
		}
		_, now, err := b.s.SettingsOf(b.ctx, x.user, h.Conv)
		b.must(err)
		same(b, "left of them", now, chat.NoSettings)
		_, now, err = b.s.SettingsOf(b.ctx, y.user, h.Conv)
		b.must(err)
		same(b, "the other's", now.Draft, "a secret")
	},
	"the list in the order of a screen": recentOrder,
}

// recentOrder makes conversations of every kind, sets what a user can set, and holds pages of every
// size against an order that is made by looking at everything.
func recentOrder(b *bench) {
	dice := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a test's
	me := b.open(b.user(), "", 1)
	at := map[chat.ConvID]time.Time{}
	end := map[chat.ConvID]int64{}
	var heads []chat.Head
	others := map[chat.ConvID]login{}
	for i := range 6 {
		other := b.open(b.user(), "", chat.SessionID(10+i))
		_, h := b.direct(me.user, other.user)
		heads, others[h.Conv] = append(heads, h), other
		gid, gh := b.group(other.user)
		_, m, _, err := b.s.JoinGroup(b.ctx, me.user, gid, 0, 0)
		b.must(err)
		gh.Version = m.Version
		heads, others[gh.Conv] = append(heads, gh), other
	}
	say := func(h chat.Head) {
		by := others[h.Conv]
		a := b.stored(by.say(h, "hello"))
		others[h.Conv] = by
		at[h.Conv], end[h.Conv] = a.At, a.Seq
	}
	for _, h := range heads { // everywhere something, and then at random
		say(h)
	}
	for range 20 {
		say(heads[dice.IntN(len(heads))])
	}
	// Two groups are left, and one of them goes on.
	for i, h := range []chat.Head{heads[1], heads[3]} {
		conv, _, err := b.s.SettingsOf(b.ctx, me.user, h.Conv)
		b.must(err)
		r, err := b.s.LeaveGroup(b.ctx, me.user, conv.Group)
		b.must(err)
		if i == 0 {
			h.Version = r.Version
			by := others[h.Conv]
			b.stored(by.say(h, "not to be seen"))
		}
	}
	for i := range 8 {
		h := heads[dice.IntN(len(heads))]
		c := chat.SettingsChange{Pinned: some(i%2 == 0), Draft: some(fmt.Sprint(i))}
		if i%3 == 0 {
			c.HiddenSeq = some(end[h.Conv])
		}
		b.set(me.user, h.Conv, c)
	}
	last := heads[4] // out of sight, until something is said there
	b.set(me.user, last.Conv, chat.SettingsChange{HiddenSeq: some(end[last.Conv]), Draft: some("last")})
	hidden := func() bool {
		rows, err := b.s.Conversations(b.ctx, me.user, me.device, last.Conv-1, 1, 10)
		b.must(err)
		return rows[0].Settings.Hides(rows[0].LastSeq)
	}
	same(b, "out of sight", hidden(), true)
	say(last)
	same(b, "out of sight after a message", hidden(), false)

	rows, err := b.s.Conversations(b.ctx, me.user, me.device, 0, 100, 10)
	b.must(err)
	want := make([]chat.Spot, len(rows))
	for i, r := range rows {
		_, now, err := b.s.SettingsOf(b.ctx, me.user, r.Conv.ID)
		b.must(err)
		same(b, "settings in the list", r.Settings, now)
		want[i] = chat.Spot{Shelf: chat.ShelfPlain, At: at[r.Conv.ID].UnixMilli(), Conv: r.Conv.ID}
		switch {
		case now.HiddenSeq >= end[r.Conv.ID]:
			want[i].Shelf = chat.ShelfHidden
		case now.Pinned:
			want[i].Shelf = chat.ShelfPinned
		}
	}
	slices.SortFunc(want, func(a, b chat.Spot) int { return a.Compare(b) })
	same(b, "conversations", len(want), len(heads))
	for _, size := range []int{1, 3, 100} {
		var got []chat.Spot
		for after := (chat.Spot{Shelf: -1}); ; {
			page, err := b.s.RecentConversations(b.ctx, me.user, me.device, after, size, 10)
			b.must(err)
			for i := range page {
				got = append(got, page[i].Spot)
				same(b, "sees something", page[i].Last != nil, true)
			}
			if len(page) < size {
				break
			}
			after = page[len(page)-1].Spot
		}
		same(b, fmt.Sprint("pages of ", size), fmt.Sprint(got), fmt.Sprint(want))
	}
}
