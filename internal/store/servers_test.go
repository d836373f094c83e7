package store

import (
	"context"
	"fmt"
	"hash/fnv"
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parley/internal/store/dbtest"
	"parley/internal/store/sqldb"
)

// TestMain wants every goroutine of a store to end with it.
func TestMain(m *testing.M) {
	status := dbtest.Run(m)
	if err := goleak.Find(); err != nil && status == 0 {
		fmt.Fprintln(os.Stderr, err)
		status = 1
	}
	os.Exit(status)
}

func TestContractMySQL(t *testing.T)    { contract(t, "mysql", 0) }
func TestContractPostgres(t *testing.T) { contract(t, "postgres", 1) }

// contract runs half of the contract's parts in small pieces, and the other half as a server
// runs: what is cut small on one database is not on the other.
func contract(t *testing.T, kind string, half uint32) {
	dbtest.Server(t, kind)
	tapped(t, func(t *testing.T) string { return dbtest.Empty(t, kind) }, func(t *testing.T) Options {
		var o Options
		_, part, _ := strings.Cut(t.Name(), "/")
		name := fnv.New32()
		_, _ = io.WriteString(name, part)
		if name.Sum32()%2 == half {
			inSmallPieces(&o)
		}
		patiently(&o)
		return o
	})
}

// patiently has appends wait for rows for as long, and as many, as a busy machine may need: a refusal for
// now is no fault, nor is a transaction that the machine stopped, but the contract's tests do not repeat what is refused.
func patiently(o *Options) { o.lockPatience, o.Queue, o.idleWait = 5*time.Minute, 1<<16, time.Minute }

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
		if !sqldb.Away(err) || time.Since(began) > time.Minute {
			t.Fatal(err)
		}
	}
}
