// Command release builds the program for all its platforms, static, into a folder, with a
// list of what is in each (an SBOM, in CycloneDX's format) and the SHA-256 of every file:
//
//	go -C tools run ./release -to ../dist
//
// The version is the tag of the commit, as the Go toolchain records it in the program; a
// commit without one gets a version made of its time and hash. A folder with changes that
// are not committed is refused.
package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"debug/elf"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/CycloneDX/cyclonedx-go"

	"parley/tools/linked"
)

func main() {
	to := flag.String("to", "../dist", "folder for what is built")
	only := flag.String("only", "", "comma-separated platforms instead of all, such as linux/arm64")
	dirty := flag.Bool("dirty", false, "build although changes are not committed; the version says +dirty")
	flag.Parse()
	platforms := linked.Platforms
	if *only != "" {
		platforms = strings.Split(*only, ",")
	}
	if err := run("..", *to, platforms, *dirty); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(root, to string, platforms []string, dirty bool) error {
	modules, err := linked.Modules(root, "./cmd/parley")
	if err != nil {
		return err
	}
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	if to, err = filepath.Abs(to); err != nil {
		return err
	}
	for _, p := range platforms {
		name, err := build(root, to, p, dirty)
		if err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
		if err := bill(filepath.Join(to, name), modules); err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
		fmt.Println(name)
	}
	return sums(to)
}

// build makes the program for a platform and returns its file's name, which has the version
// that was recorded in it.
func build(root, to, platform string, dirty bool) (string, error) {
	system, processor, ok := strings.Cut(platform, "/")
	if !ok || !slices.Contains(linked.Platforms, platform) {
		return "", fmt.Errorf("this is none of %s", strings.Join(linked.Platforms, ", "))
	}
	part := filepath.Join(to, ".part")
	defer os.Remove(part) // gone, if all went well
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=true", "-ldflags=-s -w", "-o", part, "./cmd/parley")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOOS="+system, "GOARCH="+processor, "CGO_ENABLED=0", "GOFLAGS=")
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return "", err
	}
	info, err := buildinfo.ReadFile(part)
	if err != nil {
		return "", err
	}
	version := info.Main.Version
	switch {
	case version == "" || version == "(devel)":
		return "", errors.New("the toolchain recorded no version; build in a clone of the repository, with its tags")
	case strings.Contains(version, "+dirty") && !dirty:
		return "", errors.New("there are changes that are not committed; commit or stash them first")
	}
	if system == "linux" {
		if err := static(part); err != nil {
			return "", err
		}
	}
	name := fmt.Sprintf("parley-%s-%s-%s", version, system, processor)
	if system == "windows" {
		name += ".exe"
	}
	return name, os.Rename(part, filepath.Join(to, name))
}

// static wants a program that needs no other file to run.
func static(path string) error {
	f, err := elf.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			return errors.New("the program is not static")
		}
	}
	return nil
}

// bill writes what is in a program beside it: what the toolchain recorded, with the licences
// that were found in the modules. It has no time and no number of its own, so that the same
// sources make the same file.
func bill(path string, modules []linked.Module) error {
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return err
	}
	b := cyclonedx.NewBOM()
	b.Metadata = &cyclonedx.Metadata{Component: &cyclonedx.Component{
		BOMRef: "parley", Type: cyclonedx.ComponentTypeApplication, Name: "parley", Version: info.Main.Version,
		Licenses: identified([]string{"Apache-2.0"}),
	}}
	components := []cyclonedx.Component{component("std", strings.TrimPrefix(info.GoVersion, "go"), modules)}
	for _, d := range info.Deps {
		components = append(components, component(d.Path, d.Version, modules))
	}
	var refs []string
	for i := range components {
		refs = append(refs, components[i].BOMRef)
	}
	b.Components = &components
	b.Dependencies = &[]cyclonedx.Dependency{{Ref: "parley", Dependencies: &refs}}
	f, err := os.Create(path + ".cdx.json")
	if err != nil {
		return err
	}
	return errors.Join(cyclonedx.NewBOMEncoder(f, cyclonedx.BOMFileFormatJSON).SetPretty(true).Encode(b), f.Close())
}

func component(path, version string, modules []linked.Module) cyclonedx.Component {
	c := cyclonedx.Component{
		Type: cyclonedx.ComponentTypeLibrary, Name: path, Version: version,
		PackageURL: "pkg:golang/" + path + "@" + strings.ReplaceAll(version, "+", "%2B"),
	}
	c.BOMRef = c.PackageURL
	for i := range modules {
		if modules[i].Path == path {
			c.Licenses = identified(modules[i].IDs())
		}
	}
	return c
}

func identified(ids []string) *cyclonedx.Licenses {
	var all cyclonedx.Licenses
	for _, id := range ids {
		all = append(all, cyclonedx.LicenseChoice{License: &cyclonedx.License{ID: id}})
	}
	return &all
}

// sums writes SHA256SUMS, in the form that sha256sum -c reads.
func sums(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var text strings.Builder
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		fmt.Fprintf(&text, "%s  %s\n", hex.EncodeToString(sum[:]), e.Name())
	}
	return os.WriteFile(filepath.Join(dir, "SHA256SUMS"), []byte(text.String()), 0o644)
}
