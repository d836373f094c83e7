package storetest

import (
	"fmt"

	"parley/internal/chat"
	"parley/wire"
)

// readers asks who has read a message, in pages of a size, and holds the counts of all pages
// against each other.
func (b *bench) readers(q chat.ReadersQuery, size int) (chat.ReaderCounts, []chat.Reader) {
	b.Helper()
	q.Limit = size
	var all []chat.Reader
	for {
		n, page, err := b.s.Readers(b.ctx, q)
		b.must(err)
		all = append(all, page...)
		if len(page) < size {
			return n, all
		}
		q.After = page[len(page)-1].ID
	}
}

func everybody(conv chat.Conv, seq int64, except chat.UserID) chat.ReadersQuery {
	return chat.ReadersQuery{Conv: conv, Seq: seq, Except: except, Least: chat.StageWaiting, Most: chat.StageRead}
}

func (b *bench) read(l login, conv chat.ConvID, seq int64) {
	b.Helper()
	_, _, err := b.s.SaveRead(b.ctx, l.user, l.device, conv, seq)
	b.must(err)
}

var readersTests = map[string]func(*bench){
	"in a direct conversation": func(b *bench) {
		x := b.open(b.user(), "", 1)
		y := b.open(b.user(), "phone", 2)
		desk := b.open(y.user, "desk", 3)
		conv, h := b.direct(x.user, y.user)
		for i := range 3 {
			b.stored(x.say(h, fmt.Sprint(i)))
		}
		stage := func(seq int64, want chat.Stage) {
			b.Helper()
			n, page := b.readers(everybody(conv, seq, x.user), 1)
			wants := chat.ReaderCounts{Members: 1}
			if want >= chat.StageReceived {
				wants.Received = 1
			}
			if want == chat.StageRead {
				wants.Read = 1
			}
			same(b, "counts", n, wants)
			same(b, "people", page, []chat.Reader{{User: chat.User{ID: y.user, Name: "user 2"}, Stage: want}})
			for _, only := range []chat.Stage{chat.StageWaiting, chat.StageReceived, chat.StageRead} {
				q := everybody(conv, seq, x.user)
				q.Least, q.Most = only, only
				_, page := b.readers(q, 10)
				same(b, "listed as "+only.String(), len(page) == 1, only == want)
			}
		}
		stage(1, chat.StageWaiting)
		b.delivered(y, conv.ID, 1)
		b.delivered(desk, conv.ID, 2)
		stage(1, chat.StageReceived)
		stage(2, chat.StageReceived)
		stage(3, chat.StageWaiting)
		b.read(y, conv.ID, 1)
		stage(1, chat.StageRead)
		stage(2, chat.StageReceived)
		// What was read is received, whatever the devices have said.
		b.read(y, conv.ID, 3)
		stage(3, chat.StageRead)
		// Of a message of the other one, it is the first who counts.
		n, page := b.readers(everybody(conv, 2, y.user), 1)
		same(b, "counts", n, chat.ReaderCounts{Members: 1})
		same(b, "who", page[0].ID, x.user)
	},
	"in a group": readersInAGroup,
	"of those who came back, left, or came later": func(b *bench) {
		creator := b.open(b.user(), "", 1)
		gid, h := b.group(creator.user)
		conv := chat.Conv{ID: h.Conv, Kind: chat.Group, Group: gid}
		back, gone, late := b.open(b.user(), "", 2), b.open(b.user(), "", 3), b.open(b.user(), "", 4)
		say := func() {
			b.Helper()
			heads, err := b.s.Heads(b.ctx, []chat.ConvID{h.Conv})
			b.must(err)
			b.stored(creator.say(heads[0], "x"))
		}
		join := func(l login) {
			b.Helper()
			_, _, _, err := b.s.JoinGroup(b.ctx, l.user, gid, 0, 0)
			b.must(err)
		}
		leave := func(l login) {
			b.Helper()
			_, err := b.s.LeaveGroup(b.ctx, l.user, gid)
			b.must(err)
		}
		join(back)
		join(gone)
		say() // 1: creator, back, gone
		leave(back)
		say() // 2: creator, gone
		join(back)
		join(late)
		say() // 3: all
		for _, l := range []login{back, gone, late} {
			b.delivered(l, conv.ID, 3)
			b.read(l, conv.ID, 3)
		}
		leave(gone)
		for seq, want := range map[int64][]chat.UserID{1: {back.user}, 2: {}, 3: {back.user, late.user}} {
			n, page := b.readers(everybody(conv, seq, creator.user), 1)
			count := int64(len(want))
			same(b, fmt.Sprint("counts of ", seq), n, chat.ReaderCounts{Members: count, Received: count, Read: count})
			var who []chat.UserID
			for _, r := range page {
				who = append(who, r.ID)
			}
			same(b, fmt.Sprint("who can have read ", seq), who, want)
		}
	},
	"of those who hide it": func(b *bench) {
		creator := b.open(b.user(), "", 1)
		gid, h := b.group(creator.user)
		group := chat.Conv{ID: h.Conv, Kind: chat.Group, Group: gid}
		shows, hides := b.open(b.user(), "", 2), b.open(b.user(), "", 3)
		direct, dh := b.direct(creator.user, hides.user)
		b.stored(creator.say(dh, "x"))
		for _, l := range []login{shows, hides} {
			_, _, _, err := b.s.JoinGroup(b.ctx, l.user, gid, 0, 0)
			b.must(err)
		}
		b.stored(creator.say(h, "x"))
		for _, l := range []login{shows, hides} {
			b.delivered(l, group.ID, 1)
			b.read(l, group.ID, 1)
		}
		b.read(hides, direct.ID, 1)
		_, err := b.s.SaveProfile(b.ctx, hides.user, chat.ProfileChange{HideReceipts: some(true)})
		b.must(err)
		n, page := b.readers(everybody(group, 1, creator.user), 10)
		same(b, "counts", n, chat.ReaderCounts{Members: 1, Received: 1, Read: 1})
		same(b, "people", page, []chat.Reader{{User: chat.User{ID: shows.user, Name: "user 2"}, Stage: chat.StageRead}})
		n, page = b.readers(everybody(direct, 1, creator.user), 10)
		same(b, "counts", n, chat.ReaderCounts{})
		same(b, "people", len(page), 0)
	},
	"positions": func(b *bench) {
		x, y, h := b.pair()
		conv := chat.Conv{ID: h.Conv, Kind: chat.Direct, Lo: min(x.user, y.user), Hi: max(x.user, y.user)}
		desk := b.open(y.user, "desk", 7)
		for range 3 {
			b.stored(x.say(h, "x"))
		}
		creator := b.open(b.user(), "", 3)
		gid, gh := b.group(creator.user)
		group := chat.Conv{ID: gh.Conv, Kind: chat.Group, Group: gid}
		for _, l := range []login{x, y} {
			_, _, _, err := b.s.JoinGroup(b.ctx, l.user, gid, 0, 0)
			b.must(err)
		}
		b.stored(creator.say(gh, "x"))
		b.delivered(y, conv.ID, 1)
		b.delivered(desk, conv.ID, 2)
		b.read(y, conv.ID, 1)
		b.delivered(x, group.ID, 1)
		b.read(y, group.ID, 1)
		mark := func(l login, received, read int64) chat.UserPosition {
			return chat.UserPosition{User: l.user, Mark: chat.Mark{Received: received, Read: read}}
		}
		positions := func(of chat.Conv) *chat.ConvPositions {
			b.Helper()
			list, err := b.s.Positions(b.ctx, []chat.ConvID{conv.ID, group.ID, 9999})
			b.must(err)
			for i := range list {
				if list[i].Conv == of {
					return &list[i]
				}
			}
			return nil
		}
		same(b, "direct", positions(conv).Marks, []chat.UserPosition{mark(y, 2, 1)})
		other := func() chat.Mark {
			b.Helper()
			rows, err := b.s.Conversations(b.ctx, x.user, x.device, conv.ID-1, 1, 10)
			b.must(err)
			recent, err := b.s.RecentConversations(b.ctx, x.user, x.device, chat.Spot{Shelf: -1}, 10, 10)
			b.must(err)
			for _, r := range recent {
				if r.Conv == conv {
					same(b, "in the order of a screen", r.Other, rows[0].Other)
				} else {
					same(b, "in a group", r.Other, chat.Mark{})
				}
			}
			return rows[0].Other
		}
		same(b, "in the list", other(), chat.Mark{Received: 2, Read: 1})
		same(b, "group", positions(group).Marks, []chat.UserPosition{mark(x, 1, 0), mark(y, 1, 1)})
		// Who hides theirs shows nothing and is named; in a direct conversation neither sees the other's.
		hide := func(yes bool) {
			b.Helper()
			_, err := b.s.SaveProfile(b.ctx, x.user, chat.ProfileChange{HideReceipts: some(yes)})
			b.must(err)
		}
		hide(true)
		same(b, "direct, hidden", positions(conv) == nil, true)
		same(b, "in the list, hidden", other(), chat.Mark{})
		same(b, "group", positions(group).Marks, []chat.UserPosition{mark(y, 1, 1)})
		same(b, "who hides", positions(group).Hiding, []chat.UserID{x.user})
		hide(false)
		for _, by := range [][2]login{{x, y}, {y, x}} {
			_, _, _, err := b.s.SetBlocked(b.ctx, by[0].user, by[1].user, true)
			b.must(err)
			same(b, "direct, blocked", positions(conv) == nil, true)
			same(b, "in the list, blocked", other(), chat.Mark{})
			a, err := b.s.Audience(b.ctx, gid, x.user)
			b.must(err)
			same(b, "who is not told that x is writing", a, chat.Audience{Members: 3, Blocked: []chat.UserID{y.user}})
			_, _, _, err = b.s.SetBlocked(b.ctx, by[0].user, by[1].user, false)
			b.must(err)
		}
		a, err := b.s.Audience(b.ctx, gid, x.user)
		b.must(err)
		same(b, "without a block", a, chat.Audience{Members: 3})
		_, err = b.s.LeaveGroup(b.ctx, y.user, gid)
		b.must(err)
		same(b, "of who has left", positions(group).Marks, []chat.UserPosition{mark(x, 1, 0)})
		_, err = b.s.Audience(b.ctx, gid+99, x.user)
		b.wants(wire.NoSuchGroup, err)
	},
	"positions in a large group": func(b *bench) {
		creator := b.open(b.user(), "", 1)
		gid, h := b.group(creator.user)
		b.stored(creator.say(h, "x"))
		for n := 1; n < wire.MaxTold; n++ {
			_, _, _, err := b.s.JoinGroup(b.ctx, b.user(), gid, 0, 0)
			b.must(err)
		}
		told := func() int {
			b.Helper()
			list, err := b.s.Positions(b.ctx, []chat.ConvID{h.Conv})
			b.must(err)
			return len(list)
		}
		same(b, "told", told(), 1)
		last := b.open(b.user(), "", 2)
		_, _, _, err := b.s.JoinGroup(b.ctx, last.user, gid, 0, 0)
		b.must(err)
		same(b, "told with one more", told(), 0)
		// One of the last has read: a page of those who have is not empty for the many before them.
		heads, err := b.s.Heads(b.ctx, []chat.ConvID{h.Conv})
		b.must(err)
		seq := b.stored(creator.say(heads[0], "y")).Seq
		b.read(last, h.Conv, seq)
		q := everybody(chat.Conv{ID: h.Conv, Kind: chat.Group, Group: gid}, seq, creator.user)
		q.Least = chat.StageRead
		n, page := b.readers(q, 2)
		same(b, "counts", n, chat.ReaderCounts{Members: wire.MaxTold, Received: 1, Read: 1})
		same(b, "who has read", len(page), 1)
	},
	"of devices that are forgotten": func(b *bench) {
		if b.upkeep == nil {
			return
		}
		x, y, h := b.pair()
		conv := chat.Conv{ID: h.Conv, Kind: chat.Direct, Lo: min(x.user, y.user), Hi: max(x.user, y.user)}
		b.stored(x.say(h, "x"))
		phone := b.open(y.user, "phone", 9)
		b.delivered(phone, conv.ID, 1)
		b.close(phone)
		n, err := b.upkeep.ForgetDevices(b.ctx, at.AddDate(1, 0, 0), 10)
		b.must(err)
		same(b, "forgotten", n > 0, true)
		_, page := b.readers(everybody(conv, 1, x.user), 1)
		same(b, "stage", page[0].Stage, chat.StageReceived)
	},
}

// readersInAGroup has members at all stages, and holds counts and pages of every size against what
// was made.
func readersInAGroup(b *bench) {
	creator := b.open(b.user(), "", 1)
	gid, h := b.group(creator.user)
	conv := chat.Conv{ID: h.Conv, Kind: chat.Group, Group: gid}
	other, otherHead := b.group(creator.user)
	want := map[chat.Stage][]chat.UserID{}
	var members []login
	for i := range 7 {
		l := b.open(b.user(), "phone", chat.SessionID(10+i))
		for _, g := range []chat.GroupID{gid, other} {
			_, _, _, err := b.s.JoinGroup(b.ctx, l.user, g, 0, 0)
			b.must(err)
		}
		members = append(members, l)
	}
	for range 3 {
		b.stored(creator.say(h, "x"))
		b.stored(creator.say(otherHead, "x"))
	}
	const asked = 2
	for i, l := range members {
		b.delivered(l, otherHead.Conv, 3) // is about another conversation
		b.read(l, otherHead.Conv, 3)
		stage := chat.StageWaiting
		switch i % 4 {
		case 1:
			b.delivered(l, conv.ID, asked-1)
		case 2:
			b.delivered(l, conv.ID, asked)
			stage = chat.StageReceived
		case 3:
			b.delivered(l, conv.ID, asked+1)
			b.read(l, conv.ID, asked)
			stage = chat.StageRead
		}
		want[stage] = append(want[stage], l.user)
	}
	b.read(creator, conv.ID, 3) // the sender is not counted
	for _, size := range []int{1, 3, 100} {
		n, all := b.readers(everybody(conv, asked, creator.user), size)
		same(b, "counts", n, chat.ReaderCounts{Members: 7, Received: 3, Read: 1})
		same(b, "listed", len(all), 7)
		for stage, who := range want {
			q := everybody(conv, asked, creator.user)
			q.Least, q.Most = stage, stage
			m, page := b.readers(q, size)
			same(b, "counts of a list of some", m, n)
			var got []chat.UserID
			for _, r := range page {
				same(b, "stage", r.Stage, stage)
				got = append(got, r.ID)
			}
			same(b, stage.String(), got, who)
		}
	}
	// Without the sender, everybody counts; a member's own message is not about them.
	n, _ := b.readers(everybody(conv, asked, members[3].user), 100)
	same(b, "counts", n, chat.ReaderCounts{Members: 7, Received: 3, Read: 1})
}
