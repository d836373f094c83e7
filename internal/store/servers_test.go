package store

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parley/internal/engines"
	"parley/internal/store/storetest"
)

// servers are the database servers that the tests of this package share: each is started
// when it is first wanted, and every test has a database of its own. They do not wait for
// the disk; a test that kills a server has one of its own that does.
var servers = map[string]*sharedServer{
	"mysql":    {start: engines.StartMariaDB},
	"postgres": {start: engines.StartPostgres},
}

type sharedServer struct {
	start func(context.Context, engines.Options) (*engines.Database, error)
	once  sync.Once
	db    *engines.Database
	err   error
	log   bytes.Buffer
	count atomic.Int64
}

var serversDir string

// server gives the shared server of a kind.
func server(t testing.TB, kind string) *engines.Database {
	t.Helper()
	if testing.Short() {
		t.Skip("a database server is not for a quick run")
	}
	s := servers[kind]
	s.once.Do(func() {
		s.db, s.err = s.start(context.Background(), engines.Options{Dir: filepath.Join(serversDir, kind), Log: &s.log, Unsynced: true})
	})
	if s.err != nil {
		t.Fatalf("%v\n%s", s.err, s.log.String())
	}
	return s.db
}

// freshDatabase makes an empty database and gives its URL.
func freshDatabase(t testing.TB, kind string) string {
	t.Helper()
	db := server(t, kind)
	name := fmt.Sprint("test_", servers[kind].count.Add(1))
	url, err := db.Create(context.Background(), name)
	if err != nil {
		t.Fatal(err)
	}
	return url
}

// TestMain wants every goroutine of a store to end with it.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "parley-store-")
	if err != nil {
		panic(err)
	}
	serversDir = dir
	status := m.Run()
	for _, s := range servers {
		if s.db != nil {
			s.db.Stop()
		}
	}
	_ = os.RemoveAll(dir)
	if err := goleak.Find(); err != nil && status == 0 {
		fmt.Fprintln(os.Stderr, err)
		status = 1
	}
	os.Exit(status)
}

func TestContractMySQL(t *testing.T)    { contract(t, "mysql") }
func TestContractPostgres(t *testing.T) { contract(t, "postgres") }

func contract(t *testing.T, kind string) {
	server(t, kind)
	usual := idleWait
	idleWait = time.Minute // the machine may be busy; no other test runs beside this one
	t.Cleanup(func() { idleWait = usual })
	storetest.Run(t, func(t *testing.T) storetest.Store { return openServer(t, emptyDatabase(t, kind), patiently) })
}

// patiently has appends wait for rows for as long, and as many, as a busy machine may need: a refusal for
// now is no fault, but the contract's tests do not repeat what is refused.
func patiently(o *Options) { o.lockPatience, o.Queue = 5*time.Minute, 1<<16 }

// openServer opens a store. It waits for a database that is away for a moment, as a server
// does (wait-for-db): the connections of a store that was closed may still count there.
func openServer(t testing.TB, url string, change ...func(*Options)) *Store {
	t.Helper()
	o := Options{URL: url, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}
	for _, f := range change {
		f(&o)
	}
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		s, err := Open(context.Background(), o)
		if err == nil {
			return s
		}
		if !Away(err) || time.Since(began) > time.Minute {
			t.Fatal(err)
		}
	}
}
