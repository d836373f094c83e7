package storetest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// does is a change of l without a send_seq.
func (l login) does(h chat.Head, c chat.Change) *chat.Append {
	return &chat.Append{Conv: h.Conv, Version: h.Version, Sender: l.user, Device: l.device, Session: l.session, Change: &c}
}

// doesAt is the change with the n-th number of l.
func (l login) doesAt(h chat.Head, n int64, c chat.Change) *chat.Append {
	a := l.does(h, c)
	a.SendSeq, a.PrevSendSeq = n, n-1
	return a
}

// moves wants a change to be made, and to have a rev.
func (b *bench) moves(a *chat.Append, rev int64) *chat.Append {
	b.Helper()
	b.stored(a)
	if a.Rev != rev || a.Same || a.Seq != 0 || a.At.IsZero() {
		b.Fatalf("%s of %d: rev %d, same %v, seq %d, want rev %d", a.Change.Op, a.Change.Seq, a.Rev, a.Same, a.Seq, rev)
	}
	return a
}

// stays wants a change to change nothing, and to be answered with the rev of the message.
func (b *bench) stays(a *chat.Append, rev int64) {
	b.Helper()
	b.stored(a)
	if a.Rev != rev || !a.Same {
		b.Fatalf("%s of %d: rev %d, same %v, want nothing to be changed, and rev %d", a.Change.Op, a.Change.Seq, a.Rev, a.Same, rev)
	}
}

func react(seq int64, e string) chat.Change {
	return chat.Change{Op: chat.React, Seq: seq, Emoji: e}
}

func unreact(seq int64, e string) chat.Change {
	return chat.Change{Op: chat.Unreact, Seq: seq, Emoji: e}
}

func (b *bench) states(conv chat.ConvID, after int64) []chat.State {
	b.Helper()
	s, err := b.s.States(b.ctx, conv, after, 100)
	b.must(err)
	return s
}

// state is that of one message.
func (b *bench) state(conv chat.ConvID, seq int64) chat.State {
	b.Helper()
	s, err := b.s.StatesOf(b.ctx, conv, seq-1, seq)
	b.must(err)
	if len(s) != 1 {
		b.Fatalf("%d states of one message", len(s))
	}
	return s[0]
}

func (b *bench) lastRev(conv chat.ConvID) int64 {
	b.Helper()
	heads, err := b.s.Heads(b.ctx, []chat.ConvID{conv})
	b.must(err)
	return heads[0].LastRev
}

// changeTests are about what is done to messages afterwards.
var changeTests = map[string]func(*bench){
	"edit": func(b *bench) {
		x, y, h := b.pair()
		b.stored(x.send(h, 1, "helo"))
		first := b.moves(x.doesAt(h, 2, chat.Change{Op: chat.Edit, Seq: 1, Body: "hello"}), 1)
		b.stays(x.doesAt(h, 3, chat.Change{Op: chat.Edit, Seq: 1, Body: "hello"}), 1)
		second := b.moves(x.doesAt(h, 4, chat.Change{Op: chat.Edit, Seq: 1, Body: "hello there"}), 2)
		if second.At.Before(first.At) {
			b.Fatal("time goes back")
		}
		same(b, "state", b.state(h.Conv, 1), chat.State{Seq: 1, Rev: 2, EditedAt: second.At, Body: "hello there"})
		same(b, "the log", b.dense(h.Conv, 1)[0].Body, "helo")
		same(b, "last rev", b.lastRev(h.Conv), 2)
		b.wants(wire.NoSuchMessage, b.append(x.does(h, chat.Change{Op: chat.Edit, Seq: 2, Body: "x"})).Err)
		b.stored(y.say(h, "next")) // a change has taken no seq
		b.dense(h.Conv, 2)
		b.stored(x.send(h, 5, "and the numbers go on"))
	},
	"recall": func(b *bench) {
		x, y, h := b.pair()
		b.stored(x.send(h, 1, "secret"))
		b.moves(x.does(h, chat.Change{Op: chat.Edit, Seq: 1, Body: "a secret"}), 1)
		b.moves(y.does(h, react(1, "👍")), 2)
		b.moves(y.does(h, chat.Change{Op: chat.Pin, Seq: 1}), 3)
		gone := b.moves(x.does(h, chat.Change{Op: chat.Recall, Seq: 1}), 4)
		same(b, "state", b.state(h.Conv, 1), chat.State{Seq: 1, Rev: 4, RecalledAt: gone.At, RecalledBy: x.user})
		same(b, "the log", b.dense(h.Conv, 1)[0].Body, "")
		mine, err := b.s.Mine(b.ctx, h.Conv, []int64{1}, y.user)
		b.must(err)
		same(b, "reactions", mine, map[int64][]string{})
		pins, err := b.s.Pinned(b.ctx, h.Conv)
		b.must(err)
		same(b, "pins", len(pins), 0)
		b.stays(x.does(h, chat.Change{Op: chat.Recall, Seq: 1}), 4)
		b.stays(y.does(h, unreact(1, "👍")), 4)
		b.stays(y.does(h, chat.Change{Op: chat.Unpin, Seq: 1}), 4)
		for _, c := range []chat.Change{{Op: chat.Edit, Seq: 1, Body: "again"}, react(1, "👍"), {Op: chat.Pin, Seq: 1}} {
			b.wants(wire.MessageRecalled, b.append(y.does(h, c)).Err)
		}
		same(b, "last rev", b.lastRev(h.Conv), 4)
	},
	"react": func(b *bench) {
		x, y, h := b.pair()
		b.stored(x.say(h, "hi"))
		b.stored(x.say(h, "ho"))
		b.moves(x.does(h, react(1, "❤️")), 1)
		b.moves(y.does(h, react(1, "👍🏽")), 2)
		b.moves(y.does(h, react(1, "❤️")), 3)
		b.stays(y.does(h, react(1, "❤️")), 3)
		b.moves(y.does(h, react(2, "👍")), 4)
		b.stays(x.does(h, unreact(2, "👍")), 4) // not the user's own
		same(b, "state", b.state(h.Conv, 1), chat.State{
			Seq: 1, Rev: 3, Reactions: []chat.Reaction{{Emoji: "❤️", Count: 2}, {Emoji: "👍🏽", Count: 1}},
		})
		b.moves(x.does(h, unreact(1, "❤️")), 5)
		b.stays(x.does(h, unreact(1, "❤️")), 5)
		b.stays(x.does(h, unreact(1, "😀")), 5)
		b.moves(y.does(h, unreact(1, "❤️")), 6)
		same(b, "state", b.state(h.Conv, 1).Reactions, []chat.Reaction{{Emoji: "👍🏽", Count: 1}})
		b.moves(y.does(h, react(1, "❤️")), 7) // a withdrawn one comes back behind the others
		mine, err := b.s.Mine(b.ctx, h.Conv, []int64{1, 2, 3}, y.user)
		b.must(err)
		same(b, "mine", mine, map[int64][]string{1: {"👍🏽", "❤️"}, 2: {"👍"}})
		who, err := b.s.Reacted(b.ctx, h.Conv, 4)
		b.must(err)
		same(b, "who has reacted since", who, []chat.Reacted{
			{User: x.user, Seq: 1, Emoji: nil}, {User: y.user, Seq: 1, Emoji: []string{"👍🏽", "❤️"}},
		})
		who, err = b.s.ReactedTo(b.ctx, h.Conv, 0, 1)
		b.must(err)
		same(b, "who has reacted to the first", who, []chat.Reacted{{User: y.user, Seq: 1, Emoji: []string{"👍🏽", "❤️"}}})
		who, err = b.s.ReactedTo(b.ctx, h.Conv, 1, 3)
		b.must(err)
		same(b, "who has reacted to the others", who, []chat.Reacted{{User: y.user, Seq: 2, Emoji: []string{"👍"}}})
		who, err = b.s.Reacted(b.ctx, h.Conv, 7)
		b.must(err)
		same(b, "who has reacted after all that", len(who), 0)
	},
	"limits of reactions": func(b *bench) {
		list := manyEmoji(wire.MaxEmoji + 1)
		x, y, _ := b.pair()
		z := b.open(b.user(), "", 3)
		_, head := b.group(x.user, y.user, z.user)
		b.stored(x.say(head, "hi"))
		rev := int64(0)
		for i, who := range []login{x, y, z} {
			for j := range wire.MaxOwnEmoji {
				if n := i*wire.MaxOwnEmoji + j; n < wire.MaxEmoji {
					rev++
					b.moves(who.does(head, react(1, list[n])), rev)
				}
			}
		}
		b.wants(wire.LimitReached, b.append(x.does(head, react(1, list[wire.MaxEmoji-1]))).Err) // as many of one's own as are allowed
		b.wants(wire.LimitReached, b.append(z.does(head, react(1, list[wire.MaxEmoji]))).Err)   // as many different ones
		b.moves(z.does(head, react(1, list[0])), rev+1)
		same(b, "state", len(b.state(head.Conv, 1).Reactions), wire.MaxEmoji)
		same(b, "the first", b.state(head.Conv, 1).Reactions[0], chat.Reaction{Emoji: list[0], Count: 2})
	},
	"pins": func(b *bench) {
		x, y, h := b.pair()
		for range wire.MaxPins + 1 {
			b.stored(x.say(h, "hi"))
		}
		for i := range int64(wire.MaxPins) {
			b.moves(y.does(h, chat.Change{Op: chat.Pin, Seq: wire.MaxPins + 1 - i}), i+1)
		}
		b.stays(x.does(h, chat.Change{Op: chat.Pin, Seq: 5}), b.state(h.Conv, 5).Rev)
		b.wants(wire.LimitReached, b.append(x.does(h, chat.Change{Op: chat.Pin, Seq: 1})).Err)
		b.moves(x.does(h, chat.Change{Op: chat.Unpin, Seq: 7}), wire.MaxPins+1)
		b.stays(x.does(h, chat.Change{Op: chat.Unpin, Seq: 7}), wire.MaxPins+1)
		last := b.moves(x.does(h, chat.Change{Op: chat.Pin, Seq: 1}), wire.MaxPins+2)
		pins, err := b.s.Pinned(b.ctx, h.Conv)
		b.must(err)
		same(b, "pins", len(pins), wire.MaxPins)
		same(b, "the first", pins[0], chat.State{Seq: 1, Rev: last.Rev, PinnedAt: last.At, PinnedBy: x.user})
		if slices.ContainsFunc(pins, func(s chat.State) bool { return s.Seq == 7 }) {
			b.Fatal("what was unpinned is there")
		}
	},
	"paging": func(b *bench) {
		x, y, h := b.pair()
		for range 5 {
			b.stored(x.say(h, "hi"))
		}
		for i, seq := range []int64{3, 1, 5, 2, 1} {
			b.moves(y.does(h, react(seq, manyEmoji(5)[i])), int64(i+1))
		}
		var seqs, revs []int64
		for after := int64(0); ; {
			page, err := b.s.States(b.ctx, h.Conv, after, 2)
			b.must(err)
			if len(page) == 0 {
				break
			}
			for _, s := range page {
				seqs, revs = append(seqs, s.Seq), append(revs, s.Rev)
				after = s.Rev
			}
		}
		same(b, "seqs", seqs, []int64{3, 5, 2, 1}) // one of each message, however often it was changed
		same(b, "revs", revs, []int64{1, 3, 4, 5})
		some, err := b.s.StatesOf(b.ctx, h.Conv, 1, 4)
		b.must(err)
		same(b, "of a run", []int64{some[0].Seq, some[1].Seq, int64(len(some))}, []int64{2, 3, 2})
		same(b, "after the last", len(b.states(h.Conv, 5)), 0)
		same(b, "of another conversation", len(b.states(h.Conv+99, 0)), 0)
	},
	"repeats": func(b *bench) {
		x, y, h := b.pair()
		b.stored(x.send(h, 1, "hi"))
		b.moves(x.doesAt(h, 2, react(1, "👍")), 1)
		b.stays(x.doesAt(h, 3, react(1, "👍")), 1)
		b.stored(x.send(h, 4, "ho"))
		b.moves(y.doesAt(h, 1, react(1, "👍")), 2)
		b.moves(x.doesAt(h, 5, unreact(1, "👍")), 3)
		for n, rev := range map[int64]int64{2: 1, 3: 1, 5: 3} {
			a := b.append(x.doesAt(h, n, react(1, "👍")))
			if !errors.Is(a.Err, chat.ErrRepeat) || a.LastSendSeq != 5 {
				b.Fatalf("a repeat of %d: %v, last %d", n, a.Err, a.LastSendSeq)
			}
			got, found, err := b.s.FindChange(b.ctx, x.device, n)
			b.must(err)
			same(b, fmt.Sprint("found ", n), found, true)
			same(b, "rev", got, rev)
		}
		for _, n := range []int64{0, 1, 4, 6, 2 + wire.ChangesKept} {
			_, found, err := b.s.FindChange(b.ctx, x.device, n)
			b.must(err)
			same(b, fmt.Sprint("found ", n), found, false)
		}
		if a := b.append(x.doesAt(h, 7, react(1, "👍"))); !errors.Is(a.Err, chat.ErrOutOfStep) {
			b.Fatalf("a number too far: %v", a.Err)
		}
		if a := b.append(&chat.Append{Conv: h.Conv, Version: h.Version, Sender: x.user, Device: x.device, Session: 99, Change: &chat.Change{Op: chat.React, Seq: 1, Emoji: "👍"}}); !errors.Is(a.Err, chat.ErrSessionGone) {
			b.Fatalf("of a session that is over: %v", a.Err)
		}
		same(b, "last rev", b.lastRev(h.Conv), 3)
	},
	"numbers that are kept": func(b *bench) {
		x, _, h := b.pair()
		b.stored(x.send(h, 1, "hi"))
		for n := int64(2); n <= wire.ChangesKept+3; n++ {
			c := react(1, "👍")
			if n%2 == 1 {
				c = unreact(1, "👍")
			}
			b.moves(x.doesAt(h, n, c), n-1)
		}
		for n, want := range map[int64]bool{2: false, 3: false, 4: true, wire.ChangesKept + 3: true} {
			rev, found, err := b.s.FindChange(b.ctx, x.device, n)
			b.must(err)
			same(b, fmt.Sprint("found ", n), found, want)
			if found {
				same(b, "rev", rev, n-1)
			}
		}
	},
	"a refusal uses no number": func(b *bench) {
		x, _, h := b.pair()
		b.stored(x.send(h, 1, "hi"))
		b.wants(wire.NoSuchMessage, b.append(x.doesAt(h, 2, react(9, "👍"))).Err)
		b.wants(wire.NoConversation, b.append(x.doesAt(chat.Head{Conv: h.Conv + 99, Version: 1}, 2, react(1, "👍"))).Err)
		_, found, err := b.s.FindChange(b.ctx, x.device, 2)
		b.must(err)
		same(b, "found", found, false)
		b.moves(x.doesAt(h, 2, react(1, "👍")), 1)
	},
	"membership": func(b *bench) {
		x, y, _ := b.pair()
		g, h := b.group(x.user, y.user)
		b.stored(y.say(h, "mine"))
		b.moves(y.does(h, react(1, "👍")), 1)
		_, err := b.s.RemoveMember(b.ctx, x.user, g, y.user)
		b.must(err)
		if a := b.append(y.does(h, react(1, "❤️"))); !errors.Is(a.Err, chat.ErrStaleMembers) {
			b.Fatalf("of a removed member, in flight: %v", a.Err)
		}
		b.moves(y.does(h, chat.Change{Op: chat.Recall, Seq: 1, Anyway: true}), 2) // one's own may be recalled
		now, err := b.s.Heads(b.ctx, []chat.ConvID{h.Conv})
		b.must(err)
		b.stays(x.does(now[0], chat.Change{Op: chat.Recall, Seq: 1, Leads: true}), 2)
	},
	"who looks after a group": func(b *bench) {
		x, y, _ := b.pair()
		g, h := b.group(x.user, y.user)
		b.stored(y.say(h, "hi"))
		b.wants(wire.NotAdmin, b.append(y.does(h, chat.Change{Op: chat.Pin, Seq: 1, Leads: true})).Err)
		b.moves(x.does(h, chat.Change{Op: chat.Pin, Seq: 1, Leads: true}), 1)
		_, err := b.s.LeaveGroup(b.ctx, x.user, g) // y is the creator now
		b.must(err)
		now, err := b.s.Heads(b.ctx, []chat.ConvID{h.Conv})
		b.must(err)
		b.wants(wire.NotAdmin, b.append(x.does(now[0], chat.Change{Op: chat.Unpin, Seq: 1, Leads: true})).Err)
		b.moves(y.does(now[0], chat.Change{Op: chat.Unpin, Seq: 1, Leads: true}), 2)
	},
	"in one batch with messages": func(b *bench) {
		x, y, h := b.pair()
		b.stored(x.say(h, "first"))
		var waits []func() *chat.Append
		list := manyEmoji(40)
		for i := range int64(200) {
			n := 2*i + 1
			c := react(1, list[i%20])
			if i/20%2 == 1 {
				c.Op = chat.Unreact
			}
			waits = append(waits,
				b.queue(x.doesAt(h, n, c)), b.queue(x.send(h, n+1, fmt.Sprint(i))),
				b.queue(y.doesAt(h, i+1, react(1, list[i%20]))))
		}
		revs := map[int64]bool{}
		for i, wait := range waits {
			a := wait()
			b.must(a.Err)
			switch {
			case a.Change == nil:
			case i%3 == 2 && i/3 >= 20:
				same(b, "same", a.Same, true)
			default:
				if a.Same || revs[a.Rev] {
					b.Fatalf("rev %d of %d is given twice, or nothing was changed: %v", a.Rev, i, a.Same)
				}
				revs[a.Rev] = true
			}
		}
		same(b, "revs", int64(len(revs)), 220)
		same(b, "last rev", b.lastRev(h.Conv), 220)
		for i, m := range b.dense(h.Conv, 201)[1:] {
			same(b, "message", m.Body, fmt.Sprint(i))
		}
		s := b.state(h.Conv, 1)
		same(b, "reactions", len(s.Reactions), 20)
		for _, r := range s.Reactions { // the first user's were withdrawn last
			same(b, "count of "+r.Emoji, r.Count, 1)
		}
		same(b, "rev", s.Rev, 220)
	},
	"what is told": func(b *bench) {
		x, y, h := b.pair()
		b.stored(x.say(h, "hi"))
		row := func(u login) chat.ConvRow {
			rows, err := b.s.Conversations(b.ctx, u.user, u.device, 0, 10, 100)
			b.must(err)
			return rows[0]
		}
		same(b, "no state", row(y).LastState, nil)
		a := b.moves(x.does(h, chat.Change{Op: chat.Edit, Seq: 1, Body: "ho"}), 1)
		got := row(y)
		same(b, "last rev", got.LastRev, 1)
		same(b, "unread", got.Unread, 1)
		same(b, "state of the last", *got.LastState, chat.State{Seq: 1, Rev: 1, EditedAt: a.At, Body: "ho"})
		inbox, _, err := b.s.Inbox(b.ctx, y.user, y.device)
		b.must(err)
		same(b, "inbox", inbox[0].LastRev, 1)
		_, head, err := b.s.FindDirect(b.ctx, x.user, y.user)
		b.must(err)
		same(b, "found", head.LastRev, 1)
		_, head, _, err = b.s.OpenDirect(b.ctx, x.user, y.user)
		b.must(err)
		same(b, "opened", head.LastRev, 1)
		changed, err := b.s.Changed(b.ctx, time.Minute, h.Conv-1, 1)
		b.must(err)
		same(b, "changed", changed[0].Head.LastRev, 1)
	},
}

// manyEmoji are different emoji, one to a number.
func manyEmoji(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = string(rune(0x1F400 + i)) // animals and food
	}
	return list
}
