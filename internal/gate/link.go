package gate

import (
	"errors"
	"net"
	"net/netip"
	"os"
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

// Authenticated tells that the connection has a login (which ends the time limit
// for those without), or has none any more (which starts it anew).
func (l *Link) Authenticated(yes bool) {
	if !l.gate.setLoggedIn(l, yes) {
		return
	}
	if yes {
		l.loginBy.Store(0)
		return
	}
	l.gate.sweep.deadline(l, &l.loginBy, l.gate.opts.LoginTimeout)
}

// Expected tells that a connection without a login was told to come back in a while: its
// time limit begins then.
func (l *Link) Expected(in time.Duration) {
	l.gate.sweep.deadline(l, &l.loginBy, in+l.gate.opts.LoginTimeout)
}

// Close ends the connection at once; what is queued is dropped. For an end in good
// order, use Out().Last.
func (l *Link) Close() {
	l.out.Die(net.ErrClosed)
	_ = (*end)(l).Close() // it may be lingering with an outbox that has ended
}

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

func isSecure(c net.Conn) bool {
	if isTLS(c) {
		return true
	}
	a, ok := c.RemoteAddr().(*net.TCPAddr)
	return !ok || a.IP.IsLoopback()
}

// begin handles what came with the handshake, then reads.
func (l *Link) begin(first []byte) {
	l.handle(first)
	l.read()
}

// read is the reader: it waits for bytes and handles them until the connection ends.
// It parks on this shallow stack.
func (l *Link) read() {
	try := l.tryRead // one for the life of the reader
	for {
		err := l.wait(try)
		if b := l.got; b != nil {
			l.got = nil
			l.handle(b.data[:b.n])
			buffers.Put(b)
		}
		if err == nil {
			continue
		}
		if errors.Is(err, os.ErrDeadlineExceeded) && l.rested() {
			return
		}
		l.ended(err)
		return
	}
}

// handle feeds what was read to the intake. Once the outbox has ended, the bytes are
// read and dropped.
func (l *Link) handle(p []byte) {
	if l.out.Ending() {
		return
	}
	sweep := l.gate.sweep
	l.seen.Store(sweep.now())
	ended, f := l.in.feed(l, p)
	if f != nil && !l.out.Ending() {
		l.gate.opts.Metrics.Faults.Add(1)
		l.out.SetStatus(f.status)
		l.peer.Fault(f.code, f.info)
		l.out.Last(nil)
	}
	l.timeFrame(ended > 0)
	l.countPart()
	if l.direct && !l.grown.Load() {
		l.grown.Store(true)
		sweep.watch(l)
	}
}

// countPart tells the gate how much is held of an unfinished object.
func (l *Link) countPart() {
	n := l.in.held()
	if s := l.sealed.Load(); s != nil {
		n += s.in.held()
	}
	if n <= freePart {
		n = 0
	}
	if n != l.counts {
		l.counts = n
		l.gate.holds(l, n)
	}
}

// timeFrame keeps the time limit of the object under way; anew tells that it is
// another one than before.
func (l *Link) timeFrame(anew bool) {
	pending := l.pending()
	if anew || !pending {
		l.frameBy.Store(0)
	}
	if pending && l.frameBy.Load() == 0 {
		l.gate.sweep.deadline(l, &l.frameBy, l.gate.opts.FrameTimeout)
	}
}

func (l *Link) pending() bool {
	s := l.sealed.Load()
	return l.in.pending() || s != nil && s.in.pending()
}

// rested ends the reader of a quiet connection, when the sweep asked for it: the
// connection goes to rest or gets a new reader on a small stack. It reports false at
// the end of the connection.
func (l *Link) rested() bool {
	_ = l.conn.SetReadDeadline(time.Time{}) // a closed connection tells so at the next read
	if l.out.Ending() {
		return false
	}
	l.resting.Store(true)
	if !l.gate.rest.add(l) || l.out.Ending() {
		l.wake() // unless whoever ended the connection did
	}
	return true
}

// wake starts the reader of a connection that is at rest.
func (l *Link) wake() {
	if l.resting.Load() && l.resting.CompareAndSwap(true, false) {
		go l.read()
	}
}

// ended is the end of a connection, run by its reader.
func (l *Link) ended(err error) {
	switch why := l.out.Err(); {
	case why != nil:
		err = why
		if errors.Is(why, outbox.ErrSlow) {
			l.gate.opts.Metrics.Slow.Add(1)
		}
	case !isEOF(err):
		l.out.Die(err)
	}
	l.frameBy.Store(0)
	l.loginBy.Store(0)
	l.peer.Gone(err)
	l.out.Last(nil) // what is queued has its time to go out
	l.lingered()
	l.out.Join()
	_ = (*end)(l).Close() // in most cases closed already
	l.gate.rest.forget(l)
	l.gate.leave(l)
}

// lingered reads and drops what the client still sends, until it has closed its side
// or time is up: closing with unread bytes would make the kernel take back what is on
// its way to the client.
func (l *Link) lingered() {
	l.out.Join() // ends within Linger of Last
	until := time.Now().Add(l.gate.opts.Linger)
	b := buffers.Get().(*buffer)
	defer buffers.Put(b)
	for dropped := 0; dropped < maxLinger && time.Now().Before(until); {
		_ = l.conn.SetReadDeadline(until) // Finish may have set it to wake the reader
		n, err := l.conn.Read(b.data[:])
		dropped += n
		if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
			return
		}
	}
}
