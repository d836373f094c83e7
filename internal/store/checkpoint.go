package store

import (
	"context"
	"log/slog"
	"time"
)

// checkpointer folds the write-ahead log into the database from a connection of its
// own, so that no commit waits for it.
type checkpointer struct {
	dialect *dialect
	path    string
	log     *slog.Logger
	metrics *Metrics
	due     chan struct{}
	done    chan struct{}
}

func startCheckpointer(d *dialect, path string, log *slog.Logger, m *Metrics) *checkpointer {
	c := &checkpointer{dialect: d, path: path, log: log, metrics: m, due: make(chan struct{}, 1), done: make(chan struct{})}
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
		if err := c.fold(); err != nil {
			c.log.Warn("folding the log into the database failed; it is tried again", "err", err)
		}
	}
}

// fold moves the log's pages into the database. The first pass waits for nobody and
// does nearly all of it; the second keeps the writer waiting for the little that was
// written meanwhile, so that the log starts over instead of growing. A log that
// outgrew its bound all the same is cut. The connection is opened each time: a
// checkpoint is seldom, and what went wrong with the last one does not stay.
func (c *checkpointer) fold() error {
	l, err := openLink(context.Background(), c.dialect, forCheckpoint)
	if err != nil {
		return err
	}
	defer l.close()
	began := time.Now()
	if _, err := l.one(sqlFold); err != nil {
		return err
	}
	second := sqlFoldRest
	if logSize(c.path) > truncateBytes {
		second = sqlFoldAndCut
	}
	folded, err := l.one(second)
	if err != nil {
		return err
	}
	// Its row: whether somebody was in the way, pages of the log, pages folded.
	c.metrics.checkpoint(int(folded.num(2)), time.Since(began).Seconds())
	return nil
}
