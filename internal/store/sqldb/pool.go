package sqldb

import (
	"errors"
	"sync/atomic"
	"time"
)

// SpareAfter is how long a connection is not used before it is closed, but for the last
// of its kind: other nodes may need its place.
const SpareAfter = 30 * time.Second

// Pool counts the connections of workers that do the same. One that cannot have any, for
// the server takes no more, leaves its work to those that have.
type Pool struct{ linked atomic.Int32 }

// Changed is told of a worker's connection before and after a piece of work.
func (p *Pool) Changed(before, after *Link) {
	if before == nil && after != nil {
		p.linked.Add(1)
	}
	if before != nil && after == nil {
		p.linked.Add(-1)
	}
}

// Spare closes a connection that is not needed and gives nil, or gives it back if it is
// the last, or of a database that does not count them.
func (p *Pool) Spare(l *Link) *Link {
	if l == nil || !l.Dialect.Server {
		return l
	}
	for {
		n := p.linked.Load()
		if n <= 1 {
			return l
		}
		if p.linked.CompareAndSwap(n, n-1) {
			_ = l.Close() // nothing was going on
			return nil
		}
	}
}

// Crowded reports whether err says that there was no connection to be had, while others of
// the pool have one.
func (p *Pool) Crowded(d *Dialect, err error) bool {
	var away *unreachable
	return errors.As(err, &away) && d.Classify(away.cause) == FailedCrowded && p.linked.Load() > 0
}
