// Package dbtest gives tests real databases: servers that the tests of a package share, databases
// that are new or empty, files, and a device that writes.
package dbtest

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"parley/internal/engines"
)

// servers are the database servers that the tests of a package share: each is started
// when it is first wanted, and every test has a database of its own. They do not wait for
// the disk; a test that kills a server has one of its own that does.
var servers = map[string]*sharedServer{
	"mysql":    {start: Start["mysql"]},
	"postgres": {start: Start["postgres"]},
}

// Start starts a server of a kind, for a test that needs its own.
var Start = map[string]func(context.Context, engines.Options) (*engines.Database, error){
	"mysql": engines.StartMariaDB, "postgres": engines.StartPostgres,
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

// Server returns the shared server of a kind.
func Server(t testing.TB, kind string) *engines.Database {
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

// Fresh makes an empty database and gives its URL.
func Fresh(t testing.TB, kind string) string {
	t.Helper()
	db := Server(t, kind)
	name := fmt.Sprint("test_", servers[kind].count.Add(1))
	url, err := db.Create(context.Background(), name)
	if err != nil {
		t.Fatal(err)
	}
	return url
}

// OnServers runs a test on each database server.
func OnServers(t *testing.T, run func(t *testing.T, kind string)) {
	for kind := range servers {
		t.Run(kind, func(t *testing.T) { run(t, kind) })
	}
}

// Run runs the tests of a package and stops the servers that they used.
func Run(m *testing.M) (status int) {
	dir, err := os.MkdirTemp("", "parley-store-")
	if err != nil {
		panic(err)
	}
	serversDir = dir
	status = m.Run()
	for _, s := range servers {
		if s.db != nil {
			s.db.Stop()
		}
	}
	_ = os.RemoveAll(dir)
	return status
}
