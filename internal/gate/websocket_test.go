package gate

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gobwas/ws"
	"github.com/google/go-cmp/cmp"

	"parley/wire"
)

// maskedFrame is one frame of a client; b0 is its first byte.
func maskedFrame(b0 byte, payload []byte) []byte {
	mask := [4]byte{1, 2, 3, 4}
	out := wire.AppendTextHeader(nil, len(payload))
	out[0] = b0
	out[1] |= 0x80
	out = append(out, mask[:]...)
	p := bytes.Clone(payload)
	ws.Cipher(p, mask, 0)
	return append(out, p...)
}

func text(s string) []byte { return maskedFrame(0x81, []byte(s)) }

func join(frames ...[]byte) string { return string(bytes.Join(frames, nil)) }

// serverFrames takes the stream of a server apart.
func serverFrames(t *testing.T, stream string) (frames []string) {
	t.Helper()
	r := strings.NewReader(stream)
	for r.Len() > 0 {
		h, err := ws.ReadHeader(r)
		if err != nil || h.Masked || !h.Fin {
			t.Fatalf("frame header %+v, %v", h, err)
		}
		p := make([]byte, h.Length)
		if _, err := io.ReadFull(r, p); err != nil {
			t.Fatal(err)
		}
		switch h.OpCode {
		case ws.OpText:
			s := string(p)
			if strings.HasPrefix(s, `{"msgid":26,`) {
				s = "goodbye " + s[len(`{"msgid":26,"code":`):][:4]
			}
			frames = append(frames, s)
		case ws.OpClose:
			frames = append(frames, fmt.Sprintf("close %d", binary.BigEndian.Uint16(p)))
		default:
			frames = append(frames, fmt.Sprintf("op %d %s", h.OpCode, p))
		}
	}
	return frames
}

func TestWebSocketFrames(t *testing.T) {
	g := memoryGate(t, Options{MaxFrame: 1000})
	g.endWithTest(t)
	long := `{"a":"` + strings.Repeat("x", 992) + `"}`
	closing := maskedFrame(0x88, []byte{0x03, 0xe8})
	for name, c := range map[string]struct {
		in   string
		want []string
	}{
		"one":                    {join(text(`{}`), closing), []string{`{}`, "close 1000"}},
		"space around":           {join(text(" {} \r\n\x00"), closing), []string{`{}`, "close 1000"}},
		"empty":                  {join(text(``), text(` `), closing), []string{"close 1000"}},
		"whatever it holds":      {join(text(`{}{}`), text(`no`), closing), []string{`{}{}`, `no`, "close 1000"}},
		"binary":                 {join(maskedFrame(0x82, []byte(`{}`)), closing), []string{`{}`, "close 1000"}},
		"fragments":              {join(maskedFrame(0x01, []byte(`{"a`)), maskedFrame(0x00, []byte(`":`)), maskedFrame(0x80, []byte(`1}`)), text(`{}`), closing), []string{`{"a":1}`, `{}`, "close 1000"}},
		"ping between":           {join(maskedFrame(0x01, []byte(`{"a`)), maskedFrame(0x89, []byte(`hi`)), maskedFrame(0x80, []byte(`":1}`)), closing), []string{"op 10 hi", `{"a":1}`, "close 1000"}},
		"pong":                   {join(maskedFrame(0x8a, []byte(`hi`)), closing), []string{"close 1000"}},
		"character in two":       {join(maskedFrame(0x01, []byte("{\"\xc3")), maskedFrame(0x80, []byte("\xa4\":1}")), closing), []string{`{"ä":1}`, "close 1000"}},
		"as long as may be":      {join(text(long), closing), []string{long, "close 1000"}},
		"close with a reason":    {join(maskedFrame(0x88, []byte("\x0f\xa0bye"))), []string{"close 4000"}},
		"close without a status": {join(maskedFrame(0x88, nil)), []string{"close 1000"}},
		"nothing after close":    {join(closing, text(`{}`)), []string{"close 1000"}},
		"too long":               {join(text(`{}`), text(strings.Repeat("x", 1001))), []string{`{}`, "goodbye 2003", "close 1009"}},
		"too long by its header": {join([]byte{0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}), []string{"goodbye 2003", "close 1009"}},
		"too long together":      {join(maskedFrame(0x01, make([]byte, 600)), maskedFrame(0x80, make([]byte, 600))), []string{"goodbye 2003", "close 1009"}},
		"not UTF-8":              {join(text("{\"\xff\":1}")), []string{"goodbye 2002", "close 1007"}},
		"binary not UTF-8":       {join(maskedFrame(0x82, []byte("\xff")), closing), []string{"\xff", "close 1000"}},
		"not masked":             {"\x81\x02{}", []string{"goodbye 2002", "close 1002"}},
		"reserved bit":           {join(maskedFrame(0xc1, []byte(`{}`))), []string{"goodbye 2002", "close 1002"}},
		"reserved kind":          {join(maskedFrame(0x83, []byte(`{}`))), []string{"goodbye 2002", "close 1002"}},
		"reserved control":       {join(maskedFrame(0x8b, nil)), []string{"goodbye 2002", "close 1002"}},
		"long ping":              {join(maskedFrame(0x89, make([]byte, 126))), []string{"goodbye 2002", "close 1002"}},
		"ping in fragments":      {join(maskedFrame(0x09, nil)), []string{"goodbye 2002", "close 1002"}},
		"nothing to continue":    {join(maskedFrame(0x80, nil)), []string{"goodbye 2002", "close 1002"}},
		"two at once":            {join(maskedFrame(0x01, nil), text(`{}`)), []string{"goodbye 2002", "close 1002"}},
		"half a status":          {join(maskedFrame(0x88, []byte{3})), []string{"goodbye 2002", "close 1002"}},
		"status not to be sent":  {join(maskedFrame(0x88, []byte{0x03, 0xed})), []string{"goodbye 2002", "close 1002"}},
		"reason not UTF-8":       {join(maskedFrame(0x88, []byte("\x03\xe8\xff"))), []string{"goodbye 2002", "close 1007"}},
	} {
		for _, pieces := range []int{len(c.in), 1, 7} {
			t.Run(fmt.Sprintf("%s/%d", name, pieces), func(t *testing.T) {
				here, there := net.Pipe()
				g.ServeConn(here, wire.WebSocket)
				w := within(t, g.peers)
				go func() {
					for in := c.in; in != ""; {
						n := min(pieces, len(in))
						if _, err := io.WriteString(there, in[:n]); err != nil {
							return // refused already
						}
						in = in[n:]
					}
				}()
				if diff := cmp.Diff(c.want, serverFrames(t, readAll(t, there))); diff != "" {
					t.Error(diff)
				}
				_ = there.Close()
				within(t, w.gone)
			})
		}
	}
}

// endWithTest ends a gate without a listener when the test ends.
func (g *testGate) endWithTest(t *testing.T) { t.Cleanup(g.end) }

// webServer serves the gate's WebSocket over HTTP.
func webServer(t testing.TB, g *testGate) *httptest.Server {
	s := httptest.NewServer(http.HandlerFunc(g.HandleWebSocket))
	t.Cleanup(s.Close)
	return s
}

const upgrade = "GET /ws HTTP/1.1\r\nHost: chat.example.org\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"

// shake asks for a WebSocket and gives the HTTP status.
func shake(t testing.TB, s *httptest.Server, header, after string) (net.Conn, *bufio.Reader, int) {
	t.Helper()
	c, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	send(t, c, upgrade+header+"\r\n"+after)
	r := bufio.NewReader(c)
	resp, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c, r, resp.StatusCode
}

func TestWebSocketHandshake(t *testing.T) {
	g := newTestGate(t, Options{})
	s := webServer(t, g)
	// A frame right behind the handshake, in the same write.
	c, r, status := shake(t, s, "", string(text(`{"a":1}`)))
	if status != http.StatusSwitchingProtocols {
		t.Fatalf("status %d", status)
	}
	w := within(t, g.peers)
	if got := within(t, w.objects); got != `{"a":1}` {
		t.Errorf("got %q", got)
	}
	if !w.link.Secure() || !w.link.Remote().Addr().IsLoopback() {
		t.Errorf("secure %v, remote %v", w.link.Secure(), w.link.Remote())
	}
	send(t, c, string(text(`{"b":2}`))+string(maskedFrame(0x88, nil)))
	all, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{`{"a":1}`, `{"b":2}`, "close 1000"}, serverFrames(t, string(all))); diff != "" {
		t.Error(diff)
	}
	within(t, w.gone)
}

func TestWebSocketOrigin(t *testing.T) {
	g := newTestGate(t, Options{AllowedOrigins: []string{"https://Friend.example.org/"}})
	s := webServer(t, g)
	for origin, want := range map[string]int{
		"":                                 http.StatusSwitchingProtocols,
		"https://chat.example.org":         http.StatusSwitchingProtocols,
		"https://friend.example.org":       http.StatusSwitchingProtocols,
		"https://chat.example.org.evil.io": http.StatusForbidden,
		"https://evil.io":                  http.StatusForbidden,
		"http://friend.example.org":        http.StatusForbidden,
		"null":                             http.StatusForbidden,
	} {
		header := ""
		if origin != "" {
			header = "Origin: " + origin + "\r\n"
		}
		c, _, status := shake(t, s, header, "")
		if status != want {
			t.Errorf("origin %q: status %d, want %d", origin, status, want)
		}
		_ = c.Close()
	}
}

func TestForwardedIsNotSecure(t *testing.T) {
	g := newTestGate(t, Options{})
	shake(t, webServer(t, g), "X-Forwarded-For: 203.0.113.7\r\n", "")
	if within(t, g.peers).link.Secure() {
		t.Error("a forwarded connection is taken as one of this machine")
	}
}

func TestNotAWebSocket(t *testing.T) {
	g := newTestGate(t, Options{})
	s := webServer(t, g)
	resp, err := http.Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusBadRequest {
		t.Errorf("status %d", resp.StatusCode)
	}
	http.DefaultClient.CloseIdleConnections()
}
