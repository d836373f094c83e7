package cluster

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/client"
	"parley/internal/chat"
	"parley/internal/server"
	"parley/test/testkit"
	"parley/wire"
)

// crowd is many people of one group, a third of them on each of three nodes. The nodes run
// in this process, so that a thousand passwords cost little; everything else is real.
type crowd struct {
	t       *testing.T
	c       *testkit.Cluster
	servers []*server.Server
	people  []*client.Client
	gid     int64
	shown   []atomic.Int64 // by person: how many messages, which came in order
}

// crowdSize is how many are in a crowd. What the nodes do is the same on both databases, and is
// shown with a thousand on one of them. The statements differ, and a smaller crowd shows those.
var crowdSize = flag.Int("crowd.size", 0, "how many people or programs a crowd is (0: 1000 on MariaDB, 300 on PostgreSQL)")

func newCrowd(t *testing.T, kind string) *crowd {
	t.Helper()
	size := *crowdSize
	switch {
	case size > 0:
	case kind == "postgres":
		size = 300
	default:
		size = 1000
	}
	m := &crowd{t: t, c: testkit.NewEngines(t, kind, testkit.Unsynced), people: make([]*client.Client, size), shown: make([]atomic.Int64, size)}
	dir := t.TempDir()
	for i := range 3 {
		cfg := server.Default()
		cfg.DB, cfg.Bus = m.c.Ways(i)
		cfg.NodeName = fmt.Sprint("n", i+1)
		cfg.Data, cfg.TCP, cfg.HTTP, cfg.Admin = filepath.Join(dir, cfg.NodeName), "127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:0"
		cfg.RateAccounts, cfg.HashQueue, cfg.HashWait, cfg.FreeAttemptsAddress = 1_000_000, 100_000, time.Minute, 1_000_000
		cfg.HashPlacesAddress, cfg.HashPlacesAccount = 10_000, 10_000 // all are of one address, and some of one account
		s, err := server.Start(t.Context(), cfg, io.Discard, &m.c.Log, server.HashCost(chat.HashCost{MemoryKiB: 8, Passes: 1, Threads: 1}))
		if err != nil {
			t.Fatalf("%v\n%s", err, m.c.Log.String())
		}
		t.Cleanup(func() {
			ctx, cancel := context.WithTimeout(context.Background(), 3*testkit.Patience) // sessions by the hundred on a busy machine
			defer cancel()
			if err := s.Stop(ctx); err != nil {
				t.Error(err)
			}
		})
		m.servers = append(m.servers, s)
	}
	return m
}

// options are how person i logs in.
func (m *crowd) options(i int) client.Options {
	tcp, _ := m.servers[i%3].Addrs()
	return client.Options{
		Server: "tcp://" + tcp.String(), Name: fmt.Sprint("person ", i), Password: testkit.Password, Device: "d",
		OnMessage: func(_ *client.Client, msg *client.Message) {
			if n := m.shown[i].Add(1); msg.Seq != n {
				m.t.Errorf("person %d is shown seq %d in place %d", i, msg.Seq, n)
			}
		},
	}
}

// each does something for all people, some at a time. A node that cannot now, or that went away,
// is asked again, as its answer says; then what was asked for may have been done.
func (m *crowd) each(do func(i int) error) {
	m.t.Helper()
	var all sync.WaitGroup
	next := make(chan int)
	for range 32 {
		all.Go(func() {
			for i := range next {
				if err := again(func() error { return do(i) }); err != nil {
					m.t.Errorf("person %d: %v", i, err)
				}
			}
		})
	}
	for i := range m.people {
		next <- i
	}
	close(next)
	all.Wait()
	if m.t.Failed() {
		m.t.FailNow()
	}
}

// again does something until it is done or refused for good.
func again(do func() error) error {
	err := do()
	for began := time.Now(); forNow(err) && time.Since(began) < 2*testkit.Patience; {
		time.Sleep(100 * time.Millisecond)
		switch err = do(); client.CodeOf(err) {
		case wire.NameTaken, wire.AlreadyMember:
			err = nil // the first time did it
		}
	}
	return err
}

// forNow reports whether an error asks to come again.
func forNow(err error) bool {
	return client.CodeOf(err).Retry() || errors.Is(err, client.ErrInterrupted)
}

// gather registers everybody, makes the group, has all join while nobody is there to hear
// of it, and logs them in.
func (m *crowd) gather() {
	m.t.Helper()
	once := func(i int, do func(context.Context, *client.Client) error) error {
		ctx, cancel := context.WithTimeout(m.t.Context(), testkit.Patience)
		defer cancel()
		c, err := client.Dial(ctx, m.options(i))
		if err != nil {
			return err
		}
		defer c.Close()
		return do(ctx, c)
	}
	m.each(func(i int) error {
		ctx, cancel := context.WithTimeout(m.t.Context(), testkit.Patience)
		defer cancel()
		_, err := client.Register(ctx, m.options(i))
		return err
	})
	if err := once(0, func(ctx context.Context, c *client.Client) (err error) {
		m.gid, err = c.MakeGroup(ctx, client.NewGroup{Name: "everybody", Joining: "open"})
		return err
	}); err != nil {
		m.t.Fatal(err)
	}
	m.each(func(i int) error {
		if i == 0 {
			return nil
		}
		return once(i, func(ctx context.Context, c *client.Client) error {
			_, err := c.JoinGroup(ctx, m.gid)
			return err
		})
	})
	m.each(func(i int) (err error) {
		ctx, cancel := context.WithTimeout(m.t.Context(), testkit.Patience)
		defer cancel()
		m.people[i], err = client.Dial(ctx, m.options(i))
		return err
	})
	m.t.Cleanup(func() { m.each(func(i int) error { m.people[i].Close(); return nil }) })
}

// say has people send, each so many messages; all of them must be stored.
func (m *crowd) say(people []int, each int) {
	m.t.Helper()
	var sending sync.WaitGroup
	for _, i := range people {
		sending.Go(func() {
			for k := range each {
				if _, err := m.people[i].SendGroup(testkit.Soon(m.t), m.gid, fmt.Sprint(i, " says ", k)); err != nil {
					m.t.Errorf("person %d: %v", i, err)
				}
			}
		})
	}
	sending.Wait()
}

// sees waits until everybody was shown n messages.
func (m *crowd) sees(n int64) {
	m.t.Helper()
	deadline := time.Now().Add(2 * testkit.Patience)
	for i := range m.people {
		for m.shown[i].Load() < n {
			if time.Now().After(deadline) {
				m.t.Fatalf("person %d was shown %d messages of %d", i, m.shown[i].Load(), n)
			}
			time.Sleep(time.Millisecond) // until the next look
		}
	}
}

// count reads a counter of a node.
func (m *crowd) count(node int, name string) int64 {
	m.t.Helper()
	resp, err := http.Get("http://" + m.servers[node].AdminAddr().String() + "/metrics")
	if err != nil {
		m.t.Fatal(err)
	}
	defer resp.Body.Close()
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), name+" "); ok {
			n, err := strconv.ParseFloat(rest, 64)
			if err != nil {
				m.t.Fatal(err)
			}
			return int64(n)
		}
	}
	m.t.Fatalf("node %d has no %s", node+1, name)
	return 0
}

// TestAGroupOfAThousand: a thousand members of one group on three nodes are all shown all
// that is said, in one order. Then one node's way to Redis is cut: its sessions go on
// seeing everything, and that costs the node a read of the log for what is new in the
// conversation, not one for each of its sessions; so does the way back.
func TestAGroupOfAThousand(t *testing.T) {
	for kind := range testkit.Kinds {
		t.Run(kind, func(t *testing.T) {
			m := newCrowd(t, kind)
			m.gather()
			m.say([]int{0, 1, 2, 3, 4, 5}, 20)
			m.sees(120)
			const cut = 2
			reads := func() (catchUps, fills int64) {
				return m.count(cut, "parley_catch_ups_total"), m.count(cut, "parley_gap_fills_total")
			}
			catchUps, fills := reads()
			m.c.RedisWay.Refuse(true)
			m.c.RedisWay.Reset()
			m.becomes(cut, true)
			m.say([]int{0, 1}, 10)
			m.sees(140)
			m.c.RedisWay.Heal()
			m.becomes(cut, false)
			m.say([]int{0, 1}, 10)
			m.sees(160)
			c, f := reads()
			t.Logf("a cut of Redis under %d sessions of a node and 40 messages: %d reads of the log by sessions, %d by the node", m.count(cut, "parley_sessions"), c-catchUps, f-fills)
			if c != catchUps {
				t.Errorf("%d sessions had to read the log", c-catchUps)
			}
			if f-fills > 40 {
				t.Errorf("the node read the log %d times for 40 messages", f-fills)
			}
		})
	}
}

// becomes waits until a node says that it is without its bus, or that it is not.
func (m *crowd) becomes(node int, degraded bool) {
	m.t.Helper()
	for began := time.Now(); m.degraded(node) != degraded; time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > testkit.Patience {
			m.t.Fatalf("node %d never says that degraded is %v", node+1, degraded)
		}
	}
}

// TestAThousandLoginsOfOneAccount: of a thousand programs without a device's name that log
// in to one account at the same time, over three nodes, at most one gets in (none where the outcome
// of the first was unknown), and the others hear that somebody is there; then the next one gets in.
func TestAThousandLoginsOfOneAccount(t *testing.T) {
	for kind := range testkit.Kinds {
		t.Run(kind, func(t *testing.T) {
			m := newCrowd(t, kind)
			o := m.options(0)
			o.Device = ""
			o.ConnectTimeout, o.RequestTimeout = testkit.Patience, testkit.Patience // a thousand at a time on a busy machine
			if _, err := client.Register(testkit.Soon(t), o); err != nil {
				t.Fatal(err)
			}
			var in []*client.Client
			var mu sync.Mutex
			var all sync.WaitGroup
			var inDoubt atomic.Bool
			start := make(chan struct{})
			for i := range m.people {
				all.Go(func() {
					o := o
					tcp, _ := m.servers[i%3].Addrs()
					o.Server = "tcp://" + tcp.String()
					<-start
					var c *client.Client
					err := again(func() (err error) {
						c, err = client.Dial(testkit.Soon(t), o)
						if forNow(err) {
							inDoubt.Store(true)
						}
						return err
					})
					mu.Lock()
					defer mu.Unlock()
					if err == nil {
						in = append(in, c)
					} else if client.CodeOf(err) != wire.AlreadyOnline {
						t.Errorf("program %d: %v", i, err)
					}
				})
			}
			close(start)
			all.Wait()
			if len(in) > 1 || len(in) == 0 && !inDoubt.Load() {
				t.Fatalf("%d programs got in", len(in))
			}
			for _, c := range in {
				if err := c.Logout(testkit.Soon(t)); err != nil {
					t.Error(err)
				}
				c.Close()
			}
			// Nobody is locked out, also where the outcome of a login was unknown: what it may have
			// left is freed.
			var last *client.Client
			err := errors.New("not tried")
			for began := time.Now(); err != nil && time.Since(began) < testkit.Patience; time.Sleep(50 * time.Millisecond) {
				last, err = client.Dial(testkit.Soon(t), o)
			}
			if err != nil {
				t.Fatal(err)
			}
			last.Close()
		})
	}
}

// degraded reports whether a node is without its bus.
func (m *crowd) degraded(node int) bool {
	resp, err := http.Get("http://" + m.servers[node].AdminAddr().String() + "/readyz")
	if err != nil {
		m.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		m.t.Fatal(err)
	}
	return strings.Contains(string(body), "bus")
}
