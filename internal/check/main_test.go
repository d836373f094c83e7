package main

import (
	"context"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

func TestFuzzName(t *testing.T) {
	for line, want := range map[string]string{
		"func FuzzCutter(f *testing.F) {": "FuzzCutter",
		"func Fuzzy(x int) {":             "",
		"func TestFuzz(t *testing.T) {":   "",
		"// func FuzzNot(f *testing.F) {": "",
	} {
		got, ok := fuzzName(line)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q: got %q, %v, want %q", line, got, ok, want)
		}
	}
}

func TestUnknownStepIsNamed(t *testing.T) {
	err := run(context.Background(), "lint,nothing", options{})
	if err == nil || !strings.Contains(err.Error(), `"nothing"`) {
		t.Errorf("got %v, want an error that names the step", err)
	}
}

// TestWhatIsTranslatedIsLinkedIn: a flag for a package that is not there says nothing, and
// the tests would be slow again without a word.
func TestWhatIsTranslatedIsLinkedIn(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "parley/internal/store").Output()
	if err != nil {
		t.Fatal(explain(err))
	}
	linked := strings.Fields(string(out))
	for _, p := range translated {
		if !slices.Contains(linked, p) {
			t.Errorf("%s is not linked in; which packages is SQLite in now?", p)
		}
	}
}

func TestLongestFirst(t *testing.T) {
	got := longestFirst(t.Context(), []string{"parley/..."})
	if len(got) < 20 || !slices.Equal(got[:len(first)], first) || !slices.Contains(got, "parley/wire") {
		t.Errorf("got %q", got)
	}
	for _, p := range slow {
		if !slices.Contains(got, p) {
			t.Errorf("%s is no package: what leaves it out of a quick run leaves out nothing", p)
		}
	}
	if beside, byThemselves := apart(got); !slices.Equal(byThemselves, alone) || len(beside)+len(alone) != len(got) {
		t.Errorf("by themselves: %q, want %q", byThemselves, alone)
	}
	slices.Sort(got)
	if len(slices.Compact(got)) != len(got) {
		t.Errorf("a package is named twice: %q", got)
	}
}
