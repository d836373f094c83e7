package gate

import (
	"errors"
	"net"
	"testing"
	"time"

	"parley/internal/outbox"
	"parley/wire"
	"parley/wire/seal"
)

// deaf is a connection that takes everything and gives nothing.
type deaf struct{ net.Conn }

func (deaf) Write(p []byte) (int, error)      { return len(p), nil }
func (deaf) Close() error                     { return nil }
func (deaf) SetReadDeadline(time.Time) error  { return nil }
func (deaf) SetWriteDeadline(time.Time) error { return nil }
func (deaf) RemoteAddr() net.Addr             { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1)} }
func (deaf) CloseWrite() error                { return nil }
func (deaf) Unsent() int                      { return 0 }

// counting is a Peer that wants to be called as it is promised.
type counting struct {
	t      *testing.T
	l      *Link
	max    int
	faults int
}

func (c *counting) Object(obj []byte) {
	if c.faults > 0 {
		c.t.Fatal("an object after a fault")
	}
	if len(obj) == 0 || len(obj) > c.max {
		c.t.Fatalf("an object of %d bytes", len(obj))
	}
}

func (c *counting) Fault(wire.GoodbyeCode, string) { c.faults++; c.l.out.Last(nil) }
func (c *counting) Gone(error)                     {}

// held is how much an intake keeps.
func held(in intake) int {
	switch in := in.(type) {
	case *stream:
		return in.cut.Pending()
	case *messages:
		if in.begun != nil {
			return len(in.begun.raw) + len(in.begun.message)
		}
	}
	return 0
}

// FuzzReader feeds bytes, in cuts of any size, to the reader of a connection: TCP,
// WebSocket, and both of them sealed, where each byte of how says whether the next cut is
// sealed properly or put in as it is. Nothing panics, no object is over its limit, none
// comes after a fault, and no more is kept than one frame.
func FuzzReader(f *testing.F) {
	const limit = 4 << 10
	for _, seed := range []string{
		`{"msgid":2,"name":"a","pwd":"b"}{"msgid":4,"to":1,"msg":"x"}`, "\x81\x8c\x00\x00\x00\x00{\"msgid\":11}", `{"msgid":21}`, `{"msgid":25,"data":"AAAA"}`,
		"\x01\x82\x00\x00\x00\x00{}\x80\x80\x00\x00\x00\x00\x88\x80\x00\x00\x00\x00", "[[[[[[[[[[", "\x00\n\t {}", "\x89\x80\x00\x00\x00\x00", "GET / HTTP/1.1\r\n\r\n",
	} {
		for kind := range byte(4) {
			f.Add(kind, []byte(seed), []byte{0, 1, 2, 7})
		}
	}
	g := New(Options{MaxFrame: limit}, func(*Link) Peer { return nil })
	session := seal.Session{Secret: make([]byte, 32), Nonce: make([]byte, 32)}
	f.Fuzz(func(t *testing.T, kind byte, in, how []byte) {
		framing := wire.Framing(kind & 1)
		l := &Link{gate: g, conn: deaf{}, spoken: true}
		l.unsent.Store(-1)
		l.out = outbox.New((*end)(l), outbox.Options{Framing: framing})
		peer := &counting{t: t, l: l, max: limit}
		l.peer = peer
		var sealer *seal.Sealer
		if framing == wire.WebSocket {
			l.in = new(messages)
		} else {
			l.in = &stream{cut: wire.NewCutter(limit)}
		}
		if kind&2 != 0 {
			own, err := session.Sealer(seal.FromServer)
			opener, openErr := session.Opener(seal.FromClient)
			if err := errors.Join(err, openErr, l.seal(own, opener)); err != nil {
				t.Fatal(err)
			}
			if sealer, err = session.Sealer(seal.FromClient); err != nil {
				t.Fatal(err)
			}
		}
		defer l.out.Die(net.ErrClosed)
		for i := 0; len(in) > 0 && peer.faults == 0; i++ {
			mode := byte(0)
			if len(how) > 0 {
				mode = how[i%len(how)]
			}
			n := min(len(in), 1+int(mode>>1))
			cut := append([]byte(nil), in[:n]...)
			in = in[n:]
			if sealer != nil && mode&1 == 0 {
				frame, err := sealer.AppendFrame(nil, cut)
				if err != nil {
					t.Fatal(err)
				}
				cut = append(frame, '\n')
				if framing == wire.WebSocket {
					cut = maskedText(frame)
				}
			}
			if _, fault := l.in.feed(l, cut); fault != nil {
				l.peer.Fault(fault.code, fault.info)
			}
			most := l.maxFrame() + 14
			if kept := held(l.in); kept > most {
				t.Fatalf("%d bytes are kept of frames of %d at most", kept, most)
			}
			if s := l.sealed.Load(); s != nil && held(&s.in) > limit {
				t.Fatalf("%d bytes are kept inside", held(&s.in))
			}
		}
	})
}

// maskedText is a client's text message with a mask of zeros.
func maskedText(p []byte) []byte {
	b := []byte{0x81, 0x80 | 126, byte(len(p) >> 8), byte(len(p)), 0, 0, 0, 0}
	if len(p) < 126 {
		b = []byte{0x81, 0x80 | byte(len(p)), 0, 0, 0, 0}
	}
	return append(b, p...)
}
