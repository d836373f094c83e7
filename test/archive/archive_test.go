package archive

import (
	"context"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/client"
	"parley/test/testkit"
	"parley/wire"
)

var (
	archiveMessages = flag.Int("archive.messages", 20_000, "how many messages TestArchive archives, 1,000 to a conversation")
	archiveKills    = flag.Int("archive.kills", 4, "how often TestArchivingIsKilled kills a run")
)

// probed is how long a probe measures, before and during the archiving, at least.
const probed = 800 * time.Millisecond

// archive runs `parley archive` on a server.
func archive(t testing.TB, p *testkit.Process, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*testkit.Patience) // a million take a while
	defer cancel()
	out, err := exec.CommandContext(ctx, testkit.Program(t), append([]string{"archive", args[0], "--data", p.Args[1]}, args[1:]...)...).CombinedOutput()
	return string(out), err
}

func mustArchive(t testing.TB, p *testkit.Process, args ...string) string {
	t.Helper()
	out, err := archive(t, p, args...)
	if err != nil {
		t.Fatalf("archive %v: %v\n%s", args, err, out)
	}
	return out
}

// TestArchive: messages are archived while they are read, by history and by devices that
// catch up across the seam: every conversation is what was said, message by message, on
// three databases. The embedded one gets smaller.
func TestArchive(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, flags ...string) {
		data := t.TempDir()
		where := filepath.Join(t.TempDir(), "archive")
		p := testkit.Serve(t, data, append(append(slices.Clone(testkit.Wide), "--archive-to", "file://"+where), flags...)...)
		length := 1000
		c := converse(t, p, max(20, *archiveMessages/length), min(length, *archiveMessages/20))
		before := fileSize(t, data)
		pr := &testkit.Probe{Sent: map[string]time.Time{}}
		stop := make(chan struct{})
		var probing sync.WaitGroup
		probing.Go(func() {
			pr.Run(t, client.Options{Server: "tcp://" + p.TCP, Password: testkit.Password, Device: "d"}, stop)
		})
		testkit.WaitFor(t, "the probe's first messages", func() bool { return len(pr.Take()) > 0 })
		time.Sleep(2 * probed) // the measured time
		quiet := pr.Take()

		began := time.Now()
		running := make(chan string)
		go func() {
			out, err := archive(t, p, "run", "--older-than", "0s")
			if err != nil {
				t.Errorf("%v: %s", err, out)
			}
			running <- out
		}()
		time.Sleep(2 * probed) // the measured time
		moving := pr.Take()
		c.catchUp(len(c.users) - 1)
		c.all()
		said := <-running
		took := time.Since(began)
		busy := pr.Take()
		close(stop)
		probing.Wait()
		c.all()
		c.catchUp(len(c.users) / 2)
		mustArchive(t, p, "verify")

		moved, size := archived(t, p)
		total := len(c.pairs) * c.length
		if moved < int64(total-len(c.pairs)) {
			t.Errorf("%d messages of %d are archived", moved, total)
		}
		t.Logf("%s", strings.TrimSpace(said))
		t.Logf("%d messages in %v beside the reading of all of them, %.1f bytes each in segments", moved, took.Round(time.Second), float64(size)/float64(moved))
		t.Logf("a message quiet p50 %v p99 %v, while archiving p50 %v p99 %v, while archiving and reading everything p50 %v p99 %v",
			testkit.Quantile(quiet, 0.5), testkit.Quantile(quiet, 0.99), testkit.Quantile(moving, 0.5), testkit.Quantile(moving, 0.99), testkit.Quantile(busy, 0.5), testkit.Quantile(busy, 0.99))
		if len(flags) == 0 {
			after := fileSize(t, data)
			t.Logf("the database file: %.1f MB before, %.1f MB after", float64(before)/1e6, float64(after)/1e6)
			if after >= before {
				t.Errorf("the database file has %d bytes, before %d", after, before)
			}
		}
	})
}

// archived returns how many messages are in segments, and their bytes.
func archived(t testing.TB, p *testkit.Process) (messages, size int64) {
	t.Helper()
	for line := range strings.Lines(mustArchive(t, p, "list", "--json")) {
		var held struct{ Messages, Bytes int64 }
		if err := json.Unmarshal([]byte(line), &held); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		messages += held.Messages
		size += held.Bytes
	}
	return messages, size
}

// fileSize is how large the embedded database's file is with its log folded in, as a copy
// shows; 0 for other databases.
func fileSize(t testing.TB, data string) int64 {
	t.Helper()
	if _, err := os.Stat(filepath.Join(data, "parley.db")); err != nil {
		return 0
	}
	copied := filepath.Join(t.TempDir(), "copy.db")
	if out, err := testkit.Command(t, "backup", "--data", data, "--to", copied); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	info, err := os.Stat(copied)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// TestArchivingIsKilled: a run is killed with its server at moments of all kinds. Nothing
// is lost or doubled, and the next run goes on where it was.
func TestArchivingIsKilled(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, flags ...string) {
		data := t.TempDir()
		where := filepath.Join(t.TempDir(), "archive")
		p := testkit.Serve(t, data, append(append(slices.Clone(testkit.Wide), "--archive-to", "file://"+where, "--archive-rate", "8000"), flags...)...)
		c := converse(t, p, 40, 125*max(4, *archiveKills)/4)
		for kill := range *archiveKills {
			killArchiving(t, p, kill, where, int64(len(c.pairs)*c.length))
			p.Restart()
			if kill%3 == 2 {
				c.all()
			}
		}
		if moved, _ := archived(t, p); moved == 0 {
			t.Error("every run was killed before it did anything")
		}
		testkit.WaitFor(t, "the last run", func() bool { // the killed node may have to be buried first
			out, err := archive(t, p, "run", "--older-than", "0s")
			if err != nil && !strings.Contains(out, "is archiving") {
				t.Fatalf("%v: %s", err, out)
			}
			return err == nil
		})
		c.all()
		if moved, _ := archived(t, p); moved != int64(len(c.pairs)*(c.length-1)) {
			t.Errorf("%d messages are archived of %d", moved, len(c.pairs)*(c.length-1))
		}
		mustArchive(t, p, "verify")
		if len(flags) == 0 {
			if out, err := testkit.Command(t, "backup", "--data", data, "--to", t.TempDir()); err != nil {
				t.Errorf("the database is not whole: %v %s", err, out)
			}
		}
	})
}

// killArchiving begins a run and kills the server when the run has come to a step that is
// drawn: a segment is being written, or so many messages of the rest are moved. A run that
// is refused because the killed node still counts as archiving is begun again.
func killArchiving(t *testing.T, p *testkit.Process, kill int, where string, all int64) {
	t.Helper()
	moved, _ := archived(t, p)
	before := files(where)
	wanted := float64(1 + rand.N(max(1, (all-moved)/2)))
	reached := func() bool {
		if kill%4 == 0 {
			return files(where) > before || p.Metric(t, "parley_archived_total") > 0
		}
		return p.Metric(t, "parley_archived_total") >= wanted
	}
	for began := time.Now(); ; {
		ended := make(chan string, 1)
		go func() {
			out, _ := archive(t, p, "run", "--older-than", "0s") // the server goes away under it
			ended <- out
		}()
		refused := false
		for !refused && !reached() {
			select {
			case out := <-ended:
				ended <- out
				refused = strings.Contains(out, "is archiving")
				if !refused { // all is moved
					p.Kill()
					return
				}
			case <-time.After(time.Millisecond):
			}
			if time.Since(began) > testkit.Patience {
				t.Fatalf("a run comes to no end: %s", p.Log.String())
			}
		}
		if !refused {
			p.Kill()
			<-ended
			return
		}
		<-ended
	}
}

// files counts the files below a folder, whole ones and those that are being written.
func files(dir string) (n int) {
	_ = filepath.WalkDir(dir, func(_ string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return nil
	})
	return n
}

// TestDamagedArchive: a damaged segment is told to who asks for what is in it, and to the
// operator; new messages, and all others, are not held up by it, and devices that catch up
// go on behind it. What is mended is there again.
func TestDamagedArchive(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	where := filepath.Join(t.TempDir(), "archive")
	p := testkit.Serve(t, data, append(slices.Clone(testkit.Wide), "--archive-to", "file://"+where)...)
	c := converse(t, p, 3, 300)
	mustArchive(t, p, "run", "--older-than", "0s")
	var file string
	_ = filepath.WalkDir(where, func(path string, d os.DirEntry, _ error) error {
		if !d.IsDir() {
			file = path
		}
		return nil
	})
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	bad := slices.Clone(whole)
	bad[len(bad)/3] ^= 4
	if err := os.WriteFile(file, bad, 0o600); err != nil {
		t.Fatal(err)
	}
	q := testkit.DialPlain(t, p.TCP)
	q.Say(t, `{"msgid":2,"id":2,"pwd":"%s","device":"reader"}`, testkit.Password)
	q.Await(t, wire.LoginAnswer)
	q.Say(t, `{"msgid":19,"with":1,"after":0}`)
	if page := page(t, q); page.Erron != wire.Archived || !strings.Contains(page.Errinfo, "tell the operator") {
		t.Errorf("history in a damaged segment is answered with %+v", page)
	}
	// The same device catches up: the last message is in the database, and what is said now
	// comes too.
	q.Say(t, `{"msgid":4,"to":1,"msg":"still here?"}`)
	if f := q.Await(t, wire.Ack); f.Erron != wire.OK || f.Seq != 301 {
		t.Errorf("a new message is answered with %+v", f)
	}
	if f := q.Await(t, wire.Chat); f.Seq < 300 {
		t.Errorf("got message %d", f.Seq)
	}
	testkit.WaitFor(t, "readyz to say so", func() bool {
		status, reasons := p.Readyz()
		return status == 200 && slices.ContainsFunc(reasons, func(r string) bool { return strings.Contains(r, "archive") })
	})
	if out, err := archive(t, p, "verify"); err == nil || !strings.Contains(out, "damaged") {
		t.Errorf("verify: %v %s", err, out)
	}
	if p.Metric(t, "parley_cold_read_failures_total") == 0 {
		t.Error("the metric is 0")
	}
	if err := os.WriteFile(file, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	mustArchive(t, p, "verify")
	q.Say(t, `{"msgid":19,"with":1,"after":0,"limit":200}`)
	if page := page(t, q); page.Erron != wire.OK || len(page.Messages) != 200 || page.Messages[7].Msg != textOf(0, 7) {
		t.Errorf("after it was mended: %+v", page.Erron)
	}
	if _, reasons := p.Readyz(); len(reasons) != 0 {
		t.Errorf("readyz says %v", reasons)
	}
	var export strings.Builder
	export.WriteString(mustArchive(t, p, "export", "--user", "user 1"))
	if n := strings.Count(export.String(), "\n"); n != 601 || !strings.Contains(export.String(), `"text":"still here?"`) {
		t.Errorf("%d lines of user 1 are exported", n)
	}
	// Without a server, on the database itself.
	p.Kill()
	if out, err := archive(t, p, "restore", "--conversation", "1", "--archive-to", "file://"+where); err != nil || !strings.Contains(out, "299 messages") {
		t.Errorf("restore without a server: %v %s", err, out)
	}
	p.Restart()
	c.length = 300
	reader := testkit.DialPlain(t, p.TCP)
	reader.Say(t, `{"msgid":2,"id":3,"pwd":"%s","device":"x"}`, testkit.Password)
	c.history(reader, 1)
}
