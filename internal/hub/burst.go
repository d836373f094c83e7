package hub

import (
	"sync"

	"parley/internal/outbox"
	"parley/wire"
)

// burst gathers what one batch brings, so that each connection gets it in one write.
type burst struct {
	batch outbox.Batch
	frame []byte // scratch: one frame
	blobs [2][]byte
	stamp int64 // the millisecond that stampText tells
	text  string
}

var bursts = sync.Pool{New: func() any { return new(burst) }}

func newBurst() *burst { return bursts.Get().(*burst) }

// flush starts the writers of all that was queued and puts b back.
func (b *burst) flush() {
	b.batch.Flush()
	bursts.Put(b)
}

// queue queues framed bytes, remembers to flush, and reports whether the connection
// still took them.
func (b *burst) queue(o *outbox.Outbox, framed []byte) bool { return b.batch.Queue(o, framed) }

// queueFrame frames one object and queues it.
func (b *burst) queueFrame(o *outbox.Outbox, frame []byte) {
	framed := wire.AppendFramed(b.blobs[0][:0], o.Framing(), frame)
	b.queue(o, framed)
	b.blobs[0] = framed[:0]
}
