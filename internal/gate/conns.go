package gate

import (
	"crypto/tls"
	"net"
)

// proxied is a connection whose client is elsewhere than its peer.
type proxied struct {
	*net.TCPConn
	client net.Addr
}

func (p proxied) RemoteAddr() net.Addr { return p.client }

// proxiedTLS is the same where the proxy speaks TLS to this server.
type proxiedTLS struct {
	*tls.Conn
	client net.Addr
}

func (p proxiedTLS) RemoteAddr() net.Addr { return p.client }

func isTLS(c net.Conn) bool {
	switch c.(type) {
	case *tls.Conn, proxiedTLS:
		return true
	}
	return false
}

func isSecure(c net.Conn) bool {
	if isTLS(c) {
		return true
	}
	a, ok := c.RemoteAddr().(*net.TCPAddr)
	return !ok || a.IP.IsLoopback()
}

// inner is the connection below TLS, c itself if there is none.
func inner(c net.Conn) net.Conn {
	if t, ok := c.(*tls.Conn); ok {
		return t.NetConn()
	}
	return c
}

// closeWrite ends the connection's sending half and reports whether it has one.
func closeWrite(c net.Conn) bool {
	h, ok := c.(interface{ CloseWrite() error })
	return ok && h.CloseWrite() == nil
}
