package wire

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
)

// A sealed connection carries the stream of frames in pieces, each of them sealed with
// AES-256-GCM (NIST SP 800-38D) in a frame 25. The protocol reference says how, to the
// byte, in "Sealed connections"; testdata/seal.json has vectors.

// Sizes of sealed connections, in bytes.
const (
	SealNonce      = 32       // of the nonce in frame 22
	SealSecret     = 32       // of the client's secret in frame 23
	MaxSealPiece   = 16 << 10 // of the stream, at most, in one frame 25
	MaxSealedFrame = 24 << 10 // of one frame 25, at most
)

// maxSealed is how many frames one key seals. Beyond it the connection ends.
const maxSealed = 1 << 32

// SealSide is who seals: the two directions have keys and counters of their own.
type SealSide byte

// The sides.
const (
	ClientSeals SealSide = 1
	ServerSeals SealSide = 2
)

var sealInfo = map[SealSide]string{
	ClientSeals: "parley sealed 1 client to server",
	ServerSeals: "parley sealed 1 server to client",
}

// Errors of sealed connections. After any of them the connection must end.
var (
	ErrNotSealed  = errors.New("wire: what came on a sealed connection is not a sealed frame")
	ErrBadSeal    = errors.New("wire: a sealed frame was repeated, left out or altered, or is of another connection")
	ErrSealUsedUp = errors.New("wire: one connection has sealed as many frames as it may")
)

// SealSession is what both ends of a sealed connection have agreed on: the client's
// secret, the server's nonce, and the frames 21, 22 and 23 byte for byte as they went over
// the wire, without framing.
type SealSession struct {
	Secret, Nonce                           []byte
	PublicKey, PublicKeyAnswer, KeyExchange []byte
}

// Sealer gives the one that seals for a side.
func (s *SealSession) Sealer(side SealSide) (*Sealer, error) {
	c, err := s.direction(side)
	return &Sealer{c}, err
}

// Opener gives the one that opens what a side has sealed.
func (s *SealSession) Opener(side SealSide) (*Opener, error) {
	c, err := s.direction(side)
	return &Opener{direction: c}, err
}

func (s *SealSession) direction(side SealSide) (d direction, err error) {
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

// key is HKDF-SHA-256 (RFC 5869) of the secret, with the nonce as salt and with the side
// and the hash of the three frames as info.
func (s *SealSession) key(side SealSide) ([]byte, error) {
	h := sha256.New()
	for _, frame := range [][]byte{s.PublicKey, s.PublicKeyAnswer, s.KeyExchange} {
		var size [4]byte
		binary.BigEndian.PutUint32(size[:], uint32(len(frame))) //nolint:gosec // frames are short
		h.Write(size[:])
		h.Write(frame)
	}
	return hkdf.Key(sha256.New, s.Secret, s.Nonce, sealInfo[side]+string(h.Sum(nil)), 32)
}

// direction is one of the two ways of a connection.
type direction struct {
	aead  cipher.AEAD
	side  SealSide
	count uint64
}

// next gives nonce and associated data of the next frame: the counter, and the side
// before it.
func (d *direction) next() (nonce [12]byte, about [9]byte) {
	binary.BigEndian.PutUint64(nonce[4:], d.count)
	about[0] = byte(d.side)
	binary.BigEndian.PutUint64(about[1:], d.count)
	d.count++
	return nonce, about
}

// Sealer seals one side's pieces. It is for one goroutine at a time.
type Sealer struct{ direction }

const (
	sealedHead = `{"msgid":25,"data":"`
	sealedTail = `"}`
)

// AppendFrame appends the frame 25 that holds piece, at most MaxSealPiece bytes of the
// stream. The only error is ErrSealUsedUp.
func (s *Sealer) AppendFrame(dst, piece []byte) ([]byte, error) {
	if s.count >= maxSealed {
		return dst, ErrSealUsedUp
	}
	nonce, about := s.next()
	text := sealTexts.Get().(*[]byte)
	*text = s.aead.Seal((*text)[:0], nonce[:], piece, about[:])
	dst = append(dst, sealedHead...)
	dst = base64.StdEncoding.AppendEncode(dst, *text)
	sealTexts.Put(text)
	return append(dst, sealedTail...), nil
}

// sealTexts lends the memory for what is sealed and not yet base64.
var sealTexts = sync.Pool{New: func() any { return new([]byte) }}

// Opener opens the other side's frames, in their order. It is for one goroutine at a time.
type Opener struct {
	direction
	spent bool
}

// Open appends the piece that a frame 25 holds to dst. Errors are ErrNotSealed and
// ErrBadSeal; after one, nothing is opened any more.
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
	data, err := sealedData(frame)
	if err != nil {
		return nil, err
	}
	if len(data) > base64.StdEncoding.EncodedLen(MaxSealPiece+o.aead.Overhead()) {
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
	if dst, err = o.aead.Open(dst[:start], nonce[:], dst[start:], about[:]); err != nil {
		return nil, ErrBadSeal
	}
	return dst, nil
}

// sealedData gives the base64 of a frame 25. The usual spelling costs nothing.
func sealedData(frame []byte) ([]byte, error) {
	if rest, ok := bytes.CutPrefix(frame, []byte(sealedHead)); ok {
		if data, ok := bytes.CutSuffix(rest, []byte(sealedTail)); ok {
			return data, nil // anything but base64 in it is found when it is decoded
		}
	}
	var r Request
	if DecodeRequest(frame, &r) != nil || r.Msgid != Sealed {
		return nil, ErrNotSealed
	}
	return []byte(r.Data), nil
}
