package hub

import (
	"sync"

	"parley/internal/chat"
)

// maxEarlyNotices bounds the notices that wait beyond a gap in a journal; what comes
// after them is read when the gap is.
const maxEarlyNotices = 64

// journal is how far this node has handed on what is told to a user or a group besides
// messages. It moves by exactly one, and one goroutine at a time hands on, so that
// sessions hear of things in the order in which they happened. Its lock nests with
// nothing.
type journal struct {
	mu      sync.Mutex
	known   bool  // last is known
	last    int64 // handed on up to here
	seen    int64 // the highest number that is known to exist
	early   map[int64]chat.Notice
	busy    bool // somebody hands on
	healing bool // somebody reads what is missing, or is about to
}

// begin says where the journal stands, once: what comes up to there is known to the
// sessions otherwise.
func (j *journal) begin(no int64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !j.known {
		j.known, j.last = true, no
	}
}

// keep remembers a notice until its turn; the caller holds j.mu.
func (j *journal) keep(n *chat.Notice) {
	if len(j.early) >= maxEarlyNotices && n.No != j.last+1 {
		return
	}
	if j.early == nil {
		j.early = map[int64]chat.Notice{}
	}
	if _, have := j.early[n.No]; !have { // our own knows who is not to be told
		j.early[n.No] = *n
	}
}
