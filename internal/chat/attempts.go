package chat

import (
	"net/netip"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"parley/wire"
)

// attempts holds back those who guess. After a number of failed attempts that are
// free, each further one doubles the time to the next, for the account that was
// tried and for the address that tried. An address from which the account has been in
// lately, and a device that has proved itself, count apart: strangers do not keep the
// owner out. It is one table of bounded size: an entry is forgotten when nothing failed
// for forgetAfter, or when the table is full and all others have failed since.
type attempts struct {
	clock       Clock
	longest     time.Duration
	freeAccount int
	freeAddress int

	mu     sync.Mutex
	failed *simplelru.LRU[suspect, failures] // by when they failed last
}

// suspect is who is held back: an account for all who are strange to it (user, or the key
// of a name that nobody has); an account at an address that it has been in from (user and
// from) or on a device that has proved itself (user and device); or an address, whatever
// is tried there (from alone).
type suspect struct {
	user   UserID
	key    string
	from   netip.Prefix
	device string
}

// provedDevice is an account on one device, by its name or by # and its number.
func provedDevice(user UserID, device string) suspect {
	return suspect{user: user, device: "device " + device}
}

type failures struct {
	count int
	last  time.Time
}

const forgetAfter = 10 * time.Minute

func newAttempts(o ServiceOptions, clock Clock) *attempts {
	failed, _ := simplelru.NewLRU[suspect, failures](max(1, o.AttemptTable), nil) // it refuses a size below 1 alone
	return &attempts{
		clock:       clock,
		longest:     o.LongestDelay,
		freeAccount: o.FreeAttemptsAccount,
		freeAddress: o.FreeAttemptsAddress,
		failed:      failed,
	}
}

// addressOf names where an attempt comes from: an IPv4 address, or the /64 of an
// IPv6 one, all of which is usually one customer.
func addressOf(a netip.Addr) suspect {
	if a = a.Unmap(); !a.IsValid() {
		return suspect{}
	}
	bits := a.BitLen()
	if a.Is6() {
		bits = 64
	}
	p, _ := a.WithZone("").Prefix(bits) // bits is always in range
	return suspect{from: p}
}

// text is the address as it is remembered, "" if there is none.
func (w suspect) text() string {
	if !w.from.IsValid() {
		return ""
	}
	return w.from.String()
}

// check answers RateLimited while any of the suspects has to wait.
func (t *attempts) check(who ...suspect) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.clock.Now()
	var wait time.Duration
	for _, w := range who {
		f, ok := t.failed.Peek(w)
		if !ok {
			continue
		}
		wait = max(wait, t.delay(w, f.count)-now.Sub(f.last))
	}
	if wait <= 0 {
		return nil
	}
	return &Error{
		Code:       wire.RateLimited,
		Info:       "too many failed logins or invitation codes: wait before the next one",
		RetryAfter: wait,
	}
}

// fail records a failed attempt.
func (t *attempts) fail(who ...suspect) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.clock.Now()
	for _, w := range who {
		if w == (suspect{}) {
			continue
		}
		f, _ := t.failed.Peek(w)
		if now.Sub(f.last) > forgetAfter {
			f.count = 0
		}
		t.failed.Add(w, failures{count: f.count + 1, last: now})
	}
}

// forgive forgets an account's failures: its owner has just proved who he is.
func (t *attempts) forgive(w suspect) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failed.Remove(w)
}

// delay is how long after the last failure the next attempt may come.
func (t *attempts) delay(w suspect, count int) time.Duration {
	free := t.freeAccount
	if w.from.IsValid() && w.user == 0 {
		free = t.freeAddress
	}
	over := count - free
	if over <= 0 {
		return 0
	}
	d := time.Second
	for ; over > 1 && d < t.longest; over-- {
		d *= 2
	}
	return min(d, t.longest)
}
