package gate

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/pires/go-proxyproto"
	"github.com/pires/go-proxyproto/tlvparse"

	"parley/wire"
)

// The PROXY protocol (versions 1 and 2, haproxy.org): a load balancer puts the client's
// address in front of what the client sends. From the addresses that an operator names,
// and only from there, every connection must begin with it: a receiver must not guess.
const (
	proxyTime   = 5 * time.Second // how long the header may take
	maxProxyV1  = 107             // bytes of a header of version 1, by the specification
	maxProxyV2  = 4 << 10         // bytes of one of version 2 behind its first 16; ours to choose
	proxyPrefix = 12              // bytes that tell the versions apart
)

// proxyAddr reports whether connections from an address come from a named proxy.
func (g *Gate) proxyAddr(a net.Addr) bool {
	t, ok := a.(*net.TCPAddr)
	if !ok || len(g.opts.ProxyFrom) == 0 {
		return false
	}
	addr := t.AddrPort().Addr().Unmap()
	for _, p := range g.opts.ProxyFrom {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// serveProxied reads the header of a connection from a proxy and goes on with the client
// that it names.
func (g *Gate) serveProxied(c *net.TCPConn) {
	_ = c.SetReadDeadline(time.Now().Add(proxyTime)) // a closed connection says so when it is read
	client, secure, err := readProxyHeader(c)
	if err != nil {
		g.opts.Metrics.BadProxy.Add(1)
		g.opts.Log.Debug("a connection from a proxy does not begin with a PROXY header", "remote", c.RemoteAddr(), "err", err)
		_ = c.Close()
		return
	}
	_ = c.SetReadDeadline(time.Time{})
	if client == nil { // the proxy's own: a check of health
		g.serve(c, wire.Lines, false, nil)
		return
	}
	client = g.believed(c.RemoteAddr(), client)
	conn, secure := g.secured(proxied{c, client}, secure || isLocal(client))
	g.serve(conn, wire.Lines, secure, nil)
}

// believed is the client that a proxy has named. A proxy on another machine that names a
// loopback address means its own machine: then the proxy's address counts, because what is
// local here has fewer limits.
func (g *Gate) believed(proxy, client net.Addr) net.Addr {
	if isLocal(client) && !isLocal(proxy) {
		return proxy
	}
	return client
}

// isLocal reports whether an address is of this very machine.
func isLocal(a net.Addr) bool {
	t, ok := a.(*net.TCPAddr)
	return ok && t.IP.IsLoopback()
}

// readProxyHeader reads one header and not a byte more. client is nil where the proxy
// speaks for itself; secure tells that the client's side was TLS.
func readProxyHeader(r io.Reader) (client net.Addr, secure bool, err error) {
	head := make([]byte, proxyPrefix, 256)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, false, err
	}
	switch {
	case bytes.Equal(head, proxyproto.SIGV2):
		head, err = readProxyV2(r, head)
	case bytes.HasPrefix(head, []byte("PROXY ")):
		head, err = readProxyV1(r, head)
	default:
		err = errors.New("no PROXY header")
	}
	if err != nil {
		return nil, false, err
	}
	h, err := proxyproto.Read(bufio.NewReaderSize(bytes.NewReader(head), len(head)+16))
	if err != nil {
		return nil, false, err
	}
	if h.Command.IsLocal() || h.TransportProtocol.IsUnspec() {
		return nil, false, nil
	}
	from, _, ok := h.TCPAddrs()
	if !ok {
		return nil, false, errors.New("the PROXY header is not about TCP")
	}
	return from, toldTLS(h), nil
}

func readProxyV2(r io.Reader, head []byte) ([]byte, error) {
	head = append(head, make([]byte, 4)...)
	if _, err := io.ReadFull(r, head[proxyPrefix:]); err != nil {
		return nil, err
	}
	n := int(head[14])<<8 | int(head[15])
	if n > maxProxyV2 {
		return nil, fmt.Errorf("a PROXY header of %d bytes", n)
	}
	at := len(head)
	head = append(head, make([]byte, n)...)
	_, err := io.ReadFull(r, head[at:])
	return head, err
}

func readProxyV1(r io.Reader, head []byte) ([]byte, error) {
	one := make([]byte, 1)
	for head[len(head)-1] != '\n' {
		if len(head) >= maxProxyV1 {
			return nil, errors.New("a PROXY line without an end")
		}
		if _, err := io.ReadFull(r, one); err != nil {
			return nil, err
		}
		head = append(head, one[0])
	}
	return head, nil
}

func toldTLS(h *proxyproto.Header) bool {
	tlvs, err := h.TLVs()
	if err != nil {
		return false
	}
	for _, t := range tlvs {
		if tlvparse.IsSSL(t) {
			ssl, err := tlvparse.SSL(t)
			return err == nil && ssl.ClientSSL()
		}
	}
	return false
}
