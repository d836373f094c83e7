package dbtest

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"parley/internal/store/sqldb"
)

// emptied are databases by their kind that a test has used, and that are empty again: to
// make one, with its tables, takes a server twenty times as long as to empty it.
var emptied = struct {
	sync.Mutex
	of map[string][]*usedDatabase
}{of: map[string][]*usedDatabase{}}

// usedDatabase is a database that one test after the other uses.
type usedDatabase struct {
	url   string
	empty []string // what empties it
}

// Empty returns the URL of a database of a server with all tables and nothing in them
// but what a new one has. It is the test's own until its end.
func Empty(t *testing.T, kind string) string {
	t.Helper()
	Server(t, kind)
	emptied.Lock()
	var u *usedDatabase
	if free := emptied.of[kind]; len(free) > 0 {
		u, emptied.of[kind] = free[len(free)-1], free[:len(free)-1]
	}
	emptied.Unlock()
	if u == nil {
		u = &usedDatabase{url: Fresh(t, kind)}
		u.learn(t, kind)
	}
	t.Cleanup(func() {
		if t.Failed() {
			return // the store may not have been closed
		}
		u.run(t, u.empty)
		emptied.Lock()
		defer emptied.Unlock()
		emptied.of[kind] = append(emptied.of[kind], u)
	})
	return u.url
}

// learn makes the tables and finds out how to empty them again: what is in them now, which
// is what every new database begins with, is kept in tables beside them.
func (u *usedDatabase) learn(t *testing.T, kind string) {
	t.Helper()
	d, _, err := sqldb.New(u.url)
	if err != nil {
		t.Fatal(err)
	}
	if err := sqldb.Migrate(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(d.Connector())
	defer db.Close()
	here, counted := "DATABASE()", "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND auto_increment IS NOT NULL"
	if kind == "postgres" {
		here, counted = "current_schema()", "SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema()"
	}
	tables := Column(t, db, "SELECT table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema = "+here)
	var first []string
	for _, table := range tables {
		if table == sqldb.VersionTable {
			continue
		}
		u.empty = append(u.empty, "DELETE FROM "+table)
		if Column(t, db, "SELECT COUNT(*) FROM "+table)[0] != "0" {
			first = append(first, fmt.Sprintf("CREATE TABLE new_%[1]s AS SELECT * FROM %[1]s", table))
			u.empty = append(u.empty, fmt.Sprintf("INSERT INTO %[1]s SELECT * FROM new_%[1]s", table))
		}
	}
	for _, name := range Column(t, db, counted) {
		switch {
		case name == sqldb.VersionTable || strings.HasPrefix(name, sqldb.VersionTable):
		case kind == "postgres":
			u.empty = append(u.empty, "ALTER SEQUENCE "+name+" RESTART")
		default:
			u.empty = append(u.empty, "ALTER TABLE "+name+" AUTO_INCREMENT = 1")
		}
	}
	u.run(t, first)
}

// run executes statements on a connection of its own.
func (u *usedDatabase) run(t *testing.T, texts []string) {
	t.Helper()
	d, _, err := sqldb.New(u.url)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(d.Connector())
	defer db.Close()
	for _, text := range texts {
		if _, err := db.ExecContext(context.Background(), text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
}

// Column reads one column.
func Column(t *testing.T, db *sql.DB, query string, args ...any) (all []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// migrated is the bytes of an SQLite file with all tables and nothing in them.
var migrated = sync.OnceValues(func() ([]byte, error) {
	path := filepath.Join(serversDir, "new.db")
	d, _, err := sqldb.New(path)
	if err != nil {
		return nil, err
	}
	if err := sqldb.Migrate(context.Background(), d); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// EmptyFile returns the path of an SQLite file with all tables and nothing in them.
func EmptyFile(t *testing.T) string {
	t.Helper()
	file, err := migrated()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "parley.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
