// Package changes lets clients of the SDK change messages on a real server and database, over
// connections that lose, double and reorder what the server tells of it.
package changes

import (
	"flag"
	"os"
	"testing"

	"parley/internal/store/dbtest"
)

// TestMain makes do with a few runs of the model: each has a history of its own. -rapid.checks says
// otherwise.
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", "5"); err != nil {
		panic(err)
	}
	flag.Parse()
	os.Exit(dbtest.Run(m))
}
