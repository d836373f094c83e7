package archive

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"sync/atomic"

	"parley/internal/blobs"
	"parley/internal/chat"
)

// Database is what an archive needs of a store.
type Database interface {
	chat.Users
	chat.Memberships
	chat.Conversations
	chat.Pages
	chat.MessageStates
	chat.SegmentStore
}

// Store is a Database whose old messages may be in segments: reading crosses from one
// to the other unnoticed. It looks for rows first and for segments second, in that order,
// since messages go from the first to the second.
type Store struct {
	Database
	cache *cache
	// broken are the segments that could not be read the last time.
	mu     sync.Mutex
	broken map[string]bool
	// stopped is whether the last run did not come to its end.
	stopped atomic.Bool
	// Metrics are counted; they only ever grow.
	Metrics Metrics
}

// Metrics count what happens to an archive.
type Metrics struct {
	Moved     atomic.Int64 // messages moved to segments
	Segments  atomic.Int64 // segments written
	Bytes     atomic.Int64 // of those
	ColdReads atomic.Int64 // pages read from segments
	Fetches   atomic.Int64 // segments read from storage
	Failed    atomic.Int64 // pages that could not be read
	Failing   atomic.Int64 // runs that failed
}

var errNoStorage = errors.New("archive: messages were moved to segments, and --archive-to does not say where; give it as it was")

// NewStore puts an archive behind a database. storage may be nil where none was configured;
// cacheBytes bounds the segments kept in memory.
func NewStore(db Database, storage blobs.Storage, cacheBytes int64) *Store {
	s := &Store{Database: db, broken: map[string]bool{}}
	s.cache = newCache(cacheBytes, func(ctx context.Context, name string) ([]byte, error) {
		if storage == nil {
			return nil, errNoStorage
		}
		s.Metrics.Fetches.Add(1)
		return blobs.ReadAll(ctx, storage, name)
	})
	return s
}

// Page implements chat.Pages.
func (s *Store) Page(ctx context.Context, conv chat.ConvID, after, upTo int64, limit, maxBytes int) ([]chat.Message, error) {
	rows, err := s.Database.Page(ctx, conv, after, upTo, limit, maxBytes)
	if err != nil || upTo <= after || limit <= 0 || len(rows) > 0 && rows[0].Seq == after+1 {
		return rows, err
	}
	seg, g, found, err := s.SegmentOf(ctx, conv, after+1)
	if err != nil {
		return nil, err
	}
	if !found { // it was brought back in between; or it is a hole, which is the reader's to find
		return s.Database.Page(ctx, conv, after, upTo, limit, maxBytes)
	}
	return s.cold(ctx, seg, g, after+1, min(g.Last, upTo, after+int64(limit)), maxBytes, false)
}

// PageBefore implements chat.Pages.
func (s *Store) PageBefore(ctx context.Context, conv chat.ConvID, before, floor int64, limit, maxBytes int) ([]chat.Message, error) {
	rows, err := s.Database.PageBefore(ctx, conv, before, floor, limit, maxBytes)
	lowest, left := before, maxBytes
	for i := range rows {
		left -= len(rows[i].Body)
	}
	if len(rows) > 0 {
		lowest = rows[0].Seq
	}
	if err != nil || lowest <= floor+1 || len(rows) >= limit || left <= 0 {
		return rows, err
	}
	seg, g, found, err := s.SegmentOf(ctx, conv, lowest-1)
	switch {
	case err != nil:
		return nil, err
	case !found && len(rows) > 0:
		return rows, nil
	case !found: // as in Page
		return s.Database.PageBefore(ctx, conv, before, floor, limit, maxBytes)
	}
	first := max(g.First, floor+1, lowest-int64(limit-len(rows)))
	old, err := s.cold(ctx, seg, g, first, lowest-1, left, true)
	if err != nil {
		if len(rows) > 0 {
			return rows, nil // what can be read is; who asks for what is before it is told
		}
		return nil, err
	}
	return append(old, rows...), nil
}

// Conversations implements chat.Conversations. Of what is unread and archived, one's own messages
// count as well: telling them apart is not worth reading files for.
func (s *Store) Conversations(ctx context.Context, user chat.UserID, device chat.DeviceID, after chat.ConvID, limit, unreadCap int) ([]chat.ConvRow, error) {
	rows, err := s.Database.Conversations(ctx, user, device, after, limit, unreadCap)
	return s.withArchived(ctx, rows, unreadCap, err)
}

// RecentConversations implements chat.Conversations, and counts as Conversations does.
func (s *Store) RecentConversations(ctx context.Context, user chat.UserID, device chat.DeviceID, after chat.Spot, limit, unreadCap int) ([]chat.ConvRow, error) {
	rows, err := s.Database.RecentConversations(ctx, user, device, after, limit, unreadCap)
	return s.withArchived(ctx, rows, unreadCap, err)
}

// withArchived adds to a page of a list what is unread and archived.
func (s *Store) withArchived(ctx context.Context, rows []chat.ConvRow, unreadCap int, err error) ([]chat.ConvRow, error) {
	if err != nil {
		return nil, err
	}
	ids := make([]chat.ConvID, len(rows))
	for i := range rows {
		ids[i] = rows[i].Conv.ID
	}
	archived, err := s.ArchivedUpTo(ctx, ids)
	if err != nil || len(archived) == 0 {
		return rows, err
	}
	for i := range rows {
		c := &rows[i]
		c.Unread = min(c.Unread+c.Sees().Count(c.Read, archived[c.Conv.ID]), int64(unreadCap))
	}
	return rows, nil
}

// cold reads messages of one range, as many as fit into maxBytes but at least one: the
// first of them, or with fromEnd the last.
func (s *Store) cold(ctx context.Context, seg chat.Segment, g chat.SegmentRange, first, last int64, maxBytes int, fromEnd bool) ([]chat.Message, error) {
	s.Metrics.ColdReads.Add(1)
	list, err := s.read(ctx, seg, g, first, last)
	if err != nil && ctx.Err() != nil {
		return nil, err
	}
	s.note(seg.Name, err != nil)
	if err != nil {
		s.Metrics.Failed.Add(1)
		return nil, &chat.ColdError{Until: g.Last, Cause: fmt.Errorf("segment %s: %w", seg.Name, err)}
	}
	size := 0
	for i := range list {
		at := i
		if fromEnd {
			at = len(list) - 1 - i
		}
		if size += len(list[at].Body); size > maxBytes && i > 0 {
			if fromEnd {
				return list[at+1:], nil
			}
			return list[:at], nil
		}
	}
	return list, nil
}

// note remembers whether a segment can be read.
func (s *Store) note(name string, broken bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !broken {
		delete(s.broken, name)
	} else if len(s.broken) < 1000 {
		s.broken[name] = true
	}
}

// Trouble says in a sentence what an operator should look at, "" for nothing.
func (s *Store) Trouble() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case len(s.broken) > 0:
		return fmt.Sprintf("%d segments could not be read when they were wanted; parley archive verify says why", len(s.broken))
	case s.stopped.Load():
		return "the last run stopped with an error, which is in the log; the next one goes on"
	}
	return ""
}

func (s *Store) read(ctx context.Context, seg chat.Segment, g chat.SegmentRange, first, last int64) ([]chat.Message, error) {
	file, err := s.cache.get(ctx, seg)
	if errors.Is(err, fs.ErrNotExist) {
		// It may have been replaced since it was looked up.
		now, _, found, e := s.SegmentOf(ctx, g.Conv, first)
		if e == nil && found && now.Name != seg.Name && now.ID == seg.ID {
			file, err = s.cache.get(ctx, now)
		}
	}
	if err != nil {
		return nil, err
	}
	return file.messages(g.Conv, first, g.Row+(first-g.First), last-first+1)
}
