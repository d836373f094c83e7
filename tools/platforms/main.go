// Command platforms type-checks and vets all packages, with their tests, for operating
// systems and processors other than this one. It reads everything from source and makes
// no code, so that it takes seconds for each where a cold go build takes minutes:
//
//	go -C tools run ./platforms darwin/arm64 windows/amd64
//
// What is not ours is only looked at from outside: the bodies of its functions are left out.
package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"
)

func main() {
	root, err := filepath.Abs("..")
	if err == nil {
		err = run(root, os.Args[1:])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "platforms:", err)
		os.Exit(1)
	}
}

// run checks the module in the folder root for each platform, and tells all that is wrong.
func run(root string, platforms []string) error {
	if len(platforms) == 0 {
		return errors.New("name platforms, for example windows/amd64")
	}
	var failed []string
	for _, p := range platforms {
		began := time.Now()
		count, wrong, err := check(root, p)
		if err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
		for _, w := range wrong {
			fmt.Println(w)
		}
		if len(wrong) > 0 {
			failed = append(failed, p)
		}
		fmt.Printf("%s: %d packages, %d faults, %.1f s\n", p, count, len(wrong), time.Since(began).Seconds())
	}
	if len(failed) > 0 {
		return fmt.Errorf("this does not compile, or go vet complains, on %s", strings.Join(failed, ", "))
	}
	return nil
}

// check counts the packages that a platform has, with those of tests, and lists what is
// wrong with them.
func check(root, platform string) (count int, wrong []string, err error) {
	system, processor, ok := strings.Cut(platform, "/")
	if !ok {
		return 0, nil, errors.New("a platform is SYSTEM/PROCESSOR, as GOOS and GOARCH have them")
	}
	ours, err := packages.Load(&packages.Config{
		Mode: packages.LoadAllSyntax | packages.NeedModule,
		Dir:  root,
		// The tools' own go.work or flags are not the module's.
		Env:   append(os.Environ(), "GOOS="+system, "GOARCH="+processor, "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off"),
		Tests: true,
		ParseFile: func(fset *token.FileSet, name string, src []byte) (*ast.File, error) {
			file, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
			if file != nil && outside(root, name) {
				leaveOutBodies(file)
			}
			return file, err
		},
	}, "./...")
	if err != nil {
		return 0, nil, err
	}
	wrong = faults(ours)
	if len(wrong) == 0 {
		wrong, err = vet(ours)
	}
	slices.Sort(wrong)
	return len(ours), slices.Compact(wrong), err
}

// outside reports whether a file is not in the module, nor made by the go command for its
// tests.
func outside(root, name string) bool {
	if !filepath.IsAbs(name) {
		return false
	}
	rel, err := filepath.Rel(root, name)
	return (err != nil || strings.HasPrefix(rel, "..")) && strings.HasSuffix(name, ".go") && !strings.Contains(name, "go-build")
}

func leaveOutBodies(file *ast.File) {
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok {
			f.Body = nil
		}
	}
}

// faults are the errors of our packages, and those of finding any other. Others have
// errors since their functions have no bodies; they count as whole.
func faults(ours []*packages.Package) (all []string) {
	mine := map[*packages.Package]bool{}
	for _, p := range ours {
		mine[p] = true
	}
	packages.Visit(ours, nil, func(p *packages.Package) {
		p.IllTyped = false
		for _, e := range p.Errors {
			if mine[p] || e.Kind == packages.ListError {
				all = append(all, e.Error())
				p.IllTyped = true
			}
		}
	})
	return all
}

// vet runs what go vet runs. What analyzers find out about other modules is not known.
func vet(ours []*packages.Package) (all []string, err error) {
	mine := map[*packages.Package]bool{}
	for _, p := range ours {
		mine[p] = true
	}
	for _, p := range ours {
		for path, imported := range p.Imports {
			if !mine[imported] {
				delete(p.Imports, path)
			}
		}
	}
	graph, err := checker.Analyze(suite, ours, nil)
	if err != nil {
		return nil, err
	}
	for _, root := range graph.Roots {
		if root.Err != nil {
			return nil, fmt.Errorf("%s: %w", root, root.Err)
		}
		for _, d := range root.Diagnostics {
			all = append(all, fmt.Sprintf("%s: %s (%s)", root.Package.Fset.Position(d.Pos), d.Message, root.Analyzer.Name))
		}
	}
	return all, nil
}
