package seal

import (
	"bytes"
	"encoding/base64"
	"fmt"

	"parley/wire"
)

// Client makes the client's side of one handshake. Call PublicKey, KeyExchange and Pin once
// each, in this order. After an error the connection must end.
type Client struct {
	pin     string
	used    string // the fingerprint of the key in frame 22
	session Session
}

// NewClient returns the client's side of a handshake with a server whose key has the
// fingerprint pin. If pin is empty, the client takes any key.
func NewClient(pin string) *Client {
	ask := &wire.Request{Msgid: wire.PublicKey, Pin: pin}
	if pin != "" {
		ask.Set(wire.FPin)
	}
	return &Client{pin: pin, session: Session{PublicKey: ask.AppendJSON(nil)}}
}

// PublicKey returns the frame 21. It must be the first frame on the connection.
func (c *Client) PublicKey() []byte { return c.session.PublicKey }

// KeyExchange takes the server's answer, a frame 22. It returns the frame 23 to send, and
// what seals and opens everything after that frame. It returns a *PinError if the server has
// another key than the pinned one, and an *UnexpectedError if the answer is another frame, for
// example a refusal. It keeps no part of answer.
func (c *Client) KeyExchange(answer []byte) (exchange []byte, s *Sealer, o *Opener, err error) {
	frame, err := wire.DecodeServer(answer)
	if err != nil {
		return nil, nil, nil, err
	}
	reply, ok := frame.(*wire.PublicKeyReply)
	if !ok {
		return nil, nil, nil, &UnexpectedError{frame}
	}
	key, err := ParsePublicKey(reply.Key)
	if err != nil {
		return nil, nil, nil, err
	}
	if c.pin != "" && key.Fingerprint != c.pin {
		return nil, nil, nil, &PinError{Pinned: c.pin, Offered: key.Fingerprint}
	}
	c.used = key.Fingerprint
	c.session.PublicKeyAnswer = bytes.Clone(answer)
	c.session.Nonce, err = base64.StdEncoding.DecodeString(reply.Nonce)
	if err != nil || len(c.session.Nonce) != NonceSize {
		return nil, nil, nil, fmt.Errorf("seal: the server's nonce does not have %d bytes", NonceSize)
	}
	secret, text, err := key.NewSecret()
	if err != nil {
		return nil, nil, nil, err
	}
	c.session.Secret = secret
	ask := &wire.Request{Msgid: wire.KeyExchange, Key: text}
	ask.Set(wire.FKey)
	c.session.KeyExchange = ask.AppendJSON(nil)
	s, o, err = c.session.both(FromClient, FromServer)
	return c.session.KeyExchange, s, o, err
}

// Pin takes the first frame that was opened, a frame 24. That it could be opened proves that
// the server has the private key. Pin returns the fingerprint to pin from now on: that of the
// key that was used, or of a newer one that the server names. It returns an *UnexpectedError if
// it is another frame.
func (c *Client) Pin(answer []byte) (string, error) {
	frame, err := wire.DecodeServer(answer)
	if err != nil {
		return "", err
	}
	reply, ok := frame.(*wire.KeyExchangeReply)
	if !ok {
		return "", &UnexpectedError{frame}
	}
	if reply.Pin != "" {
		return reply.Pin, nil
	}
	return c.used, nil
}

// PinError says that the server's key is not the pinned one.
type PinError struct{ Pinned, Offered string } // fingerprints

// Error says which key was expected, and which one the server has.
func (e *PinError) Error() string {
	return fmt.Sprintf("seal: the server's key is %s, and not the pinned %s", e.Offered, e.Pinned)
}

// UnexpectedError says that the server answered a frame of the handshake with another frame.
type UnexpectedError struct {
	Frame any // as wire.DecodeServer returns it
}

// Error names the frame's type.
func (e *UnexpectedError) Error() string {
	return fmt.Sprintf("the server answered with something else (%T)", e.Frame)
}
