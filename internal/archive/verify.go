package archive

import (
	"context"
	"errors"
	"fmt"
	"time"

	"parley/internal/blobs"
	"parley/internal/chat"
)

// Finding is what Verify says of one segment, or of a file that is none.
type Finding struct {
	Name     string `json:"name"`
	Messages int64  `json:"messages"`
	Bytes    int64  `json:"bytes"`
	Wrong    string `json:"wrong,omitempty"`
	Orphan   bool   `json:"orphan,omitempty"` // a file that no segment is recorded for
}

// orphanAge is how long a file is left over before it is deleted: readers may have a
// segment open that was replaced.
const orphanAge = time.Hour

// pieceAge is how old a piece of a file is before it is one that will never be whole. It is
// longer than any file can take.
const pieceAge = 24 * time.Hour

// Verify reads every segment whole and compares it with what is recorded of it: the hash
// of the file, and every message that is in it and nowhere else. It changes nothing.
func (a *Archiver) Verify(ctx context.Context, each func(Finding) error) error {
	if a.Storage == nil {
		return errNoStorage
	}
	known := map[string]bool{}
	err := a.eachSegment(ctx, func(s chat.Segment) error {
		known[s.Name] = true
		f := Finding{Name: s.Name, Messages: s.Messages, Bytes: s.Bytes}
		if err := a.verify(ctx, s); err != nil {
			if ctx.Err() != nil {
				return err
			}
			f.Wrong = err.Error()
		}
		a.Store.note(s.Name, f.Wrong != "")
		return each(f)
	})
	if err != nil {
		return err
	}
	return a.orphans(ctx, known, func(e blobs.Entry) error { return each(Finding{Name: e.Name, Bytes: e.Bytes, Orphan: true}) })
}

func (a *Archiver) verify(ctx context.Context, s chat.Segment) error {
	data, err := blobs.ReadAll(ctx, a.Storage, s.Name)
	if err != nil {
		return err
	}
	file, err := decode(data, s.SHA256)
	if err != nil {
		return err
	}
	if file.rows() != s.Messages {
		return fmt.Errorf("%w: it has %d rows and should have %d", errDamaged, file.rows(), s.Messages)
	}
	ranges, err := a.Store.SegmentRanges(ctx, s.ID)
	if err != nil {
		return err
	}
	for _, g := range ranges {
		if _, err := file.messages(g.Conv, g.First, g.Row, g.Last-g.First+1); err != nil {
			return err
		}
	}
	return nil
}

// Tidy deletes the files that have been left over for long enough, and returns how many. It
// goes by what was recorded of them and not by what is in the storage: what another
// database has put there is not touched. Pieces of files that never became whole go as well.
func (a *Archiver) Tidy(ctx context.Context) (n int, err error) {
	if a.Storage == nil {
		return 0, nil
	}
	err = a.locked(ctx, func(node chat.NodeID) error {
		names, err := a.Store.Leftovers(ctx, a.Clock.Now().Add(-orphanAge), 1000)
		if err != nil {
			return err
		}
		for _, name := range names {
			if err := a.Storage.Delete(ctx, name); err != nil {
				return err
			}
			if err := a.Store.ForgetFile(ctx, node, name); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	if err == nil {
		a.cleanStorage(ctx)
	}
	return n, err
}

// cleanStorage removes pieces of files that were never put whole. Keys that may not look for
// them are no reason to stop: the pieces only take room.
func (a *Archiver) cleanStorage(ctx context.Context) {
	_, err := a.Storage.Clean(ctx, a.Clock.Now().Add(-pieceAge))
	if err != nil && ctx.Err() == nil && !a.told.Swap(true) {
		a.Log.Warn("pieces of files that were never put whole cannot be removed from the archive's storage; they only take room", "error", err)
	}
}

// Restore brings messages of a conversation back into the database, those from a seq on
// that are in segments, and returns how many.
func (a *Archiver) Restore(ctx context.Context, conv chat.ConvID, from int64, progress func(Progress)) (n int64, err error) {
	err = a.locked(ctx, func(node chat.NodeID) error {
		page, err := a.Store.Archivable(ctx, conv-1, 1)
		if err != nil {
			return err
		}
		if len(page) == 0 || page[0].Conv.ID != conv {
			return errors.New("archive: there is no such conversation, or nothing of it is archived")
		}
		for last := page[0].Archived; last >= max(from, 1); {
			seg, g, found, err := a.Store.SegmentOf(ctx, conv, last)
			if err != nil {
				return err
			}
			if !found {
				return fmt.Errorf("archive: message %d of conversation %d is in no segment", last, conv)
			}
			first := max(g.First, from, last-pieceMessages+1)
			piece, err := a.Store.read(ctx, seg, g, first, last)
			if err != nil {
				return fmt.Errorf("segment %s: %w", seg.Name, err)
			}
			if err := a.Store.MoveBack(ctx, node, piece); err != nil {
				return err
			}
			n += int64(len(piece))
			progress(Progress{Step: "bringing back", Messages: n, Of: page[0].Archived - max(from, 1) + 1})
			last = first - 1
		}
		return nil
	})
	return n, err
}
