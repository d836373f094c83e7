package hub

import (
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/chat"
	"parley/internal/outbox"
	"parley/wire"
)

// two is user 2, as a friend of user 1.
type two struct {
	t *testing.T
	h *Hub
	f *fakeLog
	c chat.Conv
}

// befriended makes user 2, who is known to be online by presence number 1.
func befriended(t *testing.T, h *Hub, f *fakeLog) *two {
	p := &two{t, h, f, chat.Conv{ID: 1, Kind: chat.Direct, Lo: 1, Hi: 2}}
	p.is(1, true, false)
	return p
}

// is says how the database has it.
func (p *two) is(no int64, online, hides bool) {
	p.f.mu.Lock()
	defer p.f.mu.Unlock()
	p.f.friends = []chat.Friend{{
		User: chat.User{ID: 2, Name: nameOf(2)}, Online: online && !hides, PresenceNo: no, Hides: hides,
	}}
}

// entry is one in user 1's journal, and the notice of it with what the database says now.
func (p *two) entry(what string) chat.Notice {
	p.t.Helper()
	p.f.mu.Lock()
	t := chat.Topic{User: 1}
	c := chat.JournalEntry{No: int64(len(p.f.journals[t]) + 1), What: what, User: 2, Owner: 2}
	if what == chat.UserBlocked || what == chat.UserUnblocked {
		c.User, c.Conv = 1, p.c
	}
	p.f.journals[t] = append(p.f.journals[t], c)
	p.f.mu.Unlock()
	n, ok, err := c.Notice(p.t.Context(), p.f, t)
	if err != nil || !ok {
		p.t.Fatalf("a notice of %q: %v, %v", what, ok, err)
	}
	return n
}

func (p *two) receive(n chat.Notice) { p.h.Receive(chat.Topic{User: 1}, n) }

func (p *two) presence(no int64, online bool) {
	p.receive(chat.Notice{Presence: &chat.PresenceNotice{
		PresenceMove: chat.PresenceMove{User: 2, Name: nameOf(2), No: no, Online: online},
	}})
}

// A notice of nothing but its number has the journal read, also by a node that is alone,
// and again and again while it cannot be read.
func TestNoticeOfNothingButItsNumber(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		a, p := open(t, h, f, 1, 1, 1), befriended(t, h, f)
		p.is(1, true, true)
		no := p.entry(chat.UserBlocked).No
		f.mu.Lock()
		f.down = true
		f.mu.Unlock()
		p.receive(chat.Notice{No: no})
		time.Sleep(3 * maxRetry)
		a.wantTold(t)
		f.mu.Lock()
		f.down = false
		f.mu.Unlock()
		time.Sleep(maxRetry + time.Second)
		a.wantTold(t, "2 offline")
		p.receive(chat.Notice{No: no})
		time.Sleep(time.Second)
		a.wantTold(t)
	})
}

// A change tells how a friend looked when it was made. What is told last is how they look,
// whatever came before it.
func TestNoticesThatTellOldStates(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		a, p := open(t, h, f, 1, 1, 1), befriended(t, h, f)
		block := func() {
			t.Helper()
			p.is(0, false, true)
			p.receive(p.entry(chat.UserBlocked))
			a.wantTold(t, "2 offline")
		}
		block()
		p.is(2, true, false)
		late := p.entry(chat.UserUnblocked)
		p.presence(3, false)
		a.wantTold(t)
		p.receive(late)
		a.wantTold(t) // they were online, and are not any more

		p.presence(4, true)
		a.wantTold(t, "2 online")
		block()
		p.is(5, false, false)
		late = p.entry(chat.UserUnblocked)
		p.presence(6, true)
		a.wantTold(t) // they still hide, as far as is known here
		p.receive(late)
		a.wantTold(t, "2 online")
		p.presence(6, true)
		a.wantTold(t)

		p.is(7, false, false)
		late = p.entry(chat.FriendAdded)
		p.presence(8, true)
		a.wantTold(t, "2 online")
		p.receive(late)
		synctest.Wait()
		frames := a.conn.take(t)
		if n, ok := frames[0].(*wire.NoticeFrame); !ok || len(frames) != 1 || n.State != "online" {
			t.Errorf("a friend who came online meanwhile is told as %+v", frames[0])
		}
	})
}

// Presence, a block and its end are told at the same time: what is told last is how it is.
func TestBlocksAndPresenceAtTheSameTime(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		a, p := open(t, h, f, 1, 1, 1), befriended(t, h, f)
		looks := "offline"
		for no := int64(2); no < 3000; no++ {
			hides := no%3 == 0
			var notices []chat.Notice
			if hides {
				p.is(no, true, true)
				notices = append(notices, p.entry(chat.UserBlocked))
			} else {
				p.is(no-1, false, false)
				notices = append(notices, p.entry(chat.UserUnblocked))
			}
			go p.presence(no-1, false)
			go p.presence(no, true)
			for _, n := range notices {
				go p.receive(n)
			}
			synctest.Wait()
			for _, frame := range a.conn.take(t) {
				looks = frame.(*wire.PresenceNotice).State
			}
			if want := chat.StateOf(!hides); looks != want {
				t.Fatalf("with number %d, and hiding %v, the last that is told is %s", no, hides, looks)
			}
			no++ // the next begins offline
		}
	})
}

// Somebody blocks a user and comes online; the user logs in after the block, and a notice
// that was made before it comes late.
func TestNoticesFromBeforeABlock(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		p := befriended(t, h, f)
		p.is(2, true, true)
		conn := newFakeConn()
		s, err := h.Open(t.Context(), SessionOptions{
			User: chat.User{ID: 1, Name: nameOf(1)}, Device: 101, DeviceName: "device", ID: 1,
			Out: outbox.New(conn, outbox.Options{Soft: 4096, Hard: 1 << 20}),
		})
		if err != nil {
			t.Fatal(err)
		}
		a := &peer{Session: s, conn: conn}
		p.presence(1, true)
		list, err := f.Friends(t.Context(), 1, 0, 10)
		if err != nil {
			t.Fatal(err)
		}
		s.Start(list)
		a.wantTold(t)
		p.presence(2, true)
		a.wantTold(t)
		p.is(2, true, false)
		p.receive(p.entry(chat.UserUnblocked))
		a.wantTold(t, "2 online")
	})
}

// A list of friends was read, and things happened before it is sent, or while it is: what
// the session is told last is how it is.
func TestListsThatAreOld(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		a, p := open(t, h, f, 1, 1, 1), befriended(t, h, f)
		read := func() []chat.Friend {
			page, err := f.Friends(t.Context(), 1, 0, 10)
			if err != nil {
				t.Fatal(err)
			}
			return page
		}
		show := func(page []chat.Friend, want bool, meanwhile func()) {
			t.Helper()
			a.ShowFriends(page, func(page []chat.Friend) {
				if page[0].Online != want {
					t.Errorf("the list shows online: %v, want %v", page[0].Online, want)
				}
				meanwhile()
			})
		}
		nothing := func() {}
		page := read()
		p.presence(2, false)
		a.wantTold(t, "2 offline")
		show(page, false, nothing)
		a.wantTold(t)

		p.is(2, false, false)
		show(read(), false, func() { p.presence(3, true) })
		a.wantTold(t, "2 online", "2 online") // once before the list, and once after it

		p.is(3, true, false)
		page = read()
		p.is(3, true, true)
		p.receive(p.entry(chat.UserBlocked))
		a.wantTold(t, "2 offline")
		show(page, false, nothing)
		a.wantTold(t)

		page = read()
		p.is(3, true, false)
		p.receive(p.entry(chat.UserUnblocked))
		a.wantTold(t, "2 online")
		show(page, true, nothing)
		a.wantTold(t)
	})
}
