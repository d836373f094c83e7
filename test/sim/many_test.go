package sim

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// batch is how many seeds one process runs. A process begins fresh, so that the last of
// them replays when those before it are run again.
const batch = 25

// many runs the seeds in processes of their own.
func many(t *testing.T) {
	t.Helper()
	began := time.Now()
	var next, ran, failed atomic.Int64
	var wg sync.WaitGroup
	for range *procs {
		wg.Go(func() {
			for failed.Load() < 10 && (*duration == 0 || time.Since(began) < *duration) {
				from := next.Add(batch) - batch
				if from >= int64(*seeds) {
					return
				}
				n := min(batch, int64(*seeds)-from)
				out, err := child(t, *first+uint64(from), n) //nolint:gosec // not negative
				ran.Add(n)
				var exit *exec.ExitError
				switch {
				case errors.As(err, &exit):
					failed.Add(1)
					t.Errorf("%s", out)
				case err != nil:
					t.Error(err)
					return
				}
				if done := ran.Load(); done%5000 == 0 {
					fmt.Printf("%d seeds in %v\n", done, time.Since(began).Round(time.Second))
				}
			}
		})
	}
	wg.Wait()
	t.Logf("%d seeds in %v, %d processes at a time: %d batches failed", ran.Load(), time.Since(began).Round(time.Second), *procs, failed.Load())
}

// child runs a batch in a process of its own.
func child(t *testing.T, from uint64, n int64) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestSeeds$",
		fmt.Sprint("-sim.first=", from), fmt.Sprint("-sim.seeds=", n), "-sim.duration=0")
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}
