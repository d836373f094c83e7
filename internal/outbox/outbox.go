// Package outbox holds the bounded queue of bytes on their way to one connection, and
// gathers what one batch brings to many of them. It knows frames by their bytes alone:
// what they tell, and who gets them, is decided by whoever queues them.
//
// An outbox's lock nests inside the locks of those who use it, and nothing nests inside it.
package outbox

import (
	"errors"
	"sync"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// Conn is what an Outbox needs of a connection.
type Conn interface {
	// Write hands all of p to the connection and blocks until it did, or until the
	// connection is dead. One goroutine calls it at a time.
	Write(p []byte) error
	// Unsent is how many bytes that Write took are not yet acknowledged by the peer's
	// kernel (SIOCOUTQ); 0 where a connection cannot tell.
	Unsent() int
	// Close ends the connection at once; Write and reads return with an error.
	Close() error
}

// Finisher is what a Conn may be besides. Finish is called instead of Close once
// the last frame is written: the connection gives the peer a moment to read it and
// ends by itself. It does not block.
type Finisher interface{ Finish() }

// Why an outbox takes no more.
var (
	ErrStopped  = errors.New("outbox: stopped waiting")
	ErrSlow     = errors.New("outbox: the reader is too slow for its bounded queue")
	ErrFinished = errors.New("outbox: the last frame was sent")
	ErrLinger   = errors.New("outbox: the last frame could not be written in time")
)

// The bounds of an outbox whose options leave them out.
const (
	DefaultSoft   = 256 << 10
	DefaultLinger = 2 * time.Second // how long Last has to be written
)

// Outbox is the bounded queue of bytes on their way to one connection. A writer
// goroutine exists only while there is something to write, and an empty outbox
// holds no buffer. All methods may be called from any goroutine and, but for Wait
// and Join, never block; they may be called with locks held.
type Outbox struct {
	// Set once.
	conn    Conn
	clock   chat.Clock
	soft    int32
	hard    int32
	linger  time.Duration
	framing wire.Framing // but for SetFraming, before anybody else has the outbox

	mu sync.Mutex
	// Guarded by mu.
	writing  bool   // a writer goroutine exists
	last     bool   // nothing more is taken
	dead     bool   // nothing more is written
	lost     bool   // it died with something unwritten
	status   uint16 // of the WebSocket close frame behind the last frame
	size     int32  // bytes queued, those of the write under way among them
	inflight int32  // bytes of the write under way
	tail     []byte // what is queued: first the full chunks, then the tail
	rare     *rare  // what only a backlog or an end needs
}

// rare is kept apart so that an idle outbox is small.
type rare struct {
	full  [][]byte      // full chunks, oldest first
	room  chan struct{} // closed when there is room again, or the outbox is dead
	idle  chan struct{} // closed when the writer has ended
	timer chat.Timer    // of Last
	err   error         // why it is dead
}

// Options bound an Outbox.
type Options struct {
	Framing wire.Framing
	// Soft is how many bytes may be queued before Full says so (default 256 KiB);
	// Hard is where the connection is given up as too slow (default 4 × Soft).
	Soft, Hard int
	// Linger is how long Last has to be written (default 2 s).
	Linger time.Duration
	Clock  chat.Clock // default the machine's
}

// New makes an empty outbox.
func New(c Conn, o Options) *Outbox {
	if o.Soft <= 0 {
		o.Soft = DefaultSoft
	}
	if o.Hard <= 0 {
		o.Hard = 4 * o.Soft
	}
	if o.Linger <= 0 {
		o.Linger = DefaultLinger
	}
	if o.Clock == nil {
		o.Clock = chat.SystemClock{}
	}
	return &Outbox{
		conn: c, clock: o.Clock, framing: o.Framing, linger: o.Linger, status: closeNormal,
		soft: int32(min(o.Soft, maxBound)), hard: int32(min(o.Hard, maxBound)),
	}
}

// A WebSocket close frame: final, opcode 8 (RFC 6455, section 5.5.1).
const (
	opClose     = 0x88
	closeNormal = 1000
)

// maxBound keeps sums of sizes inside an int32.
const maxBound = 1 << 30

// Framing is how this connection tells objects apart.
func (o *Outbox) Framing() wire.Framing { return o.framing }

// SetFraming changes how objects are told apart, for a connection that is sealed from here
// on. It reports whether nothing was on its way, as it must be, and the outbox lives.
func (o *Outbox) SetFraming(f wire.Framing) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.size > 0 || o.writing || o.last || o.dead {
		return false
	}
	o.framing = f
	return true
}

// Send frames one JSON object, queues it and starts the writer.
func (o *Outbox) Send(frame []byte) {
	o.mu.Lock()
	if o.last || o.dead {
		o.mu.Unlock()
		return
	}
	o.appendFramed(frame)
	o.queued()
}

// Queue takes bytes that are framed already, without starting the writer: Flush
// does, so that a batch becomes one write. The bytes are copied. It reports whether
// they were taken: after the end of the connection they are not. Past the hard limit
// the connection is closed with ErrSlow (Wait and Err tell so).
func (o *Outbox) Queue(framed []byte) bool {
	o.mu.Lock()
	if o.last || o.dead {
		o.mu.Unlock()
		return false
	}
	o.append(framed)
	if o.size > o.hard {
		o.mu.Unlock()
		o.Die(ErrSlow)
		return false
	}
	o.mu.Unlock()
	return true
}

// Flush starts the writer if there is something to write and none is running.
func (o *Outbox) Flush() {
	o.mu.Lock()
	start := o.size > 0 && !o.writing && !o.dead
	if start {
		o.writing = true
	}
	o.mu.Unlock()
	if start {
		go o.write()
	}
}

// queued ends a call that has queued something: it checks the hard limit, starts the
// writer and unlocks.
func (o *Outbox) queued() {
	slow := o.size > o.hard && !o.last
	start := !slow && !o.writing
	if start {
		o.writing = true
	}
	o.mu.Unlock()
	if slow {
		o.Die(ErrSlow)
	}
	if start {
		go o.write()
	}
}

// Full reports whether more than the soft limit is queued.
func (o *Outbox) Full() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.size > o.soft
}

// Queued is how many bytes are queued now, those being written among them.
func (o *Outbox) Queued() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return int(o.size)
}

// Wait blocks until no more than half the soft limit is queued, or the outbox is
// dead or has had its last frame (an error), or stop is closed (ErrStopped).
func (o *Outbox) Wait(stop <-chan struct{}) error {
	for {
		o.Flush()
		o.mu.Lock()
		if o.dead || o.last {
			err := o.reason()
			o.mu.Unlock()
			return err
		}
		if o.size <= o.soft/2 {
			o.mu.Unlock()
			return nil
		}
		r := o.rarely()
		if r.room == nil {
			r.room = make(chan struct{})
		}
		room := r.room
		o.mu.Unlock()
		select {
		case <-room:
		case <-stop:
			return ErrStopped
		}
	}
}

// Drained reports whether everything queued was written and the peer's kernel has
// all of it. It goes on telling after the end of the connection, as far as the
// connection knows.
func (o *Outbox) Drained() bool {
	o.mu.Lock()
	quiet := o.size == 0 && !o.writing && !o.lost
	o.mu.Unlock()
	return quiet && o.conn.Unsent() == 0
}

// SetStatus says which status the WebSocket close frame behind the last frame
// carries (default 1000). It has no effect once Last was called.
func (o *Outbox) SetStatus(code uint16) {
	o.mu.Lock()
	o.status = code
	o.mu.Unlock()
}

// Last queues frame as the last one (none if it is empty): what comes after it is
// dropped, and the connection is closed once it is written, or a short while later
// (2 s) in any case. A WebSocket gets a close frame behind it. Only the first call
// counts.
func (o *Outbox) Last(frame []byte) {
	o.mu.Lock()
	if o.last || o.dead {
		o.mu.Unlock()
		return
	}
	if len(frame) > 0 {
		o.appendFramed(frame)
	}
	if o.framing == wire.WebSocket {
		o.append([]byte{opClose, 2, byte(o.status >> 8), byte(o.status)})
	}
	o.last = true
	r := o.rarely()
	r.timer = o.clock.AfterFunc(o.linger, func() { o.Die(ErrLinger) })
	if r.room != nil {
		close(r.room)
		r.room = nil
	}
	o.queued()
}

// Ending reports whether the outbox takes no more: Last or Die was called.
func (o *Outbox) Ending() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.last || o.dead
}

// Die drops what is queued and closes the connection at once. err is why.
func (o *Outbox) Die(err error) {
	if o.end(err) {
		_ = o.conn.Close() // nothing more is expected of it
	}
}

// Err is why the outbox takes no more, nil while it does.
func (o *Outbox) Err() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.dead && !o.last {
		return nil
	}
	return o.reason()
}

// Join waits until no writer goroutine is left. It is for the connection's owner,
// after Die or Last; more may not be queued.
func (o *Outbox) Join() {
	o.mu.Lock()
	if !o.writing {
		o.mu.Unlock()
		return
	}
	r := o.rarely()
	if r.idle == nil {
		r.idle = make(chan struct{})
	}
	idle := r.idle
	o.mu.Unlock()
	<-idle
}

// end marks the outbox dead and reports whether it was not.
func (o *Outbox) end(err error) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.dead {
		return false
	}
	o.dead = true
	r := o.rarely()
	r.err = err
	o.lost = o.size > 0
	o.drop()
	if r.timer != nil {
		r.timer.Stop()
	}
	if r.room != nil {
		close(r.room)
		r.room = nil
	}
	return true
}

func (o *Outbox) reason() error {
	if o.dead && o.rare.err != nil {
		return o.rare.err
	}
	return ErrFinished
}

func (o *Outbox) rarely() *rare {
	if o.rare == nil {
		o.rare = new(rare)
	}
	return o.rare
}

// write is the writer goroutine: it writes until nothing is queued, then ends.
func (o *Outbox) write() {
	for {
		chunk, finished := o.next()
		if finished {
			o.finish()
			o.writerEnded()
			return
		}
		if chunk == nil {
			return
		}
		if err := o.conn.Write(chunk); err != nil {
			o.Die(err) // before the chunk is counted off: it is lost
		}
		o.written()
		release(chunk)
	}
}

// next takes what is to be written. Without anything left it ends the writer
// (nil, false), or asks for the end of the connection (nil, true).
func (o *Outbox) next() (chunk []byte, finished bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if chunk = o.take(); chunk != nil {
		o.inflight = int32(len(chunk))
		return chunk, false
	}
	if o.last && !o.dead {
		return nil, true
	}
	o.stopWriting()
	return nil, false
}

// written counts off the write under way and tells waiters if there is room again.
func (o *Outbox) written() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.size -= o.inflight
	o.inflight = 0
	if o.rare != nil && o.rare.room != nil && o.size <= o.soft/2 {
		close(o.rare.room)
		o.rare.room = nil
	}
}

// finish hands the connection over to its own end, the last frame being written.
func (o *Outbox) finish() {
	f, ok := o.conn.(Finisher)
	if !ok {
		o.Die(ErrFinished)
		return
	}
	if o.end(ErrFinished) {
		f.Finish()
	}
}

func (o *Outbox) writerEnded() {
	o.mu.Lock()
	o.stopWriting()
	o.mu.Unlock()
}

func (o *Outbox) stopWriting() {
	o.writing = false
	if o.rare != nil && o.rare.idle != nil {
		close(o.rare.idle)
		o.rare.idle = nil
	}
}
