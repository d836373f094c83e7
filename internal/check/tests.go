package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// tally is what became of tests and subtests.
type tally struct {
	passed, failed, skipped int
	ran                     bool
	unexcused               []string // skips that nobody may have

	output map[testName]*bytes.Buffer // of tests under way
	broken map[string]bool            // packages in which a test failed
	took   map[testName]float64       // seconds, of tests that are no subtests
}

type testName struct{ pkg, test string }

// String is the closing line of a run.
func (t *tally) String() string {
	return fmt.Sprintf("tests: %d passed, %d failed, %d skipped", t.passed, t.failed, t.skipped)
}

// counted is of all tests that this run of the program has seen.
var counted tally

// event is what go test -json writes a line of (go doc test2json).
type event struct {
	Action, Package, Test, Output string
	Elapsed                       float64 // seconds, of what has ended
}

// excuses are how the reason of a skip begins that is no fault of the machine: rights that a
// container does not have, and the history that a shallow clone or an unpacked archive does not
// have. A server that is missing excuses nobody.
var excuses = []string{"this test needs the right to ", "this test needs the history of the project"}

// goTest runs go test with arguments, shows what go test shows without -v, and counts.
// Tests that are skipped fail it, unless mayskip.
func goTest(ctx context.Context, mayskip bool, args ...string) error {
	cmd := exec.CommandContext(ctx, "go", append([]string{"test", "-json"}, args...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	readErr := counted.read(out, os.Stdout)
	err = errors.Join(cmd.Wait(), readErr)
	counted.tellSlowest(os.Stdout, 15)
	fmt.Println(&counted)
	if err == nil && !mayskip && len(counted.unexcused) > 0 {
		return fmt.Errorf("tests were skipped, and so show nothing:\n%s", strings.Join(counted.unexcused, "\n"))
	}
	return err
}

// slow are packages whose tests run real servers or the real program.
var slow = []string{
	"parley/test/archive", "parley/test/balancers", "parley/test/changes", "parley/test/cluster", "parley/test/crash", "parley/test/dialogues",
	"parley/test/front", "parley/test/load", "parley/test/moving", "parley/test/security", "parley/test/versions",
	"parley/internal/engines", "parley/deploy",
}

// first are the packages that take longest. Those that mostly wait, for leases, time-outs and
// servers, stand beside those that keep a processor busy.
var first = []string{
	"parley/internal/store", "parley/test/crash", "parley/test/security", "parley/internal/server",
	"parley/test/archive", "parley/test/sim", "parley/test/balancers", "parley/internal/gate", "parley/test/moving",
	"parley/internal/hub", "parley/test/front", "parley/test/load", "parley/test/dialogues",
}

// alone are packages that keep every processor busy for long: a thousand sessions on three nodes.
// Beside others their nodes would lose their leases, as they should, and the tests would show
// that instead of what they are for. The others are tested one more at the same time than there
// are processors on a small machine, since many of them wait.
var alone = []string{"parley/test/cluster"}

// quickTest is what one runs after every change: all packages but the slow ones, and of
// those all tests but the ones that -short leaves out.
func quickTest(ctx context.Context, o options) error {
	out, err := exec.CommandContext(ctx, "go", append([]string{"list"}, o.packages...)...).Output()
	if err != nil {
		return explain(err)
	}
	packages := slices.DeleteFunc(strings.Fields(string(out)), func(p string) bool { return slices.Contains(slow, p) })
	return goTest(ctx, true, append([]string{"-short", "-timeout=5m"}, packages...)...)
}

// longestFirst puts the packages that take longest in front: go test begins packages in the
// order in which they are named, a few at a time, and nothing should be left to wait for one
// of them alone at the end. What cannot be listed is left to go test, which says why.
func longestFirst(ctx context.Context, patterns []string) []string {
	out, err := exec.CommandContext(ctx, "go", append([]string{"list"}, patterns...)...).Output()
	if err != nil {
		return patterns
	}
	packages := strings.Fields(string(out))
	rank := func(p string) int {
		if i := slices.Index(first, p); i >= 0 {
			return i
		}
		return len(first)
	}
	slices.SortStableFunc(packages, func(a, b string) int { return cmp.Compare(rank(a), rank(b)) })
	return packages
}

// tellSlowest shows the tests that took longest, for whoever wants to make the whole faster.
// Tests that run beside others take longer than alone.
func (t *tally) tellSlowest(show io.Writer, most int) {
	names := slices.SortedFunc(maps.Keys(t.took), func(a, b testName) int {
		return cmp.Or(cmp.Compare(t.took[b], t.took[a]), cmp.Compare(a.test, b.test))
	})
	for _, n := range names[:min(most, len(names))] {
		if t.took[n] >= 1 {
			fmt.Fprintf(show, "%6.1f s  %s %s\n", t.took[n], n.pkg, n.test)
		}
	}
}

// read counts events, and shows the output of what failed and the line of each package.
func (t *tally) read(from io.Reader, show io.Writer) error {
	t.ran = true
	t.output, t.broken, t.took = map[testName]*bytes.Buffer{}, map[string]bool{}, map[testName]float64{}
	lines := bufio.NewReaderSize(from, 1<<20)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var e event
			if json.Unmarshal(line, &e) != nil {
				fmt.Fprintf(show, "%s", line) // of go itself
			}
			t.take(e, show)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// take counts one event.
func (t *tally) take(e event, show io.Writer) {
	n := testName{e.Package, e.Test}
	t.time(n, e.Elapsed)
	switch {
	case e.Action == "build-output":
		fmt.Fprint(show, e.Output)
	case e.Action == "output" && e.Test == "":
		if e.Output != "PASS\n" {
			fmt.Fprint(show, e.Output)
		}
	case e.Action == "output":
		if t.output[n] == nil {
			t.output[n] = new(bytes.Buffer)
		}
		t.output[n].WriteString(e.Output)
	case e.Test != "" && e.Action == "pass":
		t.passed++
		delete(t.output, n)
	case e.Test != "" && e.Action == "skip":
		t.skip(e, t.output[n])
		delete(t.output, n)
	case e.Test != "" && e.Action == "fail":
		t.failed++
		t.broken[e.Package] = true
		if b := t.output[n]; b != nil {
			fmt.Fprintf(show, "%s: %s\n%s", e.Package, e.Test, b)
		}
		delete(t.output, n)
	case e.Action == "fail" && !t.broken[e.Package]:
		t.failed++ // it was not built, ran into the time limit, or its TestMain found something
		for other, b := range t.output {
			if other.pkg == e.Package {
				fmt.Fprintf(show, "%s: %s had not ended\n%s", e.Package, other.test, b)
			}
		}
	}
}

// time notes how long a test took, unless it is a part of another.
func (t *tally) time(n testName, seconds float64) {
	if seconds > 0 && n.test != "" && !strings.Contains(n.test, "/") {
		t.took[n] = seconds
	}
}

func (t *tally) skip(e event, output *bytes.Buffer) {
	t.skipped++
	reason := ""
	if output != nil {
		for line := range strings.Lines(output.String()) {
			if _, text, ok := strings.Cut(line, ".go:"); ok { // file.go:LINE: what was said
				if _, said, ok := strings.Cut(text, ": "); ok {
					reason = strings.TrimSpace(said)
				}
			}
		}
	}
	if !slices.ContainsFunc(excuses, func(e string) bool { return strings.HasPrefix(reason, e) }) {
		t.unexcused = append(t.unexcused, fmt.Sprintf("%s %s: %s", e.Package, e.Test, reason))
	}
}
