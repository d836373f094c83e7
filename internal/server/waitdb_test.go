package server

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/internal/engines"
)

// A database that comes later than the server is waited for, with a line that says so. A
// mistake is not.
func TestTheDatabaseIsWaitedFor(t *testing.T) {
	if testing.Short() {
		t.Skip("a database server is not for a quick run")
	}
	db, err := engines.StartPostgres(t.Context(), engines.Options{Dir: filepath.Join(t.TempDir(), "db")})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Stop()
	url, err := db.Create(t.Context(), "parley")
	if err != nil {
		t.Fatal(err)
	}
	c := testConfig(filepath.Join(t.TempDir(), "data"))
	c.WaitForDB = time.Hour
	c.DB = strings.Replace(url, "/parley?", "/nothing?", 1)
	if _, err := Start(t.Context(), c, new(lines), new(lines), cheapHash); err == nil || !strings.Contains(err.Error(), "there is no such database") {
		t.Errorf("a database that does not exist: %v", err)
	}

	db.Stop()
	c.DB, c.WaitForDB = url, 0
	if _, err := Start(t.Context(), c, new(lines), new(lines), cheapHash); err == nil || !strings.Contains(err.Error(), "nothing answers there") {
		t.Errorf("without waiting: %v", err)
	}
	c.WaitForDB = patience
	type outcome struct {
		s   *Server
		err error
	}
	started, log := make(chan outcome, 1), new(lines)
	go func() {
		s, err := Start(t.Context(), c, new(lines), log, cheapHash)
		started <- outcome{s, err}
	}()
	for began := time.Now(); !strings.Contains(log.String(), "the database is not there yet; waiting for it"); time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > patience {
			t.Fatalf("nothing says that it waits:\n%s", log)
		}
	}
	if err := db.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	o := <-started
	if o.err != nil {
		t.Fatal(o.err)
	}
	defer stopServer(t, o.s)
	if !strings.Contains(log.String(), "the database is there") {
		t.Errorf("nothing says that it is there:\n%s", log)
	}
}
