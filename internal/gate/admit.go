package gate

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"time"

	"parley/internal/places"
	"parley/wire"
)

// key is what a link's address is counted by; not valid without an address.
func (l *Link) key() netip.Addr { return places.Key(l.Remote().Addr()) }

// admit counts a new link in, or says why not and counts that. If there are too many, those
// who have not logged in make room, the oldest of the most crowded address first.
func (g *Gate) admit(l *Link) (refused string) {
	m, key := g.opts.Metrics, l.key()
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.stopped {
		return "the server stops"
	}
	if key.IsValid() && g.addrs[key] >= g.opts.MaxConnsPerAddr && !g.makeRoom(g.guests.Oldest(key)) {
		m.CrowdedAddr.Add(1)
		return fmt.Sprintf("there are %d connections from this address", g.opts.MaxConnsPerAddr)
	}
	if g.conns >= g.opts.MaxConns && !g.makeRoom(g.guests.Worst()) {
		m.Crowded.Add(1)
		return fmt.Sprintf("the server has its %d connections", g.opts.MaxConns)
	}
	g.links[l] = struct{}{}
	g.conns++
	if key.IsValid() {
		g.addrs[key]++
	}
	g.enterGuest(l, key)
	m.Accepted.Add(1)
	return ""
}

// enterGuest counts a link among those without a login; g.mu is held.
func (g *Gate) enterGuest(l *Link, key netip.Addr) {
	l.guest = g.guests.Take(l, key, 1)
	for l.guest != nil {
		if !g.makeRoom(g.guests.Over(l.guest)) {
			return
		}
	}
}

// makeRoom closes the link that has a place, if there is one; g.mu is held.
func (g *Gate) makeRoom(p *places.Place[*Link]) bool {
	if p == nil {
		return false
	}
	g.opts.Metrics.MadeRoom.Add(1)
	g.expel(p.Who, "too many connections have not logged in; connect again and log in at once")
	return true
}

// expel takes back all places of a link and closes it. Only so many are told why at one
// time. g.mu is held.
func (g *Gate) expel(l *Link, why string) {
	g.countOut(l)
	l.expelled = true
	g.expelled++
	told := g.expelled <= maxRefusals
	g.refusals.Go(func() { // closing TLS may block
		if !told {
			l.out.Die(errCrowded)
			l.Close()
			return
		}
		l.out.SetStatus(statusTryLater)
		l.out.Last(goodbye(wire.ByeCrowded, "the server is full: "+why, crowdedAfter))
	})
}

var errCrowded = errors.New("gate: the connection had to make room for others")

// countOut takes back all places of a link; g.mu is held.
func (g *Gate) countOut(l *Link) {
	g.conns--
	if key := l.key(); key.IsValid() {
		if g.addrs[key]--; g.addrs[key] <= 0 {
			delete(g.addrs, key)
		}
	}
	if l.guest != nil {
		g.guests.Leave(l.guest)
		l.guest = nil
	}
	if l.part != nil {
		g.parts.Leave(l.part)
		l.part = nil
	}
}

// leave counts a link out, the last thing that happens to it.
func (g *Gate) leave(l *Link) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.links, l)
	if l.expelled {
		g.expelled--
	} else {
		g.countOut(l)
	}
	if g.stopped && len(g.links) == 0 {
		close(g.empty)
	}
}

// setLoggedIn keeps the count of connections without a login.
func (g *Gate) setLoggedIn(l *Link, yes bool) (changed bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, here := g.links[l]; !here || l.expelled || l.loggedIn == yes {
		return false
	}
	l.loggedIn = yes
	if !yes {
		g.enterGuest(l, l.key())
		return true
	}
	g.guests.Leave(l.guest)
	l.guest = nil
	return true
}

// freePart is how many bytes of an unfinished frame are not counted: they are bounded by
// the number of connections, and few frames are longer.
const freePart = 4 << 10

// holds counts the bytes that a link holds of a frame whose end has not come. If there are
// too many in all, those who hold some make room, the oldest of the address with the
// most bytes first.
func (g *Gate) holds(l *Link, n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case l.expelled:
		return
	case l.part == nil && n > 0:
		l.part = g.parts.Take(l, l.key(), int64(n))
	case l.part != nil && n > 0:
		g.parts.Weigh(l.part, int64(n))
	case l.part != nil:
		g.parts.Leave(l.part)
		l.part = nil
	}
	for l.part != nil {
		over := g.parts.Over(l.part)
		if over == nil {
			return
		}
		g.opts.Metrics.PartsCut.Add(1)
		g.expel(over.Who, "too many frames are begun and not finished; connect again and send each at once")
	}
}

const (
	crowdedAfter = 10 * time.Second // when a refused client should try again
	maxRefusals  = 64               // refusals that are told why at one time
)

// turnAway tells a connection over a limit so and closes it. Only so many are
// told at one time; the rest are closed.
func (g *Gate) turnAway(c net.Conn, f wire.Framing, why string) {
	select {
	case g.refuse <- struct{}{}:
	default:
		_ = c.Close() // too many at once to be told
		return
	}
	g.refusals.Go(func() {
		defer func() { <-g.refuse }()
		defer c.Close()
		_ = c.SetDeadline(time.Now().Add(g.opts.Linger)) // without one, the write fails or succeeds as well
		bye := goodbye(wire.ByeCrowded, "the server is full: "+why+"; try again later", crowdedAfter)
		out := wire.AppendFramed(nil, f, bye)
		if f == wire.WebSocket {
			out = appendControl(out, opClose, statusBody(statusTryLater))
		}
		if _, err := c.Write(out); err != nil {
			return
		}
		if closeWrite(c) {
			_, _ = io.Copy(io.Discard, io.LimitReader(c, maxLinger)) // until the client has read why and left
		}
	})
}

// Authenticated tells that the connection has a login (which ends the time limit
// for those without), or has none any more (which starts it anew).
func (l *Link) Authenticated(yes bool) {
	if !l.gate.setLoggedIn(l, yes) {
		return
	}
	if yes {
		l.loginBy.Store(0)
		return
	}
	l.gate.sweep.deadline(l, &l.loginBy, l.gate.opts.LoginTimeout)
}

// Expected tells that a connection without a login was told to come back in a while: its
// time limit begins then.
func (l *Link) Expected(in time.Duration) {
	l.gate.sweep.deadline(l, &l.loginBy, in+l.gate.opts.LoginTimeout)
}
