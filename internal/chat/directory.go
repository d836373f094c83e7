package chat

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"parley/wire"
)

// Found is a user who was found by the beginning of their name.
type Found struct {
	User
	Display string // as in Profile
}

// Directory is the part of the store about finding users.
type Directory interface {
	// UsersByPrefix returns users whose key (see NameKey) begins with a prefix, in the order of
	// their keys by code points, at most limit of them. It leaves out the viewer, closed accounts,
	// and who blocks the viewer.
	UsersByPrefix(ctx context.Context, viewer UserID, prefix string, limit int) ([]Found, error)
}

// FindPeople returns users whose names begin as given, at most limit and wire.MaxFound of them; more
// tells that there are others, who are found by a longer beginning. There are no pages: whoever looks
// for somebody types on, and whoever collects names has to ask often. Errors: NoDirectory, BadName,
// RateLimited, and the store's.
func (s *Service) FindPeople(ctx context.Context, by Caller, begins string, limit int64) (found []Found, more bool, err error) {
	if s.o.NoDirectory {
		return nil, false, E(wire.NoDirectory)
	}
	key, ok := FindKey(begins)
	if !ok {
		return nil, false, Errorf(wire.BadName, "a name begins with 1 to %d characters: send the beginning of the name in `name`", wire.MaxName)
	}
	if err := s.lookUp(by); err != nil {
		return nil, false, err
	}
	n := wire.MaxFound
	if limit > 0 {
		n = int(min(limit, wire.MaxFound))
	}
	if found, err = s.store.UsersByPrefix(ctx, by.User.ID, key, n+1); err != nil {
		return nil, false, err
	}
	found, more = cut(found, n)
	return found, more, nil
}

// lookUp counts a question about somebody whom the caller does not know. The error is RateLimited.
func (s *Service) lookUp(by Caller) error {
	wait := s.lookups.take(by.User.ID, s.clock.Now())
	if wait == 0 {
		return nil
	}
	s.lookups.Refused.Add(1)
	return &Error{
		Code: wire.RateLimited, RetryAfter: wait,
		Info: "this account has looked for as many people as is allowed in an hour: try again later, or add the one you mean by their whole name",
	}
}

// lookups bounds how often an account may look for people through this node. An account may ask
// PerHour times at once, and as often in an hour from then on. The table is bounded: who has not
// asked for longest is forgotten.
type lookups struct {
	Refused atomic.Int64
	every   time.Duration // one question's share of an hour; 0: no limit

	mu   sync.Mutex
	full *simplelru.LRU[UserID, time.Time] // when an account may ask as often as ever again
}

const (
	lookupWindow = time.Hour
	mostLookers  = 20_000
)

func (l *lookups) init(perHour int) {
	l.full, _ = simplelru.NewLRU[UserID, time.Time](mostLookers, nil) // it refuses a size below 1 alone
	if perHour > 0 {
		l.every = lookupWindow / time.Duration(perHour)
	}
}

// take notes a question, or returns how long it is until the next may be asked.
func (l *lookups) take(u UserID, now time.Time) (wait time.Duration) {
	if l.every == 0 {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	full, _ := l.full.Get(u)
	if full.Before(now) {
		full = now
	}
	if ahead := full.Add(l.every).Sub(now); ahead > lookupWindow {
		return ahead - lookupWindow
	}
	l.full.Add(u, full.Add(l.every))
	return 0
}

// LookupsRefused counts questions about people that were one too many in an hour.
func (s *Service) LookupsRefused() *atomic.Int64 { return &s.lookups.Refused }
