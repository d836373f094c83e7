// Package gate is where clients come in: listeners, connections, their framing, and
// the handler table from msgid to use case.
package gate

import (
	"net/netip"
	"sync"
	"time"

	"parley/internal/chat"
	"parley/internal/places"
	"parley/wire"
)

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
	opening *turnstile
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

func (g *Gate) snapshot() []*Link {
	g.mu.Lock()
	defer g.mu.Unlock()
	links := make([]*Link, 0, len(g.links))
	for l := range g.links {
		links = append(links, l)
	}
	return links
}

// pause waits, and reports whether the gate still runs.
func (g *Gate) pause(d time.Duration) bool { return chat.Pause(g.opts.Clock, d, g.stop) }
