// Package places shares a bounded number of places between addresses. Nobody is refused for
// the others' sake: when all places are taken, the oldest of the most crowded address
// goes. So one address, or a few, cannot keep the rest out.
package places

import (
	"container/heap"
	"net/netip"
)

// Key returns what an address is counted by: an IPv4 address or an IPv6 /64, the least that one
// subscriber has. The zero Addr is the key of those without an address.
func Key(a netip.Addr) netip.Addr {
	a = a.Unmap()
	if a.Is6() {
		if p, err := a.WithZone("").Prefix(64); err == nil {
			return p.Addr()
		}
	}
	return a
}

// Places are those that are taken. Its methods are not safe for concurrent use; each costs
// the logarithm of the number of addresses. Make one with New.
type Places[T any] struct {
	most, share int64

	sum     int64
	taken   int
	next    uint64
	crowds  map[netip.Addr]*crowd[T]
	ordered byCrowd[T]
}

// Place is one of them. It belongs to the Places that it came from.
type Place[T any] struct {
	Who T

	weight     int64
	number     uint64
	of         *crowd[T]
	prev, next *Place[T]
}

// crowd is the places of one address, the oldest first.
type crowd[T any] struct {
	key          netip.Addr
	sum          int64
	first, last  *Place[T]
	at           int // in the heap
	withoutShare bool
}

// New makes places for a weight of most in all and of share for one address; 0 is no share.
// Those without an address have none.
func New[T any](most, share int64) *Places[T] {
	return &Places[T]{most: most, share: share, crowds: map[netip.Addr]*crowd[T]{}}
}

// Len is how many places are taken, and Sum what they weigh.
func (p *Places[T]) Len() int { return p.taken }

// Sum is what all the places weigh.
func (p *Places[T]) Sum() int64 { return p.sum }

// Of is what the places of a key weigh.
func (p *Places[T]) Of(key netip.Addr) int64 {
	if c := p.crowds[key]; c != nil {
		return c.sum
	}
	return 0
}

// Take takes a place. The limits may then be exceeded: see Over.
func (p *Places[T]) Take(who T, key netip.Addr, weight int64) *Place[T] {
	c := p.crowds[key]
	if c == nil {
		c = &crowd[T]{key: key, withoutShare: !key.IsValid()}
		p.crowds[key] = c
	}
	p.next++
	place := &Place[T]{Who: who, weight: weight, number: p.next, of: c, prev: c.last}
	if c.last != nil {
		c.last.next = place
	} else {
		c.first = place
	}
	c.last = place
	p.taken++
	p.add(c, weight)
	return place
}

// Weigh changes what a place weighs.
func (p *Places[T]) Weigh(place *Place[T], weight int64) {
	by := weight - place.weight
	place.weight = weight
	p.add(place.of, by)
}

func (p *Places[T]) add(c *crowd[T], weight int64) {
	p.sum += weight
	c.sum += weight
	if !p.ordered.has(c) {
		heap.Push(&p.ordered, c)
		return
	}
	heap.Fix(&p.ordered, c.at)
}

// Leave frees a place, once.
func (p *Places[T]) Leave(place *Place[T]) {
	c := place.of
	if place.prev != nil {
		place.prev.next = place.next
	} else {
		c.first = place.next
	}
	if place.next != nil {
		place.next.prev = place.prev
	} else {
		c.last = place.prev
	}
	place.prev, place.next = nil, nil
	p.taken--
	p.sum -= place.weight
	c.sum -= place.weight
	if c.first == nil {
		heap.Remove(&p.ordered, c.at)
		delete(p.crowds, c.key)
		return
	}
	heap.Fix(&p.ordered, c.at)
}

// Over returns whose place must be given back so that the limits hold again: the oldest of
// the newcomer's address if that is over its share, else, if there are too many in all, the
// oldest of the most crowded address; nil if nobody must. It may be the newcomer.
func (p *Places[T]) Over(newcomer *Place[T]) *Place[T] {
	if c := newcomer.of; p.share > 0 && c.sum > p.share && !c.withoutShare {
		return c.first
	}
	if p.sum > p.most {
		return p.Worst()
	}
	return nil
}

// Worst returns the oldest of the most crowded address, nil if no place is taken.
func (p *Places[T]) Worst() *Place[T] {
	if len(p.ordered) == 0 {
		return nil
	}
	return p.ordered[0].first
}

// Oldest returns the oldest of an address, nil if it has none.
func (p *Places[T]) Oldest(key netip.Addr) *Place[T] {
	if c := p.crowds[key]; c != nil {
		return c.first
	}
	return nil
}

// byCrowd is a heap of crowds: the largest first, of equal ones that with the oldest place.
type byCrowd[T any] []*crowd[T]

func (h byCrowd[T]) has(c *crowd[T]) bool { return c.at < len(h) && h[c.at] == c }

func (h byCrowd[T]) Len() int { return len(h) }

func (h byCrowd[T]) Less(i, j int) bool {
	if h[i].sum != h[j].sum {
		return h[i].sum > h[j].sum
	}
	return h[i].first.number < h[j].first.number
}

func (h byCrowd[T]) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].at, h[j].at = i, j
}

// Push implements heap.Interface.
func (h *byCrowd[T]) Push(x any) {
	c := x.(*crowd[T])
	c.at = len(*h)
	*h = append(*h, c)
}

// Pop implements heap.Interface.
func (h *byCrowd[T]) Pop() any {
	old := *h
	c := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	return c
}
