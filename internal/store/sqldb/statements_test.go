package sqldb_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	// Their statements are looked at as well.
	_ "parley/internal/store"
	_ "parley/internal/store/moving"
	"parley/internal/store/sqldb"
)

// TestStatementsAreComplete: every statement has a text on some database, without a hook that is
// left in it, and one that all databases share has no second statement and no literal text in it.
func TestStatementsAreComplete(t *testing.T) {
	var all [3][]string
	for i, url := range []string{"any.db", "mysql://u@host/db", "postgres://u@host/db"} {
		d, _, err := sqldb.New(url)
		if err != nil {
			t.Fatal(err)
		}
		all[i] = d.AllTexts()
	}
	if len(all[0]) < 280 {
		t.Errorf("there are %d statements: some are not registered", len(all[0]))
	}
	hook := regexp.MustCompile(`\{[^}]*\}`)
	for i := range all[0] {
		shared := sqldb.Statement(i).String()
		if all[0][i]+all[1][i]+all[2][i] == "" {
			t.Errorf("statement %d has no text", i)
		}
		for _, texts := range all {
			if strings.ContainsAny(texts[i], "{}") {
				t.Errorf("a hook is left in %q", texts[i])
			}
		}
		if strings.ContainsAny(hook.ReplaceAllString(shared, ""), ";'\"") {
			t.Errorf("statement %q holds a second statement or a literal text", shared)
		}
	}
}

// folders are those whose sources may speak of SQL.
var folders = []string{".", "..", "../moving"}

// TestOnlyTheRegistryHoldsSQL walks the sources: a driver is given SQL in one place alone, which
// gives it a registered text.
func TestOnlyTheRegistryHoldsSQL(t *testing.T) {
	drivers := []string{
		"ExecContext", "QueryContext", "QueryRow", "QueryRowContext", "Prepare", "PrepareContext", "DriverConn",
	}
	allowed := []string{"ExecContext", "QueryContext", "PrepareContext"}
	var given []string
	for _, folder := range folders {
		for name, file := range sources(t, folder) {
			ast.Inspect(file, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				sel, ok := call.Fun.(*ast.SelectorExpr)
				if !ok || !slices.Contains(drivers, sel.Sel.Name) {
					return true
				}
				if name != "link.go" || !slices.Contains(allowed, sel.Sel.Name) {
					t.Errorf("%s calls %s: only a link may speak to a driver", name, sel.Sel.Name)
				}
				if sel.Sel.Name == "PrepareContext" {
					given = append(given, expression(call.Args[1]))
				}
				return true
			})
		}
	}
	if want := []string{"l.Dialect.texts[id]"}; !slices.Equal(given, want) {
		t.Errorf("prepared are %q, want %q: the text of a registered statement", given, want)
	}
}

// TestStatementsAreConstants: statements are registered by variables of packages, and each text
// is made of literals and constants.
func TestStatementsAreConstants(t *testing.T) {
	found := 0
	for _, folder := range folders {
		files := sources(t, folder)
		constants := map[string]bool{}
		for _, file := range files {
			for _, d := range file.Decls {
				if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.CONST {
					for _, s := range g.Specs {
						for _, n := range s.(*ast.ValueSpec).Names {
							constants[n.Name] = true
						}
					}
				}
			}
		}
		for name, file := range files {
			for _, d := range file.Decls {
				_, inFunction := d.(*ast.FuncDecl)
				ast.Inspect(d, func(n ast.Node) bool {
					call, ok := n.(*ast.CallExpr)
					if !ok || !slices.Contains([]string{"Register", "RegisterEach", "sqldb.Register", "sqldb.RegisterEach"}, expression(call.Fun)) {
						return true
					}
					found++
					if inFunction {
						t.Errorf("%s registers a statement in a function: it must be complete before main begins", name)
					}
					texts := call.Args[1:]
					if each, ok := call.Args[1].(*ast.CompositeLit); ok {
						texts = nil
						for _, e := range each.Elts {
							texts = append(texts, e.(*ast.KeyValueExpr).Value)
						}
					}
					for _, text := range texts {
						if !constant(text, constants) {
							t.Errorf("%s: the text of a statement is not made of constants alone", name)
						}
					}
					return true
				})
			}
		}
	}
	if found < 280 {
		t.Errorf("%d registrations were found: the test looks in the wrong places", found)
	}
}

// constant reports whether a text is literals and constants, put together, or a function of such.
func constant(e ast.Expr, constants map[string]bool) bool {
	switch e := e.(type) {
	case *ast.BasicLit:
		return true
	case *ast.Ident:
		return constants[e.Name]
	case *ast.BinaryExpr:
		return constant(e.X, constants) && constant(e.Y, constants)
	case *ast.CallExpr:
		_, plain := e.Fun.(*ast.Ident)
		return plain && !slices.ContainsFunc(e.Args, func(a ast.Expr) bool { return !constant(a, constants) })
	}
	return false
}

// sources are the files of a folder that are no tests.
func sources(t *testing.T, folder string) map[string]*ast.File {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
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
