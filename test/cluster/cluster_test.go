package cluster

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"parley/client"
	"parley/internal/bench"
	"parley/internal/engines"
	"parley/test/faultproxy"
	"parley/test/testkit"
)

// Users on different nodes see each other's messages, presence and changes, in order.
func TestClusterChats(t *testing.T) {
	t.Parallel()
	for kind := range testkit.Kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			c := testkit.NewCluster(t, kind, testkit.Unsynced)
			c.Becomes("200")
			for i := range c.Nodes {
				lists(c, i)
			}
			people := make([]*testkit.Onlooker, 3)
			for i, n := range c.Nodes {
				o, id := testkit.Account(t, n, fmt.Sprint("user ", i+1))
				people[i] = &testkit.Onlooker{ID: id, Events: make(chan client.Event, 1000), Messages: make(chan *client.Message, 1000)}
				o.OnEvent = func(_ *client.Client, e client.Event) { people[i].Events <- e }
				o.OnMessage = func(_ *client.Client, m *client.Message) { people[i].Messages <- m }
				people[i].Client = testkit.Login(t, o)
				people[i].Options = o
			}
			a, b, d := people[0], people[1], people[2]
			if _, err := a.Client.AddFriend(testkit.Soon(t), b.ID); err != nil {
				t.Fatal(err)
			}
			b.Event(t, "a new friend", func(e client.Event) bool { ch, ok := e.(client.Notice); return ok && ch.What == "friend_added" })
			gid, err := a.Client.MakeGroup(testkit.Soon(t), client.NewGroup{Name: "everybody", Joining: "open"})
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range []*testkit.Onlooker{b, d} {
				if _, err := p.Client.JoinGroup(testkit.Soon(t), gid); err != nil {
					t.Fatal(err)
				}
			}
			const each = 50
			var sending sync.WaitGroup
			for _, p := range people {
				sending.Go(func() {
					for i := range each {
						if _, err := p.Client.SendGroup(testkit.Soon(t), gid, fmt.Sprint(p.ID, " ", i)); err != nil {
							t.Error(err)
						}
					}
				})
			}
			sending.Wait()
			for _, p := range people {
				for last, n := int64(0), 0; n < 2*each; n++ {
					select {
					case m := <-p.Messages:
						if m.Seq <= last {
							t.Errorf("user %d is shown seq %d after %d", p.ID, m.Seq, last)
						}
						last = m.Seq
					case <-time.After(testkit.Patience):
						t.Fatalf("user %d is shown %d of %d messages", p.ID, n, 2*each)
					}
				}
			}
			// A node dies: its user's friend sees him leave, and return on another node.
			c.Nodes[0].Kill()
			a.Client.Close()
			b.Event(t, "the friend's absence", func(e client.Event) bool { p, ok := e.(client.Presence); return ok && !p.Online })
			a.Options.Server = "tcp://" + c.Nodes[2].TCP
			a.Client = testkit.Login(t, a.Options)
			b.Event(t, "the friend's return", func(e client.Event) bool { p, ok := e.(client.Presence); return ok && p.Online })
			// The same device, taken over on another node.
			a.Options.Server = "tcp://" + c.Nodes[1].TCP
			testkit.Login(t, a.Options)
			a.Event(t, "the takeover", func(e client.Event) bool { _, ok := e.(client.Ended); return ok })
		})
	}
}

// lists wants `parley node list` of a node to know all three, once their beats are heard.
func lists(c *testkit.Cluster, node int) {
	c.T.Helper()
	itself := regexp.MustCompile(fmt.Sprintf(`(?m)^\d+ +n%d +renewed \S+ ago +this one$`, node+1))
	var out string
	var err error
	for until := time.Now().Add(testkit.Patience); time.Now().Before(until); {
		out, err = testkit.Command(c.T, "node", "list", "--data", c.Nodes[node].Args[1])
		if err == nil && strings.Count(out, "renewed") == 3 && strings.Count(out, "heard") == 2 && itself.MatchString(out) {
			return
		}
	}
	c.T.Errorf("node %d lists %v:\n%s", node+1, err, out)
}

// TestChaosCluster breaks one thing after the other under a load that keeps the account of
// every message.
func TestChaosCluster(t *testing.T) {
	t.Parallel()
	for kind := range testkit.Kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel() // each is mostly waiting
			c := testkit.NewCluster(t, kind, testkit.Synced)
			c.Becomes("200")
			for _, scenario := range []struct {
				name   string
				faults func(c *testkit.Cluster, alive func(string))
			}{
				{"nodes are killed in turn", killNodes},
				{"Redis is killed and comes back empty", killRedis},
				{"Redis stands still", freezeRedis},
				{"the database is restarted", restartDatabase},
				{"the database stands still", freezeDatabase},
				{"a node stands still", freezeNode},
				{"a rolling restart", rollingRestart},
				{"a node is cut off from Redis", cutOffFromRedis},
				{"the nodes are divided between two Redis", twoRedis},
				{"a node is cut off from the database", cutOffFromDatabase},
			} {
				t.Run(scenario.name, func(t *testing.T) {
					c.T = t
					c.Load(bench.Options{Workload: bench.Group, Users: 12, Senders: 6, Window: 8, Rate: 200}, func(alive func(string)) {
						scenario.faults(c, alive)
					})
					c.Becomes("200")
				})
			}
		})
	}
}

func killNodes(c *testkit.Cluster, alive func(string)) {
	for round := range max(2, *testkit.Rounds/3) {
		n := c.Nodes[round%3]
		testkit.Anytime()
		n.Kill()
		alive("with two nodes")
		n.Restart()
		alive("with all nodes again")
	}
}

func killRedis(c *testkit.Cluster, alive func(string)) {
	c.Redis.Kill()
	c.Becomes("200 degraded: bus")
	alive("without Redis")
	if err := c.Redis.Restart(c.T.Context()); err != nil {
		c.T.Fatal(err)
	}
	c.Becomes("200")
	alive("with Redis again")
}

func freezeRedis(c *testkit.Cluster, alive func(string)) {
	_ = c.Redis.Freeze()
	c.Becomes("200 degraded: bus")
	alive("with a Redis that stands still")
	_ = c.Redis.Continue()
	c.Becomes("200")
	alive("with Redis again")
}

func restartDatabase(c *testkit.Cluster, alive func(string)) {
	before := burials(c)
	c.DB.Stop()
	if err := c.DB.Restart(c.T.Context()); err != nil {
		c.T.Fatal(err)
	}
	alive("after the database's restart")
	noBurials(c, before)
}

// freezeDatabase is for longer than a lease: nobody may bury anybody for it.
func freezeDatabase(c *testkit.Cluster, alive func(string)) {
	before := burials(c)
	if err := c.DB.Freeze(); err != nil {
		c.T.Fatal(err)
	}
	time.Sleep(13 * time.Second) // the fault itself
	if err := c.DB.Continue(); err != nil {
		c.T.Fatal(err)
	}
	alive("after the database stood still")
	c.Becomes("200")
	noBurials(c, before)
}

func burials(c *testkit.Cluster) (n int) {
	for _, p := range c.Nodes {
		n += strings.Count(p.Log.String(), "burying a node") + strings.Count(p.Log.String(), "lost its lease")
	}
	return n
}

func noBurials(c *testkit.Cluster, before int) {
	c.T.Helper()
	if n := burials(c) - before; n != 0 {
		c.T.Errorf("%d nodes were buried or lost their leases", n)
	}
}

// freezeNode stops a node for longer than its lease: its users log in elsewhere, and when
// it wakes up it serves nobody on the old lease.
func freezeNode(c *testkit.Cluster, alive func(string)) {
	n := c.Nodes[1]
	others := &testkit.Cluster{T: c.T, Nodes: []*testkit.Process{c.Nodes[0], c.Nodes[2]}}
	before := burials(others)
	if err := engines.Freeze(n.Cmd.Process); err != nil {
		c.T.Fatal(err)
	}
	for began := time.Now(); burials(others) == before; time.Sleep(100 * time.Millisecond) {
		if time.Since(began) > 30*time.Second {
			c.T.Fatal("nobody buries the node")
		}
	}
	alive("without the node")
	if err := engines.Thaw(n.Cmd.Process); err != nil {
		c.T.Fatal(err)
	}
	for began := time.Now(); !strings.Contains(n.Log.String(), "lost its lease"); time.Sleep(50 * time.Millisecond) {
		if time.Since(began) > 20*time.Second {
			c.T.Fatal("the node does not find out")
		}
	}
	c.Becomes("200")
	alive("with the node under a new number")
}

func rollingRestart(c *testkit.Cluster, alive func(string)) {
	for _, n := range c.Nodes {
		if err := n.Cmd.Process.Signal(syscall.SIGTERM); err != nil {
			c.T.Fatal(err)
		}
		select {
		case <-n.Done:
		case <-time.After(testkit.Patience):
			c.T.Fatal("a node does not stop")
		}
		n.Restart()
		alive("after a node's restart")
	}
}

// cutOffFromRedis stalls one node's way to Redis: it does not hear the others, and they do
// not hear it, so that all know.
func cutOffFromRedis(c *testkit.Cluster, alive func(string)) {
	c.RedisWay.Stall(faultproxy.Both)
	c.Becomes("200 degraded: bus")
	alive("with one node cut off from Redis")
	c.RedisWay.Heal()
	c.RedisWay.Reset()
	c.Becomes("200")
	alive("with Redis for all")
}

func twoRedis(c *testkit.Cluster, alive func(string)) {
	second, err := engines.StartRedis(context.Background(), engines.Options{Dir: c.T.TempDir()})
	if err != nil {
		c.T.Fatal(err)
	}
	defer second.Stop()
	n := c.Nodes[0]
	was := n.Args
	n.Args = append([]string(nil), was...)
	for i := range n.Args {
		n.Args[i] = strings.Replace(n.Args[i], "redis://"+c.Redis.Addr(), "redis://"+second.Addr(), 1)
	}
	n.Kill()
	n.Restart()
	c.Becomes("200 degraded: bus")
	alive("with two Redis")
	n.Kill()
	n.Args = was
	n.Restart()
	c.Becomes("200")
	alive("with one Redis again")
}

// cutOffFromDatabase: the node steps down, says so, and its clients go on elsewhere.
func cutOffFromDatabase(c *testkit.Cluster, alive func(string)) {
	n := c.Nodes[2]
	c.DBWay.Stall(faultproxy.Both)
	for began := time.Now(); !strings.Contains(n.Log.String(), "lost its lease"); time.Sleep(50 * time.Millisecond) {
		if time.Since(began) > 40*time.Second {
			c.T.Fatal("the node does not step down")
		}
	}
	if status, reasons := n.Readyz(); status != 503 {
		c.T.Errorf("the node says %d %q", status, reasons)
	}
	alive("without the node")
	c.DBWay.Heal()
	c.DBWay.Reset()
	c.Becomes("200")
	alive("with the node again")
}

// A commit takes three seconds while there is no Redis: no notice of it, and a time of
// change that lies behind by then. It is delivered all the same.
func TestSlowCommitWithoutRedis(t *testing.T) {
	t.Parallel()
	for kind := range testkit.Kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			c := testkit.NewCluster(t, kind, testkit.Unsynced)
			shown := make(chan *client.Message, 10)
			o, id := testkit.Account(t, c.Nodes[0], "reader")
			o.OnMessage = func(_ *client.Client, m *client.Message) { shown <- m }
			testkit.Login(t, o)
			w, _ := testkit.Account(t, c.Nodes[1], "writer")
			if _, err := testkit.Login(t, w).Send(testkit.Soon(t), id, "first"); err != nil {
				t.Fatal(err)
			}
			<-shown
			c.Redis.Kill()
			c.Becomes("200 degraded: bus")
			now, wait := "CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)", "DO SLEEP(3)"
			if kind == "postgres" {
				now, wait = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)", "SELECT pg_sleep(3)"
			}
			err := c.DB.Exec(t.Context(), "parley", "START TRANSACTION; "+
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
			case <-time.After(testkit.Patience):
				t.Error("it is never shown")
			}
		})
	}
}
