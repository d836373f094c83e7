package hub

import (
	"context"
	"time"

	"parley/wire"
)

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
