// Package floors holds the table of rooms: which package may import which, and why
// not. Its test fails when a room reaches for a floor above its own.
package floors

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Room is a folder of packages with what it may import of ours, and what it must
// not import of others.
type Room struct {
	Path string   // relative to the module's root; packages below it belong to it
	May  []string // rooms; its own is always allowed
	Why  string   // the reason why it may import no other room
	Bans []Ban
}

// Ban is an import path that a room must not use, or, ending in /..., everything
// below it too.
type Ban struct{ Import, Why string }

// Table is the floors of this project, from the lowest up. A room inside another
// stands before it.
var Table = []Room{
	{
		Path: "wire/seal", May: []string{"wire"},
		Why: "it is public: whoever writes a client takes it without taking an SDK or a server along",
		Bans: []Ban{
			{"net/...", "it seals bytes; whoever carries them brings the socket"},
		},
	},
	{
		Path: "wire",
		Why:  "it is floor 0 and public: a client in any program takes it without taking a server along",
		Bans: []Ban{
			{"net/...", "frames are values; whoever carries them brings the socket"},
			{"crypto/...", "what is encrypted is wire/seal's business: a program that needs no sealed connection links none"},
			{"database/sql/...", "frames are not rows: a column's name must not change what clients see"},
		},
	},
	{
		Path: "client/history", May: []string{"client", "internal/platform", "wire"},
		Why: "it is a client.Store for those who want a database beside the SDK, and knows of the server as much as the SDK does",
	},
	{
		Path: "client/clienttest", May: []string{"client", "wire"},
		Why: "it is for tests of programs that use the SDK, and knows of the server as much as the SDK does",
	},
	{
		Path: "client", May: []string{"wire/seal", "wire"},
		Why: "it is public and speaks to a server through frames alone, like anybody else's client",
		Bans: []Ban{
			{"database/sql/...", "an SDK must not force a database on its user"},
			{"modernc.org/...", "an SDK must not force a database on its user"},
		},
	},
	{
		Path: "internal/chat", May: []string{"wire"},
		Why: "the domain decides and must not know who stores, carries or shows",
		Bans: []Ban{
			{"database/sql/...", "rows are the store's business; the domain sees objects"},
			{"net", "sockets are the gate's business; the core runs without any (net/netip, a value, is fine)"},
			{"net/http/...", "sockets are the gate's business"},
			{"encoding/json", "JSON is the wire's and the gate's business"},
			{"github.com/go-json-experiment/...", "JSON is the wire's and the gate's business"},
		},
	},
	{
		Path: "internal/store/sqldb", May: []string{"internal/platform"},
		Why: "it knows databases: connections, statements, schemas, failures; what is said in a statement is its caller's business",
		Bans: []Ban{
			{"net/http/...", "a database serves no pages"},
		},
	},
	{
		Path: "internal/store/moving", May: []string{"internal/store/sqldb", "internal/platform"},
		Why: "it copies and compares rows, whatever they mean; it stands beside the store, and the store never needs it",
		Bans: []Ban{
			{"database/sql/...", "only sqldb speaks to a driver, so that only registered statements reach it"},
			{"net/http/...", "who wants a copy asks the server"},
		},
	},
	{
		Path: "internal/store/dbtest", May: []string{"internal/store/sqldb", "internal/chat", "internal/engines"},
		Why: "it gives the tests of the store and of what is beside it their databases",
	},
	{
		Path: "internal/store", May: []string{"internal/store/sqldb", "internal/chat", "internal/platform", "wire"},
		Why: "a store keeps what it is given; who is connected is none of its business, nor is what is done to a database as a whole",
		Bans: []Ban{
			{"database/sql/...", "only sqldb speaks to a driver, so that only registered statements reach it"},
			{"net/http/...", "a store serves nobody"},
		},
	},
	{
		Path: "internal/blobs", May: []string{"internal/platform"},
		Why: "it keeps files and must not know what is in them, so that all who have files can use it",
		Bans: []Ban{
			{"database/sql/...", "what is known of a file stands in a row, and rows are the store's business"},
		},
	},
	{
		Path: "internal/archive", May: []string{"internal/blobs", "internal/chat", "wire"},
		Why: "an archive is behind a store, which it knows by its ports alone",
		Bans: []Ban{
			{"database/sql/...", "rows are the store's business"},
		},
	},
	{
		Path: "internal/bus", May: []string{"internal/chat", "wire"},
		Why: "a bus carries notices and must not know what becomes of them",
		Bans: []Ban{
			{"database/sql/...", "a notice is never the only carrier: the row is the store's"},
		},
	},
	{
		Path: "internal/cluster", May: []string{"internal/chat", "wire"},
		Why: "it knows store and bus by their ports alone, so that leases run in a simulation",
		Bans: []Ban{
			{"database/sql/...", "the store is behind its port"},
			{"net", "no node needs another's address: they meet in the database and on the bus"},
		},
	},
	{
		Path: "internal/outbox", May: []string{"internal/chat", "wire"},
		Why: "it is the bytes of one connection: who gets what is decided by the hub above it, whose locks it is called under",
		Bans: []Ban{
			{"net", "a connection is behind outbox.Conn, so that it can be an in-memory one"},
			{"net/http/...", "a connection is behind outbox.Conn, so that it can be an in-memory one"},
		},
	},
	{
		Path: "internal/hub", May: []string{"internal/outbox", "internal/chat", "wire"},
		Why: "it knows store and bus by their ports alone, so that the core runs in a simulation",
		Bans: []Ban{
			{"database/sql/...", "the store is behind its port"},
			{"net", "a connection is behind outbox.Conn, so that it can be an in-memory one"},
			{"net/http/...", "a connection is behind outbox.Conn, so that it can be an in-memory one"},
		},
	},
	{
		Path: "internal/gate", May: []string{"internal/hub", "internal/outbox", "internal/chat", "internal/places", "internal/platform", "wire/seal", "wire"},
		Why: "it turns frames into use cases and reaches the store only through them",
		Bans: []Ban{
			{"database/sql/...", "the store is behind the use cases"},
		},
	},
	{Path: "web", Why: "it is the built web client, as files"},
	{
		Path: "internal/site", May: []string{"web"},
		Why: "it serves files to strangers, and must not reach what the server keeps",
		Bans: []Ban{
			{"database/sql/...", "it serves files"},
		},
	},
	{
		Path: "internal/server",
		May:  []string{"internal/gate", "internal/site", "web", "internal/hub", "internal/cluster", "internal/bus", "internal/archive", "internal/blobs", "internal/store/moving", "internal/store", "internal/chat", "internal/places", "internal/platform", "wire/seal", "wire"},
		Why:  "it wires the server's rooms together; the clients are other programs that happen to share a binary",
	},
	{
		Path: "internal/term", May: []string{"client/history", "client", "internal/platform", "wire"},
		Why: "the terminal client does what anybody's client can do: it uses the SDK",
	},
	{
		Path: "internal/bench", May: []string{"client", "wire"},
		Why: "the load generator judges the server from outside: it uses the SDK",
	},
	{
		Path: "internal/devcluster", May: []string{"deploy", "internal/engines", "internal/platform", "internal/server", "internal/gate", "internal/hub", "internal/chat", "wire"},
		Why: "it runs the program and other people's servers, and asks the nodes as an operator does",
	},
	{Path: "deploy", Why: "it is files for operators; whoever runs them brings the rest"},
	{
		Path: "cmd/parley",
		May:  []string{"internal/devcluster", "internal/server", "internal/term", "internal/bench", "internal/platform", "client", "web", "wire"},
		Why:  "a subcommand parses its flags and calls one room; what a server is made of is internal/server's business",
		Bans: []Ban{
			{"database/sql/...", "whoever wants data asks the running server"},
		},
	},
	{
		Path: "examples", May: []string{"client/history", "client", "wire"},
		Why: "they are what anybody writes with the SDK",
	},
	{Path: "internal/places", Why: "it shares places between addresses, whoever takes them"},
	{Path: "internal/platform", Why: "it is what operating systems do differently, and knows nothing of chat"},
	{Path: "internal/engines", Why: "it runs other people's servers and needs none of the rooms"},
	{Path: "internal/check", May: []string{"internal/engines"}, Why: "it runs the tools, knows which servers the tests need, and needs none of the rooms"},
	{Path: "internal/floors", Why: "it reads the sources and needs none of them"},
	{Path: "test/faultproxy", Why: "it maims connections, and reads nothing of what is said on them"},
	{
		Path: "test/testkit",
		May:  []string{"test/faultproxy", "client", "wire", "internal/server", "internal/chat", "internal/engines", "internal/bench", "internal/platform"},
		Why:  "it runs the whole program and looks at it from outside; a scenario that needs another room imports it itself",
	},
	{
		Path: "test",
		May:  []string{"test/testkit", "test/faultproxy", "client/history", "client", "wire/seal", "wire", "internal/server", "internal/gate", "internal/hub", "internal/cluster", "internal/bus", "internal/archive", "internal/blobs", "internal/store/moving", "internal/store", "internal/chat", "internal/term", "internal/engines", "internal/bench", "deploy"},
		Why:  "tests of the whole may look into every room, and none of the others imports them",
	},
}

// everywhere is banned in every room.
var everywhere = []Ban{
	{"C", "the program must build and cross-compile with Go alone"},
	{"testing", "test code does not belong into the program"},
}

// emptyNames say nothing about what is in a package.
var emptyNames = []string{"util", "utils", "common", "helper", "helpers", "manager", "base", "impl", "misc", "shared"}

// File is one source file, not a test, with what it imports.
type File struct {
	Name    string // relative to the module's root
	Package string
	Imports []string
}

// Files reads the imports of every Go source below root that is not a test's.
func Files(root fs.FS) ([]File, error) {
	var files []File
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return enter(root, name, d)
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		f, err := read(root, name)
		files = append(files, f)
		return err
	})
	return files, err
}

// enter skips what the go command skips: hidden folders, testdata, other modules.
func enter(root fs.FS, name string, d fs.DirEntry) error {
	if name == "." {
		return nil
	}
	if strings.HasPrefix(d.Name(), ".") || strings.HasPrefix(d.Name(), "_") || d.Name() == "testdata" || d.Name() == "node_modules" {
		return fs.SkipDir
	}
	if _, err := fs.Stat(root, path.Join(name, "go.mod")); err == nil {
		return fs.SkipDir
	}
	return nil
}

func read(root fs.FS, name string) (File, error) {
	src, err := fs.ReadFile(root, name)
	if err != nil {
		return File{}, err
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ImportsOnly)
	if err != nil {
		return File{}, err
	}
	f := File{Name: name, Package: parsed.Name.Name}
	for _, spec := range parsed.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return File{}, fmt.Errorf("%s: import %s: %w", name, spec.Path.Value, err)
		}
		f.Imports = append(f.Imports, p)
	}
	return f, nil
}

// Check holds the files of a module against a table and gives one line for each
// violation.
func Check(module string, table []Room, files []File) []string {
	var wrong []string
	for _, f := range files {
		dir := path.Dir(f.Name)
		for _, name := range []string{path.Base(dir), f.Package} {
			if slices.Contains(emptyNames, name) {
				wrong = append(wrong, fmt.Sprintf("%s: the name %q says nothing; name what is in it", f.Name, name))
				break
			}
		}
		room, ok := roomOf(table, dir)
		if !ok {
			wrong = append(wrong, fmt.Sprintf("%s: %s is in no room; give it a place in the table of internal/floors", f.Name, dir))
			continue
		}
		for _, imported := range f.Imports {
			if why := room.refuses(module, table, dir, imported); why != "" {
				wrong = append(wrong, fmt.Sprintf("%s: %s must not import %s: %s", f.Name, room.Path, imported, why))
			}
		}
	}
	return wrong
}

func roomOf(table []Room, dir string) (Room, bool) {
	for _, r := range table {
		if within(dir, r.Path) {
			return r, true
		}
	}
	return Room{}, false
}

func within(dir, room string) bool { return dir == room || strings.HasPrefix(dir, room+"/") }

// refuses returns the reason against an import, or "".
func (r Room) refuses(module string, table []Room, dir, imported string) string {
	if own, ours := strings.CutPrefix(imported, module+"/"); ours {
		target, ok := roomOf(table, own)
		if ok && target.Path == r.Path {
			return ""
		}
		if ok && slices.Contains(r.May, target.Path) {
			return ""
		}
		return r.Why
	}
	for _, b := range slices.Concat(r.Bans, everywhere) {
		if !b.covers(imported) {
			continue
		}
		if imported == "testing" && (strings.HasSuffix(dir, "test") || within(dir, "test")) {
			continue // a contract suite, which is run by the tests of others
		}
		return b.Why
	}
	return ""
}

func (b Ban) covers(imported string) bool {
	if below, all := strings.CutSuffix(b.Import, "/..."); all {
		return within(imported, below)
	}
	return imported == b.Import
}
