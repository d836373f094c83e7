package store

import (
	"context"
	"time"
)

const (
	// seenFresh is for how long a server is believed to be there and to have the right role.
	seenFresh = time.Second
	// onceFresh is the same before a statement that is a whole transaction: if the connection
	// turned out to be closed, nobody would know whether it was done. It is asked after a short
	// pause, with nothing locked; a node that is busy never is.
	onceFresh = 10 * time.Millisecond
	// seenWait is how long it may take to say so.
	seenWait = 2 * time.Second
)

// usable reports whether a link can be used. One that has not been used for a while may
// have been closed by the server, or lead to one that is a standby by now: it is asked.
// One that only reads has to be asked every now and then, for a standby lets it read old
// states; one that writes finds out by writing.
func (l *link) usable() bool { return l.usableAfter(seenFresh) }

// usableAfter is usable for a link that is believed for as long as fresh.
func (l *link) usableAfter(fresh time.Duration) bool {
	switch d := l.dialect; {
	case !d.server:
		return true
	case d.hosts.moved(l.at):
		return false
	case time.Since(l.seen) < fresh:
		return true
	}
	ctx, cancel := context.WithTimeout(context.Background(), seenWait)
	defer cancel()
	l.ctx = ctx
	r, err := l.one(sqlWritable)
	l.ctx = nil
	if err != nil || r == nil || !r.yes(0) {
		return false
	}
	l.seen = time.Now()
	return true
}

// refreshed gives l if it can be used, and a new link if not or if it is nil.
func (d *dialect) refreshed(l *link, p purpose) (*link, error) {
	if l != nil {
		if l.usable() {
			return l, nil
		}
		_ = l.close() // it is of no use any more
	}
	l, err := openLink(context.Background(), d, p)
	if err != nil {
		return nil, &unreachable{err}
	}
	return l, nil
}

// wrote is told that the link's server took a write.
func (l *link) wrote() { l.seen = time.Now() }
