package client

import (
	"testing"
	"time"

	"parley/wire"
)

func deliver(p *peer, seqs ...int64) {
	p.t.Helper()
	for _, seq := range seqs {
		p.send(says(seq))
	}
}

func TestShownOnceAndInOrder(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		c := start(t, f, &s)
		defer c.Close()
		p, _ := f.login(0)
		deliver(p, 5, 6, 6, 8, 9, 5, 7, 9, 10)
		want(t, s.shown(), []int64{5, 6, 7, 8, 9, 10})
		// After a reconnect the server sends again what it was not told of.
		p.close()
		p, _ = f.login(0)
		deliver(p, 9, 10, 11)
		want(t, s.shown(), []int64{5, 6, 7, 8, 9, 10, 11})
	})
}

func TestGapIsFilledFromHistory(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		c := start(t, f, &s)
		defer c.Close()
		p, _ := f.login(0)
		deliver(p, 1, 5)
		began := time.Now()
		q := p.expect(wire.History)
		want(t, time.Since(began), 500*time.Millisecond)
		want(t, []int64{q.With, q.After}, []int64{2, 1})
		p.send(&wire.HistoryReply{RID: q.RID, With: 2, Messages: []wire.Message{*says(2), *says(3)}, More: true})
		want(t, s.shown(), []int64{1, 2, 3})
		q = p.expect(wire.History) // at once, as there was progress
		want(t, time.Since(began), 500*time.Millisecond)
		want(t, q.After, 3)
		p.send(&wire.HistoryReply{RID: q.RID, With: 2, Messages: []wire.Message{*says(4), *says(5)}})
		want(t, s.shown(), []int64{1, 2, 3, 4, 5})
		p.nothing()
	})
}

func TestGapThatFillsByItself(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		c := start(t, f, &s)
		defer c.Close()
		p, _ := f.login(0)
		deliver(p, 1, 3)
		time.Sleep(400 * time.Millisecond)
		deliver(p, 2)
		time.Sleep(time.Minute)
		p.nothing()
		want(t, s.shown(), []int64{1, 2, 3})
	})
}

func TestGapIsGivenUp(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		c := start(t, f, &s)
		defer c.Close()
		p, _ := f.login(0)
		deliver(p, 1, 4, 5)
		for range 3 {
			q := p.expect(wire.History)
			p.send(&wire.HistoryReply{RID: q.RID, With: 2, Messages: []wire.Message{*says(4), *says(5)}})
		}
		want(t, s.shown(), []int64{1, -2, -3, 4, 5})
		deliver(p, 6)
		want(t, s.shown(), []int64{1, -2, -3, 4, 5, 6})
	})
}

func TestGapAcrossReconnectCostsNoTry(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		c := start(t, f, &s)
		defer c.Close()
		p, _ := f.login(0)
		deliver(p, 1, 3)
		for range 5 {
			p.expect(wire.History)
			p.close()
			p, _ = f.login(0)
		}
		q := p.expect(wire.History)
		p.send(&wire.HistoryReply{RID: q.RID, With: 2, Messages: []wire.Message{*says(2)}})
		want(t, s.shown(), []int64{1, 2, 3})
	})
}

func TestOwnMessagesTakeTheirPlace(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		var out posted
		c := start(t, f, &s)
		defer c.Close()
		p, _ := f.login(0)
		deliver(p, 1)
		post(t, c, &out, "a")
		q := p.expect(wire.Chat)
		deliver(p, 3) // before the ack of what is before it
		want(t, s.shown(), []int64{1})
		p.ack(q, 2)
		want(t, s.shown(), []int64{1, 2, 3})
	})
}

func TestAckBeforeWhatWasMissed(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		var out posted
		c := start(t, f, &s)
		defer c.Close()
		p, _ := f.login(0)
		post(t, c, &out, "a")
		p.ack(p.expect(wire.Chat), 5)
		deliver(p, 3, 4) // missed while away, and slower than the ack
		want(t, s.shown(), []int64{3, 4, 5})
	})
}

func TestAckAloneLooksTheStartUp(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		var out posted
		c := start(t, f, &s)
		defer c.Close()
		p, _ := f.login(0)
		post(t, c, &out, "a")
		p.ack(p.expect(wire.Chat), 5)
		want(t, len(s.shown()), 0)
		q := p.expect(wire.Conversations)
		p.send(&wire.ConversationsReply{RID: q.RID, Conversations: []wire.ConversationRow{{With: 2, LastSeq: 5, Delivered: 3}}})
		q = p.expect(wire.History)
		want(t, q.After, 3)
		p.send(&wire.HistoryReply{RID: q.RID, With: 2, Messages: []wire.Message{*says(4)}})
		want(t, s.shown(), []int64{4, 5})
	})
}

func TestSlowHandlerLosesNothing(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		hold := make(chan struct{})
		c := start(t, f, &s, func(o *Options) {
			o.Events, o.Early = 8, 4
			o.OnMessage = func(c *Client, m *Message) { <-hold; s.event(c, m) }
		})
		defer c.Close()
		p, _ := f.login(0)
		const last = 100
		var all []int64
		for seq := int64(1); seq <= last; seq++ {
			deliver(p, seq)
			all = append(all, seq)
		}
		// While the handler stands, acks still come through.
		p.nothing()
		go func() { p.ack(p.expect(wire.GroupChat), 1) }()
		if _, err := c.SendGroup(t.Context(), 9, "not stuck"); err != nil {
			t.Fatal(err)
		}
		close(hold)
		for asked := 0; len(s.shown()) < last+1; asked++ {
			if asked > last {
				t.Fatalf("%d pages of history asked for; shown: %v", asked, s.shown())
			}
			q := p.expect(wire.History)
			page := &wire.HistoryReply{RID: q.RID, With: 2, More: q.After+q.Limit < last}
			for seq := q.After + 1; seq <= min(last, q.After+q.Limit); seq++ {
				page.Messages = append(page.Messages, *says(seq))
			}
			p.send(page)
		}
		var direct []int64
		for _, e := range s.events {
			if m, ok := e.(*Message); ok && m.Conversation == Direct(2) {
				direct = append(direct, m.Seq)
			}
		}
		want(t, direct, all)
	})
}

func TestReceivedIsToldOnceASecond(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		c := start(t, f, &s)
		defer c.Close()
		p, _ := f.login(0)
		began := time.Now()
		deliver(p, 1, 2, 3)
		q := p.expect(wire.Received)
		want(t, []int64{q.With, q.Seq}, []int64{2, 3})
		want(t, time.Since(began), time.Second)
		for seq := int64(4); seq <= 300; seq++ {
			deliver(p, seq)
		}
		q = p.expect(wire.Received)
		want(t, time.Since(began), time.Second) // 256 of them: at once
		if q.Seq < 3+256 {
			t.Fatalf("told of %d", q.Seq)
		}
		if q.Seq < 300 { // the rest a second later
			want(t, p.expect(wire.Received).Seq, 300)
			want(t, time.Since(began), 2*time.Second)
		}
		// Sent again by the server: it does not know, and is told again.
		deliver(p, 300)
		want(t, p.expect(wire.Received).Seq, 300)
	})
}

// TestWhatWaitsIsShownAfterLeaving: a message said before a group was left, which waits
// for one that is missing, is shown when that one has come, and then the group is
// forgotten.
func TestWhatWaitsIsShownAfterLeaving(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		c := start(t, f, &s)
		defer c.Close()
		p, _ := f.login(0)
		in := func(seq int64) *wire.Message {
			return &wire.Message{ID: 2, From: "bob", GID: 9, Msg: "x", Seq: seq, Time: "2026-01-02T03:04:05.006Z"}
		}
		left := &wire.NoticeFrame{What: "member_left", ID: 1, GID: 9, GName: "club"}
		p.send(in(1), in(3), left, in(4))
		want(t, s.shown(), []int64{1})
		q := p.expect(wire.History)
		want(t, q.After, 1)
		p.send(&wire.HistoryReply{RID: q.RID, GID: 9, Messages: []wire.Message{*in(2)}})
		want(t, s.shown(), []int64{1, 2, 3, 4})
		p.send(in(9)) // of the next membership
		want(t, s.shown(), []int64{1, 2, 3, 4, 9})

		// Of an older server, joining again ends the wait for what is missing, and what comes
		// of the new time before the notice is not lost.
		p.send(in(11), left, in(21), in(22), &wire.NoticeFrame{What: "member_joined", ID: 1, GID: 9, GName: "club", Seq: 20}, in(23))
		q = p.expect(wire.History)
		want(t, q.After, 9)
		p.send(&wire.HistoryReply{RID: q.RID, GID: 9, Messages: []wire.Message{*in(21)}}) // an older server's
		want(t, s.shown(), []int64{1, 2, 3, 4, 9, 11, 21, 22, 23})

		// Nobody told of this time's end, and of an older server's history one sees the last
		// time alone.
		p.send(&wire.NoticeFrame{What: "member_joined", ID: 1, GID: 9, GName: "club", Seq: 30}, in(31))
		q = p.expect(wire.History)
		want(t, q.After, 23)
		p.send(&wire.HistoryReply{RID: q.RID, GID: 9, Messages: []wire.Message{*in(31)}})
		want(t, s.shown(), []int64{1, 2, 3, 4, 9, 11, 21, 22, 23, 31})
	})
}

// TestTimesInAGroup: what was said while the account was no member is told as that, and no
// gap; what is missing of the time before is shown first.
func TestTimesInAGroup(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		c := start(t, f, &s)
		defer c.Close()
		p, _ := f.login(0)
		in := func(seq int64) *wire.Message {
			return &wire.Message{ID: 2, From: "bob", GID: 9, Msg: "x", Seq: seq, Time: "2026-01-02T03:04:05.006Z"}
		}
		times := []wire.WindowRow{{After: 0, Until: 5}, {After: 8, Until: 9}, {After: 12}}
		p.send(in(1), in(2), in(3), &wire.NoticeFrame{What: "member_removed", ID: 1, GID: 9})
		want(t, s.shown(), []int64{1, 2, 3})
		p.send(&wire.NoticeFrame{What: "member_joined", ID: 1, GID: 9, GName: "club", Seq: 12}, in(13))
		q := p.expect(wire.History)
		want(t, q.After, 3)
		p.send(&wire.HistoryReply{RID: q.RID, GID: 9, Messages: []wire.Message{*in(4), *in(5)}, Windows: times, More: true})
		want(t, s.shown(), []int64{1, 2, 3, 4, 5})
		q = p.expect(wire.History)
		want(t, q.After, 8)
		p.send(&wire.HistoryReply{RID: q.RID, GID: 9, Messages: []wire.Message{*in(9)}, Windows: times, More: true})
		want(t, s.shown(), []int64{1, 2, 3, 4, 5, 9, 13})
		want(t, s.absences(), []NotMember{{Group(9), 6, 8}, {Group(9), 10, 12}})
		want(t, s.gaps(), nil)

		// Also if it is found at login.
		p.close()
		p, _ = f.login(0)
		p.send(in(21))
		q = p.expect(wire.History)
		want(t, q.After, 13)
		p.send(&wire.HistoryReply{RID: q.RID, GID: 9, Messages: []wire.Message{*in(21)}, Windows: []wire.WindowRow{{After: 12, Until: 13}, {After: 20}}})
		want(t, s.shown(), []int64{1, 2, 3, 4, 5, 9, 13, 21})
		want(t, s.absences(), []NotMember{{Group(9), 6, 8}, {Group(9), 10, 12}, {Group(9), 14, 20}})
	})
}

func TestRejoinedGroupStartsAnew(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		c := start(t, f, &s)
		defer c.Close()
		p, _ := f.login(0)
		in := func(seq int64) *wire.Message {
			return &wire.Message{ID: 2, From: "bob", GID: 9, Msg: "x", Seq: seq, Time: "2026-01-02T03:04:05.006Z"}
		}
		p.send(in(1), &wire.NoticeFrame{What: "member_removed", ID: 1, GID: 9}, in(7), in(8))
		want(t, s.shown(), []int64{1, 7, 8})
	})
}
