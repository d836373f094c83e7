package server

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A check finds what a start would fail at, and leaves everything as it is.
func TestRehearseFindsWhatAStartFailsAt(t *testing.T) {
	keys := t.TempDir()
	in := func(name string) string { return filepath.Join(keys, name) }
	for _, pair := range []string{"a", "b"} {
		if err := selfSign(in(pair+".crt"), in(pair+".key"), nil, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(in("text"), []byte("no key\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, c := range []struct {
		name string
		set  func(*Config)
		want string // "" for nothing
	}{
		{"nothing", func(*Config) {}, ""},
		{"a folder to be made", func(c *Config) { c.Data = filepath.Join(c.Data, "a", "b") }, ""},
		{"a file in the folder's place", func(c *Config) { c.Data = in("text") }, "is no folder"},
		{"a file on the way to it", func(c *Config) { c.Data = filepath.Join(in("text"), "data") }, "not a directory"},
		{"an open folder", func(c *Config) { _ = os.Chmod(c.Data, 0o777) }, "chmod o-w"}, //nolint:gosec // that is the mistake
		{"an address that is taken", func(c *Config) { c.HTTP = taken.Addr().String() }, "--http"},
		{"an address of somebody else", func(c *Config) { c.Admin = "192.0.2.1:8081" }, "--admin"},
		{"one address twice", func(c *Config) { c.TCP, c.Admin = "127.0.0.1:16123", "127.0.0.1:16123" }, "--admin"},
		{"no such certificate", func(c *Config) { c.TLSCert, c.TLSKey = in("none"), in("a.key") }, "none: no such file"},
		{"a key of another certificate", func(c *Config) { c.TLSCert, c.TLSKey = in("a.crt"), in("b.key") }, "belong together"},
		{"a pair", func(c *Config) { c.TLSCert, c.TLSKey = in("a.crt"), in("a.key") }, ""},
		{"a certificate to be made", func(c *Config) { c.TLSSelfSigned = true }, ""},
		{"no key for sealed connections", func(c *Config) { c.SealKey = in("none") }, "parley key new"},
		{"text for that key", func(c *Config) { c.SealKey = in("text") }, "cannot be used"},
		{"no place for an archive", func(c *Config) { c.ArchiveTo = "ftp://a" }, "neither file"},
		{"no Redis", func(c *Config) { c.DB, c.Bus = "postgres://u:p@h/d", "http://redis" }, "redis"},
		{"several", func(c *Config) { c.SealKey, c.HTTP = in("none"), taken.Addr().String() }, "--http"},
	} {
		cfg := testConfig(t.TempDir())
		c.set(&cfg)
		running, err := Rehearse(t.Context(), cfg)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) || running {
			t.Errorf("%s: %v, want %q; running %v", c.name, err, c.want, running)
		}
		if left, err := os.ReadDir(cfg.Data); err == nil && len(left) > 0 {
			t.Errorf("%s: left behind: %v", c.name, left)
		}
	}
}

func TestRehearseBesideARunningServer(t *testing.T) {
	cfg := testConfig(t.TempDir())
	s, _, _ := startServer(t, cfg)
	tcp, _ := s.Addrs()
	cfg.TCP = tcp.String()
	if running, err := Rehearse(t.Context(), cfg); !running || err != nil {
		t.Errorf("running %v, %v", running, err)
	}
	stopServer(t, s)
	if running, err := Rehearse(t.Context(), cfg); running || err != nil {
		t.Errorf("afterwards: running %v, %v", running, err)
	}
}
