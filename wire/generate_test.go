package wire

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What is generated from the table of frames: parts of the reference, the JSON Schema, the
// types of the TypeScript SDK. The tests compare; with -update (go generate) they write.

func TestGeneratedReference(t *testing.T) {
	text, err := os.ReadFile(reference)
	if err != nil {
		t.Fatal(err)
	}
	got := string(text)
	docs := readComments(t)
	for _, m := range Msgids() {
		if len(frames[m].client) > 0 {
			got = replacePart(t, got, m.Name()+" from the client", docs.clientTable(m))
		}
		if frames[m].server != nil {
			got = replacePart(t, got, m.Name()+" from the server", docs.serverTable(m))
		}
	}
	got = replacePart(t, got, "answers", answersTable())
	got = replacePart(t, got, "error codes", codeTable())
	got = replacePart(t, got, "goodbye codes", byeTable())
	checkFile(t, reference, got)
}

// replacePart replaces what stands between two marks.
func replacePart(t *testing.T, text, name, part string) string {
	t.Helper()
	begin, end := "<!-- generated: "+name+" -->\n", "<!-- end: "+name+" -->\n"
	head, rest, found := strings.Cut(text, begin)
	_, tail, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Errorf("%s has no part between %q and %q", reference, strings.TrimSpace(begin), strings.TrimSpace(end))
		return text
	}
	return head + begin + "\n" + strings.TrimSpace(part) + "\n\n" + end + tail
}

// checkFile compares a file with what it should hold, or writes it.
func checkFile(t *testing.T, path, want string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(string(got), "\n")); diff != "" {
		t.Errorf("%s is not what the table of frames makes it; run `make generate` (-table +file):\n%s", path, diff)
	}
}

// comments are what the comments of structs say: of a struct under its name, of its fields
// under both names with a dot.
type comments map[string]string

func readComments(t *testing.T) comments {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	all := comments{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if decl, ok := n.(*ast.GenDecl); ok && decl.Tok == token.TYPE {
				for _, spec := range decl.Specs {
					all.note(decl, spec.(*ast.TypeSpec))
				}
			}
			return true
		})
	}
	return all
}

func (c comments) note(decl *ast.GenDecl, spec *ast.TypeSpec) {
	fields, ok := spec.Type.(*ast.StructType)
	if !ok {
		return
	}
	c[spec.Name.Name] = oneLine(decl.Doc.Text())
	for _, f := range fields.Fields.List {
		for _, name := range f.Names {
			c[spec.Name.Name+"."+name.Name] = oneLine(f.Doc.Text() + " " + f.Comment.Text())
		}
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// entry is a field as the generated files show it.
type entry struct {
	name   string
	kind   kind
	of     kind // of a list: its entries
	need   string
	always bool // the server always sends it, in the form that it belongs to
	form   form
	doc    string
	row    *plan // of a list of objects, or of an object
	most   int   // entries of a list, 0 without a bound
}

// server gives the fields of a struct.
func (c comments) server(p *plan, is string) (all []entry) {
	for _, f := range p.fields {
		field := p.of.Field(f.index)
		e := entry{
			name: f.name, kind: f.kind, form: f.form, need: field.Tag.Get("need"), row: f.entry,
			doc: c[p.of.Name()+"."+field.Name],
		}
		if f.kind == list {
			switch e.of = integer; {
			case f.entry != nil:
				e.of = object
			case f.texts:
				e.of = text
			}
		}
		switch {
		case is != "" && f.form != anyForm && e.need != is:
			continue // of the other form
		case is != "" && f.form != anyForm:
			e.form, e.need = anyForm, "always"
		case e.need == "" && f.omitZero:
			e.need = "optional"
		case e.need == "":
			e.need = "always"
		}
		e.always = e.need == "always" || f.form != anyForm && !f.omitZero
		all = append(all, e)
	}
	return all
}

// client gives the fields of a request.
func client(m Msgid) (all []entry) {
	shape := protocol.of(m)
	for _, u := range shape.uses {
		e := entry{name: u.field.name, kind: u.field.kind, doc: u.doc, always: u.need == isRequired}
		if u.field.entries != nil {
			e.of, e.row, e.most = u.field.entries.of()
		}
		switch u.need {
		case isRequired:
			e.need = "required"
		case isOptional:
			e.need = "optional"
		case ofOne:
			e.need = "one of " + listed(shape.one[u.group])
		case ofSome:
			e.need = "some of " + listed(shape.some[u.group])
		case ofMost:
			e.need = "at most one of " + listed(shape.most[u.group])
		}
		all = append(all, e)
	}
	return all
}

// listed gives the names of fields as the reference lists them.
func listed(of set) string { return strings.ReplaceAll(protocol.join(of, ", "), `"`, "`") }

func namesIn(of set) (names []string) {
	for ; !of.empty(); of = of.rest() {
		names = append(names, protocol.names[of.first()])
	}
	return names
}

// isMessage reports whether the entries of a list, or an object, are whole frames.
func isMessage(p *plan) bool { return p != nil && p.of == reflect.TypeFor[Message]() }
