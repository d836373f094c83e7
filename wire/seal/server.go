package seal

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"

	"parley/wire"
)

// ErrNoExchange says that a frame 23 did not follow the frame 22.
var ErrNoExchange = errors.New("seal: frame 23 must follow frame 22; nothing is sealed yet")

// Server makes the server's side of one handshake. After NewServer send PublicKeyAnswer; then
// call TakeExchange, Seal and KeyExchangeAnswer once each, in this order. After an error the
// connection must end.
type Server struct {
	key     *Key
	newest  string
	session Session
	text    string // the client's secret, as it came in frame 23
	rid     []byte
}

// NewServer returns the server's side of a handshake. ask is the client's frame 21 as it came,
// and r is the request in it. key is the key that the client asked for in r.Pin, or any other;
// newest is the fingerprint of the server's newest key. Nothing of ask and r is kept.
func NewServer(ask []byte, r *wire.Request, key *Key, newest string) *Server {
	s := &Server{key: key, newest: newest, session: Session{PublicKey: bytes.Clone(ask), Nonce: make([]byte, NonceSize)}}
	rand.Read(s.session.Nonce) // it never fails
	answer := wire.PublicKeyReply{RID: r.RID, Key: key.Public(), Nonce: base64.StdEncoding.EncodeToString(s.session.Nonce)}
	s.session.PublicKeyAnswer = answer.AppendJSON(nil)
	return s
}

// PublicKeyAnswer returns the frame 22. It must be the first frame to the client.
func (s *Server) PublicKeyAnswer() []byte { return s.session.PublicKeyAnswer }

// TakeExchange takes the client's next frame, which must be a frame 23; if it is not, it
// returns ErrNoExchange. It costs little, and keeps no part of frame.
func (s *Server) TakeExchange(frame []byte) error {
	var r wire.Request
	if wire.DecodeRequest(frame, &r) != nil || r.Msgid != wire.KeyExchange {
		return ErrNoExchange
	}
	s.session.KeyExchange = bytes.Clone(frame)
	s.text, s.rid = r.Key, bytes.Clone(r.RID)
	return nil
}

// Seal opens the secret of frame 23 with the server's private key, and returns what seals and
// opens everything after that frame. It takes some milliseconds of CPU, so limit how many run
// at a time. The error does not say what is wrong with the secret.
func (s *Server) Seal() (*Sealer, *Opener, error) {
	secret, err := s.key.Secret(s.text)
	if err != nil {
		return nil, nil, err
	}
	s.session.Secret = secret
	return s.session.both(FromServer, FromClient)
}

// KeyExchangeAnswer returns the frame 24, which must be the first frame that is sealed. It
// names the newest key, if the client used another one.
func (s *Server) KeyExchangeAnswer() []byte {
	reply := wire.KeyExchangeReply{RID: s.rid}
	if s.newest != s.key.Fingerprint() {
		reply.Pin = s.newest
	}
	return reply.AppendJSON(nil)
}
