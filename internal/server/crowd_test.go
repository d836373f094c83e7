package server

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"
)

// Limits follow the number of open files, and something is kept for the server itself.
func TestFit(t *testing.T) {
	c := &Config{MaxConnections: 100_000, MaxUnauthenticated: 10_000}
	for files, want := range map[uint64]room{
		1 << 20: {100_000, 10_000, 10_000},
		110_640: {100_000, 10_000, 10_000},
		110_639: {99_999, 10_000, 10_000},
		20_000:  {16_940, 8_470, 2_420},
		1024:    {448, 224, 64},
		256:     {112, 56, 16},
		2:       {1, 1, 1},
	} {
		got, enough := c.fit(files)
		if got != want || enough != 110_640 {
			t.Errorf("%d files: %+v, want %+v; %d are enough", files, got, want, enough)
		}
		if got.conns+got.http > int(files) && files > 2 {
			t.Errorf("%d files do not do for %+v", files, got)
		}
	}
	small := &Config{MaxConnections: 10, MaxUnauthenticated: 5}
	if got, _ := small.fit(1024); got != (room{10, 5, 5}) {
		t.Errorf("%+v is cut without need", got)
	}
}

// Who leaves HTTP connections idle keeps nobody out: their oldest makes room.
func TestIdleHTTPConnections(t *testing.T) {
	var closed atomic.Int64
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	limit := crowdLimit{most: 4, share: 3, key: crowdKey([]netip.Prefix{netip.MustParsePrefix("127.0.0.9/32")}), closed: &closed}
	srv := &http.Server{
		ConnState: limit.connState(), ReadHeaderTimeout: time.Minute,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "here") }),
	}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(ln) }()
	t.Cleanup(func() { _, _ = srv.Close(), <-done })
	dial := func(from string) net.Conn {
		d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
		c, err := d.Dial("tcp", ln.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		_ = c.SetDeadline(time.Now().Add(20 * time.Second))
		return c
	}
	ask := func(c net.Conn) bool {
		if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
			return false
		}
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		return err == nil && resp.Body.Close() == nil && resp.StatusCode == http.StatusOK
	}
	ended := func(c net.Conn) bool {
		_, err := c.Read(make([]byte, 1))
		return err != nil
	}
	idle := make([]net.Conn, 4)
	for i := range idle {
		idle[i] = dial("127.0.0.2")
	}
	if !ended(idle[0]) || !ask(idle[3]) {
		t.Error("an address over its share does not lose its oldest, or loses another")
	}
	honest := dial("127.0.0.3")
	if !ask(honest) { // the fourth in all
		t.Error("another address is kept out")
	}
	if !ask(dial("127.0.0.4")) || !ended(idle[1]) || !ask(honest) {
		t.Error("the oldest of the most crowded does not make room for a fifth")
	}
	proxy := make([]net.Conn, 4)
	for i := range proxy { // no share, but the limit for all
		if proxy[i] = dial("127.0.0.9"); !ask(proxy[i]) {
			t.Error("a named proxy has a share")
		}
	}
	if n := closed.Load(); n != 6 {
		t.Errorf("%d counted", n)
	}
}
