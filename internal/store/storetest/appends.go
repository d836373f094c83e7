package storetest

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// refused wants an append refused for a reason of order, with what the row holds.
func (b *bench) refused(a *chat.Append, why error, last int64) {
	b.Helper()
	b.append(a)
	if !errors.Is(a.Err, why) {
		b.Fatalf("send_seq %d: got %v, want %v", a.SendSeq, a.Err, why)
	}
	same(b, "last_send_seq", a.LastSendSeq, last)
}

var appendTests = map[string]func(*bench){
	"stored": func(b *bench) {
		x, y, h := b.pair()
		before := time.Now().Add(-time.Second)
		a := b.stored(x.send(h, 1, "hi"))
		same(b, "seq", a.Seq, 1)
		if a.At.Before(before) || a.At.Location() != time.UTC || a.At.Nanosecond()%1e6 != 0 {
			b.Fatalf("stored at %v: want now, in UTC and whole milliseconds", a.At)
		}
		c := b.stored(y.say(h, "ho"))
		all := b.dense(h.Conv, 2)
		same(b, "first", all[0], chat.Message{Conv: h.Conv, Seq: 1, Sender: x.user, Device: x.device, SendSeq: 1, SentAt: a.At, Body: "hi"})
		same(b, "second", all[1], chat.Message{Conv: h.Conv, Seq: 2, Sender: y.user, Device: y.device, SentAt: c.At, Body: "ho"})
	},
	"hostile texts": func(b *bench) {
		x, _, h := b.pair()
		for _, text := range hostile {
			b.stored(x.say(h, text))
		}
		b.stored(x.say(h, strings.Repeat("長", 4000)))
		for i, m := range b.dense(h.Conv, len(hostile)+1)[:len(hostile)] {
			same(b, "body", m.Body, hostile[i])
		}
	},
	"repeats and gaps": func(b *bench) {
		x, _, h := b.pair()
		b.refused(x.send(h, 2, "gap"), chat.ErrOutOfStep, 0)
		b.stored(x.send(h, 1, "one"))
		b.refused(x.send(h, 1, "one"), chat.ErrRepeat, 1)
		b.refused(x.send(h, 3, "gap"), chat.ErrOutOfStep, 1)
		jump := x.send(h, 5, "five")
		jump.PrevSendSeq = 1 // 2 to 4 were refused for good
		b.stored(jump)
		b.refused(x.send(h, 4, "passed"), chat.ErrRepeat, 5)
		b.stored(x.say(h, "without a number"))
		b.stored(x.send(h, 6, "six"))
		same(b, "last", b.dense(h.Conv, 4)[3].SendSeq, 6)
		b.close(x)
		same(b, "last_send_seq", b.open(x.user, "", 8).opened.LastSendSeq, 6)
	},
	"a batch of repeats and gaps": func(b *bench) {
		x, _, h := b.pair()
		var waits []func() *chat.Append
		for _, n := range []int64{1, 2, 2, 4, 1, 3, 3, 4} {
			waits = append(waits, b.queue(x.send(h, n, "")))
		}
		for i, want := range []error{nil, nil, chat.ErrRepeat, chat.ErrOutOfStep, chat.ErrRepeat, nil, chat.ErrRepeat, nil} {
			if a := waits[i](); !errors.Is(a.Err, want) {
				b.Fatalf("append %d: got %v, want %v", i, a.Err, want)
			}
		}
		b.dense(h.Conv, 4)
	},
	"stale members": func(b *bench) {
		x, y, h := b.pair()
		_, now, _, err := b.s.SetBlocked(b.ctx, y.user, x.user, true)
		b.must(err)
		stale, behind, free := b.queue(x.send(h, 1, "one")), b.queue(x.send(now, 2, "two")), b.queue(x.say(now, "free"))
		if err := stale().Err; !errors.Is(err, chat.ErrStaleMembers) {
			b.Fatalf("at the old version: %v", err)
		}
		if err := behind().Err; !errors.Is(err, chat.ErrOutOfStep) {
			b.Fatalf("behind one that was not stored: %v", err)
		}
		b.must(free().Err)
		b.stored(x.send(now, 1, "one"))
		b.dense(h.Conv, 2)
	},
	"no such conversation": func(b *bench) {
		x, _, h := b.pair()
		h.Conv += 99
		b.wants(wire.NoConversation, b.append(x.send(h, 1, "one")).Err)
	},
	"order": func(b *bench) {
		x, y, h := b.pair()
		var waits []func() *chat.Append
		for n := range int64(2000) {
			waits = append(waits, b.queue(x.send(h, n+1, "x")), b.queue(y.say(h, "y")))
		}
		for i, wait := range waits {
			a := wait()
			b.must(a.Err)
			same(b, "seq", a.Seq, int64(i)+1)
		}
		b.dense(h.Conv, 4000)
		b.handedBackInOrder()
	},
	"many senders, dense seqs": manySenders,
	"a change sees what was stored before it": func(b *bench) {
		x, y := b.open(b.user(), "", 1), b.user()
		gid, h := b.group(x.user, y)
		for round := range 20 {
			b.stored(x.say(h, "before"))
			r, err := b.s.LeaveGroup(b.ctx, y, gid)
			b.must(err)
			same(b, "left at", r.LeftSeq, int64(round+1))
			h.Version = r.Version
			var m chat.Membership
			_, m, _, err = b.s.JoinGroup(b.ctx, y, gid, 0, 0)
			b.must(err)
			same(b, "joined at", m.JoinedSeq, int64(round+1))
		}
	},
}

// handedBackInOrder checks each conversation's order of results.
func (b *bench) handedBackInOrder() {
	b.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	last := make(map[chat.ConvID]int64)
	for _, a := range b.order {
		if a.Err != nil {
			continue
		}
		if a.Seq != last[a.Conv]+1 {
			b.Fatalf("conversation %d: seq %d was handed back after %d", a.Conv, a.Seq, last[a.Conv])
		}
		last[a.Conv] = a.Seq
	}
}

// manySenders appends from many devices into many conversations at once.
func manySenders(b *bench) {
	const people, each = 12, 150
	gids := make([]chat.Head, 3)
	logins := make([]login, people)
	users := make([]chat.UserID, people)
	for i := range logins {
		logins[i] = b.open(b.user(), "phone", chat.SessionID(i+1))
		users[i] = logins[i].user
	}
	for i := range gids {
		_, gids[i] = b.group(users[0], users[1:]...)
	}
	done := make(chan int)
	for i, l := range logins {
		go func() {
			var waits []func() *chat.Append
			for n := range int64(each) {
				waits = append(waits, b.queue(l.send(gids[(int(n)+i)%len(gids)], n+1, fmt.Sprint(n+1))))
			}
			stored := 0
			for _, wait := range waits {
				if a := wait(); a.Err == nil {
					stored++
				} else {
					b.Error(a.Err)
				}
			}
			done <- stored
		}()
	}
	for range logins {
		same(b, "stored", <-done, each)
	}
	for _, g := range gids {
		last := make(map[chat.DeviceID]int64)
		for _, m := range b.dense(g.Conv, people*each/len(gids)) {
			if m.SendSeq <= last[m.Device] {
				b.Fatalf("device %d: send_seq %d stands behind %d", m.Device, m.SendSeq, last[m.Device])
			}
			last[m.Device] = m.SendSeq
		}
	}
	b.handedBackInOrder()
}
