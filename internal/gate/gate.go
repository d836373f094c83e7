// Package gate is where clients come in: listeners, connections, their framing, and
// the handler table from msgid to use case.
package gate

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/chat"
	"parley/internal/outbox"
	"parley/internal/places"
	"parley/wire"
)

// Options bound the connections of a Gate. Zero values take the defaults.
type Options struct {
	MaxConns           int // connections in all, default 100,000
	MaxConnsPerAddr    int // of one address (IPv6: one /64), default 20,000
	MaxUnauthenticated int // without a login, default 10,000

	// MaxUnauthenticatedPerAddr is how many of one address may be without a login, default
	// 2,000. Past this and MaxUnauthenticated nobody new is refused: the oldest goes, of the
	// address or of the most crowded one.
	MaxUnauthenticatedPerAddr int
	// MaxParts bounds the bytes of all frames that have begun and not ended, but for the first
	// 4 KiB of each; default 64 MiB. Past it the oldest goes, of the address with the most bytes.
	MaxParts int

	LoginTimeout time.Duration // a connection without a login is closed after this, default 60 s
	FrameTimeout time.Duration // an object that has begun must be complete after this, default 30 s
	Linger       time.Duration // how long the end of a connection may take, default 2 s
	// Silent is how long a peer may leave everything unanswered before it counts as
	// vanished, default 16 s. It is found out within a quarter more, whether anything was
	// under way or not; a peer that had stopped reading before is, within half as much again.
	// One whose kernel answers but that does not read is never closed for that alone.
	Silent time.Duration
	// Sweep is how often the times above are looked at, default 1 s; they are
	// kept to within two sweeps.
	Sweep time.Duration

	MaxFrame   int // bytes of one object, default wire.DefaultMaxFrame
	Soft, Hard int // bytes of an outbox, see outbox.Options

	// ProxyFrom are the addresses of load balancers: TCP connections from there begin with
	// a PROXY header, and of HTTP requests from there X-Forwarded-For counts.
	ProxyFrom []netip.Prefix

	// AllowedOrigins are further origins ("https://chat.example.org") whose pages may
	// open a WebSocket; a page of the very host it connects to always may. "*" allows
	// every page.
	AllowedOrigins []string

	// Seal has the keys for sealed connections; nil offers none.
	Seal SealKeys
	// SealRate bounds the handshakes of one address, default 20 a second and 200 at once.
	SealRate Rate
	// SealsAtOnce, SealQueue and SealWait bound their decryptions, 2.4 ms each on a core:
	// how many at the same time (default 1), how many wait (256) and how long (5 s).
	SealsAtOnce, SealQueue int
	SealWait               time.Duration

	// TLS has the certificate for TCP connections; nil for plain ones. HTTP brings its own.
	TLS *tls.Config

	Clock   chat.Clock   // default the machine's
	Log     *slog.Logger // default slog.Default
	Metrics *ConnMetrics // counted if set
}

// WithDefaults returns the options with the defaults where nothing is set. Those that
// operators can set are the same as in internal/server, which a test there holds.
func (o Options) WithDefaults() Options {
	defaultTo(&o.MaxConns, 100_000)
	defaultTo(&o.MaxConnsPerAddr, 20_000)
	defaultTo(&o.MaxUnauthenticated, 10_000)
	defaultTo(&o.MaxUnauthenticatedPerAddr, 2_000)
	defaultTo(&o.MaxParts, 64<<20)
	defaultTo(&o.LoginTimeout, 60*time.Second)
	defaultTo(&o.FrameTimeout, 30*time.Second)
	defaultTo(&o.Linger, outbox.DefaultLinger)
	defaultTo(&o.Silent, 16*time.Second)
	defaultTo(&o.Sweep, time.Second)
	defaultTo(&o.MaxFrame, wire.DefaultMaxFrame)
	defaultTo(&o.SealsAtOnce, 1)
	defaultTo(&o.SealQueue, 256)
	defaultTo(&o.SealWait, 5*time.Second)
	if o.Clock == nil {
		o.Clock = chat.SystemClock{}
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Metrics == nil {
		o.Metrics = new(ConnMetrics)
	}
	return o
}

func defaultTo[T int | time.Duration](v *T, d T) {
	if *v <= 0 {
		*v = d
	}
}

// ConnMetrics count what happens to connections; they only ever grow.
type ConnMetrics struct {
	Accepted    atomic.Int64 // connections that were let in
	Crowded     atomic.Int64 // refused: as many connections as there may be in all
	CrowdedAddr atomic.Int64 // refused: as many as there may be from one address
	MadeRoom    atomic.Int64 // closed before their login, to make room for others
	PartsCut    atomic.Int64 // closed to make room for the unfinished frames of others
	BadProxy    atomic.Int64 // closed: came from a proxy without a PROXY header
	BadOrigin   atomic.Int64 // WebSocket handshakes refused for their origin
	LoginLate   atomic.Int64 // closed: no login in time
	FrameLate   atomic.Int64 // closed: an object begun and not finished in time
	Faults      atomic.Int64 // closed: the stream could not be cut, or broke the protocol
	Silent      atomic.Int64 // closed: the peer vanished while data was under way
	Slow        atomic.Int64 // closed: more waited for its reader than may
	Sealed      atomic.Int64 // handshakes of sealed connections that were made
	SealFails   atomic.Int64 // handshakes that failed, but for the next one
	SealRates   atomic.Int64 // handshakes refused: over a limit of rate or waiting
	Unsealed    atomic.Int64 // closed: what came was not sealed for the connection
	AcceptFails atomic.Int64 // accepting failed for want of resources and was tried again
}

// Accept makes the Peer of a new connection. It is called before the first byte is
// read, may use the Link at once, and must not block.
type Accept func(l *Link) Peer

// Peer is what a connection is to its handlers.
type Peer interface {
	// Object handles one JSON object; obj is valid during the call only. It is called
	// by the connection's one reader, in the order of the objects, and not any more
	// once the outbox had its Last or has died. It may block: the client then waits.
	// On a WebSocket it is given each message, without the white space around it,
	// whatever it holds: two objects in one message are for the decoder to refuse.
	Object(obj []byte)
	// Fault tells that the stream can no longer be cut, or that a frame is too long or
	// too deep: code and info are for frame 26, which Fault passes to Out().Last. No
	// Object follows, and the connection is closed after flushing in any case.
	Fault(code wire.GoodbyeCode, info string)
	// Gone is called exactly once, last, when nothing more comes from the client: it
	// ended the connection or its half of it (io.EOF; what is still queued or sent
	// during Gone, and within Linger after it, reaches a client that still
	// reads), the outbox ended (outbox.ErrFinished, outbox.ErrSlow, …), or the network
	// did. It may block.
	Gone(err error)
}

// Gate owns the connections of this node, whichever listener they came from.
type Gate struct {
	// Set once.
	opts    Options
	accept  Accept
	origins map[string]bool
	sweep   *sweep
	stop    chan struct{} // closed by Shutdown
	refuse  chan struct{} // bounds the refusals under way
	opening *chat.Turnstile
	seals   *addrRates
	rest    rest

	mu sync.Mutex
	// Guarded by mu.
	links    map[*Link]struct{} // all that have not ended
	conns    int                // of these, but for the expelled
	expelled int
	addrs    map[netip.Addr]int    // how many there are of an address
	guests   *places.Places[*Link] // those without a login
	parts    *places.Places[*Link] // those with an unfinished frame, by bytes
	stopped  bool
	empty    chan struct{} // made by Shutdown, closed when the last link has ended
	refusals sync.WaitGroup
	headers  sync.WaitGroup // connections whose PROXY header is read
}

// New makes a gate without listeners.
func New(o Options, accept Accept) *Gate {
	o = o.WithDefaults()
	g := &Gate{
		opts: o, accept: accept,
		origins: make(map[string]bool, len(o.AllowedOrigins)),
		stop:    make(chan struct{}),
		refuse:  make(chan struct{}, maxRefusals),
		opening: chat.NewTurnstile(o.SealsAtOnce, o.SealQueue, o.SealWait, o.Clock),
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

// Conns is how many connections there are now.
func (g *Gate) Conns() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.links)
}

// Unauthenticated is how many of them have no login.
func (g *Gate) Unauthenticated() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.guests.Len()
}

// PartBytes is how many bytes are held of frames that have begun and not ended, but for
// short ones.
func (g *Gate) PartBytes() int64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.parts.Sum()
}

// QueuedBytes is how many bytes wait in all outboxes. It looks at every connection:
// not for each frame.
func (g *Gate) QueuedBytes() int64 {
	var sum int64
	for _, l := range g.snapshot() {
		sum += int64(l.out.Queued())
	}
	return sum
}

// ServeConn takes a connection that is already open (for a WebSocket: behind its
// handshake), an in-memory one for example, and returns at once.
func (g *Gate) ServeConn(c net.Conn, f wire.Framing) { g.serve(c, f, isSecure(c), nil) }

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

func (g *Gate) snapshot() []*Link {
	g.mu.Lock()
	defer g.mu.Unlock()
	links := make([]*Link, 0, len(g.links))
	for l := range g.links {
		links = append(links, l)
	}
	return links
}

// goodbye is frame 26.
func goodbye(code wire.GoodbyeCode, reason string, after time.Duration) []byte {
	n := wire.GoodbyeNotice{Code: code, Reason: reason, Reconnect: code.Reconnect(), AfterMS: after.Milliseconds()}
	return n.AppendJSON(nil)
}
