package hub

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// membership tells the hub of a change of members, as the use cases do.
func membership(h *Hub, m chat.Membership) {
	n := &chat.PeopleNotice{What: chat.MemberJoined, Conv: m.Conv, Member: &m, Version: m.Version}
	if m.Left {
		n.What = chat.MemberRemoved
	}
	n.User, n.Group = chat.User{ID: m.User}, chat.GroupInfo{ID: m.Conv.Group}
	h.Notify(chat.Notice{People: n}, chat.Topic{Group: m.Conv.Group}, chat.Topic{User: m.User})
}

// Who joins while messages from before are still to be handed on does not see them.
func TestJoinBeforeHandOn(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.group(1, 2)
		a, late := open(t, h, f, 1, 1, 1), open(t, h, f, 3, 1, 3)
		one, two := f.store(c, 2, "one"), f.store(c, 2, "two")
		membership(h, f.join(c, 3))
		three := f.store(c, 2, "three")
		synctest.Wait()
		h.Receive(chat.Topic{Group: 1}, published(c, c.version, one))
		h.Receive(chat.Topic{Group: 1}, published(c, c.version, two, three))
		expectSeqs(t, a, 1, 3)
		expectSeqs(t, late, 3, 3)
		h.Receive(chat.Topic{Group: 1}, published(c, c.version, f.store(c, 2, "four")))
		expectSeqs(t, late, 4, 4)
	})
}

// A removal and a return, told in the wrong order: who is back stays in the group, and
// sees nothing of what was said meanwhile.
func TestReturnOvertakesRemoval(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.group(1, 2, 3)
		a, back := open(t, h, f, 1, 1, 1), open(t, h, f, 3, 1, 3)
		h.Receive(chat.Topic{Group: 1}, published(c, c.version, f.store(c, 2, "one")))
		removed := f.remove(c, 3)
		meanwhile := f.store(c, 2, "he does not hear this")
		returned := f.join(c, 3)
		membership(h, returned)
		membership(h, removed)
		h.Receive(chat.Topic{Group: 1}, published(c, c.version, meanwhile))
		synctest.Wait()
		h.Receive(chat.Topic{Group: 1}, published(c, c.version, f.store(c, 2, "three")))
		time.Sleep(time.Second)
		expectSeqs(t, a, 1, 3)
		if got := back.seqs(t); len(got) != 2 || got[0] != 1 || got[1] != 3 {
			t.Errorf("who was removed after 1 and came back after 2 got %v, want 1 and 3", got)
		}
	})
}

// Members are read anew, and somebody who was out when they were read is back before
// the result is there.
func TestReturnDuringReload(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.group(1, 2, 3)
		a, back := open(t, h, f, 1, 1, 1), open(t, h, f, 3, 1, 3)
		f.remove(c, 3)
		once := false
		f.after = func(what string) {
			if what == "memberships" && !once {
				once = true
				membership(h, f.join(c, 3))
			}
		}
		h.Receive(chat.Topic{Group: 1}, published(c, c.version, f.store(c, 2, "one")))
		time.Sleep(time.Second)
		h.Receive(chat.Topic{Group: 1}, published(c, c.version, f.store(c, 2, "two")))
		time.Sleep(time.Second)
		expectSeqs(t, a, 1, 2)
		expectSeqs(t, back, 2, 2)
	})
}

// Members are read anew, and somebody is removed before the result is there: nothing
// that was said after his removal reaches him.
func TestRemovalDuringReload(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.group(1, 2, 3, 4)
		a, out := open(t, h, f, 1, 1, 1), open(t, h, f, 3, 1, 3)
		f.remove(c, 4)
		once := false
		f.after = func(what string) {
			if what == "memberships" && !once {
				once = true
				f.remove(c, 3)
				h.Receive(chat.Topic{Group: 1}, published(c, c.version, f.store(c, 2, "after him")))
			}
		}
		h.Receive(chat.Topic{Group: 1}, published(c, c.version, f.store(c, 2, "with him")))
		time.Sleep(time.Second)
		expectSeqs(t, a, 1, 2)
		expectSeqs(t, out, 1, 1)
	})
}

// A page that was being read when the session ended is not written behind its end: the
// connection may be somebody else's by now.
func TestNothingAfterEnd(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.direct()
		f.store(c, 2, "one")
		read, goOn := make(chan struct{}), make(chan struct{})
		f.after = func(what string) {
			if what == "page" {
				close(read)
				<-goOn
			}
		}
		a := open(t, h, f, 1, 1, 1)
		<-read
		a.End(context.Background(), ReadLost)
		close(goOn)
		h.Receive(chat.Topic{User: 1}, chat.Notice{Presence: &chat.PresenceNotice{
			PresenceMove: chat.PresenceMove{User: 2, Name: nameOf(2), No: 1, Online: true},
		}})
		synctest.Wait()
		if got := a.conn.take(t); len(got) != 0 {
			t.Errorf("after its end the session was written %v", got)
		}
		a.out.Last((&wire.GoodbyeNotice{Code: wire.ByeShutdown}).AppendJSON(nil))
	})
}

// What was sent before the first frame 13 and had not arrived does not count once the
// session acks.
func TestFirstAckTakesBack(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.direct()
		for range 3 {
			f.store(c, 2, "text")
		}
		a := open(t, h, f, 1, 0, 1)
		a.conn.mu.Lock()
		a.conn.unsent = 100
		a.conn.mu.Unlock()
		expectSeqs(t, a, 1, 3)
		if err := a.Received(t.Context(), c.Conv, 1); err != nil {
			t.Fatal(err)
		}
		h.positions.sent(a.Session, c.ID, 3) // a delivery that looked before the ack
		time.Sleep(2 * h.opts.CursorEvery)
		if got := f.delivered(100, c.ID); got != 1 {
			t.Errorf("the cursor is at %d, want 1", got)
		}
	})
}

// The same where it had arrived: it does not count when its time is up.
func TestFirstAckTakesBackWhatHasArrived(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.direct()
		for range 3 {
			f.store(c, 2, "text")
		}
		a := open(t, h, f, 1, 0, 1)
		expectSeqs(t, a, 1, 3)
		time.Sleep(5 * h.opts.CursorEvery)
		if err := a.Received(t.Context(), c.Conv, 1); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * ReadLost)
		if got := f.delivered(100, c.ID); got != 1 {
			t.Errorf("the cursor is at %d, want 1", got)
		}
	})
}

// Somebody joins and is removed while one of his sessions opens: it hears nothing of
// what comes then.
func TestRemovalDuringOpen(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.group(1, 2)
		a := open(t, h, f, 1, 1, 1)
		once := false
		f.after = func(what string) {
			if what == "inbox" && !once {
				once = true
				membership(h, f.join(c, 3))
				membership(h, f.remove(c, 3))
			}
		}
		out := open(t, h, f, 3, 1, 3)
		h.Receive(chat.Topic{Group: 1}, published(c, c.version, f.store(c, 2, "not for him")))
		time.Sleep(time.Second)
		expectSeqs(t, a, 1, 1)
		expectSeqs(t, out, 1, 0)
	})
}

// A message that is handed to a conversation just as its last session here leaves is
// found by who has come meanwhile.
func TestHandedToTheDead(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.direct()
		a := open(t, h, f, 1, 1, 1)
		h.Receive(chat.Topic{User: 1}, published(c, c.version, f.store(c, 2, "one")))
		old := h.lookup(c.ID)
		h.mu.Lock() // the first half of release
		delete(h.convs, old.ID)
		delete(h.pairs, pair{old.Lo, old.Hi})
		h.mu.Unlock()
		b := open(t, h, f, 1, 2, 2)
		expectSeqs(t, b, 1, 1)
		two := f.store(c, 2, "two")
		h.deliverRun(newBurst(), old, []delivery{{Message: two}}, c.version)
		h.bury(old)
		time.Sleep(time.Second)
		expectSeqs(t, b, 2, 2)
		a.conn.take(t)
	})
}

// Two changes of one user's presence are told at the same time: what is told last is
// how it is.
func TestPresenceAtTheSameTime(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		a := open(t, h, f, 1, 1, 1)
		no := int64(0)
		for range 2000 {
			for range 4 {
				no++
				go h.Receive(chat.Topic{User: 1}, chat.Notice{Presence: &chat.PresenceNotice{
					PresenceMove: chat.PresenceMove{User: 2, Name: nameOf(2), No: no, Online: no%2 == 0},
				}})
			}
			synctest.Wait()
			frames := a.conn.take(t)
			if n, ok := frames[len(frames)-1].(*wire.PresenceNotice); !ok || n.State != "online" {
				t.Errorf("the last of %d frames is %+v, but he is online", len(frames), n)
				return
			}
		}
	})
}

// A change that is read from a journal tells of its member as he is by then, at a version
// that may count other removals too: it is no proof that those are known here.
func TestRemovalBehindANoticeReadLate(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		h.SetBus(crowded{})
		c := f.group(1, 2, 3)
		stays, gone := open(t, h, f, 1, 1, 1), open(t, h, f, 2, 1, 2)
		first := f.remove(c, 3)
		membership(h, first)
		f.remove(c, 2) // of which no notice comes
		late := first
		late.Version = c.version
		h.Receive(chat.Topic{Group: 1}, chat.Notice{People: &chat.PeopleNotice{
			What: chat.MemberRemoved, Conv: c.Conv, Member: &late, Version: late.Version, User: chat.User{ID: 3}, Later: true,
		}})
		h.Receive(chat.Topic{Group: 1}, published(c, c.version, f.store(c, 1, "not for 2")))
		time.Sleep(time.Second)
		expectSeqs(t, stays, 1, 1)
		for _, frame := range gone.conn.take(t) {
			if m, ok := frame.(*wire.Message); ok {
				t.Errorf("who was removed is shown %+v", m)
			}
		}
	})
}

// A conversation that is new here is read when somebody has come into it, and by then he
// is out again and more was said: he does not see that, although no notice of his removal
// has come and the head lies beyond.
func TestRemovedBeforeTheHeadIsRead(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.group(2)
		late := open(t, h, f, 3, 1, 3)
		joined := f.join(c, 3)
		f.store(c, 2, "for him")
		f.remove(c, 3)
		f.store(c, 2, "not for him")
		membership(h, joined)
		time.Sleep(time.Second)
		expectSeqs(t, late, 1, 1)
	})
}
