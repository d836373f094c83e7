package engines

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// lifecycle kills, restarts, freezes and stops a server, and wants it to answer when it
// should.
func lifecycle(t *testing.T, s *Server, ask func(context.Context) error) {
	t.Helper()
	ctx := t.Context()
	asks := func(when string, answers bool) {
		t.Helper()
		one, cancel := context.WithTimeout(ctx, 5*time.Second)
		if !answers {
			one, cancel = context.WithTimeout(ctx, 300*time.Millisecond)
		}
		defer cancel()
		if err := ask(one); (err == nil) != answers {
			t.Fatalf("%s: %v", when, err)
		}
	}
	asks("started", true)
	if err := s.Freeze(); err != nil {
		t.Fatal(err)
	}
	asks("frozen", false)
	if err := s.Continue(); err != nil {
		t.Fatal(err)
	}
	asks("continued", true)
	pid := s.PID()
	s.Kill()
	asks("killed", false)
	if err := s.Restart(ctx); err != nil {
		t.Fatal(err)
	}
	asks("restarted", true)
	if s.PID() == pid {
		t.Error("the same process after a restart")
	}
	s.Stop()
	if !Gone(s.PID()) {
		t.Error("the process is still there")
	}
	if err := s.Restart(ctx); err != nil {
		t.Fatal(err)
	}
	asks("restarted after a stop", true)
	s.Stop()
}

func TestDatabases(t *testing.T) {
	for name, start := range map[string]func(context.Context, Options) (*Database, error){
		"MariaDB": StartMariaDB, "PostgreSQL": StartPostgres,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			d, err := start(t.Context(), Options{Dir: filepath.Join(t.TempDir(), "server"), Log: &log})
			if err != nil {
				t.Fatalf("%v\n%s", err, log.String())
			}
			defer d.Stop()
			url, err := d.Create(t.Context(), "some_db")
			if err != nil || !strings.Contains(url, "/some_db") {
				t.Fatal(url, err)
			}
			if err := d.Exec(t.Context(), "some_db", "CREATE TABLE t (a INT)"); err != nil {
				t.Fatal(err)
			}
			lifecycle(t, d.Server, func(ctx context.Context) error { return d.Exec(ctx, "some_db", "SELECT * FROM t") })
		})
	}
}

func TestRedis(t *testing.T) {
	s, err := StartRedis(t.Context(), Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	lifecycle(t, s, func(ctx context.Context) error { return pong(ctx, s.Addr()) })
}

func TestBalancers(t *testing.T) {
	for name, text := range map[string]string{
		"haproxy": "defaults\n mode http\n timeout client 5s\n timeout server 5s\n timeout connect 1s\n" +
			"frontend f\n bind 127.0.0.1:%d\n http-request return status 204\n",
		"nginx": "pid nginx.pid;\nerror_log stderr;\nevents {}\nhttp { access_log off; server { listen 127.0.0.1:%d; return 204; } }\n",
	} {
		t.Run(name, func(t *testing.T) {
			port, err := FreePort()
			if err != nil {
				t.Fatal(err)
			}
			config := filepath.Join(t.TempDir(), "conf")
			if err := os.WriteFile(config, fmt.Appendf(nil, text, port), 0o600); err != nil {
				t.Fatal(err)
			}
			start := StartHAProxy
			if name == "nginx" {
				start = StartNginx
			}
			s, err := start(t.Context(), config, port, os.Stderr)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Stop()
			r, err := http.Get("http://" + s.Addr())
			if err != nil {
				t.Fatal(err)
			}
			r.Body.Close()
			if r.StatusCode != http.StatusNoContent {
				t.Error(r.Status)
			}
		})
	}
}

func TestMissingNamesPackages(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, err := find("no-such-server"); err == nil {
		t.Error("found what is not there")
	}
	programs = append(programs, program{"no-such-server", "no-such-package"})
	defer func() { programs = programs[:len(programs)-1] }()
	missing := Missing()
	if len(missing) == 0 || missing[len(missing)-1] != "no-such-package" && missing[len(missing)-2] != "no-such-package" {
		t.Errorf("missing %q", missing)
	}
	if _, err := find("no-such-server"); err == nil || !strings.Contains(err.Error(), "apt-get install no-such-package") {
		t.Error(err)
	}
}
