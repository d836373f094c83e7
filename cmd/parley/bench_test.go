package main

import (
	"os"
	"strings"
	"testing"

	"parley/internal/bench"
)

// docs/bench.md has every flag, workload and key of the report.
func TestBenchReference(t *testing.T) {
	page, err := os.ReadFile("../../docs/bench.md")
	if err != nil {
		t.Fatal(err)
	}
	parser, err := newParser(t.Context(), new(commands), streams{}, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	var wanted []string
	for _, command := range parser.Model.Children {
		if command.Name != "bench" {
			continue
		}
		for _, f := range command.Flags {
			if f.Name != "help" {
				wanted = append(wanted, "| `--"+f.Name)
			}
		}
	}
	if len(wanted) < 10 {
		t.Fatalf("bench has the flags %q", wanted)
	}
	for _, w := range bench.Workloads() {
		wanted = append(wanted, "| `"+w+"` |")
	}
	for _, part := range strings.Split((&bench.Report{}).JSON(), `"`) {
		if strings.ContainsAny(part, "{}:,") || part == "" {
			continue
		}
		wanted = append(wanted, "`"+part+"`")
	}
	for _, w := range wanted {
		if !strings.Contains(string(page), w) {
			t.Errorf("docs/bench.md does not have %s", w)
		}
	}
}
