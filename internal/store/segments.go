package store

import (
	"context"
	"time"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
)

var (
	sqlArchiver = sqldb.Register(sqldb.ForWriting, `
SELECT node_id FROM archiver WHERE id = 1 {for update}`)
	sqlNodeLives = sqldb.Register(sqldb.ForWriting, `
SELECT counter FROM nodes WHERE id = ?`)
	sqlSetArchiver = sqldb.Register(sqldb.ForWriting, `
UPDATE archiver SET node_id = ? WHERE id = 1`)
	sqlArchivable = sqldb.Register(sqldb.ForReading, `
SELECT c.id, c.kind, c.user_lo, c.user_hi, c.group_id, c.last_seq, c.version, c.change_no,
       (SELECT MAX(r.last_seq) FROM segment_ranges r WHERE r.conversation_id = c.id)
  FROM conversations c WHERE c.id > ? AND c.last_seq > 1 ORDER BY c.id LIMIT ?`)
	sqlInsertSegment = sqldb.Register(sqldb.ForWriting, `
INSERT INTO segments (name, messages, bytes, sha256, made_at, done) VALUES (?, ?, ?, ?, ?, 0) {returning id}`)
	sqlFinishSegment = sqldb.Register(sqldb.ForWriting, `
UPDATE segments SET done = 1 WHERE id = ?`)
	sqlReplaceSegment = sqldb.Register(sqldb.ForWriting, `
UPDATE segments SET name = ?, bytes = ?, sha256 = ? WHERE id = ?`)
	sqlForgetSegment = sqldb.Register(sqldb.ForWriting, `
DELETE FROM segments WHERE id = ? AND NOT EXISTS (SELECT 1 FROM segment_ranges r WHERE r.segment_id = ?)`)
	sqlSegmentName = sqldb.Register(sqldb.ForWriting, `
SELECT name FROM segments WHERE id = ?`)
	sqlInsertLeftover = sqldb.Register(sqldb.ForWriting, `
INSERT INTO segment_leftovers (name, since) VALUES (?, ?)`)
	sqlDeleteLeftover = sqldb.Register(sqldb.ForWriting, `
DELETE FROM segment_leftovers WHERE name = ?`)
	sqlLeftovers = sqldb.Register(sqldb.ForReading, `
SELECT DISTINCT name FROM segment_leftovers l WHERE since < ?
   AND NOT EXISTS (SELECT 1 FROM segments s WHERE s.name = l.name) ORDER BY name LIMIT ?`)
	sqlLastRange = sqldb.Register(sqldb.ForWriting, `
SELECT first_seq, last_seq, segment_id, first_row FROM segment_ranges
 WHERE conversation_id = ? ORDER BY first_seq DESC LIMIT 1`)
	sqlRunToMove = sqldb.Register(sqldb.ForWriting, "SELECT "+messageColumns+`
  FROM messages
 WHERE conversation_id = ? AND seq >= ? AND seq <= ? ORDER BY seq`)
	sqlRemoveRun = sqldb.Register(sqldb.ForWriting, `
DELETE FROM messages WHERE conversation_id = ? AND seq >= ? AND seq <= ?`)
	sqlInsertRange = sqldb.Register(sqldb.ForWriting, `
INSERT INTO segment_ranges (conversation_id, first_seq, last_seq, segment_id, first_row) VALUES (?, ?, ?, ?, ?)`)
	sqlEndRange = sqldb.Register(sqldb.ForWriting, `
UPDATE segment_ranges SET last_seq = ? WHERE conversation_id = ? AND first_seq = ?`)
	sqlRemoveRange = sqldb.Register(sqldb.ForWriting, `
DELETE FROM segment_ranges WHERE conversation_id = ? AND first_seq = ?`)
	sqlSegments = sqldb.Register(sqldb.ForReading, `
SELECT id, name, messages, bytes, sha256, made_at, done FROM segments WHERE id > ? ORDER BY id LIMIT ?`)
	sqlSegmentRanges = sqldb.Register(sqldb.ForReading, `
SELECT conversation_id, first_seq, last_seq, first_row FROM segment_ranges
 WHERE segment_id = ? ORDER BY conversation_id, first_seq`)
	sqlSegmentOf = sqldb.Register(sqldb.ForReading, `
SELECT s.id, s.name, s.messages, s.bytes, s.sha256, s.made_at, s.done, r.first_seq, r.last_seq, r.first_row
  FROM segment_ranges r JOIN segments s ON s.id = r.segment_id
 WHERE r.conversation_id = ? AND r.first_seq <= ? ORDER BY r.first_seq DESC LIMIT 1`)
	sqlArchivedUpTo = sqldb.Register(sqldb.ForReading, `
SELECT conversation_id, MAX(last_seq) FROM segment_ranges WHERE conversation_id IN {ids} GROUP BY conversation_id`)
	sqlConversationsOf = sqldb.Register(sqldb.ForReading, `
SELECT id, last_seq, version, change_no FROM conversations WHERE user_lo = ? AND last_seq > 0
UNION
SELECT id, last_seq, version, change_no FROM conversations WHERE user_hi = ? AND last_seq > 0
UNION
SELECT c.id, c.last_seq, c.version, c.change_no FROM members m JOIN conversations c ON c.group_id = m.group_id
 WHERE m.user_id = ? AND c.last_seq > 0`)
	sqlEraseEdits = sqldb.Register(sqldb.ForWriting, `
UPDATE message_states SET body = ?, mentions = NULL WHERE conversation_id = ? AND seq >= ? AND seq <= ? AND author_id = ? AND body <> ?`)
	sqlEmptyRecalled = sqldb.Register(sqldb.ForWriting, `
UPDATE messages SET body = ?, extra = NULL WHERE conversation_id = ? AND seq >= ? AND seq <= ?
   AND EXISTS (SELECT 1 FROM message_states s WHERE s.conversation_id = messages.conversation_id AND s.seq = messages.seq AND s.recalled_at > 0)`)
	sqlSegmentRecalls = sqldb.Register(sqldb.ForReading, `
SELECT conversation_id, seq FROM segment_recalls ORDER BY conversation_id, seq LIMIT ?`)
	sqlForgetRecall = sqldb.Register(sqldb.ForWriting, `
DELETE FROM segment_recalls WHERE conversation_id = ? AND seq = ?`)
	sqlEraseTexts = sqldb.Register(sqldb.ForWriting, `
UPDATE messages SET body = ?, extra = NULL WHERE conversation_id = ? AND seq >= ? AND seq <= ? AND sender_id = ? AND body <> ?`)
	sqlFreePages = sqldb.RegisterEach(sqldb.ForWriting, sqldb.Texts{
		SQLite: "PRAGMA freelist_count",
	})
	sqlGiveBack = sqldb.RegisterEach(sqldb.ForWriting, sqldb.Texts{
		SQLite: "PRAGMA incremental_vacuum(256)",
	})
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
func (s *segmentRow) read(r sqldb.Row) chat.Segment {
	return chat.Segment{
		ID: r.Num(0), Name: r.Text(1), Messages: r.Num(2), Bytes: r.Num(3), SHA256: r.Text(4), MadeAt: r.When(5), Done: r.Yes(6),
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

func (r *rangeRow) insert(l *sqldb.Link) error {
	_, err := l.Exec(sqlInsertRange, r.ConversationID, r.FirstSeq, r.LastSeq, r.SegmentID, r.FirstRow)
	return err
}

// leftoverRow is a row of segment_leftovers.
type leftoverRow struct {
	ID    int64  `db:"id"`
	Name  string `db:"name"`
	Since int64  `db:"since"`
}

func (r leftoverRow) insert(l *sqldb.Link) error {
	_, err := l.Exec(sqlInsertLeftover, r.Name, r.Since)
	return err
}

// archiverRow is the row of archiver.
type archiverRow struct {
	ID     int64 `db:"id"`
	NodeID int64 `db:"node_id"`
}

// BeginArchiving implements chat.SegmentMoves.
func (s *Store) BeginArchiving(ctx context.Context, node chat.NodeID) error {
	_, err := write(ctx, s, apart, func(tx *transaction) (struct{}, error) {
		r, err := tx.One(sqlArchiver)
		if err != nil || r == nil {
			return struct{}{}, err
		}
		holder := archiverRow{NodeID: r.Num(0)}
		if holder.NodeID != 0 && holder.NodeID != int64(node) {
			r, err := tx.One(sqlNodeLives, holder.NodeID)
			if err != nil {
				return struct{}{}, err
			}
			if r != nil {
				return struct{}{}, chat.ErrNotArchiver
			}
		}
		_, err = tx.Exec(sqlSetArchiver, node)
		return struct{}{}, err
	})
	return err
}

// EndArchiving implements chat.SegmentMoves.
func (s *Store) EndArchiving(ctx context.Context, node chat.NodeID) error {
	return s.archive(ctx, node, func(tx *transaction) error {
		_, err := tx.Exec(sqlSetArchiver, 0)
		return err
	})
}

// archive writes as the one node that archives.
func (s *Store) archive(ctx context.Context, node chat.NodeID, fn func(tx *transaction) error) error {
	_, err := write(ctx, s, apart, func(tx *transaction) (struct{}, error) {
		r, err := tx.One(sqlArchiver)
		if err == nil && (r == nil || r.Num(0) != int64(node)) {
			err = chat.ErrNotArchiver
		}
		if err == nil {
			err = fn(tx)
		}
		return struct{}{}, err
	})
	return err
}

// Archivable implements chat.SegmentMoves.
func (s *Store) Archivable(ctx context.Context, after chat.ConvID, limit int) ([]chat.ArchivableConv, error) {
	var list []chat.ArchivableConv
	err := s.read(ctx, func(l *sqldb.Link) error {
		list = nil
		return l.Query(sqlArchivable, func(r sqldb.Row) bool {
			var c conversationRow
			c.readStanding(r)
			list = append(list, chat.ArchivableConv{Conv: c.conv(), Archived: r.Num(8), LastSeq: c.LastSeq})
			return true
		}, after, limit)
	})
	return list, err
}

// AddSegment implements chat.SegmentMoves.
func (s *Store) AddSegment(ctx context.Context, node chat.NodeID, seg chat.Segment) (id int64, err error) {
	err = s.archive(ctx, node, func(tx *transaction) (err error) {
		id, err = tx.Insert(sqlInsertSegment, seg.Name, seg.Messages, seg.Bytes, seg.SHA256, seg.MadeAt)
		if err == nil {
			_, err = tx.Exec(sqlDeleteLeftover, seg.Name)
		}
		return err
	})
	return id, err
}

// MoveToSegment implements chat.SegmentMoves.
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
	err = tx.Query(sqlRunToMove, func(r sqldb.Row) bool {
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
	if _, err := tx.Exec(sqlRemoveRun, g.Conv, g.First, g.Last); err != nil {
		return err
	}
	if last.SegmentID == g.Segment && last.FirstRow+(g.First-last.FirstSeq) == g.Row {
		_, err := tx.Exec(sqlEndRange, g.Last, g.Conv, last.FirstSeq)
		return err
	}
	r := rangeRow{ConversationID: int64(g.Conv), FirstSeq: g.First, LastSeq: g.Last, SegmentID: g.Segment, FirstRow: g.Row}
	return r.insert(tx.Link)
}

// lastRange is how far a conversation was moved; zero if nothing was.
func (tx *transaction) lastRange(conv chat.ConvID) (rangeRow, error) {
	r, err := tx.One(sqlLastRange, conv)
	if err != nil || r == nil {
		return rangeRow{}, err
	}
	return rangeRow{ConversationID: int64(conv), FirstSeq: r.Num(0), LastSeq: r.Num(1), SegmentID: r.Num(2), FirstRow: r.Num(3)}, nil
}

// FinishSegment implements chat.SegmentMoves.
func (s *Store) FinishSegment(ctx context.Context, node chat.NodeID, id int64) error {
	return s.archive(ctx, node, func(tx *transaction) error {
		forgotten, err := tx.forgetSegment(id)
		if err == nil && !forgotten {
			_, err = tx.Exec(sqlFinishSegment, id)
		}
		return err
	})
}

// forgetSegment forgets a segment that holds nothing; its file is left over.
func (tx *transaction) forgetSegment(id int64) (bool, error) {
	r, err := tx.One(sqlSegmentName, id)
	if err != nil || r == nil {
		return false, err
	}
	left := leftoverRow{Name: r.Text(0), Since: tx.at.UnixMilli()}
	n, err := tx.Exec(sqlForgetSegment, id, id)
	if err != nil || n == 0 {
		return false, err
	}
	return true, left.insert(tx.Link)
}

// ExpectFile implements chat.SegmentFiles.
func (s *Store) ExpectFile(ctx context.Context, node chat.NodeID, name string) error {
	return s.archive(ctx, node, func(tx *transaction) error {
		return leftoverRow{Name: name, Since: tx.at.UnixMilli()}.insert(tx.Link)
	})
}

// Leftovers implements chat.SegmentFiles.
func (s *Store) Leftovers(ctx context.Context, before time.Time, limit int) ([]string, error) {
	var names []string
	err := s.read(ctx, func(l *sqldb.Link) error {
		names = nil
		return l.Query(sqlLeftovers, func(r sqldb.Row) bool {
			names = append(names, r.Text(0))
			return true
		}, before, limit)
	})
	return names, err
}

// ForgetFile implements chat.SegmentFiles.
func (s *Store) ForgetFile(ctx context.Context, node chat.NodeID, name string) error {
	return s.archive(ctx, node, func(tx *transaction) error {
		_, err := tx.Exec(sqlDeleteLeftover, name)
		return err
	})
}

// MoveBack implements chat.SegmentMoves.
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
			SendSeq: m.SendSeq, SentAt: m.SentAt.UnixMilli(), Body: m.Body, Extra: string(m.Extra),
		}
		if err := row.insert(tx.Link); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(sqlEmptyRecalled, "", first.Conv, first.Seq, end.Seq); err != nil {
		return err
	}
	if first.Seq > last.FirstSeq {
		_, err = tx.Exec(sqlEndRange, first.Seq-1, first.Conv, last.FirstSeq)
		return err
	}
	if _, err = tx.Exec(sqlRemoveRange, first.Conv, last.FirstSeq); err == nil {
		_, err = tx.forgetSegment(last.SegmentID)
	}
	return err
}

// ReplaceSegment implements chat.SegmentMoves.
func (s *Store) ReplaceSegment(ctx context.Context, node chat.NodeID, seg chat.Segment) error {
	return s.archive(ctx, node, func(tx *transaction) error {
		r, err := tx.One(sqlSegmentName, seg.ID)
		if err != nil || r == nil {
			return err
		}
		if err := (leftoverRow{Name: r.Text(0), Since: tx.at.UnixMilli()}).insert(tx.Link); err != nil {
			return err
		}
		if _, err := tx.Exec(sqlReplaceSegment, seg.Name, seg.Bytes, seg.SHA256, seg.ID); err != nil {
			return err
		}
		_, err = tx.Exec(sqlDeleteLeftover, seg.Name)
		return err
	})
}

// Segments implements chat.Segments.
func (s *Store) Segments(ctx context.Context, after int64, limit int) ([]chat.Segment, error) {
	var list []chat.Segment
	err := s.read(ctx, func(l *sqldb.Link) error {
		list = nil
		return l.Query(sqlSegments, func(r sqldb.Row) bool {
			list = append(list, new(segmentRow).read(r))
			return true
		}, after, limit)
	})
	return list, err
}

// SegmentRanges implements chat.Segments.
func (s *Store) SegmentRanges(ctx context.Context, id int64) ([]chat.SegmentRange, error) {
	var list []chat.SegmentRange
	err := s.read(ctx, func(l *sqldb.Link) error {
		list = nil
		return l.Query(sqlSegmentRanges, func(r sqldb.Row) bool {
			list = append(list, chat.SegmentRange{
				Segment: id, Conv: chat.ConvID(r.Num(0)), First: r.Num(1), Last: r.Num(2), Row: r.Num(3),
			})
			return true
		}, id)
	})
	return list, err
}

// SegmentOf implements chat.Segments.
func (s *Store) SegmentOf(ctx context.Context, conv chat.ConvID, seq int64) (seg chat.Segment, g chat.SegmentRange, found bool, err error) {
	err = s.read(ctx, func(l *sqldb.Link) error {
		r, err := l.One(sqlSegmentOf, conv, seq)
		if err != nil || r == nil || r.Num(8) < seq {
			return err
		}
		seg, found = new(segmentRow).read(r), true
		g = chat.SegmentRange{Segment: seg.ID, Conv: conv, First: r.Num(7), Last: r.Num(8), Row: r.Num(9)}
		return nil
	})
	return seg, g, found, err
}

// freePages is how many pages a database file keeps for what comes next.
const freePages = 64

// GiveBack implements chat.SegmentMoves. A file that was made before files could shrink
// stays as long as it is, and its room is used again.
func (s *Store) GiveBack(ctx context.Context) (more bool, err error) {
	if !s.dialect.Has(sqlGiveBack) {
		return false, nil // a database server's own business
	}
	return write(ctx, s, apart, func(tx *transaction) (bool, error) {
		before, err := tx.One(sqlFreePages)
		if err != nil || before.Num(0) <= freePages {
			return false, err
		}
		if err := tx.Query(sqlGiveBack, func(sqldb.Row) bool { return true }); err != nil {
			return false, err
		}
		after, err := tx.One(sqlFreePages)
		return err == nil && after.Num(0) < before.Num(0), err
	})
}

// ConversationsOf implements chat.TextErasures.
func (s *Store) ConversationsOf(ctx context.Context, user chat.UserID) ([]chat.Head, error) {
	var heads []chat.Head
	err := s.read(ctx, func(l *sqldb.Link) error {
		heads = nil
		return l.Query(sqlConversationsOf, func(r sqldb.Row) bool {
			heads = append(heads, chat.Head{Conv: chat.ConvID(r.Num(0)), LastSeq: r.Num(1), Version: r.Num(2), JournalNo: r.Num(3)})
			return true
		}, user, user, user)
	})
	return heads, err
}

// EraseTexts implements chat.TextErasures.
func (s *Store) EraseTexts(ctx context.Context, node chat.NodeID, conv chat.ConvID, user chat.UserID, first, last int64) (n int64, err error) {
	err = s.archive(ctx, node, func(tx *transaction) (err error) {
		if n, err = tx.Exec(sqlEraseTexts, "", conv, first, last, user, ""); err == nil {
			_, err = tx.Exec(sqlEraseEdits, "", conv, first, last, user, "")
		}
		if err == nil {
			_, err = tx.Exec(sqlEraseMentions, conv, first, last, user)
		}
		return err
	})
	return n, err
}

// ArchivedUpTo implements chat.Segments.
func (s *Store) ArchivedUpTo(ctx context.Context, convs []chat.ConvID) (map[chat.ConvID]int64, error) {
	upTo := map[chat.ConvID]int64{}
	if len(convs) == 0 {
		return upTo, nil
	}
	err := s.read(ctx, func(l *sqldb.Link) error {
		return l.Query(sqlArchivedUpTo, func(r sqldb.Row) bool {
			upTo[chat.ConvID(r.Num(0))] = r.Num(1)
			return true
		}, idList(convs))
	})
	return upTo, err
}

// SegmentRecalls implements chat.SegmentStore.
func (s *Store) SegmentRecalls(ctx context.Context, limit int) ([]chat.MessageAt, error) {
	var list []chat.MessageAt
	err := s.read(ctx, func(l *sqldb.Link) error {
		list = nil
		return l.Query(sqlSegmentRecalls, func(r sqldb.Row) bool {
			list = append(list, chat.MessageAt{Conv: chat.ConvID(r.Num(0)), Seq: r.Num(1)})
			return true
		}, limit)
	})
	return list, err
}

// ForgetRecalls implements chat.SegmentStore.
func (s *Store) ForgetRecalls(ctx context.Context, node chat.NodeID, list []chat.MessageAt) error {
	return s.archive(ctx, node, func(tx *transaction) error {
		for _, m := range list {
			if _, err := tx.Exec(sqlForgetRecall, m.Conv, m.Seq); err != nil {
				return err
			}
		}
		return nil
	})
}
