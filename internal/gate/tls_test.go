package gate

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// selfSigned is a certificate for 127.0.0.1, and what a client needs to believe it.
func selfSigned(t testing.TB) (*tls.Config, *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12},
		&tls.Config{RootCAs: pool, ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12}
}

// Over TLS everything is as without: objects in any pieces, the end in order, and the
// kernel's word on what has arrived, which the cursors of plain clients hang on.
func TestTLS(t *testing.T) {
	server, client := selfSigned(t)
	g := newTestGate(t, Options{TLS: server, Soft: 16 << 20, Hard: 32 << 20})
	raw, w := g.dial()
	c := tls.Client(raw, client)
	defer c.Close()
	for _, piece := range []string{`{"a"`, `:1}{"b":2}`, ` {"c":3}`} {
		send(t, c, piece)
	}
	if got := take(t, c, 24); got != "{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n" {
		t.Errorf("answers %q", got)
	}
	if !w.link.Secure() || w.link.raw == nil || w.link.direct {
		t.Errorf("secure %v, the kernel can be asked %v, read beside TLS %v", w.link.Secure(), w.link.raw != nil, w.link.direct)
	}
	// Nobody reads: what is sent stays under way.
	big := append([]byte(`{"x":"`), strings.Repeat("x", 8<<20)...)
	go w.link.Out().Send(append(big, `"}`...))
	for until := time.Now().Add(10 * time.Second); (*end)(w.link).Unsent() == 0; {
		if time.Now().After(until) {
			t.Fatal("bytes that nobody has read count as arrived")
		}
	}
	if got := take(t, c, 8<<20+9); !strings.HasSuffix(got, "\"}\n") {
		t.Error("the rest did not come")
	}
	for until := time.Now().Add(10 * time.Second); (*end)(w.link).Unsent() != 0; {
		if time.Now().After(until) {
			t.Fatal("bytes that were read never count as arrived")
		}
	}
	if err := c.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if got := readAll(t, c); got != "" {
		t.Errorf("at the end came %q", got)
	}
}

// Who does not speak TLS is told so in words that he understands, and one who says
// nothing is closed when a login is due.
func TestPlainClientOfTLS(t *testing.T) {
	server, _ := selfSigned(t)
	g := newTestGate(t, Options{TLS: server, LoginTimeout: 300 * time.Millisecond, Sweep: 50 * time.Millisecond})
	c, _ := g.dial()
	send(t, c, `{"msgid":2,"name":"ann","pwd":"secret-1"}`)
	if got := readAll(t, c); !strings.Contains(got, "connect with tls://") || !strings.Contains(got, `"msgid":26`) {
		t.Errorf("the answer is %q", got)
	}
	silent, w := g.dial()
	if err := within(t, w.gone); err == nil {
		t.Error("who says nothing stays")
	}
	_ = silent
}

// A balancer's header stands in front of the handshake; the client's address counts.
func TestTLSBehindAProxy(t *testing.T) {
	server, client := selfSigned(t)
	g := newTestGate(t, Options{TLS: server, ProxyFrom: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	raw, err := net.Dial("tcp", g.addr)
	if err != nil {
		t.Fatal(err)
	}
	send(t, raw, "PROXY TCP4 192.0.2.7 127.0.0.1 5001 6000\r\n")
	c := tls.Client(raw, client)
	defer c.Close()
	send(t, c, `{"a":1}`)
	if got := take(t, c, 8); got != "{\"a\":1}\n" {
		t.Errorf("got %q", got)
	}
	w := within(t, g.peers)
	if w.link.Remote().Addr().String() != "192.0.2.7" || !w.link.Secure() || w.link.raw == nil {
		t.Errorf("the client is %v, secure %v", w.link.Remote(), w.link.Secure())
	}
}

// A gate that is full says so over TLS too.
func TestFullWithTLS(t *testing.T) {
	server, client := selfSigned(t)
	g := newTestGate(t, Options{TLS: server, MaxConns: 1})
	first, w := g.dial()
	defer first.Close()
	w.link.Authenticated(true)
	raw, err := net.Dial("tcp", g.addr)
	if err != nil {
		t.Fatal(err)
	}
	c := tls.Client(raw, client)
	defer c.Close()
	_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
	b := make([]byte, 512)
	n, err := c.Read(b)
	if err != nil || !strings.Contains(string(b[:n]), "the server is full") {
		t.Errorf("%q %v", b[:n], err)
	}
}
