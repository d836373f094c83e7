package security

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/client"
	"parley/internal/bench"
	"parley/test/testkit"
	"parley/wire"
	"parley/wire/seal"
)

var attackWindow = flag.Duration("attack.window", 800*time.Millisecond, "how long each attack lasts, and the quiet before and after them")

// attackMemory is how much the server may grow under attack, beyond what it has with the
// users who chat.
const attackMemory = 64 << 20

// attacker makes connections that seem to come from elsewhere: the server takes the test
// for its load balancer.
type attacker struct {
	t    *testing.T
	p    *testkit.Process
	stop chan struct{}
	next atomic.Int64
	all  sync.WaitGroup
}

// from is the header of a connection of an address.
func from(addr string) string { return "PROXY TCP4 " + addr + " 192.0.2.1 4000 6000\r\n" }

// addr is another address each time.
func (a *attacker) addr() string {
	n := a.next.Add(1)
	return fmt.Sprintf("198.%d.%d.%d", 18+n>>16&1, n>>8&255, n&255)
}

func (a *attacker) over() bool {
	select {
	case <-a.stop:
		return true
	default:
		return false
	}
}

// tcp connects, from an address, and writes what comes first. nil when the attack is over
// or the server would not have it.
func (a *attacker) tcp(addr, first string) net.Conn {
	conn, err := net.DialTimeout("tcp", a.p.TCP, time.Second)
	if err != nil {
		return nil
	}
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := io.WriteString(conn, from(addr)+first); err != nil {
		conn.Close()
		return nil
	}
	return conn
}

// web connects to the HTTP address.
func (a *attacker) web(first string) net.Conn {
	conn, err := net.DialTimeout("tcp", a.p.HTTP, time.Second)
	if err != nil {
		return nil
	}
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := io.WriteString(conn, first); err != nil {
		conn.Close()
		return nil
	}
	return conn
}

// handshake is that of a WebSocket.
func handshake(more string) string {
	return "GET /ws HTTP/1.1\r\nHost: parley\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nX-Forwarded-For: 198.51.100.7\r\n" + more + "\r\n"
}

// wsFrame is a masked text frame whose header says a length.
func wsFrame(first byte, says uint64, payload []byte) []byte {
	b := []byte{first, 0x80 | 127}
	for shift := 56; shift >= 0; shift -= 8 {
		b = append(b, byte(says>>shift))
	}
	return append(append(b, 0, 0, 0, 0), payload...)
}

// attackPace is how far apart the connections of an attack begin: 1,000 a second. More of
// them would measure what the attacker himself takes of the same two cores.
const attackPace = time.Millisecond

// times runs one thing again and again, so many at once, until the attack is over.
func (a *attacker) times(n int, do func()) {
	a.all.Go(func() {
		free := make(chan struct{}, n)
		tick := time.NewTicker(attackPace)
		defer tick.Stop()
		for {
			select {
			case <-a.stop:
				return
			case <-tick.C:
			}
			select {
			case free <- struct{}{}:
				a.all.Go(func() { do(); <-free })
			case <-a.stop:
				return
			}
		}
	})
}

// drain reads until the end and closes.
func drain(conn net.Conn) {
	if conn == nil {
		return
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(conn, 1<<20))
	conn.Close()
}

// hold keeps connections open until the attack is over, and drips a byte into each.
func (a *attacker) hold(n int, open func() net.Conn, drip string) {
	conns := make([]net.Conn, 0, n)
	for range n {
		if conn := open(); conn != nil {
			conns = append(conns, conn)
		}
	}
	a.all.Go(func() {
		for i := 0; !a.over(); i++ {
			for _, c := range conns {
				if drip != "" {
					_, _ = io.WriteString(c, drip[i%len(drip):i%len(drip)+1]) // it may be closed: that is the point
				}
			}
			time.Sleep(50 * time.Millisecond)
		}
		for _, c := range conns {
			c.Close()
		}
	})
}

// attacks are what is done to the server, each for a while, with the name that the
// documentation has for it.
var attacks = []struct {
	name string
	run  func(a *attacker)
}{
	{"slow-loris, TCP", func(a *attacker) {
		a.hold(500, func() net.Conn { return a.tcp(a.addr(), `{"msgid":2,"name":"`) }, "x")
	}},
	{"slow-loris, HTTP and WebSocket", func(a *attacker) {
		a.hold(300, func() net.Conn { return a.web("GET /ws HTTP/1.1\r\nX-") }, "x")
		a.hold(200, func() net.Conn { return a.web(handshake("") + "\x81\xfe") }, "\xff")
	}},
	{"half-open connections", func(a *attacker) {
		a.hold(2000, func() net.Conn { return a.tcp(a.addr(), "") }, "")
	}},
	{"tiny frames", func(a *attacker) {
		beats := strings.Repeat(`{"msgid":11}`, 5000)
		a.times(4, func() {
			conn := a.tcp(a.addr(), "")
			if conn == nil {
				return
			}
			a.all.Go(func() { drain(conn) })
			for !a.over() {
				if _, err := io.WriteString(conn, beats); err != nil {
					return
				}
			}
			conn.Close()
		})
	}},
	{"a frame of 1 GB", func(a *attacker) {
		chunk := bytes.Repeat([]byte("a"), 1<<20)
		endless := func(conn net.Conn) {
			if conn == nil {
				return
			}
			for range 1024 {
				if _, err := conn.Write(chunk); err != nil {
					break
				}
			}
			conn.Close()
		}
		a.times(2, func() { endless(a.tcp(a.addr(), `{"msgid":4,"msg":"`)) })
		a.times(1, func() { endless(a.web(handshake("") + string(wsFrame(0x81, 1<<30, nil)))) })
	}},
	{"deep nesting and broken text", func(a *attacker) {
		deep := strings.Repeat(`{"a":[`, 10_000)
		a.times(2, func() { drain(a.tcp(a.addr(), deep)) })
		a.times(1, func() {
			drain(a.tcp(a.addr(), strings.Repeat("{\"msgid\":0,\"name\":\"\xff\xfe\xc0\x80\",\"pwd\":\"\xed\xa0\x80\"}", 150)))
		})
		a.times(1, func() { drain(a.web(handshake("") + string(wsFrame(0x81, 2, []byte("\xff\xfe"))))) })
		a.times(1, func() { drain(a.tcp(a.addr(), "GET / HTTP/1.1\r\n\r\n")) })
	}},
	{"frames in the middle of a login", func(a *attacker) {
		a.times(2, func() {
			drain(a.tcp(a.addr(), `{"msgid":2,"name":"nobody","pwd":"12345678"}{"msgid":4,"to":1,"msg":"x","send_seq":1}{"msgid":36}{"msgid":38,"device_id":1}{"msgid":9}{"msgid":2,"name":"`))
		})
	}},
	{"login storm", func(a *attacker) {
		a.times(50, func() {
			n := a.next.Load()
			drain(a.tcp(a.addr(), fmt.Sprintf(`{"msgid":2,"name":"user %d","pwd":"a wrong password"}{"msgid":2,"id":%d,"token":"x"}{"msgid":99}`, n%500, n%300)+strings.Repeat(`{"x":1}`, 120)))
		})
	}},
	{"argon2 exhaustion", func(a *attacker) {
		a.times(300, func() {
			drain(a.tcp(a.addr(), fmt.Sprintf(`{"msgid":0,"name":"bot %d","pwd":"a long password"}`, a.next.Load())+strings.Repeat(`{"x":1}`, 120)))
		})
	}},
	{"RSA exhaustion", func(a *attacker) {
		exchange := sealedSecret(a.t)
		a.times(50, func() { drain(a.tcp(a.addr(), `{"msgid":21}`+exchange+`{"msgid":25,"data":"AAAA"}`)) })
	}},
	{"foreign origins", func(a *attacker) {
		a.times(4, func() { drain(a.web(handshake("Origin: https://evil.example.org\r\nConnection: close\r\n"))) })
	}},
	{"decompression bombs", func(a *attacker) {
		bomb := gzipBomb()
		head := fmt.Sprintf("POST /healthz HTTP/1.1\r\nHost: parley\r\nContent-Encoding: gzip\r\nConnection: close\r\nContent-Length: %d\r\n\r\n", bomb.Len())
		a.times(1, func() { drain(a.web(head + bomb.String())) })
		deflated := handshake("Sec-WebSocket-Extensions: permessage-deflate\r\n") + string(wsFrame(0xc1, uint64(bomb.Len()), bomb.Bytes()))
		a.times(1, func() { drain(a.web(deflated)) })
	}},
	{"log injection", func(a *attacker) {
		forged := `\ntime=2024-01-01T00:00:00Z level=ERROR msg=forged\u001b[2J`
		a.times(2, func() {
			drain(a.tcp(a.addr(), strings.Repeat(`{"msgid":99,"rid":"`+forged+`","name":"`+forged+`"}{"msgid":0,"name":"`+forged+`","pwd":"12345678"}{"msgid":2,"name":"`+forged+`","pwd":"`+forged+`"}`, 60)))
		})
	}},
}

// gzipBomb is 64 MiB of nothing, in some 64 KiB.
var gzipBomb = sync.OnceValue(func() *bytes.Buffer {
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	_, _ = z.Write(make([]byte, 64<<20)) // into memory
	_ = z.Close()
	return &bomb
})

// sealedSecret is a frame 23 that the server can open: it costs a decryption.
func sealedSecret(t *testing.T) string {
	t.Helper()
	file, err := sealKey()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := seal.ParseKeys(text)
	if err != nil {
		t.Fatal(err)
	}
	public, err := seal.ParsePublicKey(keys[0].Public())
	if err != nil {
		t.Fatal(err)
	}
	_, key, err := public.NewSecret()
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf(`{"msgid":23,"key":%q}`, key)
}

// TestUnderAttack: 200 users chat while each attack is made in turn. Nobody is
// disconnected, nothing is lost, the server's memory stays within a bound, and afterwards
// it is as quick as before. What each attack does to the time of a message is printed.
func TestUnderAttack(t *testing.T) {
	key, err := sealKey()
	if err != nil {
		t.Fatal(err)
	}
	p := testkit.Serve(t, t.TempDir(), "--seal-key", key, "--proxy-from", "127.0.0.1", "--allow-plaintext", "--frame-timeout", "1s", "--login-timeout", "3s", "--log-level", "warn", "--stranger-messages-per-day", "0")
	var number atomic.Int64
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		var d net.Dialer
		conn, err := d.DialContext(ctx, network, address)
		if err == nil {
			_, err = io.WriteString(conn, from(fmt.Sprintf("10.0.%d.%d", number.Add(1)>>8&255, number.Load()&255)))
		}
		return conn, err
	}
	gzipBomb() // which takes a while
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var running sync.WaitGroup
	defer running.Wait()
	var rep bench.Report
	var benchErr error
	load, ended := testkit.NewProgress(), make(chan struct{})
	running.Go(func() {
		defer close(ended)
		rep, benchErr = bench.Run(ctx, bench.Options{
			Servers: []string{"tcp://" + p.TCP}, Users: 200, Rate: 500, Window: 16, Verify: true, Warmup: -1,
			Duration: time.Hour, Settle: testkit.Patience,
			Client:   func(o *client.Options) { o.Dialer = dial },
			Progress: load,
		})
	})
	pr := &testkit.Probe{Sent: map[string]time.Time{}}
	stopProbe := make(chan struct{})
	select {
	case <-load.More: // messages are acked, so all 200 are in
	case <-ended:
		t.Fatal(benchErr)
	case <-time.After(5 * testkit.Patience):
		t.Fatal("the users never chat")
	}
	running.Go(func() {
		pr.Run(t, client.Options{Server: "tcp://" + p.TCP, Password: testkit.Password, Device: "d", Dialer: dial}, stopProbe)
	})
	testkit.WaitFor(t, "the probe's first messages", func() bool { return len(pr.Take()) > 0 })
	window := func() (p50, p99 time.Duration) {
		pr.Take()
		time.Sleep(*attackWindow) // the measured time
		took := pr.Take()
		for began := time.Now(); len(took) == 0 && time.Since(began) < testkit.Patience; took = pr.Take() {
			time.Sleep(10 * time.Millisecond) // on a busy machine a message takes longer than that
		}
		return testkit.Quantile(took, 0.5), testkit.Quantile(took, 0.99)
	}
	base := p.Memory()
	quiet50, quiet99 := window()
	t.Logf("%-34s p50 %8v p99 %8v", "quiet", quiet50.Round(10*time.Microsecond), quiet99.Round(10*time.Microsecond))
	for _, attack := range attacks {
		a := &attacker{t: t, p: p, stop: make(chan struct{})}
		attack.run(a)
		p50, p99 := window()
		grown := p.Memory() - base
		close(a.stop)
		a.all.Wait()
		t.Logf("%-34s p50 %8v p99 %8v (%.1f times), %d MiB more", attack.name,
			p50.Round(10*time.Microsecond), p99.Round(10*time.Microsecond), float64(p99)/float64(quiet99), grown>>20)
		if grown > attackMemory {
			t.Errorf("%s: the server grew by %d MiB", attack.name, grown>>20)
		}
		if p50 == 0 {
			t.Errorf("%s: nothing was delivered meanwhile", attack.name)
		}
	}
	testkit.WaitFor(t, "what is left of the attacks to end", func() bool { return p.Metric(t, "parley_connections_unauthenticated") == 0 })
	p50, p99 := window()
	t.Logf("%-34s p50 %8v p99 %8v", "afterwards", p50.Round(10*time.Microsecond), p99.Round(10*time.Microsecond))
	close(stopProbe)
	cancel()
	<-ended
	if benchErr != nil && !errors.Is(benchErr, context.Canceled) {
		t.Fatal(benchErr)
	}
	if !rep.Clean() || rep.Reconnects != 0 || rep.Acked == 0 {
		t.Errorf("the account of the 200 users:\n%s", rep.Text())
	}
	pr.Mu.Lock()
	if len(pr.Ended) > 0 {
		t.Errorf("the probe was disconnected: %v", pr.Ended)
	}
	pr.Mu.Unlock()
	countsAttacks(t, p)
	oneLineEach(t, p.Log.String())
}

// countsAttacks wants each kind of refusal to be seen in the metrics.
func countsAttacks(t *testing.T, p *testkit.Process) {
	t.Helper()
	for _, name := range []string{
		`parley_connections_closed_total{reason="no login"}`, `parley_connections_closed_total{reason="frame unfinished"}`,
		`parley_connections_closed_total{reason="fault"}`, `parley_connections_closed_total{reason="abuse"}`,
		`parley_connections_refused_total{reason="origin"}`, `parley_connections_closed_total{reason="not sealed"}`, `parley_connections_sealed_total`,
		`parley_frames_unreadable_total`, `parley_frames_unknown_total`, `parley_slowed_total`,
		`parley_hashes_refused_total`, fmt.Sprintf(`parley_errors_total{code="%d"}`, wire.BadCredentials),
	} {
		if p.Metric(t, name) == 0 {
			t.Errorf("%s is 0 after all these attacks", name)
		}
	}
	if resp, err := http.Get("http://" + p.HTTP + "/healthz"); err != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("%v %v", resp, err)
	} else {
		resp.Body.Close()
	}
}

var logLine = regexp.MustCompile(`^time=\S+ level=(DEBUG|INFO|WARN|ERROR) msg=`)

// oneLineEach wants every line of a log to be the program's own, without what a terminal
// obeys.
func oneLineEach(t *testing.T, log string) {
	t.Helper()
	for line := range strings.Lines(log) {
		if !logLine.MatchString(line) || strings.ContainsAny(line, "\x1b\x00\r") || strings.Contains(line, " msg=forged") {
			t.Errorf("the log has the line %q", line)
		}
	}
	if n := strings.Count(log, "\n"); n > 2000 {
		t.Errorf("the log has %d lines: anybody can fill the disk with it", n)
	}
}
