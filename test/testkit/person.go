package testkit

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"time"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"

	"parley/internal/server"
	"parley/wire"
)

// Person is a plain connection: no SDK, just objects.
type Person struct {
	conn    net.Conn
	framing wire.Framing
	frames  chan []byte
	Err     error    // why frames is closed
	Pending [][]byte // come before what the connection brings
	Sealed  Cover    // nil: what is said is said openly
}

// Cover is what a connection has besides when its frames are sealed.
type Cover interface {
	// Wrap seals a frame.
	Wrap(frame []byte) ([]byte, error)
	// Next returns the next frame, opened; ok is false when the connection has ended.
	Next() (frame []byte, ok bool)
}

// Connect connects to a server in this process.
func Connect(s *server.Server, f wire.Framing) (*Person, error) {
	tcp, http := s.Addrs()
	p := &Person{framing: f, frames: make(chan []byte, 10_000)}
	if f == wire.WebSocket {
		conn, br, _, err := ws.Dial(context.Background(), "ws://"+http.String()+"/ws")
		if err != nil {
			return nil, err
		}
		p.conn = conn
		var r io.Reader = conn
		if br != nil {
			r = br
		}
		go p.readMessages(r)
		return p, nil
	}
	conn, err := net.Dial("tcp", tcp.String())
	if err != nil {
		return nil, err
	}
	p.conn = conn
	go p.readLines()
	return p, nil
}

func (p *Person) readLines() {
	defer close(p.frames)
	var buf []byte
	chunk := make([]byte, 64<<10)
	for {
		n, err := p.conn.Read(chunk)
		buf = append(buf, chunk[:n]...)
		for {
			line, rest, ok := bytes.Cut(buf, []byte("\n"))
			if !ok {
				break
			}
			p.frames <- bytes.Clone(line)
			buf = rest
		}
		if err != nil {
			p.Err = err
			return
		}
	}
}

func (p *Person) readMessages(r io.Reader) {
	defer close(p.frames)
	rw := struct {
		io.Reader
		io.Writer
	}{r, p.conn}
	for {
		msg, err := wsutil.ReadServerText(rw)
		if err != nil {
			p.Err = err
			return
		}
		p.frames <- msg
	}
}

// Next returns the next frame; ok is false when the connection has ended, or nothing
// came for too long.
func (p *Person) Next() (frame []byte, ok bool) {
	if len(p.Pending) > 0 {
		frame, p.Pending = p.Pending[0], p.Pending[1:]
		return frame, true
	}
	if p.Sealed != nil {
		return p.Sealed.Next()
	}
	return p.NextOpen()
}

// NextOpen is Next for what is not sealed.
func (p *Person) NextOpen() (frame []byte, ok bool) {
	select {
	case frame, ok = <-p.frames:
		return frame, ok
	case <-time.After(Patience):
		p.Err = errors.New("nothing came")
		return nil, false
	}
}

// Write sends an object, sealed where the connection is.
func (p *Person) Write(b []byte) error {
	if p.Sealed != nil {
		var err error
		if b, err = p.Sealed.Wrap(b); err != nil {
			return err
		}
	}
	if p.framing == wire.WebSocket {
		return wsutil.WriteClientText(p.conn, b)
	}
	_, err := p.conn.Write(b)
	return err
}

// Close cuts the connection.
func (p *Person) Close() { _ = p.conn.Close() }
