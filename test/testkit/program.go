package testkit

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"parley/internal/platform"
)

// ProgramEnv names a program that is built already, for processes that must not build it.
const ProgramEnv = "PARLEY_TEST_BINARY"

// Program returns the path of the real program, built from this tree. All packages of
// scenarios share one build: the go command finds out whether it is up to date, which takes
// half a second, and the others wait for it meanwhile. It may be used at the same time.
func Program(t testing.TB) string {
	t.Helper()
	program.once.Do(program.make)
	if program.err != nil {
		t.Fatal(program.err)
	}
	return program.path
}

// built is the program as this process uses it.
type built struct {
	once sync.Once
	dir  string // of this process alone
	path string
	err  error
}

var program built

func (b *built) make() {
	if b.path = os.Getenv(ProgramEnv); b.path != "" {
		return
	}
	root, err := moduleRoot()
	if err == nil {
		err = touchSources(root)
	}
	if err == nil {
		b.dir, err = os.MkdirTemp("", "parley-test-")
	}
	if err == nil {
		b.path = filepath.Join(b.dir, "parley")
		err = buildShared(root, b.path)
	}
	b.err = err
}

func (b *built) remove() {
	if b.dir != "" {
		_ = os.RemoveAll(b.dir)
	}
}

// buildShared brings the build that all processes on this tree share up to date, and puts it
// at path: a build that comes later, from sources that were changed meanwhile, must not
// change the program in the middle of a scenario.
func buildShared(root, path string) error {
	cache, err := os.UserCacheDir()
	if err != nil {
		return build(root, path) // without a place to share it
	}
	tree := sha256.Sum256([]byte(root))
	dir := filepath.Join(cache, "parley-test", fmt.Sprintf("%x", tree[:8]))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	unlock, err := lock(filepath.Join(dir, "lock"))
	if err != nil {
		return err
	}
	defer unlock()
	shared := filepath.Join(dir, "parley")
	if err := build(root, shared); err != nil {
		return err
	}
	if os.Link(shared, path) == nil { // the go command writes a new file, never into this one
		return nil
	}
	return copyProgram(shared, path)
}

func build(root, path string) error {
	cmd := exec.Command("go", "build", "-o", path, "./cmd/parley")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building the program: %w: %s", err, out)
	}
	return nil
}

func copyProgram(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o700)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// lock waits until nobody else has the lock on the file at path, and takes it.
func lock(path string) (unlock func(), err error) {
	for {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return nil, err
		}
		err = platform.TryLock(f)
		if err == nil {
			return func() { f.Close() }, nil
		}
		if errors.Is(err, platform.ErrLocked) {
			err = platform.AwaitUnlock(f)
		}
		f.Close() // it may hold a lock that others share
		if err != nil {
			return nil, err
		}
	}
}

// moduleRoot returns the folder of go.mod above the one that tests run in.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, stat := os.Stat(filepath.Join(dir, "go.mod")); stat == nil {
			return dir, nil
		}
		above := filepath.Dir(dir)
		if above == dir {
			err = errors.New("no go.mod is above the folder of the test")
		}
		dir = above
	}
	return "", err
}

// touchSources reads the folders of the sources. The go command notes which folders a test
// has read, and so does not take an old result for the present one's when a source that only
// the program has, and no test imports, was changed.
func touchSources(root string) error {
	folders, err := sourceFolders(root)
	for _, dir := range folders {
		if _, readErr := os.ReadDir(dir); readErr != nil {
			err = errors.Join(err, readErr)
		}
	}
	return err
}

// sourceFolders are the folders that the program may be made from.
func sourceFolders(root string) (folders []string, err error) {
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || !d.IsDir():
			return err
		case path != root && slices.Contains([]string{".git", "node_modules", "testdata", "test", "docs", "tools", "bin"}, d.Name()):
			return fs.SkipDir
		}
		folders = append(folders, path)
		return nil
	})
	return folders, err
}
