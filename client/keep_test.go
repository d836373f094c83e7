package client

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"parley/wire"
)

// keeping makes a client use a store.
func keeping(s *memory) func(*Options) { return func(o *Options) { o.Store = s } }

func (s *memory) outbox() (texts []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, q := range s.saved.Outbox {
		texts = append(texts, q.Text)
	}
	return texts
}

func TestQueuedOutlivesTheProgram(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		var out posted
		store := newMemory()
		f.down = true
		c := start(t, f, &s, keeping(store))
		post(t, c, &out, "a", "b")
		c.Close()
		want(t, out.outcomes, []string{(ErrKept.Error() + " (client: closed)"), (ErrKept.Error() + " (client: closed)")})
		f.down = false

		// The next run is cut off when one of two is stored, and the one after goes on.
		s = seen{}
		c = start(t, f, &s, keeping(store))
		p, _ := f.login(41)
		want(t, p.expect(wire.Chat).SendSeq, 42)
		p.expect(wire.Chat)
		p.close()
		c.Close()
		f.forget() // it may have connected again in between

		s = seen{}
		c = start(t, f, &s, keeping(store), func(o *Options) { o.Password = "" })
		defer c.Close()
		p, q := f.login(42)
		want(t, []string{q.Token, q.Pwd}, []string{"secret", ""})
		want(t, q.SendNext, 42)
		post(t, c, &out, "c")
		for i, text := range []string{"a", "b", "c"} {
			m := p.expect(wire.Chat)
			want(t, m.Msg, text)
			want(t, m.SendSeq, int64(42+i))
			p.ack(m, int64(1+i))
		}
		synctest.Wait()
		want(t, out.outcomes[2:], []string{"44@3"})
		var sent []string
		for _, e := range s.events {
			if e, ok := e.(Sent); ok && e.Err == nil {
				sent = append(sent, e.Text)
			}
		}
		want(t, sent, []string{"a", "b"})
		want(t, s.shown(), []int64{1, 2, 3})
		want(t, store.outbox(), nil)
	})
}

func TestNothingIsSentBeforeItsNumberIsKept(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		var out posted
		store := newMemory()
		c := start(t, f, &s, keeping(store))
		defer c.Close()
		p, _ := f.login(0)
		store.failNumber(errDisk) // before there is anything to give a number to
		post(t, c, &out, "a")
		p.nothing()
		store.fail(errDisk)
		if err := c.Post(Direct(2), "b", nil); !errors.Is(err, errDisk) {
			t.Fatalf("Post: %v", err)
		}
		login := func() *peer {
			p := f.accept()
			p.expect(wire.Login)
			p.send(&wire.LoginReply{ID: 1, Name: "alice", Device: "test", HeartbeatMS: 30_000})
			return p
		}
		for range 3 {
			login().nothing()
		}
		store.fail(nil)
		login().nothing()
		store.failNumber(nil)
		p = login()
		m := p.expect(wire.Chat)
		want(t, []int64{m.SendSeq}, []int64{1})
		p.ack(m, 1)
		synctest.Wait()
		want(t, out.outcomes, []string{"1@1"})
	})
}

func TestTheServerIsToldOfWhatIsKept(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		store := newMemory()
		c := start(t, f, &s, keeping(store))
		p, _ := f.login(0)
		deliver(p, 1, 2)
		want(t, p.expect(wire.Received).Seq, 2)
		store.fail(errDisk)
		deliver(p, 3)
		want(t, s.shown(), []int64{1, 2, 3})
		deliver(p, 4) // not shown while 3 cannot be kept
		time.Sleep(10 * time.Second)
		want(t, s.shown(), []int64{1, 2, 3})
		want(t, s.events[len(s.events)-1].(Unkept).Err.Error(), errDisk.Error())
		select {
		case q := <-p.in:
			t.Fatalf("the client sent %+v", q)
		default:
		}
		store.fail(nil)
		want(t, p.expect(wire.Received).Seq, 4)
		want(t, s.shown(), []int64{1, 2, 3, 4})
		c.Close()
	})
}

func TestNothingIsShownTwiceAfterARestart(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		store := newMemory()
		c := start(t, f, &s, keeping(store))
		p, _ := f.login(0)
		deliver(p, 3, 4, 5)
		want(t, s.shown(), []int64{3, 4, 5})
		c.Close() // before the server was told

		s = seen{}
		c = start(t, f, &s, keeping(store))
		defer c.Close()
		p, _ = f.login(0)
		deliver(p, 3, 4, 5)
		want(t, p.expect(wire.Received).Seq, 5)
		deliver(p, 8) // 6 and 7 went to nobody
		q := p.expect(wire.History)
		want(t, q.After, 5)
		p.send(&wire.HistoryReply{RID: q.RID, With: 2, Messages: []wire.Message{*says(6), *says(7)}})
		want(t, s.shown(), []int64{6, 7, 8})
	})
}

func TestLogoutKeepsWhatWasShown(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		store := newMemory()
		store.hold = make(chan struct{})
		var s seen
		c := start(t, f, &s, keeping(store))
		p, _ := f.login(0)
		deliver(p, 1)
		synctest.Wait()
		go func() {
			want(t, p.expect(wire.Received).Seq, 1)
			q := p.expect(wire.Logout)
			p.send(&wire.AckReply{Re: wire.Logout, RID: q.RID})
			p.close()
		}()
		time.AfterFunc(time.Second, func() { close(store.hold) })
		if err := c.Logout(t.Context()); err != nil {
			t.Fatal(err)
		}
		want(t, store.saved.Positions, []Position{{Direct(2), 1}})
	})
}

// What a handler did before the program stopped is not done again by the next run.
func TestFinishHandlers(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		store := newMemory()
		entered, leave := make(chan struct{}), make(chan struct{})
		var handled []int64
		c := start(t, f, &seen{}, keeping(store), func(o *Options) {
			o.OnMessage = func(_ *Client, m *Message) {
				close(entered)
				<-leave
				handled = append(handled, m.Seq)
			}
		})
		p, _ := f.login(0)
		deliver(p, 1, 2)
		<-entered
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		want(t, errors.Is(c.FinishHandlers(short), context.DeadlineExceeded), true)
		time.AfterFunc(time.Minute, func() { close(leave) })
		want(t, c.FinishHandlers(t.Context()), nil)
		c.Close()
		want(t, handled, []int64{1})
		want(t, store.saved.Positions, []Position{{Direct(2), 1}})
	})
}

func TestAnotherServerBehindTheAddress(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		store := newMemory()
		c := start(t, f, &s, keeping(store))
		p, _ := f.login(0)
		deliver(p, 1, 2, 3)
		s.shown()
		c.Close()

		s = seen{}
		c = start(t, f, &s, keeping(store))
		defer c.Close()
		p, _ = f.login(0)
		for seq := int64(1); seq <= 2; seq++ {
			m := says(seq)
			m.Time = "2026-02-02T03:04:05.006Z"
			p.send(m)
		}
		want(t, s.shown(), []int64{1, 2})
		want(t, p.expect(wire.Received).Seq, 2)
		kept, _, _ := store.Messages(Direct(2), 0, 10)
		want(t, len(kept), 2)
	})
}

// TestTheServerWasSetBack: after a restore, what the server has is shown from where its
// cursor stands, although other messages with the same numbers were shown before, and
// the server is not told of those.
func TestTheServerWasSetBack(t *testing.T) {
	for name, with := range map[string]func(*Options){"kept": keeping(newMemory()), "in memory": func(*Options) {}} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, f *fake) {
				var s seen
				f.log = "one"
				c := start(t, f, &s, with)
				defer c.Close()
				p, _ := f.login(0)
				deliver(p, 1, 2, 3, 4, 5)
				want(t, s.shown(), []int64{1, 2, 3, 4, 5})
				want(t, p.expect(wire.Received).Seq, 5)
				deliver(p, 9) // waits for what is missing
				p.close()

				f.log = "two"
				p, _ = f.login(0)
				deliver(p, 3, 4)
				want(t, s.shown(), []int64{1, 2, 3, 4, 5, 3, 4})
				want(t, p.expect(wire.Received).Seq, 4)
				deliver(p, 5)
				want(t, s.shown(), []int64{1, 2, 3, 4, 5, 3, 4, 5})
				var told []bool
				for _, e := range s.events {
					if e, ok := e.(Connected); ok {
						told = append(told, e.NewLog)
					}
				}
				want(t, told, []bool{false, true})

				// The same log again: nothing is forgotten.
				p.close()
				p, _ = f.login(0)
				deliver(p, 5, 6)
				want(t, s.shown(), []int64{1, 2, 3, 4, 5, 3, 4, 5, 6})
			})
		})
	}
}

func TestAStoreOfAnotherAccount(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		store := newMemory()
		store.saved.Self = User{7, "alice"}
		c := start(t, f, &s, keeping(store))
		defer c.Close()
		f.login(0)
		<-c.Done()
		if err := c.Err(); !errors.Is(err, ErrOtherAccount) {
			t.Fatal(err)
		}
	})
}

func TestUnknownOutcomeLeavesTheStore(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		store := newMemory()
		store.saved = Saved{
			Self: User{1, "alice"}, Token: "old", SendNext: 8,
			Outbox: []Queued{{ID: 1, To: Direct(2), Text: "a", SendSeq: 6}, {ID: 2, To: Direct(2), Text: "b", SendSeq: 7}},
		}
		c := start(t, f, &s, keeping(store))
		defer c.Close()
		p := f.accept()
		want(t, p.expect(wire.Login).Token, "old")
		p.send(&wire.LoginReply{Erron: wire.BadCredentials}) // another program has used the device
		p.expect(wire.Login)
		p.send(&wire.LoginReply{ID: 1, Name: "alice", Device: "test", LastSendSeq: 6, Token: "new", HeartbeatMS: 30_000})
		m := p.expect(wire.Chat)
		want(t, m.Msg, "b")
		p.ack(m, 9)
		synctest.Wait()
		sent := s.events[0].(Sent)
		want(t, sent.Text, "a")
		want(t, errors.Is(sent.Err, ErrUnknownOutcome), true)
		want(t, store.outbox(), nil)
		want(t, store.saved.Token, "new")
	})
}

func TestGhostOfAnEarlierRun(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		taken := &wire.GoodbyeNotice{Code: wire.ByeTakenOver, Reason: "taken over"}
		var s seen
		c := start(t, f, &s, keeping(newMemory()))
		defer c.Close()
		for range 3 {
			p, _ := f.login(0)
			p.send(taken)
		}
		p, _ := f.login(0)
		p.send(taken) // this is no ghost's
		<-c.Done()
		want(t, f.dials, 4)

		var other seen
		late := start(t, f, &other, keeping(newMemory()))
		defer late.Close()
		p, _ = f.login(0)
		time.Sleep(31 * time.Second)
		p.send(taken)
		<-late.Done()
		want(t, f.dials, 5)
	})
}

func TestWithdrawnIsNotSentByTheNextRun(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		store := newMemory()
		f.down = true
		c := start(t, f, &s, keeping(store))
		defer c.Close()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := c.Send(ctx, 2, "a"); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		want(t, store.outbox(), nil)
	})
}

func TestRejoinedGroupStartsAnewAfterARestart(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		store := newMemory()
		c := start(t, f, &s, keeping(store))
		p, _ := f.login(0)
		in := func(seq int64) *wire.Message {
			return &wire.Message{ID: 2, From: "bob", GID: 9, Msg: "x", Seq: seq, Time: "2026-01-02T03:04:05.006Z"}
		}
		p.send(in(1))
		want(t, s.shown(), []int64{1})
		p.send(&wire.NoticeFrame{What: "member_left", ID: 1, GID: 9, GName: "club"})
		synctest.Wait()
		c.Close()
		want(t, len(store.saved.Positions), 0)
		s = seen{}
		c = start(t, f, &s, keeping(store))
		defer c.Close()
		p, _ = f.login(0)
		p.send(in(7))
		want(t, s.shown(), []int64{7})
	})
}

func seqsOf(page Page) (seqs []int64) {
	for _, m := range page.Messages {
		seqs = append(seqs, m.Seq)
	}
	return seqs
}

func TestRecallAsksForWhatIsMissing(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		store := newMemory()
		c := start(t, f, &s, keeping(store))
		p, _ := f.login(0)
		deliver(p, 5, 6, 7)
		s.shown()
		recall := func(before int64, limit int) ([]int64, bool) {
			t.Helper()
			page, err := c.Messages(t.Context(), Direct(2), before, limit)
			if err != nil {
				t.Fatal(err)
			}
			return seqsOf(page), page.More
		}
		got, more := recall(0, 2)
		want(t, got, []int64{6, 7})
		want(t, more, true)
		p.nothing() // all of it was here
		go func() {
			q := p.expect(wire.History)
			want(t, []int64{q.Before, q.Limit}, []int64{5, 7})
			p.send(&wire.HistoryReply{RID: q.RID, With: 2, Messages: []wire.Message{*says(3), *says(4)}})
		}()
		got, more = recall(0, 10)
		want(t, got, []int64{3, 4, 5, 6, 7})
		want(t, more, false)
		got, more = recall(0, 10) // 3 is the first there is, and is known to be
		want(t, got, []int64{3, 4, 5, 6, 7})
		want(t, more, false)
		got, _ = recall(5, 1)
		want(t, got, []int64{4})
		p.nothing()

		// Without a connection: what there is, at once.
		f.down = true
		p.close()
		synctest.Wait()
		got, more = recall(0, 50)
		want(t, got, []int64{3, 4, 5, 6, 7})
		want(t, more, false)
		if _, err := c.Messages(t.Context(), Direct(3), 0, 1); !errors.Is(err, ErrOffline) {
			t.Fatal(err)
		}
		c.Close()
	})
}
