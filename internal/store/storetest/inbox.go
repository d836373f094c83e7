package storetest

import (
	"fmt"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"parley/internal/chat"
)

func (b *bench) inbox(u chat.UserID, d chat.DeviceID, want ...chat.InboxRow) {
	b.Helper()
	rows, _, err := b.s.Inbox(b.ctx, u, d)
	b.must(err)
	if diff := cmp.Diff(want, rows, cmpopts.EquateEmpty()); diff != "" {
		b.Fatalf("inbox (-want +got):\n%s", diff)
	}
}

func (b *bench) delivered(l login, conv chat.ConvID, seq int64) {
	b.Helper()
	b.must(b.s.SaveDelivered(b.ctx, []chat.Cursor{{User: l.user, Device: l.device, Conv: conv, Seq: seq}}))
}

// scene is a user with three direct conversations (one of them silent) and a group
// that was joined late.
type scene struct {
	me, low, high login
	silent        chat.UserID
	convLow       chat.Conv
	convHigh      chat.Conv
	group         chat.Conv
	versions      map[chat.ConvID]int64
}

func (b *bench) scene() scene {
	b.Helper()
	s := scene{versions: make(map[chat.ConvID]int64)}
	s.low = b.open(b.user(), "", 1)
	s.me = b.open(b.user(), "phone", 2)
	s.high = b.open(b.user(), "", 3)
	s.silent = b.user()
	b.direct(s.me.user, s.silent)
	var h chat.Head
	s.convLow, h = b.direct(s.low.user, s.me.user)
	s.versions[h.Conv] = h.Version
	for i := range 3 {
		b.stored(s.low.say(h, fmt.Sprint("low ", i)))
	}
	gid, gh := b.group(s.high.user)
	b.stored(s.high.say(gh, "before I came"))
	_, m, _, err := b.s.JoinGroup(b.ctx, s.me.user, gid, 0, 0)
	b.must(err)
	s.group = m.Conv
	s.versions[gh.Conv] = gh.Version
	b.stored(s.high.say(gh, "after I came"))
	b.stored(s.me.say(gh, "mine"))
	s.convHigh, h = b.direct(s.high.user, s.me.user)
	s.versions[h.Conv] = h.Version
	b.stored(s.me.say(h, "from me"))
	return s
}

var inboxTests = map[string]func(*bench){
	"where a device stands": func(b *bench) {
		s := b.scene()
		low := chat.InboxRow{Conv: s.convLow, LastSeq: 3, Version: s.versions[s.convLow.ID]}
		group := chat.InboxRow{Conv: s.group, LastSeq: 3, Version: s.versions[s.group.ID], JournalNo: 1, Delivered: 1, Windows: windows(1, chat.Open)}
		high := chat.InboxRow{Conv: s.convHigh, LastSeq: 1, Version: s.versions[s.convHigh.ID]}
		b.inbox(s.me.user, s.me.device, low, group, high)
		b.delivered(s.me, low.Conv.ID, 2)
		b.delivered(s.me, group.Conv.ID, 3)
		low.Delivered, group.Delivered = 2, 3
		b.inbox(s.me.user, s.me.device, low, group, high)
		b.inbox(s.silent, 99)
	},
	"a group without a word": func(b *bench) {
		u := b.user()
		_, h := b.group(u)
		rows, _, err := b.s.Inbox(b.ctx, u, 1)
		b.must(err)
		same(b, "rows", len(rows), 1)
		same(b, "head", chat.Head{Conv: rows[0].Conv.ID, LastSeq: rows[0].LastSeq, Version: rows[0].Version}, h)
	},
	"a new device starts at the furthest": func(b *bench) {
		s := b.scene()
		b.delivered(s.me, s.convLow.ID, 1)
		b.delivered(s.me, s.group.ID, 3)
		desk := b.open(s.me.user, "desk", 11)
		b.delivered(desk, s.convLow.ID, 3)
		b.delivered(s.me, s.convHigh.ID, 1)
		tablet := b.open(s.me.user, "tablet", 12)
		b.inbox(s.me.user, tablet.device,
			chat.InboxRow{Conv: s.convLow, LastSeq: 3, Version: s.versions[s.convLow.ID], Delivered: 3},
			chat.InboxRow{Conv: s.group, LastSeq: 3, Version: s.versions[s.group.ID], JournalNo: 1, Delivered: 3, Windows: windows(1, chat.Open)},
			chat.InboxRow{Conv: s.convHigh, LastSeq: 1, Version: s.versions[s.convHigh.ID], Delivered: 1})
		// The read cursor is nobody's delivered one.
		_, _, err := b.s.SaveRead(b.ctx, s.silent, 0, s.convLow.ID, 3)
		b.must(err)
		b.open(s.silent, "first", 13)
	},
	"former members": func(b *bench) {
		s := b.scene()
		r, err := b.s.LeaveGroup(b.ctx, s.me.user, s.group.Group)
		b.must(err)
		b.stored(s.high.say(chat.Head{Conv: s.group.ID, Version: r.Version}, "after I left"))
		rows, _, err := b.s.Inbox(b.ctx, s.me.user, s.me.device)
		b.must(err)
		same(b, "rows", len(rows), 3)
		same(b, "former", rows[1], chat.InboxRow{Conv: s.group, LastSeq: 4, Version: r.Version, JournalNo: 2, Delivered: 1, Windows: windows(1, 3)})
		b.delivered(s.me, s.group.ID, 3)
		rows, _, err = b.s.Inbox(b.ctx, s.me.user, s.me.device)
		b.must(err)
		same(b, "rows once everything is delivered", len(rows), 2)
		list, err := b.s.Conversations(b.ctx, s.me.user, s.me.device, 0, 10, 100)
		b.must(err)
		same(b, "in the list", len(list), 3)
		same(b, "windows", list[1].Windows, windows(1, 3))
		same(b, "no growing last_seq", list[1].LastSeq, 3)
		same(b, "last that he may see", list[1].Last.Body, "mine")
		same(b, "unread that he may see", list[1].Unread, 1)
	},
	"conversation list": func(b *bench) {
		s := b.scene()
		list := func(after chat.ConvID, limit, unreadCap int) []chat.ConvRow {
			b.Helper()
			rows, err := b.s.Conversations(b.ctx, s.me.user, s.me.device, after, limit, unreadCap)
			b.must(err)
			return rows
		}
		all := list(0, 10, 100)
		same(b, "rows", len(all), 3)
		last := all[0].Last
		all[0].Last = nil
		same(b, "first", all[0], chat.ConvRow{Settings: chat.NoSettings, Conv: s.convLow, Name: "user 1", LastSeq: 3, Unread: 3})
		same(b, "its last message", last.Body, "low 2")
		all[1].Last = nil
		same(b, "group", all[1], chat.ConvRow{Settings: chat.NoSettings, Conv: s.group, Name: "the group", LastSeq: 3, Windows: windows(1, chat.Open), Delivered: 1, Unread: 1})
		all[2].Last = nil
		same(b, "third", all[2], chat.ConvRow{Settings: chat.NoSettings, Conv: s.convHigh, Name: "user 3", LastSeq: 1})
		same(b, "capped", list(0, 10, 2)[0].Unread, 2)
		page := list(s.convLow.ID, 1, 100)
		same(b, "page", len(page), 1)
		same(b, "page's row", page[0].Conv, s.group)
		b.delivered(s.me, s.convLow.ID, 2)
		_, _, err := b.s.SaveRead(b.ctx, s.me.user, 0, s.convLow.ID, 1)
		b.must(err)
		row := list(0, 1, 100)[0]
		same(b, "delivered", row.Delivered, 2)
		same(b, "read", row.Read, 1)
		same(b, "unread", row.Unread, 2)
	},
}
