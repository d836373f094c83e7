package chat

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// HashCost is what one argon2id hash costs. The zero value is what servers use:
// 19 MiB, two passes, one thread (about 36 ms). Tests may take less.
type HashCost struct {
	MemoryKiB uint32
	Passes    uint32
	Threads   uint8
}

func (c HashCost) orDefault() HashCost {
	if c == (HashCost{}) {
		return HashCost{MemoryKiB: 19 << 10, Passes: 2, Threads: 1}
	}
	return c
}

const (
	saltBytes = 16
	hashBytes = 32
	// What a stored hash may ask for: beyond this it is damaged, and computing it
	// would only take the server's memory.
	maxHashMemoryKiB = 1 << 20
	maxHashPasses    = 64
)

// hasher computes password hashes, a few at once: each takes a core and 19 MiB for
// tens of milliseconds. Who wants one takes a turn.
type hasher struct {
	cost  HashCost
	turns *Turns
	decoy string // hash of no password at all, for users who do not exist
}

// newHasher computes one hash: the time it takes is what the first who wait are told.
func newHasher(o ServiceOptions, clock Clock) *hasher {
	h := &hasher{cost: o.HashCost.orDefault()}
	began := clock.Now()
	h.decoy = h.of(string(randomBytes(hashBytes)))
	h.turns = newTurns(turnsOptions{
		atOnce: o.HashesAtOnce, queue: o.HashQueue, promises: o.HashPromises,
		perAddress: o.HashPlacesAddress, perAccount: o.HashPlacesAccount,
		patience: o.HashWait, took: clock.Now().Sub(began),
	}, clock)
	return h
}

// of is the PHC string of a password, with a new salt.
func (h *hasher) of(password string) string {
	salt := randomBytes(saltBytes)
	return formatHash(h.cost, salt, h.cost.key(password, salt, hashBytes))
}

// hash returns the PHC string of a new password.
func (h *hasher) hash(ctx context.Context, who turn, password string) (string, error) {
	leave, err := h.turns.enter(ctx, who)
	if err != nil {
		return "", err
	}
	defer leave(true)
	return h.of(password), nil
}

// verify reports whether password is the one of stored. An empty stored costs the
// same and matches nothing. admit is asked once more when the hash is about to be
// computed, so that a crowd of attempts that queued up together is held back by the
// first of them that failed.
func (h *hasher) verify(ctx context.Context, who turn, stored, password string, admit func() error) (bool, error) {
	known := stored != ""
	if !known {
		stored = h.decoy
	}
	cost, salt, want, err := parseHash(stored)
	if err != nil {
		return false, err
	}
	leave, err := h.turns.enter(ctx, who)
	if err != nil {
		return false, err
	}
	used := false
	defer func() { leave(used) }()
	if err := admit(); err != nil {
		return false, err
	}
	used = true
	got := cost.key(password, salt, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1 && known, nil
}

func (c HashCost) key(password string, salt []byte, n uint32) []byte {
	return argon2.IDKey([]byte(norm.NFC.String(password)), salt, c.Passes, c.MemoryKiB, c.Threads, n)
}

// formatHash writes the PHC string format.
func formatHash(c HashCost, salt, hash []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, c.MemoryKiB, c.Passes, c.Threads, b64.EncodeToString(salt), b64.EncodeToString(hash))
}

var errHash = errors.New("chat: the stored password hash is not one of argon2id")

func parseHash(s string) (c HashCost, salt, hash []byte, err error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, errHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.MemoryKiB, &c.Passes, &c.Threads); err != nil {
		return c, nil, nil, errHash
	}
	if c.MemoryKiB > maxHashMemoryKiB || c.Passes < 1 || c.Passes > maxHashPasses || c.Threads < 1 {
		return c, nil, nil, errHash
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return c, nil, nil, errHash
	}
	if hash, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil || len(hash) < 16 {
		return c, nil, nil, errHash
	}
	return c, salt, hash, nil
}

// randomBytes never fails: the program ends when the system has no randomness.
func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never returns an error
	return b
}
