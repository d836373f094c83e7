package versions

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"parley/client"
	"parley/test/mirror"
	"parley/test/testkit"
	"parley/wire"
)

// beforeChanges is a version whose programs know neither changes of messages nor roles, and whose
// nodes do not write how much they know.
const beforeChanges = "06234f2cbe0781ee080be80498fb9fcda913fdc6"

// before is the version before this one: the newest tag, or beforeChanges where there is none.
func before(t *testing.T) string {
	t.Helper()
	for _, from := range []string{"HEAD^", "HEAD"} { // a tag on HEAD is this version
		if out, err := exec.Command("git", "describe", "--tags", "--abbrev=0", from).Output(); err == nil {
			return testkit.OlderProgram(t, strings.TrimSpace(string(out)))
		}
	}
	return testkit.OlderProgram(t, beforeChanges)
}

// run runs a program on a server to its end, and returns what it prints.
func run(t *testing.T, program, stdin string, p *testkit.Process, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(testkit.Soon(t), program, append(args, "--server", "tcp://"+p.TCP)...)
	cmd.Env = append(os.Environ(), "PARLEY_PASSWORD="+testkit.Password)
	cmd.Stdin = strings.NewReader(stdin)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s", args, err, complaints.String())
	}
	return string(out)
}

// works has a program's SDK and line client work with a server: a load that accounts for every
// message, and texts that are sent and printed.
func works(t *testing.T, program string, p *testkit.Process) {
	t.Helper()
	for _, workload := range []string{"direct", "group"} {
		var report struct {
			Acked, Lost, Duplicated, Misordered int64
		}
		out := run(t, program, "", p, "bench", "--workload", workload, "--users", "8", "--rate", "300", "--duration", "1s", "--verify", "--json")
		if err := json.Unmarshal([]byte(out), &report); err != nil || report.Acked == 0 || report.Lost+report.Duplicated+report.Misordered != 0 {
			t.Errorf("%s: %v: %s", workload, err, out)
		}
	}
	eve, err := client.Register(testkit.Soon(t), client.Options{Server: "tcp://" + p.TCP, Name: "eve", Password: testkit.Password})
	if err != nil {
		t.Fatal(err)
	}
	run(t, program, "sent by the line client\n", p, "send", "--name", "dave", "--register", "--to", fmt.Sprint(eve))
	if got := run(t, program, "", p, "tail", "--name", "eve", "-n", "1"); !strings.HasSuffix(got, " dave: sent by the line client\n") {
		t.Errorf("the line client prints %q", got)
	}
}

// mirrorOf logs in a client that knows changes as a new device.
func mirrorOf(t *testing.T, p *testkit.Process, user int64, device string) *mirror.Mirror {
	t.Helper()
	m := mirror.Start(mirror.Options{
		User: user, Password: testkit.Password, Device: device, Rand: rand.New(rand.NewPCG(1, 2)), Silence: time.Minute,
		Dial:  func(ctx context.Context) (net.Conn, error) { return new(net.Dialer).DialContext(ctx, "tcp", p.TCP) },
		Fault: t.Errorf,
	})
	t.Cleanup(m.Close)
	return m
}

// makes has a change made, and returns its outcome.
func makes(t *testing.T, m *mirror.Mirror, e *mirror.Entry) error {
	t.Helper()
	m.Post(e)
	until(t, "a change has no answer", func() bool { return m.Open() == 0 })
	return e.Err
}

func until(t *testing.T, why string, ok func() bool) {
	t.Helper()
	for began := time.Now(); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > testkit.Patience {
			t.Fatal(why)
		}
	}
}

// TestOlderClients: the SDK and the line client of the version before work with this server, and
// show messages as they are now where others have changed them.
func TestOlderClients(t *testing.T) {
	t.Parallel()
	older := before(t)
	p := testkit.Serve(t, t.TempDir(), testkit.Wide...)
	works(t, older, p)
	_, alice := testkit.Account(t, p, "alice")
	_, bob := testkit.Account(t, p, "bob")
	for _, text := range []string{"stays", "is edited", "is recalled", "gets a reaction"} {
		run(t, older, text+"\n", p, "send", "--name", "alice", "--to", fmt.Sprint(bob))
	}
	m := mirrorOf(t, p, alice, "new")
	to := client.Direct(bob)
	for _, e := range []*mirror.Entry{
		{Name: to, Seq: 2, Op: "edit", Text: "was edited"}, {Name: to, Seq: 3, Op: "recall"}, {Name: to, Seq: 4, Op: "react", Emoji: "👍"},
	} {
		if err := makes(t, m, e); err != nil {
			t.Fatalf("%s: %v", e.Op, err)
		}
	}
	lines := strings.Split(strings.TrimSpace(run(t, older, "", p, "tail", "--name", "bob", "-n", "4")), "\n")
	for i, want := range []string{" alice: stays", " alice: was edited", " alice:", " alice: gets a reaction"} {
		if i >= len(lines) || !strings.HasSuffix(strings.TrimRight(lines[i], " "), want) {
			t.Fatalf("the older line client prints %q", lines)
		}
	}
}

// TestOlderServer: the SDK and the line client of this tree work with a server of the version
// before, which refuses changes and says so.
func TestOlderServer(t *testing.T) {
	t.Parallel()
	p := testkit.ServeAs(t, testkit.OlderProgram(t, beforeChanges), t.TempDir(), testkit.Wide...)
	works(t, testkit.Program(t), p)
	o, _ := testkit.Account(t, p, "alice")
	_, bob := testkit.Account(t, p, "bob")
	alice := testkit.Login(t, o)
	r, err := alice.Send(testkit.Soon(t), bob, "hello")
	if err != nil || r.Seq != 1 {
		t.Fatalf("a message is stored as %d, %v", r.Seq, err)
	}
	page, err := alice.HistoryAfter(testkit.Soon(t), client.Direct(bob), 0, 10)
	if err != nil || len(page.Messages) != 1 || page.Messages[0].Text != "hello" {
		t.Errorf("history is %+v, %v", page, err)
	}
	gid, err := alice.CreateGroup(testkit.Soon(t), "team", "")
	if err != nil {
		t.Fatal(err)
	}
	name := "team two"
	if err := alice.UpdateGroup(testkit.Soon(t), gid, client.GroupUpdate{Name: &name}); client.CodeOf(err) != wire.UnknownMsgid {
		t.Errorf("what the older server does not know is answered with %v", err)
	}
	if _, err := alice.SendGroup(testkit.Soon(t), gid, "still here"); err != nil {
		t.Error(err)
	}
}

// TestOlderNode: beside a node of the version before, which would let everybody pass by, rules about
// who may join and post are refused; when it is gone, they are taken. Messages go both ways.
func TestOlderNode(t *testing.T) {
	t.Parallel()
	older := testkit.OlderProgram(t, beforeChanges)
	for kind := range testkit.Kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			c := testkit.NewEngines(t, kind, testkit.Unsynced)
			db, bus := c.Ways(0)
			flags := append([]string{"--db", db, "--bus", bus}, testkit.Wide...)
			old := testkit.ServeAs(t, older, t.TempDir(), append(flags, "--node-name", "old")...)
			p := testkit.Serve(t, t.TempDir(), append(flags, "--node-name", "new")...)
			bobs, bob := testkit.Account(t, old, "bob")
			shown := make(chan *client.Message, 10)
			bobs.OnMessage = func(_ *client.Client, m *client.Message) { shown <- m }
			there := testkit.Login(t, bobs)
			alices, alice := testkit.Account(t, p, "alice")
			here := testkit.Login(t, alices)
			chatAcross(t, here, there, shown)
			held(t, here, func(err error) bool { return client.CodeOf(err) == wire.OlderNode })

			// What is changed here is not told there, and a recalled text is gone there as well.
			m := mirrorOf(t, p, alice, "new")
			if err := makes(t, m, &mirror.Entry{Name: client.Direct(bob), Seq: 1, Op: "recall"}); err != nil {
				t.Fatal(err)
			}
			page, err := there.HistoryAfter(testkit.Soon(t), client.Direct(alice), 0, 1)
			if err != nil || len(page.Messages) != 1 || page.Messages[0].Text != "" {
				t.Errorf("the older node shows %+v, %v", page, err)
			}
			chatAcross(t, here, there, shown)

			if err := old.Cmd.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
			<-old.Done
			held(t, here, func(err error) bool { return err == nil })
		})
	}
}

// held asks for rules that an older node would not keep, until the answer is as wanted: the nodes
// look at each other from time to time.
func held(t *testing.T, c *client.Client, wanted func(error) bool) {
	t.Helper()
	gid, err := c.MakeGroup(testkit.Soon(t), client.NewGroup{Name: "rules", Joining: "open"})
	if err != nil {
		t.Fatal(err)
	}
	invite, admins := "invite", "admins"
	for _, u := range []client.GroupUpdate{{Joining: &invite}, {Posting: &admins}} {
		var err error
		for began := time.Now(); ; time.Sleep(50 * time.Millisecond) {
			if err = c.UpdateGroup(testkit.Soon(t), gid, u); wanted(err) {
				break
			}
			if time.Since(began) > testkit.Patience {
				t.Fatalf("a rule is answered with %v", err)
			}
		}
	}
}

// chatAcross sends a message each way.
func chatAcross(t *testing.T, here, there *client.Client, shown chan *client.Message) {
	t.Helper()
	if _, err := here.Send(testkit.Soon(t), there.Self().ID, "from the new node"); err != nil {
		t.Fatal(err)
	}
	if _, err := there.Send(testkit.Soon(t), here.Self().ID, "from the old node"); err != nil {
		t.Fatal(err)
	}
	for { // one's own messages are shown as well
		select {
		case m := <-shown:
			if !m.Mine {
				if m.Text != "from the new node" {
					t.Errorf("shown is %q", m.Text)
				}
				return
			}
		case <-time.After(testkit.Patience):
			t.Fatal("a message does not reach the older node's client")
		}
	}
}
