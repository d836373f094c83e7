package security

import (
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"parley/test/testkit"
	"parley/wire"
)

// One address opens more connections than the server has files for, over TCP and HTTP, and
// leaves them idle or in the middle of a frame. The limits were cut to the files at start,
// with a warning; others get in, health answers, and nothing runs out.
func TestIdleCrowd(t *testing.T) {
	const files, crowd = 700, 900
	p := &testkit.Process{T: t, Files: files, Args: []string{"--data", t.TempDir()}, TCP: "127.0.0.1:0", HTTP: "127.0.0.1:0", Admin: "127.0.0.1:0"}
	p.Start()
	t.Cleanup(p.Kill)
	if log := p.Log.String(); !strings.Contains(log, "level=WARN") || !strings.Contains(log, "the limit of open files is too low") {
		t.Errorf("nothing warns of %d files:\n%s", files, log)
	}
	part := `{"msgid":4,"msg":"` + strings.Repeat("x", 30<<10)
	for i := range crowd {
		_ = crowdFrom(t, p.HTTP) // it may be closed at once to make room
		c := crowdFrom(t, p.TCP)
		if i%4 == 0 {
			_, _ = c.Write([]byte(part))
		}
	}
	c := testkit.PlainFrom(t, "127.0.0.2", p.TCP)
	c.Say(t, `{"msgid":0,"name":"honest","pwd":"%s"}{"msgid":2,"name":"honest","pwd":"%s"}`, testkit.Password, testkit.Password)
	if f := c.Await(t, wire.LoginAnswer); f.Erron != 0 {
		t.Errorf("who is not of the crowd is refused: %d", f.Erron)
	}
	for _, addr := range []string{p.HTTP + "/healthz", p.Admin + "/readyz"} {
		resp, err := http.Get("http://" + addr)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("%s answers %s", addr, resp.Status)
		}
	}
	if n := p.Metric(t, "parley_accept_failures_total"); n != 0 {
		t.Errorf("accepting failed %v times for want of files", n)
	}
	for _, reason := range []string{"made room", "made room on HTTP"} {
		if n := p.Metric(t, `parley_connections_closed_total{reason="`+reason+`"}`); n == 0 {
			t.Errorf("nobody was closed for the reason %q", reason)
		}
	}
}

func crowdFrom(t *testing.T, addr string) net.Conn {
	t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 66)}, Timeout: testkit.Patience}
	c, err := d.DialContext(t.Context(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(testkit.Patience))
	return c
}
