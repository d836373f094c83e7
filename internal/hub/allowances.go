package hub

import (
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// allowanceOf returns the allowance of an account whose first session opens here. The
// caller holds h.mu.
func (h *Hub) allowanceOf(u chat.UserID) *allowance {
	a := h.allowances.gone[u]
	if a != nil {
		delete(h.allowances.gone, u)
		return a
	}
	a = new(allowance)
	now := h.clock.Now()
	a.usual.fill(h.opts.BytesPerMinute, now)
	a.scarce.fill(h.opts.ScarceBytesPerMinute, now)
	return a
}

// borrowAllowance returns the allowance of an account that need not have a session here;
// nil where there is no limit.
func (h *Hub) borrowAllowance(u chat.UserID) *allowance {
	if h.opts.BytesPerMinute <= 0 && h.opts.ScarceBytesPerMinute <= 0 {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if l := h.users[u]; l != nil {
		return l.allowance
	}
	a := h.allowanceOf(u)
	h.keepAllowance(u, a, h.clock.Now())
	return a
}

// leaveAllowance keeps what an account without a session here has used up. The caller
// holds h.mu.
func (h *Hub) leaveAllowance(u chat.UserID, a *allowance) {
	now := h.clock.Now()
	if !h.untouched(a, now) {
		h.keepAllowance(u, a, now)
	}
}

// keepAllowance keeps it until it is wanted, or full while there are many. The caller holds
// h.mu.
func (h *Hub) keepAllowance(u chat.UserID, a *allowance, now time.Time) {
	all := &h.allowances
	if all.gone == nil {
		all.gone, all.look = map[chat.UserID]*allowance{}, leastGone
	}
	all.gone[u] = a
	if len(all.gone) < all.look {
		return
	}
	for u, a := range all.gone {
		if h.untouched(a, now) {
			delete(all.gone, u)
		}
	}
	all.look = max(leastGone, 2*len(all.gone))
}

func (h *Hub) untouched(a *allowance, now time.Time) bool {
	return a.usual.full(h.opts.BytesPerMinute, now) && a.scarce.full(h.opts.ScarceBytesPerMinute, now)
}

// SetScarce says whether the disk is nearly full. While it is, a message must fit the
// smaller budget (Options.ScarceBytesPerMinute) as well; past it, it is refused with
// wire.StoreFull.
func (h *Hub) SetScarce(scarce bool) { h.scarce.Store(scarce) }

// afford counts a message against what its account may send in a minute.
func (s *Sender) afford(body string) error {
	h, n := s.hub, int64(len(body))+MessageCost
	if most := h.opts.BytesPerMinute; most > 0 {
		if wait := s.allowance.usual.take(n, most, h.clock); wait > 0 {
			h.Metrics.OverBytes.Add(1)
			return &chat.Error{
				Code: wire.RateLimited, RetryAfter: wait,
				Info: "this account has sent as many bytes as it may in a minute: send again after retry_after_ms",
			}
		}
	}
	if most := h.opts.ScarceBytesPerMinute; most > 0 && h.scarce.Load() {
		if wait := s.allowance.scarce.take(n, most, h.clock); wait > 0 {
			h.Metrics.OverScarce.Add(1)
			return &chat.Error{
				Code: wire.StoreFull, RetryAfter: wait,
				Info: "the server's disk is nearly full, and this account has sent as much as it may until there is room: send again after retry_after_ms and tell the operator",
			}
		}
	}
	return nil
}
