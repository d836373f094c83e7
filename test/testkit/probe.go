package testkit

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"parley/client"
)

// Probe is two users who chat all the time, and how long each message takes. Mu is held by
// who looks at its fields.
type Probe struct {
	Mu    sync.Mutex
	Sent  map[string]time.Time // what is under way
	took  []time.Duration
	Ended []error // why connections ended
}

// Take returns how long the messages since the last call took, shortest first.
func (pr *Probe) Take() []time.Duration {
	pr.Mu.Lock()
	defer pr.Mu.Unlock()
	took := pr.took
	pr.took = nil
	slices.Sort(took)
	return took
}

// Quantile returns a quantile (0 to 1) of sorted times, 0 where there are none.
func Quantile(sorted []time.Duration, q float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

// Run sends a message every few milliseconds until stop.
func (pr *Probe) Run(t *testing.T, o client.Options, stop <-chan struct{}) {
	t.Helper()
	other := o
	other.Name = "probe b"
	lost := func(_ *client.Client, e client.Event) {
		if d, ok := e.(client.Disconnected); ok {
			pr.Mu.Lock()
			pr.Ended = append(pr.Ended, d.Err)
			pr.Mu.Unlock()
		}
	}
	other.OnEvent = lost
	other.OnMessage = func(_ *client.Client, m *client.Message) {
		pr.Mu.Lock()
		pr.took = append(pr.took, time.Since(pr.Sent[m.Text]))
		delete(pr.Sent, m.Text)
		pr.Mu.Unlock()
	}
	o.Name, o.OnEvent, o.OnMessage = "probe a", lost, func(*client.Client, *client.Message) {}
	for _, who := range []client.Options{o, other} {
		if _, err := client.Register(Soon(t), who); err != nil {
			t.Fatal(err)
		}
	}
	receiver, sender := Login(t, other), Login(t, o)
	tick := time.NewTicker(4 * time.Millisecond)
	defer tick.Stop()
	for i := 0; ; i++ {
		select {
		case <-stop:
			return
		case <-tick.C:
		}
		text := fmt.Sprint(i)
		pr.Mu.Lock()
		pr.Sent[text] = time.Now()
		pr.Mu.Unlock()
		if err := sender.Post(client.Direct(receiver.Self().ID), text, nil); err != nil && !errors.Is(err, client.ErrOutboxFull) {
			t.Error(err)
			return
		}
	}
}
