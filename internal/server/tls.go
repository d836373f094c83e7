package server

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"parley/internal/chat"
)

const (
	selfSignedCert = "tls.crt"
	selfSignedKey  = "tls.key"
	selfSignedFor  = 10 * 365 * 24 * time.Hour
	// renewCheck is how often the files are looked at, by the next handshake.
	renewCheck = time.Second
)

// certificate is what the listeners show. The files are read again when they have
// changed, so that a new certificate needs no restart.
type certificate struct {
	certFile, keyFile string
	own               bool // in the data folder: no links
	log               *slog.Logger
	clock             chat.Clock

	mu      sync.Mutex
	current *tls.Certificate
	stamps  [2]time.Time
	checked time.Time
}

// tlsConfig is what the configuration says, nil for plain connections.
func (s *Server) tlsConfig() (*tls.Config, error) {
	cert, key := s.cfg.TLSCert, s.cfg.TLSKey
	switch {
	case s.cfg.TLSSelfSigned:
		cert, key = filepath.Join(s.cfg.Data, selfSignedCert), filepath.Join(s.cfg.Data, selfSignedKey)
		if err := selfSign(cert, key, s.cfg.TLSNames, s.clock.Now()); err != nil {
			return nil, err
		}
	case cert == "":
		return nil, nil
	}
	c := &certificate{certFile: cert, keyFile: key, own: s.cfg.TLSSelfSigned, log: s.log, clock: s.clock}
	if err := c.load(); err != nil {
		return nil, err
	}
	s.log.Info("TLS on both addresses", "certificate", cert, "sha256", c.fingerprint(), "until", c.current.Leaf.NotAfter.Format(time.DateOnly))
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get, NextProtos: []string{"http/1.1"}}, nil
}

// get returns the certificate as it is now. Files that cannot be used leave the last one.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.clock.Now(); now.Sub(c.checked) >= renewCheck {
		c.checked = now
		if stamps, err := c.stat(); err != nil || stamps != c.stamps {
			if err := c.load(); err != nil {
				c.log.Error("the new certificate cannot be used; the old one stays", "error", err)
				c.stamps = stamps // not again before it changes
			} else {
				c.log.Info("the certificate was read anew", "sha256", c.fingerprint(), "until", c.current.Leaf.NotAfter.Format(time.DateOnly))
			}
		}
	}
	return c.current, nil
}

func (c *certificate) stat() (stamps [2]time.Time, err error) {
	for i, file := range []string{c.certFile, c.keyFile} {
		info, err := os.Stat(file)
		if err != nil {
			return stamps, err
		}
		stamps[i] = info.ModTime()
	}
	return stamps, nil
}

// load reads both files; c.mu is held, or nobody else knows c.
func (c *certificate) load() error {
	stamps, err := c.stat()
	if err != nil {
		return fmt.Errorf("the certificate cannot be read: %w; name the files with --tls-cert and --tls-key, both of them readable by this user", err)
	}
	if c.own {
		if err := errors.Join(refuseLink(c.certFile), refuseLink(c.keyFile)); err != nil {
			return err
		}
	}
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return fmt.Errorf("the certificate %s and the key %s cannot be used: %w; both must be PEM files, and belong together", c.certFile, c.keyFile, err)
	}
	c.current, c.stamps = &pair, stamps
	return nil
}

func (c *certificate) fingerprint() string {
	return fmt.Sprintf("%x", sha256.Sum256(c.current.Certificate[0]))
}

// selfSign makes a certificate of the server's own in the data folder, if there is none
// yet: for localhost, this machine's name and addresses, and further names.
func selfSign(certFile, keyFile string, names []string, now time.Time) error {
	_, certErr := os.Lstat(certFile)
	_, keyErr := os.Lstat(keyFile)
	if certErr == nil && keyErr == nil {
		return nil
	}
	if !errors.Is(certErr, fs.ErrNotExist) && certErr != nil {
		return fmt.Errorf("the server's own certificate cannot be read: %w", certErr)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return err
	}
	t := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "Parley"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(selfSignedFor),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, IsCA: true, BasicConstraintsValid: true,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, name := range append(ownNames(), names...) {
		if ip := net.ParseIP(name); ip != nil {
			t.IPAddresses = append(t.IPAddresses, ip)
		} else if name != "" {
			t.DNSNames = append(t.DNSNames, name)
		}
	}
	cert, err := x509.CreateCertificate(rand.Reader, t, t, &key.PublicKey, key)
	if err != nil {
		return err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	for _, f := range []struct {
		path, kind string
		body       []byte
	}{{keyFile, "PRIVATE KEY", private}, {certFile, "CERTIFICATE", cert}} {
		if err := writeOwn(f.path, pem.EncodeToMemory(&pem.Block{Type: f.kind, Bytes: f.body})); err != nil {
			return folderError(filepath.Dir(f.path), err)
		}
	}
	return nil
}

// ownNames are what this machine is called.
func ownNames() []string {
	names := []string{"localhost"}
	if host, err := os.Hostname(); err == nil && host != "localhost" {
		names = append(names, host)
	}
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return append(names, "127.0.0.1", "::1")
	}
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok && !n.IP.IsLinkLocalUnicast() {
			names = append(names, n.IP.String())
		}
	}
	return names
}

// startTLS gets the certificate, before anybody listens.
func (s *Server) startTLS(context.Context) (func(context.Context) error, error) {
	var err error
	s.tls, err = s.tlsConfig()
	return func(context.Context) error { return nil }, err
}

// encrypted is a listener with TLS, if there is a certificate.
func (s *Server) encrypted(l net.Listener) net.Listener {
	if s.tls == nil {
		return l
	}
	return tls.NewListener(l, s.tls)
}

// headers tells browsers what they must not do with what they get here. Of the server's
// own certificate no promise for later is made: a browser would remember it.
func (s *Server) headers(h http.Handler) http.Handler {
	lasting := s.tls != nil && !s.cfg.TLSSelfSigned
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		set := w.Header().Set
		set("X-Content-Type-Options", "nosniff")
		set("X-Frame-Options", "DENY")
		set("Referrer-Policy", "no-referrer")
		set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		if lasting {
			set("Strict-Transport-Security", "max-age=31536000")
		}
		h.ServeHTTP(w, r)
	})
}
