package front

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/client"
	"parley/test/testkit"
)

// keyboard is a `parley chat` at a terminal: what is typed goes in, what is on the
// screen comes out.
type keyboard struct {
	t      *testing.T
	cmd    *exec.Cmd
	tty    *os.File
	mu     sync.Mutex
	screen strings.Builder
	more   chan struct{}
}

// sit starts alice's `parley chat` at a terminal of its own.
func sit(t *testing.T, p *testkit.Process, state, password string, flags ...string) *keyboard {
	t.Helper()
	return sitAs(t, p, "alice", state, password, flags...)
}

func sitAs(t *testing.T, p *testkit.Process, name, state, password string, flags ...string) *keyboard {
	t.Helper()
	tty, far := testkit.Terminal(t)
	args := append([]string{"chat", "--server", "tcp://" + p.TCP, "--name", name, "--state", state}, flags...)
	k := &keyboard{t: t, cmd: exec.Command(testkit.Program(t), args...), tty: tty, more: make(chan struct{}, 1)}
	k.cmd.Stdin, k.cmd.Stdout, k.cmd.Stderr = far, far, far
	testkit.AtTerminal(k.cmd)
	k.cmd.Env = append(os.Environ(), "PARLEY_PASSWORD="+password)
	if err := k.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	far.Close()
	go k.read()
	t.Cleanup(k.kill)
	return k
}

func (k *keyboard) read() {
	buf := make([]byte, 4096)
	for {
		n, err := k.tty.Read(buf)
		k.mu.Lock()
		k.screen.Write(buf[:n])
		k.mu.Unlock()
		select {
		case k.more <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

func (k *keyboard) text() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.screen.String()
}

// sees waits until all of the words have been on the screen.
func (k *keyboard) sees(words ...string) {
	k.t.Helper()
	late := time.After(testkit.Patience)
	for _, w := range words {
		for !strings.Contains(k.text(), w) {
			select {
			case <-k.more:
			case <-late:
				k.t.Fatalf("%q did not appear; the screen:\n%s", w, k.text())
			}
		}
	}
}

// types types lines, each ended by the enter key.
func (k *keyboard) types(lines ...string) {
	k.t.Helper()
	for _, l := range lines {
		if _, err := k.tty.WriteString(l + "\r"); err != nil {
			k.t.Fatal(err)
		}
	}
}

// kill is kill -9.
func (k *keyboard) kill() {
	if k.cmd.ProcessState == nil {
		_ = k.cmd.Process.Kill()
		_ = k.cmd.Wait()
	}
}

// TestTypedWhileTheServerIsDown: what a person types while there is no server is sent
// once, in order, though both programs are killed meanwhile; and what was said is on
// the screen without a server, and without the password.
func TestTypedWhileTheServerIsDown(t *testing.T) {
	t.Parallel()
	p, state := testkit.Serve(t, t.TempDir(), testkit.Unbounded...), filepath.Join(t.TempDir(), "state")
	alice, asBob, _ := testkit.TwoFriends(t, p)

	k := sit(t, p, state, testkit.Password)
	k.sees("logged in as alice")
	k.types("/to bob", "one")
	k.sees("now talking to bob", "✓ bob 1")
	p.Kill()
	k.sees("connection lost", "what you write is kept")
	k.types("two", "three")
	k.sees("… bob: kept")
	testkit.WaitFor(t, "the second line", func() bool { return strings.Count(k.text(), "bob: kept") == 2 })
	k.kill()

	// Still no server: the conversation is there, and more can be written.
	k = sit(t, p, state, "")
	k.sees("me (terminal) to bob: one", "what you write is kept")
	k.types("/to bob", "four")
	k.sees("… bob: kept")
	k.kill()

	p.Restart()
	k = sit(t, p, state, "")
	k.sees("logged in as alice", "✓ bob 2", "✓ bob 3", "✓ bob 4")
	k.types("/to bob", "five")
	k.sees("✓ bob 5")
	bob := testkit.Login(t, asBob)
	want := []string{"one", "two", "three", "four", "five"}
	if got := testkit.Texts(t, bob, client.Direct(alice)); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("the server has %q, typed were %q", got, want)
	}
	if _, err := bob.Send(testkit.Soon(t), alice, "all there"); err != nil {
		t.Fatal(err)
	}
	k.sees("bob: all there")
	k.types("/quit")
	_ = k.cmd.Wait()

	// What was shown is not shown as new again; with /logout the token is gone.
	k = sit(t, p, state, "")
	k.sees("bob: all there", "logged in as alice")
	k.types("/who")
	k.sees("talking to nobody yet")
	if n := strings.Count(k.text(), "all there"); n != 1 {
		t.Fatalf("shown %d times:\n%s", n, k.text())
	}
	k.types("/logout")
	_ = k.cmd.Wait()
	k = sit(t, p, state, "")
	k.sees("Password of alice:")
	k.types(testkit.Password)
	k.sees("logged in as alice")
}

// TestPipeKeepsWhatHasNoAck: commands from a pipe do not hang without a server, fail,
// and lose nothing.
func TestPipeKeepsWhatHasNoAck(t *testing.T) {
	t.Parallel()
	p, state := testkit.Serve(t, t.TempDir(), testkit.Unbounded...), filepath.Join(t.TempDir(), "state")
	alice, asBob, _ := testkit.TwoFriends(t, p)
	run := func(commands string, flags ...string) (string, error) {
		cmd := exec.Command(testkit.Program(t), append([]string{"chat", "--server", "tcp://" + p.TCP, "--name", "alice", "--state", state}, flags...)...)
		cmd.Stdin = strings.NewReader(commands)
		cmd.Env = append(os.Environ(), "PARLEY_PASSWORD="+testkit.Password)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := run("/msg bob one\n"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	p.Kill()
	out, err := run("/msg bob two\n", "--no-history")
	if err == nil || !strings.Contains(out, "1 messages have no ack; they are kept, and sent at the next start") {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err = run("/msg bob never\n", "--no-state"); err == nil || !strings.Contains(out, "no server listens") {
		t.Fatalf("%v\n%s", err, out)
	}
	p.Restart()
	if out, err := run("/msg bob three\n"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want := []string{"one", "two", "three"}
	if got := testkit.Texts(t, testkit.Login(t, asBob), client.Direct(alice)); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("the server has %q, sent were %q", got, want)
	}
}
