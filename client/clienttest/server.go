package clienttest

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"sync"
)

// Frame is one JSON object. Numbers that came from a client are float64, those that are sent
// may be of any type.
type Frame map[string]any

// Msgid returns what the frame is, -1 if it does not say.
func (f Frame) Msgid() int {
	n, ok := f["msgid"].(float64)
	if !ok {
		return -1
	}
	return int(n)
}

// Server is the place that a client connects to. Its methods may be called from any goroutine.
type Server struct {
	conns chan net.Conn

	mu    sync.Mutex
	down  bool
	dials int
}

// mostWaiting is how many connections wait for Accept; more of them are refused.
const mostWaiting = 64

// NewServer makes a server that takes connections.
func NewServer() *Server { return &Server{conns: make(chan net.Conn, mostWaiting)} }

// Down has the server refuse connections, or take them again.
func (s *Server) Down(down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = down
}

// Dials returns how often clients have tried to connect.
func (s *Server) Dials() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dials
}

// Dial is for client.Options.Dialer. The addresses do not matter.
func (s *Server) Dial(_ context.Context, _, _ string) (net.Conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dials++
	if s.down {
		return nil, errors.New("clienttest: connection refused")
	}
	ours, theirs := net.Pipe()
	select {
	case s.conns <- ours:
		return theirs, nil
	default:
		return nil, errors.New("clienttest: too many connections wait for Accept")
	}
}

// Accept returns the next connection of a client.
func (s *Server) Accept(ctx context.Context) (*Peer, error) {
	select {
	case conn := <-s.conns:
		p := &Peer{conn: conn, frames: make(chan Frame, mostFrames)}
		go p.read()
		return p, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("clienttest: no client has connected: %w", ctx.Err())
	}
}

// Forget closes connections that nobody has accepted: those of clients that are gone.
func (s *Server) Forget() {
	for {
		select {
		case conn := <-s.conns:
			conn.Close()
		default:
			return
		}
	}
}

// mostFrames is how many frames of a client wait for Next; then its writes block.
const mostFrames = 4096

// Peer is the server's end of one connection. One goroutine at a time may use it.
type Peer struct {
	conn   net.Conn
	frames chan Frame
	err    error // why frames was closed
}

func (p *Peer) read() {
	defer close(p.frames)
	const longest = 1 << 20
	lines := bufio.NewScanner(p.conn)
	lines.Buffer(nil, longest)
	for lines.Scan() {
		var f Frame
		if err := json.Unmarshal(lines.Bytes(), &f); err != nil {
			p.err = fmt.Errorf("clienttest: the client sent %q: %w", lines.Bytes(), err)
			return
		}
		p.frames <- f
	}
	p.err = errors.New("clienttest: the client has closed the connection")
}

// Next returns the client's next frame. It fails when the client has closed the connection, or
// ctx has ended.
func (p *Peer) Next(ctx context.Context) (Frame, error) {
	select {
	case f, open := <-p.frames:
		if !open {
			return nil, p.err
		}
		return f, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Waiting returns the frames that have come and that nobody has asked for.
func (p *Peer) Waiting() []Frame {
	var all []Frame
	for {
		select {
		case f, open := <-p.frames:
			if !open {
				return all
			}
			all = append(all, f)
		default:
			return all
		}
	}
}

// Send sends frames, whatever they are. It returns when the client has read them.
func (p *Peer) Send(frames ...Frame) error {
	for _, f := range frames {
		text, err := json.Marshal(f)
		if err != nil {
			return err
		}
		if err := p.SendText(string(text) + "\n"); err != nil {
			return err
		}
	}
	return nil
}

// SendText sends bytes as they are: half a frame, or none at all.
func (p *Peer) SendText(text string) error {
	_, err := p.conn.Write([]byte(text))
	return err
}

// Cut ends the connection, as a network does.
func (p *Peer) Cut() { p.conn.Close() }
