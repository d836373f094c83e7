package testkit

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/bench"
	"parley/internal/engines"
	"parley/test/faultproxy"
)

// OnEach runs a test on SQLite, MariaDB and PostgreSQL, at the same time. flags are those
// that name the database to a server.
func OnEach(t *testing.T, test func(t *testing.T, flags ...string)) {
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); test(t) })
	for kind, start := range Kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			db, err := start(context.Background(), engines.Options{Dir: filepath.Join(t.TempDir(), "db"), Unsynced: true})
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

// Cluster is three nodes of the real program on a real database server and Redis.
type Cluster struct {
	T     testing.TB // that of the part that is running
	DB    *engines.Database
	URL   string
	Redis *engines.Server
	Nodes []*Process
	// The third node reaches the database and Redis by these.
	DBWay, RedisWay *faultproxy.Proxy
	Log             LogBuffer
}

// Kinds are the databases that a cluster can run on.
var Kinds = map[string]func(context.Context, engines.Options) (*engines.Database, error){
	"mariadb": engines.StartMariaDB, "postgres": engines.StartPostgres,
}

// Disk is whether a database server waits for the disk at a commit.
type Disk bool

// Synced is for scenarios in which the database server itself is stopped or killed. All others
// take Unsynced, which is quicker: what was committed outlives any process, this server's too.
const (
	Synced   Disk = false
	Unsynced Disk = true
)

// NewCluster starts the database, Redis and three nodes, which have the limits of Wide and
// further flags.
func NewCluster(t testing.TB, kind string, disk Disk, flags ...string) *Cluster {
	t.Helper()
	c := NewEngines(t, kind, disk)
	dir := t.TempDir()
	for i := range 3 {
		name := fmt.Sprint("n", i+1)
		db, redis := c.Ways(i)
		c.Nodes = append(c.Nodes, Serve(t, filepath.Join(dir, name), append([]string{
			"--db", db, "--bus", redis, "--node-name", name,
		}, append(Wide, flags...)...)...))
	}
	return c
}

// Ways are how a node, counted from 0, reaches the database and Redis.
func (c *Cluster) Ways(node int) (db, bus string) {
	if node == 2 {
		return strings.Replace(c.URL, c.DB.Addr(), c.DBWay.Addr(), 1), "redis://" + c.RedisWay.Addr()
	}
	return c.URL, "redis://" + c.Redis.Addr()
}

// NewEngines is a cluster without nodes.
func NewEngines(t testing.TB, kind string, disk Disk) *Cluster {
	t.Helper()
	c := &Cluster{T: t}
	dir := t.TempDir()
	var err error
	if c.DB, err = Kinds[kind](context.Background(), engines.Options{Dir: filepath.Join(dir, "db"), Log: &c.Log, Unsynced: bool(disk)}); err != nil {
		t.Fatalf("%v\n%s", err, c.Log.String())
	}
	t.Cleanup(c.DB.Stop)
	if c.URL, err = c.DB.Create(t.Context(), "parley"); err != nil {
		t.Fatal(err)
	}
	if c.Redis, err = engines.StartRedis(context.Background(), engines.Options{Dir: filepath.Join(dir, "redis")}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Redis.Stop)
	if c.DBWay, err = faultproxy.New(c.DB.Addr()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.DBWay.Close() })
	if c.RedisWay, err = faultproxy.New(c.Redis.Addr()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.RedisWay.Close() })
	return c
}

// Servers are the nodes as clients name them.
func (c *Cluster) Servers() (all []string) {
	for _, n := range c.Nodes {
		all = append(all, "tcp://"+n.TCP)
	}
	return all
}

// Becomes waits until every node says just that of itself: the status of /readyz, and the
// reasons, as in "200 degraded: bus".
func (c *Cluster) Becomes(what string) {
	c.T.Helper()
	for _, n := range c.Nodes {
		var said string
		for began := time.Now(); ; time.Sleep(50 * time.Millisecond) {
			status, reasons := n.Readyz()
			if said = fmt.Sprint(status, " ", strings.Join(reasons, ", ")); strings.TrimSpace(said) == what {
				break
			}
			if time.Since(began) > 40*time.Second {
				c.T.Fatalf("a node says %q and never %q\n%s", said, what, n.Log.String())
			}
		}
	}
}

// Load runs a verified load over all nodes while faults happen, and wants a clean account.
// faults calls alive where messages have to be acked again.
func (c *Cluster) Load(o bench.Options, faults func(alive func(what string))) bench.Report {
	c.T.Helper()
	loading, stop := context.WithCancel(c.T.Context())
	defer stop()
	o.Servers, o.Verify, o.Size = c.Servers(), true, 80
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
		c.T.Helper()
		watch.grow(c.T, what)
	}
	alive("at first")
	faults(alive)
	stop()
	select {
	case out := <-done:
		if out.err != nil {
			c.T.Fatal(out.err)
		}
		c.T.Logf("%s", out.report.JSON())
		if !out.report.Clean() || out.report.Acked == 0 {
			c.T.Errorf("the account is not clean: %v", out.report.Findings)
			for _, n := range c.Nodes {
				c.T.Logf("log of %s:\n%s", n.TCP, n.Log.String())
			}
		}
		return out.report
	case <-time.After(3 * time.Minute):
		c.T.Fatal("the load did not come to its end")
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
