package hub

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/chat"
)

// outAndIn has a member leave after what is said now, lets others speak, and has the
// member come back.
func outAndIn(f *fakeLog, c *fakeConv, u chat.UserID, meanwhile int) (out, in chat.Membership) {
	out = f.remove(c, u)
	for range meanwhile {
		f.store(c, 2, "not for everybody")
	}
	return out, f.join(c, u)
}

func wantSeqs(t *testing.T, what string, p *peer, want ...int64) {
	t.Helper()
	got := p.seqs(t)
	if len(got) != len(want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
		return
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("%s: got %v, want %v", what, got, want)
			return
		}
	}
}

// TestTimesInAGroup: a device that comes back gets what was left of each of its user's
// times in a group, in order, and nothing of what was said between.
func TestTimesInAGroup(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.group(1, 2, 3)
		for range 4 {
			f.store(c, 2, "first time")
		}
		outAndIn(f, c, 3, 3) // 5 to 7
		f.store(c, 2, "second time")
		outAndIn(f, c, 3, 2) // 9 and 10
		f.store(c, 2, "third time")
		if err := f.SaveDelivered(context.Background(), []chat.Cursor{{User: 3, Device: 331, Conv: c.ID, Seq: 2}}); err != nil {
			t.Fatal(err)
		}
		back, fresh := open(t, h, f, 3, 31, 1), open(t, h, f, 3, 32, 2)
		wantSeqs(t, "a device that was there", back, 3, 4, 8, 11)
		wantSeqs(t, "one that is new", fresh, 1, 2, 3, 4, 8, 11)
		h.Receive(chat.Topic{Group: 1}, published(c, c.version, f.store(c, 2, "live")))
		wantSeqs(t, "live", back, 12)

		f.remove(c, 3)
		f.store(c, 2, "after all")
		former := open(t, h, f, 3, 33, 3)
		wantSeqs(t, "a former member's", former, 1, 2, 3, 4, 8, 11, 12)
	})
}

// TestRestBeforeTheNextTime: who is still reading what was said before they left, and is
// back, gets that first, and then what was said since.
func TestRestBeforeTheNextTime(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.group(1, 2, 3)
		slow, fast := open(t, h, f, 3, 31, 1), open(t, h, f, 1, 11, 2)
		unblock := slow.conn.block()
		filler := make([]byte, 1000)
		for i := range filler {
			filler[i] = 'x'
		}
		for range 40 {
			h.Receive(chat.Topic{Group: 1}, published(c, c.version, f.store(c, 2, string(filler))))
		}
		synctest.Wait()
		for range 3 {
			out := f.remove(c, 3)
			membership(h, out)
			h.Receive(chat.Topic{Group: 1}, published(c, c.version, f.store(c, 2, "meanwhile")))
			membership(h, f.join(c, 3))
			h.Receive(chat.Topic{Group: 1}, published(c, c.version, f.store(c, 2, "back")))
			synctest.Wait()
		}
		if h.Metrics.FellBehind.Load() == 0 {
			t.Error("nobody fell behind: the test shows nothing")
		}
		unblock()
		time.Sleep(time.Second)
		want := make([]int64, 0, 43)
		for seq := int64(1); seq <= 40; seq++ {
			want = append(want, seq)
		}
		wantSeqs(t, "who was slow", slow, append(want, 42, 44, 46)...)
		expectSeqs(t, fast, 1, 46)
		h.Receive(chat.Topic{Group: 1}, published(c, c.version, f.store(c, 2, "live")))
		wantSeqs(t, "live again", slow, 47)
	})
}

// TestMissedLeaving: a node that heard nothing of a leaving and a return shows what its
// session may see, also of the time before.
func TestMissedLeaving(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.group(1, 2, 3)
		back := open(t, h, f, 3, 31, 1)
		f.store(c, 2, "before")       // 1, unheard
		_, in := outAndIn(f, c, 3, 1) // 2
		membership(h, in)
		f.store(c, 2, "after")
		time.Sleep(time.Second)
		h.Receive(chat.Topic{Group: 1}, published(c, c.version, f.store(c, 2, "and this")))
		time.Sleep(time.Second)
		wantSeqs(t, "who was out", back, 1, 3, 4)
	})
}
