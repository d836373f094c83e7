package test

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

// patience is how long a frame may take; it is only spent where a test fails.
const patience = time.Minute

// person is a plain connection: no SDK, just objects.
type person struct {
	conn    net.Conn
	framing wire.Framing
	frames  chan []byte
	err     error // why frames is closed
	pending [][]byte
	sealed  *sealedPerson // nil: what is said is said openly
}

func (d *dialogue) connect() *person {
	d.t.Helper()
	p, err := connect(d.server, d.framing)
	if err != nil {
		d.fatal("connecting: %v", err)
	}
	return p
}

func connect(s *server.Server, f wire.Framing) (*person, error) {
	tcp, http := s.Addrs()
	p := &person{framing: f, frames: make(chan []byte, 10_000)}
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

func (p *person) readLines() {
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
			p.err = err
			return
		}
	}
}

func (p *person) readMessages(r io.Reader) {
	defer close(p.frames)
	rw := struct {
		io.Reader
		io.Writer
	}{r, p.conn}
	for {
		msg, err := wsutil.ReadServerText(rw)
		if err != nil {
			p.err = err
			return
		}
		p.frames <- msg
	}
}

// next gives the next frame; ok is false when the connection has ended, or nothing
// came for too long.
func (p *person) next() (frame []byte, ok bool) {
	if len(p.pending) > 0 {
		frame, p.pending = p.pending[0], p.pending[1:]
		return frame, true
	}
	if p.sealed != nil {
		return p.sealed.next(p)
	}
	return p.nextOpen()
}

// nextOpen is next for what is not sealed.
func (p *person) nextOpen() (frame []byte, ok bool) {
	select {
	case frame, ok = <-p.frames:
		return frame, ok
	case <-time.After(patience):
		p.err = errors.New("nothing came")
		return nil, false
	}
}

func (p *person) send(d *dialogue, object string) {
	d.t.Helper()
	p.sendRaw(d, []byte(object))
}

func (p *person) sendRaw(d *dialogue, b []byte) {
	d.t.Helper()
	if err := p.write(b); err != nil {
		d.fatal("sending: %v", err)
	}
}

func (p *person) write(b []byte) error {
	if p.sealed != nil {
		var err error
		if b, err = p.sealed.sealer.AppendFrame(nil, b); err != nil {
			return err
		}
	}
	if p.framing == wire.WebSocket {
		return wsutil.WriteClientText(p.conn, b)
	}
	_, err := p.conn.Write(b)
	return err
}

func (p *person) close() { _ = p.conn.Close() }
