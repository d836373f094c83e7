package floors

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

const module = "parley"

// root is the module's folder, seen from this package.
const root = "../.."

func sources(t *testing.T) []File {
	t.Helper()
	files, err := Files(os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestEveryRoomKeepsToItsFloor(t *testing.T) {
	for _, violation := range Check(module, Table, sources(t)) {
		t.Error(violation)
	}
}

func TestTheTableHasReasons(t *testing.T) {
	for _, r := range Table {
		if r.Why == "" {
			t.Errorf("%s: no reason why it may import no other room", r.Path)
		}
		for _, b := range r.Bans {
			if b.Why == "" {
				t.Errorf("%s: no reason for the ban of %s", r.Path, b.Import)
			}
		}
		for _, may := range r.May {
			if !slices.ContainsFunc(Table, func(o Room) bool { return o.Path == may }) {
				t.Errorf("%s may import %s, which is no room", r.Path, may)
			}
		}
	}
}

// The checker itself must find what it is for.
func TestViolationsAreFound(t *testing.T) {
	for name, c := range map[string]struct {
		file, source string
		want         string // "" for allowed
	}{
		"a lower floor":            {"internal/chat/a.go", `package chat; import "parley/wire"`, ""},
		"its own room":             {"internal/store/storetest/a.go", `package storetest; import ("testing"; "parley/internal/store")`, ""},
		"beside, and never needed": {"internal/store/a.go", `package store; import "parley/internal/store/moving"`, "done to a database as a whole"},
		"chat below the store":     {"internal/store/sqldb/a.go", `package sqldb; import "parley/internal/chat"`, "it knows databases"},
		"the store from beside":    {"internal/store/moving/a.go", `package moving; import "parley/internal/store"`, "stands beside the store"},
		"a driver past its room":   {"internal/store/a.go", `package store; import "database/sql/driver"`, "only sqldb speaks to a driver"},
		"a floor above":            {"internal/chat/a.go", `package chat; import "parley/internal/store"`, "the domain decides"},
		"a neighbour":              {"internal/hub/a.go", `package hub; import "parley/internal/bus"`, "by their ports alone"},
		"the floor of a queue":     {"internal/outbox/a.go", `package outbox; import "parley/internal/hub"`, "decided by the hub above it"},
		"the lowest floor":         {"wire/a.go", `package wire; import "parley/internal/chat"`, "floor 0"},
		"a banned package":         {"internal/chat/a.go", `package chat; import "database/sql"`, "rows are the store's business"},
		"a package below a banned": {"internal/gate/a.go", `package gate; import "database/sql/driver"`, "behind the use cases"},
		"a room inside another":    {"client/a.go", `package client; import "parley/client/history"`, "through frames alone"},
		"the room around it":       {"client/history/a.go", `package history; import ("parley/client"; "database/sql")`, ""},
		"a value beside a ban":     {"internal/chat/a.go", `package chat; import "net/netip"`, ""},
		"a command that digs":      {"cmd/parley/a.go", `package main; import "parley/internal/hub"`, "internal/server's business"},
		"cgo":                      {"client/a.go", `package client; import "C"`, "Go alone"},
		"tests in the program":     {"client/a.go", `package client; import "testing"`, "does not belong"},
		"a package without a room": {"internal/new/a.go", `package new`, "is in no room"},
		"an empty name":            {"internal/store/util/a.go", `package util`, "says nothing"},
		"an empty package name":    {"internal/store/x/a.go", `package common`, "says nothing"},
		"a test is free":           {"internal/chat/a_test.go", `package chat; import "database/sql"`, ""},
		"test data is not read":    {"internal/chat/testdata/a.go", `not go`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			files, err := Files(fstest.MapFS{c.file: {Data: []byte(c.source)}})
			if err != nil {
				t.Fatal(err)
			}
			got := Check(module, Table, files)
			switch {
			case c.want == "" && len(got) > 0:
				t.Errorf("refused: %v", got)
			case c.want != "" && len(got) != 1:
				t.Errorf("got %d violations %q, want one", len(got), got)
			case c.want != "" && !strings.Contains(got[0], c.want):
				t.Errorf("got %q, want a reason with %q", got[0], c.want)
			}
		})
	}
}

// Every library that the program uses has its line in docs/decisions.md.
func TestEveryLibraryIsExplained(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "docs", "decisions.md"))
	if err != nil {
		t.Fatal(err)
	}
	var explained []string
	for _, m := range regexp.MustCompile("`([a-z0-9.-]+\\.[a-z]+/[^` ]+)`").FindAllSubmatch(text, -1) {
		explained = append(explained, string(m[1]))
	}
	for _, f := range sources(t) {
		for _, imported := range f.Imports {
			if host, _, _ := strings.Cut(imported, "/"); !strings.Contains(host, ".") {
				continue // the standard library, or ours
			}
			if !slices.ContainsFunc(explained, func(m string) bool { return within(imported, m) }) {
				t.Errorf("%s imports %s, which docs/decisions.md does not explain", f.Name, imported)
			}
		}
	}
}

// SQLite is generated code over one exact version of its C library; another one
// builds and fails at run time.
func TestSQLiteHasItsLibc(t *testing.T) {
	mod, err := os.ReadFile(golist(t, "{{.GoMod}}", "modernc.org/sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	wants := regexp.MustCompile(`(?m)^\s*(?:require )?modernc\.org/libc (\S+)`).FindSubmatch(mod)
	if wants == nil {
		t.Fatal("modernc.org/sqlite does not say which modernc.org/libc it wants")
	}
	if is := golist(t, "{{.Version}}", "modernc.org/libc"); is != string(wants[1]) {
		t.Errorf("go.mod has modernc.org/libc %s, and modernc.org/sqlite wants exactly %s: go get modernc.org/libc@%s", is, wants[1], wants[1])
	}
}

// Only Linux ends a server with the program that started it, so that the program carries
// what runs throw-away databases on Linux alone.
func TestOtherSystemsCarryNoEngines(t *testing.T) {
	for _, system := range []string{"darwin", "windows", "freebsd", "linux"} {
		cmd := exec.Command("go", "list", "-deps", "./cmd/parley")
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "GOOS="+system, "GOARCH=amd64", "CGO_ENABLED=0")
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v", system, err)
		}
		packages := strings.Fields(string(out))
		if !slices.Contains(packages, module+"/internal/server") {
			t.Errorf("%s: the program has no server", system)
		}
		if has := slices.Contains(packages, module+"/internal/engines"); has != (system == "linux") {
			t.Errorf("%s: internal/engines is in the program: %v", system, has)
		}
	}
}

func golist(t *testing.T, format, path string) string {
	t.Helper()
	cmd := exec.Command("go", "list", "-m", "-f", format, path)
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list -m %s: %v", path, err)
	}
	return strings.TrimSpace(string(out))
}
