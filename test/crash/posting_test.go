package crash

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"parley/client"
	"parley/internal/bus"
	"parley/internal/chat"
	"parley/internal/engines"
	"parley/internal/hub"
	"parley/internal/store"
	"parley/test/testkit"
)

// postKills is how many nodes are killed while they send without a connection. `make posting`
// makes 100.
var postKills = flag.Int("posting.kills", 12, "nodes killed while they send without a connection")

// order is what a posting node is told to send, a line of JSON; told is its answer.
type order struct {
	User        chat.User
	With        chat.UserID
	Group       chat.GroupID
	Key, Text   string
	Seq         int64
	At          time.Time
	Final, Fail string // of the answer: an error for good, and for now
}

// poster is a node without a listener: the program's own rooms, and nobody connected. It
// sends what it is told to, all at once, until it is killed.
func poster(db string) {
	ctx := context.Background()
	fatal := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	s, err := store.Open(ctx, store.Options{URL: db})
	fatal(err)
	h := hub.New(hub.Options{}, s, chat.SystemClock{})
	b, err := bus.OpenRedis(bus.RedisOptions{URL: os.Getenv("PARLEY_TEST_POSTER_BUS"), Receiver: h})
	fatal(err)
	h.SetBus(b)
	service := chat.NewService(s, h, h, chat.SystemClock{}, chat.ServiceOptions{})
	var out sync.Mutex
	in, answers := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var o order
		if err := in.Decode(&o); err != nil {
			os.Exit(0)
		}
		go func() {
			by, err := service.Sessionless(ctx, o.User.ID)
			var sent chat.Sent
			if err == nil {
				sent, err = service.Send(ctx, by, chat.Target{With: o.With, Group: o.Group}, o.Text, o.Key)
			}
			o.Seq, o.At = sent.Seq, sent.At
			if e := chat.AsError(err); e != nil && e.Code.Retry() {
				o.Fail = e.Error()
			} else if e != nil {
				o.Final = e.Error()
			}
			out.Lock()
			defer out.Unlock()
			fatal(answers.Encode(&o))
		}()
	}
}

// posting is a poster as its test has it.
type posting struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func startPosting(t *testing.T, c *testkit.Cluster, log io.Writer) *posting {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &posting{cmd: exec.Command(self)}
	p.cmd.Env = append(os.Environ(), "PARLEY_TEST_POSTER="+c.URL, "PARLEY_TEST_POSTER_BUS=redis://"+c.Redis.Addr())
	p.cmd.Stderr = log
	engines.EndWithUs(p.cmd)
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.out = bufio.NewReader(out)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	return p
}

func (p *posting) kill() {
	if p.cmd.ProcessState == nil {
		_ = p.cmd.Process.Kill()
		_, _ = io.Copy(io.Discard, p.out)
		_ = p.cmd.Wait()
	}
}

func (p *posting) send(t *testing.T, o order) {
	t.Helper()
	line, err := json.Marshal(o)
	if err == nil {
		_, err = p.in.Write(append(line, '\n'))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// book is the account of all that was to be sent.
type book struct {
	t      *testing.T
	orders []order
	told   map[string]order // by key, the first answer
}

// hear takes n answers, and sends again what was refused for now.
func (b *book) hear(p *posting, n int) {
	b.t.Helper()
	for n > 0 {
		line, err := p.out.ReadBytes('\n')
		if err != nil {
			b.t.Fatalf("a node that was not killed has ended: %v", err)
		}
		var o order
		if err := json.Unmarshal(line, &o); err != nil {
			b.t.Fatal(err)
		}
		switch first, known := b.told[o.Key]; {
		case o.Final != "":
			b.t.Errorf("key %s is refused: %s", o.Key, o.Final)
		case o.Fail != "":
			o.Fail = ""
			p.send(b.t, o)
			continue
		case !known:
			b.told[o.Key] = o
		case first.Seq != o.Seq || !first.At.Equal(o.At):
			b.t.Errorf("key %s was stored at %d, %v and is now at %d, %v", o.Key, first.Seq, first.At, o.Seq, o.At)
		}
		n--
	}
}

// shown is what the live session of one user has been given.
type shown struct {
	mu   sync.Mutex
	seqs map[string][]int64 // by text
	ends map[client.Conversation]int64
	bad  []string
}

func (s *shown) message(_ *client.Client, m *client.Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seqs[m.Text] = append(s.seqs[m.Text], m.Seq)
	if m.Seq != s.ends[m.Conversation]+1 {
		s.bad = append(s.bad, fmt.Sprintf("seq %d came behind %d", m.Seq, s.ends[m.Conversation]))
	}
	s.ends[m.Conversation] = m.Seq
}

// TestSendingWithoutAConnection: two nodes send for a bot that is connected nowhere, both
// the same messages with the same keys, and are killed one after the other in the middle of
// it. What they were not heard to store, and some of what they were, is sent again. Every
// message is stored once, every answer names the same place, and sessions on two other nodes
// are shown every message, once and in order.
func TestSendingWithoutAConnection(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("database servers are not for a quick run")
	}
	const each = 12 // new messages between two kills
	c := testkit.NewEngines(t, "postgres", testkit.Unsynced)
	var nodes []*testkit.Process
	for i := range 2 {
		name := fmt.Sprint("n", i+1)
		nodes = append(nodes, testkit.Serve(t, filepath.Join(t.TempDir(), name), append([]string{
			"--db", c.URL, "--bus", "redis://" + c.Redis.Addr(), "--node-name", name,
		}, testkit.Wide...)...))
	}
	eyes := make([]*shown, len(nodes))
	ids := make([]int64, len(nodes))
	var gid int64
	for i, p := range nodes {
		s := &shown{seqs: map[string][]int64{}, ends: map[client.Conversation]int64{}}
		o, id := testkit.Account(t, p, fmt.Sprint("reader ", i))
		o.OnMessage = s.message
		reader := testkit.Login(t, o)
		eyes[i], ids[i] = s, id
		var err error
		if i == 0 {
			gid, err = reader.MakeGroup(testkit.Soon(t), client.NewGroup{Name: "the group", Joining: "open"})
		} else {
			_, err = reader.JoinGroup(testkit.Soon(t), gid)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	o, bot := testkit.Account(t, nodes[0], "bot")
	member := testkit.Login(t, o)
	if _, err := member.JoinGroup(testkit.Soon(t), gid); err != nil {
		t.Fatal(err)
	}
	member.Close()

	b := &book{t: t, told: map[string]order{}}
	order := func(n int) order {
		o := order{User: chat.User{ID: chat.UserID(bot)}, Key: fmt.Sprint("key-", n), Text: fmt.Sprint("message ", n)}
		if to := n % 3; to < len(ids) {
			o.With = chat.UserID(ids[to])
		} else {
			o.Group = chat.GroupID(gid)
		}
		return o
	}
	var log testkit.LogBuffer
	posts := []*posting{startPosting(t, c, &log), startPosting(t, c, &log)}
	rng := rand.New(rand.NewPCG(1, uint64(*postKills)))
	for round := range *postKills {
		var now []int // what was not heard to be stored, something that was, and something new
		for n := range b.orders {
			if _, known := b.told[b.orders[n].Key]; !known || rng.IntN(len(b.orders)) < each/3 {
				now = append(now, n)
			}
		}
		for range each {
			b.orders = append(b.orders, order(len(b.orders)))
			now = append(now, len(b.orders)-1)
		}
		for _, n := range now {
			posts[0].send(t, b.orders[n])
			posts[1].send(t, b.orders[n])
		}
		dies := round % 2
		b.hear(posts[dies], rng.IntN(len(now)))
		posts[dies].kill()
		b.hear(posts[1-dies], len(now))
		posts[dies] = startPosting(t, c, &log)
	}
	for _, o := range b.orders {
		posts[0].send(t, o)
		posts[1].send(t, o)
	}
	for _, p := range posts {
		b.hear(p, len(b.orders))
	}
	t.Logf("%d messages, %d nodes killed", len(b.orders), *postKills)
	b.holds(c, chat.UserID(bot), ids, chat.GroupID(gid))
	for i, s := range eyes {
		b.isShown(s, chat.UserID(ids[i]))
	}
	if t.Failed() {
		t.Log(log.String())
	}
}

// holds wants the database to hold every message once, and where that was told.
func (b *book) holds(c *testkit.Cluster, bot chat.UserID, ids []int64, gid chat.GroupID) {
	b.t.Helper()
	s, err := store.Open(b.t.Context(), store.Options{URL: c.URL})
	if err != nil {
		b.t.Fatal(err)
	}
	defer s.Close()
	m, err := s.Membership(b.t.Context(), gid, bot)
	if err != nil {
		b.t.Fatal(err)
	}
	convs := []chat.ConvID{m.Conv.ID}
	for _, id := range ids {
		conv, _, err := s.FindDirect(b.t.Context(), bot, chat.UserID(id))
		if err != nil {
			b.t.Fatal(err)
		}
		convs = append(convs, conv.ID)
	}
	missing := map[string]int64{}
	for _, o := range b.told {
		missing[o.Text] = o.Seq
	}
	for _, conv := range convs {
		for after := int64(0); ; after++ {
			page, err := s.Page(b.t.Context(), conv, after, after+1, 1, 1<<20)
			if err != nil {
				b.t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			if seq, wanted := missing[page[0].Body]; !wanted || seq != page[0].Seq {
				b.t.Errorf("%q is stored at %d: told was %d (%v)", page[0].Body, page[0].Seq, seq, wanted)
			}
			delete(missing, page[0].Body)
		}
	}
	if len(missing) > 0 || len(b.told) != len(b.orders) {
		b.t.Errorf("%d of %d messages are told; not stored are %v", len(b.told), len(b.orders), missing)
	}
}

// isShown waits until a reader has all that is for them, and wants each message once.
func (b *book) isShown(s *shown, reader chat.UserID) {
	b.t.Helper()
	want := 0
	for _, o := range b.orders {
		if o.Group != 0 || o.With == reader {
			want++
		}
	}
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		s.mu.Lock()
		got := len(s.seqs)
		var bad error
		for text, seqs := range s.seqs {
			if len(seqs) != 1 {
				bad = fmt.Errorf("%q was shown as %v", text, seqs)
			}
		}
		for _, what := range s.bad {
			bad = errors.New(what)
		}
		s.mu.Unlock()
		switch {
		case bad != nil:
			b.t.Errorf("user %d: %v", reader, bad)
			return
		case got == want:
			return
		case time.Since(began) > testkit.Patience:
			b.t.Errorf("user %d was shown %d messages of %d", reader, got, want)
			return
		}
	}
}
