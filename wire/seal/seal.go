package seal

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"sync"

	"parley/wire"
)

// Sizes of the handshake, in bytes. The limits of frame 25 are wire.MaxSealPiece and
// wire.MaxSealedFrame.
const (
	NonceSize  = 32 // of the server's nonce in frame 22
	SecretSize = 32 // of the client's secret in frame 23
)

// maxSealed is how many frames one key seals. Beyond it the connection ends.
const maxSealed = 1 << 32

// Side says who seals. The two directions of a connection have their own keys and counters.
type Side byte

// The sides.
const (
	FromClient Side = 1
	FromServer Side = 2
)

var info = map[Side]string{
	FromClient: "parley sealed 1 client to server",
	FromServer: "parley sealed 1 server to client",
}

// Errors of sealed connections. After any of them the connection must end.
var (
	ErrNotSealed = errors.New("seal: what came on a sealed connection is not a sealed frame")
	ErrBadSeal   = errors.New("seal: a sealed frame was repeated, left out or altered, or is of another connection")
	ErrUsedUp    = errors.New("seal: one connection has sealed as many frames as it may")
)

// Session is what both ends of a sealed connection have agreed on: the client's secret, the
// server's nonce, and the frames 21, 22 and 23. The frames are byte for byte as they went
// over the wire, without framing. Client and Server make a Session in the handshake; use the
// type itself to check the vectors or to decrypt a recording.
type Session struct {
	Secret, Nonce                           []byte
	PublicKey, PublicKeyAnswer, KeyExchange []byte
}

// Sealer returns the Sealer for what side sends. It begins with the first frame of the
// connection.
func (s *Session) Sealer(side Side) (*Sealer, error) {
	d, err := s.direction(side)
	return &Sealer{d}, err
}

// Opener returns the Opener for what side has sealed. It begins with the first frame of the
// connection.
func (s *Session) Opener(side Side) (*Opener, error) {
	d, err := s.direction(side)
	return &Opener{direction: d}, err
}

// both returns the Sealer of one end and the Opener for the other end's frames.
func (s *Session) both(own, other Side) (*Sealer, *Opener, error) {
	sealer, err := s.Sealer(own)
	if err != nil {
		return nil, nil, err
	}
	opener, err := s.Opener(other)
	return sealer, opener, err
}

func (s *Session) direction(side Side) (d direction, err error) {
	key, err := s.key(side)
	if err != nil {
		return d, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return d, err
	}
	aead, err := cipher.NewGCM(block)
	return direction{aead: aead, side: side}, err
}

// key returns HKDF-SHA-256 (RFC 5869) of the secret. The nonce is the salt; the side's text
// and the hash of the three frames are the info.
func (s *Session) key(side Side) ([]byte, error) {
	h := sha256.New()
	for _, frame := range [][]byte{s.PublicKey, s.PublicKeyAnswer, s.KeyExchange} {
		var size [4]byte
		binary.BigEndian.PutUint32(size[:], uint32(len(frame))) //nolint:gosec // frames are short
		h.Write(size[:])
		h.Write(frame)
	}
	return hkdf.Key(sha256.New, s.Secret, s.Nonce, info[side]+string(h.Sum(nil)), 32)
}

// direction is one of the two directions of a connection.
type direction struct {
	aead  cipher.AEAD
	side  Side
	count uint64
	// The memory of what next returns: on the stack it would be allocated for each frame.
	nonce [12]byte
	about [9]byte
}

// next returns the nonce and the associated data of the next frame: the counter, and the
// side in front of it. Both are valid until the next call.
func (d *direction) next() (nonce, about []byte) {
	binary.BigEndian.PutUint64(d.nonce[4:], d.count)
	d.about[0] = byte(d.side)
	binary.BigEndian.PutUint64(d.about[1:], d.count)
	d.count++
	return d.nonce[:], d.about[:]
}

// Sealer seals what one side sends. Only one goroutine may use it at a time, and what it
// returns must be sent in the order of the calls.
type Sealer struct{ direction }

const (
	head = `{"msgid":25,"data":"`
	tail = `"}`
)

// AppendFrame appends to dst the frame 25 that holds piece, which is at most
// wire.MaxSealPiece bytes of the stream. The frame has no framing. The only error is
// ErrUsedUp.
func (s *Sealer) AppendFrame(dst, piece []byte) ([]byte, error) {
	if s.count >= maxSealed {
		return dst, ErrUsedUp
	}
	nonce, about := s.next()
	text := buffers.Get().(*[]byte)
	*text = s.aead.Seal((*text)[:0], nonce, piece, about)
	dst = append(dst, head...)
	dst = base64.StdEncoding.AppendEncode(dst, *text)
	buffers.Put(text)
	return append(dst, tail...), nil
}

// AppendStream seals part, the next bytes of the stream, in as many frames 25 as it needs.
// It passes each frame to framed, which appends the frame to dst with its framing and returns
// dst. framed must not keep the frame. The only error is ErrUsedUp; dst then holds the frames
// before it.
func (s *Sealer) AppendStream(dst, part []byte, framed func(dst, frame []byte) []byte) ([]byte, error) {
	frame := buffers.Get().(*[]byte)
	defer buffers.Put(frame)
	for len(part) > 0 {
		n := min(len(part), wire.MaxSealPiece)
		var err error
		if *frame, err = s.AppendFrame((*frame)[:0], part[:n]); err != nil {
			return dst, err
		}
		dst = framed(dst, *frame)
		part = part[n:]
	}
	return dst, nil
}

// buffers lend memory for what is sealed and not yet base64, and for frames without framing.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// Opener opens the frames 25 of one side, in their order. Only one goroutine may use it at a
// time.
type Opener struct {
	direction
	spent bool
}

// Open appends to dst the piece of the stream that a frame 25 holds. frame has no framing; it
// is not kept. Errors are ErrNotSealed and ErrBadSeal. After an error dst is as it was, and
// every further call returns ErrBadSeal.
func (o *Opener) Open(dst, frame []byte) ([]byte, error) {
	if o.spent {
		return dst, ErrBadSeal
	}
	opened, err := o.open(dst, frame)
	if err != nil {
		o.spent = true
		return dst, err
	}
	return opened, nil
}

func (o *Opener) open(dst, frame []byte) ([]byte, error) {
	data, err := dataOf(frame)
	if err != nil {
		return nil, err
	}
	if len(data) > base64.StdEncoding.EncodedLen(wire.MaxSealPiece+o.aead.Overhead()) {
		return nil, ErrNotSealed
	}
	start := len(dst)
	if dst, err = base64.StdEncoding.AppendDecode(dst, data); err != nil {
		return nil, ErrNotSealed
	}
	if o.count >= maxSealed {
		return nil, ErrBadSeal
	}
	nonce, about := o.next()
	if dst, err = o.aead.Open(dst[:start], nonce, dst[start:], about); err != nil {
		return nil, ErrBadSeal
	}
	return dst, nil
}

// dataOf returns the base64 of a frame 25. The usual spelling costs nothing.
func dataOf(frame []byte) ([]byte, error) {
	if rest, ok := bytes.CutPrefix(frame, []byte(head)); ok {
		if data, ok := bytes.CutSuffix(rest, []byte(tail)); ok {
			return data, nil // anything but base64 in it is found when it is decoded
		}
	}
	var r wire.Request
	if wire.DecodeRequest(frame, &r) != nil || r.Msgid != wire.Sealed {
		return nil, ErrNotSealed
	}
	return []byte(r.Data), nil
}
