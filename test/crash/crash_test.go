package crash

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/client"
	"parley/test/testkit"
	"parley/wire"
)

// journal is what a load was promised: the acks.
type journal struct {
	mu    sync.Mutex
	acked map[string]client.Receipt // by text
}

func (j *journal) note(text string, r client.Receipt) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.acked[text] = r
}

// TestKill kills the server twenty times in the middle of a load. What was acked must
// be there after the restart, at the seq that the ack said, once, in a dense order.
func TestKill(t *testing.T) {
	t.Parallel()
	const senders, kills = 8, 20
	p := testkit.Serve(t, t.TempDir(), testkit.Unbounded...)
	creator, _ := testkit.Account(t, p, "creator")
	gid, err := testkit.Login(t, creator).MakeGroup(testkit.Soon(t), client.NewGroup{Name: "everybody", Joining: "open"})
	if err != nil {
		t.Fatal(err)
	}
	j := &journal{acked: map[string]client.Receipt{}}
	var acked atomic.Int64
	loading, stop := context.WithCancel(t.Context())
	var load sync.WaitGroup
	var ids []int64
	var clients []*client.Client
	for i := range senders {
		o, id := testkit.Account(t, p, fmt.Sprintf("sender %d", i))
		c := testkit.Login(t, o)
		if _, err := c.JoinGroup(testkit.Soon(t), gid); err != nil {
			t.Fatal(err)
		}
		ids, clients = append(ids, id), append(clients, c)
	}
	for i, c := range clients {
		load.Go(func() { sendUntil(loading, t, c, i, gid, ids[(i+1)%senders], j, &acked) })
	}
	for range kills {
		testkit.WaitFor(t, "acks between two kills", func() bool { return acked.Swap(0) > 50 })
		// Anywhere in what it does: the moment is the point, so it is drawn.
		time.Sleep(time.Duration(rand.IntN(20)) * time.Millisecond)
		p.Kill()
		p.Restart()
	}
	stop()
	load.Wait()
	logs := map[string]map[string]int64{}
	for i, c := range clients {
		logs[fmt.Sprint(i)] = testkit.ReadAll(t, c, client.Direct(ids[(i+1)%senders]))
	}
	logs["group"] = testkit.ReadAll(t, testkit.Login(t, creator), client.Group(gid))
	stored := map[string]int64{}
	for _, log := range logs {
		for text, seq := range log {
			stored[text] = seq
		}
	}
	for text, r := range j.acked {
		if seq, ok := stored[text]; !ok || seq != r.Seq {
			t.Errorf("%q was acked with seq %d; the log says %d (found: %v)", text, r.Seq, seq, ok)
		}
	}
	t.Logf("%d kills, %d acked, %d stored", kills, len(j.acked), len(stored))
}

// sendUntil keeps 16 messages under way, by turns to a user and to a group.
func sendUntil(ctx context.Context, t *testing.T, c *client.Client, i int, gid, to int64, j *journal, acked *atomic.Int64) {
	slots := make(chan struct{}, 16)
	for n := 0; ctx.Err() == nil; n++ {
		slots <- struct{}{}
		target := client.Direct(to)
		if n%2 == 1 {
			target = client.Group(gid)
		}
		text := fmt.Sprintf("from %d number %d to %v", i, n, target)
		err := c.Post(target, text, func(r client.Receipt, err error) {
			if err != nil {
				t.Errorf("%s: %v", text, err)
			} else {
				j.note(text, r)
				acked.Add(1)
			}
			<-slots
		})
		if err != nil {
			t.Errorf("%s: %v", text, err)
			return
		}
	}
	if err := c.Flush(testkit.Soon(t)); err != nil {
		t.Errorf("sender %d: %v", i, err)
	}
}

// victim logs in as a nameless client and waits to be killed.
func victim(addr string) {
	ctx := context.Background()
	_, err := client.Dial(ctx, client.Options{
		Server: "tcp://" + addr, Name: "nameless", Password: testkit.Password, OnEvent: func(*client.Client, client.Event) {},
	})
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
	fmt.Println("online")
	select {}
}

// TestNobodyLockedOut: after kill -9 of a nameless client, and after kill -9 of the
// server, the account can log in again within 10 s.
func TestNobodyLockedOut(t *testing.T) {
	const within = 10 * time.Second
	p := testkit.Serve(t, t.TempDir(), testkit.Unbounded...)
	o, _ := testkit.Account(t, p, "nameless")
	o.Device = ""
	tryLogin := func() error {
		c, err := client.Dial(testkit.Soon(t), o)
		if err == nil {
			c.Close()
		}
		return err
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "PARLEY_TEST_CLIENT="+p.TCP)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := make([]byte, 64)
	n, _ := out.Read(said)
	if string(said[:n]) != "online\n" {
		t.Fatalf("the client said %q", said[:n])
	}
	if got := client.CodeOf(tryLogin()); got != wire.AlreadyOnline {
		t.Fatalf("a second nameless login got code %d", got)
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	began := time.Now()
	testkit.WaitFor(t, "a login after the client was killed", func() bool { return tryLogin() == nil })
	if took := time.Since(began); took > within {
		t.Errorf("it took %v", took)
	}

	c, err := client.Dial(testkit.Soon(t), o)
	if err != nil {
		t.Fatal(err)
	}
	p.Kill()
	c.Close()
	began = time.Now()
	p.Restart()
	testkit.WaitFor(t, "a login after the server was killed", func() bool { return tryLogin() == nil })
	if took := time.Since(began); took > within {
		t.Errorf("it took %v", took)
	}
}

// TestNamelessRace: of 50 concurrent nameless logins of one account one succeeds.
func TestNamelessRace(t *testing.T) {
	p := testkit.Serve(t, t.TempDir(), "--free-attempts-address", "1000", "--hash-wait", "30s", "--hash-places-per-account", "100")
	o, _ := testkit.Account(t, p, "contended")
	o.Device = ""
	var wins, refused atomic.Int64
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			c, err := client.Dial(testkit.Soon(t), o)
			switch {
			case err == nil:
				wins.Add(1)
				t.Cleanup(c.Close)
			case client.CodeOf(err) == wire.AlreadyOnline:
				refused.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if wins.Load() != 1 || refused.Load() != 49 {
		t.Errorf("%d logins succeeded, %d were told that the account is online", wins.Load(), refused.Load())
	}
}
