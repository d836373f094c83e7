package test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"parley/client"
	"parley/internal/bench"
	"parley/internal/engines"
	"parley/test/faultproxy"
)

// cluster is three nodes of the real program on a real database server and Redis.
type cluster struct {
	t     testing.TB
	db    *engines.Database
	url   string
	redis *engines.Server
	nodes []*process
	// The third node reaches the database and Redis by these.
	dbWay, redisWay *faultproxy.Proxy
	log             logBuffer
}

// kinds are the databases that a cluster can run on.
var kinds = map[string]func(context.Context, engines.Options) (*engines.Database, error){
	"mariadb": engines.StartMariaDB, "postgres": engines.StartPostgres,
}

func newCluster(t testing.TB, kind string, flags ...string) *cluster {
	t.Helper()
	c := newEngines(t, kind)
	dir := t.TempDir()
	for i := range 3 {
		name := fmt.Sprint("n", i+1)
		db, redis := c.ways(i)
		c.nodes = append(c.nodes, serve(t, filepath.Join(dir, name), append([]string{
			"--db", db, "--bus", redis, "--node-name", name,
		}, append(wide, flags...)...)...))
	}
	return c
}

// ways are how a node reaches the database and Redis.
func (c *cluster) ways(node int) (db, bus string) {
	if node == 2 {
		return strings.Replace(c.url, c.db.Addr(), c.dbWay.Addr(), 1), "redis://" + c.redisWay.Addr()
	}
	return c.url, "redis://" + c.redis.Addr()
}

// newEngines is a cluster without nodes.
func newEngines(t testing.TB, kind string) *cluster {
	t.Helper()
	c := &cluster{t: t}
	dir := t.TempDir()
	var err error
	if c.db, err = kinds[kind](context.Background(), engines.Options{Dir: filepath.Join(dir, "db"), Log: &c.log}); err != nil {
		t.Fatalf("%v\n%s", err, c.log.String())
	}
	t.Cleanup(c.db.Stop)
	if c.url, err = c.db.Create(t.Context(), "parley"); err != nil {
		t.Fatal(err)
	}
	if c.redis, err = engines.StartRedis(context.Background(), engines.Options{Dir: filepath.Join(dir, "redis")}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.redis.Stop)
	if c.dbWay, err = faultproxy.New(c.db.Addr()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.dbWay.Close() })
	if c.redisWay, err = faultproxy.New(c.redis.Addr()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.redisWay.Close() })
	return c
}

func (c *cluster) servers() (all []string) {
	for _, n := range c.nodes {
		all = append(all, "tcp://"+n.tcp)
	}
	return all
}

// readyz is what a node says of itself; status 0 if it does not answer.
func (p *process) readyz() (status int, reasons []string) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.admin+"/readyz", http.NoBody)
	if err != nil {
		return 0, nil
	}
	req.Header.Set("Accept", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil
	}
	defer resp.Body.Close()
	var said struct {
		Reasons []struct {
			Degraded  bool
			What, Why string
		}
	}
	if json.NewDecoder(resp.Body).Decode(&said) != nil {
		return resp.StatusCode, nil
	}
	for _, r := range said.Reasons {
		if r.Degraded {
			r.What = "degraded: " + r.What
		}
		reasons = append(reasons, r.What)
	}
	return resp.StatusCode, reasons
}

// becomes waits until every node says just that of itself.
func (c *cluster) becomes(what string) {
	c.t.Helper()
	for _, n := range c.nodes {
		var said string
		for began := time.Now(); ; time.Sleep(50 * time.Millisecond) {
			status, reasons := n.readyz()
			if said = fmt.Sprint(status, " ", strings.Join(reasons, ", ")); strings.TrimSpace(said) == what {
				break
			}
			if time.Since(began) > 40*time.Second {
				c.t.Fatalf("a node says %q and never %q\n%s", said, what, n.log.String())
			}
		}
	}
}

// load runs a verified load over all nodes while faults happen, and wants a clean
// account.
func (c *cluster) load(o bench.Options, faults func(alive func(what string))) bench.Report {
	c.t.Helper()
	loading, stop := context.WithCancel(c.t.Context())
	defer stop()
	o.Servers, o.Verify, o.Size = c.servers(), true, 80
	o.Duration, o.Warmup, o.Settle = time.Hour, -1, time.Minute
	watch := &acks{}
	o.Progress = watch
	type outcome struct {
		report bench.Report
		err    error
	}
	done := make(chan outcome, 1)
	go func() {
		r, err := bench.Run(loading, o)
		done <- outcome{r, err}
	}()
	alive := func(what string) {
		c.t.Helper()
		watch.grow(c.t, what)
	}
	alive("at first")
	faults(alive)
	stop()
	select {
	case out := <-done:
		if out.err != nil {
			c.t.Fatal(out.err)
		}
		c.t.Logf("%s", out.report.JSON())
		if !out.report.Clean() || out.report.Acked == 0 {
			c.t.Errorf("the account is not clean: %v", out.report.Findings)
			for _, n := range c.nodes {
				c.t.Logf("log of %s:\n%s", n.tcp, n.log.String())
			}
		}
		return out.report
	case <-time.After(3 * time.Minute):
		c.t.Fatal("the load did not come to its end")
	}
	return bench.Report{}
}

// acks reads from a load's lines how many messages were acked.
type acks struct{ n atomic.Int64 }

var ackedSoFar = regexp.MustCompile(`acked (\d+)`)

func (a *acks) Write(line []byte) (int, error) {
	if m := ackedSoFar.FindSubmatch(line); m != nil {
		if n, err := strconv.ParseInt(string(m[1]), 10, 64); err == nil {
			a.n.Store(n)
		}
	}
	return len(line), nil
}

// grow waits until a hundred more messages are acked.
func (a *acks) grow(t testing.TB, what string) {
	t.Helper()
	from := a.n.Load()
	for began := time.Now(); a.n.Load() < from+100; time.Sleep(50 * time.Millisecond) {
		if time.Since(began) > time.Minute {
			t.Fatalf("%s: nothing is acked any more", what)
		}
	}
}

// Users on different nodes see each other's messages, presence and changes, in order.
func TestClusterChats(t *testing.T) {
	t.Parallel()
	for kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			c := newCluster(t, kind)
			c.becomes("200")
			for i := range c.nodes {
				c.lists(i)
			}
			people := make([]*onlooker, 3)
			for i, n := range c.nodes {
				o, id := account(t, n, fmt.Sprint("user ", i+1))
				people[i] = &onlooker{id: id, events: make(chan client.Event, 1000), messages: make(chan *client.Message, 1000)}
				o.OnEvent = func(_ *client.Client, e client.Event) { people[i].events <- e }
				o.OnMessage = func(_ *client.Client, m *client.Message) { people[i].messages <- m }
				people[i].client = login(t, o)
				people[i].options = o
			}
			a, b, d := people[0], people[1], people[2]
			if _, err := a.client.AddFriend(soon(t), b.id); err != nil {
				t.Fatal(err)
			}
			b.event(t, "a new friend", func(e client.Event) bool { ch, ok := e.(client.Notice); return ok && ch.What == "friend_added" })
			gid, err := a.client.CreateGroup(soon(t), "everybody", "")
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range []*onlooker{b, d} {
				if _, err := p.client.JoinGroup(soon(t), gid); err != nil {
					t.Fatal(err)
				}
			}
			const each = 50
			var sending sync.WaitGroup
			for _, p := range people {
				sending.Go(func() {
					for i := range each {
						if _, err := p.client.SendGroup(soon(t), gid, fmt.Sprint(p.id, " ", i)); err != nil {
							t.Error(err)
						}
					}
				})
			}
			sending.Wait()
			for _, p := range people {
				for last, n := int64(0), 0; n < 2*each; n++ {
					select {
					case m := <-p.messages:
						if m.Seq <= last {
							t.Errorf("user %d is shown seq %d after %d", p.id, m.Seq, last)
						}
						last = m.Seq
					case <-time.After(patience):
						t.Fatalf("user %d is shown %d of %d messages", p.id, n, 2*each)
					}
				}
			}
			// A node dies: its user's friend sees him leave, and return on another node.
			c.nodes[0].kill()
			a.client.Close()
			b.event(t, "the friend's absence", func(e client.Event) bool { p, ok := e.(client.Presence); return ok && !p.Online })
			a.options.Server = "tcp://" + c.nodes[2].tcp
			a.client = login(t, a.options)
			b.event(t, "the friend's return", func(e client.Event) bool { p, ok := e.(client.Presence); return ok && p.Online })
			// The same device, taken over on another node.
			a.options.Server = "tcp://" + c.nodes[1].tcp
			login(t, a.options)
			a.event(t, "the takeover", func(e client.Event) bool { _, ok := e.(client.Ended); return ok })
		})
	}
}

// lists wants `parley node list` of a node to know all three, once their beats are heard.
func (c *cluster) lists(node int) {
	c.t.Helper()
	itself := regexp.MustCompile(fmt.Sprintf(`(?m)^\d+ +n%d +renewed \S+ ago +this one$`, node+1))
	var out string
	var err error
	for until := time.Now().Add(patience); time.Now().Before(until); {
		out, err = command(c.t, "node", "list", "--data", c.nodes[node].args[1])
		if err == nil && strings.Count(out, "renewed") == 3 && strings.Count(out, "heard") == 2 && itself.MatchString(out) {
			return
		}
	}
	c.t.Errorf("node %d lists %v:\n%s", node+1, err, out)
}

// onlooker is a client whose events and messages a test looks at.
type onlooker struct {
	id       int64
	client   *client.Client
	options  client.Options
	events   chan client.Event
	messages chan *client.Message
}

func (p *onlooker) event(t *testing.T, what string, is func(client.Event) bool) {
	t.Helper()
	deadline := time.After(patience)
	for {
		select {
		case e := <-p.events:
			if is(e) {
				return
			}
		case <-deadline:
			t.Fatalf("user %d never hears of %s", p.id, what)
		}
	}
}

// TestChaosCluster breaks one thing after the other under a load that keeps the account of
// every message.
func TestChaosCluster(t *testing.T) {
	t.Parallel()
	for kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel() // each is mostly waiting
			c := newCluster(t, kind)
			c.becomes("200")
			for _, scenario := range []struct {
				name   string
				faults func(c *cluster, alive func(string))
			}{
				{"nodes are killed in turn", (*cluster).killNodes},
				{"Redis is killed and comes back empty", (*cluster).killRedis},
				{"Redis stands still", (*cluster).freezeRedis},
				{"the database is restarted", (*cluster).restartDatabase},
				{"the database stands still", (*cluster).freezeDatabase},
				{"a node stands still", (*cluster).freezeNode},
				{"a rolling restart", (*cluster).rollingRestart},
				{"a node is cut off from Redis", (*cluster).cutOffFromRedis},
				{"the nodes are divided between two Redis", (*cluster).twoRedis},
				{"a node is cut off from the database", (*cluster).cutOffFromDatabase},
			} {
				t.Run(scenario.name, func(t *testing.T) {
					c.t = t
					c.load(bench.Options{Workload: bench.Group, Users: 12, Senders: 6, Window: 8, Rate: 200}, func(alive func(string)) {
						scenario.faults(c, alive)
					})
					c.becomes("200")
				})
			}
		})
	}
}

func (c *cluster) killNodes(alive func(string)) {
	for round := range max(2, *rounds/3) {
		n := c.nodes[round%3]
		anytime()
		n.kill()
		alive("with two nodes")
		n.restart()
		alive("with all nodes again")
	}
}

func (c *cluster) killRedis(alive func(string)) {
	c.redis.Kill()
	c.becomes("200 degraded: bus")
	alive("without Redis")
	if err := c.redis.Restart(c.t.Context()); err != nil {
		c.t.Fatal(err)
	}
	c.becomes("200")
	alive("with Redis again")
}

func (c *cluster) freezeRedis(alive func(string)) {
	_ = c.redis.Freeze()
	c.becomes("200 degraded: bus")
	alive("with a Redis that stands still")
	_ = c.redis.Continue()
	c.becomes("200")
	alive("with Redis again")
}

func (c *cluster) restartDatabase(alive func(string)) {
	before := c.burials()
	c.db.Stop()
	if err := c.db.Restart(c.t.Context()); err != nil {
		c.t.Fatal(err)
	}
	alive("after the database's restart")
	c.noBurials(before)
}

// freezeDatabase is for longer than a lease: nobody may bury anybody for it.
func (c *cluster) freezeDatabase(alive func(string)) {
	before := c.burials()
	if err := c.db.Freeze(); err != nil {
		c.t.Fatal(err)
	}
	time.Sleep(13 * time.Second) // the fault itself
	if err := c.db.Continue(); err != nil {
		c.t.Fatal(err)
	}
	alive("after the database stood still")
	c.becomes("200")
	c.noBurials(before)
}

func (c *cluster) burials() (n int) {
	for _, p := range c.nodes {
		n += strings.Count(p.log.String(), "burying a node") + strings.Count(p.log.String(), "lost its lease")
	}
	return n
}

func (c *cluster) noBurials(before int) {
	c.t.Helper()
	if n := c.burials() - before; n != 0 {
		c.t.Errorf("%d nodes were buried or lost their leases", n)
	}
}

// freezeNode stops a node for longer than its lease: its users log in elsewhere, and when
// it wakes up it serves nobody on the old lease.
func (c *cluster) freezeNode(alive func(string)) {
	n := c.nodes[1]
	before := (&cluster{nodes: []*process{c.nodes[0], c.nodes[2]}}).burials()
	if err := engines.Freeze(n.cmd.Process); err != nil {
		c.t.Fatal(err)
	}
	others := &cluster{t: c.t, nodes: []*process{c.nodes[0], c.nodes[2]}}
	for began := time.Now(); others.burials() == before; time.Sleep(100 * time.Millisecond) {
		if time.Since(began) > 30*time.Second {
			c.t.Fatal("nobody buries the node")
		}
	}
	alive("without the node")
	if err := engines.Thaw(n.cmd.Process); err != nil {
		c.t.Fatal(err)
	}
	for began := time.Now(); !strings.Contains(n.log.String(), "lost its lease"); time.Sleep(50 * time.Millisecond) {
		if time.Since(began) > 20*time.Second {
			c.t.Fatal("the node does not find out")
		}
	}
	c.becomes("200")
	alive("with the node under a new number")
}

func (c *cluster) rollingRestart(alive func(string)) {
	for _, n := range c.nodes {
		if err := n.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			c.t.Fatal(err)
		}
		select {
		case <-n.done:
		case <-time.After(patience):
			c.t.Fatal("a node does not stop")
		}
		n.restart()
		alive("after a node's restart")
	}
}

// cutOffFromRedis stalls one node's way to Redis: it does not hear the others, and they do
// not hear it, so that all know.
func (c *cluster) cutOffFromRedis(alive func(string)) {
	c.redisWay.Stall(faultproxy.Both)
	c.becomes("200 degraded: bus")
	alive("with one node cut off from Redis")
	c.redisWay.Heal()
	c.redisWay.Reset()
	c.becomes("200")
	alive("with Redis for all")
}

func (c *cluster) twoRedis(alive func(string)) {
	second, err := engines.StartRedis(context.Background(), engines.Options{Dir: c.t.TempDir()})
	if err != nil {
		c.t.Fatal(err)
	}
	defer second.Stop()
	n := c.nodes[0]
	was := n.args
	n.args = append([]string(nil), was...)
	for i := range n.args {
		n.args[i] = strings.Replace(n.args[i], "redis://"+c.redis.Addr(), "redis://"+second.Addr(), 1)
	}
	n.kill()
	n.restart()
	c.becomes("200 degraded: bus")
	alive("with two Redis")
	n.kill()
	n.args = was
	n.restart()
	c.becomes("200")
	alive("with one Redis again")
}

// cutOffFromDatabase: the node steps down, says so, and its clients go on elsewhere.
func (c *cluster) cutOffFromDatabase(alive func(string)) {
	n := c.nodes[2]
	c.dbWay.Stall(faultproxy.Both)
	for began := time.Now(); !strings.Contains(n.log.String(), "lost its lease"); time.Sleep(50 * time.Millisecond) {
		if time.Since(began) > 40*time.Second {
			c.t.Fatal("the node does not step down")
		}
	}
	if status, reasons := n.readyz(); status != 503 {
		c.t.Errorf("the node says %d %q", status, reasons)
	}
	alive("without the node")
	c.dbWay.Heal()
	c.dbWay.Reset()
	c.becomes("200")
	alive("with the node again")
}

// A commit takes three seconds while there is no Redis: no notice of it, and a time of
// change that lies behind by then. It is delivered all the same.
func TestSlowCommitWithoutRedis(t *testing.T) {
	t.Parallel()
	for kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			c := newCluster(t, kind)
			shown := make(chan *client.Message, 10)
			o, id := account(t, c.nodes[0], "reader")
			o.OnMessage = func(_ *client.Client, m *client.Message) { shown <- m }
			login(t, o)
			w, _ := account(t, c.nodes[1], "writer")
			if _, err := login(t, w).Send(soon(t), id, "first"); err != nil {
				t.Fatal(err)
			}
			<-shown
			c.redis.Kill()
			c.becomes("200 degraded: bus")
			now, wait := "CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)", "DO SLEEP(3)"
			if kind == "postgres" {
				now, wait = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)", "SELECT pg_sleep(3)"
			}
			err := c.db.Exec(t.Context(), "parley", "START TRANSACTION; "+
				"UPDATE conversations SET last_seq = last_seq + 1, changed_at = "+now+" WHERE kind = 1; "+
				"INSERT INTO messages (conversation_id, seq, sender_id, device_id, sent_at, body) "+
				"SELECT m.conversation_id, m.seq + 1, m.sender_id, m.device_id, m.sent_at, 'slow' FROM messages m WHERE m.seq = 1; "+
				wait+"; COMMIT")
			if err != nil {
				t.Fatal(err)
			}
			select {
			case m := <-shown:
				if m.Text != "slow" || m.Seq != 2 {
					t.Errorf("shown is %q, seq %d", m.Text, m.Seq)
				}
			case <-time.After(patience):
				t.Error("it is never shown")
			}
		})
	}
}
