package floors

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	namedPath = regexp.MustCompile("`((?:client|cmd|deploy|docs|examples|internal|test|tools|web|wire)/[A-Za-z0-9_./-]+)`")
	namedTest = regexp.MustCompile("`((?:Test|Fuzz|Benchmark)[A-Z][A-Za-z0-9_]*)")
	aTest     = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)[A-Z][A-Za-z0-9_]*)\(`)
)

// A file that moved, or a test with another name, is moved and named anew in the docs as well.
func TestDocsNameWhatIsThere(t *testing.T) {
	const root = "../.."
	pages, err := filepath.Glob(root + "/docs/*.md")
	if err != nil || len(pages) < 5 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	pages = append(pages, root+"/README.md", root+"/README.zh-CN.md", root+"/CONTRIBUTING.md", root+"/web/README.md")
	tests := testsIn(t, root)
	for _, page := range pages {
		text, err := os.ReadFile(page) //nolint:gosec // a file of ours
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range namedPath.FindAllStringSubmatch(string(text), -1) {
			path, _, _ := strings.Cut(m[1], "/...")
			if _, err := os.Stat(filepath.Join(root, path)); err != nil {
				t.Errorf("%s names %s, which is not there", page, m[1])
			}
		}
		for _, m := range namedTest.FindAllStringSubmatch(string(text), -1) {
			if !strings.Contains(tests, "\n"+m[1]) { // the beginning of a name names several
				t.Errorf("%s names %s, which is not there", page, m[1])
			}
		}
	}
}

// testsIn returns the names of all tests, a line each, with a line break before each.
func testsIn(t *testing.T, root string) string {
	var all strings.Builder
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git"):
			return filepath.SkipDir
		case !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		text, err := os.ReadFile(path) //nolint:gosec // a file of ours
		for _, m := range aTest.FindAllSubmatch(text, -1) {
			all.WriteString("\n" + string(m[1]))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}
