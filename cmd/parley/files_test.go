package main

import (
	"bytes"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/internal/chat"
	"parley/internal/store"
)

// oddNames are names that a file may have, and that something on the way could take for
// something else.
var oddNames = []string{
	"plain.db", "a#b?c=d&e 100%.db", "a%20b+.db", "备份 数据.db", "~tilde.db", "[a] *;'\"host:1.db",
}

// Every file that a command takes may be named from where one stands, and have any name.
func TestFilesOfAnyName(t *testing.T) {
	base := t.TempDir()
	t.Chdir(base)
	t.Setenv("HOME", filepath.Join(base, "at home"))
	parley := func(t *testing.T, args ...string) string {
		t.Helper()
		var out bytes.Buffer
		if status := run(t.Context(), args, streams{strings.NewReader(""), &out, &out}); status != 0 {
			t.Fatalf("parley %q: status %d\n%s", args, status, out.String())
		}
		return out.String()
	}
	const one = "1 users, 0 conversations, 0 messages"
	for i, name := range oddNames {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(base, string(rune('a'+i)))
			data := filepath.Join("data of "+name, "in it")
			if err := os.MkdirAll(filepath.Join(dir, data), 0o700); err != nil {
				t.Fatal(err)
			}
			t.Chdir(dir)
			s, err := store.Open(t.Context(), store.Options{URL: filepath.Join(data, "parley.db")})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.CreateUser(t.Context(), "ann", "ann", "hash"); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			says := func(said, want string) {
				t.Helper()
				if !strings.Contains(said, want) {
					t.Errorf("%q does not say %q", said, want)
				}
			}
			says(parley(t, "backup", "--data", data, "--to", name), name+": checked, "+one)
			says(parley(t, "backup", "--data", data, "--to=./"+name, "--force"), one)
			says(parley(t, "restore", "--check", "--from", name), one)
			says(parley(t, "restore", "--data", "restored "+name, "--from", name), "restored: "+one)
			// In a URL these stand for something else.
			at := strings.NewReplacer("%", "%25", "?", "%3F", "#", "%23").Replace(name)
			if i%2 == 1 { // a move takes its time, and the name stands in a URL as it does below
				says(parley(t, "migrate", "--from", "sqlite://"+at, "--to", "sqlite://moved "+at), "everything is there")
			} else if err := os.Rename(name, "moved "+name); err != nil {
				t.Fatal(err)
			}
			says(parley(t, "backup", "--data", data, "--db", "sqlite://moved "+at, "--to", "moved copy"), one)
			says(parley(t, "key", "new", "key "+name), "SHA256:")
			says(parley(t, "key", "--file", "key "+name), "SHA256:")
			settings := "settings " + name
			if err := os.WriteFile(settings, []byte("max-text: 100\n"+freePorts), 0o600); err != nil {
				t.Fatal(err)
			}
			says(parley(t, "config", "check", settings), "is valid")
			found, err := filepath.Glob("file*") // what a URL that was read wrongly would have made
			if err != nil || len(found) > 0 {
				t.Errorf("left behind: %v, %v", found, err)
			}
		})
	}
	// What a shell does not expand behind a =, nor a file of settings.
	if err := os.MkdirAll("at home/data", 0o700); err != nil {
		t.Fatal(err)
	}
	says := parley(t, "backup", "--data=a/data of plain.db/in it", "--to=~/copy.db")
	if _, err := os.Stat("at home/copy.db"); err != nil {
		t.Errorf("%v\n%s", err, says)
	}
	if err := os.WriteFile("home.yaml", []byte("data: ~/data\nseal-key: ~/seal\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	parley(t, "key", "new", "~/seal")
	if c, err := serveConfig(t, "--config", "home.yaml"); err != nil || c.Data != filepath.Join(base, "at home/data") {
		t.Errorf("data is %q, %v", c.Data, err)
	}
}

// The folder of an archive may have any name, too, and none is cut off at a sign.
func TestArchiveFoldersOfAnyName(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Options{URL: filepath.Join(dir, "data", "parley.db"), Clock: chat.SystemClock{}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	list := func(to string) (int, string) {
		var out bytes.Buffer
		status := run(t.Context(), []string{"archive", "list", "--data", filepath.Join(dir, "data"), "--archive-to", to}, streams{strings.NewReader(""), &out, &out})
		return status, out.String()
	}
	for _, name := range oddNames {
		to := url.URL{Scheme: "file", Path: filepath.Join(dir, name)}
		if status, said := list(to.String()); status != 0 {
			t.Errorf("%s: %s", name, said)
		}
	}
	for _, raw := range []string{"file://" + dir + "/a#b", "file://" + dir + "/a?b"} {
		if status, said := list(raw); status == 0 || !strings.Contains(said, "%23") {
			t.Errorf("%s: status %d, %s", raw, status, said)
		}
	}
}
