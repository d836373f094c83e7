package gate

import (
	"net/netip"
	"sync"
	"time"

	"parley/internal/chat"
	"parley/internal/places"
)

// maxRatedAddrs bounds the table of addresses; past it, one that is at its limit may be
// forgotten.
const maxRatedAddrs = 20_000

// addrRates is a token bucket for each address (of IPv6, each /64). Connections without
// an address, and those of this very machine, are not bounded.
type addrRates struct {
	pace  pace
	clock chat.Clock
	start time.Time

	mu sync.Mutex
	// Guarded by mu.
	full map[netip.Addr]bucket
}

func newAddrRates(p pace, clock chat.Clock) *addrRates {
	return &addrRates{pace: p, clock: clock, start: clock.Now(), full: make(map[netip.Addr]bucket)}
}

// take takes a token of an address, or says how long it is until there is one.
func (r *addrRates) take(a netip.Addr) (wait time.Duration) {
	if !a.IsValid() || a.IsLoopback() || r.pace.every == 0 {
		return 0
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.clock.Now().Sub(r.start)
	key := places.Key(a)
	b, known := r.full[key]
	if !known && len(r.full) >= maxRatedAddrs {
		r.makeRoom(now)
	}
	wait = b.take(now, r.pace)
	r.full[key] = b
	return wait
}

// makeRoom removes, among a handful of entries in the map's random order, those that are
// full again, or one.
func (r *addrRates) makeRoom(now time.Duration) {
	const look = 16
	var victim netip.Addr
	removed, seen := false, 0
	for key, b := range r.full {
		if time.Duration(b) <= now {
			delete(r.full, key)
			removed = true
		}
		victim = key
		if seen++; seen == look {
			break
		}
	}
	if !removed {
		delete(r.full, victim)
	}
}
