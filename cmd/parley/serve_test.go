package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

const patience = 30 * time.Second

// binary is the real program, built once.
var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "parley")
	if err == nil {
		err = os.Chmod(dir, 0o755) // another user runs it too
	}
	binary = filepath.Join(dir, "parley")
	if err == nil {
		var out []byte
		if out, err = exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
			err = fmt.Errorf("%w\n%s", err, out)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "cannot build the program:", err)
		os.Exit(1)
	}
	status := m.Run()
	os.RemoveAll(dir)
	os.Exit(status)
}

// process is a running `parley serve`.
type process struct {
	cmd        *exec.Cmd
	tcp, admin string
	stdout     *bufio.Reader
	stderr     *bytes.Buffer
	ended      chan error
}

var readyLine = regexp.MustCompile(`^parley ready tcp=(\S+:\d+) http=\S+:\d+ admin=(\S+:\d+) db=(?:sqlite|mysql|postgres)\n$`)

func serve(t *testing.T, dir string, flags ...string) *process {
	t.Helper()
	p := &process{stderr: new(bytes.Buffer), ended: make(chan error, 1)}
	p.cmd = exec.Command(binary, append([]string{"serve", "--data", dir, "--tcp", "127.0.0.1:0", "--http", "127.0.0.1:0", "--admin", "127.0.0.1:0"}, flags...)...)
	p.cmd.Stderr = p.stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.stdout = bufio.NewReader(out)
	line, err := p.stdout.ReadString('\n')
	found := readyLine.FindStringSubmatch(line)
	if found == nil {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
		t.Fatalf("got %q (%v) instead of the ready line; log:\n%s", line, err, p.stderr)
	}
	p.tcp, p.admin = found[1], found[2]
	go func() {
		rest, _ := io.ReadAll(p.stdout)
		err := p.cmd.Wait()
		if len(rest) > 0 {
			err = errors.Join(err, fmt.Errorf("more than one line on standard output: %q", rest))
		}
		p.ended <- err
	}()
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	return p
}

func (p *process) signal(t *testing.T, s os.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

func (p *process) end(t *testing.T) error {
	t.Helper()
	select {
	case err := <-p.ended:
		return err
	case <-time.After(patience):
		t.Fatalf("the server did not end; log:\n%s", p.stderr)
		return nil
	}
}

// hang opens a connection that is neither read nor closed, so that a stop has to
// wait for it.
func (p *process) hang(t *testing.T) {
	t.Helper()
	c, err := net.Dial("tcp", p.tcp)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	// Once this is answered, the connection is known to the server.
	if _, err := io.WriteString(c, `{"msgid":11}`); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(c).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
}

func TestOneSignalStopsInOrder(t *testing.T) {
	for _, s := range []os.Signal{syscall.SIGTERM, syscall.SIGINT} {
		p := serve(t, t.TempDir())
		p.signal(t, s)
		if err := p.end(t); err != nil {
			t.Errorf("%v: %v; log:\n%s", s, err, p.stderr)
		}
	}
}

func TestTheDatabaseIsPrivate(t *testing.T) {
	dir := t.TempDir() // made by somebody else, with another mode
	serve(t, dir)
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if info, err := f.Info(); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: mode %v, %v; others may get at it", f.Name(), info.Mode(), err)
		}
	}
}

func TestASecondSignalStopsAtOnce(t *testing.T) {
	p := serve(t, t.TempDir())
	p.hang(t)
	p.signal(t, syscall.SIGTERM)
	waitForDraining(t, p.admin)
	p.signal(t, syscall.SIGTERM)
	var exit *exec.ExitError
	if err := p.end(t); !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Errorf("got %v, want exit status 1", err)
	}
	if log := p.stderr.String(); !strings.Contains(log, "again: stopping at once") || strings.Contains(log, "msg=stopped") {
		t.Errorf("the log does not tell of a stop at once:\n%s", log)
	}
}

// waitForDraining returns when /readyz says so, which it does from the first moment
// of a stop to the last.
func waitForDraining(t *testing.T, addr string) {
	t.Helper()
	for until := time.Now().Add(patience); time.Now().Before(until); {
		resp, err := http.Get("http://" + addr + "/readyz")
		if err != nil {
			t.Fatalf("the server went before it said that it drains: %v", err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode == http.StatusServiceUnavailable && strings.Contains(string(body), "draining:") {
			return
		}
	}
	t.Fatal("the server never said that it drains")
}

func TestASecondServerIsRefused(t *testing.T) {
	dir := t.TempDir()
	p := serve(t, dir)
	out, err := exec.Command(binary, "serve", "--data", dir, "--tcp", "127.0.0.1:0", "--http", "127.0.0.1:0", "--admin", "127.0.0.1:0").CombinedOutput()
	if err == nil {
		t.Fatal("a second server started on the same folder")
	}
	for _, want := range []string{"another parley server", fmt.Sprint("process ", p.cmd.Process.Pid), dir, "--data"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("%q does not say %q", out, want)
		}
	}
}

// A killed server leaves the folder free and its sessions freed.
func TestAKilledServerLocksNobodyOut(t *testing.T) {
	dir := t.TempDir()
	p := serve(t, dir)
	login := `{"msgid":0,"name":"ann","pwd":"secret-1"}{"msgid":2,"name":"ann","pwd":"secret-1"}`
	if got := talk(t, p.tcp, login, 2); !strings.Contains(got[1], `"erron":0`) {
		t.Fatalf("cannot log in: %q", got)
	}
	p.signal(t, syscall.SIGKILL)
	_ = p.end(t)
	again := serve(t, dir)
	if got := talk(t, again.tcp, `{"msgid":2,"name":"ann","pwd":"secret-1"}`, 1); !strings.Contains(got[0], `"erron":0`) {
		t.Errorf("after the restart: %q", got)
	}
}

// talk sends text and reads that many answers. The connection stays open.
func talk(t *testing.T, addr, text string, answers int) []string {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
	r, lines := bufio.NewReader(c), make([]string, answers)
	for i := range lines {
		if lines[i], err = r.ReadString('\n'); err != nil {
			t.Fatalf("after %q: %v", lines[:i], err)
		}
	}
	return lines
}

func TestAFolderWithoutTheRightToWrite(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, "serve", "--data", dir, "--tcp", "127.0.0.1:0", "--http", "127.0.0.1:0", "--admin", "127.0.0.1:0")
	if os.Getuid() == 0 { // root may write everywhere: be somebody else
		if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
			t.Fatal(err)
		}
		asNobody(cmd)
	}
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Fatal("a server started in a folder where it may not write")
	}
	for _, want := range []string{"cannot write to the data folder", dir, "--data"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("%q does not say %q", out, want)
		}
	}
}

func TestAdminCommands(t *testing.T) {
	dir := t.TempDir()
	admin := func(args ...string) (string, error) {
		out, err := exec.Command(binary, append([]string{"admin", "--data", dir}, args...)...).CombinedOutput()
		return string(out), err
	}
	if out, err := admin("users"); err == nil || !strings.Contains(out, "no parley server runs") {
		t.Errorf("without a server: %q, %v", out, err)
	}
	p := serve(t, dir)
	talk(t, p.tcp, `{"msgid":0,"name":"ann","pwd":"secret-1"}{"msgid":2,"name":"ann","pwd":"secret-1","device":"desk"}`, 2)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"users"}, `(?m)^1 +ann +online +\d{4}-`},
		{[]string{"users", "--json"}, `(?m)^\{"id":1,"name":"ann","online":true,"disabled":false,"created":"`},
		{[]string{"sessions"}, `(?m)^\d+ +1 +ann +desk +\d{4}-\S+ +live$`},
		{[]string{"sessions", "--json"}, `"device":"desk"`},
	} {
		out, err := admin(c.args...)
		if err != nil || !regexp.MustCompile(c.want).MatchString(out) {
			t.Errorf("admin %v: %q, %v; want %s", c.args, out, err, c.want)
		}
	}
	if out, err := admin("kick", "5"); err == nil || !strings.Contains(out, "device 5 has no session") {
		t.Errorf("admin kick of nobody: %q, %v", out, err)
	}
	if out, err := admin("stop"); err != nil || out != "stopped\n" {
		t.Errorf("admin stop: %q, %v", out, err)
	}
	if err := p.end(t); err != nil {
		t.Errorf("the server ended with %v", err)
	}
}

// TestHealthAndDrain: what asks whether a server is ready follows it through a drain that
// an operator asked for, with times of his own.
func TestHealthAndDrain(t *testing.T) {
	dir := t.TempDir()
	run := func(args ...string) (string, error) {
		out, err := exec.Command(binary, args...).CombinedOutput()
		return string(out), err
	}
	p := serve(t, dir)
	_, port, err := net.SplitHostPort(p.admin)
	if err != nil {
		t.Fatal(err)
	}
	for _, addr := range []string{p.admin, ":" + port, "0.0.0.0:" + port} {
		if out, err := run("health", "--admin", addr); err != nil || out != "ready\n" {
			t.Errorf("health of %s: %q %v", addr, out, err)
		}
	}
	if out, err := run("node", "list", "--data", dir); err == nil || !strings.Contains(out, "alone on its embedded database") {
		t.Errorf("node list: %q %v", out, err)
	}
	if out, err := run("node", "drain", "--data", dir, "--delay", "soon"); err == nil || !strings.Contains(out, "no time between 0s and 1h") {
		t.Errorf("a drain without a time: %q %v", out, err)
	}
	drained := make(chan string, 1)
	go func() {
		out, err := run("node", "drain", "--data", dir, "--delay", "2s", "--window", "100ms")
		drained <- fmt.Sprint(out, err)
	}()
	waitForDraining(t, p.admin)
	if out, err := run("health", "--admin", p.admin); err == nil || !strings.Contains(out, "draining: ") {
		t.Errorf("health while it drains: %q %v", out, err)
	}
	talk(t, p.tcp, `{"msgid":11}`, 1) // it serves all the same
	if err := p.end(t); err != nil {
		t.Errorf("the server ended with %v", err)
	}
	if said := <-drained; said != "drained and stopped\n<nil>" {
		t.Errorf("node drain: %s", said)
	}
}
