package server

import (
	"fmt"
	"sync"
	"time"

	"parley/internal/chat"
)

// appendHealth tells how long messages wait to be stored: what their senders feel.
type appendHealth struct {
	clock chat.Clock

	mu     sync.Mutex
	oldest func() time.Duration // of what waits now; nil before there is a store
	last   time.Time            // when a message was stored last
	late   time.Duration        // how long one waited that was stored at lateAt, if over waitSlow
	lateAt time.Time
}

// watchAppends has told how long the oldest message waits that is not stored yet.
func (r *readiness) watchAppends(oldest func() time.Duration) {
	r.appends.mu.Lock()
	defer r.appends.mu.Unlock()
	r.appends.oldest = oldest
}

// stored is told of messages that were stored.
func (h *appendHealth) stored() {
	now := h.clock.Now()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last = now
}

// waited is told how long a message had waited that was stored now.
func (h *appendHealth) waited(d time.Duration) {
	if d < waitSlow {
		return
	}
	now := h.clock.Now()
	h.mu.Lock()
	defer h.mu.Unlock()
	if d >= h.late || now.Sub(h.lateAt) >= waitTold {
		h.late, h.lateAt = d, now
	}
}

// storesNow reports whether a message was stored lately.
func (h *appendHealth) storesNow() bool {
	now := h.clock.Now()
	h.mu.Lock()
	defer h.mu.Unlock()
	return !h.last.IsZero() && now.Sub(h.last) < waitStop
}

// trouble is what there is to say. Where one message waits for a row that somebody has
// locked while others are stored, the server serves; where none is stored, it does not.
func (h *appendHealth) trouble() *Reason {
	h.mu.Lock()
	oldest := h.oldest
	h.mu.Unlock()
	var waits time.Duration
	if oldest != nil {
		waits = oldest()
	}
	now := h.clock.Now()
	h.mu.Lock()
	defer h.mu.Unlock()
	stores := !h.last.IsZero() && now.Sub(h.last) < waitStop
	switch {
	case waits > waitStop && !stores:
		return &Reason{What: "database", Why: fmt.Sprintf(
			"no message was stored for %s, and the oldest one waits for %s: see whether the database answers, and who holds locks in it",
			sinceLast(now, h.last), seconds(waits))}
	case waits > waitSlow:
		return &Reason{What: "database", Degraded: true, Why: fmt.Sprintf(
			"the oldest message that is not stored yet waits for %s: see whether the database is slow, and who holds locks in it", seconds(waits))}
	case h.late > 0 && now.Sub(h.lateAt) < waitTold:
		return &Reason{What: "database", Degraded: true, Why: fmt.Sprintf(
			"messages were stored late in the last %s, after up to %s: see whether the database and the way to it are slow", seconds(waitTold), seconds(h.late))}
	}
	return nil
}

func sinceLast(now, last time.Time) string {
	if last.IsZero() {
		return "as long as this server runs"
	}
	return seconds(now.Sub(last))
}

func seconds(d time.Duration) string { return fmt.Sprintf("%d s", int(d.Seconds())) }
