package storetest

import (
	"errors"
	"slices"

	"parley/internal/chat"
	"parley/wire"
)

// with gives a message something beside its text.
func with(a *chat.Append, replyTo int64, all bool, users ...chat.UserID) *chat.Append {
	a.Extra = &chat.Extra{ReplyTo: replyTo, Mentions: chat.Mentions{Users: users, All: all}}
	return a
}

// mentioned are the seqs in which others mention a user, wherever, the newest first.
func (b *bench) mentioned(u chat.UserID, conv chat.ConvID) (seqs []int64) {
	b.Helper()
	var after chat.Mentioned
	for { // two at a time
		page, err := b.s.Mentions(b.ctx, u, after, 2)
		b.must(err)
		for _, m := range page {
			if m.Conv.ID == conv {
				seqs = append(seqs, m.Seq)
			}
		}
		if len(page) < 2 {
			break
		}
		after = page[1]
	}
	var in []int64
	for before := int64(1 << 40); ; before = in[len(in)-1] {
		page, err := b.s.MentionsIn(b.ctx, u, conv, before, 2)
		b.must(err)
		for _, m := range page {
			in = append(in, m.Seq)
		}
		if len(page) < 2 {
			break
		}
	}
	if !slices.Equal(slices.Sorted(slices.Values(seqs)), slices.Sorted(slices.Values(in))) {
		b.Fatalf("user %d is mentioned in %v of all conversations, and in %v of this one", u, seqs, in)
	}
	return seqs
}

// listed is the row of a conversation in a user's list.
func (b *bench) listed(u chat.UserID, conv chat.ConvID) chat.ConvRow {
	b.Helper()
	rows, err := b.s.Conversations(b.ctx, u, 0, 0, 100, 1000)
	b.must(err)
	for i := range rows {
		if rows[i].Conv.ID == conv {
			return rows[i]
		}
	}
	b.Fatalf("conversation %d is not listed", conv)
	return chat.ConvRow{}
}

// mentionTests are about what a message has beside its text.
var mentionTests = map[string]func(*bench){
	"what a message has beside its text": func(b *bench) {
		x, y, h := b.pair()
		b.stored(x.send(h, 1, "plain"))
		reply := b.stored(with(x.send(h, 2, "a reply"), 1, true, y.user, x.user))
		b.stored(x.send(h, 3, "plain again"))
		log := b.dense(h.Conv, 3)
		same(b, "extra", log[1].Extra.Extra(), reply.Extra)
		if log[0].Extra != "" || log[2].Extra != "" {
			b.Fatalf("plain messages have something: %q %q", log[0].Extra, log[2].Extra)
		}
		m, found, err := b.s.FindRepeat(b.ctx, h.Conv, x.device, 2)
		b.must(err)
		if !found || m.Extra != log[1].Extra {
			b.Fatalf("the repeat is %+v, %v", m, found)
		}
		// What is answered must be there.
		b.wants(wire.NoSuchMessage, b.append(with(x.say(h, "nothing to answer"), 4, false)).Err)
		b.stored(with(y.say(h, "not too late"), 3, false))
		last := b.listed(x.user, h.Conv).Last
		if last == nil || last.Extra.Extra().ReplyTo != 3 {
			b.Fatalf("the last message of the list is %+v", last)
		}
	},
	"many at once": func(b *bench) {
		x, y, h := b.pair()
		const n = 200
		var waits []func() *chat.Append
		for i := range int64(n) {
			ax, ay := x.send(h, i+1, "x"), y.send(h, i+1, "y")
			if i%3 == 1 {
				with(ax, i, false, y.user)
			}
			if i%5 == 2 {
				with(ay, 1, true)
			}
			waits = append(waits, b.queue(ax), b.queue(ay))
		}
		var of [2][]int64 // y, x
		for i, wait := range waits {
			a := wait()
			b.must(a.Err)
			if a.Extra != nil {
				of[i%2] = append(of[i%2], a.Seq)
			}
		}
		log := b.dense(h.Conv, 2*n)
		for i := range log {
			m := &log[i]
			turn := m.SendSeq - 1
			if want := m.Sender == x.user && turn%3 == 1 || m.Sender == y.user && turn%5 == 2; want != (m.Extra != "") {
				b.Fatalf("number %d of user %d has %q", m.SendSeq, m.Sender, m.Extra)
			}
		}
		for i, u := range []chat.UserID{y.user, x.user} {
			got := b.mentioned(u, h.Conv)
			slices.Sort(got)
			slices.Sort(of[i])
			same(b, "mentions", got, of[i])
		}
	},
	"one's own do not count": func(b *bench) {
		x, y, h := b.pair()
		b.stored(with(x.say(h, "me and you"), 0, false, x.user, y.user))
		b.stored(with(x.say(h, "all"), 0, true))
		same(b, "x", len(b.mentioned(x.user, h.Conv)), 0)
		same(b, "y", len(b.mentioned(y.user, h.Conv)), 2)
		same(b, "unread of x", b.listed(x.user, h.Conv).Mentions, int64(0))
		same(b, "unread of y", b.listed(y.user, h.Conv).Mentions, int64(2))
		page, err := b.s.Mentions(b.ctx, b.user(), chat.Mentioned{}, 10)
		b.must(err)
		same(b, "a stranger", len(page), 0)
	},
	"unread ones are counted": func(b *bench) {
		x := b.open(b.user(), "", 1)
		y := b.user()
		gid, h := b.group(x.user)
		b.stored(with(x.say(h, "before y came"), 0, true))
		_, m, _, err := b.s.JoinGroup(b.ctx, y, gid, 0, 0)
		b.must(err)
		h.Version = m.Version
		for i := range 6 {
			b.stored(with(x.say(h, "ping"), 0, i%2 == 0, y))
		}
		b.stored(x.say(h, "pong"))
		same(b, "unread", b.listed(y, h.Conv).Mentions, int64(6))
		_, _, err = b.s.SaveRead(b.ctx, y, 0, h.Conv, 4)
		b.must(err)
		same(b, "unread", b.listed(y, h.Conv).Mentions, int64(3))
		recent, err := b.s.RecentConversations(b.ctx, y, 0, chat.Spot{}, 10, 2)
		b.must(err)
		same(b, "unread, cut", recent[0].Mentions, int64(2))
		_, _, err = b.s.SaveRead(b.ctx, y, 0, h.Conv, 8)
		b.must(err)
		same(b, "unread", b.listed(y, h.Conv).Mentions, int64(0))
		// What was said while the user was out is none of theirs, though everybody was mentioned.
		left, err := b.s.LeaveGroup(b.ctx, y, gid)
		b.must(err)
		h.Version = left.Version
		b.stored(with(x.say(h, "without y"), 0, true))
		_, m, _, err = b.s.JoinGroup(b.ctx, y, gid, 0, 0)
		b.must(err)
		h.Version = m.Version
		b.stored(with(x.say(h, "with y"), 0, true))
		same(b, "unread after coming back", b.listed(y, h.Conv).Mentions, int64(1))
	},
	"an edit sets others": func(b *bench) {
		x, y, h := b.pair()
		sent := b.stored(with(x.say(h, "hi y"), 0, false, y.user))
		b.stored(with(x.say(h, "answer"), 1, false))
		nobody := chat.Mentions{}
		b.moves(x.does(h, chat.Change{Op: chat.Edit, Seq: 1, Body: "hi", SentAt: sent.At}), 1)
		same(b, "kept", b.mentioned(y.user, h.Conv), []int64{1})
		if s := b.state(h.Conv, 1); s.Mentions != nil {
			b.Fatalf("the edit said nothing of mentions: %+v", s.Mentions)
		}
		b.moves(x.does(h, chat.Change{Op: chat.Edit, Seq: 1, Body: "hi", Mentions: &nobody, SentAt: sent.At}), 2)
		same(b, "taken away", len(b.mentioned(y.user, h.Conv)), 0)
		if s := b.state(h.Conv, 1); s.Mentions == nil || !s.Mentions.Nobody() {
			b.Fatalf("nobody is mentioned now, and the state has %+v", s.Mentions)
		}
		b.stays(x.does(h, chat.Change{Op: chat.Edit, Seq: 1, Body: "hi", Mentions: &chat.Mentions{}, SentAt: sent.At}), 2)
		b.moves(x.does(h, chat.Change{Op: chat.Edit, Seq: 2, Body: "answer to y", Mentions: &chat.Mentions{Users: []chat.UserID{y.user}}, SentAt: sent.At}), 3)
		same(b, "added", b.mentioned(y.user, h.Conv), []int64{2})
		b.moves(y.does(h, react(2, "👍")), 4)
		if s := b.state(h.Conv, 2); s.Mentions == nil || !slices.Equal(s.Mentions.Users, []chat.UserID{y.user}) {
			b.Fatalf("a reaction moved the mentions: %+v", s.Mentions)
		}
		page, err := b.s.Mentions(b.ctx, y.user, chat.Mentioned{}, 10)
		b.must(err)
		same(b, "it stands at the message's time", page[0].At, sent.At)
	},
	"a recall removes all of it": func(b *bench) {
		x, y, h := b.pair()
		b.stored(x.say(h, "first"))
		sent := b.stored(with(x.say(h, "hi y"), 1, false, y.user))
		b.stored(with(x.say(h, "hi all"), 0, true))
		b.moves(x.does(h, chat.Change{Op: chat.Edit, Seq: 2, Body: "hi", Mentions: &chat.Mentions{All: true}, SentAt: sent.At}), 1)
		b.moves(x.does(h, chat.Change{Op: chat.Recall, Seq: 2}), 2)
		same(b, "mentions", b.mentioned(y.user, h.Conv), []int64{3})
		same(b, "unread", b.listed(y.user, h.Conv).Mentions, int64(1))
		if got := b.dense(h.Conv, 3)[1].Extra; got != "" {
			b.Fatalf("the log has %q beside no text", got)
		}
		if s := b.state(h.Conv, 2); s.Mentions != nil {
			b.Fatalf("the state has %+v", s.Mentions)
		}
	},
	"a stale version mentions nobody": func(b *bench) {
		x, y := b.open(b.user(), "", 1), b.user()
		gid, h := b.group(x.user, y)
		_, err := b.s.LeaveGroup(b.ctx, y, gid)
		b.must(err)
		if a := b.append(with(x.say(h, "hi y"), 0, false, y)); !errors.Is(a.Err, chat.ErrStaleMembers) {
			b.Fatalf("%v; the members have changed since this was checked", a.Err)
		}
		same(b, "mentions", len(b.mentioned(y, h.Conv)), 0)
	},
}

var mentionSegmentTests = map[string]func(*bench, chat.SegmentStore){
	"an erased user mentions nobody": func(b *bench, s chat.SegmentStore) {
		x, y, h := b.pair()
		sent := b.stored(with(x.say(h, "one"), 0, false, y.user))
		b.stored(with(y.say(h, "two"), 1, true))
		b.moves(x.does(h, chat.Change{Op: chat.Edit, Seq: 1, Body: "uno", Mentions: &chat.Mentions{All: true}, SentAt: sent.At}), 1)
		b.must(s.BeginArchiving(b.ctx, 1))
		_, err := s.EraseTexts(b.ctx, 1, h.Conv, x.user, 1, 2)
		b.must(err)
		same(b, "mentions of y", len(b.mentioned(y.user, h.Conv)), 0)
		same(b, "mentions of x", b.mentioned(x.user, h.Conv), []int64{2})
		log := b.dense(h.Conv, 2)
		if log[0].Extra != "" || log[1].Extra == "" {
			b.Fatalf("beside the texts: %q %q", log[0].Extra, log[1].Extra)
		}
		if st := b.state(h.Conv, 1); st.Mentions != nil {
			b.Fatalf("the state has %+v", st.Mentions)
		}
	},
}
