// Command check passes or fails the whole project: format, vet, lint, fuzzing for a
// few seconds, and all tests under the race detector. It needs Go and a C compiler
// (the race detector does), has the servers that tests run against installed, and fetches
// the rest through Go's module proxy:
//
//	go run ./internal/check
//	go run ./internal/check -only lint
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"parley/internal/engines"
)

// A step fails with an error that says what to do. The others run all the same, so
// that one run tells everything, unless it is fatal.
type step struct {
	name  string
	does  string
	run   func(context.Context, options) error
	fatal bool
}

type options struct {
	fuzzTime time.Duration
	packages []string
}

var steps = []step{
	{"needs", "what cannot be fetched is here", needs, true},
	{"format", "gofumpt", format, false},
	{"vet", "go vet", vet, false},
	{"platforms", "all packages and tests compile and vet for " + strings.Join(platforms, ", "), elsewhere, false},
	{"licences", "what is linked in is under licences that are allowed", licences, false},
	{"lint", "golangci-lint", lint, false},
	{"web", "types, lint, tests and weights of the TypeScript part", web, false},
	{"web-built", "the built web client is what its sources build", webBuilt, false},
	{"browser", "the web client in a real Chromium, with the real server", webBrowser, false},
	{"fuzz", "every fuzz target for a few seconds", fuzz, false},
	{"test", "all tests with the race detector", test, false},
	{"sim", "thousands of simulated clusters, for a minute at most", sim, false},
}

func main() {
	only := flag.String("only", "", "comma-separated steps to run instead of all: "+names())
	quick := flag.Bool("quick", false, "run only tests without the race detector that need no database server and not the whole program")
	fuzzTime := flag.Duration("fuzztime", 3*time.Second, "how long each fuzz target runs")
	flag.Parse()
	o := options{fuzzTime: *fuzzTime, packages: flag.Args()}
	if len(o.packages) == 0 {
		o.packages = []string{"./..."}
	}
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt)
	var err error
	if *quick {
		err = quickTest(ctx, o)
	} else {
		err = run(ctx, *only, o)
	}
	cancel()
	if err != nil {
		fmt.Fprintln(os.Stderr, "check:", err)
		os.Exit(1)
	}
}

func names() string {
	var all []string
	for _, s := range steps {
		all = append(all, s.name)
	}
	return strings.Join(all, ", ")
}

func run(ctx context.Context, only string, o options) error {
	var wanted []string
	if only != "" {
		wanted = strings.Split(only, ",")
	}
	for _, name := range wanted {
		if !slices.ContainsFunc(steps, func(s step) bool { return s.name == name }) {
			return fmt.Errorf("there is no step %q; there are %s", name, names())
		}
	}
	var failures []error
	for _, s := range steps {
		if wanted != nil && !slices.Contains(wanted, s.name) {
			continue
		}
		fmt.Printf("== %s: %s\n", s.name, s.does)
		began := time.Now()
		err := s.run(ctx, o)
		took := time.Since(began).Round(100 * time.Millisecond)
		if err == nil {
			fmt.Printf("== %s passed in %v\n", s.name, took)
			continue
		}
		fmt.Printf("== %s failed after %v\n", s.name, took)
		failures = append(failures, fmt.Errorf("%s failed: %w", s.name, err))
		if s.fatal || ctx.Err() != nil {
			break
		}
	}
	if counted.ran {
		fmt.Println(&counted)
	}
	return errors.Join(failures...)
}

// needs names what a fresh machine may lack.
func needs(ctx context.Context, _ options) error {
	if _, err := os.Stat("go.mod"); err != nil {
		return errors.New("run this from the project's root, where go.mod is")
	}
	out, err := exec.CommandContext(ctx, "go", "env", "CC", "CGO_ENABLED").Output()
	if err != nil {
		return fmt.Errorf("go env: %w", err)
	}
	compiler, enabled, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	if enabled != "1" {
		return errors.New("the race detector needs cgo: set CGO_ENABLED=1 and install a C compiler (Debian: apt-get install gcc)")
	}
	words := strings.Fields(compiler)
	if len(words) == 0 {
		return errors.New("go env knows no C compiler, which the race detector needs (Debian: apt-get install gcc)")
	}
	if _, err := exec.LookPath(words[0]); err != nil {
		return fmt.Errorf("the race detector needs a C compiler, and %s is not here (Debian: apt-get install gcc)", words[0])
	}
	return installServers(ctx)
}

// installServers sees to it that the database servers, Redis and the balancers that tests
// run against are here: root on Debian has them installed, anybody else is told how.
func installServers(ctx context.Context) error {
	missing := engines.Missing()
	if len(missing) == 0 {
		return nil
	}
	install := "apt-get install --no-install-recommends " + strings.Join(missing, " ")
	if _, err := exec.LookPath("apt-get"); err != nil || os.Getuid() != 0 {
		return fmt.Errorf("the tests need servers that are not installed; as root: %s", install)
	}
	fmt.Println("-- installing", strings.Join(missing, ", "))
	for _, args := range [][]string{
		{"update", "-q"},
		append([]string{"install", "-y", "-q", "--no-install-recommends", "-o", "Dpkg::Options::=--force-confold"}, missing...),
	} {
		cmd := exec.CommandContext(ctx, "apt-get", args...)
		// Packages start their servers; the tests start their own.
		cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1")
		if err := show(cmd); err != nil {
			return fmt.Errorf("apt-get %s: %w; by hand: %s", args[0], err, install)
		}
	}
	if still := engines.Missing(); len(still) > 0 {
		return fmt.Errorf("%s did not bring what the tests need: %s are still missing", install, strings.Join(still, ", "))
	}
	return nil
}

// format lists what gofumpt would change, and changes nothing.
func format(ctx context.Context, _ options) error {
	out, err := tool(ctx, "gofumpt", "-l", ".").Output()
	if err != nil {
		return explain(err)
	}
	if files := strings.TrimSpace(string(out)); files != "" {
		return fmt.Errorf("these files are not formatted; run `make format`:\n%s", files)
	}
	return nil
}

func vet(ctx context.Context, o options) error {
	return show(exec.CommandContext(ctx, "go", append([]string{"vet"}, o.packages...)...))
}

// platforms are those that the program is released for.
var platforms = []string{"darwin/arm64", "darwin/amd64", "windows/amd64", "freebsd/amd64", "linux/amd64", "linux/arm64", "linux/386"}

// elsewhere type-checks and vets from source, without making code: that takes seconds for
// a platform. `make platforms` has the go command build them all.
func elsewhere(ctx context.Context, _ options) error {
	return show(exec.CommandContext(ctx, "go", append([]string{"-C", "tools", "run", "./platforms"}, platforms...)...))
}

// licences also runs the tests of the tools, which are a module of their own.
func licences(ctx context.Context, _ options) error {
	return errors.Join(
		show(exec.CommandContext(ctx, "go", "-C", "tools", "run", "./licences", "-check")),
		show(exec.CommandContext(ctx, "go", "-C", "tools", "test", "./...")))
}

func lint(ctx context.Context, o options) error {
	return show(tool(ctx, "golangci-lint", append([]string{"run"}, o.packages...)...))
}

// translated is SQLite as translated from C, which has its own locks and works on memory
// that the race detector knows nothing of. With the detector compiled into it, every test
// with a database takes three to eight times as much of the processor, and finds no more:
// our code, and SQLite's driver, are watched all the same.
var translated = []string{"modernc.org/sqlite/lib", "modernc.org/libc", "modernc.org/memory"}

// raceFlags are go test's flags for the race detector.
func raceFlags() []string {
	flags := []string{"-race"}
	for _, p := range translated {
		flags = append(flags, "-gcflags="+p+"=-race=false")
	}
	return flags
}

func test(ctx context.Context, o options) error {
	beside, byThemselves := apart(longestFirst(ctx, o.packages))
	var err error
	for _, run := range []struct {
		packages []string
		atOnce   int
	}{{beside, max(3, runtime.NumCPU())}, {byThemselves, 1}} {
		if len(run.packages) > 0 {
			flags := append(raceFlags(), "-timeout=25m", fmt.Sprint("-p=", run.atOnce))
			err = errors.Join(err, goTest(ctx, false, append(flags, run.packages...)...))
		}
	}
	return err
}

// apart takes out those of alone.
func apart(packages []string) (beside, byThemselves []string) {
	for _, p := range packages {
		if slices.Contains(alone, p) {
			byThemselves = append(byThemselves, p)
		} else {
			beside = append(beside, p)
		}
	}
	return beside, byThemselves
}

// sim runs the simulation without the race detector, which has run it for a few seeds.
func sim(ctx context.Context, _ options) error {
	return show(exec.CommandContext(ctx, "go", "test", "./test/sim", "-count=1", "-run=^TestSeeds$", "-v",
		"-sim.seeds=5000", "-sim.duration=55s", fmt.Sprint("-sim.procs=", runtime.NumCPU())))
}

// fuzz runs every target in turn; go test takes one at a time.
func fuzz(ctx context.Context, o options) error {
	targets, err := fuzzTargets(ctx)
	if err != nil {
		return err
	}
	if len(targets) == 0 {
		return errors.New("no fuzz target was found")
	}
	for _, t := range targets {
		fmt.Printf("-- %s %s\n", t.dir, t.name)
		cmd := exec.CommandContext(ctx, "go", "test", "-run=^$", "-fuzz=^"+t.name+"$", "-fuzztime="+o.fuzzTime.String(), "./"+t.dir)
		if err := show(cmd); err != nil {
			return fmt.Errorf("%s %s: %w; the input is kept in its testdata/fuzz", t.dir, t.name, err)
		}
	}
	return nil
}

type fuzzTarget struct{ dir, name string }

// fuzzTargets reads them from the sources, which is quicker than to build every test.
func fuzzTargets(ctx context.Context) ([]fuzzTarget, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-f",
		`{{$d := .Dir}}{{range .TestGoFiles}}{{$d}}/{{.}}{{"\n"}}{{end}}{{range .XTestGoFiles}}{{$d}}/{{.}}{{"\n"}}{{end}}`, "./...").Output()
	if err != nil {
		return nil, explain(err)
	}
	root, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	var targets []fuzzTarget
	for file := range strings.FieldsSeq(string(out)) {
		src, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		dir, err := filepath.Rel(root, filepath.Dir(file))
		if err != nil {
			return nil, err
		}
		for line := range bytes.Lines(src) {
			if name, ok := fuzzName(string(line)); ok {
				targets = append(targets, fuzzTarget{filepath.ToSlash(dir), name})
			}
		}
	}
	return targets, nil
}

// fuzzName reads the name from "func FuzzName(f *testing.F) {".
func fuzzName(line string) (string, bool) {
	rest, ok := strings.CutPrefix(line, "func Fuzz")
	name, params, found := strings.Cut(rest, "(")
	return "Fuzz" + name, ok && found && strings.Contains(params, "*testing.F)")
}

// tool runs a program that tools/go.mod has.
func tool(ctx context.Context, name string, args ...string) *exec.Cmd {
	return exec.CommandContext(ctx, "go", append([]string{"tool", "-modfile=tools/go.mod", name}, args...)...)
}

func show(cmd *exec.Cmd) error {
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}

// explain adds what a command wrote to standard error.
func explain(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return fmt.Errorf("%w:\n%s", err, exit.Stderr)
	}
	return err
}
