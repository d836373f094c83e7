package hub

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// told returns what frames 34 and 14 a session got since the last look.
func (p *peer) told(t *testing.T) (words []string) {
	t.Helper()
	synctest.Wait()
	for _, f := range p.conn.take(t) {
		switch f := f.(type) {
		case *wire.NoticeFrame:
			words = append(words, f.What)
		case *wire.PresenceNotice:
			words = append(words, fmt.Sprint(f.ID, " ", f.State))
		}
	}
	return words
}

func (p *peer) wantTold(t *testing.T, want ...string) {
	t.Helper()
	if got := p.told(t); !slices.Equal(got, want) {
		t.Errorf("told %q, want %q", got, want)
	}
}

// Whatever becomes of the notices, a session hears of each change once, in order.
func TestNoticesInOrder(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		h.SetBus(crowded{})
		a := open(t, h, f, 1, 1, 1)
		me := chat.Topic{User: 1}
		one, two, three := f.entry("one"), f.entry("two"), f.entry("three")
		for _, n := range []chat.Notice{two, one, two, one} {
			h.Receive(me, n)
		}
		a.wantTold(t, "one", "two")
		if f.readings() != 0 {
			t.Errorf("the journal was read %d times for notices that came", f.readings())
		}
		four := f.entry("four") // three is lost
		h.Receive(me, four)
		a.wantTold(t)
		time.Sleep(h.opts.GapWait + time.Millisecond)
		a.wantTold(t, "three", "four")
		h.Receive(me, three)
		a.wantTold(t)
		if f.readings() != 1 {
			t.Errorf("a gap of one cost %d readings", f.readings())
		}
	})
}

// The last notice is lost: nothing but the number in the database tells of it.
func TestLastNoticeLost(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		h.SetBus(crowded{})
		a := open(t, h, f, 1, 1, 1)
		f.entry("one")
		f.mark(chat.UserMark{User: chat.User{ID: 1}, JournalNo: 1})
		time.Sleep(h.opts.SweepEvery + time.Second)
		a.wantTold(t, "one")
		f.entry("two")
		f.mark(chat.UserMark{User: chat.User{ID: 1}, JournalNo: 2})
		f.mu.Lock()
		f.down = true
		f.mu.Unlock()
		time.Sleep(h.opts.SweepEvery + time.Second)
		a.wantTold(t)
		f.mu.Lock()
		f.down = false
		f.mu.Unlock()
		time.Sleep(maxRetry)
		a.wantTold(t, "two")
	})
}

// A node that is alone is told of nothing by others. When the outcome of a request is
// unknown, it looks for what the request may have done.
func TestAloneInDoubt(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		h.SetBus(noBus{})
		a := open(t, h, f, 1, 1, 1)
		f.entry("one")
		f.mark(chat.UserMark{User: chat.User{ID: 1}, JournalNo: 1})
		time.Sleep(time.Minute)
		a.wantTold(t)
		before := h.Metrics.Comparisons.Load()
		h.Doubt()
		time.Sleep(h.opts.SweepEvery + time.Second)
		a.wantTold(t, "one")
		time.Sleep(2 * SweepWindow)
		after := h.Metrics.Comparisons.Load()
		time.Sleep(time.Hour)
		if before == after || h.Metrics.Comparisons.Load() != after {
			t.Error("without a doubt it asks the database what changed")
		}
	})
}

// A node that was out of touch for longer than changes are kept has its users begin
// anew: what they show may be wrong.
func TestNoticesThatAreGone(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		h.SetBus(crowded{})
		a := open(t, h, f, 1, 1, 1)
		f.mark(chat.UserMark{User: chat.User{ID: 1}, JournalNo: 7})
		time.Sleep(h.opts.SweepEvery + time.Second)
		frames := a.conn.take(t)
		if bye, ok := frames[len(frames)-1].(*wire.GoodbyeNotice); !ok || bye.Code != wire.ByeFenced || !bye.Reconnect {
			t.Errorf("the last of %d frames is %+v", len(frames), frames[len(frames)-1])
		}
	})
}

// Presence that no notice tells is found in the users' rows: an arrival at the next
// comparison, an absence once it has lasted.
func TestPresenceWithoutNotices(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		h.SetBus(crowded{})
		h.BusTrouble(true)
		a := open(t, h, f, 1, 1, 1)
		set := func(no int64, online bool) {
			f.mark(chat.UserMark{User: chat.User{ID: 2, Name: nameOf(2)}, PresenceNo: no, Online: online})
		}
		set(5, true)
		time.Sleep(2 * h.opts.SweepFast)
		a.wantTold(t, "2 online")
		h.Receive(chat.Topic{User: 1}, chat.Notice{Presence: &chat.PresenceNotice{
			PresenceMove: chat.PresenceMove{User: 2, Name: nameOf(2), No: 5, Online: true},
		}})
		a.wantTold(t) // the notice was only late
		set(6, false)
		time.Sleep(h.opts.OfflineWait / 2)
		a.wantTold(t)
		set(7, true) // he is back before it counts
		time.Sleep(2 * h.opts.SweepFast)
		a.wantTold(t, "2 online")
		set(8, false)
		time.Sleep(h.opts.OfflineWait + 2*h.opts.SweepFast)
		a.wantTold(t, "2 offline")
	})
}
