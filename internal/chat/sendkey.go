package chat

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"parley/wire"
)

// MaxSendKey is how many characters a send key has at most.
const MaxSendKey = 128

// SendKeyKept is how long a send key is remembered at least.
const SendKeyKept = 24 * time.Hour

// SendKey makes a message that comes from no session be stored once, however often it is
// sent: the key is remembered with the message that was stored first. It is the user's own;
// two users may use the same.
type SendKey struct {
	Key string
	Sum [sha256.Size]byte // of what is sent and where it goes: the same key is not for anything else
}

// KeptKey is a send key that was used.
type KeptKey struct {
	Sum  [sha256.Size]byte
	Conv ConvID
	Seq  int64
	At   time.Time
}

// NewSendKey makes the key of a message. Errors are BadField: a key has 1 to MaxSendKey
// characters, all of them visible ASCII.
func NewSendKey(key string, t Target, text string) (*SendKey, error) {
	if key == "" {
		return nil, Errorf(wire.BadField, "the send key is missing: make a new one for each message, and keep it for its repeats")
	}
	if len(key) > MaxSendKey {
		return nil, Errorf(wire.BadField, "the send key has %d characters: at most %d are allowed", len(key), MaxSendKey)
	}
	for i := range len(key) {
		if key[i] <= ' ' || key[i] > '~' {
			return nil, Errorf(wire.BadField, "the send key may have letters, digits and signs of ASCII only, and no spaces")
		}
	}
	b := make([]byte, 0, 16+len(text))
	b = binary.BigEndian.AppendUint64(b, uint64(t.With))  //nolint:gosec // its bits
	b = binary.BigEndian.AppendUint64(b, uint64(t.Group)) //nolint:gosec // its bits
	return &SendKey{Key: key, Sum: sha256.Sum256(append(b, text...))}, nil
}
