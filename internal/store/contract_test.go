package store

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"

	"parley/internal/store/dbtest"
	"parley/internal/store/storetest"
)

func TestContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Store { return openTest(t, Options{URL: dbtest.EmptyFile(t)}) })
}

// openTest opens a store in a folder of the test's own; the test closes it.
func openTest(t *testing.T, o Options) *Store {
	t.Helper()
	if o.URL == "" {
		o.URL = filepath.Join(t.TempDir(), "parley.db")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	s, err := Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
