package gate

import (
	"crypto/tls"
	"log/slog"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"parley/internal/chat"
	"parley/internal/outbox"
	"parley/wire"
	"parley/wire/seal"
)

// Options bound the connections of a Gate. Zero values take the defaults.
type Options struct {
	MaxConns           int // connections in all, default 100,000
	MaxConnsPerAddr    int // of one address (IPv6: one /64), default 20,000
	MaxUnauthenticated int // without a login, default 10,000

	// MaxUnauthenticatedPerAddr is how many of one address may be without a login, default
	// 2,000. Past this and MaxUnauthenticated nobody new is refused: the oldest goes, of the
	// address or of the most crowded one.
	MaxUnauthenticatedPerAddr int
	// MaxParts bounds the bytes of all frames that have begun and not ended, but for the first
	// 4 KiB of each; default 64 MiB. Past it the oldest goes, of the address with the most bytes.
	MaxParts int

	LoginTimeout time.Duration // a connection without a login is closed after this, default 60 s
	FrameTimeout time.Duration // an object that has begun must be complete after this, default 30 s
	Linger       time.Duration // how long the end of a connection may take, default 2 s
	// Silent is how long a peer may leave everything unanswered before it counts as
	// vanished, default 16 s. It is found out within a quarter more, whether anything was
	// under way or not; a peer that had stopped reading before is, within half as much again.
	// One whose kernel answers but that does not read is never closed for that alone.
	Silent time.Duration
	// Sweep is how often the times above are looked at, default 1 s; they are
	// kept to within two sweeps.
	Sweep time.Duration

	MaxFrame   int // bytes of one object, default wire.DefaultMaxFrame
	Soft, Hard int // bytes of an outbox, see outbox.Options

	// ProxyFrom are the addresses of load balancers: TCP connections from there begin with
	// a PROXY header, and of HTTP requests from there X-Forwarded-For counts.
	ProxyFrom []netip.Prefix

	// AllowedOrigins are further origins ("https://chat.example.org") whose pages may
	// open a WebSocket; a page of the very host it connects to always may. "*" allows
	// every page.
	AllowedOrigins []string

	// Seal has the keys for sealed connections; nil offers none.
	Seal SealKeys
	// SealRate bounds the handshakes of one address, default 20 a second and 200 at once.
	SealRate Rate
	// SealsAtOnce, SealQueue and SealWait bound their decryptions, 2.4 ms each on a core:
	// how many at the same time (default 1), how many wait (256) and how long (5 s).
	SealsAtOnce, SealQueue int
	SealWait               time.Duration

	// TLS has the certificate for TCP connections; nil for plain ones. HTTP brings its own.
	TLS *tls.Config

	Clock   chat.Clock   // default the machine's
	Log     *slog.Logger // default slog.Default
	Metrics *ConnMetrics // counted if set
}

// WithDefaults returns the options with the defaults where nothing is set. Those that
// operators can set are the same as in internal/server, which a test there holds.
func (o Options) WithDefaults() Options {
	defaultTo(&o.MaxConns, 100_000)
	defaultTo(&o.MaxConnsPerAddr, 20_000)
	defaultTo(&o.MaxUnauthenticated, 10_000)
	defaultTo(&o.MaxUnauthenticatedPerAddr, 2_000)
	defaultTo(&o.MaxParts, 64<<20)
	defaultTo(&o.LoginTimeout, 60*time.Second)
	defaultTo(&o.FrameTimeout, 30*time.Second)
	defaultTo(&o.Linger, outbox.DefaultLinger)
	defaultTo(&o.Silent, 16*time.Second)
	defaultTo(&o.Sweep, time.Second)
	defaultTo(&o.MaxFrame, wire.DefaultMaxFrame)
	defaultTo(&o.SealsAtOnce, 1)
	defaultTo(&o.SealQueue, 256)
	defaultTo(&o.SealWait, 5*time.Second)
	if o.Clock == nil {
		o.Clock = chat.SystemClock{}
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Metrics == nil {
		o.Metrics = new(ConnMetrics)
	}
	return o
}

// ConnMetrics count what happens to connections; they only ever grow.
type ConnMetrics struct {
	Accepted    atomic.Int64 // connections that were let in
	Crowded     atomic.Int64 // refused: as many connections as there may be in all
	CrowdedAddr atomic.Int64 // refused: as many as there may be from one address
	MadeRoom    atomic.Int64 // closed before their login, to make room for others
	PartsCut    atomic.Int64 // closed to make room for the unfinished frames of others
	BadProxy    atomic.Int64 // closed: came from a proxy without a PROXY header
	BadOrigin   atomic.Int64 // WebSocket handshakes refused for their origin
	LoginLate   atomic.Int64 // closed: no login in time
	FrameLate   atomic.Int64 // closed: an object begun and not finished in time
	Faults      atomic.Int64 // closed: the stream could not be cut, or broke the protocol
	Silent      atomic.Int64 // closed: the peer vanished while data was under way
	Slow        atomic.Int64 // closed: more waited for its reader than may
	Sealed      atomic.Int64 // handshakes of sealed connections that were made
	SealFails   atomic.Int64 // handshakes that failed, but for the next one
	SealRates   atomic.Int64 // handshakes refused: over a limit of rate or waiting
	Unsealed    atomic.Int64 // closed: what came was not sealed for the connection
	AcceptFails atomic.Int64 // accepting failed for want of resources and was tried again
}

// SealKeys has the server's keys for sealed connections. It is called by many at once.
type SealKeys interface {
	// SealKey returns the key with the fingerprint pin, or the current key if there is no
	// such key, and the fingerprint of the current key. It may block while the first key is
	// made.
	SealKey(pin string) (key *seal.Key, current string, err error)
}

func normalOrigin(o string) string { return strings.ToLower(strings.TrimSuffix(o, "/")) }
