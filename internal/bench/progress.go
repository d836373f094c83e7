package bench

import (
	"fmt"
	"sync"
	"time"
)

// enter begins a phase of the run; all is how many steps it has, 0 if that is not to
// be told.
func (r *run) enter(phase string, all int) {
	r.phaseDone.Store(0)
	r.phaseAll.Store(int64(all))
	r.phase.Store(&phase)
}

// showProgress writes a line a second until the function that it gives is called.
func (r *run) showProgress() (stop func()) {
	r.enter("starting", 0)
	if r.o.Progress == nil {
		return func() {}
	}
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		var before counts
		for {
			select {
			case <-tick.C:
				before = r.showLine(before)
			case <-done:
				if r.o.Live {
					fmt.Fprint(r.o.Progress, "\r\x1b[K")
				}
				return
			}
		}
	})
	return func() { close(done); wg.Wait() }
}

// counts are what a line tells the difference of.
type counts struct {
	at                     time.Duration
	sent, acked, delivered int64
}

func (r *run) showLine(before counts) counts {
	is := counts{r.now(), r.sentAll.Load(), r.ackedAll.Load(), r.deliveredAll.Load()}
	line := fmt.Sprintf("%5.0fs %s", is.at.Seconds(), *r.phase.Load())
	if all := r.phaseAll.Load(); all > 0 {
		line += fmt.Sprintf(" %d/%d", r.phaseDone.Load(), all)
	}
	if seconds := (is.at - before.at).Seconds(); is.sent > 0 && seconds > 0 {
		each := func(now, then int64) float64 { return float64(now-then) / seconds }
		line += fmt.Sprintf(": sent %d (%.0f/s), acked %d (%.0f/s), delivered %d (%.0f/s)",
			is.sent, each(is.sent, before.sent), is.acked, each(is.acked, before.acked),
			is.delivered, each(is.delivered, before.delivered))
	}
	line += fmt.Sprintf(", %d connected", r.online.Load())
	if n := r.reconnects.Load(); n > 0 {
		line += fmt.Sprintf(", %d reconnects", n)
	}
	if r.o.Live {
		fmt.Fprintf(r.o.Progress, "\r%s\x1b[K", line)
	} else {
		fmt.Fprintln(r.o.Progress, line)
	}
	return is
}
