package gate

import (
	"errors"
	"net"
	"time"

	"parley/internal/chat"
	"parley/internal/platform"
	"parley/wire"
)

// ServeTCP accepts connections until the listener is closed (nil), or fails for good.
// Want of resources (files, memory) is waited out.
func (g *Gate) ServeTCP(ln net.Listener) error {
	pause := chat.Backoff{First: 5 * time.Millisecond, Longest: time.Second}
	for {
		c, err := ln.Accept()
		switch {
		case err == nil:
			pause.Reset()
			g.accepted(c)
			continue
		case errors.Is(err, net.ErrClosed):
			return nil
		case !platform.MayAcceptAgain(err):
			return err
		}
		g.opts.Metrics.AcceptFails.Add(1)
		if pause.Fresh() {
			g.opts.Log.Warn("cannot accept connections for now; if files ran out, raise the limit of open files", "err", err)
		}
		if !g.pause(pause.Next()) {
			return nil
		}
	}
}

// accepted goes on with a connection, behind its header if it comes from a proxy.
func (g *Gate) accepted(c net.Conn) {
	if t, ok := c.(*net.TCPConn); ok && g.proxyAddr(c.RemoteAddr()) {
		g.headers.Go(func() { g.serveProxied(t) })
		return
	}
	c, secure := g.secured(c, isSecure(c))
	g.serve(c, wire.Lines, secure, nil)
}
