package crash

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"testing"

	"parley/internal/bench"
	"parley/internal/engines"
	"parley/test/testkit"
)

// kills is how often TestFailover kills the primary. `make failover` does it 20 times.
var kills = flag.Int("failover.kills", 4, "primaries of a database that are killed")

// failover is a database on several servers, one of which is used.
type failover struct {
	servers []*engines.Database
	// used is the condition, for a server, that all nodes use it.
	used string
	// takeOver makes others go on without a server that was killed, and back has it be one
	// of them again; both return when what was asked for is the case.
	takeOver func(ctx context.Context, dead *engines.Database) error
	back     func(ctx context.Context, dead *engines.Database) error
}

// postgresPair is a primary with a synchronous standby. What Patroni does is done here:
// the standby is promoted, and who was the primary becomes a standby anew.
func postgresPair(t *testing.T) *failover {
	dir := t.TempDir()
	at := func(i int) engines.Options { return engines.Options{Dir: filepath.Join(dir, fmt.Sprint("p", i+1))} }
	first, err := engines.StartPostgres(t.Context(), at(0))
	if err != nil {
		t.Fatal(err)
	}
	f := &failover{servers: []*engines.Database{first}, used: "(SELECT COUNT(DISTINCT client_port) FROM pg_stat_activity WHERE application_name = 'parley') >= 9"}
	t.Cleanup(func() {
		for _, d := range f.servers {
			d.Stop()
		}
	})
	second, err := engines.StartPostgresStandby(t.Context(), first, at(1))
	if err != nil {
		t.Fatal(err)
	}
	f.servers = append(f.servers, second)
	if err := first.AwaitStandby(t.Context()); err != nil {
		t.Fatal(err)
	}
	other := func(dead *engines.Database) (i int) {
		if f.servers[0] == dead {
			return 1
		}
		return 0
	}
	f.takeOver = func(ctx context.Context, dead *engines.Database) error {
		return f.servers[other(dead)].Promote(ctx)
	}
	f.back = func(ctx context.Context, dead *engines.Database) error {
		primary := f.servers[other(dead)]
		o := engines.Options{Dir: dead.Dir, Port: dead.Port}
		standby, err := engines.StartPostgresStandby(ctx, primary, o)
		if err != nil {
			return err
		}
		f.servers[1-other(dead)] = standby
		return primary.AwaitStandby(ctx)
	}
	return f
}

// galeraOfThree is a MariaDB Galera cluster, which goes on by itself.
func galeraOfThree(t *testing.T) *failover {
	servers, err := engines.StartGalera(t.Context(), engines.Options{Dir: t.TempDir()}, 3)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range servers {
		t.Cleanup(d.Stop)
	}
	return &failover{
		servers:  servers,
		used:     "(SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER = 'parley') >= 9",
		takeOver: func(context.Context, *engines.Database) error { return nil },
		back:     func(ctx context.Context, dead *engines.Database) error { return dead.Rejoin(ctx, 3) },
	}
}

// TestFailover kills the server of the database that is used again and again, under a load
// that keeps the account of every message. What was acked survives: nothing is lost,
// doubled or out of order, and nobody restarts anything.
func TestFailover(t *testing.T) {
	t.Parallel()
	for kind, start := range map[string]func(*testing.T) *failover{"postgres": postgresPair, "galera": galeraOfThree} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel() // each is mostly waiting
			f := start(t)
			if _, err := f.servers[0].Create(t.Context(), "parley"); err != nil {
				t.Fatal(err)
			}
			c := &testkit.Cluster{T: t}
			var err error
			if c.Redis, err = engines.StartRedis(t.Context(), engines.Options{Dir: t.TempDir()}); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(c.Redis.Stop)
			for i := range 3 {
				name := fmt.Sprint("n", i+1)
				c.Nodes = append(c.Nodes, testkit.Serve(t, filepath.Join(t.TempDir(), name), append([]string{
					"--db", engines.URLOf(f.servers, "parley"), "--bus", "redis://" + c.Redis.Addr(), "--node-name", name,
				}, testkit.Wide...)...))
			}
			c.Becomes("200")
			c.Load(bench.Options{Workload: bench.Group, Users: 12, Senders: 6, Window: 8, Rate: 200}, func(alive func(string)) {
				for round := range *kills {
					primary := f.primary(t)
					primary.Kill()
					if err := f.takeOver(t.Context(), primary); err != nil {
						t.Fatal(err)
					}
					alive(fmt.Sprint("after kill ", round+1))
					if err := f.back(t.Context(), primary); err != nil {
						t.Fatal(err)
					}
					alive(fmt.Sprint("with all servers, after kill ", round+1))
				}
			})
			c.Becomes("200")
		})
	}
}

// primary waits until all nodes use one server, and gives it.
func (f *failover) primary(t *testing.T) *engines.Database {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), engines.Patience)
	defer cancel()
	for ctx.Err() == nil {
		for _, d := range f.servers {
			if d.Is(ctx, f.used) {
				return d
			}
		}
	}
	t.Fatal("the nodes do not come together on one server")
	return nil
}
