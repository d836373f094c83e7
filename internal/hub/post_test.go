package hub

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// answer is what a call of Post returned.
type answer struct {
	chat.Sent
	err error
}

// post sends without a session, in the background.
func post(ctx context.Context, h *Hub, from chat.UserID, t chat.Target, key, text string) <-chan answer {
	k, err := chat.NewSendKey(key, t, text)
	if err != nil {
		panic(err) // of the test
	}
	done := make(chan answer, 1)
	go func() {
		s, err := h.Post(ctx, chat.Post{From: chat.User{ID: from, Name: nameOf(from)}, To: t, Text: text, Key: k})
		done <- answer{s, err}
	}()
	return done
}

// committed has everything stored that waits, and wants an answer then.
func committed(t *testing.T, f *fakeLog, done <-chan answer) answer {
	t.Helper()
	synctest.Wait()
	f.step(1000, commits)
	synctest.Wait()
	return answered(t, done)
}

func answered(t *testing.T, done <-chan answer) answer {
	t.Helper()
	select {
	case a := <-done:
		return a
	default:
		t.Fatal("Post has not returned")
		return answer{}
	}
}

var toBob, toGroup = chat.Target{With: 2}, chat.Target{Group: 1}

// What a user sends without a session is delivered as any other message, to the user's own
// sessions too, and what repeats it stores nothing.
func TestPost(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		f.direct()
		g := f.group(1, 2)
		a, b := open(t, h, f, 1, 1, 1), open(t, h, f, 2, 1, 2)
		for n, to := range []chat.Target{toBob, toGroup} {
			first := committed(t, f, post(t.Context(), h, 1, to, fmt.Sprint(n), "hi"))
			if first.err != nil || first.Seq != 1 || first.Repeat {
				t.Fatalf("sent: %+v", first)
			}
			for _, p := range []*peer{a, b} {
				synctest.Wait()
				got := p.conn.take(t)
				if m, ok := got[0].(*wire.Message); len(got) != 1 || !ok || m.ID != 1 || m.From != nameOf(1) || m.Msg != "hi" || m.Seq != 1 || m.SendSeq != 0 || m.Device != "" {
					t.Errorf("user %d got %+v", p.user.ID, got)
				}
			}
			again := committed(t, f, post(t.Context(), h, 1, to, fmt.Sprint(n), "hi"))
			if again.err != nil || !again.Repeat || again.Seq != 1 || !again.At.Equal(first.At) {
				t.Errorf("repeated: %+v", again)
			}
			if other := committed(t, f, post(t.Context(), h, 1, to, fmt.Sprint(n), "ho")); !errors.Is(other.err, chat.E(wire.KeyReused)) {
				t.Errorf("another text: %+v", other)
			}
		}
		if len(g.log) != 1 || len(a.seqs(t))+len(b.seqs(t)) != 0 {
			t.Error("a repeat was stored or delivered")
		}
	})
}

// Nobody of the conversation is here.
func TestPostToNobodyHere(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c, g := f.direct(), f.group(1, 2)
		for n := range int64(3) {
			for _, to := range []chat.Target{toBob, toGroup} {
				if sent := committed(t, f, post(t.Context(), h, 1, to, fmt.Sprintf("%d-%d", to.Group, n), "hi")); sent.err != nil || sent.Seq != n+1 {
					t.Errorf("sent: %+v", sent)
				}
			}
		}
		b := open(t, h, f, 2, 1, 2)
		if got := b.seqs(t); len(got) != len(c.log)+len(g.log) {
			t.Errorf("who comes later gets %v", got)
		}
		if s := h.Sizes(); s.Conversations != 2 {
			t.Errorf("the hub holds %+v", s)
		}
	})
}

// The same key while the first is under way waits for it; of an unknown outcome nothing is
// told but that.
func TestPostWhileTheFirstIsUnderWay(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.direct()
		var all []<-chan answer
		for range 5 {
			all = append(all, post(t.Context(), h, 1, toBob, "k", "hi"))
		}
		synctest.Wait()
		if n := f.queued(); n != 1 {
			t.Fatalf("%d appends wait, want 1", n)
		}
		f.step(1, tookHold) // stored, and nobody knows
		repeats, unknown := 0, 0
		for _, done := range all {
			switch a := committed(t, f, done); {
			case a.err == nil && a.Repeat && a.Seq == 1:
				repeats++
			case errors.Is(a.err, chat.E(wire.Unavailable)):
				unknown++
			default:
				t.Errorf("answered %+v", a)
			}
		}
		if repeats != 4 || unknown != 1 || len(c.log) != 1 {
			t.Errorf("%d repeats and %d unknown outcomes, %d messages", repeats, unknown, len(c.log))
		}
	})
}

// Two nodes with the same key: what the second has appended is told as the first's.
func TestPostOfAnotherNode(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		c := f.direct()
		b := open(t, h, f, 2, 1, 2)
		done := post(t.Context(), h, 1, toBob, "k", "hi")
		synctest.Wait()
		m := f.store(c, 1, "hi") // the other node's, which died before it told anybody
		k, _ := chat.NewSendKey("k", toBob, "hi")
		f.mu.Lock()
		f.state.keys[postKey{1, "k"}] = chat.KeptKey{Sum: k.Sum, Conv: c.ID, Seq: m.Seq, At: m.SentAt}
		f.mu.Unlock()
		if a := committed(t, f, done); a.err != nil || !a.Repeat || a.Seq != m.Seq {
			t.Errorf("answered %+v", a)
		}
		expectSeqs(t, b, 1, 1)
		if len(c.log) != 1 {
			t.Errorf("%d messages", len(c.log))
		}
	})
}

// Who returns up is told that the outcome is not known, and finds it with the same key.
func TestPostGivenUp(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		f.direct()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		first, second := post(ctx, h, 1, toBob, "k", "hi"), post(ctx, h, 1, toBob, "k", "hi")
		time.Sleep(2 * time.Second)
		for _, done := range []<-chan answer{first, second} {
			if a := answered(t, done); !errors.Is(a.err, chat.AsError(a.err)) || chat.AsError(a.err).Code != wire.Unavailable {
				t.Errorf("given up: %+v", a)
			}
		}
		f.step(1, commits)
		if a := committed(t, f, post(t.Context(), h, 1, toBob, "k", "hi")); a.err != nil || !a.Repeat || a.Seq != 1 {
			t.Errorf("afterwards: %+v", a)
		}
	})
}

// Every refusal is that of a session that sends the same, and what was stored before it is
// told in its place.
func TestPostIsRefusedAsASessionIs(t *testing.T) {
	long := strings.Repeat("x", wire.DefaultMaxText+1)
	for name, c := range map[string]struct {
		to     chat.Target
		text   string
		before func(h *Hub, f *fakeLog, c, g *fakeConv)
		want   wire.Code
	}{
		"an empty text":  {toBob, " ", nil, wire.BadText},
		"a long text":    {toBob, long, nil, wire.TextTooLong},
		"nobody":         {chat.Target{With: 7}, "hi", nil, wire.NoSuchUser},
		"no group":       {chat.Target{Group: 7}, "hi", nil, wire.NoSuchGroup},
		"a block":        {toBob, "hi", func(_ *Hub, _ *fakeLog, c, _ *fakeConv) { c.barred = wire.Blocked; c.version++ }, wire.Blocked},
		"a closed other": {toBob, "hi", func(_ *Hub, _ *fakeLog, c, _ *fakeConv) { c.barred = wire.AccountClosed; c.version++ }, wire.AccountClosed},
		"a removal":      {toGroup, "hi", func(_ *Hub, f *fakeLog, _, g *fakeConv) { f.remove(g, 1) }, wire.NotMember},
		"too many bytes": {toBob, "hi", func(h *Hub, _ *fakeLog, _, _ *fakeConv) { h.opts.BytesPerMinute = 1 }, wire.RateLimited},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
				d, g := f.direct(), f.group(1, 2)
				a := open(t, h, f, 1, 1, 1)
				stored := committed(t, f, post(t.Context(), h, 1, toGroup, "before", "hi"))
				a.conn.take(t)
				if c.before != nil {
					f.mu.Lock()
					lock := f.mu.Unlock
					if name == "a removal" {
						f.mu.Unlock()
						lock = func() {}
					}
					c.before(h, f, d, g)
					lock()
				}
				got := committed(t, f, post(t.Context(), h, 1, c.to, "k", c.text))
				if e := chat.AsError(got.err); e == nil || e.Code != c.want {
					t.Errorf("without a session: %+v, want code %d", got, c.want)
				}
				o := Outgoing{Kind: chat.Direct, To: c.to.With, Group: c.to.Group, Body: c.text, SendSeq: 1}
				if c.to.Group != 0 {
					o.Kind = chat.Group
				}
				a.Send(t.Context(), o)
				synctest.Wait()
				f.step(1, commits)
				if acks := a.answers(t); len(acks) != 1 || acks[0].Erron != c.want {
					t.Errorf("from a session: %+v, want code %d", acks, c.want)
				}
				if again := committed(t, f, post(t.Context(), h, 1, toGroup, "before", "hi")); again.err != nil || again.Seq != stored.Seq {
					t.Errorf("what was stored before: %+v", again)
				}
				if len(d.log)+len(g.log) != 1 {
					t.Error("something that was refused is stored")
				}
			})
		})
	}
}

// Membership that moved while a message was on its way is looked at again.
func TestPostWithStaleMembers(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		g := f.group(1, 2, 3)
		stays, goes := post(t.Context(), h, 1, toGroup, "k", "hi"), post(t.Context(), h, 3, toGroup, "k", "hi")
		synctest.Wait()
		f.remove(g, 3)
		f.step(2, commits)
		if a := committed(t, f, stays); a.err != nil || a.Seq != 1 {
			t.Errorf("who is still a member: %+v", a)
		}
		if a := answered(t, goes); !errors.Is(a.err, chat.E(wire.NotMember)) {
			t.Errorf("who is none any more: %+v", a)
		}
	})
}

// No user has more under way than a session may.
func TestPostsAreBounded(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		f.direct()
		f.group(1, 2)
		var all []<-chan answer
		for n := range wire.MaxUnacked {
			all = append(all, post(t.Context(), h, 1, toBob, fmt.Sprint(n), "hi"))
		}
		synctest.Wait()
		over := post(t.Context(), h, 1, toBob, "over", "hi")
		other := post(t.Context(), h, 2, toGroup, "over", "hi")
		synctest.Wait()
		if a := answered(t, over); chat.AsError(a.err) == nil || chat.AsError(a.err).Code != wire.TooManyUnacked {
			t.Errorf("one more: %+v", a)
		}
		for _, done := range append(all, other) {
			if a := committed(t, f, done); a.err != nil {
				t.Errorf("one of as many as may be: %v", a.err)
			}
		}
		h.posts.mu.Lock()
		defer h.posts.mu.Unlock()
		if len(h.posts.users)+len(h.posts.keys) != 0 {
			t.Errorf("%d users and %d keys are kept for nobody", len(h.posts.users), len(h.posts.keys))
		}
	})
}

// Close lets go whoever waits for an outcome, and nothing is taken after it.
func TestPostEndsWithTheHub(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeLog()
		f.direct()
		h := New(Options{}, f, chat.SystemClock{})
		first, second := post(t.Context(), h, 1, toBob, "k", "hi"), post(t.Context(), h, 1, toBob, "k", "hi")
		synctest.Wait()
		if err := h.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		late := post(t.Context(), h, 1, toBob, "k", "hi")
		synctest.Wait()
		for _, done := range []<-chan answer{first, second, late} {
			if a := answered(t, done); chat.AsError(a.err) == nil || chat.AsError(a.err).Code != wire.Unavailable {
				t.Errorf("answered %+v", a)
			}
		}
		f.step(1, commits)
	})
}
