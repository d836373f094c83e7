package hub

import "sync"

// work counts what runs of a hub, so that its end can be waited for while the store, the
// bus and clocks still call in. A sync.WaitGroup may not: nothing may be added to one that
// somebody waits for and that has come to nought.
type work struct {
	mu      sync.Mutex
	running int
	ending  bool
	over    chan struct{} // made by the first end, closed when nothing runs any more
}

// enter begins a piece of work; false means that all is over and it must not run. Every
// enter that returned true has its leave.
func (w *work) enter() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ending && w.running == 0 {
		return false
	}
	w.running++
	return true
}

func (w *work) leave() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.running--
	if w.ending && w.running == 0 {
		close(w.over)
	}
}

// end lets no work begin any more once all has ended, which closes the channel. What runs
// may begin more until then.
func (w *work) end() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.ending {
		w.ending = true
		w.over = make(chan struct{})
		if w.running == 0 {
			close(w.over)
		}
	}
	return w.over
}
