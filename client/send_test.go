package client

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/wire"
)

// posted collects the outcomes of Posts, in order.
type posted struct{ outcomes []string }

func (p *posted) done(r Receipt, err error) {
	if err != nil {
		p.outcomes = append(p.outcomes, err.Error())
		return
	}
	p.outcomes = append(p.outcomes, fmt.Sprintf("%d@%d", r.SendSeq, r.Seq))
}

func post(t *testing.T, c *Client, p *posted, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if err := c.Post(Direct(2), text, p.done); err != nil {
			t.Fatal(err)
		}
	}
}

func want[T any](t *testing.T, got, want T) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("(-want +got)\n%s", d)
	}
}

func TestSendIsAcked(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		c := start(t, f, &s)
		defer c.Close()
		p, q := f.login(41)
		want(t, q.Pwd+q.Device, "passwordtest")
		go func() {
			m := p.expect(wire.Chat)
			want(t, m.SendSeq, 42)
			p.ack(m, 7)
		}()
		r, err := c.Send(t.Context(), 2, "hello")
		if err != nil {
			t.Fatal(err)
		}
		want(t, r, Receipt{Conversation: Direct(2), Seq: 7, SendSeq: 42, Time: time.Date(2026, 1, 2, 3, 4, 5, 6e6, time.UTC)})
	})
}

func TestUnackedIsSentAgainAfterReconnect(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		var out posted
		c := start(t, f, &s)
		defer c.Close()
		post(t, c, &out, "a", "b", "c") // before the first login
		p, _ := f.login(0)
		p.ack(p.expect(wire.Chat), 1)
		p.expect(wire.Chat)
		p.expect(wire.Chat)
		p.close()

		// b was stored, its ack is lost.
		p, q := f.login(2)
		want(t, q.SendNext, 2)
		want(t, q.Token, "secret")
		want(t, q.Pwd, "")
		post(t, c, &out, "d")
		for i, text := range []string{"b", "c", "d"} {
			m := p.expect(wire.Chat)
			want(t, m.Msg, text)
			want(t, m.SendSeq, int64(i+2))
			p.ack(m, m.SendSeq)
		}
		if err := c.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		want(t, out.outcomes, []string{"1@1", "2@2", "3@3", "4@4"})
		want(t, s.shown(), []int64{1, 2, 3, 4})
	})
}

func TestRefusedForNowIsSentAgainInOrder(t *testing.T) {
	for _, code := range []wire.Code{wire.Busy, wire.Unavailable, wire.StoreFull, wire.RateLimited} {
		bubble(t, func(t *testing.T, f *fake) {
			var s seen
			var out posted
			c := start(t, f, &s)
			defer c.Close()
			p, _ := f.login(0)
			post(t, c, &out, "a", "b", "c")
			a, b, d := p.expect(wire.Chat), p.expect(wire.Chat), p.expect(wire.Chat)
			began := time.Now()
			p.send(&wire.AckReply{Re: wire.Chat, SendSeq: a.SendSeq, Erron: code, RetryAfterMS: 3000})
			p.refuse(b, wire.Behind)
			post(t, c, &out, "d")
			p.nothing() // not before the last answer, nor before the time is over
			p.refuse(d, wire.Behind)
			p.nothing()
			for i := range 4 {
				m := p.expect(wire.Chat)
				want(t, m.SendSeq, int64(i+1))
				p.ack(m, int64(i+1))
			}
			want(t, time.Since(began), 3*time.Second)
			synctest.Wait()
			want(t, out.outcomes, []string{"1@1", "2@2", "3@3", "4@4"})
		})
	}
}

func TestRefusedForNowWaitsLongerEachTime(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		var out posted
		c := start(t, f, &s)
		defer c.Close()
		p, _ := f.login(0)
		post(t, c, &out, "a")
		began := time.Now()
		for range 10 {
			p.refuse(p.expect(wire.Chat), wire.Busy)
		}
		p.ack(p.expect(wire.Chat), 1)
		took := time.Since(began)
		if took < 10*time.Second || took > 40*time.Second {
			t.Fatalf("ten refusals took %v", took)
		}
		synctest.Wait()
		want(t, out.outcomes, []string{"1@1"})
	})
}

func TestRefusedForGoodUsesItsNumberUp(t *testing.T) {
	for _, code := range []wire.Code{wire.NotMember, wire.TooManyStrangers} {
		bubble(t, func(t *testing.T, f *fake) {
			var s seen
			var out posted
			c := start(t, f, &s)
			defer c.Close()
			p, _ := f.login(0)
			post(t, c, &out, "a", "b", "c")
			a, b, d := p.expect(wire.Chat), p.expect(wire.Chat), p.expect(wire.Chat)
			p.refuse(b, code) // before the ack of what is ahead of it
			p.ack(a, 1)
			p.send(&wire.AckReply{Re: wire.Chat, SendSeq: d.SendSeq, Erron: wire.Passed})
			synctest.Wait()
			want(t, out.outcomes[:2], []string{fmt.Sprintf("refused (code %d)", code), "1@1"})
			want(t, len(out.outcomes), 3)
			p.close()
			_, q := f.login(1)
			want(t, q.SendNext, 4) // 2 and 3 are used up
		})
	}
}

func TestGapErrorSendsAgain(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		var out posted
		c := start(t, f, &s)
		defer c.Close()
		p, _ := f.login(0)
		post(t, c, &out, "a", "b", "c")
		a := p.expect(wire.Chat)
		for range 2 { // as if a had been lost on its way
			m := p.expect(wire.Chat)
			p.send(&wire.AckReply{Re: wire.Chat, SendSeq: m.SendSeq, Erron: wire.SendSeqGap, SendNext: 1})
		}
		p.nothing()
		p.refuse(a, wire.Behind)
		for i := range 3 {
			m := p.expect(wire.Chat)
			want(t, m.SendSeq, int64(i+1))
			p.ack(m, int64(i+1))
		}
		synctest.Wait()
		want(t, out.outcomes, []string{"1@1", "2@2", "3@3"})
	})
}

func TestGapBehindEverythingLogsInAnew(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		var out posted
		c := start(t, f, &s)
		defer c.Close()
		p, _ := f.login(0)
		post(t, c, &out, "a", "b")
		p.refuse(p.expect(wire.Chat), wire.NotMember)
		m := p.expect(wire.Chat)
		p.send(&wire.AckReply{Re: wire.Chat, SendSeq: m.SendSeq, Erron: wire.SendSeqGap, SendNext: 1})
		p, q := f.login(0)
		want(t, q.SendNext, 2)
		p.ack(p.expect(wire.Chat), 1)
		synctest.Wait()
		want(t, out.outcomes, []string{"refused (code 15)", "2@1"})
	})
}

func TestWindow(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		var out posted
		c := start(t, f, &s)
		defer c.Close()
		p, _ := f.login(0)
		for i := range 300 {
			post(t, c, &out, fmt.Sprint(i))
		}
		var last *wire.Request
		for range wire.MaxUnacked {
			last = p.expect(wire.Chat)
		}
		want(t, last.SendSeq, wire.MaxUnacked)
		p.nothing()
		p.send(&wire.AckReply{Re: wire.Chat, SendSeq: 1, Seq: 1})
		want(t, p.expect(wire.Chat).SendSeq, wire.MaxUnacked+1)
		p.nothing()
	})
}

func TestOutboxIsBounded(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		var out posted
		c := start(t, f, &s, func(o *Options) { o.Outbox = 2 })
		defer c.Close()
		post(t, c, &out, "a", "b")
		if err := c.Post(Direct(2), "c", nil); !errors.Is(err, ErrOutboxFull) {
			t.Fatalf("Post: %v", err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := c.Send(ctx, 2, "c"); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("Send: %v", err)
		}
		p, _ := f.login(0)
		p.ack(p.expect(wire.Chat), 1)
		synctest.Wait()
		post(t, c, &out, "c")
	})
}

func TestSendThatIsGivenUp(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		c := start(t, f, &s)
		defer c.Close()
		p, _ := f.login(0)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := c.Send(ctx, 2, "a")
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "may still be stored") {
			t.Fatalf("Send: %v", err)
		}
		p.ack(p.expect(wire.Chat), 1)
		want(t, s.shown(), []int64{1}) // it was stored, and takes its place
	})
}

func TestTooLongForAFrame(t *testing.T) {
	c, err := New(Options{Name: "alice", Password: "password"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_, err = c.Send(t.Context(), 2, strings.Repeat("x", wire.DefaultMaxFrame))
	want(t, CodeOf(err), wire.TextTooLong)
	_, err = c.Send(t.Context(), 2, "\xff")
	want(t, CodeOf(err), wire.BadText)
	_, err = c.Send(t.Context(), 2, "hello")
	if !errors.Is(err, ErrNotStarted) {
		t.Fatalf("Send before Login: %v", err)
	}
}

func TestAnotherProgramUsedTheDevice(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		var out posted
		c := start(t, f, &s)
		defer c.Close()
		p, _ := f.login(0)
		post(t, c, &out, "a", "b")
		p.expect(wire.Chat)
		p.expect(wire.Chat)
		p.close()
		p = f.accept()
		want(t, p.expect(wire.Login).Token, "secret")
		p.send(&wire.LoginReply{Erron: wire.BadCredentials})
		want(t, p.expect(wire.Login).Pwd, "password")
		p.send(&wire.LoginReply{ID: 1, Name: "alice", Device: "test", LastSendSeq: 1, HeartbeatMS: 30_000})
		// Number 1 may be the other program's; 2 is nobody's yet.
		m := p.expect(wire.Chat)
		want(t, m.Msg, "b")
		p.ack(m, 9)
		synctest.Wait()
		want(t, out.outcomes, []string{ErrUnknownOutcome.Error(), "2@9"})
	})
}

func TestChatFrameWithoutAnswer(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		var out posted
		c := start(t, f, &s)
		defer c.Close()
		p, _ := f.login(0)
		post(t, c, &out, "a")
		p.expect(wire.Chat)
		p, _ = f.login(0) // comes back after AnswerTimeout
		p.ack(p.expect(wire.Chat), 1)
		synctest.Wait()
		want(t, out.outcomes, []string{"1@1"})
	})
}

func TestEndTellsEverySend(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		var out posted
		c := start(t, f, &s)
		post(t, c, &out, "a", "b")
		p, _ := f.login(0)
		p.expect(wire.Chat)
		flushed := make(chan error, 1)
		go func() { flushed <- c.Flush(t.Context()) }()
		synctest.Wait()
		p.send(&wire.GoodbyeNotice{Code: wire.ByeTakenOver, Reason: "taken over"})
		<-c.Done()
		for _, err := range []error{<-flushed, c.Flush(t.Context())} {
			var bye *GoodbyeError
			if !errors.As(err, &bye) {
				t.Fatalf("Flush: %v", err)
			}
		}
		synctest.Wait()
		want(t, len(out.outcomes), 2)
		want(t, out.outcomes[0], "the server said goodbye: taken over (goodbye code 2000)")
		if err := c.Post(Direct(2), "c", nil); err == nil {
			t.Fatal("Post after the end succeeded")
		}
		c.Close()
		want(t, f.dials, 1)
	})
}
