package testkit

import (
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
)

// A source that is not looked at can change, and go test gives the old program's result.
func TestSourcesOfTheProgramAreLookedAt(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	folders, err := sourceFolders(root)
	if err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]bool{
		"": true, "cmd/parley": true, "internal/hub": true, "client": true, "wire": true, "deploy": true,
		".git": false, "test": false, "docs": false,
	} {
		if got := slices.Contains(folders, filepath.Join(root, dir)); got != want {
			t.Errorf("%q is looked at: %v, want %v", dir, got, want)
		}
	}
}

func TestTheBuildIsOfOneAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	var holding atomic.Int32 // the race detector does not see the lock, which is a file's
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 50 {
				unlock, err := lock(path)
				if err != nil {
					t.Error(err)
					return
				}
				if n := holding.Add(1); n != 1 {
					t.Errorf("%d hold the lock", n)
				}
				holding.Add(-1)
				unlock()
			}
		})
	}
	all.Wait()
}

// A program that is in use stays what it is when the shared one is built anew.
func TestACopyOfTheProgramStays(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
	if err := os.WriteFile(from, []byte("old"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := copyProgram(from, to); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(from, []byte("new"), 0o700); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(to); err != nil || string(got) != "old" {
		t.Errorf("it holds %q, %v", got, err)
	}
	if err := copyProgram(from, to); err == nil {
		t.Error("what is there is overwritten")
	}
}
