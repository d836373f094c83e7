package outbox

import (
	"sync"

	"parley/wire"
)

// The bytes of an outbox stand in chunks from shared pools. A chunk starts small,
// since most of the time one message is under way, and moves to the next larger
// one; past the largest, chunks form a list, so that a backlog is never copied and
// goes out piece by piece.
const (
	smallChunk  = 512
	middleChunk = 4 << 10
	largeChunk  = 64 << 10
)

var (
	smallChunks  = sync.Pool{New: func() any { return new([smallChunk]byte) }}
	middleChunks = sync.Pool{New: func() any { return new([middleChunk]byte) }}
	largeChunks  = sync.Pool{New: func() any { return new([largeChunk]byte) }}
)

// chunkFor returns an empty chunk for n bytes, or the largest there is.
func chunkFor(n int) []byte {
	switch {
	case n <= smallChunk:
		return smallChunks.Get().(*[smallChunk]byte)[:0]
	case n <= middleChunk:
		return middleChunks.Get().(*[middleChunk]byte)[:0]
	default:
		return largeChunks.Get().(*[largeChunk]byte)[:0]
	}
}

// release frees a chunk. Nobody may touch it afterwards.
func release(chunk []byte) {
	switch cap(chunk) {
	case smallChunk:
		smallChunks.Put((*[smallChunk]byte)(chunk[:smallChunk]))
	case middleChunk:
		middleChunks.Put((*[middleChunk]byte)(chunk[:middleChunk]))
	case largeChunk:
		largeChunks.Put((*[largeChunk]byte)(chunk[:largeChunk]))
	}
}

// append queues p; o.mu is held.
func (o *Outbox) append(p []byte) {
	o.size += int32(len(p))
	if len(p) <= cap(o.tail)-len(o.tail) {
		o.tail = append(o.tail, p...)
		return
	}
	o.spill(p)
}

// spill queues what does not fit behind the tail.
func (o *Outbox) spill(p []byte) {
	for len(p) > 0 {
		if len(o.tail) == cap(o.tail) || cap(o.tail)-len(o.tail) < len(p) {
			o.grow(len(p))
		}
		n := min(len(p), cap(o.tail)-len(o.tail))
		o.tail = append(o.tail, p[:n]...)
		p = p[n:]
	}
}

// grow makes room behind the tail, for n bytes if a chunk can hold them.
func (o *Outbox) grow(n int) {
	switch {
	case o.tail == nil:
		o.tail = chunkFor(n)
	case cap(o.tail) < largeChunk:
		larger := chunkFor(len(o.tail) + n)
		larger = append(larger, o.tail...)
		release(o.tail)
		o.tail = larger
	case len(o.tail) == cap(o.tail):
		r := o.rarely()
		r.full = append(r.full, o.tail)
		o.tail = chunkFor(n)
	}
}

// appendFramed frames a JSON object and queues it; o.mu is held.
func (o *Outbox) appendFramed(frame []byte) {
	if o.framing == wire.Lines {
		o.append(frame)
		o.append(newline)
		return
	}
	var header [10]byte
	o.append(wire.AppendTextHeader(header[:0], len(frame)))
	o.append(frame)
}

var newline = []byte{'\n'}

// take takes the oldest chunk, nil if nothing is queued; o.mu is held.
func (o *Outbox) take() []byte {
	if o.rare != nil && len(o.rare.full) > 0 {
		chunk := o.rare.full[0]
		o.rare.full[0] = nil
		o.rare.full = o.rare.full[1:]
		if len(o.rare.full) == 0 {
			o.rare.full = nil
		}
		return chunk
	}
	chunk := o.tail
	o.tail = nil
	return chunk
}

// drop returns back everything queued but what is being written; o.mu is held.
func (o *Outbox) drop() {
	for chunk := o.take(); chunk != nil; chunk = o.take() {
		release(chunk)
	}
	o.size = o.inflight
}
