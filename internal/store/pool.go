package store

import (
	"errors"
	"sync/atomic"
	"time"
)

const (
	// spareAfter is how long a connection is not used before it is closed, but for the last
	// of its kind: other nodes may need its place.
	spareAfter = 30 * time.Second
	// crowdedPause is for how long a worker without a connection takes nothing, after the
	// server had none for it; passWait is how long what it had taken waits for another, and
	// lendWait how long a lane waits for the loan of a connection before it tries again.
	crowdedPause = time.Second
	passWait     = 5 * time.Second
	lendWait     = time.Second
)

// pool counts the connections of workers that do the same. One that cannot have any, for
// the server takes no more, leaves its work to those that have.
type pool struct{ linked atomic.Int32 }

// changed is told of a worker's connection before and after a piece of work.
func (p *pool) changed(before, after *link) {
	if before == nil && after != nil {
		p.linked.Add(1)
	}
	if before != nil && after == nil {
		p.linked.Add(-1)
	}
}

// spare closes a connection that is not needed and gives nil, or gives it back if it is
// the last, or of a database that does not count them.
func (p *pool) spare(l *link) *link {
	if l == nil || !l.dialect.server {
		return l
	}
	for {
		n := p.linked.Load()
		if n <= 1 {
			return l
		}
		if p.linked.CompareAndSwap(n, n-1) {
			_ = l.close() // nothing was going on
			return nil
		}
	}
}

// crowded reports whether err says that there was no connection to be had, while others of
// the pool have one.
func (p *pool) crowded(d *dialect, err error) bool {
	var away *unreachable
	return errors.As(err, &away) && d.classify(away.cause) == failedCrowded && p.linked.Load() > 0
}
