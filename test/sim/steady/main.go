// Command steady prepares a build in which a simulation replays exactly. Go's runtime
// is random on purpose: where an iteration over a map begins, which ready case a
// select takes, in which order timers of one instant fire, when a goroutine has run for
// long enough. For goroutines in a bubble of testing/synctest, a steady build draws all
// that from a seed. It is Go's own runtime with a few lines changed, for tests only:
//
//	go test -overlay "$(go run ./test/sim/steady)" -tags steady ./test/sim
//
// It writes the changed files to a temporary folder and prints the path of the overlay.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"parley/test/sim/overlay"
)

var edits = []overlay.Edit{
	{File: "rand.go", From: "func rand() uint64 {\n", To: "func rand() uint64 {\n\tif steadyHere() {\n\t\treturn steadyNext()\n\t}\n"},
	{File: "rand.go", From: "func rand32() uint32 {\n", To: "func rand32() uint32 {\n\tif steadyHere() {\n\t\treturn uint32(steadyMaps)\n\t}\n"},
	{File: "rand.go", From: "func maps_rand() uint64 {\n", To: "func maps_rand() uint64 {\n\tif steadyHere() {\n\t\treturn steadyMaps\n\t}\n"},
	{File: "rand.go", From: "func cheaprand() uint32 {\n", To: "func cheaprand() uint32 {\n\tif steadyHere() {\n\t\treturn uint32(steadyNext() >> 32)\n\t}\n"},
	{File: "rand.go", From: "// rand32 is uint32(rand())", To: steadyRand + "\n// rand32 is uint32(rand())"},
	{File: "alg.go", From: "hashkey[i] = uintptr(bootstrapRand())", To: "hashkey[i] = uintptr(0x9e3779b97f4a7c15 * uint64(i+1))"},
	{File: "alg.go", From: "key[i] = bootstrapRand()", To: "key[i] = 0x9e3779b97f4a7c15 * uint64(i+1)"},
	{File: "proc.go", From: "const forcePreemptNS = 10 * 1000 * 1000", To: "const forcePreemptNS = 1 << 60"},
}

const steadyRand = `// steadyState is what bubbles draw from; 0 for the usual randomness.
var steadyState uint64

// steadyMaps is where iterations begin. It is not drawn anew each time: how often maps
// are made depends on what caches hold.
var steadyMaps uint64

//go:linkname steadySeed
func steadySeed(seed uint64) {
	steadyMaps = seed * 0x9e3779b97f4a7c15
	steadyState = seed
}

//go:nosplit
func steadyHere() bool {
	if steadyState == 0 {
		return false
	}
	gp := getg().m.curg
	return gp != nil && gp.bubble != nil
}

//go:nosplit
func steadyNext() uint64 {
	steadyState += 0x9e3779b97f4a7c15
	z := steadyState
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return z ^ (z >> 31)
}
`

func main() {
	changed, err := prepare()
	if err != nil {
		fmt.Fprintln(os.Stderr, "steady:", err)
		os.Exit(1)
	}
	fmt.Println(changed)
}

func prepare() (changed string, err error) {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOROOT: %w", err)
	}
	runtime := filepath.Join(strings.TrimSpace(string(out)), "src", "runtime")
	dir := filepath.Join(os.TempDir(), "parley-steady")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	changed, err = overlay.Write(dir, runtime, edits)
	if err != nil {
		return "", fmt.Errorf("the runtime of this Go is another than this program knows: %w", err)
	}
	return changed, nil
}
