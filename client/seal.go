package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"

	"parley/wire"
	"parley/wire/seal"
)

// sealed is a transport inside of another one: a stream of frames, in sealed pieces.
type sealed struct {
	outer  transport
	sealer *seal.Sealer
	opener *seal.Opener
	max    int

	in   []byte // what was opened, from pos on not read yet
	pos  int
	line []byte // reused from call to call
}

// seal makes the handshake of a sealed connection; on an error it closes t.
func (c *Client) seal(ctx context.Context, t transport) (transport, error) {
	if err := t.net().SetDeadline(deadline(ctx, c.opts.ConnectTimeout)); err != nil {
		t.net().Close()
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { t.net().Close() })
	defer stop()
	s, err := c.handshake(t)
	if err != nil {
		t.net().Close()
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, fmt.Errorf("cannot seal the connection to %s: %w", c.endpoint, err)
	}
	return s, nil
}

// handshake is frames 21 to 24: see "Sealed connections" in the protocol reference.
func (c *Client) handshake(t transport) (*sealed, error) {
	pin, err := c.knownPin()
	if err != nil {
		return nil, err
	}
	shake := seal.NewClient(pin)
	answer, err := exchangeRaw(t, shake.PublicKey())
	if err != nil {
		return nil, err
	}
	exchange, sealer, opener, err := shake.KeyExchange(answer)
	if err != nil {
		return nil, c.refused(err)
	}
	s := &sealed{outer: t, sealer: sealer, opener: opener, max: c.opts.MaxFrame}
	if _, err = t.net().Write(t.frame(nil, exchange)); err != nil {
		return nil, err
	}
	if answer, err = s.read(); err != nil {
		return nil, err
	}
	next, err := shake.Pin(answer)
	if err != nil {
		return nil, c.refused(err)
	}
	return s, c.keepPin(pin, next)
}

// keepPin keeps the server's fingerprint, which frame 24 has proved.
func (c *Client) keepPin(known, pin string) error {
	if pin == known && c.opts.Pin == "" {
		return nil
	}
	c.mu.Lock()
	c.pin = pin
	c.mu.Unlock()
	if c.opts.Pins == nil {
		return nil
	}
	return c.opts.Pins.KeepPin(c.endpoint.address, pin)
}

// knownPin is the fingerprint that the server's key must have; "" while any will do.
func (c *Client) knownPin() (string, error) {
	c.mu.Lock()
	pin := c.pin
	c.mu.Unlock()
	switch {
	case pin != "":
		return pin, nil
	case c.opts.Pin != "":
		return c.opts.Pin, nil
	case c.opts.Pins != nil:
		return c.opts.Pins.Pin(c.endpoint.address)
	}
	return "", nil
}

// exchangeRaw writes one object and reads the next.
func exchangeRaw(t transport, object []byte) ([]byte, error) {
	if _, err := t.net().Write(t.frame(nil, object)); err != nil {
		return nil, err
	}
	return t.read()
}

// refused returns the client's own error for one of a handshake.
func (c *Client) refused(err error) error {
	var pin *seal.PinError
	if errors.As(err, &pin) {
		return &PinError{Server: c.endpoint.String(), Pinned: pin.Pinned, Offered: pin.Offered}
	}
	var other *seal.UnexpectedError
	if !errors.As(err, &other) {
		return err
	}
	switch f := other.Frame.(type) {
	case *wire.GoodbyeNotice:
		return goodbye(f)
	case *wire.AckReply:
		if refusal := refusal(f.Erron, f.Errinfo, f.RetryAfterMS); refusal != nil {
			return refusal
		}
	}
	return err
}

func (s *sealed) net() net.Conn { return s.outer.net() }

// frame seals object. Frames must be written in the order of these calls.
func (s *sealed) frame(dst, object []byte) []byte {
	s.line = append(append(s.line[:0], object...), '\n')
	dst, err := s.sealer.AppendStream(dst, s.line, s.outer.frame)
	if err != nil {
		s.net().Close() // used up: the next connection has a key of its own
	}
	return dst
}

// read returns the next object of the stream.
func (s *sealed) read() ([]byte, error) {
	for {
		if i := bytes.IndexByte(s.in[s.pos:], '\n'); i >= 0 {
			object := s.in[s.pos : s.pos+i]
			s.pos += i + 1
			if len(object) > 0 {
				return object, nil
			}
			continue
		}
		s.in = append(s.in[:0], s.in[s.pos:]...)
		s.pos = 0
		if len(s.in) > s.max {
			return nil, tooLong(s.max)
		}
		frame, err := s.outer.read()
		if err != nil {
			return nil, err
		}
		if s.in, err = s.opener.Open(s.in, frame); err != nil {
			return nil, explainSeal(frame, err)
		}
	}
}

// explainSeal tells of a goodbye in plain before anything was sealed.
func explainSeal(frame []byte, err error) error {
	if said, e := wire.DecodeServer(frame); e == nil {
		if bye, ok := said.(*wire.GoodbyeNotice); ok {
			return fmt.Errorf("%w; in plain it says: %s", err, bye.Reason)
		}
	}
	return err
}

// within reports whether a connection does not leave this machine, or is in memory.
func within(c net.Conn) bool {
	a, ok := c.RemoteAddr().(*net.TCPAddr)
	return !ok || a.IP.IsLoopback()
}
