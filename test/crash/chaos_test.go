package crash

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"parley/internal/bench"
	"parley/internal/engines"
	"parley/test/faultproxy"
	"parley/test/testkit"
)

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
	watch := testkit.NewProgress()
	o.Progress = watch
	go func() {
		r, err := bench.Run(loading, o)
		done <- outcome{r, err}
	}()
	watch.Wait(t) // the load is under way
	for round := range *testkit.Rounds {
		fault(round)
		watch.Wait(t)
	}
	stop()
	select {
	case out := <-done:
		if out.err != nil {
			t.Fatal(out.err)
		}
		r := out.report
		t.Logf("%d faults: %s", *testkit.Rounds, r.JSON())
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

// TestChaosKill kills the server again and again, with kill -9, under direct and group
// messages.
func TestChaosKill(t *testing.T) {
	t.Parallel()
	for _, workload := range []string{bench.Direct, bench.Group} {
		t.Run(workload, func(t *testing.T) {
			p := testkit.Serve(t, t.TempDir(), testkit.Wide...)
			verified(t, "tcp://"+p.TCP, bench.Options{Workload: workload, Users: 16, Window: 16, Rate: 1000}, func(int) {
				testkit.Anytime()
				p.Kill()
				p.Restart()
			})
		})
	}
}

// TestChaosFreeze stops the server with SIGSTOP for a while and lets it go on.
func TestChaosFreeze(t *testing.T) {
	t.Parallel()
	p := testkit.Serve(t, t.TempDir(), testkit.Wide...)
	f, err := faultproxy.New(p.TCP)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	verified(t, "tcp://"+f.Addr(), bench.Options{Workload: bench.Direct, Users: 16, Window: 16, Rate: 1000}, func(int) {
		testkit.Anytime()
		if err := engines.Freeze(p.Cmd.Process); err != nil {
			t.Fatal(err)
		}
		testkit.Anytime()
		f.Reset() // the clients come back while it does not answer
		testkit.Anytime()
		if err := engines.Thaw(p.Cmd.Process); err != nil {
			t.Fatal(err)
		}
	})
}

// TestChaosNetwork cuts, stalls and maims connections in turn, over TCP and WebSocket.
func TestChaosNetwork(t *testing.T) {
	t.Parallel()
	for _, scheme := range []string{"tcp", "ws"} {
		t.Run(scheme, func(t *testing.T) {
			p := testkit.Serve(t, t.TempDir(), testkit.Wide...)
			target := p.TCP
			if scheme == "ws" {
				target = p.HTTP
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
				func() { f.Stall(faultproxy.ToServer); testkit.Anytime(); f.Reset(); f.Heal() },
				func() { f.Stall(faultproxy.ToClient); testkit.Anytime(); f.Reset(); f.Heal() },
				func() { f.Stall(faultproxy.Both); testkit.Anytime(); f.Heal() },
				func() { f.Delay(50 * time.Millisecond); testkit.Anytime(); f.Heal() },
				func() { f.Refuse(true); f.Reset(); testkit.Anytime(); f.Heal() },
			}
			first := rand.IntN(len(faults))
			verified(t, server, bench.Options{Workload: bench.Group, Users: 12, Senders: 6, Window: 16, Rate: 500}, func(round int) {
				testkit.Anytime()
				faults[(first+round)%len(faults)]()
				if round == 0 {
					f.Reset()
				}
			})
		})
	}
}
