package storetest

import (
	"slices"
	"strings"
	"time"

	"parley/internal/chat"
)

// seqs are the seqs of a page.
func seqs(page []chat.Message) []int64 {
	var list []int64
	for _, m := range page {
		list = append(list, m.Seq)
	}
	return list
}

func (b *bench) pageIs(page []chat.Message, err error) func(want ...int64) {
	b.Helper()
	b.must(err)
	return func(want ...int64) {
		b.Helper()
		if !slices.Equal(seqs(page), want) {
			b.Fatalf("page %v, want %v", seqs(page), want)
		}
	}
}

var readTests = map[string]func(*bench){
	"pages": func(b *bench) {
		x, _, h := b.pair()
		_, other := b.direct(x.user, b.user())
		b.stored(x.say(other, "elsewhere"))
		for range 10 {
			b.stored(x.say(h, strings.Repeat("x", 100)))
		}
		page := func(after, upTo int64, limit, maxBytes int) func(...int64) {
			b.Helper()
			return b.pageIs(b.s.Page(b.ctx, h.Conv, after, upTo, limit, maxBytes))
		}
		page(0, 3, 10, 1<<20)(1, 2, 3)
		page(3, 100, 2, 1<<20)(4, 5)
		page(8, 100, 5, 1<<20)(9, 10)
		page(10, 100, 5, 1<<20)()
		page(5, 5, 5, 1<<20)()
		page(5, 4, 5, 1<<20)()
		page(0, 10, 0, 1<<20)()
		page(0, 10, 10, 250)(1, 2)
		page(0, 10, 10, 200)(1, 2)
		page(4, 10, 10, 1)(5)
		before := func(before, floor int64, limit, maxBytes int) func(...int64) {
			b.Helper()
			return b.pageIs(b.s.PageBefore(b.ctx, h.Conv, before, floor, limit, maxBytes))
		}
		before(11, 0, 3, 1<<20)(8, 9, 10)
		before(3, 0, 10, 1<<20)(1, 2)
		before(5, 2, 10, 1<<20)(3, 4)
		before(1, 0, 10, 1<<20)()
		before(4, 3, 10, 1<<20)()
		before(11, 0, 10, 250)(9, 10)
		before(11, 0, 10, 1)(10)
		b.pageIs(b.s.Page(b.ctx, h.Conv+99, 0, 10, 10, 1<<20))()
	},
	"heads": func(b *bench) {
		x, y, h := b.pair()
		_, other := b.direct(x.user, b.user())
		b.stored(y.say(h, "hi"))
		heads, err := b.s.Heads(b.ctx, []chat.ConvID{other.Conv, h.Conv, 999, h.Conv})
		b.must(err)
		h.LastSeq = 1
		slices.SortFunc(heads, func(a, c chat.Head) int { return int(a.Conv - c.Conv) })
		same(b, "heads", slices.Equal(heads, []chat.Head{h, other}), true)
		heads, err = b.s.Heads(b.ctx, nil)
		b.must(err)
		same(b, "no heads", len(heads), 0)
	},
	"what changed": func(b *bench) {
		x, y, h := b.pair()
		_, other := b.direct(x.user, b.user())
		b.stored(y.say(h, "hi"))
		h.LastSeq = 1
		changed := func(within time.Duration, after chat.ConvID, limit int) (heads []chat.Head) {
			b.Helper()
			page, err := b.s.Changed(b.ctx, within, after, limit)
			b.must(err)
			for _, c := range page {
				same(b, "the conversation's own id", c.Conv.ID, c.Head.Conv)
				heads = append(heads, c.Head)
			}
			return heads
		}
		same(b, "within an hour", slices.Equal(changed(time.Hour, 0, 10), []chat.Head{h, other}), true)
		same(b, "the first page", slices.Equal(changed(time.Hour, 0, 1), []chat.Head{h}), true)
		same(b, "the second page", slices.Equal(changed(time.Hour, h.Conv, 1), []chat.Head{other}), true)
		same(b, "within no time that has passed", len(changed(-time.Hour, 0, 10)), 0)
	},
	"find a repeat": func(b *bench) {
		x, y, h := b.pair()
		_, other := b.direct(x.user, b.user())
		b.stored(x.send(h, 1, "one"))
		b.stored(x.send(other, 2, "two, elsewhere"))
		b.stored(y.send(h, 1, "another device's one"))
		b.stored(x.send(h, 3, "three"))
		b.stored(x.say(h, "no number"))
		find := func(n int64) (chat.Message, bool) {
			b.Helper()
			m, found, err := b.s.FindRepeat(b.ctx, h.Conv, x.device, n)
			b.must(err)
			return m, found
		}
		m, found := find(1)
		same(b, "found 1", found, true)
		same(b, "body of 1", m.Body, "one")
		same(b, "seq of 1", m.Seq, 1)
		m, found = find(3)
		same(b, "found 3", found, true)
		same(b, "seq of 3", m.Seq, 3)
		_, found = find(2)
		same(b, "found 2, which is elsewhere", found, false)
		_, found = find(4)
		same(b, "found 4, which is not there", found, false)
	},
}
