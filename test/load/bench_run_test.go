package load

import (
	"context"
	"encoding/json"
	"os/exec"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parley/internal/bench"
	"parley/test/testkit"
)

// TestBenchWorkloads runs each workload over TCP and WebSocket and looks at the account.
func TestBenchWorkloads(t *testing.T) {
	p := testkit.Serve(t, t.TempDir())
	running := goleak.IgnoreCurrent()
	for name, c := range map[string]struct {
		o     bench.Options
		fans  int64 // deliveries of a message
		bound bool  // whether every message sent is delivered
	}{
		"direct":         {bench.Options{Users: 8}, 1, true},
		"direct, all":    {bench.Options{Users: 4, Senders: 4}, 1, true},
		"direct, a rate": {bench.Options{Users: 4, Rate: 200}, 1, true},
		"group":          {bench.Options{Workload: bench.Group, Users: 7, GroupSize: 3, Window: 4}, 0, false},
		"offline":        {bench.Options{Workload: bench.Offline, Users: 4}, 1, true},
		"idle":           {bench.Options{Workload: bench.Idle, Users: 3}, 0, true},
		"presence":       {bench.Options{Workload: bench.Presence, Users: 6, Rate: 40}, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			rep, err := bench.Run(t.Context(), testkit.BenchOf(p, c.o))
			testkit.MustBeClean(t, rep, err)
			goleak.VerifyNone(t, running)
			if rep.Workload != bench.Idle && (rep.Sent == 0 || rep.Acked == 0 || rep.Delivered == 0) {
				t.Errorf("nothing happened:\n%s", rep.Text())
			}
			if c.bound && (rep.Acked != rep.Sent || rep.Delivered != c.fans*rep.Sent) {
				t.Errorf("not all arrived:\n%s", rep.Text())
			}
			if len(rep.Errors) > 0 {
				t.Errorf("errors:\n%s", rep.Text())
			}
		})
	}
}

// TestBenchThroughKills kills the server under the load: what was acked is stored and
// displayed, once and in order, and the bench finds its way back.
func TestBenchThroughKills(t *testing.T) {
	const kills = 5
	p := testkit.Serve(t, t.TempDir())
	ctx, end := context.WithCancel(t.Context())
	defer end()
	o := testkit.BenchOf(p, bench.Options{Workload: bench.Group, Users: 12, GroupSize: 4, Duration: time.Hour})
	o.Servers = o.Servers[:1]
	loaded := testkit.NewProgress()
	o.Progress = loaded
	var rep bench.Report
	var err error
	var wg sync.WaitGroup
	wg.Go(func() { rep, err = bench.Run(ctx, o) })
	for range kills {
		loaded.Wait(t)
		p.Kill()
		p.Restart()
	}
	end() // as Ctrl-C does
	wg.Wait()
	testkit.MustBeClean(t, rep, err)
	if rep.Reconnects < int64(o.Users) {
		t.Errorf("%d kills and %d reconnects:\n%s", kills, rep.Reconnects, rep.Text())
	}
	t.Log(rep.Text())
}

// TestBenchUsesItsUsersAgain runs twice with one prefix: the second run's account
// begins where the first one's ended.
func TestBenchUsesItsUsersAgain(t *testing.T) {
	p := testkit.Serve(t, t.TempDir())
	for _, w := range []string{bench.Direct, bench.Group} {
		var stored int64
		for range 2 {
			rep, err := bench.Run(t.Context(), testkit.BenchOf(p, bench.Options{
				Workload: w, Users: 4, Rate: 100, Prefix: "again-", Password: testkit.Password,
			}))
			testkit.MustBeClean(t, rep, err)
			if rep.Stored == 0 || stored > 0 && rep.Stored > 2*stored {
				t.Errorf("%d stored, %d in the run before", rep.Stored, stored)
			}
			stored = rep.Stored
		}
	}
}

// TestBenchCommand runs the real program and reads its report.
func TestBenchCommand(t *testing.T) {
	p := testkit.Serve(t, t.TempDir())
	cmd := exec.CommandContext(testkit.Soon(t), testkit.Program(t), "bench", "--server", "tcp://"+p.TCP, "--users", "2",
		"--duration", "300ms", "--warmup", "0s", "--verify", "--json")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var rep bench.Report
	if err := json.Unmarshal(out, &rep); err != nil || rep.Acked == 0 || rep.Ack.P50 <= 0 {
		t.Fatalf("%v: %s", err, out)
	}
	p.Kill()
	cmd = exec.CommandContext(testkit.Soon(t), testkit.Program(t), "bench", "--server", "tcp://"+p.TCP)
	if out, err := cmd.CombinedOutput(); err == nil {
		t.Fatalf("without a server it says %s", out)
	}
}

// TestBenchGoesElsewhere: a server that is not there costs its users a try, no more.
func TestBenchGoesElsewhere(t *testing.T) {
	p := testkit.Serve(t, t.TempDir())
	o := testkit.BenchOf(p, bench.Options{Users: 4})
	o.Servers = []string{"tcp://127.0.0.1:1", "tcp://" + p.TCP}
	rep, err := bench.Run(t.Context(), o)
	testkit.MustBeClean(t, rep, err)
	if rep.Acked == 0 || rep.Connections != o.Users {
		t.Errorf("the other server was not found:\n%s", rep.Text())
	}
}
