package testkit

import (
	"os"
	"path/filepath"
	"slices"
	"sync"
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
	holding := 0 // guarded by the lock alone
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 50 {
				unlock, err := lock(path)
				if err != nil {
					t.Error(err)
					return
				}
				if holding++; holding != 1 {
					t.Errorf("%d hold the lock", holding)
				}
				holding--
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
