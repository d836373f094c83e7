package security

import (
	"bytes"
	"io"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/client"
	"parley/test/testkit"
)

// tape passes a connection on and keeps all that crosses it, both ways.
type tape struct {
	ln net.Listener
	mu sync.Mutex
	b  bytes.Buffer
	// by connection, what its client has sent
	clients []*bytes.Buffer
}

func record(t *testing.T, to string) *tape {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &tape{ln: ln}
	var all sync.WaitGroup
	t.Cleanup(func() { ln.Close(); all.Wait() })
	all.Go(func() {
		for {
			from, err := ln.Accept()
			if err != nil {
				return
			}
			there, err := net.Dial("tcp", to)
			if err != nil {
				from.Close()
				return
			}
			var sent bytes.Buffer
			p.mu.Lock()
			p.clients = append(p.clients, &sent)
			p.mu.Unlock()
			for i, way := range [][2]net.Conn{{from, there}, {there, from}} {
				keep := io.Writer(p)
				if i == 0 {
					keep = &ofClient{p, &sent}
				}
				all.Go(func() {
					_, _ = io.Copy(io.MultiWriter(way[1], keep), way[0])
					way[0].Close()
					way[1].Close()
				})
			}
		}
	})
	return p
}

// ofClient keeps what a client sends, on the tape and apart.
type ofClient struct {
	p    *tape
	sent *bytes.Buffer
}

func (c *ofClient) Write(b []byte) (int, error) {
	c.p.mu.Lock()
	c.sent.Write(b)
	c.p.mu.Unlock()
	return c.p.Write(b)
}

// sent returns what the client of each connection has sent.
func (p *tape) sent() (all [][]byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, b := range p.clients {
		all = append(all, bytes.Clone(b.Bytes()))
	}
	return all
}

func (p *tape) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.b.Write(b)
}

func (p *tape) holds(s string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return bytes.Contains(p.b.Bytes(), []byte(s))
}

// TestNothingCanBeReadOnTheWay: what crosses the network between a client and a server
// with TLS holds neither password nor text, over TCP and WebSocket; without TLS it does.
func TestNothingCanBeReadOnTheWay(t *testing.T) {
	t.Parallel()
	const text = "what nobody else is to read"
	chats := func(t *testing.T, p *testkit.Process, scheme string, ca string) *tape {
		t.Helper()
		at, path := p.TCP, ""
		if strings.HasPrefix(scheme, "ws") {
			at, path = p.HTTP, "/ws"
		}
		way := record(t, at)
		shown := make(chan string, 10)
		o := client.Options{
			Server: scheme + "://" + way.ln.Addr().String() + path, Name: "user " + scheme, Password: testkit.Password, Device: "d",
			OnMessage: func(_ *client.Client, m *client.Message) { shown <- m.Text },
		}
		if ca != "" {
			var err error
			if o.TLS, err = client.TrustFile(ca); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := client.Register(testkit.Soon(t), o); err != nil {
			t.Fatal(err)
		}
		c := testkit.Login(t, o)
		gid, err := c.CreateGroup(testkit.Soon(t), "g", "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.SendGroup(testkit.Soon(t), gid, text); err != nil {
			t.Fatal(err)
		}
		select {
		case got := <-shown:
			if got != text {
				t.Errorf("shown is %q", got)
			}
		case <-time.After(testkit.Patience):
			t.Fatal("the message is never shown")
		}
		return way
	}
	data := t.TempDir()
	secret := testkit.Serve(t, data, append([]string{"--tls-self-signed"}, testkit.Wide...)...)
	open := testkit.Serve(t, t.TempDir(), testkit.Wide...)
	for _, scheme := range []string{"tls", "wss"} {
		way := chats(t, secret, scheme, filepath.Join(data, "tls.crt"))
		for _, s := range []string{testkit.Password, text, "msgid"} {
			if way.holds(s) {
				t.Errorf("%s: %q can be read on the way", scheme, s)
			}
		}
	}
	for _, scheme := range []string{"tcp"} { // the tape works
		way := chats(t, open, scheme, "")
		for _, s := range []string{testkit.Password, text, "msgid"} {
			if !way.holds(s) {
				t.Errorf("%s: %q cannot be found on the way", scheme, s)
			}
		}
	}
}

// TestWhomToTrust: a client that has no reason to trust a server's certificate sends it
// nothing, and says what to do.
func TestWhomToTrust(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	p := testkit.Serve(t, data, "--tls-self-signed")
	trusted, err := client.TrustFile(filepath.Join(data, "tls.crt"))
	if err != nil {
		t.Fatal(err)
	}
	other := trusted.Clone()
	other.ServerName = "elsewhere.example.org"
	for want, o := range map[string]client.Options{
		"signed by nobody that is trusted here": {Server: "tls://" + p.TCP},
		"is for other names":                    {Server: "tls://" + p.TCP, TLS: other},
		"this port speaks TLS":                  {Server: "tcp://" + p.TCP},
		"signed by nobody":                      {Server: "wss://" + p.HTTP},
	} {
		o.Name, o.Password = "ann", testkit.Password
		if _, err := client.Register(testkit.Soon(t), o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, which does not say %q", o.Server, err, want)
		}
	}
	plain := testkit.Serve(t, t.TempDir())
	if _, err := client.Register(testkit.Soon(t), client.Options{Server: "tls://" + plain.TCP, Name: "ann", Password: testkit.Password, TLS: trusted}); err == nil || !strings.Contains(err.Error(), "does not speak TLS") {
		t.Errorf("%v", err)
	}
	if _, err := client.TrustFile(filepath.Join(data, "parley.db")); err == nil || !strings.Contains(err.Error(), "no certificate") {
		t.Errorf("%v", err)
	}
}
