//go:build !linux

package test

import (
	"os"
	"os/exec"
	"testing"
	"time"
)

// What only Linux lets these tests do, and what becomes of them elsewhere.

func atTerminal(*exec.Cmd) {}

func terminal(t *testing.T) (near, far *os.File) {
	t.Helper()
	t.Skip("pseudo-terminals are made on Linux only")
	return nil, nil
}

func cpu(b testing.TB, _ int) time.Duration {
	b.Helper()
	b.Skip("the CPU time of another process is read on Linux only")
	return 0
}
