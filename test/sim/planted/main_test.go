package main

import (
	"os/exec"
	"testing"

	"parley/test/sim/overlay"
)

// Every mistake can still be planted: its lines are in the program, and the program
// compiles with all of them.
func TestMistakesCanBePlanted(t *testing.T) {
	const root = "../../.."
	var all []overlay.Edit
	for _, m := range mistakes {
		if _, err := overlay.Write(t.TempDir(), root, m.edits); err != nil {
			t.Errorf("%s: %v", m.name, err)
		}
		all = append(all, m.edits...)
	}
	if t.Failed() {
		return
	}
	changed, err := overlay.Write(t.TempDir(), root, all)
	if err != nil {
		t.Fatal(err)
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-overlay", changed, "./internal/hub", "./test/sim/memstore", "./test/mirror")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}
