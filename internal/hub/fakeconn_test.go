package hub

import (
	"bytes"
	"errors"
	"sync"
	"testing"

	"parley/internal/chat"
	"parley/internal/outbox"
	"parley/wire"
)

// fakeConn keeps what was written to it. It can be made to stand still, or to hold
// bytes that the peer has not acknowledged.
type fakeConn struct {
	mu     sync.Mutex
	wrote  []byte
	unsent int
	gate   chan struct{} // not nil: writes wait until it is closed
	closed chan struct{}
}

func newFakeConn() *fakeConn { return &fakeConn{closed: make(chan struct{})} }

func (c *fakeConn) Write(p []byte) error {
	c.mu.Lock()
	gate := c.gate
	c.mu.Unlock()
	if gate != nil {
		select {
		case <-gate:
		case <-c.closed:
		}
	}
	select {
	case <-c.closed:
		return errors.New("closed")
	default:
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wrote = append(c.wrote, p...)
	return nil
}

func (c *fakeConn) Unsent() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.unsent
}

func (c *fakeConn) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-c.closed:
	default:
		close(c.closed)
	}
	return nil
}

// block makes writes wait; the function given back lets them go on.
func (c *fakeConn) block() (unblock func()) {
	gate := make(chan struct{})
	c.mu.Lock()
	c.gate = gate
	c.mu.Unlock()
	return func() {
		c.mu.Lock()
		c.gate = nil
		c.mu.Unlock()
		close(gate)
	}
}

// take returns the frames that were written since the last call.
func (c *fakeConn) take(t testing.TB) []any {
	t.Helper()
	c.mu.Lock()
	wrote := c.wrote
	c.wrote = nil
	c.mu.Unlock()
	var frames []any
	for line := range bytes.Lines(wrote) {
		f, err := wire.DecodeServer(line)
		if err != nil {
			t.Fatalf("the hub wrote %q: %v", line, err)
		}
		frames = append(frames, f)
	}
	return frames
}

// peer is a session with its connection.
type peer struct {
	*Session
	conn *fakeConn
	code wire.GoodbyeCode // of Ended
}

// AppendOutcome implements Owner as a gate does.
func (*peer) AppendOutcome(dst []byte, o Outcome, at string) []byte {
	a := wire.AckReply{Re: wire.Chat, RID: o.Tag, SendSeq: o.SendSeq, Seq: o.Seq, Time: at}
	if o.Kind == chat.Group {
		a.Re = wire.GroupChat
	}
	if e := o.Err; e != nil {
		a.Erron, a.Errinfo, a.SendNext, a.RetryAfterMS = e.Code, e.Info, e.SendNext, e.RetryAfter.Milliseconds()
	}
	return a.AppendJSON(dst)
}

// Ended implements Owner.
func (p *peer) Ended(_ chat.SessionID, code wire.GoodbyeCode) { p.code = code }

// open logs a user's device in; device 0 is the nameless one.
func open(t testing.TB, h *Hub, f *fakeLog, user chat.UserID, device int, id chat.SessionID, opts ...func(*SessionOptions)) *peer {
	t.Helper()
	p := &peer{conn: newFakeConn()}
	o := SessionOptions{
		User: chat.User{ID: user, Name: nameOf(user)}, Device: chat.DeviceID(int(user)*100 + device), ID: id,
		Out:   outbox.New(p.conn, outbox.Options{Soft: 4096, Hard: 1 << 20}),
		Owner: p,
	}
	if device != 0 {
		o.DeviceName = "device"
	}
	for _, opt := range opts {
		opt(&o)
	}
	o.LastSendSeq = f.take(o.Device, id)
	s, err := h.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	p.Session = s
	s.Start(nil)
	return p
}
