package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/internal/server"
)

// serveConfig reads a command line of `parley serve` and gives what it would run with.
func serveConfig(t *testing.T, args ...string) (server.Config, error) {
	t.Helper()
	var c commands
	parser, err := newParser(t.Context(), &c, streams{nil, new(bytes.Buffer), new(bytes.Buffer)}, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	_, err = parser.Parse(append([]string{"serve"}, args...))
	return c.Serve.Config, err
}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "parley.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFlagIsStrongerThanEnvironmentIsStrongerThanFile(t *testing.T) {
	file := write(t, "max-text: 10\nmax-groups: 10\nheartbeat: 10s\nmax-frame: 32KiB\nallowed-origins: [https://a.example, https://b.example]\n")
	t.Setenv("PARLEY_MAX_TEXT", "20")
	t.Setenv("PARLEY_MAX_GROUPS", "20")
	c, err := serveConfig(t, "--config", file, "--max-text", "30")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []struct {
		name      string
		got, want any
	}{
		{"flag", c.MaxText, 30},
		{"environment", c.MaxGroups, 20},
		{"file", c.Heartbeat, 10 * time.Second},
		{"file, a size", c.MaxFrame, server.Size(32 << 10)},
		{"file, a list", strings.Join(c.AllowedOrigins, " "), "https://a.example https://b.example"},
		{"default", c.MaxFriends, server.Default().MaxFriends},
	} {
		if v.got != v.want {
			t.Errorf("%s: got %v, want %v", v.name, v.got, v.want)
		}
	}
}

func TestTheFileMayBeNamedByTheEnvironment(t *testing.T) {
	t.Setenv("PARLEY_CONFIG", write(t, "max-text: 10\n"))
	c, err := serveConfig(t)
	if err != nil || c.MaxText != 10 {
		t.Errorf("max-text is %d (%v), want 10", c.MaxText, err)
	}
}

func TestAnUnknownKeyStopsTheStart(t *testing.T) {
	for _, args := range [][]string{
		{"--config", write(t, "max-text: 10\nmax-texts: 10\n")},
		{"--max-texts", "10"},
	} {
		if _, err := serveConfig(t, args...); err == nil || !strings.Contains(err.Error(), "max-texts") {
			t.Errorf("%v: got %v, want an error that names max-texts", args, err)
		}
	}
}

func TestAnUnknownVariableIsToldOf(t *testing.T) {
	t.Setenv("PARLEY_MAX_TEXTS", "10")
	var out, errs bytes.Buffer
	if status := run(t.Context(), []string{"version"}, streams{nil, &out, &errs}); status != 0 {
		t.Fatalf("status %d: %s", status, errs.String())
	}
	if !strings.Contains(errs.String(), "PARLEY_MAX_TEXTS") {
		t.Errorf("standard error %q does not name the variable", errs.String())
	}
}

// freePorts are settings for a test that starts, or checks that it could start: the usual ports
// may be in use.
const freePorts = "tcp: 127.0.0.1:0\nhttp: 127.0.0.1:0\nadmin: 127.0.0.1:0\n"

func TestConfigCommands(t *testing.T) {
	var out, errs bytes.Buffer
	if status := run(t.Context(), []string{"config", "default"}, streams{nil, &out, &errs}); status != 0 {
		t.Fatalf("config default: status %d: %s", status, errs.String())
	}
	// Its ports may be in use here, by a server that has nothing to do with this test.
	file := write(t, strings.NewReplacer(":6000", ":0", ":8080", ":0", ":8081", ":0").Replace(out.String()))
	out.Reset()
	if status := run(t.Context(), []string{"config", "check", file}, streams{nil, &out, &errs}); status != 0 {
		t.Errorf("config check of the default: status %d: %s", status, errs.String())
	}
	bad := write(t, "max-frame: 1KiB\n")
	if status := run(t.Context(), []string{"config", "check", bad}, streams{nil, &out, &errs}); status != 1 || !strings.Contains(errs.String(), "max-text") {
		t.Errorf("config check of frames too small for texts: status %d: %s", status, errs.String())
	}
}

// `parley help`, --version, and what a setting is when nobody sets it.
func TestHelp(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "serve"},
		{[]string{"help"}, "serve"},
		{[]string{"help", "serve"}, "Address for TCP clients, HOST:PORT."},
		{[]string{"help", "admin", "user", "disable"}, "Name of the account"},
		{[]string{"serve", "--help"}, "Default: 127.0.0.1:8081."},
		{[]string{"serve", "--help"}, "Default: 64KiB."},
		{[]string{"--version"}, "parley "},
		{[]string{"serve", "--version"}, "parley "},
	} {
		var out bytes.Buffer
		status := run(t.Context(), c.args, streams{nil, &out, &out})
		if said := strings.Join(strings.Fields(out.String()), " "); status != 0 || !strings.Contains(said+" ", c.want) {
			t.Errorf("parley %q: status %d, without %q:\n%s", c.args, status, c.want, said)
		}
	}
	var out bytes.Buffer
	if status := run(t.Context(), []string{"help", "nonsense"}, streams{nil, &out, &out}); status != 2 {
		t.Errorf("help for what there is not: status %d\n%s", status, out.String())
	}
}
