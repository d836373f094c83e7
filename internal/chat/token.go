package chat

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
)

const tokenBytes = 32

// newToken makes a token, 256 random bits in base64url, and the hash that is stored
// in its place. A token is as strong as a key, so one SHA-256 is enough.
func newToken() (token string, hash []byte) {
	token = base64.RawURLEncoding.EncodeToString(randomBytes(tokenBytes))
	return token, hashToken(token)
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
