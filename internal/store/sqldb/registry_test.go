package sqldb

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

func TestPlaceholdersAndHooks(t *testing.T) {
	d := &Dialect{
		Name:        "test",
		hooks:       map[string]string{"ids": "ANY(?)", "lock": "FOR UPDATE"},
		placeholder: func(n int) string { return "$" + string(rune('0'+n)) },
	}
	got := d.text("SELECT 1 FROM t WHERE a = ? AND b IN {ids} AND c = ? {lock}")
	if want := "SELECT 1 FROM t WHERE a = $1 AND b IN ANY($2) AND c = $3 FOR UPDATE"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestMigrationsAreNumbered keeps the folder in order: no hole, no number twice.
func TestMigrationsAreNumbered(t *testing.T) {
	names, err := fs.Glob(migrations, "migrations/sqlite/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range names {
		if want := fmt.Sprintf("%05d_", i+1); !strings.HasPrefix(filepath.Base(name), want) {
			t.Errorf("%s stands at place %d", name, i+1)
		}
	}
}
