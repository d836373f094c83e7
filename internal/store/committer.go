package store

import (
	"errors"
	"slices"
	"sync"
	"time"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
	"parley/wire"
)

// item is one thing in the committer's queue: an append or another write.
type item struct {
	append *chat.Append
	piece  *piece
	since  time.Time // of an append: when it came
}

// committer owns the writer's connection. What is queued while it commits forms its
// next transaction; there is no timer. A second goroutine hands appends back, so
// that delivering them overlaps with the next commit. Neither ever waits for the
// other: what bounds them is that no more than a queue's length of appends is
// anywhere between Append and being handed back.
type committer struct {
	store    *Store
	maxQueue int
	maxBatch int
	maxPages int
	faults   faults
	wake     chan struct{} // 1: there is something to write, or the end
	handBack chan struct{} // 1: there is something to hand back, or the end
	done     sync.WaitGroup

	waiting *waiting // on a database server: appends whose rows others hold; nil elsewhere

	mu       sync.Mutex
	queue    []item
	working  time.Time // since when the oldest append waits that is being written; zero: none is
	failed   failing   // appends that were refused because a transaction failed
	pieces   int       // in queue
	appends  int       // from Append until handed back
	results  []result
	appended func(batch []*chat.Append, doubtful bool)
	closing  bool // nothing more is taken
	ended    bool // nothing more will be in results

	// Owned by the committing goroutine.
	pen      pen
	pages    int // written since the last checkpoint
	closeErr error
	batch    batch
}

// result is what is handed back in one call.
type result struct {
	appends  []*chat.Append
	doubtful bool
}

func startCommitter(s *Store, writer *sqldb.Link, o Options) *committer {
	c := &committer{
		store: s, maxQueue: o.Queue, maxBatch: o.MaxBatch, maxPages: o.checkpointPages, faults: o.faults,
		wake: make(chan struct{}, 1), handBack: make(chan struct{}, 1),
		appended: func([]*chat.Append, bool) {},
	}
	c.pen = pen{store: s, faults: o.faults, link: writer}
	c.pen.opened = func() { c.pages = c.maxPages } // the pages of the connection before are not known
	c.batch.init(c, &c.pen)
	if s.dialect.Server {
		c.waiting = startWaiting(c, o.lockPatience)
	}
	c.done.Add(2)
	go c.run()
	go c.handBackAll()
	return c
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// SetAppended implements chat.Log.
func (s *Store) SetAppended(fn func(batch []*chat.Append, doubtful bool)) {
	s.committer.mu.Lock()
	defer s.committer.mu.Unlock()
	s.committer.appended = fn
}

// Append implements chat.Log.
func (s *Store) Append(a *chat.Append) { s.committer.enqueue(a) }

func (c *committer) enqueue(a *chat.Append) {
	a.Seq, a.Err, a.LastSendSeq = 0, nil, 0
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.ended:
		// Whoever appends after Close still gets its answer, from nobody's goroutine.
		a.Err = errClosed()
		go c.appended([]*chat.Append{a}, false)
		return
	case c.closing:
		a.Err = errClosed()
	case c.appends >= c.maxQueue:
		a.Err = chat.E(wire.Busy)
		c.store.metrics.refused("full queue", 1)
	}
	c.appends++
	if a.Err != nil {
		// Appended is never called from here: the caller may hold what it needs.
		c.results = append(c.results, result{appends: []*chat.Append{a}})
		signal(c.handBack)
		return
	}
	c.queue = append(c.queue, item{append: a, since: c.store.clock.Now()})
	if len(c.queue) == 1 {
		signal(c.wake)
	}
}

// submit queues a write that is no append.
func (c *committer) submit(p *piece) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing {
		return errClosed()
	}
	if c.pieces >= c.maxQueue {
		return chat.E(wire.Busy)
	}
	c.pieces++
	c.queue = append(c.queue, item{piece: p})
	if len(c.queue) == 1 {
		signal(c.wake)
	}
	return nil
}

func (c *committer) queued() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.queue)
}

// take moves the head of the queue into items; ok is false when there is nothing and
// never will be.
func (c *committer) take(items []item) (_ []item, ok bool) {
	for {
		c.mu.Lock()
		n := min(len(c.queue), c.maxBatch)
		if n > 0 {
			items = append(items[:0], c.queue[:n]...)
			rest := copy(c.queue, c.queue[n:])
			clear(c.queue[rest:])
			c.queue = c.queue[:rest]
			c.working = time.Time{}
			for i := range items {
				switch it := &items[i]; {
				case it.piece != nil:
					c.pieces--
				case c.working.IsZero():
					c.working = it.since
				}
			}
			c.mu.Unlock()
			return items, true
		}
		closing := c.closing
		c.working = time.Time{}
		c.mu.Unlock()
		if closing {
			return nil, false
		}
		<-c.wake
	}
}

// run is the committing goroutine.
func (c *committer) run() {
	defer c.done.Done()
	var items []item
	for {
		var ok bool
		if items, ok = c.take(items); !ok {
			break
		}
		if c.waiting != nil {
			c.commitFree(items)
		} else {
			c.commit(&c.batch, items)
		}
		clear(items)
		c.checkpoint()
	}
	if c.waiting != nil {
		c.waiting.stop()
	}
	c.closeErr = c.pen.close()
	c.mu.Lock()
	c.ended = true
	c.mu.Unlock()
	signal(c.handBack)
}

// commit takes items through a transaction, passes on what has an outcome, and returns what
// was left, in order. What was passed on belongs to its owner again.
func (c *committer) commit(b *batch, items []item) (left []item) {
	began := time.Now()
	doubtful, committed := b.do(items)
	took := time.Since(began)
	if !b.timedOut {
		c.attempted(items, committed)
	}
	if c.store.dialect.Server {
		items, left = parted(items)
	}
	c.finish(items, doubtful, committed, took)
	return left
}

// parted sorts out what was left.
func parted(items []item) (have, left []item) {
	isLeft := func(it item) bool { return errors.Is(it.append.Err, errLeft) }
	if !slices.ContainsFunc(items, isLeft) {
		return items, nil
	}
	for _, it := range items {
		if isLeft(it) {
			left = append(left, it)
		} else {
			have = append(have, it)
		}
	}
	return have, left
}

// finish releases the writes of a transaction and passes its appends on.
func (c *committer) finish(items []item, doubtful, committed bool, took time.Duration) {
	var appends []*chat.Append
	stored, writes := 0, 0
	for _, it := range items {
		switch {
		case it.piece != nil:
			writes++
			close(it.piece.done)
		case appends == nil:
			appends = make([]*chat.Append, 0, len(items)-writes)
			fallthrough
		default:
			appends = append(appends, it.append)
			if it.append.Err == nil {
				stored++
			} else {
				c.store.metrics.refused(reason(it.append.Err), 1)
			}
		}
	}
	c.store.metrics.commit(stored, writes, took.Seconds(), committed)
	if stored > 0 {
		c.store.metrics.waited(c.store.clock.Now().Sub(firstAppend(items)).Seconds())
	}
	if len(appends) == 0 {
		return
	}
	c.mu.Lock()
	c.results = append(c.results, result{appends: appends, doubtful: doubtful})
	c.mu.Unlock()
	signal(c.handBack)
}

// giveBack passes one append on that was not written.
func (c *committer) giveBack(a *chat.Append) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.results = append(c.results, result{appends: []*chat.Append{a}})
	signal(c.handBack)
}

// handBackAll is the goroutine that calls Appended, in the order of the commits.
// Batches that came while it was busy are handed back in one call.
func (c *committer) handBackAll() {
	defer c.done.Done()
	for range c.handBack {
		for {
			c.mu.Lock()
			results, ended, appended := c.results, c.ended, c.appended
			c.results = nil
			c.mu.Unlock()
			if len(results) == 0 {
				if ended {
					return
				}
				break
			}
			for _, r := range merged(results) {
				appended(r.appends, r.doubtful)
				c.mu.Lock()
				c.appends -= len(r.appends)
				c.mu.Unlock()
			}
		}
	}
}

// merged joins neighbours whose outcome is known.
func merged(results []result) []result {
	out := results[:1]
	for _, r := range results[1:] {
		last := &out[len(out)-1]
		if r.doubtful || last.doubtful {
			out = append(out, r)
			continue
		}
		last.appends = append(last.appends, r.appends...)
	}
	return out
}

// stop takes nothing more, finishes what is queued, and waits until all of it was
// handed back.
func (c *committer) stop() error {
	c.mu.Lock()
	c.closing = true
	c.mu.Unlock()
	signal(c.wake)
	c.done.Wait()
	return c.closeErr
}
