package gate

import (
	"net/netip"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"parley/internal/chat"
	"parley/internal/places"
)

// maxRatedAddrs bounds the table of addresses; past it, that goes which took no token for
// longest.
const maxRatedAddrs = 20_000

// addrRates is a token bucket for each address (of IPv6, each /64). Connections without
// an address, and those of this very machine, are not bounded.
type addrRates struct {
	pace  pace
	clock chat.Clock
	start time.Time

	mu sync.Mutex
	// Guarded by mu.
	full *simplelru.LRU[netip.Addr, bucket]
}

func newAddrRates(p pace, clock chat.Clock) *addrRates {
	full, _ := simplelru.NewLRU[netip.Addr, bucket](maxRatedAddrs, nil) // it refuses a size below 1 alone
	return &addrRates{pace: p, clock: clock, start: clock.Now(), full: full}
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
	b, _ := r.full.Get(key)
	wait = b.take(now, r.pace)
	r.full.Add(key, b)
	return wait
}
