package server

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An empty file in the database's place is a new database only where nothing says that
// there was one.
func TestAnEmptiedDatabaseIsNotTakenForANewOne(t *testing.T) {
	for _, c := range []struct {
		name    string
		db      bool // there, with 0 bytes
		beside  string
		content string
		refused bool
	}{
		{"a first start", false, "", "", false},
		{"a first start that was cut short", true, lockName, "1234\n", false},
		{"with a certificate of its own", true, selfSignedCert, "x", false},
		{"a key that an operator put there", false, SealKeyFile, "", false},
		{"a key", true, SealKeyFile, "x", true},
		{"a control socket", true, SocketName, "", true},
		{"a log", true, "parley.db-wal", "x", true},
		{"an empty log", true, "parley.db-wal", "", false},
		{"a log alone", false, "parley.db-wal", "x", true},
		{"what a restore kept", true, "parley.db.before-restore-20261126T145120Z", "x", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := Config{Data: filepath.Join(t.TempDir(), "a [b] *")}
			if err := os.Mkdir(cfg.Data, 0o700); err != nil {
				t.Fatal(err)
			}
			put := func(name, content string) {
				t.Helper()
				if err := os.WriteFile(filepath.Join(cfg.Data, name), []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if c.db {
				put("parley.db", "")
			}
			if c.beside != "" {
				put(c.beside, c.content)
			}
			err := cfg.refuseEmptied()
			if (err != nil) != c.refused {
				t.Errorf("got %v", err)
			}
			if err != nil && (!strings.Contains(err.Error(), c.beside) || !strings.Contains(err.Error(), "parley restore")) {
				t.Errorf("%q does not say how it knows, or what to do", err)
			}
		})
	}
}

func TestAStartAfterTheDatabaseWasEmptied(t *testing.T) {
	cfg := testConfig(t.TempDir())
	s, _, _ := startServer(t, cfg)
	if err := MakeSealKey(filepath.Join(cfg.Data, SealKeyFile)); err != nil { // as the first client that seals has it made
		t.Fatal(err)
	}
	stopServer(t, s)
	if err := os.Truncate(filepath.Join(cfg.Data, "parley.db"), 0); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(t.Context(), cfg, io.Discard, io.Discard, cheapHash); err == nil || !strings.Contains(err.Error(), "is empty (0 bytes)") {
		t.Errorf("got %v", err)
	}
}

// Two data folders, one database: the second server would free the sessions of the first.
func TestASecondServerOnTheDatabaseIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "chat.db")
	first, second := testConfig(t.TempDir()), testConfig(t.TempDir())
	first.DB, second.DB = "sqlite://"+file, "sqlite://"+file
	s, _, _ := startServer(t, first)
	if _, err := Start(t.Context(), second, io.Discard, io.Discard, cheapHash); err == nil || !strings.Contains(err.Error(), "uses the database "+file) {
		t.Errorf("got %v", err)
	}
	stopServer(t, s)
	startServer(t, second)
}
