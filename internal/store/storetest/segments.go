package storetest

import (
	"errors"
	"fmt"
	"maps"
	"time"

	"parley/internal/chat"
)

// old makes a conversation with n messages and gives them.
func (b *bench) old(n int64) (conv chat.Conv, all []chat.Message) {
	b.Helper()
	x, y := b.open(b.user(), "", 1), b.user()
	conv, h := b.direct(x.user, y)
	for i := range n {
		a := x.send(h, i+1, hostile[int(i)%len(hostile)])
		if i%3 == 2 {
			with(a, i, i%2 == 0, y)
		}
		b.stored(a)
	}
	return conv, b.log(conv.ID)
}

var segmentTests = map[string]func(*bench, chat.SegmentStore){
	"one node at a time": func(b *bench, s chat.SegmentStore) {
		_, err := s.AddSegment(b.ctx, 1, chat.Segment{})
		wantError(b, err, chat.ErrNotArchiver)
		b.must(s.BeginArchiving(b.ctx, 1))
		b.must(s.BeginArchiving(b.ctx, 1)) // again, after a crash
		b.must(s.BeginArchiving(b.ctx, 2)) // no node 1 has a lease here
		wantError(b, s.FinishSegment(b.ctx, 1, 1), chat.ErrNotArchiver)
		wantError(b, s.EndArchiving(b.ctx, 1), chat.ErrNotArchiver)
		b.must(s.EndArchiving(b.ctx, 2))
		wantError(b, s.MoveToSegment(b.ctx, 2, chat.SegmentRange{}, nil), chat.ErrNotArchiver)
		node, err := b.s.AddNode(b.ctx, "a", chat.LevelNow)
		b.must(err)
		b.must(s.BeginArchiving(b.ctx, node))
		wantError(b, s.BeginArchiving(b.ctx, node+1), chat.ErrNotArchiver) // it lives
	},
	"messages move and come back": func(b *bench, s chat.SegmentStore) {
		conv, all := b.old(12)
		b.must(s.BeginArchiving(b.ctx, 1))
		made := chat.Segment{Name: "x/a.parquet", Messages: 9, Bytes: 4096, SHA256: "ab", MadeAt: at}
		id, err := s.AddSegment(b.ctx, 1, made)
		b.must(err)
		piece := func(first, last, row int64) error {
			g := chat.SegmentRange{Segment: id, Conv: conv.ID, First: first, Last: last, Row: row}
			return s.MoveToSegment(b.ctx, 1, g, all[first-1:last])
		}
		wantError(b, piece(2, 4, 0), chat.ErrNotAsRead) // not from the beginning
		b.must(piece(1, 3, 5))
		b.must(piece(4, 6, 8))                           // goes on where it was
		wantError(b, piece(4, 6, 8), chat.ErrNotAsRead)  // again
		wantError(b, piece(8, 9, 11), chat.ErrNotAsRead) // would leave a hole
		changed := append([]chat.Message(nil), all[6:9]...)
		changed[1].Body += "!"
		wantError(b, s.MoveToSegment(b.ctx, 1, chat.SegmentRange{Segment: id, Conv: conv.ID, First: 7, Last: 9, Row: 11}, changed), chat.ErrNotAsRead)
		wantError(b, s.MoveToSegment(b.ctx, 1, chat.SegmentRange{Segment: id, Conv: conv.ID, First: 7, Last: 9, Row: 11}, all[6:8]), chat.ErrNotAsRead)
		b.must(s.FinishSegment(b.ctx, 1, id))
		second, err := s.AddSegment(b.ctx, 1, chat.Segment{Name: "x/b.parquet", MadeAt: at})
		b.must(err)
		b.must(s.MoveToSegment(b.ctx, 1, chat.SegmentRange{Segment: second, Conv: conv.ID, First: 7, Last: 8}, all[6:8]))

		made.ID, made.Done = id, true
		list, err := s.Segments(b.ctx, 0, 10)
		b.must(err)
		same(b, "segments", len(list), 2)
		same(b, "the first", list[0], made)
		ranges, err := s.SegmentRanges(b.ctx, id)
		b.must(err)
		same(b, "ranges", len(ranges), 1)
		same(b, "range", ranges[0], chat.SegmentRange{Segment: id, Conv: conv.ID, First: 1, Last: 6, Row: 5})
		for seq, in := range map[int64]int64{1: id, 6: id, 7: second, 8: second} {
			seg, g, found, err := s.SegmentOf(b.ctx, conv.ID, seq)
			b.must(err)
			same(b, "found", found && seg.ID == in && g.First <= seq && seq <= g.Last, true)
		}
		for _, seq := range []int64{0, 9, 12, 13} {
			_, _, found, err := s.SegmentOf(b.ctx, conv.ID, seq)
			b.must(err)
			same(b, "found", found, false)
		}
		page, err := s.Archivable(b.ctx, 0, 10)
		b.must(err)
		same(b, "archivable", page[0], chat.ArchivableConv{Conv: conv, Archived: 8, LastSeq: 12})
		rest, err := b.s.Page(b.ctx, conv.ID, 0, 12, 100, 1<<20)
		b.must(err)
		same(b, "what is left", len(rest) == 4 && rest[0] == all[8] && rest[3] == all[11], true)

		wantError(b, s.MoveBack(b.ctx, 1, all[5:7]), chat.ErrNotAsRead) // not the last
		b.must(s.MoveBack(b.ctx, 1, all[6:8]))
		list, err = s.Segments(b.ctx, 0, 10)
		b.must(err)
		same(b, "an empty segment is forgotten", len(list), 1)
		b.must(s.MoveBack(b.ctx, 1, all[3:6]))
		b.must(s.MoveBack(b.ctx, 1, all[0:3]))
		list, err = s.Segments(b.ctx, 0, 10)
		b.must(err)
		same(b, "all are forgotten", len(list), 0)
		for i, m := range b.dense(conv.ID, 12) {
			same(b, "message", m, all[i])
		}
	},
	"a segment is replaced, or forgotten when it stays empty": func(b *bench, s chat.SegmentStore) {
		conv, all := b.old(3)
		b.must(s.BeginArchiving(b.ctx, 1))
		id, err := s.AddSegment(b.ctx, 1, chat.Segment{Name: "x/a", Messages: 2, Bytes: 10, SHA256: "a", MadeAt: at})
		b.must(err)
		empty, err := s.AddSegment(b.ctx, 1, chat.Segment{Name: "x/e", MadeAt: at})
		b.must(err)
		b.must(s.MoveToSegment(b.ctx, 1, chat.SegmentRange{Segment: id, Conv: conv.ID, First: 1, Last: 2}, all[:2]))
		b.must(s.ReplaceSegment(b.ctx, 1, chat.Segment{ID: id, Name: "x/b", Bytes: 12, SHA256: "b"}))
		b.must(s.FinishSegment(b.ctx, 1, empty))
		list, err := s.Segments(b.ctx, 0, 10)
		b.must(err)
		same(b, "segments", len(list), 1)
		b.must(s.ExpectFile(b.ctx, 1, "x/c"))
		b.must(s.ExpectFile(b.ctx, 1, "x/d"))
		_, err = s.AddSegment(b.ctx, 1, chat.Segment{Name: "x/d", MadeAt: at})
		b.must(err)
		later := time.Now().Add(time.Hour)
		names, err := s.Leftovers(b.ctx, later, 10)
		b.must(err)
		same(b, "left over", fmt.Sprint(names), "[x/a x/c x/e]")
		b.must(s.ForgetFile(b.ctx, 1, "x/a"))
		names, err = s.Leftovers(b.ctx, later, 10)
		b.must(err)
		same(b, "left over then", fmt.Sprint(names), "[x/c x/e]")
		names, err = s.Leftovers(b.ctx, time.Now().Add(-time.Hour), 10)
		b.must(err)
		same(b, "left over for long", len(names), 0)
		same(b, "replaced", list[0], chat.Segment{ID: id, Name: "x/b", Messages: 2, Bytes: 12, SHA256: "b", MadeAt: at})
	},
}

// withSegments are the tests of stores that can keep messages in files.
func withSegments() map[string]func(*bench) {
	all := map[string]func(*bench){}
	tests := maps.Clone(segmentTests)
	maps.Copy(tests, mentionSegmentTests)
	for name, test := range tests {
		all[name] = func(b *bench) {
			if s, ok := b.s.(chat.SegmentStore); ok {
				test(b, s)
			}
		}
	}
	return all
}

func wantError(b *bench, err, want error) {
	b.Helper()
	if !errors.Is(err, want) {
		b.Fatalf("got error %v, want %v", err, want)
	}
}
