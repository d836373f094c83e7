package store

import (
	"context"
	"time"

	"parley/internal/chat"
)

var _ chat.SegmentStore = (*Store)(nil)

// segmentRow is a row of segments.
type segmentRow struct {
	ID       int64  `db:"id"`
	Name     string `db:"name"`
	Messages int64  `db:"messages"`
	Bytes    int64  `db:"bytes"`
	SHA256   string `db:"sha256"`
	MadeAt   int64  `db:"made_at"`
	Done     bool   `db:"done"`
}

// read takes all columns.
func (s *segmentRow) read(r row) chat.Segment {
	return chat.Segment{
		ID: r.num(0), Name: r.text(1), Messages: r.num(2), Bytes: r.num(3), SHA256: r.text(4), MadeAt: r.when(5), Done: r.yes(6),
	}
}

// rangeRow is a row of segment_ranges.
type rangeRow struct {
	ConversationID int64 `db:"conversation_id"`
	FirstSeq       int64 `db:"first_seq"`
	LastSeq        int64 `db:"last_seq"`
	SegmentID      int64 `db:"segment_id"`
	FirstRow       int64 `db:"first_row"`
}

func (r *rangeRow) insert(l *link) error {
	_, err := l.exec(sqlInsertRange, r.ConversationID, r.FirstSeq, r.LastSeq, r.SegmentID, r.FirstRow)
	return err
}

// leftoverRow is a row of segment_leftovers.
type leftoverRow struct {
	ID    int64  `db:"id"`
	Name  string `db:"name"`
	Since int64  `db:"since"`
}

func (r leftoverRow) insert(l *link) error {
	_, err := l.exec(sqlInsertLeftover, r.Name, r.Since)
	return err
}

// archiverRow is the row of archiver.
type archiverRow struct {
	ID     int64 `db:"id"`
	NodeID int64 `db:"node_id"`
}

// BeginArchiving implements chat.SegmentStore.
func (s *Store) BeginArchiving(ctx context.Context, node chat.NodeID) error {
	_, err := write(ctx, s, apart, func(tx *transaction) (struct{}, error) {
		r, err := tx.one(sqlArchiver)
		if err != nil || r == nil {
			return struct{}{}, err
		}
		holder := archiverRow{NodeID: r.num(0)}
		if holder.NodeID != 0 && holder.NodeID != int64(node) {
			r, err := tx.one(sqlNodeLives, holder.NodeID)
			if err != nil {
				return struct{}{}, err
			}
			if r != nil {
				return struct{}{}, chat.ErrNotArchiver
			}
		}
		_, err = tx.exec(sqlSetArchiver, node)
		return struct{}{}, err
	})
	return err
}

// EndArchiving implements chat.SegmentStore.
func (s *Store) EndArchiving(ctx context.Context, node chat.NodeID) error {
	return s.archive(ctx, node, func(tx *transaction) error {
		_, err := tx.exec(sqlSetArchiver, 0)
		return err
	})
}

// archive writes as the one node that archives.
func (s *Store) archive(ctx context.Context, node chat.NodeID, fn func(tx *transaction) error) error {
	_, err := write(ctx, s, apart, func(tx *transaction) (struct{}, error) {
		r, err := tx.one(sqlArchiver)
		if err == nil && (r == nil || r.num(0) != int64(node)) {
			err = chat.ErrNotArchiver
		}
		if err == nil {
			err = fn(tx)
		}
		return struct{}{}, err
	})
	return err
}

// Archivable implements chat.SegmentStore.
func (s *Store) Archivable(ctx context.Context, after chat.ConvID, limit int) ([]chat.ArchivableConv, error) {
	var list []chat.ArchivableConv
	err := s.read(ctx, func(l *link) error {
		list = nil
		return l.query(sqlArchivable, func(r row) bool {
			var c conversationRow
			c.readStanding(r)
			list = append(list, chat.ArchivableConv{Conv: c.conv(), Archived: r.num(8), LastSeq: c.LastSeq})
			return true
		}, after, limit)
	})
	return list, err
}

// AddSegment implements chat.SegmentStore.
func (s *Store) AddSegment(ctx context.Context, node chat.NodeID, seg chat.Segment) (id int64, err error) {
	err = s.archive(ctx, node, func(tx *transaction) (err error) {
		id, err = tx.insert(sqlInsertSegment, seg.Name, seg.Messages, seg.Bytes, seg.SHA256, seg.MadeAt)
		if err == nil {
			_, err = tx.exec(sqlDeleteLeftover, seg.Name)
		}
		return err
	})
	return id, err
}

// MoveToSegment implements chat.SegmentStore.
func (s *Store) MoveToSegment(ctx context.Context, node chat.NodeID, g chat.SegmentRange, messages []chat.Message) error {
	return s.archive(ctx, node, func(tx *transaction) error { return tx.moveToSegment(g, messages) })
}

func (tx *transaction) moveToSegment(g chat.SegmentRange, messages []chat.Message) error {
	last, err := tx.lastRange(g.Conv)
	if err != nil {
		return err
	}
	if g.First != last.LastSeq+1 || int64(len(messages)) != g.Last-g.First+1 || len(messages) == 0 {
		return chat.ErrNotAsRead
	}
	i, same := 0, true
	err = tx.query(sqlRunToMove, func(r row) bool {
		m := messageRow{ConversationID: int64(g.Conv)}
		m.read(r)
		same = i < len(messages) && m.message() == messages[i]
		i++
		return same
	}, g.Conv, g.First, g.Last)
	if err != nil {
		return err
	}
	if !same || i != len(messages) {
		return chat.ErrNotAsRead
	}
	if _, err := tx.exec(sqlRemoveRun, g.Conv, g.First, g.Last); err != nil {
		return err
	}
	if last.SegmentID == g.Segment && last.FirstRow+(g.First-last.FirstSeq) == g.Row {
		_, err := tx.exec(sqlEndRange, g.Last, g.Conv, last.FirstSeq)
		return err
	}
	r := rangeRow{ConversationID: int64(g.Conv), FirstSeq: g.First, LastSeq: g.Last, SegmentID: g.Segment, FirstRow: g.Row}
	return r.insert(tx.link)
}

// lastRange is how far a conversation was moved; zero if nothing was.
func (tx *transaction) lastRange(conv chat.ConvID) (rangeRow, error) {
	r, err := tx.one(sqlLastRange, conv)
	if err != nil || r == nil {
		return rangeRow{}, err
	}
	return rangeRow{ConversationID: int64(conv), FirstSeq: r.num(0), LastSeq: r.num(1), SegmentID: r.num(2), FirstRow: r.num(3)}, nil
}

// FinishSegment implements chat.SegmentStore.
func (s *Store) FinishSegment(ctx context.Context, node chat.NodeID, id int64) error {
	return s.archive(ctx, node, func(tx *transaction) error {
		forgotten, err := tx.forgetSegment(id)
		if err == nil && !forgotten {
			_, err = tx.exec(sqlFinishSegment, id)
		}
		return err
	})
}

// forgetSegment forgets a segment that holds nothing; its file is left over.
func (tx *transaction) forgetSegment(id int64) (bool, error) {
	r, err := tx.one(sqlSegmentName, id)
	if err != nil || r == nil {
		return false, err
	}
	left := leftoverRow{Name: r.text(0), Since: tx.at.UnixMilli()}
	n, err := tx.exec(sqlForgetSegment, id, id)
	if err != nil || n == 0 {
		return false, err
	}
	return true, left.insert(tx.link)
}

// ExpectFile implements chat.SegmentStore.
func (s *Store) ExpectFile(ctx context.Context, node chat.NodeID, name string) error {
	return s.archive(ctx, node, func(tx *transaction) error {
		return leftoverRow{Name: name, Since: tx.at.UnixMilli()}.insert(tx.link)
	})
}

// Leftovers implements chat.SegmentStore.
func (s *Store) Leftovers(ctx context.Context, before time.Time, limit int) ([]string, error) {
	var names []string
	err := s.read(ctx, func(l *link) error {
		names = nil
		return l.query(sqlLeftovers, func(r row) bool {
			names = append(names, r.text(0))
			return true
		}, before, limit)
	})
	return names, err
}

// ForgetFile implements chat.SegmentStore.
func (s *Store) ForgetFile(ctx context.Context, node chat.NodeID, name string) error {
	return s.archive(ctx, node, func(tx *transaction) error {
		_, err := tx.exec(sqlDeleteLeftover, name)
		return err
	})
}

// MoveBack implements chat.SegmentStore.
func (s *Store) MoveBack(ctx context.Context, node chat.NodeID, messages []chat.Message) error {
	if len(messages) == 0 {
		return nil
	}
	return s.archive(ctx, node, func(tx *transaction) error { return tx.moveBack(messages) })
}

func (tx *transaction) moveBack(messages []chat.Message) error {
	first, end := messages[0], messages[len(messages)-1]
	last, err := tx.lastRange(first.Conv)
	if err != nil {
		return err
	}
	if end.Seq != last.LastSeq || first.Seq < last.FirstSeq || end.Seq-first.Seq+1 != int64(len(messages)) {
		return chat.ErrNotAsRead
	}
	for i := range messages {
		m := &messages[i]
		row := messageRow{
			ConversationID: int64(m.Conv), Seq: m.Seq, SenderID: int64(m.Sender), DeviceID: int64(m.Device),
			SendSeq: m.SendSeq, SentAt: m.SentAt.UnixMilli(), Body: m.Body,
		}
		if err := row.insert(tx.link); err != nil {
			return err
		}
	}
	if first.Seq > last.FirstSeq {
		_, err = tx.exec(sqlEndRange, first.Seq-1, first.Conv, last.FirstSeq)
		return err
	}
	if _, err = tx.exec(sqlRemoveRange, first.Conv, last.FirstSeq); err == nil {
		_, err = tx.forgetSegment(last.SegmentID)
	}
	return err
}

// ReplaceSegment implements chat.SegmentStore.
func (s *Store) ReplaceSegment(ctx context.Context, node chat.NodeID, seg chat.Segment) error {
	return s.archive(ctx, node, func(tx *transaction) error {
		r, err := tx.one(sqlSegmentName, seg.ID)
		if err != nil || r == nil {
			return err
		}
		if err := (leftoverRow{Name: r.text(0), Since: tx.at.UnixMilli()}).insert(tx.link); err != nil {
			return err
		}
		if _, err := tx.exec(sqlReplaceSegment, seg.Name, seg.Bytes, seg.SHA256, seg.ID); err != nil {
			return err
		}
		_, err = tx.exec(sqlDeleteLeftover, seg.Name)
		return err
	})
}

// Segments implements chat.SegmentStore.
func (s *Store) Segments(ctx context.Context, after int64, limit int) ([]chat.Segment, error) {
	var list []chat.Segment
	err := s.read(ctx, func(l *link) error {
		list = nil
		return l.query(sqlSegments, func(r row) bool {
			list = append(list, new(segmentRow).read(r))
			return true
		}, after, limit)
	})
	return list, err
}

// SegmentRanges implements chat.SegmentStore.
func (s *Store) SegmentRanges(ctx context.Context, id int64) ([]chat.SegmentRange, error) {
	var list []chat.SegmentRange
	err := s.read(ctx, func(l *link) error {
		list = nil
		return l.query(sqlSegmentRanges, func(r row) bool {
			list = append(list, chat.SegmentRange{
				Segment: id, Conv: chat.ConvID(r.num(0)), First: r.num(1), Last: r.num(2), Row: r.num(3),
			})
			return true
		}, id)
	})
	return list, err
}

// SegmentOf implements chat.SegmentStore.
func (s *Store) SegmentOf(ctx context.Context, conv chat.ConvID, seq int64) (seg chat.Segment, g chat.SegmentRange, found bool, err error) {
	err = s.read(ctx, func(l *link) error {
		r, err := l.one(sqlSegmentOf, conv, seq)
		if err != nil || r == nil || r.num(8) < seq {
			return err
		}
		seg, found = new(segmentRow).read(r), true
		g = chat.SegmentRange{Segment: seg.ID, Conv: conv, First: r.num(7), Last: r.num(8), Row: r.num(9)}
		return nil
	})
	return seg, g, found, err
}

// freePages is how many pages a database file keeps for what comes next.
const freePages = 64

// GiveBack implements chat.SegmentStore. A file that was made before files could shrink
// stays as long as it is, and its room is used again.
func (s *Store) GiveBack(ctx context.Context) (more bool, err error) {
	if s.dialect.texts[sqlGiveBack] == "" {
		return false, nil // a database server's own business
	}
	return write(ctx, s, apart, func(tx *transaction) (bool, error) {
		before, err := tx.one(sqlFreePages)
		if err != nil || before.num(0) <= freePages {
			return false, err
		}
		if err := tx.query(sqlGiveBack, func(row) bool { return true }); err != nil {
			return false, err
		}
		after, err := tx.one(sqlFreePages)
		return err == nil && after.num(0) < before.num(0), err
	})
}

// ConversationsOf implements chat.SegmentStore.
func (s *Store) ConversationsOf(ctx context.Context, user chat.UserID) ([]chat.Head, error) {
	var heads []chat.Head
	err := s.read(ctx, func(l *link) error {
		heads = nil
		return l.query(sqlConversationsOf, func(r row) bool {
			heads = append(heads, chat.Head{Conv: chat.ConvID(r.num(0)), LastSeq: r.num(1), Version: r.num(2), JournalNo: r.num(3)})
			return true
		}, user, user, user)
	})
	return heads, err
}

// EraseTexts implements chat.SegmentStore.
func (s *Store) EraseTexts(ctx context.Context, node chat.NodeID, conv chat.ConvID, user chat.UserID, first, last int64) (n int64, err error) {
	err = s.archive(ctx, node, func(tx *transaction) (err error) {
		n, err = tx.exec(sqlEraseTexts, "", conv, first, last, user, "")
		return err
	})
	return n, err
}

// ArchivedUpTo implements chat.SegmentStore.
func (s *Store) ArchivedUpTo(ctx context.Context, convs []chat.ConvID) (map[chat.ConvID]int64, error) {
	upTo := map[chat.ConvID]int64{}
	if len(convs) == 0 {
		return upTo, nil
	}
	err := s.read(ctx, func(l *link) error {
		return l.query(sqlArchivedUpTo, func(r row) bool {
			upTo[chat.ConvID(r.num(0))] = r.num(1)
			return true
		}, idList(convs))
	})
	return upTo, err
}
