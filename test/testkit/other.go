//go:build !linux

package testkit

import (
	"os"
	"os/exec"
	"testing"
	"time"
)

// What only Linux lets these tests do, and what becomes of them elsewhere.

// AtTerminal does nothing here.
func AtTerminal(*exec.Cmd) {}

// Terminal skips the test.
func Terminal(t *testing.T) (near, far *os.File) {
	t.Helper()
	t.Skip("pseudo-terminals are made on Linux only")
	return nil, nil
}

// CPU skips the test.
func CPU(b testing.TB, _ int) time.Duration {
	b.Helper()
	b.Skip("the CPU time of another process is read on Linux only")
	return 0
}
