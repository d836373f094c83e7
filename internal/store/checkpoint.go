package store

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"
)

// checkpointer folds the write-ahead log into the database. Nearly all of it happens
// on a connection of its own, so that no commit waits. What was written meanwhile is
// the committer's to fold, between two transactions: only when the log is folded in
// as a whole does it start over instead of growing, and a second connection would
// have to fight a busy writer for that moment.
type checkpointer struct {
	dialect *dialect
	path    string
	log     *slog.Logger
	due     chan struct{}
	done    chan struct{}
	folded  atomic.Bool // the log is folded in, but for its last pages
	failed  atomic.Bool // the last attempt failed
}

func startCheckpointer(d *dialect, path string, log *slog.Logger) *checkpointer {
	c := &checkpointer{dialect: d, path: path, log: log, due: make(chan struct{}, 1), done: make(chan struct{})}
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
	for range c.due {
		err := c.fold()
		c.failed.Store(err != nil)
		c.folded.Store(err == nil)
		if err != nil {
			c.log.Warn("folding the log into the database failed; it is tried again", "err", err)
		}
	}
}

// fold moves the log's pages into the database as far as no reader needs them, and
// waits for nobody. The connection is opened each time: a checkpoint is seldom, and
// what went wrong with the last one does not stay.
func (c *checkpointer) fold() error {
	l, err := openLink(context.Background(), c.dialect, forCheckpoint)
	if err != nil {
		return err
	}
	defer l.close()
	_, err = l.one(sqlFold)
	return err
}

// checkpoint runs between two transactions: it asks for a checkpoint when enough was
// written since the last one, or when the last one failed and there is something
// new, and folds in what the checkpointer left.
func (c *committer) checkpoint() {
	k := c.store.checkpointer
	if k == nil || c.pen.link == nil {
		return
	}
	c.pages += c.store.dialect.pages(c.pen.link.conn)
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
	how := sqlFoldRest
	if logSize(c.store.checkpointer.path) > int64(c.maxPages)*truncateAt {
		how = sqlFoldAndCut
	}
	began := time.Now()
	r, err := c.pen.link.one(how)
	if err != nil {
		c.store.log.Warn("folding the log's end into the database failed; it is tried again", "err", err)
		c.pen.drop()
		return
	}
	// Its row: whether somebody was in the way, pages of the log, pages folded.
	c.store.metrics.checkpoint(int(r.num(2)), time.Since(began).Seconds())
}
