package hub

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// fakeChanges is what the fake log says of what was done to messages.
type fakeChanges struct {
	lastRev int64
	states  map[int64]chat.State
	moved   []fakeReaction
	reads   int
}

type fakeReaction struct {
	chat.Reacted
	rev int64
}

// do changes a message as another node would, without a word to the hub, and returns the rev.
func (f *fakeLog) do(c *fakeConv, by chat.UserID, ch chat.Change) int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	if c.states == nil {
		c.states = map[int64]chat.State{}
	}
	s := c.states[ch.Seq]
	s.Seq = ch.Seq
	s.Reactions = slices.Clone(s.Reactions)
	moved, err := ch.Apply(&s, by, time.UnixMilli(1000), nil, 0)
	if !moved || err != nil {
		panic(fmt.Sprint("nothing is changed: ", err))
	}
	c.lastRev++
	s.Rev = c.lastRev
	c.states[ch.Seq] = s
	if ch.Op == chat.React {
		c.moved = append(c.moved, fakeReaction{chat.Reacted{User: by, Seq: ch.Seq, Emoji: []string{ch.Emoji}}, s.Rev})
	}
	return s.Rev
}

func (f *fakeLog) States(_ context.Context, id chat.ConvID, after int64, limit int) ([]chat.State, error) {
	defer f.given("states")
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down {
		return nil, errDown
	}
	c := f.state.convs[id]
	c.reads++
	var list []chat.State
	for _, s := range c.states {
		if s.Rev > after {
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(a, b chat.State) int { return cmp.Compare(a.Rev, b.Rev) })
	return list[:min(limit, len(list))], nil
}

func (f *fakeLog) StatesOf(_ context.Context, id chat.ConvID, after, upTo int64) (list []chat.State, _ error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range f.state.convs[id].states {
		if s.Seq > after && s.Seq <= upTo {
			list = append(list, s)
		}
	}
	return list, nil
}

func (f *fakeLog) Mine(context.Context, chat.ConvID, []int64, chat.UserID) (map[int64][]string, error) {
	return nil, nil
}

func (f *fakeLog) Reacted(_ context.Context, id chat.ConvID, after int64) (list []chat.Reacted, _ error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, r := range f.state.convs[id].moved {
		if r.rev > after {
			list = append(list, r.Reacted)
		}
	}
	return list, nil
}

func (f *fakeLog) ReactedTo(_ context.Context, id chat.ConvID, after, upTo int64) (list []chat.Reacted, _ error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, r := range f.state.convs[id].moved {
		if r.Seq > after && r.Seq <= upTo {
			list = append(list, r.Reacted)
		}
	}
	return list, nil
}

func wantsChanges(o *SessionOptions) { o.Changes = true }

// toldChanges are the frames 40 that were written to a connection.
func (p *peer) toldChanges(t *testing.T) (list []*wire.ChangedNotice) {
	t.Helper()
	synctest.Wait()
	for _, f := range p.conn.take(t) {
		if n, ok := f.(*wire.ChangedNotice); ok {
			list = append(list, n)
		}
	}
	return list
}

func rev(c *fakeConv, rev int64) chat.Notice {
	return chat.Notice{Rev: &chat.RevNotice{Conv: c.Conv, Version: c.version, LastRev: rev}}
}

// A burst is told in a few frames: the first change at once, then what has come meanwhile. Nothing
// of it is lost, each frame follows the one before, and the database is read as seldom.
func TestChangesAreFolded(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.group(1, 2, 3)
		f.store(c, 1, "one")
		a, plain := open(t, h, f, 1, 1, 1, wantsChanges), open(t, h, f, 3, 1, 3)
		a.seqs(t)
		const n = 1000
		for i := range n { // within a second
			h.Receive(chat.Topic{Group: 1}, rev(c, f.do(c, chat.UserID(i+1), chat.Change{Op: chat.React, Seq: 1, Emoji: "👍"})))
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Second)
		told := a.toldChanges(t)
		if len(told) > 6 || c.reads > 6 {
			t.Errorf("%d frames by %d readings for a second of changes", len(told), c.reads)
		}
		prev := int64(0)
		for _, f := range told {
			if f.Prev != prev || f.Rev <= prev || f.Seq != 1 {
				t.Errorf("%+v after rev %d", f, prev)
			}
			prev = f.Rev
		}
		if last := told[len(told)-1]; last.Rev != n || last.Reactions[0].Count != n {
			t.Errorf("in the end: %+v", last)
		}
		if told[0].Rev != 1 || fmt.Sprint(told[0].Mine) != "[👍]" || told[1].Mine != nil {
			t.Errorf("%+v, %+v: one's own is told once, and only to oneself", told[0], told[1])
		}
		if got := plain.toldChanges(t); got != nil {
			t.Errorf("who did not ask for it is told %v", got)
		}
	})
}

// A notice that is lost, late, doubled or wrong does no harm: the comparison with the database finds the
// last change.
func TestALostChangeIsFound(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.direct()
		f.store(c, 1, "one")
		a := open(t, h, f, 1, 1, 1, wantsChanges)
		h.Receive(chat.Topic{User: 1}, rev(c, f.do(c, 2, chat.Change{Op: chat.Pin, Seq: 1})))
		time.Sleep(time.Second)
		f.do(c, 1, chat.Change{Op: chat.Edit, Seq: 1, Body: "two"}) // nobody says so
		if err := h.compare(t.Context(), time.Minute); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		last := f.do(c, 1, chat.Change{Op: chat.Unpin, Seq: 1})
		for _, r := range []int64{last, last, 1, last + 7} { // beyond what there is, too
			h.Receive(chat.Topic{User: 1}, rev(c, r))
		}
		time.Sleep(time.Second)
		h.Receive(chat.Topic{User: 1}, rev(c, f.do(c, 1, chat.Change{Op: chat.Recall, Seq: 1})))
		time.Sleep(time.Second)
		var got []string
		for _, n := range a.toldChanges(t) {
			got = append(got, fmt.Sprintf("%d-%d %s %v %v %d", n.Prev, n.Rev, n.Msg, n.Pinned, n.Recalled, n.With))
		}
		want := []string{"0-1  true false 2", "1-2 two true false 2", "2-3 two false false 2", "3-4  false true 2"}
		if !slices.Equal(got, want) {
			t.Errorf("told %q, want %q", got, want)
		}
	})
}

// A database that does not answer is asked again, and nothing is told twice or left out.
func TestChangesWaitForTheDatabase(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.direct()
		f.store(c, 1, "one")
		a := open(t, h, f, 1, 1, 1, wantsChanges)
		f.mu.Lock()
		f.down = true
		f.mu.Unlock()
		h.Receive(chat.Topic{User: 1}, rev(c, f.do(c, 2, chat.Change{Op: chat.Pin, Seq: 1})))
		time.Sleep(3 * time.Second)
		if got := a.toldChanges(t); got != nil {
			t.Errorf("told %v", got)
		}
		f.mu.Lock()
		f.down = false
		f.mu.Unlock()
		time.Sleep(15 * time.Second)
		if got := a.toldChanges(t); len(got) != 1 || got[0].Rev != 1 || !got[0].Pinned {
			t.Errorf("told %+v", got)
		}
	})
}

// A session whose queue is full, or that has not begun, is told the number alone, when it can be:
// its client asks for the rest. It holds nothing meanwhile.
func TestASlowSessionIsToldTheNumber(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.direct()
		f.store(c, 1, "one")
		slow, other := open(t, h, f, 1, 1, 1, wantsChanges), open(t, h, f, 2, 1, 2, wantsChanges)
		slow.seqs(t)
		unblock := slow.conn.block()
		for i := 0; !slow.out.Full(); i++ {
			h.Receive(chat.Topic{User: 1}, published(c, c.version, f.store(c, 2, fmt.Sprint("filling its queue ", i))))
			synctest.Wait()
		}
		for i := range 5 {
			op := chat.Pin
			if i%2 == 1 {
				op = chat.Unpin
			}
			h.Receive(chat.Topic{User: 1}, rev(c, f.do(c, 2, chat.Change{Op: op, Seq: 1})))
			time.Sleep(time.Second)
		}
		unblock()
		time.Sleep(time.Second)
		if got := slow.toldChanges(t); len(got) != 1 || got[0].Rev != 5 || got[0].Prev != 5 || got[0].Seq != 0 {
			t.Errorf("the slow one is told %+v", got)
		}
		if got := other.toldChanges(t); len(got) != 5 || got[4].Rev != 5 || !got[4].Pinned {
			t.Errorf("the other one is told %+v", got)
		}
		h.Receive(chat.Topic{User: 1}, rev(c, f.do(c, 2, chat.Change{Op: chat.Unpin, Seq: 1})))
		time.Sleep(time.Second)
		if got := slow.toldChanges(t); len(got) != 1 || got[0].Rev != 6 || got[0].Prev != 5 || got[0].Seq != 1 {
			t.Errorf("afterwards it is told %+v", got)
		}
	})
}

// Who was taken out is told nothing of what is done afterwards, and who came later only numbers
// of what is done to messages from before, however late this node hears of either.
func TestWhoIsToldOfChangesInAGroup(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.group(1, 2, 3)
		f.store(c, 1, "one")
		a, out := open(t, h, f, 1, 1, 1, wantsChanges), open(t, h, f, 3, 1, 3, wantsChanges)
		late := open(t, h, f, 4, 1, 4, wantsChanges)
		a.seqs(t)
		f.remove(c, 3) // no notice comes
		h.Receive(chat.Topic{Group: 1}, rev(c, f.do(c, 1, chat.Change{Op: chat.Edit, Seq: 1, Body: "secret"})))
		time.Sleep(time.Second)
		membership(h, f.join(c, 4))
		synctest.Wait()
		h.Receive(chat.Topic{Group: 1}, rev(c, f.do(c, 1, chat.Change{Op: chat.Edit, Seq: 1, Body: "secret too"})))
		time.Sleep(time.Second)
		if got := a.toldChanges(t); len(got) != 2 || got[1].Msg != "secret too" {
			t.Errorf("a member is told %+v", got)
		}
		if got := out.toldChanges(t); got != nil {
			t.Errorf("who was removed is told %+v", got)
		}
		got := late.toldChanges(t)
		if len(got) != 2 || got[0].Seq != 0 || got[0].Rev != 1 || got[0].Prev != 1 {
			t.Fatalf("who came later is told %+v", got) // at first, what came before
		}
		if got[1].Seq != 0 || got[1].Msg != "" || got[1].Rev != 2 || got[1].Prev != 1 {
			t.Errorf("who came later is told %+v", got[1])
		}
	})
}

// A session begins with the numbers of its conversations, before the first message: so its client
// knows from where on it is told everything.
func TestASessionBeginsWithTheNumbers(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c, quiet := f.group(1, 2, 3), f.direct()
		f.store(c, 1, "one")
		f.store(quiet, 1, "one")
		f.do(c, 1, chat.Change{Op: chat.Edit, Seq: 1, Body: "two"})
		f.do(c, 1, chat.Change{Op: chat.Edit, Seq: 1, Body: "three"})
		a, plain := open(t, h, f, 2, 1, 1, wantsChanges), open(t, h, f, 3, 1, 3)
		time.Sleep(time.Second)
		for i, f := range a.conn.take(t) {
			n, told := f.(*wire.ChangedNotice)
			if told != (i == 0) || told && (n.GID != 1 || n.Seq != 0 || n.Rev != 2 || n.Prev != 2) {
				t.Errorf("frame %d is %+v", i, f)
			}
		}
		if got := plain.toldChanges(t); got != nil {
			t.Errorf("who did not ask for it is told %v", got)
		}
		h.Receive(chat.Topic{Group: 1}, rev(c, f.do(c, 1, chat.Change{Op: chat.Recall, Seq: 1})))
		time.Sleep(time.Second)
		if got := a.toldChanges(t); len(got) != 1 || got[0].Prev != 2 || got[0].Rev != 3 || !got[0].Recalled {
			t.Errorf("then it is told %+v", got)
		}
	})
}

// Pages that a device catches up with have present states, also when this node heard of no change:
// the device's own look at its conversations says that there were some.
func TestCatchingUpShowsThePresent(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.direct()
		f.store(c, 2, "one")
		f.store(c, 2, "two")
		there := open(t, h, f, 2, 1, 2, wantsChanges) // so that the conversation is here
		synctest.Wait()
		f.do(c, 2, chat.Change{Op: chat.Recall, Seq: 1})
		f.do(c, 2, chat.Change{Op: chat.Edit, Seq: 2, Body: "three"})
		a := open(t, h, f, 1, 1, 1)
		time.Sleep(time.Second)
		var got []string
		for _, fr := range a.conn.take(t) {
			if m, ok := fr.(*wire.Message); ok {
				got = append(got, fmt.Sprintf("%d %s %d %v", m.Seq, m.Msg, m.Rev, m.Recalled))
			}
		}
		if want := []string{"1  1 true", "2 three 2 false"}; !slices.Equal(got, want) {
			t.Errorf("caught up with %q, want %q", got, want)
		}
		if got := there.toldChanges(t); len(got) != 2 || got[1].Rev != 2 {
			t.Errorf("who was there is told %+v", got)
		}
	})
}

// A message that this node did not hear of has, when it is read from the log, the present state for
// everybody, and the own reactions of those who reacted meanwhile on another node.
func TestALostMessageHasOnesOwnReactions(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.group(1, 2, 3)
		f.store(c, 1, "one")
		reacted, other := open(t, h, f, 2, 1, 2, wantsChanges), open(t, h, f, 3, 1, 3, wantsChanges)
		reacted.seqs(t)
		other.seqs(t)
		f.store(c, 1, "lost")
		f.do(c, 2, chat.Change{Op: chat.React, Seq: 2, Emoji: "👍"})
		h.noteRev(h.lookup(c.ID), 1)
		h.Receive(chat.Topic{Group: 1}, published(c, c.version, f.store(c, 1, "three")))
		time.Sleep(time.Second)
		for p, want := range map[*peer][]string{reacted: {"👍"}, other: nil} {
			var got []string
			var count, messages int64
			for _, fr := range p.conn.take(t) {
				if m, ok := fr.(*wire.Message); ok {
					messages++
					if m.Seq == 2 && len(m.Reactions) > 0 {
						got, count = m.Mine, m.Reactions[0].Count
					}
				}
			}
			if messages != 2 || count != 1 || !slices.Equal(got, want) {
				t.Errorf("user %d is shown %d messages, one with %d reactions, of which %q are their own; want %q", p.user.ID, messages, count, got, want)
			}
		}
	})
}

// A notice of a message comes after the node has told of its recall. Who has logged in meanwhile was
// told that there is nothing before that, and gets the message as it is now; so does who was there.
func TestALateMessageIsAsItIsNow(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.direct()
		f.store(c, 1, "one")
		there := open(t, h, f, 2, 1, 2, wantsChanges)
		there.seqs(t)
		late := published(c, c.version, f.store(c, 1, "taken back"))
		h.Receive(chat.Topic{User: 2}, rev(c, f.do(c, 1, chat.Change{Op: chat.Recall, Seq: 2})))
		synctest.Wait()
		came, plain := open(t, h, f, 2, 1, 3, wantsChanges), open(t, h, f, 2, 1, 4)
		synctest.Wait()
		h.Receive(chat.Topic{User: 2}, late)
		time.Sleep(time.Second)
		for name, p := range map[string]*peer{"who was there": there, "who came": came, "a plain client": plain} {
			var got []string
			for _, fr := range p.conn.take(t) {
				if m, ok := fr.(*wire.Message); ok {
					got = append(got, fmt.Sprintf("%d %s %v", m.Seq, m.Msg, m.Recalled))
				}
			}
			if len(got) == 0 || got[len(got)-1] != "2  true" {
				t.Errorf("%s is shown %q", name, got)
			}
		}
	})
}
