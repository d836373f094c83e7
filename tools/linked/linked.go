// Package linked finds the modules that are linked into the program, on all platforms that
// it is released for, and their licences.
package linked

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/licensecheck"
)

// Platforms are those that the program is released for.
var Platforms = []string{"darwin/arm64", "darwin/amd64", "windows/amd64", "freebsd/amd64", "linux/amd64", "linux/arm64", "linux/386"}

// Allowed are the licences that may be linked in, by their SPDX identifiers: those that ask
// for no more than that their text goes with the program, SQLite's (blessing), and MPL-2.0,
// which asks for the sources of its own files alone; they are at the module's address.
var Allowed = []string{"0BSD", "Apache-2.0", "blessing", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MPL-2.0", "Unlicense"}

// read are texts that are not recognised, by their SHA-256, and what stands in them. A new
// version has to be read anew.
var read = map[string][]string{
	// modernc.org/libc: musl and parts of it
	"f597097efe3d97021f89170746bd3a0fb9a8b6fb26b82043ed68a4e0283bee6c": {"BSD-2-Clause", "BSD-3-Clause", "MIT"},
	// modernc.org/sqlite: SQLite, and the modules of its module graph
	"f4a00ade8f4057ab0ea49097d9c459df8559fcf10ca78da0c950343fb7428d37": {"blessing", "BSD-3-Clause", "MIT"},
	// modernc.org/sqlite: the dedication of SQLite to the public domain
	"8438c9c89b849131ead81d5435cb97fcf052df5b0b286dda8a2d4c29e6cb3fd0": {"blessing"},
	// modernc.org/memory: the address of its logo, which is not linked in
	"5ae5bee3072a841376451b48d8cfcec7188e10543926d5870828d36c8a750dc5": {"BSD-3-Clause"},
}

// Module is one that is linked in, or the Go distribution, whose path is std.
type Module struct {
	Path, Version string
	Dir           string    // where its sources are
	Licences      []Licence // in the order of their files' names
}

// Licence is a file with one or more licences.
type Licence struct {
	File string
	IDs  []string // SPDX identifiers of what was recognised in it
	Text string
}

// Modules lists what is linked into the main package in the folder root, the module itself
// left out, by path.
func Modules(root, pkg string) ([]Module, error) {
	found := map[string]Module{}
	for _, p := range Platforms {
		system, processor, _ := strings.Cut(p, "/")
		cmd := exec.Command("go", "list", "-deps", "-json=Module,Standard", pkg)
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "GOOS="+system, "GOARCH="+processor, "CGO_ENABLED=0")
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("go list for %s: %w", p, err)
		}
		if err := collect(found, out); err != nil {
			return nil, err
		}
	}
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, err
	}
	found["std"] = Module{Path: "std", Dir: strings.TrimSpace(string(goroot))}
	var all []Module
	for _, m := range found {
		if m.Licences, err = licences(m.Dir); err != nil {
			return nil, fmt.Errorf("%s: %w", m.Path, err)
		}
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b Module) int { return strings.Compare(a.Path, b.Path) })
	return all, nil
}

// collect reads what go list wrote.
func collect(into map[string]Module, out []byte) error {
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			Module *struct {
				Path, Version, Dir string
				Main               bool
				Replace            *struct{ Path, Version, Dir string }
			}
		}
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if m := p.Module; m != nil && !m.Main {
			if m.Replace != nil {
				return fmt.Errorf("%s is replaced by %s: releases are made of published modules", m.Path, m.Replace.Path)
			}
			into[m.Path] = Module{Path: m.Path, Version: m.Version, Dir: m.Dir}
		}
	}
}

// licences reads the files in a module's folder that by their names are licences. NOTICE
// goes with the Apache licence.
func licences(dir string) ([]Licence, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var all []Licence
	for _, e := range entries {
		name := strings.ToUpper(e.Name())
		notice := strings.HasPrefix(name, "NOTICE")
		if e.IsDir() || strings.HasSuffix(name, ".GO") || !notice && !strings.HasPrefix(name, "LICENSE") &&
			!strings.HasPrefix(name, "LICENCE") && !strings.HasPrefix(name, "COPYING") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		l := Licence{File: e.Name(), Text: string(text)}
		if !notice {
			l.IDs = recognise(text)
		}
		all = append(all, l)
	}
	return all, nil
}

// recognise names the licences in a text; none if less than three quarters of it are known.
func recognise(text []byte) (ids []string) {
	if known, ok := read[fmt.Sprintf("%x", sha256.Sum256(text))]; ok {
		return known
	}
	cover := licensecheck.Scan(text)
	if cover.Percent < 75 {
		return nil
	}
	for _, m := range cover.Match {
		if !slices.Contains(ids, m.ID) {
			ids = append(ids, m.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// IDs are the licences of a module, by their identifiers.
func (m Module) IDs() (ids []string) {
	for _, l := range m.Licences {
		for _, id := range l.IDs {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	slices.Sort(ids)
	return ids
}

// Refused tells why a module may not be linked in; "" if it may.
func (m Module) Refused() string {
	ids := m.IDs()
	if len(ids) == 0 {
		return fmt.Sprintf("%s %s: no licence was recognised in %s; read it, and choose another library if in doubt", m.Path, m.Version, m.Dir)
	}
	for _, l := range m.Licences {
		if len(l.IDs) == 0 && !strings.HasPrefix(strings.ToUpper(l.File), "NOTICE") {
			return fmt.Sprintf("%s %s: %s is no licence that is known", m.Path, m.Version, filepath.Join(m.Dir, l.File))
		}
	}
	for _, id := range ids {
		if !slices.Contains(Allowed, id) {
			return fmt.Sprintf("%s %s has the licence %s, and only these may be linked in: %s", m.Path, m.Version, id, strings.Join(Allowed, ", "))
		}
	}
	return ""
}
