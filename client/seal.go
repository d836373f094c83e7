package client

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"net"

	"parley/wire"
)

// sealed is a transport inside of another one: a stream of frames, in sealed pieces.
type sealed struct {
	outer  transport
	sealer *wire.Sealer
	opener *wire.Opener
	max    int

	in  []byte // what was opened, from pos on not read yet
	pos int
	// Reused from call to call.
	line, piece []byte
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
	ask := &wire.Request{Msgid: wire.PublicKey, Pin: pin}
	if pin != "" {
		ask.Set(wire.FPin)
	}
	session := wire.SealSession{PublicKey: ask.AppendJSON(nil)}
	object, err := exchangeRaw(t, session.PublicKey)
	if err != nil {
		return nil, err
	}
	session.PublicKeyAnswer = bytes.Clone(object)
	frame, err := wire.DecodeServer(object)
	if err != nil {
		return nil, err
	}
	answer, ok := frame.(*wire.PublicKeyReply)
	if !ok {
		return nil, unexpected(frame)
	}
	key, err := wire.ParseSealPublicKey(answer.Key)
	if err != nil {
		return nil, err
	}
	if pin != "" && key.Fingerprint != pin {
		return nil, &PinError{Server: c.endpoint.String(), Pinned: pin, Offered: key.Fingerprint}
	}
	session.Nonce, err = base64.StdEncoding.DecodeString(answer.Nonce)
	if err != nil || len(session.Nonce) != wire.SealNonce {
		return nil, fmt.Errorf("its nonce is not %d bytes", wire.SealNonce)
	}
	s, err := c.exchangeKeys(t, &session, key)
	if err != nil {
		return nil, err
	}
	return s, c.keepPin(pin, key.Fingerprint, s)
}

// exchangeKeys sends frame 23; everything after it is sealed.
func (c *Client) exchangeKeys(t transport, session *wire.SealSession, key *wire.SealPublicKey) (*sealed, error) {
	secret, text, err := key.NewSecret()
	if err != nil {
		return nil, err
	}
	session.Secret = secret
	exchange := &wire.Request{Msgid: wire.KeyExchange, Key: text}
	exchange.Set(wire.FKey)
	session.KeyExchange = exchange.AppendJSON(nil)
	s := &sealed{outer: t, max: c.opts.MaxFrame}
	if s.sealer, err = session.Sealer(wire.ClientSeals); err != nil {
		return nil, err
	}
	if s.opener, err = session.Opener(wire.ServerSeals); err != nil {
		return nil, err
	}
	_, err = t.net().Write(t.frame(nil, session.KeyExchange))
	return s, err
}

// keepPin waits for frame 24, which proves that the server has the key, and only then
// keeps its fingerprint, or that of the newer key that it names.
func (c *Client) keepPin(known, used string, s *sealed) error {
	object, err := s.read()
	if err != nil {
		return err
	}
	frame, err := wire.DecodeServer(object)
	if err != nil {
		return err
	}
	answer, ok := frame.(*wire.KeyExchangeReply)
	if !ok {
		return unexpected(frame)
	}
	pin := used
	if answer.Pin != "" {
		pin = answer.Pin
	}
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

// unexpected is the error for a frame that has no place in a handshake.
func unexpected(frame any) error {
	switch f := frame.(type) {
	case *wire.GoodbyeNotice:
		return goodbye(f)
	case *wire.AckReply:
		if err := refusal(f.Erron, f.Errinfo, f.RetryAfterMS); err != nil {
			return err
		}
	}
	return fmt.Errorf("the server answered with something else (%T)", frame)
}

func (s *sealed) net() net.Conn { return s.outer.net() }

// frame seals object. Frames must be written in the order of these calls.
func (s *sealed) frame(dst, object []byte) []byte {
	s.line = append(append(s.line[:0], object...), '\n')
	for rest := s.line; len(rest) > 0; {
		n := min(len(rest), wire.MaxSealPiece)
		var err error
		if s.piece, err = s.sealer.AppendFrame(s.piece[:0], rest[:n]); err != nil {
			s.net().Close() // used up: the next connection has a key of its own
			return dst
		}
		dst = s.outer.frame(dst, s.piece)
		rest = rest[n:]
	}
	return dst
}

// read gives the next object of the stream.
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
