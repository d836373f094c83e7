package gate

import "time"

// A peer that stops reading closes its window, and its kernel goes on answering the
// probes of ours; a peer that vanished answers nothing. TCP_USER_TIMEOUT ends both
// connections after the same time. So while bytes are under way and do not move, the
// sweep looks whether the peer's kernel answers, and moves the limit ahead of
// a peer that does. (The limit is moved and not lifted because the kernel sends its
// probes ever more seldom, but always once before the limit.)

// tcpState is what the kernel knows of a connection with bytes under way.
type tcpState struct {
	acked    uint64        // bytes that the peer has acknowledged
	unacked  uint32        // segments sent and not acknowledged
	probes   uint32        // probes sent since the last answer
	lastAck  time.Duration // since the peer last answered, to data or to a probe
	lastSent time.Duration // since data was last sent, or sent again
}

type verdict uint8

const (
	moving   verdict = iota // bytes are getting through
	paused                  // the peer answers and does not read
	doubtful                // it was asked and has not answered yet
	vanished                // it does not answer
)

// stall is what the sweep remembers of a connection whose bytes do not move.
type stall struct {
	acked    uint64
	since    time.Time     // when it was first seen so
	doubtful bool          // at the last look
	limit    time.Duration // the kernel's, 0 if it is the usual one
}

// judge decides what has become of the peer, and how long the kernel may wait from
// the beginning of the stall (0: leave that as it is). silent is how long a peer may
// leave everything unanswered.
func (s *stall) judge(now tcpState, at time.Time, silent time.Duration) (v verdict, limit time.Duration) {
	if s.since.IsZero() || now.acked != s.acked {
		s.acked, s.since, s.doubtful = now.acked, at, false
		return moving, silent
	}
	stalled := at.Sub(s.since)
	// Data that is sent again ever more seldom to a closed window is answered each
	// time, though not acknowledged.
	asked := now.probes > 0 || now.unacked > 0 && now.lastAck > now.lastSent
	if !asked {
		s.doubtful = false
		return paused, stalled + silent
	}
	if now.lastAck < silent || stalled < silent {
		return doubtful, 0
	}
	if s.doubtful { // it had since the last look to answer
		return vanished, 0
	}
	s.doubtful = true
	return doubtful, 0
}
