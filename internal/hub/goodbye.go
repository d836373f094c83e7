package hub

import (
	"context"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// bye queues a goodbye as the connection's last frame and tells whoever opened the
// session.
func (s *Session) bye(code wire.GoodbyeCode, reason string, after time.Duration) {
	if s.goodbye.Swap(true) {
		return
	}
	s.out.Last(goodbyeFrame(code, reason, after))
	if s.owner != nil {
		s.hub.spawn(func() { s.owner.Ended(s.id, code) })
	}
}

// dispossessed ends a session that may no longer append. If another login has its device
// the client must not come back; if nobody has, this node was buried, and it should.
func (s *Session) dispossessed() {
	h := s.hub
	for !s.ended.Load() && h.ctx.Err() == nil {
		holder, err := h.store.DeviceSession(h.ctx, s.device)
		switch {
		case err == nil && holder != 0 && holder != s.id:
			s.bye(wire.ByeTakenOver, "another login of this device took over", 0)
			return
		case err == nil:
			s.bye(wire.ByeFenced, "this session is over: its node had lost touch with the cluster; reconnect", 0)
			return
		}
		h.pause(h.opts.RetryEvery, s.stopped())
	}
}

// dispossess says goodbye to a session whose device another login has, or that was
// revoked.
func (h *Hub) dispossess(id chat.SessionID, revoked bool) {
	if revoked {
		h.Kick(id, wire.ByeLoggedOut, "this session was revoked: log in again")
		return
	}
	h.Kick(id, wire.ByeTakenOver, "another login of this device took over")
}

// Kick ends one session with a goodbye; it reports whether it was here.
func (h *Hub) Kick(id chat.SessionID, code wire.GoodbyeCode, reason string) bool {
	h.mu.Lock()
	s := h.sessions[id]
	h.mu.Unlock()
	if s == nil {
		return false
	}
	s.bye(code, reason, 0)
	return true
}

// KickDevice is Kick for the session of a device: it has one at most.
func (h *Hub) KickDevice(id chat.DeviceID, code wire.GoodbyeCode, reason string) bool {
	for _, s := range h.snapshot() {
		if s.device == id {
			s.bye(code, reason, 0)
			return true
		}
	}
	return false
}

// Expel ends every session with a goodbye that tells to reconnect after a while.
func (h *Hub) Expel(code wire.GoodbyeCode, reason string, after time.Duration) {
	for _, s := range h.snapshot() {
		s.bye(code, reason, after)
	}
}

// drainStep is how often goodbyes are said while a node drains.
const drainStep = 50 * time.Millisecond

// Drain says goodbye to all sessions, spread over a window, so that they do not come to
// the other nodes all at once. It returns when the last has been told, or ctx ends.
func (h *Hub) Drain(ctx context.Context, window time.Duration) {
	all := h.snapshot()
	steps := max(1, int(window/drainStep))
	for step := range steps {
		if step > 0 {
			h.pause(drainStep, ctx.Done())
		}
		if ctx.Err() != nil {
			return
		}
		from, to := step*len(all)/steps, (step+1)*len(all)/steps
		for _, s := range all[from:to] {
			s.bye(wire.ByeShutdown, "the server is stopping; reconnect", 0)
		}
	}
}
