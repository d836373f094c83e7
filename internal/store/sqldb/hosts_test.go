package sqldb

import (
	"context"
	"database/sql/driver"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// herd is servers that a list of hosts leads to.
type herd struct {
	mu      sync.Mutex
	servers map[string]*fakeServer
	open    int // connections
	h       *hosts
	log     strings.Builder
}

// fakeServer is a server as the list of hosts sees it.
type fakeServer struct {
	role
	refuses, vanished bool
	slow              time.Duration
}

// fakeConn is a connection to one.
type fakeConn struct {
	driver.Conn
	herd *herd
	role role
}

func (c *fakeConn) Close() error {
	c.herd.mu.Lock()
	defer c.herd.mu.Unlock()
	c.herd.open--
	return nil
}

func newHerd(roles ...role) *herd {
	g := &herd{servers: map[string]*fakeServer{}}
	var addrs []string
	for i, r := range roles {
		addr := string(rune('a' + i))
		addrs = append(addrs, addr)
		g.servers[addr] = &fakeServer{role: r}
	}
	d := &Dialect{Server: true}
	g.h = &hosts{
		addrs: addrs,
		dial: func(ctx context.Context, addr string, _ Purpose) (*Link, error) {
			g.mu.Lock()
			s := *g.servers[addr]
			g.mu.Unlock()
			wait := time.After(s.slow)
			if s.vanished {
				wait = nil
			}
			select {
			case <-ctx.Done():
				return nil, ctx.Err()
			case <-wait:
			}
			if s.refuses {
				return nil, errors.New("connection refused")
			}
			g.mu.Lock()
			defer g.mu.Unlock()
			g.open++
			return &Link{Dialect: d, conn: &fakeConn{herd: g, role: s.role}}, nil
		},
		ask: func(l *Link) (role, error) { return l.conn.(*fakeConn).role, nil },
	}
	d.hosts = g.h
	g.h.log.Store(slog.New(slog.NewTextHandler(&g.log, nil)))
	return g
}

// change changes a server.
func (g *herd) change(addr string, f func(*fakeServer)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	f(g.servers[addr])
}

// goesTo wants a connection to a server, within less than 3 s.
func (g *herd) goesTo(t *testing.T, want string) {
	t.Helper()
	began := time.Now()
	l, err := g.h.connect(t.Context(), ForReading)
	if took := time.Since(began); took >= 3*time.Second {
		t.Errorf("connecting took %v", took)
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := g.h.addrs[l.at]; got != want {
		t.Errorf("connected to %s, want %s", got, want)
	}
	if err := l.Close(); err != nil || g.open != 0 {
		t.Errorf("%d connections are left open, %v", g.open, err)
	}
}

var (
	primary = role{writes: true, rank: 1}
	standby = role{}
	member  = role{writes: true, equal: true} // of a Galera cluster
)

// vanish has a server answer nothing; refuse, nobody listen there.
func vanish(s *fakeServer) { s.vanished = true }
func refuse(s *fakeServer) { s.refuses = true }

func becomes(r role) func(*fakeServer) { return func(s *fakeServer) { *s = fakeServer{role: r} } }

func TestThePrimaryIsFoundAndFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newHerd(standby, primary, standby)
		g.goesTo(t, "b")
		g.goesTo(t, "b")
		g.change("b", refuse)
		if _, err := g.h.connect(t.Context(), ForReading); err == nil ||
			!strings.Contains(err.Error(), "b: connection refused") || !strings.Contains(err.Error(), "c: it takes no writes") {
			t.Errorf("without a primary: %v", err)
		}
		g.change("c", becomes(role{writes: true, rank: 2}))
		g.goesTo(t, "c")
		if !g.h.moved(1) || g.h.moved(2) {
			t.Error("links to the old primary are not known by it")
		}
	})
}

// A former primary that comes back and takes writes is not gone back to.
func TestAFormerPrimaryIsKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newHerd(primary, role{writes: true, rank: 2})
		g.goesTo(t, "a") // nothing else is known
		watching, stop := context.WithCancel(t.Context())
		go g.h.watch(watching)
		time.Sleep(lookEvery + time.Second)
		g.goesTo(t, "b")
		g.change("b", vanish)
		if _, err := g.h.connect(t.Context(), ForReading); err == nil {
			t.Error("went back to the former primary")
		}
		g.change("b", becomes(role{writes: true, rank: 2}))
		time.Sleep(lookEvery)
		g.goesTo(t, "b")
		stop()
		synctest.Wait()
		if !strings.Contains(g.log.String(), "several servers of the database take writes") {
			t.Errorf("nothing is said of two primaries:\n%s", g.log.String())
		}
	})
}

// Of those that do not tell who took over from whom, the one that is used stays.
func TestTheUsedOneStaysWhereNothingIsKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lone := role{writes: true}
		g := newHerd(standby, lone)
		g.goesTo(t, "b")
		g.change("a", becomes(lone))
		watching, stop := context.WithCancel(t.Context())
		go g.h.watch(watching)
		time.Sleep(3 * lookEvery)
		g.goesTo(t, "b")
		stop()
		synctest.Wait()
	})
}

// Where any will do, the first of the list is used by all nodes, also after its return.
func TestTheFirstOfEqualsIsUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newHerd(member, member, member)
		g.goesTo(t, "a")
		g.change("a", refuse)
		g.goesTo(t, "b")
		g.change("a", becomes(member))
		g.goesTo(t, "b")
		watching, stop := context.WithCancel(t.Context())
		go g.h.watch(watching)
		time.Sleep(lookEvery + time.Second)
		g.goesTo(t, "a")
		stop()
		synctest.Wait()
		if strings.Contains(g.log.String(), "several servers") {
			t.Error("members of a cluster are taken for strangers")
		}
	})
}

// Machines that vanished cost less than 3 s (goesTo), wherever they stand.
func TestAVanishedServerCostsLittle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, used := range []string{"a", "c"} {
			g := newHerd(standby, standby, standby)
			g.change(used, becomes(primary))
			g.goesTo(t, used)
			g.change(used, vanish)
			g.change("b", becomes(role{writes: true, rank: 2}))
			g.goesTo(t, "b")
			g.goesTo(t, "b")
		}
		g := newHerd(primary, standby)
		g.change("a", func(s *fakeServer) { s.slow = 1800 * time.Millisecond }) // far away, and all there is
		g.goesTo(t, "a")
	})
}

func TestSeveralHostsInAURL(t *testing.T) {
	for _, c := range []struct{ url, hosts, says string }{
		{"postgres://u:p@a,b:5433,c/parley", "a:5432 b:5433 c:5432", "postgres://u@a:5432,b:5433,c:5432/parley"},
		{"postgres://u:p%40%2C@a:1,b:2/parley?sslmode=disable", "a:1 b:2", "postgres://u@a:1,b:2/parley"},
		{"postgres://u:p@[::1]:5433,[fe80::1],10.0.0.1/parley", "[::1]:5433 [fe80::1]:5432 10.0.0.1:5432", "postgres://u@[::1]:5433,[fe80::1]:5432,10.0.0.1:5432/parley"},
	} {
		a, err := serverURL(c.url, "5432", "sslmode")
		if err != nil || strings.Join(a.hosts, " ") != c.hosts || a.String() != c.says {
			t.Errorf("%s: %q %s %v", c.url, a.hosts, a, err)
		}
	}
	for url, want := range map[string]string{
		"mysql://u:secret@a,,c/db":      `has "" where a HOST`,
		"mysql://u:secret@a,b/c@d/db":   "names no database",
		"mysql://u:secret@a,a:3306/db":  "names a:3306 twice",
		"mysql://u:secret@a:x,b/db":     "cannot be read",
		"mysql://u:secret@a,b:x/db":     "where a HOST",
		"postgres://u:secret@a, b/db":   "where a HOST",
		"postgres://u:secret@,b/db":     "where a HOST",
		"postgres://u:sec%zret@a,b/db":  "cannot be read",
		"postgres://u:secret@a,b":       "names no database",
		"postgres://u:secret@a,b/db#":   "",
		"postgres://u:secret@a,b/db#x":  "has a #",
		"postgres://u:secret@a,b/db?x=": "unknown parameter",
	} {
		_, err := serverURL(url, "3306", "tls")
		switch {
		case want == "" && err == nil:
		case err == nil || want == "" || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "sec%"):
			t.Errorf("%s: %v", url, err)
		}
	}
}
