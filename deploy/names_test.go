package deploy_test

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"parley/internal/server"
)

var (
	variable = regexp.MustCompile(`\bPARLEY_[A-Z_]*[A-Z]\b`)
	flag     = regexp.MustCompile(`(?:^|\s)--([a-z][a-z-]*)`)
	// A command line of the server, with the lines that a backslash joins to it.
	command = regexp.MustCompile(`parley serve(?:[^\n]*\\\n)*[^\n]*`)
)

// text is a file of this folder or, with .., of the project.
func text(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// known is every setting by its flag, and every variable.
func known() (flags, variables map[string]bool) {
	flags, variables = map[string]bool{"config": true}, map[string]bool{"PARLEY_CONFIG": true}
	for _, k := range server.Keys() {
		flags[k.Name], variables[k.Env()] = true, true
	}
	return flags, variables
}

// What a file for operators sets is something that the server reads.
func TestSettingsInTheFilesExist(t *testing.T) {
	flags, variables := known()
	seen := map[string]bool{}
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, ".go") {
			return err
		}
		content := text(t, name)
		for _, v := range variable.FindAllString(content, -1) {
			seen[v] = true
			if !variables[v] {
				t.Errorf("%s: the server reads no variable %s", name, v)
			}
		}
		for _, line := range command.FindAllString(content, -1) {
			for _, f := range flag.FindAllStringSubmatch(line, -1) {
				seen[f[1]] = true
				if !flags[f[1]] {
					t.Errorf("%s: the server has no flag --%s", name, f[1])
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"PARLEY_DB", "PARLEY_BUS", "PARLEY_STOP_TIMEOUT", "data", "proxy-from", "stop-timeout"} {
		if !seen[want] {
			t.Errorf("%s was not found in any file: is this test blind?", want)
		}
	}
}
