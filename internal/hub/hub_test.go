package hub

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/chat"
	"parley/internal/outbox"
	"parley/wire"
)

// inBubble runs a test with a hub over a fake log, in fake time.
func inBubble(t *testing.T, body func(t *testing.T, h *Hub, f *fakeLog)) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeLog()
		h := New(Options{}, f, chat.SystemClock{})
		body(t, h, f)
		for _, s := range h.snapshot() {
			s.out.Die(net.ErrClosed)
		}
		if err := h.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

// seqs returns the seqs of the messages that were written to a connection.
func (p *peer) seqs(t testing.TB) []int64 {
	t.Helper()
	synctest.Wait()
	var got []int64
	for _, f := range p.conn.take(t) {
		if m, ok := f.(*wire.Message); ok {
			got = append(got, m.Seq)
		}
	}
	return got
}

func expectSeqs(t testing.TB, p *peer, from, to int64) {
	t.Helper()
	var want []int64
	for n := from; n <= to; n++ {
		want = append(want, n)
	}
	if got := p.seqs(t); !slices.Equal(got, want) {
		t.Errorf("got seqs %v, want %d to %d", abridged(got), from, to)
	}
}

func abridged(seqs []int64) any {
	if len(seqs) > 20 {
		return fmt.Sprintf("%v … %v (%d of them)", seqs[:10], seqs[len(seqs)-10:], len(seqs))
	}
	return seqs
}

func (p *peer) chat(to chat.UserID, n int64, body string) {
	p.Send(context.Background(), Outgoing{Kind: chat.Direct, SendSeq: n, To: to, Body: body})
}

func (p *peer) post(body string) {
	p.Send(context.Background(), Outgoing{Kind: chat.Group, Group: 1, Body: body})
}

// answers returns the acks that were written to a connection.
func (p *peer) answers(t testing.TB) []wire.AckReply {
	t.Helper()
	synctest.Wait()
	var got []wire.AckReply
	for _, f := range p.conn.take(t) {
		if a, ok := f.(*wire.AckReply); ok {
			got = append(got, *a)
		}
	}
	return got
}

// published is a message as a notice from another node.
func published(c *fakeConv, version int64, ms ...chat.Message) chat.Notice {
	return chat.Notice{Messages: &chat.Messages{
		Conv: c.Conv, Version: version, Messages: ms, From: map[chat.UserID]string{2: nameOf(2)},
	}}
}

func TestCatchUpThenLive(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.direct()
		for range 1000 {
			f.store(c, 2, strings.Repeat("x", 100))
		}
		a, b := open(t, h, f, 1, 1, 1), open(t, h, f, 2, 0, 2)
		expectSeqs(t, a, 1, 1000)
		if f.reads > 10 {
			t.Errorf("the log was read %d times", f.reads)
		}
		b.conn.take(t)
		b.chat(1, 0, "live")
		f.step(1, commits)
		expectSeqs(t, a, 1001, 1001)
		if reads := f.reads; reads > 10 {
			t.Errorf("a live session reads the log")
		}
		if got := b.seqs(t); got != nil {
			t.Errorf("the sender got an echo: %v", got)
		}
	})
}

// A reader that stands still is caught up from the log when it reads again; until
// then it holds no more than its bound, and nobody waits for it.
func TestSlowReader(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		const messages = 5000
		f.direct()
		slow, fast := open(t, h, f, 1, 1, 1), open(t, h, f, 1, 2, 2)
		sender := open(t, h, f, 2, 0, 3)
		unblock := slow.conn.block()
		var atFast []int64
		for n := range messages {
			sender.chat(1, 0, fmt.Sprintf("message %d, long enough to fill a queue after a while", n))
			f.step(1, commits)
			atFast = append(atFast, fast.seqs(t)...)
			if q := slow.out.Queued(); q > 4096+1024 {
				t.Fatalf("%d bytes are queued for the slow reader", q)
			}
		}
		if len(atFast) != messages || !slices.IsSorted(atFast) {
			t.Errorf("the fast reader got %v", abridged(atFast))
		}
		unblock()
		expectSeqs(t, slow, 1, messages)
		if h.Metrics.FellBehind.Load() == 0 {
			t.Error("the slow reader never fell behind: the test shows nothing")
		}
		sender.chat(1, 0, "live again")
		f.step(1, commits)
		expectSeqs(t, slow, messages+1, messages+1)
	})
}

// What a session itself sent while it was behind does not come back to it.
func TestNoEchoWhileBehind(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		f.direct()
		a, b := open(t, h, f, 1, 1, 1), open(t, h, f, 2, 0, 2)
		unblock := a.conn.block()
		filler := strings.Repeat("x", 500)
		for n := range 40 {
			b.chat(1, 0, filler)
			if n%10 == 5 {
				a.chat(2, int64(1+n/10), "my own")
			}
			f.step(2, commits)
			synctest.Wait()
		}
		unblock()
		got := a.seqs(t)
		if len(got) != 40 {
			t.Errorf("got %d messages, 40 were sent by the other one: %v", len(got), got)
		}
	})
}

// A seq beyond the next waits a moment and is then preceded by one read of the log,
// for all sessions of the node together.
func TestGapIsFilledOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.group(1, 2, 3, 4)
		var peers []*peer
		for u := range 4 {
			peers = append(peers, open(t, h, f, chat.UserID(u+1), 1, chat.SessionID(u+1)))
		}
		f.store(c, 2, "one")
		f.store(c, 2, "two")
		three := f.store(c, 2, "three")
		began := time.Now()
		h.Receive(chat.Topic{Group: 1}, published(c, 1, three))
		synctest.Wait()
		if got := peers[0].seqs(t); got != nil {
			t.Errorf("%v was handed on over a gap", got)
		}
		time.Sleep(h.opts.GapWait)
		for _, p := range peers {
			expectSeqs(t, p, 1, 3)
		}
		if f.reads != 1 {
			t.Errorf("the log was read %d times", f.reads)
		}
		if waited := time.Since(began); waited != h.opts.GapWait {
			t.Errorf("it took %v", waited)
		}
		// A late and a doubled notice change nothing.
		h.Receive(chat.Topic{Group: 1}, published(c, 1, three))
		for _, p := range peers {
			expectSeqs(t, p, 1, 0)
		}
	})
}

// What is reordered on its way costs no read at all.
func TestReorderedNotices(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.direct()
		a := open(t, h, f, 1, 1, 1)
		one, two, three := f.store(c, 2, "one"), f.store(c, 2, "two"), f.store(c, 2, "three")
		for _, m := range []chat.Message{three, two, one} {
			h.Receive(chat.Topic{User: 1}, published(c, 1, m))
		}
		expectSeqs(t, a, 1, 3)
		time.Sleep(time.Second)
		synctest.Wait()
		if f.reads != 0 {
			t.Errorf("the log was read %d times", f.reads)
		}
	})
}

// What a node has committed in several transactions is handed on in one piece. Another node may have
// written between them: its message is not passed over.
func TestAPieceWithAHole(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.direct()
		f.store(c, 2, "one")
		a := open(t, h, f, 1, 1, 1)
		expectSeqs(t, a, 1, 1)
		first := f.store(c, 2, "two")
		between := f.store(c, 2, "by another node")
		last := f.store(c, 2, "four")
		h.Receive(chat.Topic{User: 1}, published(c, c.version, first, last))
		synctest.Wait()
		h.Receive(chat.Topic{User: 1}, published(c, c.version, between))
		time.Sleep(time.Second)
		expectSeqs(t, a, 2, 4)
	})
}

// A gap whose read fails is tried again until it succeeds.
func TestGapWhileStoreIsDown(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.direct()
		f.store(c, 2, "one")
		a := open(t, h, f, 1, 1, 1)
		expectSeqs(t, a, 1, 1)
		f.store(c, 2, "two")
		f.down = true
		h.Receive(chat.Topic{User: 1}, published(c, 1, f.store(c, 2, "three")))
		time.Sleep(5 * time.Second)
		expectSeqs(t, a, 1, 0)
		f.mu.Lock()
		f.down = false
		f.mu.Unlock()
		time.Sleep(maxRetry)
		expectSeqs(t, a, 2, 3)
	})
}

// A last message whose notice is lost leaves no gap to see; comparing heads finds it.
func TestLostNotice(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		h.SetBus(crowded{})
		c := f.direct()
		f.store(c, 2, "one")
		a := open(t, h, f, 1, 1, 1)
		expectSeqs(t, a, 1, 1)
		f.store(c, 2, "two")
		h.Lost()
		time.Sleep(time.Second)
		expectSeqs(t, a, 2, 2)
	})
}

// crowded is a bus with others on it, which carries nothing.
type crowded struct{ noBus }

func (crowded) Alone() bool { return false }

// A node that is not alone finds by itself what no notice told it, in conversations
// that it serves and in ones that it has never heard of.
func TestComparison(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		h.SetBus(crowded{})
		g := f.group(1, 2)
		a := open(t, h, f, 1, 1, 1)
		f.store(g, 2, "in a group")
		time.Sleep(h.opts.SweepEvery + time.Second)
		expectSeqs(t, a, 1, 1)
		f.mu.Lock()
		c := f.direct()
		f.mu.Unlock()
		f.store(c, 2, "the first between the two")
		f.store(c, 2, "and the second")
		time.Sleep(h.opts.SweepEvery + time.Second)
		expectSeqs(t, a, 1, 2)
	})
}

// A commit of unknown outcome that did take effect is delivered even if the sender
// never repeats it.
func TestDoubtfulCommitIsDelivered(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		f.direct()
		a, b := open(t, h, f, 1, 1, 1), open(t, h, f, 2, 0, 2)
		b.chat(1, 0, "stored or not?")
		f.step(1, tookHold)
		time.Sleep(time.Second)
		expectSeqs(t, a, 1, 1)
		if got := b.answers(t); len(got) != 1 || got[0].Erron != wire.Unavailable {
			t.Errorf("the sender was answered %+v", got)
		}
	})
}

// Nobody takes a number again while it is on its way: the client would be told that 2 is stored,
// and by its second outcome that 2 is the number to go on with, which it has no message for.
func TestANumberHasOneOutcome(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		f.direct()
		b := open(t, h, f, 2, 1, 2)
		b.chat(1, 1, "one")
		b.chat(1, 2, "two")
		f.step(1, tookHold) // 1 is refused for now, though it is stored, and 2 is on its way
		var again sync.WaitGroup
		again.Go(func() {
			b.chat(1, 1, "one")
			b.chat(1, 2, "two")
		})
		synctest.Wait()
		for _, how := range []outcome{commits, commits, lost} {
			f.step(1, how)
			synctest.Wait()
		}
		again.Wait()
		told := map[int64]bool{}
		for _, a := range b.answers(t) {
			if a.Erron == wire.OK {
				told[a.SendSeq] = true
			}
			if told[a.SendNext] || told[a.SendSeq] && a.Erron != wire.OK {
				t.Errorf("after its answer, the client is told %+v", a)
			}
		}
		if !told[1] {
			t.Error("1 is not acked")
		}
	})
}

// A member who is removed gets what was said before and nothing after it, whatever the
// node still had in its cache; he can write no more; the others go on.
func TestRemovedMember(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.group(1, 2, 3)
		a, b, out := open(t, h, f, 1, 1, 1), open(t, h, f, 2, 1, 2), open(t, h, f, 3, 1, 3)
		a.post("one")
		f.step(1, commits)
		f.store(c, 1, "two, of which no notice came")
		f.remove(c, 3)
		// The removal was decided elsewhere and its notice is lost: the version in the
		// next append gives it away.
		b.post("three")
		out.post("am I still here?")
		f.step(2, commits)
		synctest.Wait()
		f.step(2, commits)
		time.Sleep(time.Second)
		expectSeqs(t, a, 2, 3)
		expectSeqs(t, out, 1, 2)
		b.post("four")
		f.step(1, commits)
		expectSeqs(t, a, 4, 4)
		expectSeqs(t, out, 1, 0)
		out.post("once more")
		if got := out.answers(t); len(got) != 1 || got[0].Erron != wire.NotMember {
			t.Errorf("the removed member was answered %+v", got)
		}
	})
}

// A message that was stored after a removal does not reach the removed member, though
// its notice comes before that of the removal.
func TestMessageOvertakesRemoval(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.group(1, 2, 3)
		a, out := open(t, h, f, 1, 1, 1), open(t, h, f, 3, 1, 3)
		f.remove(c, 3)
		after := f.store(c, 2, "he is gone")
		h.Receive(chat.Topic{Group: 1}, published(c, c.version, after))
		time.Sleep(time.Second)
		expectSeqs(t, a, 1, 1)
		expectSeqs(t, out, 1, 0)
	})
}

// The cursor of a session that acks moves by frame 13 alone, no further than the head.
func TestCursorOfAckingSession(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.direct()
		for range 4 {
			f.store(c, 2, "x")
		}
		a := open(t, h, f, 1, 1, 1)
		h.Receive(chat.Topic{User: 1}, published(c, 1, f.store(c, 2, "live")))
		expectSeqs(t, a, 1, 5)
		time.Sleep(5 * time.Second)
		if got := f.delivered(101, 1); got != 0 {
			t.Errorf("the cursor moved to %d by itself", got)
		}
		for _, seq := range []int64{3, 99, 2} {
			if err := a.Received(t.Context(), c.Conv, seq); err != nil {
				t.Fatal(err)
			}
			time.Sleep(2 * h.opts.CursorEvery)
			if want := min(max(seq, 3), 5); seq != 2 && f.delivered(101, 1) != want {
				t.Errorf("after frame 13 with %d the cursor is at %d", seq, f.delivered(101, 1))
			}
		}
		if got := f.delivered(101, 1); got != 5 {
			t.Errorf("the cursor went back to %d", got)
		}
	})
}

// The cursor of a session that does not ack moves when its machine has everything:
// a successful write alone is not delivery.
func TestCursorOfPlainSession(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.direct()
		f.store(c, 2, "x")
		a := &peer{conn: newFakeConn()}
		a.conn.unsent = 10
		out := outbox.New(a.conn, outbox.Options{})
		f.take(100, 1)
		s, err := h.Open(t.Context(), SessionOptions{User: chat.User{ID: 1}, Device: 100, ID: 1, Out: out})
		if err != nil {
			t.Fatal(err)
		}
		s.Start(nil)
		a.Session = s
		expectSeqs(t, a, 1, 1)
		time.Sleep(10 * time.Second)
		if got := f.delivered(100, 1); got != 0 {
			t.Errorf("the cursor moved to %d while bytes were unacknowledged", got)
		}
		a.conn.mu.Lock()
		a.conn.unsent = 0
		a.conn.mu.Unlock()
		time.Sleep(ReadLost - 2*h.opts.CursorEvery)
		if got := f.delivered(100, 1); got != 0 {
			t.Errorf("the cursor moved to %d at once: what is unread would be lost with the client", got)
		}
		time.Sleep(4 * h.opts.CursorEvery)
		if got := f.delivered(100, 1); got != 1 {
			t.Errorf("the cursor is at %d", got)
		}
		// What a dead connection did not take moves no cursor.
		out.Die(outbox.ErrSlow)
		f.store(c, 2, "y")
		h.Lost()
		time.Sleep(time.Second)
		s.End(t.Context(), ReadLost)
		if got := f.delivered(100, 1); got != 1 {
			t.Errorf("after the connection died the cursor is at %d", got)
		}
	})
}

// What counts as delivered to a session that does not ack depends on how its connection
// ends: a message came 10 s before the end, another 1 s before it.
func TestCursorAtTheEndOfAPlainSession(t *testing.T) {
	for name, c := range map[string]struct {
		unread time.Duration
		want   int64
	}{
		"the client has said so":   {ReadAll, 3},
		"its kernel has closed it": {ReadClosed, 2},
		"otherwise":                {ReadLost, 1},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
				conv := f.direct()
				f.store(conv, 2, "long ago")
				a := open(t, h, f, 1, 0, 1)
				expectSeqs(t, a, 1, 1)
				time.Sleep(ReadLost + 2*h.opts.CursorEvery)
				for _, before := range []time.Duration{9 * time.Second, time.Second} {
					h.Receive(chat.Topic{User: 1}, published(conv, 1, f.store(conv, 2, "lately")))
					time.Sleep(before)
				}
				a.End(t.Context(), c.unread)
				time.Sleep(2 * ReadLost) // what is left of it must not count later
				if got := f.delivered(100, 1); got != c.want {
					t.Errorf("the cursor is at %d, want %d", got, c.want)
				}
				h.positions.mu.Lock()
				defer h.positions.mu.Unlock()
				if n := len(h.positions.queue) + len(h.positions.arrived) + len(h.positions.acked); n != 0 {
					t.Errorf("%d positions are kept for nobody", n)
				}
			})
		})
	}
}

func TestRefusalsByNumber(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		f.direct()
		a := open(t, h, f, 1, 1, 1)
		expect := func(what string, want ...wire.Code) {
			t.Helper()
			var got []wire.Code
			for _, ack := range a.answers(t) {
				got = append(got, ack.Erron)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: answered %v, want %v", what, got, want)
			}
		}
		for n := int64(1); n <= wire.MaxUnacked; n++ {
			a.chat(2, n, "x")
		}
		a.chat(2, wire.MaxUnacked+1, "one too many")
		expect("more than may be under way", wire.TooManyUnacked)
		f.step(wire.MaxUnacked, commits)
		synctest.Wait()
		a.conn.take(t)
		a.chat(2, wire.MaxUnacked+2, "behind it")
		expect("behind one that was refused for now", wire.Behind)
		a.chat(2, wire.MaxUnacked+1, "again")
		f.step(1, refused)
		expect("a full disk", wire.StoreFull)
		a.chat(2, wire.MaxUnacked+1, "again")
		a.chat(2, wire.MaxUnacked+2, "and the next")
		f.take(101, 99) // another login, on another node
		f.step(2, commits)
		synctest.Wait()
		var codes []wire.Code
		var bye *wire.GoodbyeNotice
		for _, fr := range a.conn.take(t) {
			switch fr := fr.(type) {
			case *wire.AckReply:
				codes = append(codes, fr.Erron)
			case *wire.GoodbyeNotice:
				bye = fr
			}
		}
		if len(codes) == 0 || codes[0] != wire.SessionEnded {
			t.Errorf("after a takeover: %v", codes)
		}
		if bye == nil || bye.Code != wire.ByeTakenOver || a.code != wire.ByeTakenOver {
			t.Errorf("after a takeover: goodbye %+v, told %d", bye, a.code)
		}
	})
}

// Presence that comes late and is older than what was told is dropped.
func TestPresenceInOrder(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		a := open(t, h, f, 1, 1, 1)
		tell := func(no int64, online bool) {
			h.Receive(chat.Topic{User: 1}, chat.Notice{Presence: &chat.PresenceNotice{
				PresenceMove: chat.PresenceMove{User: 2, Name: nameOf(2), No: no, Online: online},
			}})
		}
		tell(5, true)
		tell(7, true)
		tell(6, false)
		tell(8, false)
		synctest.Wait()
		var states []string
		for _, fr := range a.conn.take(t) {
			states = append(states, fr.(*wire.PresenceNotice).State)
		}
		if want := []string{"online", "online", "offline"}; !slices.Equal(states, want) {
			t.Errorf("told %v, want %v", states, want)
		}
	})
}

// A conversation that is new, or that a session does not know yet, begins at its
// first message, on every device of both.
func TestNewConversation(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		a, a2, b := open(t, h, f, 1, 1, 1), open(t, h, f, 1, 2, 2), open(t, h, f, 2, 1, 3)
		f.direct()
		a.chat(2, 1, "hello")
		f.step(1, commits)
		expectSeqs(t, b, 1, 1)
		synctest.Wait()
		frames := a2.conn.take(t)
		if len(frames) != 1 || frames[0].(*wire.Message).Device != "device" {
			t.Errorf("the other device got %v", frames)
		}
		if got := a.seqs(t); got != nil {
			t.Errorf("the sender got an echo: %v", got)
		}
	})
}

// Sessions come and go while messages are stored: each sees all of them, in order.
func TestComingAndGoing(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		f.group(1, 2, 3)
		sender := open(t, h, f, 1, 1, 1)
		var seen []int64
		for round := range 50 {
			p := open(t, h, f, 2, 1, chat.SessionID(100+round))
			for range 3 {
				sender.post("x")
			}
			f.step(2, commits)
			seen = append(seen, p.seqs(t)...)
			if err := p.Received(t.Context(), chat.Conv{ID: 7, Kind: chat.Group, Group: 1}, seen[len(seen)-1]); err != nil {
				t.Fatal(err)
			}
			p.End(t.Context(), ReadLost)
			_ = p.conn.Close()
			f.step(1, commits)
			synctest.Wait()
		}
		for i, seq := range seen {
			if seq != int64(i+1) {
				t.Fatalf("seq %d came as the %dth: %v", seq, i+1, abridged(seen))
			}
		}
		sizes := h.Sizes()
		if sizes.Sessions != 1 || sizes.Conversations != 1 {
			t.Errorf("the hub still holds %+v", sizes)
		}
	})
}
