package archive

import (
	"context"
	"math"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

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
	recent  *simplelru.LRU[string, *segment] // by name; the bound is most
	loading map[string]*loading
}

type loading struct {
	done chan struct{}
	file *segment
	err  error
}

func newCache(most int64, load func(context.Context, string) ([]byte, error)) *cache {
	c := &cache{most: most, load: load, loading: map[string]*loading{}}
	c.recent, _ = simplelru.NewLRU(math.MaxInt, func(_ string, gone *segment) { c.size -= gone.size }) // it refuses a size below 1 alone
	return c
}

// get returns a segment, from memory if it is there.
func (c *cache) get(ctx context.Context, seg chat.Segment) (*segment, error) {
	c.mu.Lock()
	if file, ok := c.recent.Get(seg.Name); ok {
		c.mu.Unlock()
		return file, nil
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

// keep keeps a segment, and drops those that were not used for longest until it fits; c.mu
// is held.
func (c *cache) keep(name string, file *segment) {
	if file.size > c.most {
		return
	}
	c.recent.Add(name, file)
	c.size += file.size
	for c.size > c.most {
		c.recent.RemoveOldest()
	}
}
