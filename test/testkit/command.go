package testkit

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// CommandWith runs the program with more in its environment and on its standard input, and
// returns what it prints, errors too.
func CommandWith(t *testing.T, env []string, in string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(Soon(t), Program(t), args...)
	cmd.Env = append(cmd.Environ(), env...)
	cmd.Stdin = strings.NewReader(in)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// Command runs the program and returns what it prints, errors too.
func Command(t testing.TB, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*Patience)
	defer cancel()
	out, err := exec.CommandContext(ctx, Program(t), args...).CombinedOutput()
	return string(out), err
}

// Run runs a subcommand of the real program on this server to its end.
func (p *Process) Run(t *testing.T, stdin string, args ...string) (stdout string, err error) {
	t.Helper()
	cmd := exec.CommandContext(Soon(t), Program(t), append(args, "--server", "tcp://"+p.TCP)...)
	cmd.Env = append(os.Environ(), "PARLEY_PASSWORD="+Password)
	cmd.Stdin = strings.NewReader(stdin)
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaints
	if err = cmd.Run(); err != nil {
		err = fmt.Errorf("%w: %s", err, complaints.String())
	}
	return out.String(), err
}
