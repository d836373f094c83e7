package server

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parley/internal/chat"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = 30 * time.Second

// lines collects what a server writes, from any goroutine.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func testConfig(dir string) Config {
	c := Default()
	c.Data, c.TCP, c.HTTP, c.Admin, c.LogLevel = dir, "127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:0", "debug"
	return c
}

var cheapHash = HashCost(chat.HashCost{MemoryKiB: 8, Passes: 1, Threads: 1})

func startServer(t *testing.T, c Config) (s *Server, stdout, log *lines) {
	t.Helper()
	stdout, log = new(lines), new(lines)
	s, err := Start(t.Context(), c, stdout, log, cheapHash)
	if err != nil {
		t.Fatalf("start: %v; log:\n%s", err, log)
	}
	t.Cleanup(func() { stopServer(t, s) })
	return s, stdout, log
}

func stopServer(t *testing.T, s *Server) {
	t.Helper()
	http.DefaultClient.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := s.Stop(ctx); err != nil {
		t.Errorf("stop: %v", err)
	}
}

// get asks where users come in, getAdmin where operators do.
func get(t *testing.T, s *Server, path string) (status int, body string) {
	t.Helper()
	_, addr := s.Addrs()
	return fetch(t, addr, path)
}

func getAdmin(t *testing.T, s *Server, path string) (status int, body string) {
	t.Helper()
	return fetch(t, s.AdminAddr(), path)
}

func fetch(t *testing.T, addr net.Addr, path string) (status int, body string) {
	t.Helper()
	resp, err := http.Get("http://" + addr.String() + path)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

// client is a plain connection that speaks lines.
type client struct {
	t *testing.T
	net.Conn
	r *bufio.Reader
}

func dial(t *testing.T, s *Server) *client {
	t.Helper()
	addr, _ := s.Addrs()
	c, err := net.Dial("tcp", addr.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return &client{t, c, bufio.NewReader(c)}
}

func (c *client) ask(frame string) string {
	c.t.Helper()
	if _, err := io.WriteString(c, frame); err != nil {
		c.t.Fatal(err)
	}
	return c.read()
}

func (c *client) read() string {
	c.t.Helper()
	line, err := c.r.ReadString('\n')
	if err != nil {
		c.t.Fatalf("read: %v (%q)", err, line)
	}
	return line
}

// join registers and logs in.
func (c *client) join(name string) {
	c.t.Helper()
	for _, msgid := range []int{0, 2} {
		if got := c.ask(fmt.Sprintf(`{"msgid":%d,"name":%q,"pwd":"secret-1"}`, msgid, name)); !strings.Contains(got, `"erron":0`) {
			c.t.Fatalf("cannot join: %s", got)
		}
	}
}

func TestTheReadyLineHasTheRealAddresses(t *testing.T) {
	s, stdout, _ := startServer(t, testConfig(t.TempDir()))
	tcp, web := s.Addrs()
	if want := fmt.Sprintf("parley ready tcp=%s http=%s admin=%s db=sqlite\n", tcp, web, s.AdminAddr()); stdout.String() != want {
		t.Errorf("got %q, want %q", stdout, want)
	}
	if strings.HasSuffix(tcp.String(), ":0") || strings.HasSuffix(web.String(), ":0") {
		t.Errorf("port 0 is no address: %s, %s", tcp, web)
	}
}

// Nobody but this machine gets in unless the operator says so, and what the server says is
// where it listens.
func TestWhoCanComeIsSaid(t *testing.T) {
	c := Default()
	for key, addr := range map[string]string{"tcp": c.TCP, "http": c.HTTP, "admin": c.Admin} {
		if !strings.HasPrefix(addr, "127.0.0.1:") {
			t.Errorf("%s is %s by default", key, addr)
		}
	}
	const hint = "start with --tcp :6000"
	if _, _, log := startServer(t, testConfig(t.TempDir())); !strings.Contains(log.String(), hint) {
		t.Errorf("the log does not say how to let others in:\n%s", log)
	}
	c = testConfig(t.TempDir())
	c.TCP, c.Admin = ":0", ""
	_, stdout, log := startServer(t, c)
	if !regexp.MustCompile(`^parley ready tcp=\[::\]:[1-9]\d* http=127\.0\.0\.1:[1-9]\d* admin=none `).MatchString(stdout.String()) {
		t.Errorf("got %q", stdout)
	}
	if strings.Contains(log.String(), hint) {
		t.Errorf("the log says how to open what is open:\n%s", log)
	}
}

func TestHTTP(t *testing.T) {
	s, _, _ := startServer(t, testConfig(t.TempDir()))
	dial(t, s).join("ann")
	if status, body := get(t, s, "/healthz"); status != http.StatusOK || body != "alive\n" {
		t.Errorf("/healthz for users: %d %q", status, body)
	}
	for _, path := range []string{"/readyz", "/metrics", "/metrics/", "//metrics", "/healthz/../metrics"} {
		if status, body := get(t, s, path); status != http.StatusNotFound || strings.Contains(body, "parley_") {
			t.Errorf("%s for users: %d %q", path, status, body)
		}
	}
	if status, _ := getAdmin(t, s, "/ws"); status != http.StatusNotFound {
		t.Errorf("/ws for operators: %d", status)
	}
	for _, c := range []struct{ path, want string }{
		{"/healthz", "alive\n"},
		{"/readyz", "ready\n"},
		{"/metrics", "\nparley_sessions 1\n"},
		{"/metrics", "\nparley_frames_total{kind=\"login\"} 1\n"},
		{"/metrics", "\ngo_goroutines "},
		{"/metrics", "\nprocess_open_fds "},
	} {
		if status, body := getAdmin(t, s, c.path); status != http.StatusOK || !strings.Contains(body, c.want) {
			t.Errorf("%s: %d, without %q:\n%s", c.path, status, c.want, body)
		}
	}
	if status, _ := get(t, s, "/nothing"); status != http.StatusNotFound {
		t.Errorf("a path that is not there: %d", status)
	}
}

func TestHTTPConnectionsAreLimited(t *testing.T) {
	c := testConfig(t.TempDir())
	c.MaxUnauthenticated = 2
	s, _, _ := startServer(t, c)
	_, addr := s.Addrs()
	open := make([]net.Conn, 3)
	for i := range open {
		conn, err := net.Dial("tcp", addr.String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
			t.Fatal(err)
		}
		open[i] = conn
	}
	if _, err := open[0].Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the oldest connection, over the limit: %v, want its end", err)
	}
	if status, _ := get(t, s, "/healthz"); status != http.StatusOK {
		t.Errorf("the idle ones keep a newcomer out: %d", status)
	}
}

func TestTheAdminAddressAnswersWhileTheOtherIsFull(t *testing.T) {
	c := testConfig(t.TempDir())
	c.MaxUnauthenticated = 1
	s, _, _ := startServer(t, c)
	_, web := s.Addrs()
	for range 2 { // it is full of idle ones
		conn, err := net.Dial("tcp", web.String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
	}
	if status, body := getAdmin(t, s, "/readyz"); status != http.StatusOK {
		t.Errorf("/readyz is %d %q", status, body)
	}
}

func TestASecondServerOnTheFolderIsRefused(t *testing.T) {
	c := testConfig(t.TempDir())
	startServer(t, c)
	_, err := Start(t.Context(), c, io.Discard, io.Discard)
	if err == nil {
		t.Fatal("a second server started")
	}
	for _, want := range []string{c.Data, fmt.Sprint("process ", os.Getpid()), "parley admin stop"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
}

func TestAFailedStartLeavesNothingBehind(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	c := testConfig(t.TempDir())
	c.TCP = taken.Addr().String()
	if _, err := Start(t.Context(), c, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), "--tcp") {
		t.Errorf("got %v, want an error that says which address to change", err)
	}
	c.TCP = "127.0.0.1:0"
	startServer(t, c) // folder and HTTP are free again; goleak watches the rest
}

func TestAFileInTheFoldersPlace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(t.Context(), testConfig(path), io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), "choose another with --data") {
		t.Errorf("got %v", err)
	}
}

func TestAnInterruptedStart(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Start(ctx, testConfig(t.TempDir()), io.Discard, io.Discard); err == nil {
		t.Error("a start that was interrupted went on")
	}
}

// The order of a stop as its parts see it: sessions are told goodbye, nobody new is
// let in, health says so to the end, and the folder is free for the next server.
func TestStopGoesDownInOrder(t *testing.T) {
	c := testConfig(t.TempDir())
	s, _, log := startServer(t, c)
	ann := dial(t, s)
	ann.join("ann")
	done := make(chan struct{})
	go func() {
		defer close(done)
		stopServer(t, s)
	}()
	if bye := ann.read(); !strings.Contains(bye, `"msgid":26,"code":1000`) || !strings.Contains(bye, `"reconnect":true`) {
		t.Errorf("got %q, want goodbye 1000", bye)
	}
	// The connection lingers until this side closes it, and the stop waits for it.
	if status, body := getAdmin(t, s, "/readyz"); status != http.StatusServiceUnavailable || !strings.Contains(body, "draining: ") {
		t.Errorf("while it stops, /readyz is %d %q", status, body)
	}
	if status, body := get(t, s, "/ws"); status != http.StatusServiceUnavailable {
		t.Errorf("while it stops, /ws is %d %q", status, body)
	}
	tcp, _ := s.Addrs()
	if late, err := net.Dial("tcp", tcp.String()); err == nil {
		late.Close()
		t.Error("a connection was let in while the server stops")
	}
	ann.Close()
	http.DefaultClient.CloseIdleConnections()
	<-done
	if strings.Contains(log.String(), "level=ERROR") {
		t.Errorf("the stop was not clean:\n%s", log)
	}
	again, _, _ := startServer(t, c)
	if got := dial(t, again).ask(`{"msgid":2,"name":"ann","pwd":"secret-1"}`); !strings.Contains(got, `"erron":0`) {
		t.Errorf("after the restart: %s", got)
	}
}

func TestAStopThatTakesTooLongIsCutShort(t *testing.T) {
	s, _, _ := startServer(t, testConfig(t.TempDir()))
	dial(t, s).join("ann") // never closed
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	began := time.Now()
	if err := s.Stop(ctx); err == nil {
		t.Error("a stop without time gave no error")
	}
	if took := time.Since(began); took > patience/2 {
		t.Errorf("it took %v", took)
	}
	s.stopErr = nil // told above
}
