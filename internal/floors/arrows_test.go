package floors

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A tenth of the arrows between the files of a package may run back up.
func TestFilesHaveLayers(t *testing.T) {
	for folder, layers := range layered {
		arrows, err := Arrows(root, folder)
		if err != nil {
			t.Fatal(err)
		}
		up, wrong := layers.Upward(arrows, sourcesIn(t, folder))
		for _, w := range wrong {
			t.Errorf("%s: %s", folder, w)
		}
		t.Logf("%s: %d of %d arrows run back up", folder, len(up), len(arrows))
		if len(arrows) < 50 {
			t.Errorf("%s: only %d arrows were found", folder, len(arrows))
		}
		if 10*len(up) <= len(arrows) {
			continue
		}
		t.Errorf("%s: %d of %d arrows between files run back up, more than a tenth:", folder, len(up), len(arrows))
		for _, a := range up {
			t.Errorf("%s: %s", folder, a)
		}
	}
}

// sourcesIn lists the Go files of a folder, for whatever platform.
func sourcesIn(t *testing.T, folder string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(root, folder))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".go") && !strings.HasSuffix(e.Name(), "_test.go") {
			names = append(names, e.Name())
		}
	}
	return names
}

// The counter itself must find what it is for.
func TestArrowsAreFound(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":        "module arrows\n\ngo 1.26\n",
		"p/low.go":      "package p\n\ntype low struct{ field int }\n\nvar list generic[low]\n",
		"p/method.go":   "package p\n\nfunc (l *low) method() {}\n",
		"p/generic.go":  "package p\n\ntype generic[T any] struct{ of []T }\n\nfunc (g *generic[T]) add(v T) { g.of = append(g.of, v) }\n",
		"p/high.go":     "package p\n\nimport \"strings\"\n\nfunc high(l *low) string { l.method(); l.field = 1; list.add(*l); return strings.ToLower(\"\") }\n",
		"p/low_test.go": "package p\n\nvar _ = high\n",
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	arrows, err := Arrows(dir, "p")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range arrows {
		got = append(got, a.String())
	}
	want := `high -> generic (add)
high -> low (field, list, low)
high -> method (method)
low -> generic (generic)
method -> low (low)`
	if strings.Join(got, "\n") != want {
		t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}

	files := []string{"low.go", "method.go", "generic.go", "high.go"}
	order := Layers{{"one", []string{"method", "low"}}, {"two", []string{"high", "gone"}}}
	up, wrong := order.Upward(arrows, files)
	if len(up) != 1 || up[0].String() != "method -> low (low)" {
		t.Errorf("upward: %v", up)
	}
	if len(wrong) != 2 || !strings.Contains(wrong[0], "no file gone.go") || !strings.Contains(wrong[1], "generic.go is in no layer") {
		t.Errorf("wrong with the table: %q", wrong)
	}
}
