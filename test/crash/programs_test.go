package crash

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	"parley/client"
	"parley/client/history"
	"parley/internal/engines"
	"parley/test/testkit"
)

// TestKilledSender kills a sending client twenty times between the moment when its
// messages are queued and the moment when they are acked, and the server now and
// then. What was queued is stored once, in order.
func TestKilledSender(t *testing.T) {
	t.Parallel()
	const rounds = 20
	p, state := testkit.Serve(t, t.TempDir(), testkit.Unbounded...), filepath.Join(t.TempDir(), "sender.sqlite")
	alice, asBob, bob := testkit.TwoFriends(t, p)
	queued := map[string]bool{}
	// The token is there before the kills begin: a password login that is handled only
	// when its program is dead makes the token of the next run worthless, and with it the
	// certainty that nobody else has used the device's numbers.
	sendTheRest(t, p, state)
	for round := range rounds {
		if round%7 == 3 {
			p.Kill()
		}
		queueUntilKilled(t, p, state, bob, round, queued)
		if round%7 == 3 {
			p.Restart()
		}
	}
	acked := sendTheRest(t, p, state)
	t.Logf("%d queued for sure, %d of them left to the last run", len(queued), acked)
	stored := testkit.ReadAll(t, testkit.Login(t, asBob), client.Direct(alice)) // fails if anything is there twice
	for text := range queued {
		if stored[text] == 0 {
			t.Errorf("%q was queued, and is lost", text)
		}
	}
	inOrder(t, stored)
	t.Logf("%d kills, %d queued for sure, %d stored", rounds, len(queued), len(stored))
}

// sendTheRest is a last run of the sender that is not killed. It returns the number of
// messages that were left to it.
func sendTheRest(t *testing.T, p *testkit.Process, state string) int {
	t.Helper()
	store, err := history.Open(state, history.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	o := senderOptions("tcp://"+p.TCP, store)
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
		err = last.Flush(testkit.Soon(t))
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
func queueUntilKilled(t *testing.T, p *testkit.Process, state string, to int64, round int, queued map[string]bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "PARLEY_TEST_SENDER=tcp://"+p.TCP, "PARLEY_TEST_STATE="+state,
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
		Server: server, Name: "alice", Password: testkit.Password, Device: "sender", Store: store,
		MinBackoff: time.Millisecond, MaxBackoff: 20 * time.Millisecond, OnEvent: func(*client.Client, client.Event) {},
	}
}

// sender queues messages as fast as it can until it is killed.
func sender(server string) {
	var to int64
	var round int
	_, _ = fmt.Sscan(os.Getenv("PARLEY_TEST_TO"), &to)
	_, _ = fmt.Sscan(os.Getenv("PARLEY_TEST_ROUND"), &round)
	store, err := history.Open(os.Getenv("PARLEY_TEST_STATE"), history.Options{})
	if err != nil {
		fmt.Println("failed:", err)
		return
	}
	c, err := client.New(senderOptions(server, store))
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
	t.Parallel()
	const rounds, unkept = 20, 256
	p, state := testkit.Serve(t, t.TempDir(), testkit.Unbounded...), filepath.Join(t.TempDir(), "receiver.sqlite")
	_, _, bob := testkit.TwoFriends(t, p)
	alice := testkit.Login(t, senderOptions("tcp://"+p.TCP, nil))
	stop := make(chan struct{})
	var load sync.WaitGroup
	load.Go(func() {
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			default:
			}
			if _, err := alice.Send(testkit.Soon(t), bob, fmt.Sprint("number ", n)); err != nil {
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
	last, err := alice.Send(testkit.Soon(t), bob, "the last")
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
func showUntilKilled(t *testing.T, p *testkit.Process, state string, last int64) (shown []int64) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "PARLEY_TEST_RECEIVER=tcp://"+p.TCP, "PARLEY_TEST_STATE="+state)
	engines.EndWithUs(cmd)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill := func() { _ = cmd.Process.Kill() }
	late := time.AfterFunc(testkit.Patience, kill)
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
func receiver(server string) {
	store, err := history.Open(os.Getenv("PARLEY_TEST_STATE"), history.Options{})
	if err != nil {
		fmt.Println("failed:", err)
		return
	}
	o := senderOptions(server, store)
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
