package client

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestOrderShowsEverythingOnce checks the machine against what it promises, whatever
// arrives in whatever order, twice, or not at all until it is asked for.
func TestOrderShowsEverythingOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := rapid.Int64Range(1, 5).Draw(t, "first")
		last := first + rapid.Int64Range(0, 40).Draw(t, "length")
		o := order{limit: rapid.IntRange(1, 6).Draw(t, "limit")}
		var shown []*Message
		shown = o.deliver(&Message{Seq: first}, shown)
		lost := make(map[int64]bool)
		for _, seq := range rapid.SliceOf(rapid.Int64Range(first, last)).Draw(t, "arrivals") {
			switch rapid.IntRange(0, 2).Draw(t, "how") {
			case 0:
				shown = o.deliver(&Message{Seq: seq}, shown)
			case 1:
				shown = o.acked(&Message{Seq: seq}, shown)
			default:
				shown = o.overlook(&Message{Seq: seq}, shown)
			}
			if len(o.early) > o.limit {
				t.Fatalf("%d wait, the limit is %d", len(o.early), o.limit)
			}
		}
		shown = o.deliver(&Message{Seq: last}, shown)
		for from, to, gap := o.missing(); gap; from, to, gap = o.missing() {
			if rapid.IntRange(0, 3).Draw(t, "give up") == 0 {
				for seq := from; seq <= to; seq++ {
					lost[seq] = true
				}
				shown = o.skip(to, shown)
				continue
			}
			shown = o.deliver(&Message{Seq: from}, shown)
		}
		next := first
		for _, m := range shown {
			for lost[next] {
				next++
			}
			if m.Seq != next {
				t.Fatalf("%d was shown where %d was due", m.Seq, next)
			}
			next++
		}
		for lost[next] {
			next++
		}
		if next != last+1 {
			t.Fatalf("shown up to %d, the last is %d", next-1, last)
		}
	})
}

// TestOrderStart is the rule for where a conversation begins.
func TestOrderStart(t *testing.T) {
	m := func(seq int64) *Message { return &Message{Seq: seq} }
	seqs := func(all []*Message) (out []int64) {
		for _, m := range all {
			out = append(out, m.Seq)
		}
		return out
	}
	o := order{limit: 8}
	want(t, seqs(o.acked(m(5), nil)), nil)
	want(t, seqs(o.deliver(m(3), nil)), []int64{3})
	want(t, seqs(o.deliver(m(4), nil)), []int64{4, 5})
	o = order{limit: 8}
	want(t, seqs(o.acked(m(1), nil)), []int64{1})
	o = order{limit: 8}
	o.acked(m(5), nil)
	want(t, seqs(o.deliver(m(6), nil)), []int64{5, 6})
	o = order{limit: 8}
	o.acked(m(5), nil)
	want(t, seqs(o.startAt(4, nil)), nil)
	want(t, seqs(o.deliver(m(4), nil)), []int64{4, 5})
}

// orderModel is what order promises, in the plainest words: everything is in one map,
// and every step looks at all of it.
type orderModel struct {
	next, highest int64
	early         map[int64]bool
	limit         int
}

func (m *orderModel) lowest() int64 {
	low := int64(0)
	for seq := range m.early {
		if low == 0 || seq < low {
			low = seq
		}
	}
	return low
}

// start sets the start if it is not known, below everything that waits.
func (m *orderModel) start(seq int64) {
	if m.next == 0 {
		m.next = seq
		if low := m.lowest(); low != 0 && low < seq {
			m.next = low
		}
	}
}

// arrive keeps seq, if it is not shown yet, and if it is among the lowest that fit.
func (m *orderModel) arrive(seq int64) {
	m.highest = max(m.highest, seq)
	if seq < m.next {
		return
	}
	if seq != m.next && !m.early[seq] && len(m.early) >= m.limit {
		highest := int64(0)
		for s := range m.early {
			highest = max(highest, s)
		}
		if seq > highest {
			return
		}
		delete(m.early, highest)
	}
	m.early[seq] = true
}

// show takes out what is due, and what came too late.
func (m *orderModel) show() (seqs []int64) {
	if m.next == 0 {
		return nil
	}
	for seq := range m.early {
		if seq < m.next {
			delete(m.early, seq)
		}
	}
	for m.early[m.next] {
		delete(m.early, m.next)
		seqs = append(seqs, m.next)
		m.next++
	}
	return seqs
}

func (m *orderModel) missing() (from, to int64) {
	if m.next == 0 || m.next > m.highest {
		return 0, 0
	}
	if low := m.lowest(); low != 0 {
		return m.next, low - 1
	}
	return m.next, m.highest
}

// TestOrderIsLikeItsModel runs the machine beside the model: after every step, whatever
// it is, both have shown the same and miss the same.
func TestOrderIsLikeItsModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(1, 5).Draw(t, "limit")
		o := order{limit: limit}
		m := orderModel{early: map[int64]bool{}, limit: limit}
		var shown []*Message
		seq := rapid.Int64Range(1, 20)
		step := func(what string, was []*Message, started ...int64) {
			got := make([]int64, 0, len(was))
			for _, s := range was {
				got = append(got, s.Seq)
			}
			if d := cmp.Diff(append(append([]int64{}, started...), m.show()...), got); d != "" {
				t.Fatalf("%s (-model +machine)\n%s", what, d)
			}
			from, to, gap := o.missing()
			modelFrom, modelTo := m.missing()
			if from != modelFrom || to != modelTo || gap != (modelFrom != 0) {
				t.Fatalf("%s: missing %d to %d, the model says %d to %d", what, from, to, modelFrom, modelTo)
			}
			if gap && !o.gappy() || !gap && o.started() && o.gappy() {
				t.Fatalf("%s: gappy is %v, missing %v", what, o.gappy(), gap)
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"deliver": func(t *rapid.T) {
				s := seq.Draw(t, "seq")
				m.start(s)
				started := m.show()
				m.arrive(s)
				step("deliver", o.deliver(&Message{Seq: s}, shown[:0]), started...)
			},
			"acked": func(t *rapid.T) {
				s := seq.Draw(t, "seq")
				if s == 1 {
					m.start(1)
				}
				m.arrive(s)
				step("acked", o.acked(&Message{Seq: s}, shown[:0]))
			},
			"overlook": func(t *rapid.T) {
				s := seq.Draw(t, "seq")
				m.start(s)
				m.highest = max(m.highest, s)
				step("overlook", o.overlook(&Message{Seq: s}, shown[:0]))
			},
			"startAt": func(t *rapid.T) {
				s := seq.Draw(t, "seq")
				m.start(s)
				step("startAt", o.startAt(s, shown[:0]))
			},
			"skip": func(t *rapid.T) {
				_, to, gap := o.missing()
				if !gap {
					t.Skip("nothing is missing")
				}
				m.next = to + 1
				step("skip", o.skip(to, shown[:0]))
			},
		})
	})
}

// TestGapsAreFilledOrGivenUp drives order and gapWatch by a clock of the test's, over
// a network that loses, doubles and delays, with a log that answers or does not. In the
// end everything was shown once and in order, or told as given up, and every gap got
// the number of tries it is allowed, after the waits that are stated.
func TestGapsAreFilledOrGivenUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const wait, allowed = time.Second, 3
		last := rapid.Int64Range(1, 30).Draw(t, "last")
		gone := rapid.SliceOfDistinct(rapid.Int64Range(1, last), rapid.ID).Draw(t, "not to be had")
		arrivals := rapid.SliceOf(rapid.Int64Range(1, last)).Draw(t, "arrivals")
		arrivals = append([]int64{1}, append(arrivals, last)...)
		o := order{limit: rapid.IntRange(1, 8).Draw(t, "limit")}
		var g gapWatch
		var shown []int64
		lost := map[int64]bool{}
		now, asked := time.Unix(0, 0), 0
		took := func(messages []*Message) {
			for _, m := range messages {
				shown = append(shown, m.Seq)
			}
			if _, anew := g.look(&o, now, wait); anew {
				asked = 0
				if !g.askAt.Equal(now.Add(wait)) {
					t.Fatalf("asks after %v", g.askAt.Sub(now))
				}
			}
		}
		for len(arrivals) > 0 || g.on {
			if len(arrivals) > 0 && (!g.on || rapid.Bool().Draw(t, "something arrives first")) {
				took(o.deliver(&Message{Seq: arrivals[0]}, nil))
				arrivals = arrivals[1:]
				continue
			}
			if g.askAt.After(now) {
				now = g.askAt
			}
			from, to, _ := o.missing()
			asked++
			if !slices.Contains(gone, from) {
				took(o.deliver(&Message{Seq: from}, nil))
				g.hurry(now)
				continue
			}
			if giveUp := g.inVain(now, wait, 0, allowed); giveUp != (asked == allowed) {
				t.Fatalf("after %d tries: give up is %v", asked, giveUp)
			} else if !giveUp {
				if again := g.askAt.Sub(now); again != wait<<asked {
					t.Fatalf("try %d waits %v", asked+1, again)
				}
				continue
			}
			for seq := from; seq <= to; seq++ {
				lost[seq] = true
			}
			took(o.skip(to, nil))
		}
		due := int64(1)
		for _, seq := range shown {
			for lost[due] {
				due++
			}
			if seq != due {
				t.Fatalf("%d was shown where %d was due (%v, given up %v)", seq, due, shown, lost)
			}
			due++
		}
		for lost[due] {
			due++
		}
		if due != last+1 {
			t.Fatalf("shown up to %d of %d", due-1, last)
		}
	})
}

func BenchmarkOrderInOrder(b *testing.B) {
	o := order{limit: 256}
	show := make([]*Message, 0, 1)
	m := &Message{}
	b.ReportAllocs()
	for b.Loop() {
		m.Seq++
		show = o.deliver(m, show[:0])
	}
}

// BenchmarkOrderReordered has every hundredth message arrive ten places too late.
func BenchmarkOrderReordered(b *testing.B) {
	const apart, late = 100, 10
	o := order{limit: 256}
	show := make([]*Message, 0, 2*late)
	messages := make([]Message, 2*apart) // those under way: no two of the same place wait at once
	take := func(seq int64) {
		m := &messages[seq%int64(len(messages))]
		m.Seq = seq
		show = o.deliver(m, show[:0])
	}
	take(1)
	b.ReportAllocs()
	for seq := int64(2); b.Loop(); seq++ {
		switch seq % apart {
		case 0: // comes later
		case late:
			if seq > apart {
				take(seq - late)
			}
			take(seq)
		default:
			take(seq)
		}
	}
}
