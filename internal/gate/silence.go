package gate

import (
	"sync"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// silence watches over the sessions that owe heartbeats, those with a device, and
// ends the ones that have been silent for too long. One timer does it for all.
type silence struct {
	h     *Handlers
	every time.Duration

	mu      sync.Mutex
	clients map[*client]chat.SessionID
	timer   chat.Timer
	closed  bool
	looking sync.WaitGroup
}

func newSilence(h *Handlers) *silence {
	w := &silence{h: h, every: max(h.SilentAfter/10, time.Millisecond), clients: make(map[*client]chat.SessionID)}
	w.mu.Lock() // the first look may come before this is done
	defer w.mu.Unlock()
	w.timer = h.Clock.AfterFunc(w.every, w.look)
	return w
}

func (w *silence) add(c *client, id chat.SessionID) {
	w.mu.Lock()
	w.clients[c] = id
	w.mu.Unlock()
}

func (w *silence) remove(c *client) {
	w.mu.Lock()
	delete(w.clients, c)
	w.mu.Unlock()
}

// look goes through all of them once.
func (w *silence) look() {
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return
	}
	w.looking.Add(1)
	defer w.looking.Done()
	silent := make(map[*client]chat.SessionID)
	limit := w.h.now() - w.h.SilentAfter
	for c, id := range w.clients {
		if time.Duration(c.seen.Load()) < limit {
			silent[c] = id
		}
	}
	w.mu.Unlock()

	for _, id := range silent {
		if w.h.Hub.Kick(id, wire.ByeSilent, wire.ByeSilent.Text()) {
			w.h.Metrics.Silent.Add(1)
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range silent {
		delete(w.clients, c)
	}
	if !w.closed {
		w.timer.Reset(w.every)
	}
}

func (w *silence) close() {
	w.mu.Lock()
	w.closed = true
	w.timer.Stop()
	w.mu.Unlock()
	w.looking.Wait()
}
