package moving

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/client"
	"parley/internal/bench"
	"parley/internal/engines"
	"parley/test/faultproxy"
	"parley/test/testkit"
)

// moveKills is how often a move is killed in each direction.
var moveKills = flag.Int("moving.kills", 8, "how often a move is killed in each direction, before it may end")

// TestBackupAndRestore takes a copy from under a server that stores messages, goes on,
// and puts the copy in place: every message acked before the copy is there, and a client
// that saw more starts anew where the server is.
func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	p := testkit.Serve(t, data)
	o, id := testkit.Account(t, p, "writer")
	events, shown := make(chan client.Event, 10_000), make(chan *client.Message, 100_000)
	writer := &testkit.Onlooker{ID: id, Events: events, Options: o}
	o.OnEvent = func(_ *client.Client, e client.Event) { events <- e }
	o.OnMessage = func(_ *client.Client, m *client.Message) { shown <- m }
	writer.Client = testkit.Login(t, o)
	gid, err := writer.Client.CreateGroup(testkit.Soon(t), "log", "")
	if err != nil {
		t.Fatal(err)
	}
	var acked atomic.Int64
	var writing sync.WaitGroup
	stop := make(chan struct{})
	for range 16 {
		writing.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if _, err := writer.Client.SendGroup(testkit.Soon(t), gid, strings.Repeat("x", 500)); err != nil {
					t.Error(err)
					return
				}
				acked.Add(1)
			}
		})
	}
	for acked.Load() < 500 {
		time.Sleep(time.Millisecond) // until there is something to copy
	}
	before := acked.Load()
	copied := filepath.Join(t.TempDir(), "copy.db")
	if out, err := testkit.Command(t, "backup", "--data", data, "--to", copied); err != nil || !strings.Contains(out, "checked, 1 users, 1 conversations") {
		t.Fatalf("%s %v", out, err)
	}
	for after := acked.Load(); acked.Load() < after+100; {
		time.Sleep(time.Millisecond) // what comes after the copy will be gone
	}
	close(stop)
	writing.Wait()
	if out, err := testkit.Command(t, "backup", "--data", data, "--to", copied); err == nil || !strings.Contains(out, "--force") {
		t.Errorf("a copy is overwritten: %s", out)
	}
	if out, err := testkit.Command(t, "restore", "--data", data, "--from", copied); err == nil || !strings.Contains(out, "another parley server") {
		t.Errorf("restored under a running server: %s", out)
	}
	p.Kill()
	if out, err := testkit.Command(t, "restore", "--data", data, "--from", copied); err != nil || !strings.Contains(out, "what was there is kept as") {
		t.Fatalf("%s %v", out, err)
	}
	p.Restart()
	writer.Event(t, "the restore", func(e client.Event) bool { c, ok := e.(client.Connected); return ok && c.NewLog })
	r, err := writer.Client.SendGroup(testkit.Soon(t), gid, "after the restore")
	if err != nil {
		t.Fatal(err)
	}
	if r.Seq <= before || r.Seq > acked.Load()-100 {
		t.Errorf("seq %d after a copy with %d messages or more, of %d", r.Seq, before, acked.Load())
	}
	deadline := time.After(testkit.Patience)
	for {
		select {
		case m := <-shown:
			if m.Text == "after the restore" {
				return
			}
		case <-deadline:
			t.Fatal("the message sent after the restore is never shown")
		}
	}
}

// TestMigrateIsKilledAgainAndAgain moves a database to each kind of server, and back, while
// the command is killed again and again, and looks at the proof of the last one.
func TestMigrateIsKilledAgainAndAgain(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	p := testkit.Serve(t, data)
	stored := int64(0)
	for stored < 20_000 { // some hundred pieces to be copied
		rep, err := bench.Run(t.Context(), testkit.BenchOf(p, bench.Options{Workload: bench.Group, Users: 12, GroupSize: 4, Window: 64, Size: movedSize, Duration: time.Second}))
		testkit.MustBeClean(t, rep, err)
		if stored += rep.Stored; t.Failed() {
			return
		}
	}
	from := "sqlite://" + filepath.Join(data, "parley.db")
	if out, err := testkit.Command(t, "migrate", "--from", from, "--to", "sqlite://"+filepath.Join(t.TempDir(), "x.db")); err == nil || !strings.Contains(out, "another program has it open") {
		t.Errorf("moved from under a running server: %s", out)
	}
	p.Kill()
	for kind, start := range testkit.Kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			from := "sqlite://" + copyOf(t, filepath.Join(data, "parley.db"))
			db, err := start(context.Background(), engines.Options{Dir: filepath.Join(t.TempDir(), "db"), Unsynced: true})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(db.Stop)
			url, err := db.Create(t.Context(), "parley")
			if err != nil {
				t.Fatal(err)
			}
			way, err := faultproxy.New(db.Addr())
			if err != nil {
				t.Fatal(err)
			}
			defer way.Close()
			through := strings.Replace(url, db.Addr(), way.Addr(), 1)
			there := filepath.Join(t.TempDir(), "back.db")
			out := movedThroughKills(t, way, stored, from, through)
			back := movedThroughKills(t, way, stored, through, "sqlite://"+there)
			if out != back {
				t.Errorf("what came back is not what went:\n%s\n%s", out, back)
			}
			node := testkit.Serve(t, t.TempDir(), "--db", url)
			rep, err := bench.Run(t.Context(), testkit.BenchOf(node, bench.Options{Users: 4}))
			testkit.MustBeClean(t, rep, err)
			if out, err := testkit.Command(t, "migrate", "--from", url, "--to", "sqlite://"+filepath.Join(t.TempDir(), "x.db")); err == nil || !strings.Contains(out, "is running on the source") {
				t.Errorf("moved from under a running node: %s", out)
			}
		})
	}
}

// copyOf copies an embedded database that nobody uses, with its log: a move has it alone.
func copyOf(t *testing.T, path string) string {
	t.Helper()
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) == 0 {
		t.Fatalf("there is no %s: %v", path, err)
	}
	dir := t.TempDir()
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, filepath.Base(f)), b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, filepath.Base(path))
}

// movedSize is how long each message is that is moved.
const movedSize = 80

// movedThroughKills kills the move again and again, each time when so many bytes have gone to the
// database server and come from it as is drawn, and then lets it end. It returns the proof.
func movedThroughKills(t *testing.T, way *faultproxy.Proxy, messages int64, from, to string) (proof string) {
	t.Helper()
	kills := *moveKills
	// All texts cross over twice, when they are copied and when they are compared: so few
	// at a time that no run comes to its end before it is killed.
	most := 2 * int(messages) * movedSize / max(1, kills)
	out := ""
	for killed := 0; killed <= kills; killed++ {
		var said bytes.Buffer
		cmd := exec.Command(testkit.Program(t), "migrate", "--from", from, "--to", to)
		cmd.Stdout, cmd.Stderr = &said, &said
		var reached <-chan struct{}
		if killed < kills {
			reached = way.StallAfter(1 + rand.N(most))
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() { done <- cmd.Wait() }()
		select {
		case err := <-done:
			if err != nil || killed < kills {
				t.Fatalf("it ended after %d kills of %d: %v\n%s", killed, kills, err, said.String())
			}
			out = said.String()
		case <-reached:
			_ = cmd.Process.Kill()
			<-done
			if killed%2 == 0 {
				way.Reset() // what was under way is lost, and else it still comes
			}
			way.Heal()
		case <-time.After(2 * testkit.Patience):
			_ = cmd.Process.Kill()
			<-done
			t.Fatalf("after %d kills it comes to no end: %s", killed, said.String())
		}
	}
	t.Logf("killed %d times\n%s", kills, out)
	tables := 0
	for line := range strings.Lines(out) {
		f := strings.Fields(line)
		if len(f) != 6 || len(f[3]) != 24 { // it says nothing of a table
			continue
		}
		tables++
		if f[5] == "equal" && f[1] == f[2] && f[3] == f[4] {
			proof += fmt.Sprintln(f[0], f[1], f[3])
		}
	}
	if n := strings.Count(proof, "\n"); n != tables || n < 22 {
		t.Errorf("%d tables of %d are proven:\n%s", n, tables, out)
	}
	return proof
}
