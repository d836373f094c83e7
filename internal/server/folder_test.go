package server

import (
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestWhoElseCanWriteToTheFolder(t *testing.T) {
	const me, mine, root, somebody = 1000, 1000, 0, 1001
	for _, c := range []struct {
		name     string
		mode     fs.FileMode
		uid, gid int
		me       int
		refused  bool
		warning  string // "" for none
	}{
		{"its owner's alone", 0o700, me, mine, me, false, ""},
		{"others can read", 0o755, me, mine, me, false, ""},
		{"everybody can write", 0o777, me, mine, me, true, ""},
		{"everybody, also with the sticky bit", 0o777 | fs.ModeSticky, me, mine, me, true, ""},
		{"everybody, and this is root", 0o777, somebody, somebody, root, true, ""},
		{"everybody, to a volume of root's", 0o777, root, mine, me, false, "everybody"},
		{"the server's own group", 0o775, root, mine, me, false, ""},
		{"another group", 0o770, me, 2000, me, false, "group 2000"},
		{"another user's", 0o755, somebody, mine, me, false, "another user (1001)"},
		{"root's", 0o755, root, root, me, false, ""},
		{"another user's, and this is root", 0o755, somebody, mine, root, false, ""},
		{"a platform without owners", 0o777, noOwner, noOwner, me, false, ""},
	} {
		warning, err := judgeFolder("/data", c.mode, c.uid, c.gid, c.me, mine)
		if (err != nil) != c.refused || (warning != "") != (c.warning != "") || !strings.Contains(warning, c.warning) {
			t.Errorf("%s: warning %q, error %v", c.name, warning, err)
		}
		if err != nil && !strings.Contains(err.Error(), "chmod o-w /data") {
			t.Errorf("%s: %q does not say what to do", c.name, err)
		}
	}
}

// A start looks at its folder.
func TestAFolderThatEverybodyCanWriteTo(t *testing.T) {
	cfg := testConfig(t.TempDir())
	if err := os.Chmod(cfg.Data, 0o777); err != nil { //nolint:gosec // that is the mistake
		t.Fatal(err)
	}
	if _, err := Start(t.Context(), cfg, io.Discard, io.Discard, cheapHash); err == nil || !strings.Contains(err.Error(), "chmod o-w") {
		t.Errorf("got %v", err)
	}
	if err := os.Chmod(cfg.Data, 0o755); err != nil { //nolint:gosec // others may look
		t.Fatal(err)
	}
	startServer(t, cfg)
}

// Somebody put links where the server keeps what is its own. It follows none, and leaves
// what they lead to as it was.
func TestLinksInTheFolderAreNotFollowed(t *testing.T) {
	for _, name := range []string{"parley.db", "parley.lock", selfSignedCert, selfSignedKey, SealKeyFile, "parley.db-wal", "parley.db-shm"} {
		for _, there := range []bool{true, false} {
			t.Run(name, func(t *testing.T) {
				cfg := testConfig(t.TempDir())
				cfg.TLSSelfSigned = strings.HasPrefix(name, "tls.")
				target := filepath.Join(t.TempDir(), "target")
				if there {
					if err := os.WriteFile(target, []byte("precious"), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				if err := os.Symlink(target, filepath.Join(cfg.Data, name)); err != nil {
					t.Fatal(err)
				}
				s, err := Start(t.Context(), cfg, io.Discard, io.Discard, cheapHash)
				if err == nil {
					stopServer(t, s)
				}
				if tail := strings.HasPrefix(name, "parley.db-"); !tail && (err == nil || !strings.Contains(err.Error(), "symbolic link")) {
					t.Errorf("got %v", err)
				}
				now, err := os.ReadFile(target)
				if there && string(now) != "precious" || !there && err == nil {
					t.Errorf("what the link leads to is now %q", now)
				}
			})
		}
	}
}

// A folder is known again by the next server on it, and its copy is known to be another.
func TestACopiedFolderIsKnown(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere no folder is told from its copy, and leases run out")
	}
	dir, other := t.TempDir(), t.TempDir()
	l, err := lockData(dir)
	if err != nil {
		t.Fatal(err)
	}
	here := stampOf(dir)
	if err := writeNode(dir, 7, here); err != nil {
		t.Fatal(err)
	}
	if err := l.release(); err != nil {
		t.Fatal(err)
	}
	if id, stamp, err := readNode(dir); id != 7 || stamp != here || stamp != stampOf(dir) || stamp == "" || err != nil {
		t.Errorf("node %d of %q, %v; the folder is %q", id, stamp, err, stampOf(dir))
	}
	// All that cp -a does.
	out, err := exec.Command("cp", "-a", dir+"/.", other).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if id, stamp, err := readNode(other); id != 7 || stamp == stampOf(other) || err != nil {
		t.Errorf("the copy is taken for the original: node %d of %q, %v", id, stamp, err)
	}
}
