package cluster

import (
	"fmt"
	"testing"
	"time"

	"parley/client"
	"parley/test/testkit"
)

// Redis is away, and people come who were not there before: they log in as ever, and
// see what is said in groups and directly, by others on other nodes.
func TestClusterNewcomersWithoutRedis(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]struct{ begin, end func(*testkit.Cluster) error }{
		"killed": {
			func(c *testkit.Cluster) error { c.Redis.Kill(); return nil },
			func(c *testkit.Cluster) error { return c.Redis.Restart(c.T.Context()) },
		},
		"frozen": {
			func(c *testkit.Cluster) error { return c.Redis.Freeze() },
			func(c *testkit.Cluster) error { return c.Redis.Continue() },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := testkit.NewCluster(t, "postgres", testkit.Unsynced)
			c.Becomes("200")
			people := make([]*testkit.Onlooker, 2)
			for i := range people {
				o, id := testkit.Account(t, c.Nodes[i], fmt.Sprint("user ", i+1))
				people[i] = &testkit.Onlooker{ID: id, Options: o, Events: make(chan client.Event, 1000), Messages: make(chan *client.Message, 1000)}
				people[i].Options.OnMessage = func(_ *client.Client, m *client.Message) { people[i].Messages <- m }
			}
			a, b := people[0], people[1]
			for _, p := range people {
				p.Client = testkit.Login(t, p.Options)
			}
			gid, err := a.Client.MakeGroup(testkit.Soon(t), client.NewGroup{Name: "everybody", Joining: "open"})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := b.Client.JoinGroup(testkit.Soon(t), gid); err != nil {
				t.Fatal(err)
			}
			for _, p := range people {
				p.Client.Close()
			}
			if err := fault.begin(c); err != nil {
				t.Fatal(err)
			}
			c.Becomes("200 degraded: bus")
			for _, p := range people {
				began := time.Now()
				p.Client = testkit.Login(t, p.Options)
				t.Logf("a login without Redis takes %v", time.Since(began))
			}
			for _, send := range []func(string) (client.Receipt, error){
				func(text string) (client.Receipt, error) { return b.Client.SendGroup(testkit.Soon(t), gid, text) },
				func(text string) (client.Receipt, error) { return b.Client.Send(testkit.Soon(t), a.ID, text) },
			} {
				began := time.Now()
				if _, err := send("without Redis"); err != nil {
					t.Fatal(err)
				}
				select {
				case <-a.Messages:
					t.Logf("a message without Redis takes %v", time.Since(began))
				case <-time.After(testkit.Patience):
					t.Error("a message does not come while Redis is away")
				}
			}
			if err := fault.end(c); err != nil {
				t.Fatal(err)
			}
			c.Becomes("200")
		})
	}
}
