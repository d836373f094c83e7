package hub

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// reach says how far a user has come, as another node would write it, without a word to the hub.
func (f *fakeLog) reach(c *fakeConv, u chat.UserID, received, read int64) chat.ReceiptsNotice {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.positions == nil {
		f.positions = map[chat.ConvID]map[chat.UserID]chat.Mark{}
	}
	if f.positions[c.ID] == nil {
		f.positions[c.ID] = map[chat.UserID]chat.Mark{}
	}
	mark := chat.Mark{Received: received, Read: read}
	f.positions[c.ID][u] = mark
	return chat.ReceiptsNotice{Conv: c.Conv, Version: c.version, Marks: []chat.UserPosition{{User: u, Mark: mark}}}
}

func (f *fakeLog) Positions(_ context.Context, ids []chat.ConvID) (list []chat.ConvPositions, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down {
		return nil, errDown
	}
	f.positionReads.Add(1)
	for _, id := range ids {
		c := f.state.convs[id]
		p := chat.ConvPositions{Conv: c.Conv, Version: c.version, Hiding: f.hiding}
		for u, m := range f.positions[id] {
			if !slices.Contains(f.hiding, u) {
				p.Marks = append(p.Marks, chat.UserPosition{User: u, Mark: m})
			}
		}
		slices.SortFunc(p.Marks, func(a, b chat.UserPosition) int { return int(a.User - b.User) })
		list = append(list, p)
	}
	return list, nil
}

func (f *fakeLog) Audience(context.Context, chat.GroupID, chat.UserID) (chat.Audience, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.audience, nil
}

// receipts are the frames 46 that were written to a connection, in words.
func (p *peer) receipts(t *testing.T) (list []string) {
	t.Helper()
	synctest.Wait()
	for _, f := range p.conn.take(t) {
		if n, ok := f.(*wire.ReceiptsNotice); ok {
			switch {
			case n.With != 0:
				list = append(list, fmt.Sprint("with ", n.With, ": ", n.Received, "/", n.Read))
			default:
				list = append(list, fmt.Sprint("group ", n.GID, ": ", n.Members))
			}
		}
	}
	return list
}

func (p *peer) wantReceipts(t *testing.T, what string, want ...string) {
	t.Helper()
	if got := p.receipts(t); !slices.Equal(got, want) {
		t.Errorf("%s: told %q, want %q", what, got, want)
	}
}

// What is received rides on the batch of cursors, and what is read is told at once, both once a
// second at most. Plain sessions are told nothing.
func TestReceiptsAreTold(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.direct()
		for range 9 {
			f.store(c, 1, "x")
		}
		a, plain, b := open(t, h, f, 1, 1, 1, wantsChanges), open(t, h, f, 1, 2, 2), open(t, h, f, 2, 1, 3, wantsChanges)
		_, _ = a.receipts(t), b.receipts(t)
		f.reach(c, 2, 3, 0) // as the store is, once the cursor is written
		if err := b.Received(t.Context(), c.Conv, 3); err != nil {
			t.Fatal(err)
		}
		a.wantReceipts(t, "before cursors are written")
		time.Sleep(h.opts.CursorEvery + time.Millisecond)
		a.wantReceipts(t, "received", "with 2: 3/0")
		time.Sleep(2 * h.opts.CursorEvery)
		f.reach(c, 2, 5, 5)
		read := func(seq int64) {
			h.Notify(chat.Notice{Read: &chat.ReadNotice{Conv: c.Conv, Seq: seq}}, chat.Topic{User: 2})
		}
		read(5)
		a.wantReceipts(t, "read, at once", "with 2: 5/5")
		for seq := int64(6); seq <= 9; seq++ {
			f.reach(c, 2, seq, seq)
			read(seq)
		}
		a.wantReceipts(t, "within the same second")
		reads := f.positionReads.Load()
		time.Sleep(h.opts.CursorEvery + time.Millisecond)
		a.wantReceipts(t, "after it", "with 2: 9/9")
		if f.positionReads.Load() != reads+1 {
			t.Errorf("it took %d queries", f.positionReads.Load()-reads)
		}
		plain.wantReceipts(t, "a plain session")
		b.wantReceipts(t, "the one who has read")
	})
}

// Nobody who might be told: nothing is asked of the database for it.
func TestReceiptsThatNobodyWants(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.direct()
		f.store(c, 1, "x")
		open(t, h, f, 1, 1, 1)
		b := open(t, h, f, 2, 1, 2)
		if err := b.Received(t.Context(), c.Conv, 1); err != nil {
			t.Fatal(err)
		}
		h.Notify(chat.Notice{Read: &chat.ReadNotice{Conv: c.Conv, Seq: 1}}, chat.Topic{User: 2})
		time.Sleep(3 * h.opts.CursorEvery)
		if f.positionReads.Load() != 0 {
			t.Errorf("%d queries for nobody", f.positionReads.Load())
		}
	})
}

// Whatever becomes of the notices, positions are right again: after one that is lost, late, doubled,
// or while the database is away.
func TestALostReceiptIsFound(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		h.SetBus(crowded{})
		c := f.direct()
		for range 9 {
			f.store(c, 1, "x")
		}
		a := open(t, h, f, 1, 1, 1, wantsChanges)
		topic := chat.Topic{User: 1}
		one, two := f.reach(c, 2, 1, 0), f.reach(c, 2, 2, 1)
		_ = a.receipts(t)
		h.Receive(topic, chat.Notice{Receipts: &two})
		h.Receive(topic, chat.Notice{Receipts: &one})
		h.Receive(topic, chat.Notice{Receipts: &two})
		a.wantReceipts(t, "late and doubled", "with 2: 2/1")
		f.reach(c, 2, 3, 3) // nobody says so
		time.Sleep(h.opts.SweepEvery + time.Second)
		a.wantReceipts(t, "a conversation that changed lately", "with 2: 3/3")
		time.Sleep(3 * h.opts.SweepEvery)
		a.wantReceipts(t, "nothing new")
		f.mu.Lock()
		f.quiet = true // long after the last message
		f.mu.Unlock()
		f.reach(c, 2, 9, 4)
		time.Sleep(2 * h.opts.SweepEvery)
		a.wantReceipts(t, "nothing of it is to be seen")
		f.mark(chat.UserMark{User: chat.User{ID: 2}, JournalNo: 7})
		time.Sleep(h.opts.SweepEvery + time.Second)
		a.wantReceipts(t, "a user who has read", "with 2: 9/4")
		reads := f.positionReads.Load()
		time.Sleep(3 * h.opts.SweepEvery)
		if f.positionReads.Load() != reads {
			t.Errorf("a user who has not moved since is looked at again %d times", f.positionReads.Load()-reads)
		}
		// The database is away when it is to be told.
		f.mu.Lock()
		f.down = true
		f.mu.Unlock()
		f.reach(c, 2, 9, 9)
		h.Notify(chat.Notice{Read: &chat.ReadNotice{Conv: c.Conv, Seq: 9}}, chat.Topic{User: 2})
		time.Sleep(3 * h.opts.CursorEvery)
		a.wantReceipts(t, "while the database is away")
		f.mu.Lock()
		f.down = false
		f.mu.Unlock()
		time.Sleep(h.opts.CursorEvery + time.Millisecond)
		a.wantReceipts(t, "when it is back", "with 2: 9/9")
	})
}

// In a group all are told who has moved, but for who hides theirs; a session that reads slowly is told
// when it reads again.
func TestReceiptsInAGroup(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		h.SetBus(crowded{})
		c := f.group(1, 2, 3)
		a, b, hides := open(t, h, f, 1, 1, 1, wantsChanges), open(t, h, f, 2, 1, 2, wantsChanges), open(t, h, f, 3, 1, 3, wantsChanges)
		for range 3 {
			f.store(c, 1, "x")
		}
		topic := chat.Topic{Group: 1}
		n := f.reach(c, 2, 3, 1)
		n.Not = []chat.UserID{3}
		_, _, _ = a.receipts(t), b.receipts(t), hides.receipts(t)
		h.Receive(topic, chat.Notice{Receipts: &n})
		a.wantReceipts(t, "a member", "group 1: [{2 3 1}]")
		b.wantReceipts(t, "the one who has read")
		hides.wantReceipts(t, "who hides theirs")
		unblock := a.conn.block()
		for !a.out.Full() {
			a.out.Send(filler(1000))
		}
		n = f.reach(c, 2, 3, 3)
		h.Receive(topic, chat.Notice{Receipts: &n})
		unblock()
		a.wantReceipts(t, "who was slow", "group 1: [{2 3 3}]")
		// A member who was removed hears nothing, also where this node learns of it by this notice.
		f.remove(c, 1)
		n = f.reach(c, 3, 3, 3)
		h.Receive(topic, chat.Notice{Receipts: &n})
		time.Sleep(h.opts.SweepEvery + time.Second)
		a.wantReceipts(t, "who was removed")
		b.wantReceipts(t, "who is still there", "group 1: [{3 3 3}]")
	})
}

// filler is a frame of so many bytes and more.
func filler(n int) []byte {
	f := wire.HeartbeatReply{Time: strings.Repeat("x", n)}
	return f.AppendJSON(nil)
}

// typings are the frames 45 that were written to a connection, in words.
func (p *peer) typings(t *testing.T) (list []string) {
	t.Helper()
	synctest.Wait()
	for _, f := range p.conn.take(t) {
		if n, ok := f.(*wire.TypingNotice); ok {
			list = append(list, fmt.Sprint(n.With, "/", n.GID, ": ", n.From))
		}
	}
	return list
}

func (p *peer) wantTypings(t *testing.T, what string, want ...string) {
	t.Helper()
	if got := p.typings(t); !slices.Equal(got, want) {
		t.Errorf("%s: told %q, want %q", what, got, want)
	}
}

func (p *peer) types(t *testing.T, with chat.UserID, gid chat.GroupID) error {
	t.Helper()
	time.Sleep(typingEvery)
	return p.Typing(t.Context(), chat.Target{With: with, Group: gid})
}

func TestTypingInADirectConversation(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.direct()
		f.store(c, 1, "x")
		a, other, plain := open(t, h, f, 1, 1, 1, wantsChanges), open(t, h, f, 1, 2, 2, wantsChanges), open(t, h, f, 2, 3, 3)
		b := open(t, h, f, 2, 1, 4, wantsChanges)
		_, _, _, _ = a.typings(t), b.typings(t), plain.typings(t), other.typings(t)
		if err := a.types(t, 2, 0); err != nil {
			t.Fatal(err)
		}
		for range 5 { // at once: too often
			if err := a.Typing(t.Context(), chat.Target{With: 2}); err != nil {
				t.Fatal(err)
			}
		}
		b.wantTypings(t, "the other one", "1/0: user 1")
		plain.wantTypings(t, "a plain session")
		other.wantTypings(t, "the writer's other device")
		a.wantTypings(t, "the writer")
		if n := h.Metrics.TypingDropped.Load(); n != 5 {
			t.Errorf("%d were dropped", n)
		}
		// Who reads slowly is not told, and nothing is kept for them.
		unblock := b.conn.block()
		b.out.Send(filler(typingRoom + 1))
		if err := a.types(t, 2, 0); err != nil {
			t.Fatal(err)
		}
		unblock()
		b.wantTypings(t, "who reads slowly")
		// After a block nobody is told: not by this node, and not by one that does not know yet.
		n := chat.Notice{Typing: &chat.TypingNotice{Conv: c.Conv, Version: c.version, User: chat.User{ID: 1, Name: nameOf(1)}}}
		f.mu.Lock()
		c.version++
		c.barred = wire.Blocked
		f.mu.Unlock()
		h.noteHead(h.lookup(c.ID), chat.Head{Conv: c.ID, LastSeq: 1, Version: c.version})
		if err := a.types(t, 2, 0); chat.AsError(err).Code != wire.Blocked {
			t.Errorf("after a block: %v", err)
		}
		h.Receive(chat.Topic{User: 2}, n)
		b.wantTypings(t, "after a block")
		if err := a.types(t, 1, 0); chat.AsError(err).Code != wire.NotYourself {
			t.Errorf("to oneself: %v", err)
		}
	})
}

func TestTypingInAGroup(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		h.SetBus(crowded{})
		c := f.group(1, 2, 3)
		f.store(c, 1, "x")
		f.audience = chat.Audience{Members: 3, Blocked: []chat.UserID{3}}
		a, b, blocked := open(t, h, f, 1, 1, 1, wantsChanges), open(t, h, f, 2, 1, 2, wantsChanges), open(t, h, f, 3, 1, 3, wantsChanges)
		_, _, _ = a.typings(t), b.typings(t), blocked.typings(t)
		if err := a.types(t, 0, 1); err != nil {
			t.Fatal(err)
		}
		b.wantTypings(t, "a member", "0/1: user 1")
		blocked.wantTypings(t, "where one blocks the other")
		// A member who was removed is told nothing, also by a node that hears of that by this notice.
		f.remove(c, 2)
		h.Receive(chat.Topic{Group: 1}, chat.Notice{Typing: &chat.TypingNotice{Conv: c.Conv, Version: c.version, User: chat.User{ID: 1, Name: nameOf(1)}}})
		b.wantTypings(t, "who was removed")
		if err := b.types(t, 0, 1); chat.AsError(err).Code != wire.NotMember {
			t.Errorf("a member who was removed writes: %v", err)
		}
		// A large group: nobody is told.
		f.mu.Lock()
		f.audience = chat.Audience{Members: wire.MaxTyping + 1}
		f.mu.Unlock()
		time.Sleep(audienceFor)
		told := h.Metrics.TypingTold.Load()
		if err := a.types(t, 0, 1); err != nil || h.Metrics.TypingTold.Load() != told {
			t.Errorf("in a large group: %v", err)
		}
		f.mu.Lock()
		c.members[3].Role = chat.ReadOnly
		c.version++
		f.mu.Unlock()
		h.noteHead(h.lookup(c.ID), chat.Head{Conv: c.ID, LastSeq: 1, Version: c.version})
		if err := blocked.types(t, 0, 1); chat.AsError(err).Code != wire.MayNotPost {
			t.Errorf("a read-only member writes: %v", err)
		}
	})
}
