package gate

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"parley/internal/outbox"
	"parley/internal/places"
	"parley/wire"
	"parley/wire/seal"
)

// Link is one connection as the transport sees it; the transport calls the Peer.
// An idle one is small: no buffer, no timer, and after a while no goroutine.
type Link struct {
	// Set once, before the reader starts.
	gate *Gate
	conn net.Conn
	raw  syscall.RawConn // nil for a connection that is not TCP below
	// direct: it is read through raw; else through conn, as TLS must be, with a buffer in hand.
	direct bool
	out    *outbox.Outbox
	peer   Peer

	// Owned by the reader.
	in     intake
	got    *buffer      // what was read last
	spoken bool         // an object has come
	parted bool         // the client has said that it closes the connection
	counts int          // the bytes of an unfinished frame that the gate counts
	shake  *seal.Server // of a connection that is to be sealed, between its frames 21 and 23

	// Guarded by gate.rest.mu.
	fd    int32 // the descriptor, once inSet
	inSet bool  // the set of resting connections knows it

	// Guarded by gate.mu.
	loggedIn bool
	expelled bool                 // it has no place any more and is being closed
	guest    *places.Place[*Link] // without a login
	part     *places.Place[*Link] // with an unfinished frame

	cut atomic.Pointer[context.CancelFunc] // of what is read for the client, while something is

	secure bool // set once, or by the reader when the connection is sealed

	sealed atomic.Pointer[sealing] // nil while it is not

	// Owned by the sweep.
	stall     *stall
	unlimited bool // the kernel has no limit for bytes under way any more

	// Of anybody. Times are numbers of sweeps, 0 for none.
	watched atomic.Bool   // the sweep has it on its list
	wrote   atomic.Bool   // bytes may be under way to the peer
	grown   atomic.Bool   // the reader has worked since it was started
	resting atomic.Bool   // there is no reader; whoever clears this starts one
	seen    atomic.Uint32 // when the reader last handled something
	loginBy atomic.Uint32 // when a login is due
	frameBy atomic.Uint32 // when the object under way is due
	unsent  atomic.Int32  // what Unsent was at the end, -1 before
}

// intake turns the bytes of a connection into calls of its Peer.
type intake interface {
	// feed takes what was read and tells how many objects ended in it; it keeps no
	// part of p.
	feed(l *Link, p []byte) (ended int, f *fault)
	// pending reports whether an object has begun and not ended.
	pending() bool
	// held is how many bytes of memory it holds for that object.
	held() int
}

// fault is why a connection cannot go on.
type fault struct {
	code   wire.GoodbyeCode
	info   string
	status uint16 // of the WebSocket close frame
}

// Out is where to send to the client.
func (l *Link) Out() *outbox.Outbox { return l.out }

// Remote is the client's address; not valid for an in-memory connection.
func (l *Link) Remote() netip.AddrPort {
	if a, ok := l.conn.RemoteAddr().(*net.TCPAddr); ok {
		p := a.AddrPort()
		return netip.AddrPortFrom(p.Addr().Unmap(), p.Port())
	}
	return netip.AddrPort{}
}

// Secure reports whether a secret may cross this connection: TLS, from this very
// machine, or in memory. One that a proxy has forwarded is not known to be.
func (l *Link) Secure() bool { return l.secure }

// buffer is what one read fills.
type buffer struct {
	n    int
	data [4 << 10]byte
}

var buffers = sync.Pool{New: func() any { return new(buffer) }}

func isEOF(err error) bool { return errors.Is(err, io.EOF) }

// CutWith names what is to be called when the connection is closed from here or Cut is called,
// at once if it is closed already; nil for nothing more.
func (l *Link) CutWith(cancel context.CancelFunc) {
	if cancel == nil {
		l.cut.Store(nil)
		return
	}
	l.cut.Store(&cancel)
	if l.closed() {
		cancel()
	}
}

// Cut ends what is read for the client, if anything is.
func (l *Link) Cut() {
	if cancel := l.cut.Load(); cancel != nil {
		(*cancel)()
	}
}

// closed reports whether the connection was closed from here.
func (l *Link) closed() bool { return l.unsent.Load() >= 0 }

var longAgo = time.Unix(1, 0)

// maxLinger is how many bytes of a client are read and dropped at the end of its
// connection, so that what was sent to it last is not lost to a reset.
const maxLinger = 1 << 20
