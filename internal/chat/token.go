package chat

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"time"
)

const (
	tokenBytes     = 32
	tokenTimeBytes = 5 // seconds since 1970
)

// newToken makes a token and the hash that is stored in its place: the time and 256 random
// bits, in base64url. The time cannot be changed, because the hash covers it. A token is
// as strong as a key, so one SHA-256 is enough.
func newToken(now time.Time) (token string, hash []byte) {
	b := binary.BigEndian.AppendUint64(nil, uint64(now.Unix())) //nolint:gosec // after 1970
	b = append(b[8-tokenTimeBytes:], randomBytes(tokenBytes)...)
	token = base64.RawURLEncoding.EncodeToString(b)
	return token, hashToken(token)
}

// tokenTime is when a token was made; zero for one of the first version, which did not
// say so.
func tokenTime(token string) time.Time {
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(b) != tokenTimeBytes+tokenBytes {
		return time.Time{}
	}
	var seconds [8]byte
	copy(seconds[8-tokenTimeBytes:], b)
	return time.Unix(int64(binary.BigEndian.Uint64(seconds[:])), 0) //nolint:gosec // five bytes
}

func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

func tokenMatches(token string, stored []byte) bool {
	return len(stored) > 0 && subtle.ConstantTimeCompare(hashToken(token), stored) == 1
}

// newSessionID draws a session's number: random, so that it is never met again and
// cannot be guessed, and of 53 bits.
func newSessionID() SessionID {
	for {
		if id := binary.BigEndian.Uint64(randomBytes(8)) >> 11; id != 0 {
			return SessionID(id)
		}
	}
}
