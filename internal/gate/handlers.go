package gate

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/chat"
	"parley/internal/hub"
	"parley/wire"
)

// HandlerOptions are what handlers work with. Service and Hub must be set; other zero
// values take the defaults.
type HandlerOptions struct {
	Service *chat.Service
	Hub     *hub.Hub

	LogID     string        // names the log, for clients that know it
	Heartbeat time.Duration // the interval told at login, default 30 s
	// SilentAfter closes a session with a device that has sent nothing for so long,
	// default 2.5 heartbeats.
	SilentAfter time.Duration
	RequestTime time.Duration // what one request may take, default 10 s
	Rates       Rates
	// Registrations is how many accounts may be made from one address (of IPv6, one /64);
	// the machine's own is not bounded. Default 100 an hour, and 100 at once.
	Registrations Rate
	// RefusePlainSecrets refuses passwords and tokens on connections that are not
	// Secure.
	RefusePlainSecrets bool

	Clock   chat.Clock      // default the machine's
	Log     *slog.Logger    // default slog.Default
	Metrics *HandlerMetrics // counted if set
}

func (o HandlerOptions) withDefaults() HandlerOptions {
	defaultTo(&o.Heartbeat, 30*time.Second)
	defaultTo(&o.SilentAfter, o.Heartbeat*5/2)
	defaultTo(&o.RequestTime, 10*time.Second)
	if o.Clock == nil {
		o.Clock = chat.SystemClock{}
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Metrics == nil {
		o.Metrics = new(HandlerMetrics)
	}
	return o
}

// HandlerMetrics count frames and refusals; they only ever grow.
type HandlerMetrics struct {
	Unreadable atomic.Int64                     // frames that could not be decoded
	Unknown    atomic.Int64                     // frames that no handler is for
	Slowed     atomic.Int64                     // pauses of a reader whose client sends too fast
	Silent     atomic.Int64                     // sessions closed for want of a heartbeat
	Abusive    atomic.Int64                     // connections closed for too many faulty frames
	frames     [wire.LastMsgid + 1]atomic.Int64 // by msgid
	refusals   [wire.LastCode + 1]atomic.Int64  // by code
}

// Frames is how many frames of a msgid were handled.
func (m *HandlerMetrics) Frames(id wire.Msgid) int64 {
	if id < 0 || int(id) >= len(m.frames) {
		return 0
	}
	return m.frames[id].Load()
}

// Refusals is how many requests were refused with a code. Chat frames that the hub
// refuses are counted there.
func (m *HandlerMetrics) Refusals(code wire.Code) int64 {
	if code < 0 || int(code) >= len(m.refusals) {
		return 0
	}
	return m.refusals[code].Load()
}

// Handlers is what all connections of a node share: the use cases, the hub, the
// limits, and the watch over silent sessions.
type Handlers struct {
	// Static.
	HandlerOptions
	paces         [classes]pace
	registrations *addrRates
	start         time.Time
	ctx           context.Context // ends with Close
	stop          context.CancelFunc
	watch         *silence

	// Guarded by mu.
	mu      sync.Mutex
	noisy   bucket // lines about clients' faults in the log
	unsaid  int64  // lines left out since the last one
	logPace pace
}

// now is the time since the handlers' start.
func (h *Handlers) now() time.Duration { return h.Clock.Now().Sub(h.start) }

// pause keeps a reader from reading for a while.
func (h *Handlers) pause(d time.Duration) { chat.Pause(h.Clock, d, h.ctx.Done()) }

// logFault logs what a client did wrong, but no more than a line a second: anybody
// can make the lines come.
func (h *Handlers) logFault(msg string, args ...any) {
	h.mu.Lock()
	if h.noisy.take(h.now(), h.logPace) > 0 {
		h.unsaid++
		h.mu.Unlock()
		return
	}
	unsaid := h.unsaid
	h.unsaid = 0
	h.mu.Unlock()
	if unsaid > 0 {
		args = append(args, "left_out", unsaid)
	}
	h.Log.Warn(msg, args...)
}
