package chat

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestWindows holds every question to windows against a set of seqs.
func TestWindows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const end = 40
		var w Windows
		in := [end + 2]bool{}
		at := int64(0)
		for at < end && rapid.Bool().Draw(t, "another") {
			one := Window{After: at + rapid.Int64Range(0, 5).Draw(t, "away")}
			one.Until = min(end, one.After+rapid.Int64Range(0, 6).Draw(t, "there"))
			at = max(at, one.Until)
			for seq := one.After + 1; seq <= one.Until; seq++ {
				in[seq] = true
			}
			w = w.Add(one)
		}
		for i := range w {
			if w[i].After >= w[i].Until || i > 0 && w[i-1].Until >= w[i].After {
				t.Fatalf("%v", w)
			}
		}
		seq := rapid.Int64Range(0, end+1).Draw(t, "seq")
		next, before, count := int64(0), int64(0), int64(0)
		for s := int64(1); s <= end; s++ {
			if in[s] && s > seq && next == 0 {
				next = s
			}
			if in[s] && s < seq {
				before = s
			}
			if in[s] && s <= seq {
				count++
			}
		}
		if got, ok := w.Next(seq); ok != (next != 0) || ok && got.After != next-1 {
			t.Errorf("%v: next of %d is %v %v, want from %d", w, seq, got, ok, next)
		}
		if got, ok := w.Before(seq); ok != (before != 0) || ok && got.Until != before {
			t.Errorf("%v: before %d is %v %v, want to %d", w, seq, got, ok, before)
		}
		if got := w.Count(0, seq); got != count {
			t.Errorf("%v: %d up to %d, want %d", w, got, seq, count)
		}
		if w == nil {
			return
		}
		cut := w.Upto(seq)
		if cut.Count(0, end) != count || cut.End() > seq {
			t.Errorf("%v up to %d is %v", w, seq, cut)
		}
		if rest := w.Beyond(seq); rest.Count(seq, end) != w.Count(seq, end) || len(rest) > 0 && rest[0].Until <= seq {
			t.Errorf("%v beyond %d is %v", w, seq, rest)
		}
	})
	if diff := cmp.Diff(Windows{{0, 7}}, Windows(nil).Upto(7)); diff != "" {
		t.Error(diff)
	}
	if got := Windows(nil).Upto(0); len(got) != 0 {
		t.Errorf("of an empty log: %v", got)
	}
}
