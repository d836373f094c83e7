package gate

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/pires/go-proxyproto"
	"github.com/pires/go-proxyproto/tlvparse"
)

func v2Header(t testing.TB, from string, tls bool) []byte {
	t.Helper()
	src := net.TCPAddrFromAddrPort(netip.MustParseAddrPort(from))
	h := proxyproto.HeaderProxyFromAddrs(2, src, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 6000})
	if tls {
		v := tlvparse.PP2SSL{
			Client: tlvparse.PP2_BITFIELD_CLIENT_SSL,
			TLV:    []proxyproto.TLV{{Type: proxyproto.PP2_SUBTYPE_SSL_VERSION, Value: []byte("TLSv1.3")}},
		}
		tlv, err := v.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		if err := h.SetTLVs([]proxyproto.TLV{tlv}); err != nil {
			t.Fatal(err)
		}
	}
	b, err := h.Format()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestProxyHeaders(t *testing.T) {
	for name, c := range map[string]struct {
		header []byte
		client string // "" for the proxy itself
		secure bool
		err    string
	}{
		"version 1":        {[]byte("PROXY TCP4 192.0.2.7 127.0.0.1 5001 6000\r\n"), "192.0.2.7:5001", false, ""},
		"version 1, IPv6":  {[]byte("PROXY TCP6 2001:db8::7 ::1 5001 6000\r\n"), "[2001:db8::7]:5001", false, ""},
		"version 1, none":  {[]byte("PROXY UNKNOWN\r\n"), "", false, ""},
		"version 2":        {v2Header(t, "192.0.2.9:77", false), "192.0.2.9:77", false, ""},
		"version 2, TLS":   {v2Header(t, "192.0.2.9:77", true), "192.0.2.9:77", true, ""},
		"version 2, local": {append(bytes.Clone(proxyproto.SIGV2), 0x20, 0, 0, 0), "", false, ""},
		"no header":        {[]byte(`{"msgid":11,"rid":1}`), "", false, "no PROXY header"},
		"an endless line":  {[]byte("PROXY " + strings.Repeat("x", 200)), "", false, "without an end"},
		"a huge one":       {append(bytes.Clone(proxyproto.SIGV2), 0x21, 0x11, 0xff, 0xff), "", false, "65535 bytes"},
		"a torn one":       {v2Header(t, "192.0.2.9:77", false)[:20], "", false, "EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			r := bytes.NewReader(append(bytes.Clone(c.header), "rest"...))
			if c.err == "EOF" {
				r = bytes.NewReader(c.header)
			}
			client, secure, err := readProxyHeader(r)
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Fatalf("got %v, want an error with %q", err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if client != nil {
				got = client.String()
			}
			if got != c.client || secure != c.secure {
				t.Errorf("got %q, secure %v", got, secure)
			}
			if rest, _ := io.ReadAll(r); string(rest) != "rest" {
				t.Errorf("%q is left of the stream", rest)
			}
		})
	}
}

// From a named address a connection without the header is closed, and one with it is the
// client's; from anywhere else the header is a frame like any other, and no JSON.
func TestProxiedConnections(t *testing.T) {
	for _, named := range []bool{true, false} {
		clients := make(chan netip.AddrPort, 10)
		o := Options{}
		if named {
			o.ProxyFrom = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
		}
		n := newNode(t)
		g := New(o, func(l *Link) Peer {
			clients <- l.Remote()
			return n.Accept(l)
		})
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		served := make(chan error, 1)
		go func() { served <- g.ServeTCP(ln) }()
		dial := func(first string) net.Conn {
			c, err := net.Dial("tcp", ln.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			_ = c.SetDeadline(time.Now().Add(10 * time.Second))
			if _, err := io.WriteString(c, first); err != nil {
				t.Fatal(err)
			}
			return c
		}
		c := dial("PROXY TCP4 192.0.2.7 127.0.0.1 5001 6000\r\n" + `{"msgid":11,"rid":1}`)
		answer := make([]byte, 512)
		k, err := c.Read(answer)
		switch {
		case named && (err != nil || !strings.Contains(string(answer[:k]), `"msgid"`)):
			t.Errorf("behind a header: %q, %v", answer[:k], err)
		case named && (<-clients).Addr() != netip.MustParseAddr("192.0.2.7"):
			t.Error("the client's address is not the header's")
		case !named && !strings.Contains(string(answer[:k]), `"code":2002`):
			t.Errorf("a header from a stranger is answered with %q, %v", answer[:k], err)
		}
		c.Close()
		if named {
			c := dial(`{"msgid":11,"rid":1}`)
			if k, err := c.Read(answer); !errors.Is(err, io.EOF) && err == nil {
				t.Errorf("without a header: %q", answer[:k])
			}
			c.Close()
			if g.opts.Metrics.BadProxy.Load() != 1 {
				t.Error("it is not counted")
			}
		}
		ln.Close()
		<-served
		if err := g.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

func FuzzProxyHeader(f *testing.F) {
	f.Add([]byte("PROXY TCP4 192.0.2.7 127.0.0.1 5001 6000\r\n"))
	f.Add(v2Header(f, "192.0.2.9:77", true))
	f.Fuzz(func(t *testing.T, b []byte) {
		client, _, err := readProxyHeader(bytes.NewReader(b))
		if err == nil && client != nil && client.String() == "" {
			t.Error("a client without an address")
		}
	})
}
