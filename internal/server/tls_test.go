package server

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// shown is the certificate that a server shows now.
func shown(t *testing.T, s *Server) *x509.Certificate {
	t.Helper()
	tcp, _ := s.Addrs()
	c, err := tls.Dial("tcp", tcp.String(), &tls.Config{InsecureSkipVerify: true}) //nolint:gosec // it is looked at
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	return c.ConnectionState().PeerCertificates[0]
}

// The server's own certificate is made once, for this machine's names and those that are
// named, and its key is for nobody else to read.
func TestSelfSigned(t *testing.T) {
	cfg := testConfig(t.TempDir())
	cfg.TLSSelfSigned, cfg.TLSNames = true, []string{"chat.example.org", "192.0.2.1"}
	s, _, _ := startServer(t, cfg)
	first := shown(t, s)
	for _, name := range []string{"localhost", "127.0.0.1", "chat.example.org", "192.0.2.1"} {
		if err := first.VerifyHostname(name); err != nil {
			t.Error(err)
		}
	}
	for _, file := range []string{selfSignedCert, selfSignedKey} {
		if info, err := os.Stat(filepath.Join(cfg.Data, file)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", file, info, err)
		}
	}
	if h, err := AskHealth(t.Context(), s.AdminAddr().String()); err != nil || !h.Ready {
		t.Errorf("%v %v", h, err)
	}
	stopServer(t, s)
	again, _, _ := startServer(t, cfg)
	if !shown(t, again).Equal(first) {
		t.Error("it was made anew")
	}
}

// A certificate that was replaced is shown without a restart; one that cannot be used
// leaves the last one, with a line in the log.
func TestCertificateIsReadAgain(t *testing.T) {
	a, b := filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")
	for _, dir := range []string{a, b} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := selfSign(filepath.Join(dir, "crt"), filepath.Join(dir, "key"), nil, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	cfg := testConfig(t.TempDir())
	cfg.TLSCert, cfg.TLSKey = filepath.Join(a, "crt"), filepath.Join(a, "key")
	s, _, log := startServer(t, cfg)
	first := shown(t, s)
	replace := func(name string, with []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(a, name), with, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(filepath.Join(a, name), time.Time{}, time.Now().Add(time.Duration(len(with))*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	until := func(what string, is func() bool) {
		t.Helper()
		for began := time.Now(); !is(); time.Sleep(20 * time.Millisecond) {
			if time.Since(began) > patience {
				t.Fatalf("%s\n%s", what, log)
			}
		}
	}
	replace("crt", []byte("no certificate"))
	until("a certificate that cannot be used is not told of", func() bool {
		if !shown(t, s).Equal(first) {
			t.Fatal("something else is shown")
		}
		return strings.Contains(log.String(), "the new certificate cannot be used")
	})
	for _, name := range []string{"key", "crt"} {
		text, err := os.ReadFile(filepath.Join(b, name))
		if err != nil {
			t.Fatal(err)
		}
		replace(name, text)
	}
	until("the new certificate is never shown", func() bool { return !shown(t, s).Equal(first) })
}

func TestTLSErrors(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "crt"), filepath.Join(dir, "key")
	if err := selfSign(cert, key, nil, time.Now()); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*Config){
		"a certificate and its key go together": func(c *Config) { c.TLSCert = cert },
		"choose one of the two":                 func(c *Config) { c.TLSCert, c.TLSKey, c.TLSSelfSigned = cert, key, true },
		"the certificate cannot be read":        func(c *Config) { c.TLSCert, c.TLSKey = cert+"x", key },
		"and belong together":                   func(c *Config) { c.TLSCert, c.TLSKey = key, cert },
	} {
		cfg := testConfig(t.TempDir())
		change(&cfg)
		s, err := Start(t.Context(), cfg, new(lines), new(lines), cheapHash)
		if err == nil {
			stopServer(t, s)
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %q", err, want)
		}
	}
}

func TestHeaders(t *testing.T) {
	s, _, _ := startServer(t, testConfig(t.TempDir()))
	_, web := s.Addrs()
	resp, err := http.Get("http://" + web.String() + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
		"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "Strict-Transport-Security": "",
	} {
		if got := resp.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
