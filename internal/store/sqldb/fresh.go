package sqldb

import (
	"context"
	"time"
)

const (
	// seenFresh is for how long a server is believed to be there and to have the right role.
	seenFresh = time.Second
	// seenWait is how long it may take to say so.
	seenWait = 2 * time.Second
)

// Usable reports whether a link can be used. One that has not been used for a while may
// have been closed by the server, or lead to one that is a standby by now: it is asked.
// One that only reads has to be asked every now and then, for a standby lets it read old
// states; one that writes finds out by writing.
func (l *Link) Usable() bool { return l.UsableAfter(seenFresh) }

// UsableAfter is usable for a link that is believed for as long as fresh.
func (l *Link) UsableAfter(fresh time.Duration) bool {
	switch d := l.Dialect; {
	case !d.Server:
		return true
	case d.hosts.moved(l.at):
		return false
	case time.Since(l.seen) < fresh:
		return true
	}
	ctx, cancel := context.WithTimeout(context.Background(), seenWait)
	defer cancel()
	l.ctx = ctx
	r, err := l.One(Writable)
	l.ctx = nil
	if err != nil || r == nil || !r.Yes(0) {
		return false
	}
	l.seen = time.Now()
	return true
}

// Refreshed returns l if it can be used, and a new link if not or if it is nil.
func (d *Dialect) Refreshed(l *Link, p Purpose) (*Link, error) {
	if l != nil {
		if l.Usable() {
			return l, nil
		}
		_ = l.Close() // it is of no use any more
	}
	l, err := OpenLink(context.Background(), d, p)
	if err != nil {
		return nil, &unreachable{err}
	}
	return l, nil
}

// Wrote is told that the link's server took a write.
func (l *Link) Wrote() { l.seen = time.Now() }
