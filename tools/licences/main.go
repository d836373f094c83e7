// Command licences writes the licences of all that is linked into the program, which
// `parley licences` prints, and fails on one that is not on the list of those allowed:
//
//	go -C tools run ./licences          write cmd/parley/licences.txt
//	go -C tools run ./licences -check   compare it with what is linked in
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"parley/tools/linked"
)

func main() {
	check := flag.Bool("check", false, "change nothing; fail if the file is not what it would be")
	flag.Parse()
	if err := run("..", *check); err != nil {
		fmt.Fprintln(os.Stderr, "licences:", err)
		os.Exit(1)
	}
}

func run(root string, check bool) error {
	modules, err := linked.Modules(root, "./cmd/parley")
	if err != nil {
		return err
	}
	var refused []error
	for _, m := range modules {
		if why := m.Refused(); why != "" {
			refused = append(refused, errors.New(why))
		}
	}
	if err := errors.Join(refused...); err != nil {
		return err
	}
	own, err := os.ReadFile(filepath.Join(root, "LICENSE"))
	if err != nil {
		return err
	}
	text := render(string(own), modules)
	path := filepath.Join(root, "cmd", "parley", "licences.txt")
	if !check {
		return os.WriteFile(path, text, 0o644)
	}
	if is, err := os.ReadFile(path); err != nil || !bytes.Equal(is, text) {
		return errors.New("cmd/parley/licences.txt is not what is linked in now; run `make generate`")
	}
	fmt.Printf("%d modules, all under licences that are allowed\n", len(modules))
	return nil
}

// render writes a table, and then each text once, with those that it is the licence of.
func render(own string, modules []linked.Module) []byte {
	type text struct {
		of   []string
		body string
	}
	var texts []*text
	byBody := map[string]*text{}
	add := func(of, body string) {
		key := strings.Join(strings.Fields(body), " ")
		t := byBody[key]
		if t == nil {
			t = &text{body: strings.TrimSpace(strings.ReplaceAll(body, "\r\n", "\n"))}
			byBody[key] = t
			texts = append(texts, t)
		}
		t.of = append(t.of, of)
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "Parley is under Apache-2.0. These modules are linked into it, on one platform or another. The sources\n"+
		"of each are at https://pkg.go.dev/ and its name; none was changed.\n\n")
	add("Parley", own)
	for _, m := range modules {
		name := m.Path
		if m.Path == "std" {
			name = "Go's standard library"
		}
		fmt.Fprintf(&out, "%-52s %s\n", name, strings.Join(m.IDs(), ", "))
		for _, l := range m.Licences {
			add(name+" ("+l.File+")", l.Text)
		}
	}
	for _, t := range texts {
		fmt.Fprintf(&out, "\n%s\n%s\n\n%s\n", strings.Repeat("=", 78), strings.Join(t.of, "\n"), t.body)
	}
	return out.Bytes()
}
