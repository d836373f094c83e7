package storetest

import (
	"time"

	"parley/internal/chat"
	"parley/wire"

	"github.com/google/go-cmp/cmp"
)

// journal reads a topic's whole journal, in pages of two.
func (b *bench) journal(t chat.Topic) (all []chat.JournalEntry) {
	b.Helper()
	for {
		page, err := b.s.JournalPage(b.ctx, t, int64(len(all)), 2)
		b.must(err)
		if len(page) == 0 {
			return all
		}
		for i := range page {
			if want := int64(len(all) + i + 1); page[i].No != want {
				b.Fatalf("entry %d of %+v has number %d", want, t, page[i].No)
			}
		}
		all = append(all, page...)
	}
}

// reads wants a journal to hold just that.
func (b *bench) reads(t chat.Topic, want ...chat.JournalEntry) {
	b.Helper()
	for i := range want {
		want[i].No = int64(i + 1)
	}
	if diff := cmp.Diff(want, b.journal(t)); diff != "" {
		b.Fatalf("the journal of %+v (-want +got):\n%s", t, diff)
	}
}

func (b *bench) mark(u chat.UserID) chat.UserMark {
	b.Helper()
	marks, err := b.s.UserMarks(b.ctx, []chat.UserID{u, u + 99})
	b.must(err)
	if len(marks) != 1 || marks[0].ID != u {
		b.Fatalf("marks %+v, want user %d's alone", marks, u)
	}
	return marks[0]
}

func userTopic(u chat.UserID) chat.Topic { return chat.Topic{User: u} }

var journalTests = map[string]func(*bench){
	"friends": func(b *bench) {
		x, y := b.user(), b.user()
		nos, err := b.s.AddFriend(b.ctx, y, x, 0)
		b.must(err)
		same(b, "places", nos, chat.Nos{User: 1, Other: 1})
		if _, err := b.s.AddFriend(b.ctx, y, x, 0); err == nil {
			b.Fatal("twice friends")
		}
		nos, err = b.s.RemoveFriend(b.ctx, x, y)
		b.must(err)
		same(b, "places", nos, chat.Nos{User: 2, Other: 2})
		b.reads(userTopic(x),
			chat.JournalEntry{What: chat.FriendAdded, User: y, Owner: y}, chat.JournalEntry{What: chat.FriendRemoved, User: y, Owner: x})
		b.reads(userTopic(y),
			chat.JournalEntry{What: chat.FriendAdded, User: x, Owner: y}, chat.JournalEntry{What: chat.FriendRemoved, User: x, Owner: x})
		b.must(b.befriend(x, y, 0))
		friends, err := b.s.WatchersOf(b.ctx, []chat.UserID{x, y, y + 9})
		b.must(err)
		if diff := cmp.Diff(map[chat.UserID][]chat.UserID{x: {y}, y: {x}}, friends); diff != "" {
			b.Fatal(diff)
		}
	},
	"blocks": func(b *bench) {
		x, y := b.user(), b.user()
		conv, _, nos, err := b.s.SetBlocked(b.ctx, y, x, true)
		b.must(err)
		same(b, "places", nos, chat.Nos{User: 1, Other: 1})
		_, _, _, err = b.s.SetBlocked(b.ctx, y, x, false)
		b.must(err)
		want := []chat.JournalEntry{
			{What: chat.UserBlocked, User: x, Owner: y, Conv: conv}, {What: chat.UserUnblocked, User: x, Owner: y, Conv: conv},
		}
		b.reads(userTopic(x), want...)
		b.reads(userTopic(y), want...)
	},
	"groups": func(b *bench) {
		x, y, z := b.user(), b.user(), b.user()
		g, m, nos, err := b.s.CreateGroup(b.ctx, x, "g", "", chat.JoinOpen, 0, at)
		b.must(err)
		same(b, "places", nos, chat.Nos{User: 1})
		for i, u := range []chat.UserID{y, z} {
			_, _, nos, err = b.s.JoinGroup(b.ctx, u, g.ID, 0, 0)
			b.must(err)
			same(b, "places", nos, chat.Nos{User: 1, Group: int64(i + 1)})
		}
		r, err := b.s.RemoveMember(b.ctx, x, g.ID, z)
		b.must(err)
		same(b, "places", r.Nos, chat.Nos{User: 2, Group: 3})
		r, err = b.s.LeaveGroup(b.ctx, x, g.ID)
		b.must(err)
		same(b, "places", r.Nos, chat.Nos{User: 2, Group: 4, Creator: 5})
		entry := func(what string, u, by chat.UserID) chat.JournalEntry {
			return chat.JournalEntry{What: what, User: u, Owner: by, Conv: m.Conv}
		}
		b.reads(chat.Topic{Group: g.ID},
			entry(chat.MemberJoined, y, y), entry(chat.MemberJoined, z, z), entry(chat.MemberRemoved, z, x),
			entry(chat.MemberLeft, x, x), entry(chat.CreatorChanged, y, x))
		b.reads(userTopic(x), entry(chat.GroupCreated, x, x), entry(chat.MemberLeft, x, x))
		b.reads(userTopic(z), entry(chat.MemberJoined, z, z), entry(chat.MemberRemoved, z, x))
		heads, err := b.s.Heads(b.ctx, []chat.ConvID{m.Conv.ID})
		b.must(err)
		same(b, "the head's journal", heads[0].JournalNo, 5)
		changed, err := b.s.Changed(b.ctx, time.Hour, 0, 10)
		b.must(err)
		same(b, "the changed one's journal", changed[0].Head.JournalNo, 5)
		head, _, err := b.s.Memberships(b.ctx, m.Conv.ID, []chat.UserID{y})
		b.must(err)
		same(b, "the journal beside the members", head.JournalNo, 5)
		rows, no, err := b.s.Inbox(b.ctx, y, 1)
		b.must(err)
		same(b, "the journal in the inbox", rows[0].JournalNo, 5)
		same(b, "the user's own", no, 1)
	},
	"takeovers and reading": func(b *bench) {
		x, y, h := b.pair()
		first := b.open(x.user, "phone", 11)
		same(b, "nothing told", first.opened.JournalNo, 0)
		second := b.open(x.user, "phone", 12)
		same(b, "the takeover's place", second.opened.JournalNo, 1)
		b.stored(y.say(h, "hi"))
		now, no, err := b.s.SaveRead(b.ctx, x.user, second.device, h.Conv, 1)
		b.must(err)
		same(b, "position", now, 1)
		same(b, "the reading's place", no, 2)
		conv, _ := b.direct(x.user, y.user)
		b.reads(userTopic(x.user),
			chat.JournalEntry{What: chat.TakenOver, User: x.user, Owner: x.user, Device: first.device, Number: 11},
			chat.JournalEntry{What: chat.HasRead, User: x.user, Owner: x.user, Conv: conv, Device: second.device, Number: 1})
		holder, err := b.s.DeviceSession(b.ctx, first.device)
		b.must(err)
		same(b, "who may append", holder, 12)
		b.close(second)
		holder, err = b.s.DeviceSession(b.ctx, first.device)
		b.must(err)
		same(b, "nobody may append", holder, 0)
	},
	"who changed": func(b *bench) {
		x, y, z := b.user(), b.user(), b.user()
		same(b, "nothing yet", b.mark(x), chat.UserMark{User: chat.User{ID: x, Name: "user 1"}})
		b.open(x, "", 1)
		b.must(b.befriend(y, x, 0))
		marks := func(within time.Duration, after chat.UserID, limit int) []chat.UserMark {
			b.Helper()
			list, err := b.s.ChangedUsers(b.ctx, within, after, limit)
			b.must(err)
			return list
		}
		wantX := chat.UserMark{User: chat.User{ID: x, Name: "user 1"}, PresenceNo: 1, Online: true, JournalNo: 1}
		wantY := chat.UserMark{User: chat.User{ID: y, Name: "user 2"}, JournalNo: 1}
		if diff := cmp.Diff([]chat.UserMark{wantX, wantY}, marks(time.Hour, 0, 10)); diff != "" {
			b.Fatal(diff)
		}
		same(b, "a page", len(marks(time.Hour, x, 1)), 1)
		same(b, "within no time", len(marks(-time.Hour, 0, 10)), 0)
		same(b, "the same by id", b.mark(x), wantX)
		same(b, "who did nothing", b.mark(z).JournalNo, 0)
	},
	"old entries go": func(b *bench) {
		if b.upkeep == nil {
			return
		}
		x, y := b.user(), b.user()
		b.must(b.befriend(y, x, 0))
		n, err := b.upkeep.PruneJournals(b.ctx, time.Hour, 10)
		b.must(err)
		same(b, "nothing is that old", n, 0)
		n, err = b.upkeep.PruneJournals(b.ctx, -time.Hour, 1)
		b.must(err)
		same(b, "one at most", n, 1)
		n, err = b.upkeep.PruneJournals(b.ctx, -time.Hour, 10)
		b.must(err)
		same(b, "the other", n, 1)
		b.reads(userTopic(x))
		_, err = b.s.RemoveFriend(b.ctx, x, y)
		b.must(err)
		page, err := b.s.JournalPage(b.ctx, userTopic(x), 0, 10)
		b.must(err)
		same(b, "numbers go on", page[0].No, 2)
	},
}

var nodeTests = map[string]func(*bench){
	"a lease": func(b *bench) {
		id, err := b.s.AddNode(b.ctx, "first", chat.LevelNow)
		b.must(err)
		other, err := b.s.AddNode(b.ctx, "second", chat.LevelNow)
		b.must(err)
		renew := func(id chat.NodeID, want bool) {
			b.Helper()
			ok, err := b.s.RenewNode(b.ctx, id)
			b.must(err)
			same(b, "renewed", ok, want)
		}
		counters := func() map[chat.NodeID]int64 {
			b.Helper()
			rows, err := b.s.Nodes(b.ctx)
			b.must(err)
			all := map[chat.NodeID]int64{}
			for _, r := range rows {
				all[r.ID] = r.Counter
			}
			return all
		}
		condemn := func(id chat.NodeID, counter int64, want bool) {
			b.Helper()
			ok, err := b.s.CondemnNode(b.ctx, id, counter)
			b.must(err)
			same(b, "condemned", ok, want)
		}
		before := counters()
		renew(id, true)
		condemn(id, before[id], false) // it has been renewed since
		seen := counters()
		same(b, "the other's", seen[other], before[other])
		condemn(id, seen[id], true)
		condemn(id, seen[id], false) // somebody was faster
		renew(id, false)
		_, err = b.s.OpenSession(b.ctx, chat.Opening{User: b.user(), Session: 1, Node: id, At: at, Leased: true})
		b.wants(wire.Unavailable, err)
		dying := counters()[id]
		if dying >= 0 {
			b.Fatalf("a condemned node's counter is %d", dying)
		}
		condemn(id, dying, true) // the burial stopped halfway
		condemn(id, dying, false)
		b.must(b.s.RemoveNode(b.ctx, id))
		renew(id, false)
		condemn(id, dying, false)
		if _, there := counters()[id]; there {
			b.Fatal("a removed node is still listed")
		}
		_, err = b.s.OpenSession(b.ctx, chat.Opening{User: b.user(), Session: 1, Node: id, At: at, Leased: true})
		b.wants(wire.Unavailable, err)
		next, err := b.s.AddNode(b.ctx, "first", chat.LevelNow)
		b.must(err)
		_, err = b.s.OpenSession(b.ctx, chat.Opening{User: b.user(), Session: 1, Node: next, At: at, Leased: true})
		b.must(err)
		if next == id || next == other {
			b.Fatalf("number %d came back", next)
		}
	},
	"the lowest level": func(b *bench) {
		lowest := func(want chat.NodeLevel) {
			b.Helper()
			got, err := b.s.LowestLevel(b.ctx)
			b.must(err)
			same(b, "lowest level", got, want)
		}
		lowest(chat.LevelNow) // nobody is there
		old, err := b.s.AddNode(b.ctx, "old", 0)
		b.must(err)
		_, err = b.s.AddNode(b.ctx, "new", chat.LevelNow)
		b.must(err)
		lowest(0)
		b.must(b.s.RemoveNode(b.ctx, old))
		lowest(chat.LevelNow)
	},
	"sessions are freed in pieces": func(b *bench) {
		const users = 5
		for i := range users {
			_, err := b.s.OpenSession(b.ctx, chat.Opening{User: b.user(), Session: chat.SessionID(i + 1), Node: 7, At: at})
			b.must(err)
		}
		freed := 0
		for more := true; more; {
			var moves []chat.PresenceMove
			var err error
			moves, more, err = b.s.FreeSessions(b.ctx, 7, 2)
			b.must(err)
			freed += len(moves)
		}
		same(b, "freed", freed, users)
	},
}
