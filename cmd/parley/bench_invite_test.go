package main

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
)

// TestBenchByInvitation: registration is by invitation, and the bench makes its users with a
// code. Users that exist need none, also when no code is good any more.
func TestBenchByInvitation(t *testing.T) {
	dir := t.TempDir()
	p := serve(t, dir, "--registration", "invite")
	t.Setenv("PARLEY_PASSWORD", "four small stones")
	load := func(more ...string) (int, string) {
		var out bytes.Buffer
		status := run(t.Context(), append([]string{
			"bench", "--server", "tcp://" + p.tcp, "--users", "2", "--prefix", "load-",
			"--warmup", "0s", "--duration", "100ms", "--verify",
		}, more...), streams{strings.NewReader(""), &out, &out})
		return status, out.String()
	}
	if status, said := load(); status != 1 || !strings.Contains(said, "invite create --uses 2") || !strings.Contains(said, "--invite CODE") {
		t.Errorf("without a code: status %d, %s", status, said)
	}
	var out bytes.Buffer
	run(t.Context(), []string{"admin", "--data", dir, "invite", "create", "--uses", "2"}, streams{strings.NewReader(""), &out, &out})
	code := regexp.MustCompile(`[0-9A-Z-]{34}`).FindString(out.String())
	if status, said := load("--invite", code); status != 0 {
		t.Fatalf("with a code: status %d, %s", status, said)
	}
	if status, said := load("--invite", code); status != 0 {
		t.Errorf("the same command again, and the code is used up: status %d, %s", status, said)
	}
	if status, said := load(); status != 0 {
		t.Errorf("users that exist: status %d, %s", status, said)
	}
	t.Setenv("PARLEY_PASSWORD", "four other stones")
	if status, said := load(); status != 1 || !strings.Contains(said, "--invite CODE") {
		t.Errorf("another password: status %d, %s", status, said)
	}
}
