package gate

import "context"

// NewHandlers makes the handlers of a node. Close ends what they run.
func NewHandlers(o HandlerOptions) *Handlers {
	o = o.withDefaults()
	h := &Handlers{
		HandlerOptions: o, paces: o.Rates.paces(), start: o.Clock.Now(),
		registrations: newAddrRates(o.Registrations.pace(100.0/3600, 100), o.Clock),
		logPace:       Rate{PerSecond: 1, Burst: 20}.pace(0, 0),
	}
	h.ctx, h.stop = context.WithCancel(context.Background())
	h.watch = newSilence(h)
	return h
}

// Accept makes the Peer of a new connection.
func (h *Handlers) Accept(l *Link) Peer { return h.newClient(l) }

// Close ends the watch over silent sessions and the requests under way; it is called
// when no connection is left or those that are left are to end soon.
func (h *Handlers) Close() {
	h.stop()
	h.watch.close()
}
