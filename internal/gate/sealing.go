package gate

import (
	"net"
	"sync"
	"time"

	"parley/wire"
	"parley/wire/seal"
)

// sealing is a connection that is sealed: between its outbox and the network, and between
// the intake of its frames 25 and that of what is in them.
type sealing struct {
	// Set once.
	framing wire.Framing // of the frames 25

	// Owned by the reader.
	opener *seal.Opener
	in     stream

	mu sync.Mutex // writing: the outbox's writer, and the reader for control frames
	// Guarded by mu.
	sealer *seal.Sealer
}

// write seals p and writes it, in pieces.
func (s *sealing) write(c net.Conn, p []byte) (err error) {
	b := sealBuffers.Get().(*[]byte)
	defer sealBuffers.Put(b)
	s.mu.Lock()
	defer s.mu.Unlock()
	*b, err = s.sealer.AppendStream((*b)[:0], p, func(dst, frame []byte) []byte {
		return wire.AppendFramed(dst, s.framing, frame)
	})
	if err != nil {
		return err
	}
	_, err = c.Write(*b)
	return err
}

// control writes a WebSocket control frame between two sealed ones, without waiting long
// for a client that does not read.
func (s *sealing) control(c net.Conn, frame []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = c.SetWriteDeadline(time.Now().Add(controlWait)) // on a closed connection the write says so
	_, err := c.Write(frame)
	_ = c.SetWriteDeadline(time.Time{})
	return err
}

const controlWait = 2 * time.Second

// sealBuffers lend the memory for pieces that were opened and frames that were sealed.
var sealBuffers = sync.Pool{New: func() any { return new([]byte) }}
