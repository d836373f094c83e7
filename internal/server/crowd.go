package server

import (
	"crypto/tls"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"

	"parley/internal/places"
)

// crowdLimit bounds the connections of an HTTP server. Past it nobody new is refused: the
// oldest goes, of the address that is over its share or of the most crowded one. So who
// opens connections and leaves them idle does not keep others out.
type crowdLimit struct {
	most, share int                       // in all and of one address; 0 is no share
	key         func(net.Conn) netip.Addr // not valid for who has no share; nil for all of them
	closed      *atomic.Int64             // counts those that had to go
}

// connState counts connections in and out. One that became a WebSocket is the gate's to
// count.
func (l crowdLimit) connState() func(net.Conn, http.ConnState) {
	var mu sync.Mutex
	taken := places.New[net.Conn](int64(l.most), int64(l.share))
	of := map[net.Conn]*places.Place[net.Conn]{}
	enter := func(c net.Conn) (over []net.Conn) {
		mu.Lock()
		defer mu.Unlock()
		var key netip.Addr
		if l.key != nil {
			key = l.key(c)
		}
		place := taken.Take(c, key, 1)
		of[c] = place
		for of[c] != nil {
			p := taken.Over(place)
			if p == nil {
				break
			}
			taken.Leave(p)
			delete(of, p.Who)
			over = append(over, p.Who)
		}
		return over
	}
	return func(c net.Conn, s http.ConnState) {
		switch s {
		case http.StateNew:
			for _, o := range enter(c) {
				l.closed.Add(1)
				cut(o)
			}
		case http.StateHijacked, http.StateClosed:
			mu.Lock()
			defer mu.Unlock()
			if p := of[c]; p != nil {
				taken.Leave(p)
				delete(of, c)
			}
		case http.StateActive, http.StateIdle:
		}
	}
}

// cut closes a connection without a word, which with TLS might block. Its server finds out.
func cut(c net.Conn) {
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	_ = c.Close() // it may be closed already
}

// crowdKey is what a connection's address is counted by. Behind a named proxy are many
// clients, so it has no share.
func crowdKey(proxies []netip.Prefix) func(net.Conn) netip.Addr {
	return func(c net.Conn) netip.Addr {
		t, ok := c.RemoteAddr().(*net.TCPAddr)
		if !ok {
			return netip.Addr{}
		}
		addr := t.AddrPort().Addr().Unmap()
		for _, p := range proxies {
			if p.Contains(addr) {
				return netip.Addr{}
			}
		}
		return places.Key(addr)
	}
}
