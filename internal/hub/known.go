package hub

import (
	"sync"
	"time"

	"parley/internal/chat"
)

// presenceNumbers remembers the presence with the highest number that is known of each
// user, so that an older notice that comes late is dropped, and what was told to whom
// lately, so that a comparison tells what is missing and nothing twice.
type presenceNumbers struct {
	mu   sync.Mutex
	last map[chat.UserID]presence
	told map[listener]int64
	// swept is up to which number a comparison has seen to it that all friends here were
	// told; absent is since when one has seen a user offline and waits for his return.
	swept  map[chat.UserID]int64
	absent map[chat.UserID]absence
}

type presence struct {
	no     int64
	online bool
}

// listener is a friend with sessions here, and the user that he was told about.
type listener struct{ friend, user chat.UserID }

type absence struct {
	no    int64
	since time.Time
}

// maxPresence bounds the maps of presenceNumbers; what falls out is old enough to be in
// no queue.
const maxPresence = 100_000

func newPresenceNumbers() presenceNumbers {
	return presenceNumbers{
		last: map[chat.UserID]presence{}, told: map[listener]int64{},
		swept: map[chat.UserID]int64{}, absent: map[chat.UserID]absence{},
	}
}

// note records a presence, and reports false for one that is older than what is known.
func (p *presenceNumbers) note(u chat.UserID, now presence) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now.no < p.last[u].no {
		return false
	}
	makeRoom(p.last)
	p.last[u] = now
	return true
}

func makeRoom[K comparable, V any](m map[K]V) {
	for old := range m {
		if len(m) < maxPresence {
			return
		}
		delete(m, old)
	}
}

// tell reports whether a friend has not been told this yet, and takes note of it.
func (p *presenceNumbers) tell(l listener, no int64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.told[l] >= no {
		return false
	}
	makeRoom(p.told)
	p.told[l] = no
	return true
}

// newest returns what is known of a user's presence here, unless the given one is newer.
func (p *presenceNumbers) newest(u chat.UserID, now presence) presence {
	p.mu.Lock()
	defer p.mu.Unlock()
	if last, ok := p.last[u]; ok && last.no >= now.no {
		return last
	}
	return now
}

// untold gives, of users whose rows have moved, those whose friends here may not have
// heard of it. One who is offline is given only once that has lasted for a while: he may
// be on his way back.
func (p *presenceNumbers) untold(marks []chat.UserMark, now time.Time, wait time.Duration) (missing []chat.UserMark) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range marks {
		if m.PresenceNo <= p.swept[m.ID] {
			continue
		}
		if m.Online {
			delete(p.absent, m.ID)
		} else {
			a, known := p.absent[m.ID]
			if !known || a.no != m.PresenceNo {
				makeRoom(p.absent)
				p.absent[m.ID] = absence{m.PresenceNo, now}
				continue
			}
			if now.Sub(a.since) < wait {
				continue
			}
			delete(p.absent, m.ID)
		}
		missing = append(missing, m)
	}
	return missing
}

func (p *presenceNumbers) sweptUp(marks []chat.UserMark) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range marks {
		makeRoom(p.swept)
		p.swept[m.ID] = max(p.swept[m.ID], m.PresenceNo)
	}
}

// renew brings a page up to what is known here.
func (p *presenceNumbers) renew(page []chat.Friend) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range page {
		f := &page[i]
		if last, ok := p.last[f.ID]; ok && last.no >= f.PresenceNo {
			f.PresenceNo, f.Online = last.no, last.online
		}
		f.Online = f.Online && !f.Hides
	}
}
