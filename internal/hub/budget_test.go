package hub

import (
	"context"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// hundred is a text that counts for 200 bytes.
var hundred = strings.Repeat("x", 100)

// answerTo is the one answer that came.
func (p *peer) answerTo(t *testing.T) wire.AckReply {
	t.Helper()
	all := p.answers(t)
	if len(all) != 1 {
		t.Fatalf("%d answers came, want one: %+v", len(all), all)
	}
	return all[0]
}

// wantStored has everything stored that waits, and wants n acks and nothing else.
func (p *peer) wantStored(t *testing.T, f *fakeLog, n int) {
	t.Helper()
	f.step(1000, commits)
	acks := p.answers(t)
	for _, a := range acks {
		if a.Erron != wire.OK {
			t.Errorf("refused: %+v", a)
		}
	}
	if len(acks) != n {
		t.Errorf("%d acks, want %d", len(acks), n)
	}
}

// All sessions of an account have one budget, and nobody else has less for it. The time
// that is told is true, and the order stays.
func TestBytesOfAMinute(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		h.opts.BytesPerMinute = 2000
		f.direct()
		phone, desk := open(t, h, f, 1, 1, 1), open(t, h, f, 1, 2, 2)
		bob := open(t, h, f, 2, 1, 3)
		for n := range int64(6) {
			phone.chat(2, n+1, hundred)
		}
		for n := range int64(4) {
			desk.chat(2, n+1, hundred)
		}
		phone.wantStored(t, f, 6)
		desk.wantStored(t, f, 4)

		phone.chat(2, 7, hundred)
		refused := phone.answerTo(t)
		if refused.Erron != wire.RateLimited || refused.RetryAfterMS < 5000 || refused.RetryAfterMS > 6100 {
			t.Fatalf("the eleventh of ten is answered %+v", refused)
		}
		phone.chat(2, 8, "short")
		if a := phone.answerTo(t); a.Erron != wire.Behind || a.SendNext != 7 {
			t.Errorf("what comes behind it is answered %+v", a)
		}
		bob.chat(1, 1, hundred)
		bob.wantStored(t, f, 1)
		bob.conn.take(t)

		wait := time.Duration(refused.RetryAfterMS) * time.Millisecond
		time.Sleep(wait / 2)
		phone.chat(2, 7, hundred)
		if a := phone.answerTo(t); a.Erron != wire.RateLimited {
			t.Errorf("half the time later: %+v", a)
		}
		time.Sleep(wait / 2)
		phone.chat(2, 7, hundred)
		phone.wantStored(t, f, 1)
		if n := h.Metrics.OverBytes.Load(); n != 2 {
			t.Errorf("%d refusals are counted, want 2", n)
		}

		// Logging out and in again brings nothing.
		phone.End(context.Background(), ReadAll)
		desk.End(context.Background(), ReadAll)
		phone = open(t, h, f, 1, 1, 4)
		phone.conn.take(t)
		phone.chat(2, 8, hundred)
		if a := phone.answerTo(t); a.Erron != wire.RateLimited {
			t.Errorf("after another login: %+v", a)
		}
		time.Sleep(time.Minute)
		for n := range int64(10) {
			phone.chat(2, n+8, hundred)
		}
		phone.wantStored(t, f, 10)
	})
}

// What accounts that have gone had left is forgotten when it is whole again.
func TestAllowancesAreForgotten(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		h.opts.BytesPerMinute = 2000
		for n := range 10 * leastGone {
			u := chat.UserID(n + 1)
			h.mu.Lock()
			a := h.allowanceOf(u)
			h.mu.Unlock()
			a.usual.take(1000, h.opts.BytesPerMinute, h.clock)
			h.mu.Lock()
			h.leaveAllowance(u, a)
			kept := len(h.allowances.gone)
			h.mu.Unlock()
			if kept > 3*leastGone {
				t.Fatalf("%d allowances are kept", kept)
			}
			time.Sleep(30 * time.Second / leastGone) // each is whole after 30 s
		}
		h.mu.Lock()
		a := h.allowanceOf(10 * leastGone)
		h.mu.Unlock()
		if a.usual.left.Load() >= 2000 {
			t.Error("the last one was forgotten at once")
		}
	})
}

// While the disk is nearly full a small budget applies, and then the old one again.
func TestScarce(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		h.opts.BytesPerMinute, h.opts.ScarceBytesPerMinute = 100_000, 600
		f.direct()
		a := open(t, h, f, 1, 1, 1)
		for n := range int64(10) {
			a.chat(2, n+1, hundred)
		}
		a.wantStored(t, f, 10)
		h.SetScarce(true)
		for n := range int64(3) {
			a.chat(2, n+11, hundred)
		}
		a.wantStored(t, f, 3)
		a.chat(2, 14, hundred)
		refused := a.answerTo(t)
		if refused.Erron != wire.StoreFull || refused.RetryAfterMS < 19_000 || refused.RetryAfterMS > 21_000 {
			t.Fatalf("past the small budget: %+v", refused)
		}
		time.Sleep(time.Duration(refused.RetryAfterMS) * time.Millisecond)
		a.chat(2, 14, hundred)
		a.wantStored(t, f, 1)
		a.chat(2, 15, hundred)
		if r := a.answerTo(t); r.Erron != wire.StoreFull {
			t.Errorf("the next one: %+v", r)
		}
		h.SetScarce(false)
		a.chat(2, 15, hundred)
		a.wantStored(t, f, 1)
		if n := h.Metrics.OverScarce.Load(); n != 2 {
			t.Errorf("%d refusals are counted, want 2", n)
		}
	})
}

// However many take at the same time, no more is taken than there was and was earned, and
// nothing is lost that was earned.
func TestBudgetIsExact(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const most, takers, seconds = 60_000, 8, 120
		var b budget
		b.fill(most, time.Now())
		var mu sync.Mutex
		var taken int64
		var all sync.WaitGroup
		for range takers {
			all.Go(func() {
				for until := time.Now().Add(seconds * time.Second); time.Now().Before(until); {
					n := 1 + rand.Int64N(500)
					if b.take(n, most, chat.SystemClock{}) > 0 {
						time.Sleep(10 * time.Millisecond)
						continue
					}
					mu.Lock()
					taken += n
					mu.Unlock()
				}
			})
		}
		all.Wait()
		can := int64(most + seconds*most/60)
		if taken > can || taken < can-can/50 {
			t.Errorf("%d bytes were taken of %d", taken, can)
		}
	})
}

func BenchmarkAfford(b *testing.B) {
	h := New(Options{BytesPerMinute: 1 << 40}, newFakeLog(), chat.SystemClock{})
	defer h.Close(context.Background())
	s := &Sender{hub: h}
	h.mu.Lock()
	s.allowance = h.allowanceOf(1)
	h.mu.Unlock()
	b.ReportAllocs()
	for b.Loop() {
		if err := s.afford(hundred); err != nil {
			b.Fatal(err)
		}
	}
}
