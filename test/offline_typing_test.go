package test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/client"
	"parley/client/history"
	"parley/internal/engines"
)

// init lets the test binary be a sender, or a receiver, that can be killed.
func init() {
	switch {
	case os.Getenv("PARLEY_TEST_SENDER") != "":
		sender()
	case os.Getenv("PARLEY_TEST_RECEIVER") != "":
		receiver()
	default:
		return
	}
	os.Exit(0)
}

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
func sit(t *testing.T, p *process, state, password string, flags ...string) *keyboard {
	t.Helper()
	return sitAs(t, p, "alice", state, password, flags...)
}

func sitAs(t *testing.T, p *process, name, state, password string, flags ...string) *keyboard {
	t.Helper()
	tty, far := terminal(t)
	args := append([]string{"chat", "--server", "tcp://" + p.tcp, "--name", name, "--state", state}, flags...)
	k := &keyboard{t: t, cmd: exec.Command(parley(t), args...), tty: tty, more: make(chan struct{}, 1)}
	k.cmd.Stdin, k.cmd.Stdout, k.cmd.Stderr = far, far, far
	atTerminal(k.cmd)
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
	late := time.After(patience)
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

// texts gives what a conversation holds, in its order.
func texts(t *testing.T, c *client.Client, of client.Conversation) []string {
	t.Helper()
	page, err := c.HistoryAfter(soon(t), of, 0, 200)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, m := range page.Messages {
		all = append(all, m.Text)
	}
	return all
}

// twoFriends registers alice and bob and makes them friends.
func twoFriends(t *testing.T, p *process) (alice int64, asBob client.Options, bob int64) {
	t.Helper()
	asAlice, alice := account(t, p, "alice")
	asBob, bob = account(t, p, "bob")
	c := login(t, asAlice)
	if _, err := c.AddFriend(soon(t), bob); err != nil {
		t.Fatal(err)
	}
	c.Close()
	return alice, asBob, bob
}

// TestTypedWhileTheServerIsDown: what a person types while there is no server is sent
// once, in order, though both programs are killed meanwhile; and what was said is on
// the screen without a server, and without the password.
func TestTypedWhileTheServerIsDown(t *testing.T) {
	p, state := serve(t, t.TempDir(), unbounded...), filepath.Join(t.TempDir(), "state")
	alice, asBob, _ := twoFriends(t, p)

	k := sit(t, p, state, password)
	k.sees("logged in as alice")
	k.types("/to bob", "one")
	k.sees("now talking to bob", "+ bob 1")
	p.kill()
	k.sees("connection lost", "what you write is kept")
	k.types("two", "three")
	k.sees("… bob: kept")
	waitFor(t, "the second line", func() bool { return strings.Count(k.text(), "bob: kept") == 2 })
	k.kill()

	// Still no server: the conversation is there, and more can be written.
	k = sit(t, p, state, "")
	k.sees("me (terminal) to bob: one", "what you write is kept")
	k.types("/to bob", "four")
	k.sees("… bob: kept")
	k.kill()

	p.restart()
	k = sit(t, p, state, "")
	k.sees("logged in as alice", "+ bob 2", "+ bob 3", "+ bob 4")
	k.types("/to bob", "five")
	k.sees("+ bob 5")
	bob := login(t, asBob)
	want := []string{"one", "two", "three", "four", "five"}
	if got := texts(t, bob, client.Direct(alice)); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("the server has %q, typed were %q", got, want)
	}
	if _, err := bob.Send(soon(t), alice, "all there"); err != nil {
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
	k.types(password)
	k.sees("logged in as alice")
}

// TestPipeKeepsWhatHasNoAck: commands from a pipe do not hang without a server, fail,
// and lose nothing.
func TestPipeKeepsWhatHasNoAck(t *testing.T) {
	p, state := serve(t, t.TempDir(), unbounded...), filepath.Join(t.TempDir(), "state")
	alice, asBob, _ := twoFriends(t, p)
	run := func(commands string, flags ...string) (string, error) {
		cmd := exec.Command(parley(t), append([]string{"chat", "--server", "tcp://" + p.tcp, "--name", "alice", "--state", state}, flags...)...)
		cmd.Stdin = strings.NewReader(commands)
		cmd.Env = append(os.Environ(), "PARLEY_PASSWORD="+password)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := run("/msg bob one\n"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	p.kill()
	out, err := run("/msg bob two\n", "--no-history")
	if err == nil || !strings.Contains(out, "1 messages have no ack; they are kept, and sent at the next start") {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err = run("/msg bob never\n", "--no-state"); err == nil || !strings.Contains(out, "no server listens") {
		t.Fatalf("%v\n%s", err, out)
	}
	p.restart()
	if out, err := run("/msg bob three\n"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want := []string{"one", "two", "three"}
	if got := texts(t, login(t, asBob), client.Direct(alice)); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("the server has %q, sent were %q", got, want)
	}
}

// TestKilledSender kills a sending client twenty times between the moment when its
// messages are queued and the moment when they are acked, and the server now and
// then. What was queued is stored once, in order.
func TestKilledSender(t *testing.T) {
	const rounds = 20
	p, state := serve(t, t.TempDir(), unbounded...), filepath.Join(t.TempDir(), "sender.sqlite")
	alice, asBob, bob := twoFriends(t, p)
	queued := map[string]bool{}
	// The token is there before the kills begin: a password login that is handled only
	// when its program is dead makes the token of the next run worthless, and with it the
	// certainty that nobody else has used the device's numbers.
	sendTheRest(t, p, state)
	for round := range rounds {
		if round%7 == 3 {
			p.kill()
		}
		queueUntilKilled(t, p, state, bob, round, queued)
		if round%7 == 3 {
			p.restart()
		}
	}
	acked := sendTheRest(t, p, state)
	t.Logf("%d queued for sure, %d of them left to the last run", len(queued), acked)
	stored := readAll(t, login(t, asBob), client.Direct(alice)) // fails if anything is there twice
	for text := range queued {
		if stored[text] == 0 {
			t.Errorf("%q was queued, and is lost", text)
		}
	}
	inOrder(t, stored)
	t.Logf("%d kills, %d queued for sure, %d stored", rounds, len(queued), len(stored))
}

// sendTheRest is a last run of the sender that is not killed. It gives the number of
// messages that were left to it.
func sendTheRest(t *testing.T, p *process, state string) int {
	t.Helper()
	store, err := history.Open(state, history.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	o := senderOptions("tcp://"+p.tcp, store)
	acked := 0
	o.OnEvent = func(_ *client.Client, e client.Event) {
		if sent, ok := e.(client.Sent); ok {
			if sent.Err != nil {
				t.Errorf("%q: %v", sent.Text, sent.Err)
			}
			acked++
		}
	}
	last, err := client.New(o)
	if err == nil {
		err = last.Start()
	}
	if err == nil {
		err = last.Flush(soon(t))
	}
	if err != nil {
		t.Fatal(err)
	}
	last.Close()
	return acked
}

// inOrder checks that the messages of each round stand in the order they were queued.
func inOrder(t *testing.T, stored map[string]int64) {
	t.Helper()
	for round := range 20 {
		var before int64
		for n := 0; ; n++ {
			seq, ok := stored[fmt.Sprintf("round %d number %d", round, n)]
			if !ok {
				break
			}
			if seq < before {
				t.Errorf("round %d: number %d stands at %d, the one before at %d", round, n, seq, before)
			}
			before = seq
		}
	}
}

var queuedLine = regexp.MustCompile(`^queued (.*)$`)

// queueUntilKilled runs a sender until a random number of messages is queued, and notes what it says is queued.
func queueUntilKilled(t *testing.T, p *process, state string, to int64, round int, queued map[string]bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "PARLEY_TEST_SENDER=tcp://"+p.tcp, "PARLEY_TEST_STATE="+state,
		fmt.Sprint("PARLEY_TEST_TO=", to), fmt.Sprint("PARLEY_TEST_ROUND=", round))
	engines.EndWithUs(cmd)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// So many are queued before it is killed, anywhere in what it does then.
	left := 1 + rand.IntN(100)
	scan := bufio.NewScanner(out)
	for scan.Scan() {
		m := queuedLine.FindStringSubmatch(scan.Text())
		if m == nil {
			t.Errorf("the sender said %q", scan.Text())
			continue
		}
		queued[m[1]] = true
		if left--; left == 0 {
			_ = cmd.Process.Kill()
		}
	}
	_ = cmd.Wait()
}

func senderOptions(server string, store client.Store) client.Options {
	return client.Options{
		Server: server, Name: "alice", Password: password, Device: "sender", Store: store,
		MinBackoff: time.Millisecond, MaxBackoff: 20 * time.Millisecond, OnEvent: func(*client.Client, client.Event) {},
	}
}

// sender queues messages as fast as it can until it is killed.
func sender() {
	var to int64
	var round int
	_, _ = fmt.Sscan(os.Getenv("PARLEY_TEST_TO"), &to)
	_, _ = fmt.Sscan(os.Getenv("PARLEY_TEST_ROUND"), &round)
	store, err := history.Open(os.Getenv("PARLEY_TEST_STATE"), history.Options{})
	if err != nil {
		fmt.Println("failed:", err)
		return
	}
	c, err := client.New(senderOptions(os.Getenv("PARLEY_TEST_SENDER"), store))
	if err == nil {
		err = c.Start()
	}
	for n := 0; err == nil; n++ {
		text := fmt.Sprintf("round %d number %d", round, n)
		if err = c.Post(client.Direct(to), text, nil); err == nil {
			fmt.Println("queued", text)
		}
		for c.Unacked() > 900 {
			if c.Flush(context.Background()) != nil {
				return
			}
		}
	}
	fmt.Println("failed:", err)
}

// TestKilledReceiver kills a receiving client twenty times while messages come. None is
// left out, and after a death none comes again but the last ones before it, those that
// were shown and not yet kept.
func TestKilledReceiver(t *testing.T) {
	const rounds, unkept = 20, 256
	p, state := serve(t, t.TempDir(), unbounded...), filepath.Join(t.TempDir(), "receiver.sqlite")
	_, _, bob := twoFriends(t, p)
	alice := login(t, senderOptions("tcp://"+p.tcp, nil))
	stop := make(chan struct{})
	var load sync.WaitGroup
	load.Go(func() {
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			default:
			}
			if _, err := alice.Send(soon(t), bob, fmt.Sprint("number ", n)); err != nil {
				t.Errorf("sending: %v", err)
				return
			}
		}
	})
	next, again := int64(1), 0
	for range rounds {
		shown := showUntilKilled(t, p, state, 0)
		next, again = follow(t, shown, next, again, unkept)
	}
	close(stop)
	load.Wait()
	last, err := alice.Send(soon(t), bob, "the last")
	if err != nil {
		t.Fatal(err)
	}
	next, again = follow(t, showUntilKilled(t, p, state, last.Seq), next, again, unkept)
	if next != last.Seq+1 {
		t.Errorf("shown up to %d of %d", next-1, last.Seq)
	}
	t.Logf("%d kills, %d messages, %d of them shown again", rounds, last.Seq, again)
}

// follow checks what one run has shown against where the runs before it have come to.
func follow(t *testing.T, shown []int64, next int64, again, unkept int) (int64, int) {
	t.Helper()
	for i, seq := range shown {
		if i > 0 && seq != shown[i-1]+1 {
			t.Errorf("%d was shown behind %d", seq, shown[i-1])
		}
	}
	if len(shown) == 0 {
		return next, again
	}
	first := shown[0]
	if first > next || next-first > int64(unkept) {
		t.Errorf("a run begins with %d, where %d was due", first, next)
	}
	return max(next, shown[len(shown)-1]+1), again + int(next-first)
}

// showUntilKilled runs a receiver until it has shown a random number of messages, or seq
// last if that is not 0.
func showUntilKilled(t *testing.T, p *process, state string, last int64) (shown []int64) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "PARLEY_TEST_RECEIVER=tcp://"+p.tcp, "PARLEY_TEST_STATE="+state)
	engines.EndWithUs(cmd)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill := func() { _ = cmd.Process.Kill() }
	late := time.AfterFunc(patience, kill)
	defer late.Stop()
	left := 1 + rand.IntN(300)
	scan := bufio.NewScanner(out)
	for scan.Scan() {
		var seq int64
		if _, err := fmt.Sscanf(scan.Text(), "shown %d", &seq); err != nil {
			t.Errorf("the receiver said %q", scan.Text())
			continue
		}
		shown = append(shown, seq)
		left--
		if last == 0 && left == 0 || last != 0 && seq == last {
			kill()
		}
	}
	_ = cmd.Wait()
	return shown
}

// receiver prints what it is shown until it is killed.
func receiver() {
	store, err := history.Open(os.Getenv("PARLEY_TEST_STATE"), history.Options{})
	if err != nil {
		fmt.Println("failed:", err)
		return
	}
	o := senderOptions(os.Getenv("PARLEY_TEST_RECEIVER"), store)
	o.Name, o.Device = "bob", "receiver"
	o.OnMessage = func(_ *client.Client, m *client.Message) { fmt.Println("shown", m.Seq) }
	c, err := client.New(o)
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		fmt.Println("failed:", err)
		return
	}
	<-c.Done()
	fmt.Println("failed:", c.Err())
}
