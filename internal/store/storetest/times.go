package storetest

import (
	"fmt"

	"parley/internal/chat"
	"parley/wire"
)

// times is somebody who was in a group three times: for seqs 1 to 3, not for 4 and 5, for
// 6 and 7, not for 8, and since then, with 9 and 10. All of it is another's.
type times struct {
	me, other login
	gid       chat.GroupID
	conv      chat.Conv
}

func (b *bench) times() times {
	b.Helper()
	t := times{me: b.open(b.user(), "phone", 1), other: b.open(b.user(), "", 2)}
	gid, h := b.group(t.other.user, t.me.user)
	t.gid, t.conv = gid, chat.Conv{ID: h.Conv, Kind: chat.Group, Group: gid}
	say := func(n int) {
		for range n {
			b.stored(t.other.say(h, "x"))
		}
	}
	out := func() {
		r, err := b.s.LeaveGroup(b.ctx, t.me.user, gid)
		b.must(err)
		h.Version = r.Version
	}
	in := func() {
		_, _, _, err := b.s.JoinGroup(b.ctx, t.me.user, gid, 0, 0)
		b.must(err)
	}
	say(3)
	out()
	say(2)
	in()
	say(2)
	out()
	in() // nothing was said between
	out()
	say(1)
	in()
	say(2)
	return t
}

var threeTimes = windows(0, 3, 5, 7, 8, chat.Open)

// windows makes windows of pairs.
func windows(ends ...int64) (w chat.Windows) {
	for i := 0; i < len(ends); i += 2 {
		w = append(w, chat.Window{After: ends[i], Until: ends[i+1]})
	}
	return w
}

func (b *bench) row(t times) chat.ConvRow {
	b.Helper()
	list, err := b.s.Conversations(b.ctx, t.me.user, t.me.device, 0, 10, 100)
	b.must(err)
	if len(list) != 1 {
		b.Fatalf("the list is %+v", list)
	}
	return list[0]
}

// windowTests are about who was in a group several times.
var windowTests = map[string]func(*bench){
	// No windows at all would be taken for a conversation without any, of which everything is seen.
	"who saw nothing": func(b *bench) {
		creator, me := b.open(b.user(), "", 1), b.open(b.user(), "", 2)
		gid, h := b.group(creator.user)
		b.stored(creator.say(h, "before"))
		_, _, _, err := b.s.JoinGroup(b.ctx, me.user, gid, 0, 0)
		b.must(err)
		r, err := b.s.LeaveGroup(b.ctx, me.user, gid)
		b.must(err)
		m, err := b.s.Membership(b.ctx, gid, me.user)
		b.must(err)
		_, list, err := b.s.Memberships(b.ctx, h.Conv, []chat.UserID{me.user})
		b.must(err)
		for what, w := range map[string]chat.Windows{"leaving": r.Windows, "one": m.Windows, "several": list[0].Windows} {
			if w == nil || len(w) > 0 {
				b.Errorf("%s: the windows are %#v, want some without anything in them", what, w)
			}
		}
	},
	"memberships": func(b *bench) {
		t := b.times()
		m, err := b.s.Membership(b.ctx, t.gid, t.me.user)
		b.must(err)
		same(b, "windows", m.Windows, threeTimes)
		same(b, "the last one", m.JoinedSeq, 8)
		_, list, err := b.s.Memberships(b.ctx, t.conv.ID, []chat.UserID{t.me.user, t.other.user})
		b.must(err)
		same(b, "how many", len(list), 2)
		same(b, "of both", list[0], m)
		same(b, "the creator's", list[1].Windows, windows(0, chat.Open))
		r, err := b.s.RemoveMember(b.ctx, t.other.user, t.gid, t.me.user)
		b.must(err)
		closed := windows(0, 3, 5, 7, 8, 10)
		same(b, "at the end", r.Windows, closed)
		r, err = b.s.LiftRemoval(b.ctx, t.other.user, t.gid, t.me.user)
		b.must(err)
		same(b, "still", r.Windows, closed)
		_, m, _, err = b.s.JoinGroup(b.ctx, t.me.user, t.gid, 0, 0)
		b.must(err)
		same(b, "back where it was left", m.Windows, windows(0, 3, 5, 7, 8, chat.Open))
	},
	"inbox": func(b *bench) {
		t := b.times()
		row := chat.InboxRow{Conv: t.conv, LastSeq: 10, Version: 4, JournalNo: 7, Windows: threeTimes}
		for _, step := range []struct {
			seq, delivered int64
			left           int
		}{{0, 0, 0}, {2, 2, 0}, {3, 5, 1}, {6, 6, 1}, {7, 8, 2}, {10, 10, 2}} {
			if step.seq > 0 {
				b.delivered(t.me, t.conv.ID, step.seq)
			}
			row.Delivered, row.Windows = step.delivered, threeTimes[step.left:]
			b.inbox(t.me.user, t.me.device, row)
		}
		_, err := b.s.LeaveGroup(b.ctx, t.me.user, t.gid)
		b.must(err)
		b.inbox(t.me.user, t.me.device)
	},
	"the list, and what is unread": func(b *bench) {
		t := b.times()
		row := b.row(t)
		same(b, "windows", row.Windows, threeTimes)
		same(b, "unread", row.Unread, 7)
		same(b, "last", row.Last.Seq, 10)
		for _, step := range []struct{ read, unread int64 }{{2, 5}, {3, 4}, {4, 4}, {6, 3}, {8, 2}, {9, 1}, {10, 0}} {
			_, _, err := b.s.SaveRead(b.ctx, t.me.user, t.me.device, t.conv.ID, step.read)
			b.must(err)
			same(b, fmt.Sprint("unread beyond ", step.read), b.row(t).Unread, step.unread)
		}
		capped, err := b.s.Conversations(b.ctx, t.me.user, t.me.device, 0, 10, 1)
		b.must(err)
		same(b, "at most", capped[0].Unread <= 1, true)
	},
	"after leaving nothing grows": func(b *bench) {
		t := b.times()
		r, err := b.s.LeaveGroup(b.ctx, t.me.user, t.gid)
		b.must(err)
		b.stored(t.other.say(chat.Head{Conv: t.conv.ID, Version: r.Version}, "not for him"))
		row := b.row(t)
		same(b, "last_seq", row.LastSeq, 10)
		same(b, "last", row.Last.Seq, 10)
		same(b, "unread", row.Unread, 7)
		_, _, _, err = b.s.JoinGroup(b.ctx, t.me.user, t.gid, 0, 0)
		b.must(err)
		_, err = b.s.LeaveGroup(b.ctx, t.me.user, t.gid) // and said nothing
		b.must(err)
		same(b, "last_seq of an empty time", b.row(t).LastSeq, 10)
	},
	"too many times": func(b *bench) {
		x, y := b.open(b.user(), "", 1), b.user()
		gid, h := b.group(x.user, y)
		for range wire.MaxWindows + 5 {
			b.stored(x.say(h, "in"))
			r, err := b.s.LeaveGroup(b.ctx, y, gid)
			b.must(err)
			h.Version = r.Version
			b.stored(x.say(h, "out"))
			_, _, _, err = b.s.JoinGroup(b.ctx, y, gid, 0, 0)
			b.must(err)
		}
		m, err := b.s.Membership(b.ctx, gid, y)
		b.must(err)
		same(b, "times", len(m.Windows), wire.MaxWindows)
		same(b, "the last one", m.Windows.End(), chat.Open)
	},
}
