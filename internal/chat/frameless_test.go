package chat

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"parley/wire"
)

// ofFrames finds what belongs to the protocol: frames and their numbers.
var ofFrames = regexp.MustCompile(`(?i:\bframes?\b|\bmsgids?\b)|[a-z]Frames?\b|\bFrames?[A-Z]|Msgid`)

// ofTheProtocol are the codes that only frames and connections are refused with.
var ofTheProtocol = map[string]wire.Code{
	"Malformed": wire.Malformed, "UnknownMsgid": wire.UnknownMsgid, "NotLoggedIn": wire.NotLoggedIn, "LoggedIn": wire.LoggedIn,
	"PlainSecret": wire.PlainSecret, "FrameTooLong": wire.FrameTooLong, "TooDeep": wire.TooDeep, "CannotSeal": wire.CannotSeal,
}

// TestTheDomainNamesNoFrames: the use cases are called by whoever has a request, in a frame or
// in something else. So nothing here speaks of frames: no comment, no text, no name, and no
// code whose text does.
func TestTheDomainNamesNoFrames(t *testing.T) {
	read := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		read++
		for _, found := range framesIn(t, path, source) {
			t.Error(found)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if read < 30 {
		t.Errorf("%d files were read: this test looks in the wrong place", read)
	}
	its := slices.Collect(maps.Values(ofTheProtocol))
	for _, c := range wire.Codes() {
		if found := ofFrames.FindString(c.Text()); found != "" && !slices.Contains(its, c) {
			t.Errorf("the domain may answer with code %d, whose text names a %s: %s", c, found, c.Text())
		}
	}
}

// framesIn lists what of a source speaks of frames.
func framesIn(t *testing.T, path string, source []byte) (found []string) {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, source, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	look := func(at token.Pos, text string) {
		if word := ofFrames.FindString(text); word != "" {
			found = append(found, files.Position(at).String()+": "+strings.TrimSpace(text)+": the domain knows no "+word)
		}
	}
	for _, group := range file.Comments {
		for _, c := range group.List {
			look(c.Pos(), c.Text)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			look(n.Pos(), n.Value)
		case *ast.Ident:
			look(n.Pos(), n.Name)
		case *ast.SelectorExpr:
			if p, ok := n.X.(*ast.Ident); ok && p.Name == "wire" {
				if _, its := ofTheProtocol[n.Sel.Name]; its {
					found = append(found, files.Position(n.Pos()).String()+": "+n.Sel.Name+" is the protocol's own code")
				}
			}
		}
		return true
	})
	return found
}

// The look for frames must find what it is for.
func TestFramesAreFound(t *testing.T) {
	for source, want := range map[string]int{
		"// It makes a frame.\npackage p":                          1,
		"package p\nvar x = \"send it again (msgid 30)\"":          1,
		"package p\nvar x = `Frames 1 and 2`":                      1,
		"package p\nfunc f(x wire.ServerFrame) wire.Msgid":         2,
		"package p\nfunc f(x wire.CannotSeal)":                     1,
		"package p\n// A framework, and who framed it.\nvar x int": 0,
	} {
		if found := framesIn(t, "p.go", []byte(source)); len(found) != want {
			t.Errorf("%q: found %q, want %d", source, found, want)
		}
	}
}
