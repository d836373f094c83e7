// Package overlay builds Go programs from source files with a few lines changed. The
// files themselves stay as they are: the go command reads the changed copies in their
// place (go help build, -overlay). It is for tests only.
package overlay

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Edit replaces one piece of a source file. From must be in the file exactly once.
type Edit struct {
	File     string // relative to the root that Write is given
	From, To string
}

// Write makes the edits in copies of the files under root, in the folder dir, which
// exists. It returns the path of the overlay, which is for the option -overlay of the
// go command. An edit whose From is not in its file exactly once is an error, and then
// nothing usable is left in dir.
func Write(dir, root string, edits []Edit) (overlay string, err error) {
	if root, err = filepath.Abs(root); err != nil { // the go command may run elsewhere
		return "", err
	}
	changed := map[string]string{} // by path of the original
	for _, e := range edits {
		source := filepath.Join(root, filepath.FromSlash(e.File))
		text, ok := changed[source]
		if !ok {
			raw, err := os.ReadFile(source) //nolint:gosec // a source file that the caller names
			if err != nil {
				return "", err
			}
			text = string(raw)
		}
		if n := strings.Count(text, e.From); n != 1 {
			return "", fmt.Errorf("%s has %d times, not once: %s", e.File, n, e.From)
		}
		changed[source] = strings.Replace(text, e.From, e.To, 1)
	}
	replace := map[string]string{}
	for source, text := range changed {
		copied := filepath.Join(dir, fmt.Sprint(len(replace))+"_"+filepath.Base(source))
		replace[source] = copied
		if err := os.WriteFile(copied, []byte(text), 0o600); err != nil {
			return "", err
		}
	}
	raw, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay = filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, raw, 0o600)
}
