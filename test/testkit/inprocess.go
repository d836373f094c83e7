package testkit

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"parley/internal/chat"
	"parley/internal/server"
)

// StartServer runs a server in this process until the test ends, with hashes of passwords
// that cost next to nothing.
func StartServer(t *testing.T, flags ...string) *server.Server {
	t.Helper()
	var cfg server.Config
	parser, err := kong.New(&cfg)
	if err != nil {
		t.Fatal(err)
	}
	base := []string{"--data", t.TempDir(), "--tcp", "127.0.0.1:0", "--http", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--log-level", "debug"}
	if _, err := parser.Parse(append(base, flags...)); err != nil {
		t.Fatal(err)
	}
	var stdout bytes.Buffer
	s, err := server.Start(t.Context(), cfg, &stdout, testLog{t}, server.HashCost(chat.HashCost{MemoryKiB: 64, Passes: 1, Threads: 1}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := s.Stop(ctx); err != nil {
			t.Errorf("stopping the server: %v", err)
		}
	})
	return s
}

// testLog shows a server's log with the test that it belongs to.
type testLog struct{ t *testing.T }

func (l testLog) Write(p []byte) (int, error) {
	leaked.look(p)
	l.t.Log(strings.TrimRight(string(p), "\n"))
	return len(p), nil
}
