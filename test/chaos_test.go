package test

import (
	"context"
	"flag"
	"math/rand/v2"
	"regexp"
	"strconv"
	"sync"
	"testing"
	"time"

	"parley/internal/bench"
	"parley/internal/engines"
	"parley/test/faultproxy"
)

// rounds is how many faults each scenario makes. `make chaos` makes 100.
var rounds = flag.Int("chaos.rounds", 6, "faults in each crash scenario")

// verified runs a load that keeps the account of every message while fault is called
// again and again, and demands that the account is clean.
func verified(t *testing.T, server string, o bench.Options, fault func(round int)) {
	t.Helper()
	loading, stop := context.WithCancel(t.Context())
	defer stop()
	o.Servers, o.Verify, o.Size = []string{server}, true, 80
	o.Duration, o.Warmup, o.Settle = time.Hour, -1, time.Minute
	type outcome struct {
		report bench.Report
		err    error
	}
	done := make(chan outcome, 1)
	watch := newProgress()
	o.Progress = watch
	go func() {
		r, err := bench.Run(loading, o)
		done <- outcome{r, err}
	}()
	watch.wait(t) // the load is under way
	for round := range *rounds {
		fault(round)
		watch.wait(t)
	}
	stop()
	select {
	case out := <-done:
		if out.err != nil {
			t.Fatal(out.err)
		}
		r := out.report
		t.Logf("%d faults: %s", *rounds, r.JSON())
		if !r.Clean() {
			t.Errorf("the account is not clean: %v", r.Findings)
		}
		if r.Acked == 0 || r.Reconnects == 0 {
			t.Errorf("%d acked, %d reconnects: the faults show nothing", r.Acked, r.Reconnects)
		}
	case <-time.After(3 * time.Minute):
		t.Fatal("the load did not come to its end")
	}
}

// progress reads the lines that a load writes, one a second from its start on: whether
// messages are acked stands in them, and not in that there are lines.
type progress struct {
	mu    sync.Mutex
	acked int64
	more  chan struct{} // holds one token when acked has grown
}

func newProgress() *progress { return &progress{more: make(chan struct{}, 1)} }

var ackedCount = regexp.MustCompile(`acked (\d+) `)

func (p *progress) Write(b []byte) (int, error) {
	m := ackedCount.FindSubmatch(b)
	if m == nil {
		return len(b), nil // still making accounts
	}
	n, err := strconv.ParseInt(string(m[1]), 10, 64)
	if err != nil {
		return 0, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if n > p.acked {
		p.acked = n
		select {
		case p.more <- struct{}{}:
		default:
		}
	}
	return len(b), nil
}

// wait waits until a line tells of more acked messages than the last one before it did.
func (p *progress) wait(t testing.TB) {
	t.Helper()
	select {
	case <-p.more: // of before
	default:
	}
	select {
	case <-p.more:
	case <-time.After(patience):
		t.Fatal("the load makes no progress")
	}
}

func anytime() { time.Sleep(time.Duration(rand.IntN(300)) * time.Millisecond) }

// TestChaosKill kills the server again and again, with kill -9, under direct and group
// messages.
func TestChaosKill(t *testing.T) {
	for _, workload := range []string{bench.Direct, bench.Group} {
		t.Run(workload, func(t *testing.T) {
			p := serve(t, t.TempDir(), wide...)
			verified(t, "tcp://"+p.tcp, bench.Options{Workload: workload, Users: 16, Window: 16, Rate: 1000}, func(int) {
				anytime()
				p.kill()
				p.restart()
			})
		})
	}
}

// TestChaosFreeze stops the server with SIGSTOP for a while and lets it go on.
func TestChaosFreeze(t *testing.T) {
	p := serve(t, t.TempDir(), wide...)
	f, err := faultproxy.New(p.tcp)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	verified(t, "tcp://"+f.Addr(), bench.Options{Workload: bench.Direct, Users: 16, Window: 16, Rate: 1000}, func(int) {
		anytime()
		if err := engines.Freeze(p.cmd.Process); err != nil {
			t.Fatal(err)
		}
		anytime()
		f.Reset() // the clients come back while it does not answer
		anytime()
		if err := engines.Thaw(p.cmd.Process); err != nil {
			t.Fatal(err)
		}
	})
}

// TestChaosNetwork cuts, stalls and maims connections in turn, over TCP and WebSocket.
func TestChaosNetwork(t *testing.T) {
	for _, scheme := range []string{"tcp", "ws"} {
		t.Run(scheme, func(t *testing.T) {
			p := serve(t, t.TempDir(), wide...)
			target := p.tcp
			if scheme == "ws" {
				target = p.http
			}
			f, err := faultproxy.New(target)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			server := scheme + "://" + f.Addr()
			if scheme == "ws" {
				server += "/ws"
			}
			faults := []func(){
				f.Reset,
				func() { f.CutAfter(faultproxy.ToServer, 1+rand.IntN(5000)) },
				func() { f.CutAfter(faultproxy.ToClient, 1+rand.IntN(5000)) },
				func() { f.HalfClose(faultproxy.ToServer) },
				func() { f.HalfClose(faultproxy.ToClient) },
				func() { f.Stall(faultproxy.ToServer); anytime(); f.Reset(); f.Heal() },
				func() { f.Stall(faultproxy.ToClient); anytime(); f.Reset(); f.Heal() },
				func() { f.Stall(faultproxy.Both); anytime(); f.Heal() },
				func() { f.Delay(50 * time.Millisecond); anytime(); f.Heal() },
				func() { f.Refuse(true); f.Reset(); anytime(); f.Heal() },
			}
			first := rand.IntN(len(faults))
			verified(t, server, bench.Options{Workload: bench.Group, Users: 12, Senders: 6, Window: 16, Rate: 500}, func(round int) {
				anytime()
				faults[(first+round)%len(faults)]()
				if round == 0 {
					f.Reset()
				}
			})
		})
	}
}
