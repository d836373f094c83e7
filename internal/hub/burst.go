package hub

import (
	"sync"

	"parley/wire"
)

// burst gathers what one batch brings, so that each connection gets it in one write.
type burst struct {
	touched []*Outbox
	frame   []byte // scratch: one frame
	blobs   [2][]byte
	stamp   int64 // the millisecond that stampText tells
	text    string
}

var bursts = sync.Pool{New: func() any { return new(burst) }}

func newBurst() *burst { return bursts.Get().(*burst) }

// flush starts the writers of all that was queued and gives b back.
func (b *burst) flush() {
	for i, o := range b.touched {
		o.Flush()
		b.touched[i] = nil
	}
	b.touched = b.touched[:0]
	bursts.Put(b)
}

// queue queues framed bytes, remembers to flush, and reports whether the connection
// still took them. The same outbox often comes several times in a row.
func (b *burst) queue(o *Outbox, framed []byte) bool {
	if !o.Queue(framed) {
		return false
	}
	if n := len(b.touched); n == 0 || b.touched[n-1] != o {
		b.touched = append(b.touched, o)
	}
	return true
}

// queueFrame frames one object and queues it.
func (b *burst) queueFrame(o *Outbox, frame []byte) {
	framed := wire.AppendFramed(b.blobs[0][:0], o.Framing(), frame)
	b.queue(o, framed)
	b.blobs[0] = framed[:0]
}
