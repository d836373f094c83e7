package hub

import (
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"parley/internal/chat"
)

// presenceNumbers remembers what is known of the presence of each user whose presence has
// changed lately, and who was told of it: so an older notice that comes late is dropped, and
// a comparison tells what is missing and nothing twice.
type presenceNumbers struct {
	mu    sync.Mutex
	users *simplelru.LRU[chat.UserID, *known]
	told  int // how many friends stand in all known.told
}

// known is what is known of one user's presence.
type known struct {
	presence
	noted bool // presence was told or read; without it all is zero
	// told are the friends that were told of number toldNo, ascending.
	told   []chat.UserID
	toldNo int64
	// swept is up to which number a comparison has seen to it that all friends here were
	// told; absent is since when one has seen the user offline and waits for their return.
	swept  int64
	absent absence
}

type presence struct {
	no     int64
	online bool
}

// listener is a friend, and the user that they are told about.
type listener struct{ friend, user chat.UserID }

// absence is of the number no, 0 for none.
type absence struct {
	no    int64
	since time.Time
}

// The bounds of presenceNumbers. Past them that user is forgotten of whom nothing was told
// for longest; it is old enough to be in no queue.
const (
	maxPresence = 100_000 // users
	maxTold     = 200_000 // friends of all of them who were told
)

func newPresenceNumbers() *presenceNumbers {
	p := new(presenceNumbers)
	p.users, _ = simplelru.NewLRU(maxPresence, func(_ chat.UserID, k *known) { p.told -= len(k.told) }) // it refuses a size below 1 alone
	return p
}

// of returns what is known of a user, to be written to. The caller holds p.mu.
func (p *presenceNumbers) of(u chat.UserID) *known {
	k, ok := p.users.Get(u)
	if !ok {
		k = new(known)
		p.users.Add(u, k)
	}
	return k
}

// note records a presence, and reports false for one that is older than what is known.
func (p *presenceNumbers) note(u chat.UserID, now presence) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	k := p.of(u)
	if now.no < k.no {
		return false
	}
	k.presence, k.noted = now, true
	return true
}

// tell reports whether a friend has not been told this yet, and takes note of it. Of an
// older number than others were told nothing is kept: the newer one is told to all.
func (p *presenceNumbers) tell(l listener, no int64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if no <= 0 {
		return false
	}
	k := p.of(l.user)
	if no > k.toldNo {
		p.told -= len(k.told)
		k.told, k.toldNo = k.told[:0], no
	}
	at, found := slices.BinarySearch(k.told, l.friend)
	if found || no < k.toldNo {
		return !found
	}
	k.told = slices.Insert(k.told, at, l.friend)
	p.told++
	for p.told > maxTold && p.users.Len() > 1 {
		p.users.RemoveOldest()
	}
	return true
}

// newest returns what is known of a user's presence here, unless the given one is newer.
func (p *presenceNumbers) newest(u chat.UserID, now presence) presence {
	p.mu.Lock()
	defer p.mu.Unlock()
	if k, ok := p.users.Peek(u); ok && k.noted && k.no >= now.no {
		return k.presence
	}
	return now
}

// untold returns, of users whose rows have moved, those whose friends here may not have
// heard of it. One who is offline is returned only once that has lasted for a while: they
// may be on their way back.
func (p *presenceNumbers) untold(marks []chat.UserMark, now time.Time, wait time.Duration) (missing []chat.UserMark) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range marks {
		k, ok := p.users.Peek(m.ID)
		if ok && m.PresenceNo <= k.swept || !ok && m.PresenceNo <= 0 {
			continue
		}
		if !m.Online {
			k = p.of(m.ID)
			if k.absent.no != m.PresenceNo {
				k.absent = absence{m.PresenceNo, now}
				continue
			}
			if now.Sub(k.absent.since) < wait {
				continue
			}
		}
		if k != nil {
			k.absent = absence{}
		}
		missing = append(missing, m)
	}
	return missing
}

// sweptUp records that the friends here of these users were told.
func (p *presenceNumbers) sweptUp(marks []chat.UserMark) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range marks {
		k := p.of(m.ID)
		k.swept = max(k.swept, m.PresenceNo)
	}
}

// renew brings a page up to what is known here.
func (p *presenceNumbers) renew(page []chat.Friend) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range page {
		f := &page[i]
		if k, ok := p.users.Peek(f.ID); ok && k.noted && k.no >= f.PresenceNo {
			f.PresenceNo, f.Online = k.no, k.online
		}
		f.Online = f.Online && !f.Hides
	}
}
