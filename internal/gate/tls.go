package gate

import (
	"crypto/tls"
	"errors"
	"net"
	"time"

	"parley/wire"
)

// secured wraps a TCP client's connection in TLS if the gate has a certificate. The
// handshake is made by the first read or write, within the time that a login has.
func (g *Gate) secured(c net.Conn, secure bool) (net.Conn, bool) {
	if g.opts.TLS == nil {
		return c, secure
	}
	return tls.Server(c, g.opts.TLS), true
}

// explainTLS answers a client that does not speak TLS in the words of the protocol: it
// would otherwise see a connection that closes without a reason.
func (l *Link) explainTLS(err error) {
	var plain tls.RecordHeaderError
	if !errors.As(err, &plain) || plain.Conn == nil {
		return
	}
	bye := goodbye(wire.ByeNotJSON, "this port speaks TLS: connect with tls:// instead of tcp://", 0)
	_ = plain.Conn.SetWriteDeadline(time.Now().Add(l.gate.opts.Linger)) // without one, the write fails or succeeds as well
	_, _ = plain.Conn.Write(wire.AppendFramed(nil, wire.Lines, bye))    // it may be gone
}
