package server

import (
	"crypto/rand"
	"encoding/base64"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"parley/internal/blobs"
)

// TestFullArchive: a disk without room for a segment is told as what it is, nothing is
// lost, and with room again the next run goes on.
func TestFullArchive(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=256k"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("this test needs the right to mount: %v", err)
		}
		t.Skipf("this test needs the right to mount: %v", err)
	}
	defer syscall.Unmount(dir, syscall.MNT_DETACH)
	s, err := blobs.Open("file://" + dir)
	if err != nil {
		t.Fatal(err)
	}
	c := newCellar(t, s)
	c.noise = func() string { // nothing to compress
		b := make([]byte, 600)
		rand.Read(b)
		return base64.StdEncoding.EncodeToString(b)
	}
	c.talk(800)
	_, err = c.Run(t.Context(), time.Now().Add(time.Hour), 1, nil)
	if err == nil || !strings.Contains(err.Error(), "no space left") || !strings.Contains(err.Error(), "make room") {
		t.Fatalf("a full disk is told as %v", err)
	}
	if c.Store.Trouble() == "" {
		t.Error("the operator is not told")
	}
	c.same()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=8m"); err != nil {
		t.Fatal(err)
	}
	if done := c.run(); done.Messages != 799 {
		t.Errorf("%+v", done)
	}
	c.same()
	c.wholeArchive()
}
