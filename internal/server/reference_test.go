package server

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
)

var update = flag.Bool("update", false, "write the generated parts of the docs")

const reference = "../../docs/operations.md"

// TestReferenceOfSettings keeps the table of settings in docs/operations.md true.
func TestReferenceOfSettings(t *testing.T) {
	var b strings.Builder
	group := ""
	for _, k := range Keys() {
		if k.Group != group {
			group = k.Group
			fmt.Fprintf(&b, "\n**%s**\n\n| key, flag | environment | default | what it is |\n|---|---|---|---|\n", group)
		}
		def := "empty"
		if k.Default != "" {
			def = "`" + k.Default + "`"
		}
		fmt.Fprintf(&b, "| `%s` | `%s` | %s | %s |\n", k.Name, k.Env(), def, strings.ReplaceAll(k.Help, "|", `\|`))
	}
	checkSection(t, "settings", b.String())
}

// TestReferenceOfMetrics keeps the table of metrics true.
func TestReferenceOfMetrics(t *testing.T) {
	s, _, _ := startServer(t, testConfig(t.TempDir()))
	families, err := s.metrics.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("\n| metric | kind | labels | what it counts |\n|---|---|---|---|\n")
	for _, f := range families {
		if !strings.HasPrefix(f.GetName(), "parley_") {
			continue
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", f.GetName(), strings.ToLower(f.GetType().String()), labels(f), f.GetHelp())
	}
	checkSection(t, "metrics", b.String())
}

func labels(f *dto.MetricFamily) string {
	var names []string
	for _, m := range f.GetMetric() {
		for _, l := range m.GetLabel() {
			if name := "`" + l.GetName() + "`"; !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return strings.Join(names, ", ")
}

// checkSection compares a generated part of the reference, or writes it with -update.
func checkSection(t *testing.T, name, want string) {
	t.Helper()
	text, err := os.ReadFile(reference)
	if err != nil {
		t.Fatal(err)
	}
	begin, end := []byte("<!-- generated: "+name+" -->\n"), []byte("<!-- end: "+name+" -->\n")
	head, rest, found := bytes.Cut(text, begin)
	is, tail, ended := bytes.Cut(rest, end)
	if !found || !ended {
		t.Fatalf("%s has no section %q", reference, name)
	}
	want += "\n"
	if string(is) == want {
		return
	}
	if !*update {
		t.Errorf("the table of %s in docs/operations.md is not up to date: run `make generate`", name)
		return
	}
	if err := os.WriteFile(reference, slices.Concat(head, begin, []byte(want), end, tail), 0o644); err != nil {
		t.Fatal(err)
	}
}
