package store

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
)

// checkpointPages is how many pages are written to the log before it is folded into
// the database; a log longer than truncateAt bytes for each of them is cut.
const (
	checkpointPages = 20_000
	truncateAt      = 4 * 4096
)

// checkpointer folds the write-ahead log into the database. Nearly all of it happens
// on a connection of its own, so that no commit waits. What was written meanwhile is
// the committer's to fold, between two transactions: only when the log is folded in
// as a whole does it start over instead of growing, and a second connection would
// have to fight a busy writer for that moment.
type checkpointer struct {
	dialect *sqldb.Dialect
	path    string
	log     *slog.Logger
	due     chan struct{}
	done    chan struct{}
	again   chan struct{} // as due, from a timer
	clock   chat.Clock
	most    int64        // pages that may wait to be folded in before somebody is told
	folded  atomic.Bool  // the log is folded in, but for its last pages
	failed  atomic.Bool  // the last attempt failed
	kept    atomic.Int64 // bytes of the log that a reader keeps from being folded in; 0 for no matter
}

// keptFactor times the pages between two checkpoints may wait before somebody is told: a
// reader that is merely slow is not worth a word.
const keptFactor = 2

// retryKept is how often a log that a reader keeps is tried again, written to or not.
const retryKept = 10 * time.Second

func startCheckpointer(d *sqldb.Dialect, path string, o Options) *checkpointer {
	c := &checkpointer{
		dialect: d, path: path, log: o.Log, clock: o.Clock, most: keptFactor * int64(o.checkpointPages),
		due: make(chan struct{}, 1), again: make(chan struct{}, 1), done: make(chan struct{}),
	}
	go c.run()
	return c
}

// kick asks for a checkpoint and returns at once.
func (c *checkpointer) kick() {
	select {
	case c.due <- struct{}{}:
	default:
	}
}

// stop waits for the checkpoint under way. Nobody may kick any more.
func (c *checkpointer) stop() {
	close(c.due)
	<-c.done
}

func (c *checkpointer) run() {
	defer close(c.done)
	for {
		select {
		case _, open := <-c.due:
			if !open {
				return
			}
		case <-c.again:
		}
		left, err := c.fold()
		c.failed.Store(err != nil)
		c.folded.Store(err == nil && left <= c.most)
		if err != nil {
			c.log.Warn("the checkpoint of the WAL failed; retrying", "err", err)
			continue
		}
		c.tell(left)
	}
}

// tell says when a reader begins to keep the log from being folded in, and when that is
// over. Until then it is tried again and again: the reader may go when nobody writes.
func (c *checkpointer) tell(left int64) {
	if left <= c.most {
		if c.kept.Swap(0) != 0 {
			c.log.Info("the checkpoint works again: the WAL is in the database")
		}
		return
	}
	if was := c.kept.Swap(left * sqldb.PageSize); was == 0 {
		c.log.Warn("a program that reads the database for a long time blocks the checkpoint, so the WAL grows; end that program (fuser names it), or let the backup finish",
			"database", c.path, "log", sqldb.LogSize(c.path))
	}
	c.clock.AfterFunc(retryKept, func() {
		select {
		case c.again <- struct{}{}:
		default:
		}
	})
}

// fold moves the log's pages into the database as far as no reader needs them, and
// waits for nobody. The connection is opened each time: a checkpoint is seldom, and
// what went wrong with the last one does not stay.
// It returns how many pages of the log are left.
func (c *checkpointer) fold() (left int64, err error) {
	l, err := sqldb.OpenLink(context.Background(), c.dialect, sqldb.ForCheckpoint)
	if err != nil {
		return 0, err
	}
	defer l.Close()
	r, err := l.One(sqldb.Fold)
	if err != nil || r == nil {
		return 0, err
	}
	// Its row: whether somebody was in the way, pages of the log, pages folded.
	return r.Num(1) - r.Num(2), nil
}

// checkpoint runs between two transactions: it asks for a checkpoint when enough was
// written since the last one, or when the last one failed and there is something
// new, and folds in what the checkpointer left.
func (c *committer) checkpoint() {
	k := c.store.checkpointer
	if k == nil || c.pen.link == nil {
		return
	}
	c.pages += c.pen.link.Pages()
	if c.pages >= c.maxPages || k.failed.Load() && c.pages > c.maxPages/20 {
		c.pages = 0
		k.kick()
	}
	if k.folded.CompareAndSwap(true, false) {
		c.foldRest()
	}
}

// foldRest makes the log start over. One that became long all the same, because a
// reader was in the way or the disk was full, is cut.
func (c *committer) foldRest() {
	how := sqldb.FoldRest
	if sqldb.LogSize(c.store.checkpointer.path) > int64(c.maxPages)*truncateAt {
		how = sqldb.FoldAndCut
	}
	began := time.Now()
	r, err := c.pen.link.One(how)
	if err != nil {
		c.store.log.Warn("the checkpoint of the WAL's end failed; retrying", "err", err)
		c.pen.drop()
		return
	}
	// Its row: whether somebody was in the way, pages of the log, pages folded.
	c.store.metrics.checkpoint(int(r.Num(2)), time.Since(began).Seconds())
}
