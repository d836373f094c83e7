package client

import (
	"testing"

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
