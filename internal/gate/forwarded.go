package gate

import (
	"crypto/tls"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// forwardedHeaders are what proxies add to a request. One of them means that the client
// may be elsewhere than the peer.
var forwardedHeaders = []string{"X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "X-Real-Ip"}

// forwarded returns the client of an HTTP request, and whether a secret may cross its
// connection. What headers say counts only from a named proxy. There the last value of
// all lines counts: the proxy has added it, and everything before it may come from the
// client.
func (g *Gate) forwarded(c net.Conn, r *http.Request) (client net.Conn, secure bool) {
	_, isTCP := inner(c).(*net.TCPConn)
	if !isTCP || !g.proxyAddr(c.RemoteAddr()) {
		return c, !isForwarded(r.Header) && isSecure(c)
	}
	addr, ok := forwardedAddr(lastValue(r.Header, "X-Forwarded-For"))
	if !ok {
		g.opts.Metrics.BadProxy.Add(1)
		g.opts.Log.Debug("a request from a proxy does not say whose it is: X-Forwarded-For has no address at its end", "remote", c.RemoteAddr())
		return c, false
	}
	from := g.believed(c.RemoteAddr(), net.TCPAddrFromAddrPort(netip.AddrPortFrom(addr, 0)))
	secure = toldHTTPS(lastValue(r.Header, "X-Forwarded-Proto")) || isLocal(from)
	if t, ok := c.(*tls.Conn); ok {
		return proxiedTLS{t, from}, secure
	}
	return proxied{c.(*net.TCPConn), from}, secure
}

func isForwarded(h http.Header) bool {
	for _, name := range forwardedHeaders {
		if len(h.Values(name)) > 0 {
			return true
		}
	}
	return false
}

// lastValue is the last element of a header that is a list, over all of its lines.
func lastValue(h http.Header, name string) string {
	lines := h.Values(name)
	if len(lines) == 0 {
		return ""
	}
	last := lines[len(lines)-1]
	return strings.TrimSpace(last[strings.LastIndexByte(last, ',')+1:])
}

// forwardedAddr reads an address as proxies write it: with a port or without, IPv6 with
// brackets or without.
func forwardedAddr(s string) (addr netip.Addr, ok bool) {
	addr, err := netip.ParseAddr(s)
	if err != nil {
		var p netip.AddrPort
		p, err = netip.ParseAddrPort(s)
		addr = p.Addr()
	}
	if inside, found := strings.CutPrefix(s, "["); err != nil && found {
		if inside, found = strings.CutSuffix(inside, "]"); found {
			addr, err = netip.ParseAddr(inside)
		}
	}
	return addr.Unmap(), err == nil
}

// toldHTTPS reports whether the scheme of the client's side is an encrypted one. Some
// proxies say wss for a WebSocket.
func toldHTTPS(scheme string) bool {
	return strings.EqualFold(scheme, "https") || strings.EqualFold(scheme, "wss")
}
