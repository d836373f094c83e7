package sim

import (
	"flag"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"testing/cryptotest"
	"testing/synctest"
	"time"
)

var (
	seeds    = flag.Int("sim.seeds", 100, "how many seeds to run")
	first    = flag.Uint64("sim.first", 1, "the first seed")
	procs    = flag.Int("sim.procs", 0, "run the seeds in so many processes at a time, each of them fresh for every few; 0 for in this one")
	duration = flag.Duration("sim.duration", time.Minute, "when to stop before all seeds have run; 0 for never")
	failures = flag.Int("sim.failures", 10, "after how many failed seeds to stop")
	replay   = flag.Uint64("sim.replay", 0, "run this seed alone and tell what happened")
)

// outcome is what one run came to.
type outcome struct {
	violations []string
	trace      uint64
	lines      []string
	posts      int
	shown      int
}

// runSeed runs one seed from its beginning to its end.
func runSeed(t *testing.T, seed uint64, verbose bool) (o outcome) {
	t.Helper()
	passwordHash()
	cryptotest.SetGlobalRandom(t, seed)
	steadySeed(seed | 1<<63)
	defer steadySeed(0)
	synctest.Test(t, func(*testing.T) {
		before := runtime.NumGoroutine()
		w := newWorld(seed, verbose)
		w.begin()
		w.script()
		w.calmDown()
		w.settle()
		w.check()
		w.end()
		synctest.Wait()
		if n := runtime.NumGoroutine(); n != before {
			buf := make([]byte, 1<<20)
			w.record.violated("%d goroutines are left:\n%s", n-before, buf[:runtime.Stack(buf, true)])
		}
		o = outcome{violations: w.record.violations, trace: w.record.trace, lines: w.record.lines, posts: len(w.record.posts)}
		for _, s := range w.record.screens {
			for _, rows := range s.rows {
				o.shown += len(rows)
			}
		}
	})
	return o
}

// quiet has nothing but the simulation itself decide who runs when: one processor,
// and no garbage collection in the middle of a seed.
func quiet(t *testing.T) (between func()) {
	t.Helper()
	runtime.MemProfileRate = 0 // samples draw from the runtime's randomness
	procs := runtime.GOMAXPROCS(1)
	percent := debug.SetGCPercent(-1)
	t.Cleanup(func() {
		runtime.GOMAXPROCS(procs)
		debug.SetGCPercent(percent)
	})
	var m runtime.MemStats
	n := 0
	return func() {
		if n++; n%8 != 0 {
			return
		}
		if runtime.ReadMemStats(&m); m.HeapAlloc > 128<<20 {
			runtime.GC()
		}
	}
}

func TestSeeds(t *testing.T) {
	if *procs > 0 {
		many(t)
		return
	}
	between := quiet(t)
	if *replay != 0 {
		*seeds = int(*replay-*first) + 1 //nolint:gosec // a handful
	}
	began := time.Now()
	ran, posts, shown, failed := 0, 0, 0, 0
	for seed := *first; ran < *seeds; seed++ {
		o := runSeed(t, seed, seed == *replay)
		ran++
		posts += o.posts
		shown += o.shown
		if seed == *replay {
			tell(t, seed, o)
		} else if len(o.violations) > 0 {
			failed++
			tell(t, seed, o)
			if failed == *failures {
				break
			}
		}
		between()
		if *duration > 0 && time.Since(began) > *duration {
			break
		}
	}
	t.Logf("%d seeds in %v: %d messages posted, %d displayed, %d seeds failed",
		ran, time.Since(began).Round(time.Millisecond), posts, shown, failed)
}

func tell(t *testing.T, seed uint64, o outcome) {
	t.Helper()
	if len(o.lines) > 0 {
		t.Log(strings.Join(o.lines, "\n"))
	}
	if len(o.violations) == 0 {
		t.Logf("seed %d: nothing wrong; trace %016x", seed, o.trace)
		return
	}
	t.Errorf("seed %d (replay: make sim REPLAY=%d FIRST=%d):\n%s", seed, seed, *first, strings.Join(o.violations, "\n"))
}

// A seed that is run again meets the same script and the same faults. How often it even
// leaves the same trace is told, and stands in docs/testing.md.
func TestReplay(t *testing.T) {
	between := quiet(t)
	same := 0
	const n = 20
	for seed := range uint64(n) {
		one, two := runSeed(t, seed+1, true), runSeed(t, seed+1, true)
		between()
		if one.trace == two.trace {
			same++
			continue
		}
		for k := range one.lines {
			if k >= len(two.lines) || one.lines[k] != two.lines[k] {
				t.Logf("seed %d differs in line %d of %d:\n%s\n%s", seed+1, k+1, len(one.lines), one.lines[k], two.lines[min(k, len(two.lines)-1)])
				break
			}
		}
	}
	t.Logf("%d of %d seeds left the same trace twice (steady build: %v)", same, n, steady)
}
