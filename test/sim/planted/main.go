// Command planted shows that the simulation finds mistakes. It plants each of them alone,
// in copies of a few source files (overlay), builds the simulation with it, and runs seeds from 1
// on until one fails. It exits with 1 if a mistake is not found.
//
//	go run ./test/sim/planted
//	go run ./test/sim/planted -mistake "no dedup" -seeds 100
//
// It runs from the root of the repository.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"

	"parley/test/sim/overlay"
)

func main() {
	name := flag.String("mistake", "", "plant this one only")
	seeds := flag.Int("seeds", 2000, "how many seeds a mistake may hide for")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *name, *seeds)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "planted:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, name string, seeds int) error {
	var errs []error
	planted := 0
	for _, m := range mistakes {
		if name != "" && m.name != name {
			continue
		}
		planted++
		seed, err := hunt(ctx, m, seeds)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", m.name, err))
			continue
		}
		fmt.Printf("| %s | %s |\n", m.name, seed)
	}
	if planted == 0 {
		return fmt.Errorf("there is no mistake %q", name)
	}
	return errors.Join(errs...)
}

// failedSeed is what the simulation prints of a seed that failed.
var failedSeed = regexp.MustCompile(`seed (\d+) \(replay`)

// hunt builds the simulation with the mistake and returns the first seed that fails.
func hunt(ctx context.Context, m mistake, seeds int) (seed string, err error) {
	dir, err := os.MkdirTemp("", "parley-planted-")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	root, err := os.Getwd()
	if err != nil {
		return "", err
	}
	changed, err := overlay.Write(dir, root, m.edits)
	if err != nil {
		return "", err
	}
	program := filepath.Join(dir, "sim.test")
	build := exec.CommandContext(ctx, "go", "test", "-c", "-overlay", changed, "-o", program, "./test/sim") //nolint:gosec // our own paths
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building: %w\n%s", err, out)
	}
	sim := exec.CommandContext(ctx, program, "-test.run=^TestSeeds$", "-test.timeout=1h", //nolint:gosec // what was just built
		fmt.Sprint("-sim.seeds=", seeds), "-sim.failures=1", "-sim.duration=0")
	out, err := sim.CombinedOutput()
	if found := failedSeed.FindSubmatch(out); found != nil {
		return string(found[1]), nil
	}
	if err != nil {
		return "", fmt.Errorf("the simulation: %w\n%s", err, out)
	}
	return "", fmt.Errorf("not found in %d seeds", seeds)
}
