package front

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"parley/client"
	"parley/test/testkit"
)

// example is a running program of ./examples.
type example struct {
	t   *testing.T
	cmd *exec.Cmd
	log testkit.LogBuffer
	// said pokes whoever waits for a line.
	said  chan struct{}
	ended chan struct{}
}

func (e *example) Write(p []byte) (int, error) {
	n, err := e.log.Write(p)
	select {
	case e.said <- struct{}{}:
	default:
	}
	return n, err
}

// buildExample compiles a program of ./examples and returns its path.
func buildExample(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if out, err := exec.Command("go", "build", "-o", path, "parley/examples/"+name).CombinedOutput(); err != nil {
		t.Fatalf("building %s: %v\n%s", name, err, out)
	}
	return path
}

// runExample starts it and waits until its log matches ready.
func runExample(t *testing.T, path, ready string, flags ...string) (*example, []string) {
	t.Helper()
	e := &example{t: t, cmd: exec.Command(path, flags...), said: make(chan struct{}, 1), ended: make(chan struct{})}
	e.cmd.Stderr = e
	e.cmd.Dir = filepath.Dir(path)
	e.cmd.Env = append(os.Environ(), "PARLEY_PASSWORD="+testkit.Password)
	if err := e.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = e.cmd.Wait(); close(e.ended) }()
	t.Cleanup(func() { _ = e.cmd.Process.Kill(); <-e.ended })
	want := regexp.MustCompile(ready)
	for over := testkit.Soon(t).Done(); ; {
		if m := want.FindStringSubmatch(e.log.String()); m != nil {
			return e, m
		}
		select {
		case <-e.said:
		case <-e.ended:
			t.Fatalf("%s ended:\n%s", path, e.log.String())
		case <-over:
			t.Fatalf("%s did not say %q but:\n%s", path, ready, e.log.String())
		}
	}
}

// stop ends it as an operator does, and waits for the end.
func (e *example) stop() {
	e.t.Helper()
	if err := e.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		e.t.Fatal(err)
	}
	select {
	case <-e.ended:
	case <-testkit.Soon(e.t).Done():
		e.t.Fatalf("it did not end:\n%s", e.log.String())
	}
}

// reader makes an account that collects what it is told, as "from: text".
func reader(t *testing.T, p *testkit.Process, name string) (*client.Client, <-chan string) {
	t.Helper()
	shown := make(chan string, 100)
	o := client.Options{
		Server: "tcp://" + p.TCP, Name: name, Password: testkit.Password, Device: "reader",
		OnMessage: func(_ *client.Client, m *client.Message) {
			if !m.Mine {
				shown <- m.SenderName + ": " + m.Text
			}
		},
	}
	if _, err := client.Register(testkit.Soon(t), o); err != nil {
		t.Fatal(err)
	}
	c, err := client.Dial(testkit.Soon(t), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c, shown
}

// comes waits for messages, in order.
func comes(t *testing.T, shown <-chan string, want ...string) {
	t.Helper()
	for _, w := range want {
		select {
		case got := <-shown:
			if got != w {
				t.Fatalf("shown: %q, want %q", got, w)
			}
		case <-testkit.Soon(t).Done():
			t.Fatalf("%q was not shown", w)
		}
	}
}

func TestExamplesEcho(t *testing.T) {
	t.Parallel()
	p := testkit.Serve(t, t.TempDir())
	alice, shown := reader(t, p, "alice")
	echo := buildExample(t, "echo")
	e, m := runExample(t, echo, `\(id (\d+)\) answers`, "--server", "tcp://"+p.TCP, "--name", "echo")
	var id int64
	if _, err := fmt.Sscan(m[1], &id); err != nil {
		t.Fatal(err)
	}
	if _, err := alice.Send(testkit.Soon(t), id, "hello"); err != nil {
		t.Fatal(err)
	}
	comes(t, shown, "echo: hello")

	// It is away while messages come in: they wait at its next login.
	e.stop()
	for i := range 20 {
		if _, err := alice.Send(testkit.Soon(t), id, fmt.Sprint("waiting ", i)); err != nil {
			t.Fatal(err)
		}
	}
	runExample(t, echo, `answers`, "--server", "tcp://"+p.TCP, "--name", "echo")
	for i := range 20 {
		comes(t, shown, fmt.Sprint("echo: waiting ", i))
	}
}

func TestExamplesNotifier(t *testing.T) {
	t.Parallel()
	p := testkit.Serve(t, t.TempDir())
	alice, shown := reader(t, p, "alice")
	gid, err := alice.MakeGroup(testkit.Soon(t), client.NewGroup{Name: "operations", Joining: "open"})
	if err != nil {
		t.Fatal(err)
	}
	_, m := runExample(t, buildExample(t, "notifier"), `sent to (\S+)`,
		"--server", "tcp://"+p.TCP, "--group", fmt.Sprint(gid), "--listen", "127.0.0.1:0")
	post := func(text string) (int, string) {
		t.Helper()
		resp, err := http.Post(m[1], "text/plain", strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		var body bytes.Buffer
		_, _ = body.ReadFrom(resp.Body)
		return resp.StatusCode, body.String()
	}
	if status, body := post("disk full on db1"); status != http.StatusOK || !strings.HasPrefix(body, "stored as number ") {
		t.Errorf("posting: %d %q", status, body)
	}
	comes(t, shown, "alarm: disk full on db1")
	if status, body := post(strings.Repeat("x", 10_000)); status != http.StatusBadRequest {
		t.Errorf("posting what is too long: %d %q", status, body)
	}
}

func TestExamplesBridge(t *testing.T) {
	t.Parallel()
	left, right := testkit.Serve(t, t.TempDir()), testkit.Serve(t, t.TempDir())
	alice, toAlice := reader(t, left, "alice")
	bob, toBob := reader(t, right, "bob")
	here, err := alice.MakeGroup(testkit.Soon(t), client.NewGroup{Name: "here", Joining: "open"})
	if err != nil {
		t.Fatal(err)
	}
	there, err := bob.MakeGroup(testkit.Soon(t), client.NewGroup{Name: "there", Joining: "open"})
	if err != nil {
		t.Fatal(err)
	}
	say := func(c *client.Client, gid int64, text string) {
		t.Helper()
		if _, err := c.SendGroup(testkit.Soon(t), gid, text); err != nil {
			t.Fatal(err)
		}
	}
	bridge := buildExample(t, "bridge")
	flags := []string{"--left", fmt.Sprintf("tcp://%s/%d", left.TCP, here), "--right", fmt.Sprintf("tcp://%s/%d", right.TCP, there)}
	e, _ := runExample(t, bridge, "carrying", flags...)
	say(alice, here, "hello over there")
	comes(t, toBob, "bridge: alice: hello over there")
	say(bob, there, "hello back")
	comes(t, toAlice, "bridge: bob: hello back")

	// One side goes away: nothing is lost, and what is said meanwhile comes in order.
	right.Kill()
	say(alice, here, "are you there?")
	say(alice, here, "bob?")
	// The bridge itself is stopped with a message in its hands, and started again.
	e.stop()
	right.Restart()
	runExample(t, bridge, "carrying", flags...)
	comes(t, toBob, "bridge: alice: are you there?", "bridge: alice: bob?")
}

// TestModuleOfOnesOwn does what docs/client.md tells a program outside of this repository.
func TestModuleOfOnesOwn(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	echo, err := os.ReadFile(filepath.Join(root, "examples", "echo", "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.go"), echo, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"mod", "init", "example.org/bot"},
		{"mod", "edit", "-require=parley@v0.0.0", "-replace=parley=" + root},
		{"mod", "tidy"},
		{"vet", "."},
	} {
		cmd := exec.Command("go", args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	list := exec.Command("go", "list", "-deps", ".")
	list.Dir = dir
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(out, []byte("modernc.org/")) {
		t.Error("the SDK brings a database along")
	}
}
