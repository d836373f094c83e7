package archive

import (
	"container/list"
	"context"
	"sync"
	"time"

	"parley/internal/chat"
)

// fetchWait bounds one reading of a segment, which no reader's own context ends.
const fetchWait = 30 * time.Second

// cache keeps the segments that were read last in memory, up to a bound; what one is
// wanted by several at once is read once.
type cache struct {
	most int64
	load func(ctx context.Context, name string) ([]byte, error)

	mu sync.Mutex
	// Guarded by mu.
	size    int64
	recent  *list.List // of *cached, the last used first
	byName  map[string]*list.Element
	loading map[string]*loading
}

type cached struct {
	name string
	file *segment
}

type loading struct {
	done chan struct{}
	file *segment
	err  error
}

func newCache(most int64, load func(context.Context, string) ([]byte, error)) *cache {
	return &cache{most: most, load: load, recent: list.New(), byName: map[string]*list.Element{}, loading: map[string]*loading{}}
}

// get gives a segment, from memory if it is there.
func (c *cache) get(ctx context.Context, seg chat.Segment) (*segment, error) {
	c.mu.Lock()
	if e := c.byName[seg.Name]; e != nil {
		c.recent.MoveToFront(e)
		c.mu.Unlock()
		return e.Value.(*cached).file, nil
	}
	l := c.loading[seg.Name]
	if l == nil {
		l = &loading{done: make(chan struct{})}
		c.loading[seg.Name] = l
		// Not the caller's context: others may wait for it by then.
		go c.fetch(context.WithoutCancel(ctx), seg, l)
	}
	c.mu.Unlock()
	select {
	case <-l.done:
		return l.file, l.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (c *cache) fetch(ctx context.Context, seg chat.Segment, l *loading) {
	ctx, cancel := context.WithTimeout(ctx, fetchWait)
	defer cancel()
	data, err := c.load(ctx, seg.Name)
	if err == nil {
		l.file, err = decode(data, seg.SHA256)
	}
	l.err = err
	c.mu.Lock()
	delete(c.loading, seg.Name)
	if err == nil {
		c.keep(seg.Name, l.file)
	}
	c.mu.Unlock()
	close(l.done)
}

// keep puts a segment in front and drops what no longer fits; c.mu is held.
func (c *cache) keep(name string, file *segment) {
	if file.size > c.most {
		return
	}
	c.byName[name] = c.recent.PushFront(&cached{name, file})
	c.size += file.size
	for c.size > c.most {
		last := c.recent.Back()
		old := c.recent.Remove(last).(*cached)
		delete(c.byName, old.name)
		c.size -= old.file.size
	}
}
