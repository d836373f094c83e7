package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// webSteps are what web/ must pass, in this order: one that fails ends the step, because the
// others would tell of the same.
var webSteps = [][]string{
	{"ci", "--no-audit", "--no-fund"},
	{"run", "types"},
	{"run", "lint"},
	{"test"},
}

// web checks the TypeScript part: npm fetches its tools, as web/package-lock.json pins them.
func web(ctx context.Context, _ options) error {
	if err := webLock("."); err != nil {
		return err
	}
	for _, args := range webSteps {
		if err := npm(ctx, args...); err != nil {
			return err
		}
	}
	return nil
}

// foreign reports the first line of the lock file that names a host: everybody fetches from
// the registry of their own settings.
func foreign(text string) (line string, found bool) {
	for line := range strings.Lines(text) {
		if strings.Contains(line, `"resolved": "http`) {
			return strings.TrimSpace(line), true
		}
	}
	return "", false
}

// webLock checks that web/package-lock.json names no host.
func webLock(root string) error {
	text, err := os.ReadFile(filepath.Join(root, "web", "package-lock.json"))
	if err != nil {
		return err
	}
	if line, found := foreign(string(text)); found {
		return fmt.Errorf("web/package-lock.json names a host (%s): run npm install in web/, whose .npmrc leaves it out", line)
	}
	return nil
}
