package hub

import "parley/wire"

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

// Outbox is the bounded queue of bytes on their way to one connection. A writer
// goroutine exists only while there is something to write. All methods may be
// called from any goroutine and, but for Wait, never block.
type Outbox struct{}

// OutboxOptions bound an Outbox.
type OutboxOptions struct {
	Framing wire.Framing
	// Soft is how many bytes may be queued before Full says so (default 256 KiB);
	// Hard is where the connection is given up as too slow (default 4 × Soft).
	Soft, Hard int
}

// NewOutbox makes an empty outbox.
func NewOutbox(c Conn, o OutboxOptions) *Outbox { return &Outbox{} }

// Framing is how this connection tells objects apart.
func (o *Outbox) Framing() wire.Framing { return 0 }

// Send frames one JSON object, queues it and starts the writer.
func (o *Outbox) Send(frame []byte) {}

// Queue takes bytes that are framed already, without starting the writer: Flush
// does, so that a batch becomes one write. Past the hard limit the connection is
// closed (ErrSlow from Wait, slow reported to OnDead).
func (o *Outbox) Queue(framed []byte) {}

// Flush starts the writer if there is something to write and none is running.
func (o *Outbox) Flush() {}

// Full reports whether more than the soft limit is queued.
func (o *Outbox) Full() bool { return false }

// Wait blocks until no more than half the soft limit is queued, or the outbox is
// dead (an error), or stop is closed (ErrStopped).
func (o *Outbox) Wait(stop <-chan struct{}) error { return nil }

// Drained reports whether everything queued was written and the peer's kernel has
// all of it.
func (o *Outbox) Drained() bool { return false }

// Last queues frame as the last one: what comes after it is dropped, and the
// connection is closed once it is written or a short while later.
func (o *Outbox) Last(frame []byte) {}

// Die drops what is queued and closes the connection at once. err is why.
func (o *Outbox) Die(err error) {}
