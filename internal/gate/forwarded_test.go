package gate

import (
	"net"
	"net/http"
	"net/netip"
	"testing"
)

// pair is the two ends of a TCP connection on loopback.
func pair(t *testing.T) (here, there *net.TCPConn) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	c, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	s, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = c.Close(), s.Close() })
	return s.(*net.TCPConn), c.(*net.TCPConn)
}

// What a client sends of the headers that a proxy adds to decides nothing: neither its
// address nor whether a secret may cross its connection.
func TestForwardedHeaders(t *testing.T) {
	here, _ := pair(t)
	const real = "203.0.113.9"
	for name, c := range map[string]struct {
		header http.Header
		client string // "" for the proxy's own
		secure bool
	}{
		"one":                       {http.Header{"X-Forwarded-For": {real}}, real, false},
		"two in a line":             {http.Header{"X-Forwarded-For": {"192.0.2.66, " + real}}, real, false},
		"two lines":                 {http.Header{"X-Forwarded-For": {"192.0.2.66", real}}, real, false},
		"loopback in the first":     {http.Header{"X-Forwarded-For": {"127.0.0.1", real}}, real, false},
		"an empty line first":       {http.Header{"X-Forwarded-For": {"", real}}, real, false},
		"with a port":               {http.Header{"X-Forwarded-For": {"192.0.2.66", real + ":4711"}}, real, false},
		"IPv6":                      {http.Header{"X-Forwarded-For": {"2001:db8::7"}}, "2001:db8::7", false},
		"IPv6 in brackets":          {http.Header{"X-Forwarded-For": {"1.2.3.4,[2001:db8::7]"}}, "2001:db8::7", false},
		"IPv6 with a port":          {http.Header{"X-Forwarded-For": {"[2001:db8::7]:80"}}, "2001:db8::7", false},
		"IPv4 in IPv6":              {http.Header{"X-Forwarded-For": {"::ffff:" + real}}, real, false},
		"no address at the end":     {http.Header{"X-Forwarded-For": {real + ", unknown"}}, "", false},
		"nothing at the end":        {http.Header{"X-Forwarded-For": {real + ","}}, "", false},
		"https without an address":  {http.Header{"X-Forwarded-Proto": {"https"}}, "", false},
		"https":                     {http.Header{"X-Forwarded-For": {real}, "X-Forwarded-Proto": {"https"}}, real, true},
		"HTTPS":                     {http.Header{"X-Forwarded-For": {real}, "X-Forwarded-Proto": {"HTTPS"}}, real, true},
		"wss":                       {http.Header{"X-Forwarded-For": {real}, "X-Forwarded-Proto": {"wss"}}, real, true},
		"https twice":               {http.Header{"X-Forwarded-For": {real}, "X-Forwarded-Proto": {"https, https"}}, real, true},
		"https in two lines":        {http.Header{"X-Forwarded-For": {real}, "X-Forwarded-Proto": {"http", "https"}}, real, true},
		"https forged":              {http.Header{"X-Forwarded-For": {real}, "X-Forwarded-Proto": {"https, http"}}, real, false},
		"https forged in its line":  {http.Header{"X-Forwarded-For": {real}, "X-Forwarded-Proto": {"https", "http"}}, real, false},
		"a client on the proxy":     {http.Header{"X-Forwarded-For": {"127.0.0.1"}}, "127.0.0.1", true},
		"Forwarded says nothing":    {http.Header{"X-Forwarded-For": {real}, "Forwarded": {"for=192.0.2.66;proto=https"}}, real, false},
		"without a header of these": {http.Header{}, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			g := New(Options{ProxyFrom: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}, nil)
			client, secure := g.forwarded(here, &http.Request{Header: c.header})
			want := c.client
			if want == "" {
				want = "127.0.0.1"
			}
			if got := client.RemoteAddr().(*net.TCPAddr).AddrPort().Addr().Unmap(); got.String() != want || secure != c.secure {
				t.Errorf("the client is %v, secure %v; want %s, %v", got, secure, want, c.secure)
			}
			if told := g.opts.Metrics.BadProxy.Load() == 1; told != (c.client == "") {
				t.Errorf("a request without a client was counted: %v", told)
			}
		})
	}
}

// From a peer that is no named proxy the headers count for nothing, but they show that
// there is a proxy: then the peer's being local proves nothing of the client.
func TestForwardedByAStranger(t *testing.T) {
	here, _ := pair(t)
	g := New(Options{}, nil)
	for name, header := range map[string]http.Header{
		"none":              {},
		"X-Forwarded-For":   {"X-Forwarded-For": {"192.0.2.66"}},
		"an empty line":     {"X-Forwarded-For": {""}},
		"X-Forwarded-Proto": {"X-Forwarded-Proto": {"https"}},
		"Forwarded":         {"Forwarded": {"for=192.0.2.66"}},
		"X-Real-IP":         {"X-Real-Ip": {"192.0.2.66"}},
	} {
		client, secure := g.forwarded(here, &http.Request{Header: header})
		if client != net.Conn(here) || secure != (name == "none") {
			t.Errorf("%s: the client is %v, secure %v", name, client.RemoteAddr(), secure)
		}
	}
}

// A proxy on another machine cannot name a client on this one, which has fewer limits.
func TestLoopbackOfAnotherMachine(t *testing.T) {
	g := New(Options{}, nil)
	local, far := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}, &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1)}
	if got := g.believed(far, local); got != net.Addr(far) {
		t.Errorf("the client is %v", got)
	}
	if got := g.believed(local, local); got != net.Addr(local) {
		t.Errorf("the client is %v", got)
	}
}
