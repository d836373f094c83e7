package platform

import (
	"errors"
	"path/filepath"
	"testing"
)

func TestDiskSpace(t *testing.T) {
	dir := t.TempDir()
	free, total, err := DiskSpace(dir)
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip("this system cannot be asked")
	}
	if err != nil || free == 0 || free > total {
		t.Errorf("%d bytes of %d are free (%v)", free, total, err)
	}
	if _, _, err := DiskSpace(filepath.Join(dir, "none")); err == nil {
		t.Error("a folder that is not there has room")
	}
}
