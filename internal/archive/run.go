package archive

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/blobs"
	"parley/internal/chat"
	"parley/wire"
)

// Bounds of one segment, and of what goes in one transaction.
const (
	segmentMessages = 50_000
	segmentText     = 8 << 20 // bytes of bodies
	pieceMessages   = 250
	pageText        = 1 << 20
	convPage        = 500
)

// Archiver moves messages between a database and its archive, verifies and exports.
type Archiver struct {
	Store   *Store
	Storage blobs.Storage
	Node    func() chat.NodeID // who archives; 0 while this node may not
	LogID   string
	Clock   chat.Clock
	Log     *slog.Logger
	// Rate is how many messages a second a run moves at most; 0 is no limit.
	Rate float64

	busy sync.Mutex  // held by what changes the archive
	told atomic.Bool // that pieces of files cannot be removed
}

// Progress is how far a run is.
type Progress struct {
	Step     string `json:"step"`
	Messages int64  `json:"messages"`
	Of       int64  `json:"of,omitempty"` // at most; 0 where it is not known
	Bytes    int64  `json:"bytes"`
	Segments int64  `json:"segments"`
}

// errUnderWay is why there is nothing to do twice.
var errUnderWay = &chat.Error{Code: wire.Busy, Info: "this node is archiving already: wait until it is done"}

// errNotNow is why a node cannot archive.
var errNotNow = errors.New("archive: this node has no place in the cluster now; try again")

// locked runs something as the one node that archives.
func (a *Archiver) locked(ctx context.Context, do func(node chat.NodeID) error) error {
	node := a.Node()
	if node == 0 {
		return errNotNow
	}
	if !a.busy.TryLock() {
		return errUnderWay
	}
	defer a.busy.Unlock()
	if err := a.Store.BeginArchiving(ctx, node); err != nil {
		return err
	}
	err := do(node)
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if e := a.Store.EndArchiving(end, node); e != nil && err == nil && !errors.Is(e, chat.ErrNotArchiver) {
		err = e
	}
	return err
}

// run is one run of moving.
type run struct {
	*Archiver
	node   chat.NodeID
	before time.Time
	least  int64
	tell   func(Progress)

	done Progress

	rows  []record
	parts []chat.SegmentRange // of rows, not yet in a segment
	text  int
}

// Run moves all messages that were sent before a time, but for the last one of each
// conversation, and gives how much that was. A run that was cut off before is taken up
// first. Segments of fewer messages than least are left for another time. progress may be
// nil.
func (a *Archiver) Run(ctx context.Context, before time.Time, least int64, progress func(Progress)) (Progress, error) {
	if progress == nil {
		progress = func(Progress) {}
	}
	if a.Storage == nil {
		return Progress{}, errors.New("archive: --archive-to does not say where the archive is")
	}
	r := &run{Archiver: a, before: before, least: least, tell: progress}
	err := a.locked(ctx, func(node chat.NodeID) error {
		r.node = node
		if err := r.resume(ctx); err != nil {
			return err
		}
		if err := r.all(ctx); err != nil {
			return err
		}
		return r.giveBack(ctx)
	})
	if errors.Is(err, chat.ErrNotArchiver) || errors.Is(err, errUnderWay) {
		return r.done, err
	}
	failed := err != nil && ctx.Err() == nil
	if failed {
		a.Store.Metrics.Failing.Add(1)
	}
	a.Store.stopped.Store(failed)
	return r.done, err
}

// resume moves what is left of segments that a run before has written.
func (r *run) resume(ctx context.Context) error {
	return r.eachSegment(ctx, func(s chat.Segment) error {
		if s.Done {
			return nil
		}
		r.step("taking up " + s.Name)
		data, err := blobs.ReadAll(ctx, r.Storage, s.Name)
		var file *segment
		if err == nil {
			file, err = decode(data, s.SHA256)
		}
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errDamaged) {
			// What was moved to it is missing and verify says so; nothing more goes there.
			r.Log.Error("an unfinished segment cannot be used; messages that were not moved to it stay in the database", "segment", s.Name, "error", err)
			return r.Store.FinishSegment(ctx, r.node, s.ID)
		}
		if err != nil {
			return err
		}
		rows, err := file.all(noRest)
		if err != nil {
			return err
		}
		return r.move(ctx, s.ID, rows, rangesOf(rows))
	})
}

// giveBack makes the database file smaller, in small pieces.
func (r *run) giveBack(ctx context.Context) error {
	if r.done.Messages == 0 {
		return nil
	}
	r.step("giving room back")
	for more := true; more; {
		began := r.Clock.Now()
		var err error
		if more, err = r.Store.GiveBack(ctx); err != nil {
			return err
		}
		if err := r.breathe(ctx, 0, r.Clock.Now().Sub(began)); err != nil {
			return err
		}
	}
	return nil
}

// rangesOf returns the runs of conversations in rows.
func rangesOf(rows []record) (all []chat.SegmentRange) {
	for i := range rows {
		conv := chat.ConvID(rows[i].Conversation)
		if n := len(all); n > 0 && all[n-1].Conv == conv {
			all[n-1].Last = rows[i].Seq
			continue
		}
		all = append(all, chat.SegmentRange{Conv: conv, First: rows[i].Seq, Last: rows[i].Seq, Row: int64(i)})
	}
	return all
}

func (a *Archiver) eachSegment(ctx context.Context, do func(chat.Segment) error) error {
	for after := int64(0); ; {
		page, err := a.Store.Segments(ctx, after, 100)
		if err != nil {
			return err
		}
		for _, s := range page {
			if err := do(s); err != nil {
				return err
			}
			after = s.ID
		}
		if len(page) < 100 {
			return nil
		}
	}
}

// all gathers old messages, conversation by conversation, and moves a segment whenever
// there is enough for one.
func (r *run) all(ctx context.Context) error {
	if err := r.count(ctx); err != nil {
		return err
	}
	r.step("reading")
	if err := r.conversations(ctx, func(c *chat.ArchivableConv) error { return r.gather(ctx, c) }); err != nil {
		return err
	}
	if int64(len(r.rows)) < max(r.least, 1) {
		return nil
	}
	return r.segment(ctx)
}

// count finds out how much there is at most: some of it is too young.
func (r *run) count(ctx context.Context) error {
	r.done.Of = r.done.Messages
	return r.conversations(ctx, func(c *chat.ArchivableConv) error {
		r.done.Of += max(0, c.LastSeq-1-c.Archived)
		return nil
	})
}

// conversations calls each for every conversation that may have something to move.
func (r *run) conversations(ctx context.Context, each func(*chat.ArchivableConv) error) error {
	for after := chat.ConvID(0); ; {
		page, err := r.Store.Archivable(ctx, after, convPage)
		if err != nil {
			return err
		}
		for i := range page {
			if err := each(&page[i]); err != nil {
				return err
			}
			after = page[i].Conv.ID
		}
		if len(page) < convPage {
			return nil
		}
	}
}

// gather reads the old messages of one conversation.
func (r *run) gather(ctx context.Context, c *chat.ArchivableConv) error {
	for after := c.Archived; after < c.LastSeq-1; {
		began := r.Clock.Now()
		page, err := r.Store.Database.Page(ctx, c.Conv.ID, after, c.LastSeq-1, 1000, pageText)
		if err == nil {
			err = r.breathe(ctx, 0, r.Clock.Now().Sub(began))
		}
		if err != nil {
			return err
		}
		for i := range page {
			m := &page[i]
			if m.Seq != after+1 {
				return fmt.Errorf("archive: hole in the log of conversation %d at seq %d; nothing of it is moved", c.Conv.ID, after+1)
			}
			if !m.SentAt.Before(r.before) {
				return nil
			}
			r.add(&c.Conv, m)
			after = m.Seq
		}
		if len(page) == 0 {
			return nil
		}
		if len(r.rows) >= segmentMessages || r.text >= segmentText {
			if err := r.segment(ctx); err != nil {
				return err
			}
			r.step("reading")
		}
	}
	return nil
}

func (r *run) add(c *chat.Conv, m *chat.Message) {
	row := int64(len(r.rows))
	r.rows = append(r.rows, newRecord(c, m))
	r.text += len(m.Body)
	if n := len(r.parts); n > 0 && r.parts[n-1].Conv == c.ID {
		r.parts[n-1].Last = m.Seq
		return
	}
	r.parts = append(r.parts, chat.SegmentRange{Conv: c.ID, First: m.Seq, Last: m.Seq, Row: row})
}

// segment writes what was gathered, reads it back, and moves it.
func (r *run) segment(ctx context.Context) error {
	r.step("writing a segment")
	s := chat.Segment{MadeAt: r.Clock.Now()}
	rows, err := r.write(ctx, r.node, &s, r.rows, func(took time.Duration) error { return r.breathe(ctx, 0, took) })
	if err != nil {
		return err
	}
	r.step("moving messages to " + s.Name)
	if s.ID, err = r.Store.AddSegment(ctx, r.node, s); err != nil {
		return err
	}
	parts := r.parts
	r.rows, r.parts, r.text = r.rows[:0], nil, 0
	if err := r.move(ctx, s.ID, rows, parts); err != nil {
		return err
	}
	r.Store.Metrics.Segments.Add(1)
	r.Store.Metrics.Bytes.Add(s.Bytes)
	r.done.Segments++
	r.done.Bytes += s.Bytes
	r.tell(r.done)
	return nil
}

// move removes rows from the database in small transactions, each of which compares them
// with what stands there and records where they are now.
func (r *run) move(ctx context.Context, id int64, rows []record, parts []chat.SegmentRange) error {
	for _, p := range parts {
		archived, err := r.Store.ArchivedUpTo(ctx, []chat.ConvID{p.Conv})
		if err != nil {
			return err
		}
		for first := max(p.First, archived[p.Conv]+1); first <= p.Last; {
			last := min(p.Last, first+pieceMessages-1)
			row := p.Row + (first - p.First)
			piece := make([]chat.Message, 0, pieceMessages)
			for i := row; i <= row+(last-first); i++ {
				piece = append(piece, rows[i].message())
			}
			began := r.Clock.Now()
			err := r.Store.MoveToSegment(ctx, r.node, chat.SegmentRange{Segment: id, Conv: p.Conv, First: first, Last: last, Row: row}, piece)
			if errors.Is(err, chat.ErrNotAsRead) {
				r.Log.Warn("messages have changed while they were archived; they stay in the database until the next run", "conversation", p.Conv, "from", first)
				break
			}
			if err != nil {
				return err
			}
			r.Store.Metrics.Moved.Add(int64(len(piece)))
			r.done.Messages += int64(len(piece))
			first = last + 1
			if err := r.breathe(ctx, len(piece), r.Clock.Now().Sub(began)); err != nil {
				return err
			}
		}
	}
	return r.Store.FinishSegment(ctx, r.node, id)
}

// breathe leaves the database to those who chat: three times as long as the piece took
// at least, and what the rate asks for.
func (r *run) breathe(ctx context.Context, messages int, took time.Duration) error {
	pause := 3 * took
	if r.Rate > 0 {
		pause = max(pause, time.Duration(float64(messages)/r.Rate*float64(time.Second))-took)
	}
	r.tell(r.done)
	if !chat.Pause(r.Clock, pause, ctx.Done()) {
		return context.Cause(ctx)
	}
	return nil
}

func (r *run) step(what string) {
	r.done.Step = what
	r.tell(r.done)
}

// orphans returns the files of this log that no segment has: those that are left over, and
// those of another database that was once this one.
func (a *Archiver) orphans(ctx context.Context, known map[string]bool, each func(blobs.Entry) error) error {
	return a.Storage.List(ctx, a.LogID+"/", func(e blobs.Entry) error {
		if known[e.Name] {
			return nil
		}
		return each(e)
	})
}
