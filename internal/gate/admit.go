package gate

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"time"

	"parley/wire"
)

// addrKey is what connections are counted by: an IPv4 address or an IPv6 /64, the
// least that one subscriber has. Connections without an address are not counted.
type addrKey netip.Addr

func keyOf(a netip.Addr) addrKey {
	a = a.Unmap()
	if a.Is6() {
		if p, err := a.WithZone("").Prefix(64); err == nil {
			return addrKey(p.Addr())
		}
	}
	return addrKey(a)
}

// admit counts a new link in, or says why not and counts that.
func (g *Gate) admit(l *Link) (refused string) {
	m := g.opts.Metrics
	addr := l.Remote().Addr()
	key := keyOf(addr)
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.stopped:
		return "the server stops"
	case len(g.links) >= g.opts.MaxConns:
		m.Crowded.Add(1)
		return fmt.Sprintf("the server has its %d connections", g.opts.MaxConns)
	case addr.IsValid() && g.addrs[key] >= g.opts.MaxConnsPerAddr:
		m.CrowdedAddr.Add(1)
		return fmt.Sprintf("there are %d connections from this address", g.opts.MaxConnsPerAddr)
	case g.unauthed >= g.opts.MaxUnauthenticated:
		m.CrowdedAnon.Add(1)
		return fmt.Sprintf("%d connections have not logged in yet", g.unauthed)
	}
	g.links[l] = struct{}{}
	g.unauthed++
	if addr.IsValid() {
		g.addrs[key]++
	}
	m.Accepted.Add(1)
	return ""
}

// leave counts a link out, the last thing that happens to it.
func (g *Gate) leave(l *Link) {
	addr := l.Remote().Addr()
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.links, l)
	if !l.loggedIn {
		g.unauthed--
	}
	if addr.IsValid() {
		key := keyOf(addr)
		if g.addrs[key]--; g.addrs[key] <= 0 {
			delete(g.addrs, key)
		}
	}
	if g.stopped && len(g.links) == 0 {
		close(g.empty)
	}
}

// setLoggedIn keeps the count of connections without a login.
func (g *Gate) setLoggedIn(l *Link, yes bool) (changed bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, here := g.links[l]; !here || l.loggedIn == yes {
		return false
	}
	l.loggedIn = yes
	if yes {
		g.unauthed--
	} else {
		g.unauthed++
	}
	return true
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

// maxLinger is how many bytes of a client are read and dropped at the end of its
// connection, so that what was sent to it last is not lost to a reset.
const maxLinger = 1 << 20

// closeWrite ends the connection's sending half and reports whether it has one.
func closeWrite(c net.Conn) bool {
	h, ok := c.(interface{ CloseWrite() error })
	return ok && h.CloseWrite() == nil
}
