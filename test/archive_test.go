package test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
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
	"parley/internal/engines"
	"parley/wire"
)

var (
	archiveMessages = flag.Int("archive.messages", 20_000, "how many messages TestArchive archives, 1,000 to a conversation")
	archiveKills    = flag.Int("archive.kills", 4, "how often TestArchivingIsKilled kills a run")
)

// chatter is many conversations with known texts.
type chatter struct {
	t      testing.TB
	p      *process
	users  []client.Options // with a token-less login each; user i has the id i+1
	pairs  [][2]int         // who speaks, to whom
	length int
}

// words are what people say, more or less.
var archiveWords = strings.Fields("the a we you they have is it that of to and in on for with this was not are but all there when can said will one about what out if so would more them see time up who like now could than other how then its our some these come only over think also back after use two way even new want because any give day most us")

// textOf is what was said as the n-th of a conversation.
func textOf(pair, n int) string {
	r := rand.New(rand.NewPCG(uint64(pair), uint64(n)))
	var b strings.Builder
	fmt.Fprintf(&b, "%d.%d", pair, n)
	for range 3 + r.IntN(16) {
		b.WriteByte(' ')
		b.WriteString(archiveWords[r.IntN(len(archiveWords))])
	}
	return b.String()
}

// converse makes conversations and says so many messages in each.
func converse(t testing.TB, p *process, conversations, length int) *chatter {
	t.Helper()
	c := &chatter{t: t, p: p, length: length}
	users := 2
	for users*(users-1)/2 < conversations {
		users++
	}
	for i := range users {
		o, id := account(t, p, fmt.Sprint("user ", i))
		if id != int64(i+1) {
			t.Fatalf("user %d has the id %d", i, id)
		}
		c.users = append(c.users, o)
	}
	for lo := range users {
		for hi := lo + 1; hi < users && len(c.pairs) < conversations; hi++ {
			c.pairs = append(c.pairs, [2]int{lo, hi})
		}
	}
	var all sync.WaitGroup
	for lo := range users {
		all.Go(func() { c.speak(lo) })
	}
	all.Wait()
	return c
}

// speak says all that one user says, as a device of its own that sees nothing.
func (c *chatter) speak(lo int) {
	q := dialPlain(c.t, c.p.tcp)
	q.say(c.t, `{"msgid":2,"id":%d,"pwd":"%s","device":"speaker"}`, lo+1, password)
	q.await(c.t, wire.LoginAnswer)
	sent := int64(0)
	for pair, who := range c.pairs {
		if who[0] != lo {
			continue
		}
		for n := 0; n < c.length; {
			var batch bytes.Buffer
			first := sent + 1
			for range min(200, c.length-n) {
				sent++
				fmt.Fprintf(&batch, `{"msgid":4,"to":%d,"send_seq":%d,"msg":%q}`, who[1]+1, sent, textOf(pair, n))
				n++
			}
			q.say(c.t, "%s", batch.String())
			for range sent - first + 1 {
				if f := q.await(c.t, wire.Ack); f.Erron != wire.OK {
					c.t.Errorf("saying: %+v", f)
					return
				}
			}
		}
	}
}

// history reads a conversation by frame 19, as the one who was spoken to.
func (c *chatter) history(q *plain, pair int) {
	c.t.Helper()
	n := 0
	for more := true; more; {
		q.say(c.t, `{"msgid":19,"with":%d,"after":%d,"limit":200}`, c.pairs[pair][0]+1, n)
		page := q.page(c.t)
		if page.Erron != 0 {
			c.t.Fatalf("conversation %d after %d: %s", pair, n, page.Errinfo)
		}
		for _, m := range page.Messages {
			if m.Seq != int64(n+1) || m.Msg != textOf(pair, n) {
				c.t.Fatalf("conversation %d: message %d is %d, %q", pair, n+1, m.Seq, m.Msg)
			}
			n++
		}
		more = page.More
	}
	if n != c.length {
		c.t.Fatalf("conversation %d has %d messages in its history, want %d", pair, n, c.length)
	}
}

// page is an answer to frame 19.
type historyPage struct {
	Msgid    wire.Msgid     `json:"msgid"`
	Erron    wire.Code      `json:"erron"`
	Errinfo  string         `json:"errinfo"`
	Messages []wire.Message `json:"messages"`
	More     bool           `json:"more"`
}

// page waits for the answer to frame 19, or its refusal.
func (p *plain) page(t testing.TB) (page historyPage) {
	t.Helper()
	for {
		_ = p.conn.SetReadDeadline(time.Now().Add(patience))
		line, err := p.in.ReadBytes('\n')
		if err != nil {
			t.Fatalf("reading: %v", err)
		}
		page = historyPage{}
		if err := json.Unmarshal(line, &page); err != nil {
			t.Fatal(err)
		}
		if page.Msgid == wire.HistoryAnswer || page.Msgid == wire.Ack {
			return page
		}
	}
}

// all reads every conversation by its history.
func (c *chatter) all() {
	c.t.Helper()
	var readers sync.WaitGroup
	work := make(chan int)
	for range 4 {
		readers.Go(func() {
			conns := map[int]*plain{}
			for pair := range work {
				hi := c.pairs[pair][1]
				q := conns[hi]
				if q == nil {
					q = dialPlain(c.t, c.p.tcp)
					q.say(c.t, `{"msgid":2,"id":%d,"pwd":"%s","device":"history %d"}`, hi+1, password, rand.Int64())
					conns[hi] = q
				}
				c.history(q, pair)
			}
			for _, q := range conns {
				_ = q.conn.Close()
			}
		})
	}
	for pair := range c.pairs {
		work <- pair
	}
	close(work)
	readers.Wait()
}

// catchUp logs a device in that was never seen before, and wants everything that was ever
// said to its user, in order.
func (c *chatter) catchUp(hi int) {
	c.t.Helper()
	var mu sync.Mutex
	got := map[int64][]string{}
	o := c.users[hi]
	o.Device = fmt.Sprint("catching up ", rand.Int64())
	o.Server = "tcp://" + c.p.tcp
	total, want := 0, 0
	from := map[int64]int{}
	for pair, who := range c.pairs {
		switch hi {
		case who[1]:
			from[int64(who[0]+1)] = pair
		case who[0]:
			from[int64(who[1]+1)] = pair
		default:
			continue
		}
		want += c.length
	}
	done := make(chan struct{})
	o.OnMessage = func(_ *client.Client, m *client.Message) {
		mu.Lock()
		defer mu.Unlock()
		got[m.Conversation.With] = append(got[m.Conversation.With], m.Text)
		if total++; total == want {
			close(done)
		}
	}
	o.OnEvent = func(_ *client.Client, e client.Event) {
		if g, ok := e.(client.Gap); ok {
			c.t.Errorf("a gap was given up: %+v", g)
		}
	}
	one := login(c.t, o)
	defer one.Close()
	select {
	case <-done:
	case <-time.After(2 * patience):
		c.t.Fatalf("%d messages of %d were displayed", total, want)
	}
	mu.Lock()
	defer mu.Unlock()
	for with, texts := range got {
		pair := from[with]
		for n, text := range texts {
			if text != textOf(pair, n) {
				c.t.Fatalf("with %d: message %d is displayed as %q", with, n+1, text)
			}
		}
	}
}

// archive runs `parley archive` on a server.
func (p *process) archive(t testing.TB, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*patience) // a million take a while
	defer cancel()
	out, err := exec.CommandContext(ctx, parley(t), append([]string{"archive", args[0], "--data", p.args[1]}, args[1:]...)...).CombinedOutput()
	return string(out), err
}

func (p *process) mustArchive(t testing.TB, args ...string) string {
	t.Helper()
	out, err := p.archive(t, args...)
	if err != nil {
		t.Fatalf("archive %v: %v\n%s", args, err, out)
	}
	return out
}

// onEach runs a test on SQLite, MariaDB and PostgreSQL. flags name the database.
func onEach(t *testing.T, test func(t *testing.T, flags ...string)) {
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); test(t) })
	for kind, start := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			db, err := start(context.Background(), engines.Options{Dir: filepath.Join(t.TempDir(), "db")})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(db.Stop)
			url, err := db.Create(t.Context(), "parley")
			if err != nil {
				t.Fatal(err)
			}
			test(t, "--db", url)
		})
	}
}

// TestArchive: messages are archived while they are read, by history and by devices that
// catch up across the seam: every conversation is what was said, message by message, on
// three databases. The embedded one gets smaller.
func TestArchive(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, flags ...string) {
		data := t.TempDir()
		where := filepath.Join(t.TempDir(), "archive")
		p := serve(t, data, append(append(slices.Clone(wide), "--archive-to", "file://"+where), flags...)...)
		length := 1000
		c := converse(t, p, max(20, *archiveMessages/length), min(length, *archiveMessages/20))
		before := fileSize(t, data)
		pr := &probe{sent: map[string]time.Time{}}
		stop := make(chan struct{})
		var probing sync.WaitGroup
		probing.Go(func() {
			pr.run(t, client.Options{Server: "tcp://" + p.tcp, Password: password, Device: "d"}, stop)
		})
		waitFor(t, "the probe's first messages", func() bool { return len(pr.take()) > 0 })
		time.Sleep(2 * *attackWindow) // the measured time
		quiet := pr.take()

		began := time.Now()
		running := make(chan string)
		go func() {
			out, err := p.archive(t, "run", "--older-than", "0s")
			if err != nil {
				t.Errorf("%v: %s", err, out)
			}
			running <- out
		}()
		time.Sleep(2 * *attackWindow) // the measured time
		moving := pr.take()
		c.catchUp(len(c.users) - 1)
		c.all()
		said := <-running
		took := time.Since(began)
		busy := pr.take()
		close(stop)
		probing.Wait()
		c.all()
		c.catchUp(len(c.users) / 2)
		p.mustArchive(t, "verify")

		moved, size := p.archived(t)
		total := len(c.pairs) * c.length
		if moved < int64(total-len(c.pairs)) {
			t.Errorf("%d messages of %d are archived", moved, total)
		}
		t.Logf("%s", strings.TrimSpace(said))
		t.Logf("%d messages in %v beside the reading of all of them, %.1f bytes each in segments", moved, took.Round(time.Second), float64(size)/float64(moved))
		t.Logf("a message quiet p50 %v p99 %v, while archiving p50 %v p99 %v, while archiving and reading everything p50 %v p99 %v",
			quantile(quiet, 0.5), quantile(quiet, 0.99), quantile(moving, 0.5), quantile(moving, 0.99), quantile(busy, 0.5), quantile(busy, 0.99))
		if len(flags) == 0 {
			after := fileSize(t, data)
			t.Logf("the database file: %.1f MB before, %.1f MB after", float64(before)/1e6, float64(after)/1e6)
			if after >= before {
				t.Errorf("the database file has %d bytes, before %d", after, before)
			}
		}
	})
}

// archived gives how many messages are in segments, and their bytes.
func (p *process) archived(t testing.TB) (messages, size int64) {
	t.Helper()
	for line := range strings.Lines(p.mustArchive(t, "list", "--json")) {
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
	if out, err := command(t, "backup", "--data", data, "--to", copied); err != nil {
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
	onEach(t, func(t *testing.T, flags ...string) {
		data := t.TempDir()
		where := filepath.Join(t.TempDir(), "archive")
		p := serve(t, data, append(append(slices.Clone(wide), "--archive-to", "file://"+where, "--archive-rate", "8000"), flags...)...)
		c := converse(t, p, 40, 125*max(4, *archiveKills)/4)
		for kill := range *archiveKills {
			p.killArchiving(t, kill, where, int64(len(c.pairs)*c.length))
			p.restart()
			if kill%3 == 2 {
				c.all()
			}
		}
		if moved, _ := p.archived(t); moved == 0 {
			t.Error("every run was killed before it did anything")
		}
		waitFor(t, "the last run", func() bool { // the killed node may have to be buried first
			out, err := p.archive(t, "run", "--older-than", "0s")
			if err != nil && !strings.Contains(out, "is archiving") {
				t.Fatalf("%v: %s", err, out)
			}
			return err == nil
		})
		c.all()
		if moved, _ := p.archived(t); moved != int64(len(c.pairs)*(c.length-1)) {
			t.Errorf("%d messages are archived of %d", moved, len(c.pairs)*(c.length-1))
		}
		p.mustArchive(t, "verify")
		if len(flags) == 0 {
			if out, err := command(t, "backup", "--data", data, "--to", t.TempDir()); err != nil {
				t.Errorf("the database is not whole: %v %s", err, out)
			}
		}
	})
}

// killArchiving begins a run and kills the server when the run has come to a step that is
// drawn: a segment is being written, or so many messages of the rest are moved. A run that
// is refused because the killed node still counts as archiving is begun again.
func (p *process) killArchiving(t *testing.T, kill int, where string, all int64) {
	t.Helper()
	moved, _ := p.archived(t)
	before := files(where)
	wanted := float64(1 + rand.N(max(1, (all-moved)/2)))
	reached := func() bool {
		if kill%4 == 0 {
			return files(where) > before || p.metric(t, "parley_archived_total") > 0
		}
		return p.metric(t, "parley_archived_total") >= wanted
	}
	for began := time.Now(); ; {
		ended := make(chan string, 1)
		go func() {
			out, _ := p.archive(t, "run", "--older-than", "0s") // the server goes away under it
			ended <- out
		}()
		refused := false
		for !refused && !reached() {
			select {
			case out := <-ended:
				ended <- out
				refused = strings.Contains(out, "is archiving")
				if !refused { // all is moved
					p.kill()
					return
				}
			case <-time.After(time.Millisecond):
			}
			if time.Since(began) > patience {
				t.Fatalf("a run comes to no end: %s", p.log.String())
			}
		}
		if !refused {
			p.kill()
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
	data := t.TempDir()
	where := filepath.Join(t.TempDir(), "archive")
	p := serve(t, data, append(slices.Clone(wide), "--archive-to", "file://"+where)...)
	c := converse(t, p, 3, 300)
	p.mustArchive(t, "run", "--older-than", "0s")
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
	q := dialPlain(t, p.tcp)
	q.say(t, `{"msgid":2,"id":2,"pwd":"%s","device":"reader"}`, password)
	q.await(t, wire.LoginAnswer)
	q.say(t, `{"msgid":19,"with":1,"after":0}`)
	if page := q.page(t); page.Erron != wire.Archived || !strings.Contains(page.Errinfo, "tell the operator") {
		t.Errorf("history in a damaged segment is answered with %+v", page)
	}
	// The same device catches up: the last message is in the database, and what is said now
	// comes too.
	q.say(t, `{"msgid":4,"to":1,"msg":"still here?"}`)
	if f := q.await(t, wire.Ack); f.Erron != wire.OK || f.Seq != 301 {
		t.Errorf("a new message is answered with %+v", f)
	}
	if f := q.await(t, wire.Chat); f.Seq < 300 {
		t.Errorf("got message %d", f.Seq)
	}
	waitFor(t, "readyz to say so", func() bool {
		status, reasons := p.readyz()
		return status == 200 && slices.ContainsFunc(reasons, func(r string) bool { return strings.Contains(r, "archive") })
	})
	if out, err := p.archive(t, "verify"); err == nil || !strings.Contains(out, "damaged") {
		t.Errorf("verify: %v %s", err, out)
	}
	if p.metric(t, "parley_cold_read_failures_total") == 0 {
		t.Error("the metric is 0")
	}
	if err := os.WriteFile(file, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	p.mustArchive(t, "verify")
	q.say(t, `{"msgid":19,"with":1,"after":0,"limit":200}`)
	if page := q.page(t); page.Erron != wire.OK || len(page.Messages) != 200 || page.Messages[7].Msg != textOf(0, 7) {
		t.Errorf("after it was mended: %+v", page.Erron)
	}
	if _, reasons := p.readyz(); len(reasons) != 0 {
		t.Errorf("readyz says %v", reasons)
	}
	var export strings.Builder
	export.WriteString(p.mustArchive(t, "export", "--user", "user 1"))
	if n := strings.Count(export.String(), "\n"); n != 601 || !strings.Contains(export.String(), `"text":"still here?"`) {
		t.Errorf("%d lines of user 1 are exported", n)
	}
	// Without a server, on the database itself.
	p.kill()
	if out, err := p.archive(t, "restore", "--conversation", "1", "--archive-to", "file://"+where); err != nil || !strings.Contains(out, "299 messages") {
		t.Errorf("restore without a server: %v %s", err, out)
	}
	p.restart()
	c.length = 300
	reader := dialPlain(t, p.tcp)
	reader.say(t, `{"msgid":2,"id":3,"pwd":"%s","device":"x"}`, password)
	c.history(reader, 1)
}
