package gate

import (
	"errors"
	"io"
	"os"
	"time"

	"parley/internal/outbox"
)

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
	by := l.frameBy.Swap(0) // the time that handling takes is not the client's
	ended, f := l.in.feed(l, p)
	if f != nil && !l.out.Ending() {
		l.gate.opts.Metrics.Faults.Add(1)
		l.out.SetStatus(f.status)
		l.peer.Fault(f.code, f.info)
		l.out.Last(nil)
	}
	l.timeFrame(by, ended > 0)
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

// timeFrame sets the time limit of the object under way: by, which was that of the one
// before the bytes came, or a new one if anew tells that it is another object.
func (l *Link) timeFrame(by uint32, anew bool) {
	switch {
	case !l.pending():
	case by != 0 && !anew:
		l.frameBy.Store(by)
		l.gate.sweep.watch(l)
	default:
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

// wait reads once into l.got and waits for that as long as it takes. It may give
// bytes and an error.
func (l *Link) wait(try func(fd uintptr) bool) error {
	if l.direct {
		if err := l.raw.Read(try); err != nil {
			return err
		}
		if l.got.n > 0 {
			return nil
		}
		return l.failed()
	}
	b := buffers.Get().(*buffer)
	var err error
	if b.n, err = l.conn.Read(b.data[:]); b.n == 0 {
		buffers.Put(b)
		l.explainTLS(err)
		return err
	}
	l.got = b
	return err
}

// failed is why a read gave nothing.
func (l *Link) failed() error {
	b := l.got
	l.got = nil
	n := b.n
	buffers.Put(b)
	if n == 0 {
		return io.EOF
	}
	return readError(n)
}
