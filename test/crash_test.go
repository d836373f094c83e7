package test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/client"
	"parley/wire"
)

const password = "correct horse"

// account registers a user and gives the options to log in as him.
func account(t testing.TB, p *process, name string) (client.Options, int64) {
	t.Helper()
	o := client.Options{
		Server: "tcp://" + p.tcp, Name: name, Password: password, Device: "test",
		MinBackoff: 10 * time.Millisecond, MaxBackoff: 200 * time.Millisecond,
		OnEvent: func(*client.Client, client.Event) {},
	}
	id, err := client.Register(soon(t), o)
	if err != nil {
		t.Fatalf("registering %s: %v\n%s", name, err, p.log.String())
	}
	return o, id
}

func login(t testing.TB, o client.Options) *client.Client {
	t.Helper()
	c, err := client.Dial(soon(t), o)
	if err != nil {
		t.Fatalf("logging in as %s: %v", o.Name, err)
	}
	t.Cleanup(c.Close)
	return c
}

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
	const senders, kills = 8, 20
	p := serve(t, t.TempDir(), unbounded...)
	creator, _ := account(t, p, "creator")
	gid, err := login(t, creator).CreateGroup(soon(t), "everybody", "")
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
		o, id := account(t, p, fmt.Sprintf("sender %d", i))
		c := login(t, o)
		if _, err := c.JoinGroup(soon(t), gid); err != nil {
			t.Fatal(err)
		}
		ids, clients = append(ids, id), append(clients, c)
	}
	for i, c := range clients {
		load.Go(func() { sendUntil(loading, t, c, i, gid, ids[(i+1)%senders], j, &acked) })
	}
	for range kills {
		waitFor(t, "acks between two kills", func() bool { return acked.Swap(0) > 50 })
		// Anywhere in what it does: the moment is the point, so it is drawn.
		time.Sleep(time.Duration(rand.IntN(20)) * time.Millisecond)
		p.kill()
		p.restart()
	}
	stop()
	load.Wait()
	logs := map[string]map[string]int64{}
	for i, c := range clients {
		logs[fmt.Sprint(i)] = readAll(t, c, client.Direct(ids[(i+1)%senders]))
	}
	logs["group"] = readAll(t, login(t, creator), client.Group(gid))
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
	if err := c.Flush(soon(t)); err != nil {
		t.Errorf("sender %d: %v", i, err)
	}
}

// readAll pages a whole conversation and checks that its order is dense and that
// nothing is there twice.
func readAll(t *testing.T, c *client.Client, of client.Conversation) map[string]int64 {
	t.Helper()
	found := map[string]int64{}
	next := int64(0)
	for {
		page, err := c.HistoryAfter(soon(t), of, next, wire.MaxPage)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range page.Messages {
			if m.Seq != next+1 && next != 0 {
				t.Errorf("%v: seq %d follows %d", of, m.Seq, next)
			}
			if before, twice := found[m.Text]; twice {
				t.Errorf("%v: %q stands at %d and at %d", of, m.Text, before, m.Seq)
			}
			next = m.Seq
			found[m.Text] = m.Seq
		}
		if !page.More {
			return found
		}
	}
}

// waitFor waits for a fact that is only to be had by asking.
func waitFor(t testing.TB, what string, fact func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !fact() {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// victim logs in as a nameless client and waits to be killed.
func victim(addr string) {
	ctx := context.Background()
	_, err := client.Dial(ctx, client.Options{
		Server: "tcp://" + addr, Name: "nameless", Password: password, OnEvent: func(*client.Client, client.Event) {},
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
	p := serve(t, t.TempDir(), unbounded...)
	o, _ := account(t, p, "nameless")
	o.Device = ""
	tryLogin := func() error {
		c, err := client.Dial(soon(t), o)
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
	cmd.Env = append(os.Environ(), "PARLEY_TEST_CLIENT="+p.tcp)
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
	waitFor(t, "a login after the client was killed", func() bool { return tryLogin() == nil })
	if took := time.Since(began); took > within {
		t.Errorf("it took %v", took)
	}

	c, err := client.Dial(soon(t), o)
	if err != nil {
		t.Fatal(err)
	}
	p.kill()
	c.Close()
	began = time.Now()
	p.restart()
	waitFor(t, "a login after the server was killed", func() bool { return tryLogin() == nil })
	if took := time.Since(began); took > within {
		t.Errorf("it took %v", took)
	}
}

// TestNamelessRace: of 50 concurrent nameless logins of one account one succeeds.
func TestNamelessRace(t *testing.T) {
	p := serve(t, t.TempDir(), "--free-attempts-address", "1000", "--hash-wait", "30s", "--hash-places-per-account", "100")
	o, _ := account(t, p, "contended")
	o.Device = ""
	var wins, refused atomic.Int64
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			c, err := client.Dial(soon(t), o)
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

// TestFullDisk fills a small file system. What does not fit is refused for now, what
// was acked is there, and when there is room again it goes on without a restart.
func TestFullDisk(t *testing.T) {
	if os.Geteuid() != 0 {
		asRoot(t)
		return
	}
	data := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", data).CombinedOutput(); err != nil {
		t.Fatalf("this test needs the right to mount a tmpfs: %v: %s", err, out)
	}
	t.Cleanup(func() { _ = exec.Command("umount", "-l", data).Run() })
	p := serve(t, filepath.Join(data, "parley"), append([]string{"--disk-reserve", "0"}, unbounded...)...)
	ballast := filepath.Join(data, "ballast")
	a, _ := account(t, p, "alice")
	_, bob := account(t, p, "bob")
	me := login(t, a)
	if _, err := me.Send(soon(t), bob, "the first"); err != nil {
		t.Fatal(err)
	}
	plain := dialPlain(t, p.tcp)
	plain.say(t, `{"msgid":2,"name":"alice","pwd":"%s","device":"other"}`, password)
	if got := plain.await(t, wire.LoginAnswer); got.Erron != wire.OK {
		t.Fatalf("login: code %d", got.Erron)
	}
	fill(t, ballast)

	code := wire.OK
	sent := 0
	for code == wire.OK {
		plain.say(t, `{"msgid":4,"to":%d,"msg":"%01000d"}`, bob, sent)
		code = plain.ack(t, wire.Chat)
		if sent++; sent > 10_000 {
			t.Fatal("the disk does not get full")
		}
	}
	if code != wire.StoreFull || !code.Retry() {
		t.Errorf("a full disk is told as code %d (%s)", code, code.Text())
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	// The SDK goes on trying by itself.
	if _, err := me.Send(soon(t), bob, "the last"); err != nil {
		t.Fatalf("after there was room again: %v", err)
	}
	got := readAll(t, me, client.Direct(bob))
	if acked := sent - 1 + 2; len(got) != acked { // the last one sent plainly was refused
		t.Errorf("%d messages are there; %d were acked", len(got), acked)
	}
}

// asRoot runs the calling test in a process that may mount: root in namespaces of its own.
func asRoot(t *testing.T) {
	t.Helper()
	cmd := exec.Command("unshare", "--user", "--map-root-user", "--mount", os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), binaryEnv+"="+parley(t))
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Fatalf("the test in a namespace of its own (unshare, of util-linux, or run this as root): %v", err)
	}
}

// fill writes until nothing more fits.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for size := 64 << 10; size >= 1; {
		if _, err := f.Write(make([]byte, size)); err != nil {
			size /= 2
		}
	}
}
