package test

import (
	"fmt"
	"testing"
	"time"

	"parley/client"
)

// Redis is away, and people come who were not there before: they log in as ever, and
// see what is said in groups and directly, by others on other nodes.
func TestClusterNewcomersWithoutRedis(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]struct{ begin, end func(*cluster) error }{
		"killed": {
			func(c *cluster) error { c.redis.Kill(); return nil },
			func(c *cluster) error { return c.redis.Restart(c.t.Context()) },
		},
		"frozen": {
			func(c *cluster) error { return c.redis.Freeze() },
			func(c *cluster) error { return c.redis.Continue() },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCluster(t, "postgres")
			c.becomes("200")
			people := make([]*onlooker, 2)
			for i := range people {
				o, id := account(t, c.nodes[i], fmt.Sprint("user ", i+1))
				people[i] = &onlooker{id: id, options: o, events: make(chan client.Event, 1000), messages: make(chan *client.Message, 1000)}
				people[i].options.OnMessage = func(_ *client.Client, m *client.Message) { people[i].messages <- m }
			}
			a, b := people[0], people[1]
			for _, p := range people {
				p.client = login(t, p.options)
			}
			gid, err := a.client.CreateGroup(soon(t), "everybody", "")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := b.client.JoinGroup(soon(t), gid); err != nil {
				t.Fatal(err)
			}
			for _, p := range people {
				p.client.Close()
			}
			if err := fault.begin(c); err != nil {
				t.Fatal(err)
			}
			c.becomes("200 degraded: bus")
			for _, p := range people {
				began := time.Now()
				p.client = login(t, p.options)
				t.Logf("a login without Redis takes %v", time.Since(began))
			}
			for _, send := range []func(string) (client.Receipt, error){
				func(text string) (client.Receipt, error) { return b.client.SendGroup(soon(t), gid, text) },
				func(text string) (client.Receipt, error) { return b.client.Send(soon(t), a.id, text) },
			} {
				began := time.Now()
				if _, err := send("without Redis"); err != nil {
					t.Fatal(err)
				}
				select {
				case <-a.messages:
					t.Logf("a message without Redis takes %v", time.Since(began))
				case <-time.After(patience):
					t.Error("a message does not come while Redis is away")
				}
			}
			if err := fault.end(c); err != nil {
				t.Fatal(err)
			}
			c.becomes("200")
		})
	}
}
