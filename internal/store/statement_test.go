package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"parley/internal/store/storetest"
)

// TestStatementsAreComplete: every name has a text, and every text only the
// placeholders and hooks that dialects know.
func TestStatementsAreComplete(t *testing.T) {
	d, err := sqliteDialect("any")
	if err != nil {
		t.Fatal(err)
	}
	for id, s := range registry {
		if s.text == "" {
			t.Errorf("statement %d has no text", id)
			continue
		}
		if text := d.text(s.text); strings.ContainsAny(text, "{}") {
			t.Errorf("a hook is left in %q", text)
		}
		if strings.ContainsAny(s.text, ";'\"") {
			t.Errorf("statement %q holds a second statement or a literal text", s.text)
		}
	}
}

func TestPlaceholdersAndHooks(t *testing.T) {
	d := &dialect{
		name:        "test",
		hooks:       map[string]string{"ids": "ANY(?)", "lock": "FOR UPDATE"},
		placeholder: func(n int) string { return "$" + string(rune('0'+n)) },
	}
	got := d.text("SELECT 1 FROM t WHERE a = ? AND b IN {ids} AND c = ? {lock}")
	if want := "SELECT 1 FROM t WHERE a = $1 AND b IN ANY($2) AND c = $3 FOR UPDATE"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestOnlyTheRegistryHoldsSQL walks the package's source: a driver is given SQL in
// one place alone, which gives it a registered text, and the registered texts are
// constants.
func TestOnlyTheRegistryHoldsSQL(t *testing.T) {
	calls := []string{
		"Exec", "ExecContext", "Query", "QueryContext", "QueryRow", "QueryRowContext",
		"Prepare", "PrepareContext",
	}
	allowed := map[string][]string{"link.go": {"ExecContext", "QueryContext", "PrepareContext"}}
	var given []string
	for name, file := range sources(t) {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				sel, ok := n.Fun.(*ast.SelectorExpr)
				if !ok || !slices.Contains(calls, sel.Sel.Name) {
					return true
				}
				if !slices.Contains(allowed[name], sel.Sel.Name) {
					t.Errorf("%s calls %s: only a link may speak to a driver", name, sel.Sel.Name)
				}
				if sel.Sel.Name == "PrepareContext" {
					given = append(given, expression(n.Args[1]))
				}
			case *ast.CompositeLit:
				checkTexts(t, name, n)
			}
			return true
		})
	}
	if want := []string{"l.dialect.texts[id]"}; !slices.Equal(given, want) {
		t.Errorf("prepared are %q, want %q: the text of a registered statement", given, want)
	}
}

// checkTexts wants the texts of a map of statements to be literals.
func checkTexts(t *testing.T, file string, lit *ast.CompositeLit) {
	m, ok := lit.Type.(*ast.MapType)
	if !ok || expression(m.Value) != "statement" {
		return
	}
	for _, e := range lit.Elts {
		fields := e.(*ast.KeyValueExpr).Value.(*ast.CompositeLit).Elts
		if text, ok := fields[1].(*ast.BasicLit); !ok || text.Kind != token.STRING {
			t.Errorf("%s: a statement's text is no literal", file)
		}
	}
}

func sources(t *testing.T) map[string]*ast.File {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	files := make(map[string]*ast.File)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = file
	}
	return files
}

// expression writes names, selectors and calls.
func expression(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return expression(e.X) + "." + e.Sel.Name
	case *ast.IndexExpr:
		return expression(e.X) + "[" + expression(e.Index) + "]"
	case *ast.CallExpr:
		var args []string
		for _, a := range e.Args {
			args = append(args, expression(a))
		}
		return expression(e.Fun) + "(" + strings.Join(args, ", ") + ")"
	}
	return "?"
}

// wiretap records every text that reaches the driver outside migrations.
type wiretap struct {
	mu    sync.Mutex
	texts map[string]bool
	other []string
}

// tappedConn hides everything of a connection but preparing, so that nothing passes
// the wiretap by.
type tappedConn struct {
	driver.Conn
	tap *wiretap
}

func (c tappedConn) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	c.tap.mu.Lock()
	c.tap.texts[text] = true
	c.tap.mu.Unlock()
	return c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, text)
}

func (c tappedConn) Prepare(text string) (driver.Stmt, error) {
	c.tap.mu.Lock()
	defer c.tap.mu.Unlock()
	c.tap.other = append(c.tap.other, text)
	return c.Conn.Prepare(text)
}

// TestOnlyRegisteredTextsReachTheDatabase runs the whole contract, hostile names and
// texts included, and compares what the driver was given with the registry. Here
// transactions are cut small and there is one reader: the contract holds all the same.
func TestOnlyRegisteredTextsReachTheDatabase(t *testing.T) {
	for _, kind := range []string{"sqlite", "mysql", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			if kind != "sqlite" {
				server(t, kind)
			}
			var texts [stmtCount]string
			tap := &wiretap{texts: make(map[string]bool)}
			t.Run("contract", func(t *testing.T) {
				storetest.Run(t, func(t *testing.T) storetest.Store {
					var url string
					if kind == "sqlite" {
						url = emptyFile(t)
					} else {
						url = emptyDatabase(t, kind)
					}
					d, path, err := dialectOf(url)
					if err != nil {
						t.Fatal(err)
					}
					tap.mu.Lock()
					texts = d.texts
					tap.mu.Unlock()
					connect := d.connect
					d.connect = func(ctx context.Context, addr string, p purpose) (driver.Conn, error) {
						c, err := connect(ctx, addr, p)
						if err == nil && p != forMigration {
							c = tappedConn{c, tap}
						}
						return c, err
					}
					o := Options{MaxBatch: 3, Readers: 1}
					patiently(&o)
					s, err := open(context.Background(), o.withDefaults(), d, path)
					if err != nil {
						t.Fatal(err)
					}
					return s
				})
			})
			if len(tap.texts) < 40 {
				t.Errorf("the driver was given %d texts: something passes it by", len(tap.texts))
			}
			for _, text := range texts {
				delete(tap.texts, text)
			}
			if len(tap.texts)+len(tap.other) > 0 {
				t.Errorf("texts that are not registered: %v %q", tap.texts, tap.other)
			}
		})
	}
}

// TestOneStructForEachTable compares the structs with the migrated schema.
func TestOneStructForEachTable(t *testing.T) {
	s := openTest(t, Options{})
	defer s.Close()
	db, err := sql.Open("sqlite", s.path())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for table, row := range map[string]any{
		"users": userRow{}, "devices": deviceRow{}, "known_addresses": knownAddressRow{}, "friendships": friendshipRow{}, "blocks": blockRow{},
		"conversations": conversationRow{}, "chat_groups": groupRow{}, "members": memberRow{}, "member_windows": windowRow{},
		"messages": messageRow{}, "cursors": cursorRow{}, "changes": noticeRow{}, "nodes": nodeRow{}, "installation": installationRow{}, "name_skeletons": nameSkeletonRow{}, "registration_invites": inviteRow{},
	} {
		var want []string
		for _, f := range reflect.VisibleFields(reflect.TypeOf(row)) {
			if column := f.Tag.Get("db"); column != "" {
				want = append(want, column)
			}
		}
		if got := columns(t, db, table); !slices.Equal(got, want) {
			t.Errorf("table %s has columns %q, its struct %q", table, got, want)
		}
	}
	for view, want := range map[string]string{
		"User": "id name password state", "Friend": "userid friendid", "AllGroup": "id groupname groupdesc",
		"GroupUser": "groupid userid grouprole", "OfflineMessage": "userid message",
	} {
		if got := strings.Join(columns(t, db, view), " "); got != want {
			t.Errorf("view %s has columns %q, want %q", view, got, want)
		}
	}
}

func columns(t *testing.T, db *sql.DB, table string) []string {
	t.Helper()
	rows, err := db.Query("SELECT name FROM pragma_table_info(?)", table)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	return names
}

// TestMigrationsAreNumbered keeps the folder in order: no hole, no number twice.
func TestMigrationsAreNumbered(t *testing.T) {
	names, err := fs.Glob(migrations, "migrations/sqlite/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range names {
		if want := fmt.Sprintf("%05d_", i+1); !strings.HasPrefix(filepath.Base(name), want) {
			t.Errorf("%s stands at place %d", name, i+1)
		}
	}
}
