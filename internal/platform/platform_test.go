package platform

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// init lets the test binary be the process that holds a lock.
func init() {
	path := os.Getenv("PARLEY_TEST_LOCK")
	if path == "" {
		return
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err == nil {
		err = TryLock(f)
	}
	fmt.Println(err)
	_, _ = io.Copy(io.Discard, os.Stdin) // until the test lets go
	os.Exit(0)
}

func TestALockIsTheProcesss(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString("1234\n"); err != nil {
		t.Fatal(err)
	}
	other := exec.Command(os.Args[0])
	other.Env = append(os.Environ(), "PARLEY_TEST_LOCK="+path)
	hold, err := other.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	says, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	if line, _ := bufio.NewReader(says).ReadString('\n'); line != "<nil>\n" {
		t.Fatalf("the other process did not get the lock: %q", line)
	}
	if err := TryLock(f); !errors.Is(err, ErrLocked) {
		t.Errorf("while it is held: %v, want ErrLocked", err)
	}
	if text, err := os.ReadFile(path); string(text) != "1234\n" {
		t.Errorf("a locked file reads %q, %v", text, err)
	}
	freed := make(chan error, 1)
	go func() { freed <- AwaitUnlock(f) }()
	hold.Close()
	if err := other.Wait(); err != nil {
		t.Error(err)
	}
	if err := <-freed; err != nil {
		t.Errorf("waiting for the lock: %v", err)
	}
	if err := TryLock(f); err != nil {
		t.Errorf("after its holder has ended: %v", err)
	}
}

func TestCreateOwnFollowsNoLink(t *testing.T) {
	for name, create := range map[string]func(string) (*os.File, error){"here": CreateOwn, "between looks": createBetweenLooks} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			victim, link, fresh := filepath.Join(dir, "victim"), filepath.Join(dir, "link"), filepath.Join(dir, "fresh")
			if err := os.WriteFile(victim, []byte("content"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(victim, link); err != nil {
				t.Skipf("this system lets nobody make links: %v", err)
			}
			if f, err := create(link); err == nil {
				f.Close()
				t.Error("a link was followed")
			}
			if text, _ := os.ReadFile(victim); string(text) != "content" {
				t.Errorf("behind the link stands %q now", text)
			}
			for _, path := range []string{fresh, victim} {
				f, err := create(path)
				if err != nil {
					t.Fatal(err)
				}
				if info, err := f.Stat(); err != nil || info.Size() != 0 {
					t.Errorf("%s: %v, %v, want an empty file", path, info, err)
				}
				if _, err := f.WriteString("new"); err != nil {
					t.Error(err)
				}
				f.Close()
			}
			if f, err := create(dir); err == nil {
				f.Close()
				t.Error("a folder was opened as a file")
			}
		})
	}
}

func TestRenamePutsInPlace(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
	for path, text := range map[string]string{from: "new", to: "old"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := Rename(from, to); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(to); string(text) != "new" {
		t.Errorf("%q, %v", text, err)
	}
	if _, err := os.Stat(from); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the old name: %v", err)
	}
	if err := Rename(from, to); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("of nothing: %v", err)
	}
}

func TestErrorsHaveTheirMeaning(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	if c, err := net.Dial("tcp", addr); err == nil {
		c.Close()
		t.Skip("somebody took the port meanwhile")
	} else if !IsRefused(err) {
		t.Errorf("nobody listens: %v is not taken for that", err)
	}
	if _, err := os.Open(filepath.Join(t.TempDir(), "none")); IsRefused(err) || IsFull(err) || IsReadOnly(err) || MayAcceptAgain(err) {
		t.Errorf("%v is taken for something else", err)
	}
	for _, e := range acceptLater {
		if !MayAcceptAgain(&net.OpError{Op: "accept", Err: os.NewSyscallError("accept", e)}) {
			t.Errorf("%v ends accepting", e)
		}
	}
}

func TestMakeOwnFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "above", "own")
	for range 2 {
		if err := MakeOwnFolder(dir); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
		t.Error(err)
	}
	if err := MakeOwnFolder(filepath.Join(dir, "file")); err == nil {
		t.Error("a file is taken for a folder")
	}
}

func TestFileURI(t *testing.T) {
	q := url.Values{"mode": {"rw"}}
	for path, want := range map[string]string{
		"/var/lib/p.db":      "file:///var/lib/p.db?mode=rw",
		"/a b/#1?/100%/中.db": "file:///a%20b/%231%3F/100%25/%E4%B8%AD.db?mode=rw",
		"C:/data/p.db":       "file:///C:/data/p.db?mode=rw",
		"//server/share/p":   "file:////server/share/p?mode=rw",
	} {
		if got := fileURI(path, q); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
