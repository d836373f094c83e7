package floors

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Layers are the files of one package in one order, from the lowest up. An arrow from a file
// to one behind it in this order runs back up, within a layer too: a layer only says what
// some files that stand together are about.
type Layers []Layer

// Layer is some files, without ".go".
type Layer struct {
	What  string
	Files []string
}

// Arrow says that one file of a package uses what another one declares.
type Arrow struct {
	From, To string   // names of files, without ".go"
	Uses     []string // each name once, sorted
}

func (a Arrow) String() string {
	return fmt.Sprintf("%s -> %s (%s)", a.From, a.To, strings.Join(a.Uses, ", "))
}

// Arrows finds all arrows between the files of a package, named by its folder in the
// module at root. They are counted like this: there is an arrow from file A to file B if
// A names anything that B declares on the level of the package: a function, a method, a
// type, a field, a variable or a constant, resolved by the type checker. Two files have one
// arrow in each direction at most, however much is used. A method belongs to the file that
// declares it, wherever its type is. Tests do not count, and of files for one platform
// those of the platform that this runs on.
func Arrows(root, folder string) ([]Arrow, error) {
	files, exports, err := listed(root, folder)
	if err != nil {
		return nil, err
	}
	fset := token.NewFileSet()
	var parsed []*ast.File
	for _, name := range files {
		f, err := parser.ParseFile(fset, filepath.Join(root, folder, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		parsed = append(parsed, f)
	}
	info := types.Info{Uses: map[*ast.Ident]types.Object{}}
	conf := types.Config{Importer: importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		if exports[path] == "" {
			return nil, fmt.Errorf("no export data of %s", path)
		}
		return os.Open(exports[path])
	})}
	pkg, err := conf.Check(folder, fset, parsed, &info)
	if err != nil {
		return nil, err
	}
	return arrowsOf(fset, pkg, info.Uses), nil
}

// listed asks the go command for the sources of a package, and for the compiled types of
// all that it imports.
func listed(root, folder string) (files []string, exports map[string]string, err error) {
	cmd := exec.Command("go", "list", "-export", "-deps", "-json=Dir,ImportPath,Export,GoFiles", "./"+folder)
	cmd.Dir = root
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, nil, fmt.Errorf("go list: %w", err)
	}
	exports = map[string]string{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			Dir, ImportPath, Export string
			GoFiles                 []string
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return files, exports, nil
		} else if err != nil {
			return nil, nil, err
		}
		exports[p.ImportPath] = p.Export
		files = p.GoFiles // that of the package itself comes last
	}
}

func arrowsOf(fset *token.FileSet, pkg *types.Package, uses map[*ast.Ident]types.Object) []Arrow {
	between := map[[2]string][]string{}
	for id, obj := range uses {
		if obj.Pkg() != pkg || !obj.Pos().IsValid() {
			continue
		}
		pair := [2]string{fileOf(fset, id.Pos()), fileOf(fset, obj.Pos())}
		if pair[0] != pair[1] {
			between[pair] = append(between[pair], obj.Name())
		}
	}
	arrows := make([]Arrow, 0, len(between))
	for pair, names := range between {
		slices.Sort(names)
		arrows = append(arrows, Arrow{From: pair[0], To: pair[1], Uses: slices.Compact(names)})
	}
	slices.SortFunc(arrows, func(a, b Arrow) int {
		return strings.Compare(a.From+" "+a.To, b.From+" "+b.To)
	})
	return arrows
}

func fileOf(fset *token.FileSet, p token.Pos) string {
	return strings.TrimSuffix(filepath.Base(fset.Position(p).Filename), ".go")
}

// Upward returns the arrows that run back up, and what is wrong with the table itself: a
// file that has no layer, two of them, or does not exist. An arrow to or from a file without
// a layer is not judged.
func (l Layers) Upward(arrows []Arrow, files []string) (up []Arrow, wrong []string) {
	at := map[string]int{}
	for _, layer := range l {
		for _, f := range layer.Files {
			if _, twice := at[f]; twice {
				wrong = append(wrong, fmt.Sprintf("%s.go is in two layers", f))
			}
			if !slices.Contains(files, f+".go") {
				wrong = append(wrong, fmt.Sprintf("there is no file %s.go: take it out of the table of layers", f))
			}
			at[f] = len(at)
		}
	}
	for _, f := range files {
		if _, ok := at[strings.TrimSuffix(f, ".go")]; !ok {
			wrong = append(wrong, fmt.Sprintf("%s is in no layer: give it a place in the table of layers in internal/floors", f))
		}
	}
	for _, a := range arrows {
		from, known := at[a.From]
		if to, both := at[a.To]; known && both && to > from {
			up = append(up, a)
		}
	}
	return up, wrong
}
