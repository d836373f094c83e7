package testkit

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// OlderProgram returns the path of the program as it was at a revision of this repository, built
// from it. The build is kept, so that only the first test on a machine waits for it. A tree
// without that revision (a shallow clone, an unpacked archive) has the test skipped: its reason
// says what is missing.
func OlderProgram(t testing.TB, revision string) string {
	t.Helper()
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	commit, err := git(root, "rev-parse", "--verify", "--quiet", revision+"^{commit}")
	if err != nil {
		t.Skipf("this test needs the history of the project, with the revision %s, and this tree does not have it (git fetch --unshallow --tags brings it)", revision)
	}
	path, err := olderProgram(root, strings.TrimSpace(string(commit)))
	if err != nil {
		t.Fatalf("building the program of revision %s: %v", revision, err)
	}
	return path
}

func olderProgram(root, commit string) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	tools := sha256.Sum256([]byte(runtime.Version()))
	dir := filepath.Join(cache, "parley-test", "older", fmt.Sprintf("%s-%x", commit[:12], tools[:4]))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	unlock, err := lock(filepath.Join(dir, "lock"))
	if err != nil {
		return "", err
	}
	defer unlock()
	path := filepath.Join(dir, "parley")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	tree, err := os.MkdirTemp("", "parley-older-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(tree)
	archive, err := git(root, "archive", "--format=tar", commit)
	if err == nil {
		err = unpack(archive, tree)
	}
	if err == nil {
		err = build(tree, path)
	}
	return path, err
}

// git runs git in a folder and returns what it prints.
func git(dir string, args ...string) ([]byte, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	return cmd.Output()
}

func unpack(archive []byte, dir string) error {
	for r := tar.NewReader(bytes.NewReader(archive)); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		path := filepath.Join(dir, filepath.FromSlash(h.Name))
		switch h.Typeflag {
		case tar.TypeDir:
			err = os.MkdirAll(path, 0o700)
		case tar.TypeReg:
			err = unpackFile(r, path)
		}
		if err != nil {
			return err
		}
	}
}

func unpackFile(r io.Reader, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Close())
}
