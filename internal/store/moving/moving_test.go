package moving

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parley/internal/store"
	"parley/internal/store/dbtest"
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

// open opens a store. It waits for a database that is away for a moment: the connections of a
// store that was closed may still count there.
func open(t *testing.T, url string) *store.Store {
	t.Helper()
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		s, err := store.Open(context.Background(), store.Options{URL: url, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
		if err == nil {
			return s
		}
		if !store.Away(err) || time.Since(began) > time.Minute {
			t.Fatal(err)
		}
	}
}
