package archive

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"parley/internal/blobs"
	"parley/internal/chat"
)

// erasePiece is how many seqs are looked at in one transaction.
const erasePiece = 1000

// Erase empties the texts of everything that a user has said, in the database and in
// segments, and returns how many messages that were. What he said stays in its place, without
// a text. The account must be disabled before, so that nothing is added meanwhile. A
// segment is rewritten, and its old file deleted by a run an hour later.
func (a *Archiver) Erase(ctx context.Context, user chat.UserID, progress func(Progress)) (n int64, err error) {
	err = a.locked(ctx, func(node chat.NodeID) error {
		convs, err := a.Store.ConversationsOf(ctx, user)
		if err != nil {
			return err
		}
		touched := map[chat.ConvID]bool{}
		for _, h := range convs {
			touched[h.Conv] = true
			for first := int64(1); first <= h.LastSeq; first += erasePiece {
				k, err := a.Store.EraseTexts(ctx, node, h.Conv, user, first, min(h.LastSeq, first+erasePiece-1))
				if err != nil {
					return err
				}
				n += k
				progress(Progress{Step: "erasing in the database", Messages: n})
			}
		}
		return a.eachSegment(ctx, func(s chat.Segment) error {
			k, err := a.eraseIn(ctx, node, s, user, touched)
			n += k
			progress(Progress{Step: "erasing in segments", Messages: n})
			return err
		})
	})
	return n, err
}

// eraseIn rewrites a segment if anything in it is the user's.
func (a *Archiver) eraseIn(ctx context.Context, node chat.NodeID, s chat.Segment, user chat.UserID, touched map[chat.ConvID]bool) (n int64, err error) {
	ranges, err := a.Store.SegmentRanges(ctx, s.ID)
	if err != nil {
		return 0, err
	}
	if s.Done && !slices.ContainsFunc(ranges, func(g chat.SegmentRange) bool { return touched[g.Conv] }) {
		return 0, nil
	}
	return a.rewrite(ctx, node, s, func(r *record) bool {
		if r.Sender != int64(user) || r.Body == "" {
			return false
		}
		r.Body, r.Extra = "", nil
		return true
	})
}

// rewrite puts a segment with other texts in the place of a segment, where change changes any.
func (a *Archiver) rewrite(ctx context.Context, node chat.NodeID, s chat.Segment, change func(*record) bool) (n int64, err error) {
	if a.Storage == nil {
		return 0, errNoStorage
	}
	data, err := blobs.ReadAll(ctx, a.Storage, s.Name)
	if err != nil {
		return 0, fmt.Errorf("segment %s: %w", s.Name, err)
	}
	file, err := decode(data, s.SHA256)
	if err != nil {
		return 0, fmt.Errorf("segment %s: %w", s.Name, err)
	}
	rows, err := file.all(noRest)
	if err != nil {
		return 0, fmt.Errorf("segment %s: %w", s.Name, err)
	}
	for i := range rows {
		if change(&rows[i]) {
			n++
		}
	}
	if n == 0 {
		return 0, nil
	}
	if _, err := a.write(ctx, node, &s, rows, noRest); err != nil {
		return 0, err
	}
	return n, a.Store.ReplaceSegment(ctx, node, s)
}

// write puts a segment's file in its place and gives the rows as they are read back: from
// there on only those count.
func (a *Archiver) write(ctx context.Context, node chat.NodeID, s *chat.Segment, rows []record, rest rest) ([]record, error) {
	data, err := encode(rows, rest)
	if err != nil {
		return nil, fmt.Errorf("archive: writing a segment: %w", err)
	}
	s.Messages, s.Bytes, s.SHA256 = int64(len(rows)), int64(len(data)), hashOf(data)
	s.Name = segmentName(a.LogID, rows, s.SHA256)
	if err := a.Store.ExpectFile(ctx, node, s.Name); err != nil {
		return nil, err
	}
	if err := a.Storage.Put(ctx, s.Name, bytes.NewReader(data)); err != nil {
		return nil, err
	}
	if data, err = blobs.ReadAll(ctx, a.Storage, s.Name); err != nil {
		return nil, fmt.Errorf("reading back what was written: %w", err)
	}
	file, err := decode(data, s.SHA256)
	if err != nil {
		return nil, fmt.Errorf("reading back what was written: %w", err)
	}
	if rows, err = file.all(rest); err != nil {
		return nil, fmt.Errorf("reading back what was written: %w", err)
	}
	return rows, nil
}
