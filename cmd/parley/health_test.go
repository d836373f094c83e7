package main

import (
	"bytes"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
)

// health runs `parley health` and gives its status and what it printed.
func health(t *testing.T, args ...string) (status int, said string) {
	t.Helper()
	var out bytes.Buffer
	status = run(t.Context(), append([]string{"health"}, args...), streams{nil, &out, &out})
	return status, out.String()
}

// A server is found where its flags, its environment and its file say, and is asked to
// the end of its life.
func TestHealthOfTheProgram(t *testing.T) {
	p := serve(t, t.TempDir())
	_, port, err := net.SplitHostPort(p.admin)
	if err != nil {
		t.Fatal(err)
	}
	for _, addr := range []string{p.admin, ":" + port, "0.0.0.0:" + port, "[::]:" + port} {
		if status, said := health(t, "--admin", addr); status != 0 || said != "ready\n" {
			t.Errorf("--admin %s: status %d, %q", addr, status, said)
		}
	}
	file := write(t, "admin: "+p.admin+"\nmax-text: 10\n")
	if status, said := health(t, "--config", file); status != 0 {
		t.Errorf("with the server's file: status %d, %q", status, said)
	}
	p.hang(t) // so that it does not stop before it is asked
	p.signal(t, syscall.SIGTERM)
	waitForDraining(t, p.admin)
	t.Setenv("PARLEY_ADMIN", p.admin)
	if status, said := health(t); status != 1 || !strings.Contains(said, "not ready: draining: ") {
		t.Errorf("while it drains: status %d, %q", status, said)
	}
}

func TestHealthSaysWhatIsWrong(t *testing.T) {
	silent := make(chan struct{})
	answer := func(status int, body string) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if body == "" {
				select {
				case <-silent:
				case <-r.Context().Done():
				}
				return
			}
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}))
		t.Cleanup(s.Close)
		return s.Listener.Addr().String()
	}
	defer close(silent)
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	free.Close() // and nobody listens there any more
	degraded := `{"ready":true,"reasons":[{"degraded":true,"what":"bus","why":"no beat of n2"}]}`
	down := `{"ready":false,"reasons":[{"degraded":false,"what":"fenced","why":"a"},{"degraded":true,"what":"bus","why":"b"}]}`
	for _, c := range []struct {
		addr   string
		status int
		want   string
	}{
		{answer(http.StatusOK, degraded), 0, "ready: degraded: bus: no beat of n2"},
		{answer(http.StatusServiceUnavailable, down), 1, "not ready: fenced: a; degraded: bus: b"},
		{answer(http.StatusOK, "<html>hello"), 1, "no parley server (200 OK)"},
		{answer(http.StatusBadGateway, degraded), 1, "no parley server (502 Bad Gateway)"},
		{answer(0, ""), 1, "no answer in time"},
		{free.Addr().String(), 1, "nothing listens on " + free.Addr().String()},
		{"8081", 1, `"8081" is no HOST:PORT`},
		{":0", 1, `":0" is no HOST:PORT`},
	} {
		if status, said := health(t, "--admin", c.addr, "--timeout", "1s"); status != c.status || !strings.Contains(said, c.want) {
			t.Errorf("status %d, %q; want %d and %q", status, said, c.status, c.want)
		}
	}
}
