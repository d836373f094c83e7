package engines

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestRestartWaitsForOldProcesses: a process of a PostgreSQL outlives its parent, because it is
// frozen. No other server can start on its folder before it has ended.
func TestRestartWaitsForOldProcesses(t *testing.T) {
	t.Parallel()
	d, err := StartPostgres(t.Context(), Options{Dir: filepath.Join(t.TempDir(), "server"), Unsynced: true})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Stop()
	all := d.remains()
	if !slices.Contains(all, d.PID()) || len(all) < 2 {
		t.Fatalf("the server is process %d, and found were %v", d.PID(), all)
	}
	child := all[slices.IndexFunc(all, func(pid int) bool { return pid != d.PID() })]
	if err := syscall.Kill(child, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	defer syscall.Kill(child, syscall.SIGKILL)
	if err := syscall.Kill(d.PID(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-d.Done()
	soon, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := d.Restart(soon); err == nil || !strings.Contains(err.Error(), "processes [") || !strings.Contains(err.Error(), fmt.Sprint(child)) {
		t.Fatalf("beside process %d: %v", child, err)
	}
	if err := syscall.Kill(child, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if err := d.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
}
