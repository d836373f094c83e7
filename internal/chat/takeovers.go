package chat

import (
	"slices"
	"sync"
)

// takeovers remembers the last sessions that were replaced by logins on this node. A
// session that is replaced between its login and its place in the hub is not found
// by the notice of its takeover; whoever puts it there asks here afterwards.
type takeovers struct {
	mu   sync.Mutex
	last [1024]SessionID
	next int
}

func (t *takeovers) add(id SessionID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last[t.next] = id
	t.next = (t.next + 1) % len(t.last)
}

// Replaced reports whether a session of this node was taken over a short while ago.
// It is to be asked once the session can be found by a notice of takeover.
func (s *Service) Replaced(id SessionID) bool {
	t := &s.takeovers
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Contains(t.last[:], id)
}
