package gate

import "time"

// A peer that stops reading closes its window, and its kernel goes on answering the
// probes of ours; a peer that vanished answers nothing. TCP_USER_TIMEOUT ends both
// connections after the same time. So while bytes are under way and do not move, the
// sweep looks whether the peer's kernel answers, and moves the limit ahead of
// a peer that does. (The limit is moved and not lifted because the kernel sends its
// probes ever more seldom, but always once before the limit.)
//
// The kernel's count is not the sweep's. It may begin with the first byte under way and go
// on although bytes get through: a window that opens by less than what is next to be sent
// does not end it. So as long as bytes are under way the limit moves ahead of all that
// time and never back; and once they are through, it is lifted for good, because
// the count may even outlast that. From then on the sweep alone finds a peer that
// vanished with bytes under way, and keep-alive one without. (Where the kernel is older than
// 6.15, a peer that stops reading for a second time and vanishes then is asked, and so
// found, every two minutes.)

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
	busy     time.Time     // when it was first seen with bytes under way
	doubtful bool          // at the last look
	limit    time.Duration // the kernel's, 0 if it is the usual one
}

// judge decides what has become of the peer, and how long the kernel may wait from
// the time when bytes were first under way (0: leave that as it is). silent is how long a
// peer may leave everything unanswered.
func (s *stall) judge(now tcpState, at time.Time, silent time.Duration) (v verdict, limit time.Duration) {
	first := s.busy.IsZero()
	if first {
		s.busy = at
	}
	// Data that is sent again ever more seldom to a closed window is answered each
	// time, though not acknowledged.
	asked := now.probes > 0 || now.unacked > 0 && now.lastAck > now.lastSent
	// Keep-alive asks a peer that has nothing under way, so silence from before counts.
	mute := asked && now.lastAck >= silent
	limit = at.Sub(s.busy) + silent
	switch {
	case first || now.acked != s.acked:
		s.acked, s.doubtful = now.acked, mute
		return moving, limit
	case !asked:
		s.doubtful = false
		return paused, limit
	case mute && s.doubtful: // it had since the last look to answer
		return vanished, 0
	}
	s.doubtful = mute
	return doubtful, 0
}
