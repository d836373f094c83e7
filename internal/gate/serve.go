package gate

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"time"

	"parley/internal/outbox"
	"parley/internal/places"
	"parley/wire"
)

// New makes a gate without listeners.
func New(o Options, accept Accept) *Gate {
	o = o.WithDefaults()
	g := &Gate{
		opts: o, accept: accept,
		origins: make(map[string]bool, len(o.AllowedOrigins)),
		stop:    make(chan struct{}),
		refuse:  make(chan struct{}, maxRefusals),
		opening: newTurnstile(o.SealsAtOnce, o.SealQueue, o.SealWait, o.Clock),
		seals:   newAddrRates(o.SealRate.pace(20, 200), o.Clock),
		links:   make(map[*Link]struct{}),
		addrs:   make(map[netip.Addr]int),
		guests:  places.New[*Link](int64(o.MaxUnauthenticated), int64(o.MaxUnauthenticatedPerAddr)),
		parts:   places.New[*Link](int64(o.MaxParts), 0),
	}
	for _, origin := range o.AllowedOrigins {
		g.origins[normalOrigin(origin)] = true
	}
	g.sweep = newSweep(g)
	return g
}

// ServeConn takes a connection that is already open (for a WebSocket: behind its
// handshake), an in-memory one for example, and returns at once.
func (g *Gate) ServeConn(c net.Conn, f wire.Framing) { g.serve(c, f, isSecure(c), nil) }

// serve makes the link of a new connection and starts its reader. secure tells whether a
// secret may cross it; first is what was read from it before.
func (g *Gate) serve(c net.Conn, f wire.Framing, secure bool, first []byte) {
	l := &Link{gate: g, conn: c, raw: rawConn(c), secure: secure}
	l.direct = l.raw != nil && !isTLS(c)
	l.unsent.Store(-1)
	l.out = outbox.New((*end)(l), outbox.Options{
		Framing: f, Soft: g.opts.Soft, Hard: g.opts.Hard, Linger: g.opts.Linger, Clock: g.opts.Clock,
	})
	if why := g.admit(l); why != "" {
		g.turnAway(c, f, why)
		return
	}
	if f == wire.WebSocket {
		l.in = new(messages)
	} else {
		l.in = &stream{cut: wire.NewCutter(g.opts.MaxFrame)}
	}
	findVanished(l.raw, g.opts.Silent)
	g.sweep.deadline(l, &l.loginBy, g.opts.LoginTimeout)
	l.peer = g.accept(l)
	if len(first) > 0 {
		go l.begin(first)
		return
	}
	go l.read()
}

// Shutdown says goodbye to the connections that nobody else said it to and waits
// until all have ended; when ctx is done it closes those left and gives ctx's error.
// The listeners must have been closed before; what still comes in is closed. It
// returns only when nothing of the gate runs any more, so a Peer whose Gone never
// returns holds it up.
func (g *Gate) Shutdown(ctx context.Context) error {
	g.mu.Lock()
	if !g.stopped {
		g.stopped = true
		g.empty = make(chan struct{})
		close(g.stop)
		if len(g.links) == 0 {
			close(g.empty)
		}
	}
	g.mu.Unlock()

	bye := goodbye(wire.ByeShutdown, "the server stops: reconnect in a moment", shutdownAfter)
	for _, l := range g.snapshot() {
		l.out.SetStatus(statusGoingAway)
		l.out.Last(bye)
	}
	var err error
	select {
	case <-g.empty:
	case <-ctx.Done():
		err = ctx.Err()
		for _, l := range g.snapshot() {
			l.out.Die(errShutdown)
			l.Close()
		}
		<-g.empty
	}
	g.refusals.Wait()
	g.headers.Wait()
	g.sweep.close()
	g.rest.close()
	return err
}

// shutdownAfter is how long clients are asked to stay away from a server that stops.
const shutdownAfter = time.Second

var errShutdown = errors.New("gate: the server stopped before the connection had ended")
