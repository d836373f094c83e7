package security

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/client"
	"parley/internal/server"
	"parley/test/testkit"
	"parley/wire"
)

// sealKey is a file with one key for all servers of these tests: a key takes a second.
var sealKey = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "parley-seal-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "key")
	return path, server.MakeSealKey(path)
})

func serveSealed(t *testing.T, flags ...string) *testkit.Process {
	t.Helper()
	key, err := sealKey()
	if err != nil {
		t.Fatal(err)
	}
	return testkit.Serve(t, t.TempDir(), append(append([]string{"--seal-key", key}, testkit.Wide...), flags...)...)
}

func fingerprints(t *testing.T, path string) []string {
	t.Helper()
	names, err := server.SealFingerprints(path)
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// TestSealedShowsNothing: what crosses a sealed connection, recorded, holds neither
// password nor text nor token, over TCP and WebSocket. Played again it is refused: nobody
// is logged in by it and nothing is stored.
func TestSealedShowsNothing(t *testing.T) {
	t.Parallel()
	const text = "what nobody else is to read"
	p := serveSealed(t)
	for _, scheme := range []string{"tcp", "ws"} {
		at, path := p.TCP, ""
		if scheme == "ws" {
			at, path = p.HTTP, "/ws"
		}
		way := record(t, at)
		shown := make(chan string, 10)
		o := client.Options{
			Server: scheme + "://" + way.ln.Addr().String() + path, Name: "user " + scheme, Password: testkit.Password, Device: "d",
			Sealed: true, OnMessage: func(_ *client.Client, m *client.Message) { shown <- m.Text },
		}
		if _, err := client.Register(testkit.Soon(t), o); err != nil {
			t.Fatal(err)
		}
		c := testkit.Login(t, o)
		gid, err := c.CreateGroup(testkit.Soon(t), "g", "")
		if err != nil {
			t.Fatal(err)
		}
		long := strings.Repeat("x", 3900)
		for _, s := range []string{text, long} {
			if _, err := c.SendGroup(testkit.Soon(t), gid, s); err != nil {
				t.Fatal(err)
			}
			if got := <-shown; got != s {
				t.Errorf("shown is %q", got)
			}
		}
		for _, s := range []string{testkit.Password, text, c.Token(), "user " + scheme, `"msgid":2,`, `"msgid":4`} {
			if way.holds(s) {
				t.Errorf("%s: %q can be read on the way", scheme, s)
			}
		}
		if !way.holds(`"msgid":25`) {
			t.Errorf("%s: nothing sealed is on the way", scheme)
		}
		c.Close()
		if scheme == "tcp" {
			replay(t, p, way)
		}
	}
}

// replay plays what the clients have sent, connection by connection.
func replay(t *testing.T, p *testkit.Process, way *tape) {
	t.Helper()
	before := p.Metric(t, "parley_sessions")
	appends := p.Metric(t, "parley_appends_total")
	played := 0
	for _, sent := range way.sent() {
		conn, err := net.Dial("tcp", p.TCP)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Write(sent); err != nil && played == 0 {
			t.Fatal(err)
		}
		_ = conn.SetReadDeadline(time.Now().Add(testkit.Patience))
		answer, err := io.ReadAll(conn)
		if ne := net.Error(nil); errors.As(err, &ne) && ne.Timeout() {
			t.Error("the server let a replayed connection stand")
		}
		if bytes.Contains(answer, []byte(`"erron":0`)) {
			t.Errorf("a replay is answered with %s", answer)
		}
		conn.Close()
		played++
	}
	if played < 2 {
		t.Fatalf("%d connections were recorded", played)
	}
	if after := p.Metric(t, "parley_sessions"); after > before {
		t.Errorf("%v sessions before the replay, %v after", before, after)
	}
	if after := p.Metric(t, "parley_appends_total"); after != appends {
		t.Errorf("%v messages before the replay, %v after", appends, after)
	}
}

// TestSealedConnectionsEnd: what was not sealed for its place ends the connection, with a
// goodbye that is sealed.
func TestSealedConnectionsEnd(t *testing.T) {
	t.Parallel()
	p := serveSealed(t)
	beat := `{"msgid":11}` + "\n"
	for name, meddle := range map[string]func(s *rawSealed){
		"repeated": func(s *rawSealed) { f := s.seal(beat); s.write(f); s.want(`{"msgid":12`); s.write(f) },
		"left out": func(s *rawSealed) { s.seal(beat); s.write(s.seal(beat)) },
		"altered": func(s *rawSealed) {
			f := []byte(s.seal(beat))
			f[30] ^= 1
			s.write(string(f))
		},
		"plain":       func(s *rawSealed) { s.write(beat) },
		"no object":   func(s *rawSealed) { s.write("hello\n") },
		"sealed anew": func(s *rawSealed) { s.write(`{"msgid":21}` + "\n") },
	} {
		t.Run(name, func(t *testing.T) {
			s := dialSealed(t, p.TCP)
			s.write(s.seal(beat))
			s.want(`{"msgid":12`)
			meddle(s)
			s.want(`{"msgid":26,"code":`)
			if _, err := s.r.ReadByte(); !errors.Is(err, io.EOF) {
				t.Errorf("the connection stands: %v", err)
			}
		})
	}
	// An object in pieces, and several in one piece.
	s := dialSealed(t, p.TCP)
	s.write(s.seal(`{"msgid"`) + s.seal(`:11}`+"\n"+beat+`{"msgid":21}`+"\n"))
	for answers := ""; strings.Count(answers, `"msgid":12`) < 2 || !strings.Contains(answers, `"re":21`); {
		answers += s.want("")
	}
}

// TestSealingComesFirst: a handshake in the middle of a connection, or broken off, is
// refused and gives nobody anything.
func TestSealingComesFirst(t *testing.T) {
	t.Parallel()
	p := serveSealed(t)
	say := func(frames ...string) (answers string) {
		conn, err := net.Dial("tcp", p.TCP)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_ = conn.SetDeadline(time.Now().Add(testkit.Patience))
		fmt.Fprint(conn, strings.Join(frames, "\n")+"\n")
		_ = conn.(*net.TCPConn).CloseWrite()
		all, err := io.ReadAll(conn)
		if err != nil {
			t.Error(err)
		}
		return string(all)
	}
	cannot := fmt.Sprintf(`"erron":%d`, wire.CannotSeal)
	for _, frames := range [][]string{
		{`{"msgid":11}`, `{"msgid":21}`},
		{`{"msgid":23,"key":"AAAA"}`},
		{`{"msgid":25,"data":"AAAA"}`},
	} {
		if got := say(frames...); !strings.Contains(got, cannot) {
			t.Errorf("%s is answered with %s", frames, got)
		}
	}
	bye := fmt.Sprintf(`{"msgid":26,"code":%d`, wire.ByeUnsealed)
	for _, second := range []string{`{"msgid":11}`, `{"msgid":21}`, `{"msgid":23,"key":"AAAA"}`, `{"msgid":2,"name":"a","pwd":"b"}`} {
		if got := say(`{"msgid":21}`, second); !strings.Contains(got, bye) || strings.Contains(got, `"msgid":3,`) {
			t.Errorf("%s behind 21 is answered with %s", second, got)
		}
	}
}

// TestMeddlingLosesNothing: somebody on the way who alters, repeats, or leaves out frames
// ends connections and no more: the clients come back, and every message is shown once.
func TestMeddlingLosesNothing(t *testing.T) {
	t.Parallel()
	p := serveSealed(t)
	var strikes atomic.Int64
	strike := func(way, n int, frame []byte) [][]byte {
		if n%9 != 8 || strikes.Load() >= 12 || !bytes.Contains(frame, []byte(`"msgid":25`)) {
			return [][]byte{frame}
		}
		switch strikes.Add(1) % 3 {
		case 0:
			return [][]byte{frame, frame}
		case 1:
			return nil
		}
		c := bytes.Clone(frame)
		c[28] ^= 1
		return [][]byte{c}
	}
	addr := meddler(t, p.TCP, strike)
	shown := make(chan string, 1000)
	options := func(name string) client.Options {
		return client.Options{
			Server: "tcp://" + addr, Name: name, Password: testkit.Password, Device: "d", Sealed: true,
			MaxBackoff: 100 * time.Millisecond, AnswerTimeout: 2 * time.Second,
		}
	}
	direct := options("ann")
	direct.Server = "tcp://" + p.TCP
	for _, name := range []string{"ann", "bob"} {
		direct.Name = name
		if _, err := client.Register(testkit.Soon(t), direct); err != nil {
			t.Fatal(err)
		}
	}
	receiver := options("bob")
	receiver.OnMessage = func(_ *client.Client, m *client.Message) { shown <- m.Text }
	started := func(o client.Options) *client.Client {
		c, err := client.New(o)
		if err == nil {
			err = c.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(c.Close)
		return c
	}
	started(receiver)
	sender := started(options("ann"))
	const messages = 60
	for i := range messages {
		if _, err := sender.SendTo(testkit.Soon(t), client.Direct(2), fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range messages {
		select {
		case got := <-shown:
			if got != fmt.Sprint(i) {
				t.Fatalf("message %d shown is %q", i, got)
			}
		case <-time.After(testkit.Patience):
			t.Fatalf("message %d is never shown", i)
		}
	}
	if strikes.Load() < 12 {
		t.Errorf("the meddler struck %d times", strikes.Load())
	}
	if len(shown) > 0 {
		t.Errorf("shown once more: %q", <-shown)
	}
}

// TestKeysArePinned: the key that a client met first must stay; it changes by rotation, or
// is refused with words that say what to do.
func TestKeysArePinned(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	p := testkit.Serve(t, data, testkit.Wide...)
	file := filepath.Join(data, server.SealKeyFile)
	pins := client.PinFile(filepath.Join(t.TempDir(), "state", "known-servers"))
	o := client.Options{Server: "tcp://" + p.TCP, Name: "ann", Password: testkit.Password, Device: "d", Sealed: true, Pins: pins}
	if _, err := client.Register(testkit.Soon(t), o); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the key's file: %v, %v", info, err)
	}
	first := fingerprints(t, file)[0]
	known := func() string {
		pin, err := pins.Pin(p.TCP)
		if err != nil {
			t.Fatal(err)
		}
		return pin
	}
	if known() != first {
		t.Fatalf("pinned is %s, the key is %s", known(), first)
	}
	comes := func(o client.Options) error {
		c, err := client.Dial(testkit.Soon(t), o)
		if err == nil {
			c.Close()
		}
		return err
	}
	if err := server.RotateSealKey(file); err != nil {
		t.Fatal(err)
	}
	second := fingerprints(t, file)[0]
	testkit.WaitFor(t, "the newer key is pinned", func() bool { // the server looks at the file once a second
		if err := comes(o); err != nil {
			t.Fatal(err)
		}
		return known() == second
	})
	old := o
	old.Pins, old.Pin = nil, first
	if err := comes(old); err != nil {
		t.Errorf("a client that knows the older key: %v", err)
	}
	if err := server.RetireSealKeys(file); err != nil {
		t.Fatal(err)
	}
	var changed *client.PinError
	testkit.WaitFor(t, "the older key is refused", func() bool { return errors.As(comes(old), &changed) })
	if changed.Pinned != first || changed.Offered != second || !strings.Contains(changed.Error(), "--pin") {
		t.Errorf("the refusal is %v", changed)
	}
	if err := comes(o); err != nil {
		t.Errorf("a client that was told of the newer key: %v", err)
	}
	// An impostor has a key of his own, and never gets the password.
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	p.Kill()
	p.Restart()
	if err := comes(o); !errors.As(err, &changed) {
		t.Errorf("another key: %v", err)
	}
	o.Pin = "SHA256:nonsense"
	if err := comes(o); err == nil || !strings.Contains(err.Error(), "is no fingerprint") {
		t.Errorf("a wrong pin: %v", err)
	}
}

// TestSealedNeverFallsBack: where nothing can be sealed, nothing is sent.
func TestSealedNeverFallsBack(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	heard := make(chan string, 1)
	go func() {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		r := bufio.NewReader(conn)
		first, _ := r.ReadString('\n') // the client's side tells of errors
		fmt.Fprintf(conn, `{"msgid":10,"re":21,"erron":%d}`+"\n", wire.CannotSeal)
		rest, _ := io.ReadAll(r)
		heard <- first + string(rest)
	}()
	o := client.Options{Server: "tcp://" + ln.Addr().String(), Name: "ann", Password: testkit.Password, Sealed: true}
	_, err = client.Dial(testkit.Soon(t), o)
	if client.CodeOf(err) != wire.CannotSeal {
		t.Errorf("the error is %v", err)
	}
	if said := <-heard; said != `{"msgid":21}`+"\n" {
		t.Errorf("the client said %s", said)
	}
}

// TestSealedByAnotherProgram: a client in another language, written from the reference,
// checks itself against the vectors and chats, over TCP and WebSocket.
func TestSealedByAnotherProgram(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatal("Node.js is not installed (Debian: apt-get install nodejs)")
	}
	run := func(args ...string) string {
		t.Helper()
		out, err := exec.CommandContext(testkit.Soon(t), node, append([]string{"sealed/client.mjs"}, args...)...).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	run("vectors", "../../wire/seal/testdata/seal.json")
	p := serveSealed(t)
	key, err := sealKey()
	if err != nil {
		t.Fatal(err)
	}
	shown := make(chan string, 10)
	o := client.Options{
		Server: "tcp://" + p.TCP, Name: "bob", Password: testkit.Password, Device: "d",
		OnMessage: func(_ *client.Client, m *client.Message) { shown <- m.SenderName + ": " + m.Text },
	}
	if _, err := client.Register(testkit.Soon(t), o); err != nil {
		t.Fatal(err)
	}
	testkit.Login(t, o)
	host, port, _ := strings.Cut(p.TCP, ":")
	for name, how := range map[string][]string{
		"tess": {"tcp", host, port}, "webb": {"ws", "ws://" + p.HTTP + "/ws"},
	} {
		text := "a text from another language: 你好 " + name
		out := run(append(how, name, testkit.Password, "1", text)...)
		if !strings.Contains(out, fingerprints(t, key)[0]) {
			t.Errorf("it saw the key as %s", out)
		}
		if got := <-shown; got != name+": "+text {
			t.Errorf("shown is %q", got)
		}
	}
}

// TestSecretsNeedCover: passwords and tokens from other machines are taken over TLS and
// sealed connections alone, unless the operator allows more, and a client sends none.
func TestSecretsNeedCover(t *testing.T) {
	t.Parallel()
	key, err := sealKey()
	if err != nil {
		t.Fatal(err)
	}
	data := t.TempDir()
	p := testkit.Serve(t, data, "--seal-key", key, "--proxy-from", "127.0.0.1")
	// The server hears from its proxy, here, that the client is elsewhere.
	const header = "PROXY TCP4 192.0.2.7 192.0.2.1 4000 6000\r\n"
	conn, err := net.Dial("tcp", p.TCP)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(testkit.Patience))
	fmt.Fprint(conn, header)
	r := bufio.NewReader(conn)
	for _, frame := range []string{
		`{"msgid":0,"name":"ann","pwd":"12345678"}`, `{"msgid":2,"name":"ann","pwd":"12345678"}`, `{"msgid":2,"name":"ann","token":"x"}`,
	} {
		fmt.Fprintln(conn, frame)
		answer, err := r.ReadString('\n')
		if err != nil || !strings.Contains(answer, fmt.Sprintf(`"erron":%d`, wire.PlainSecret)) || !strings.Contains(answer, "connect with TLS or sealed") {
			t.Errorf("%s is answered with %s, %v", frame, answer, err)
		}
	}
	far := func(_ context.Context, network, address string) (net.Conn, error) {
		c, err := net.Dial(network, address)
		if err == nil {
			_, err = c.Write([]byte(header))
		}
		return elsewhere{c}, err
	}
	o := client.Options{Server: "tcp://" + p.TCP, Name: "ann", Password: testkit.Password, Dialer: far}
	if _, err := client.Register(testkit.Soon(t), o); !errors.Is(err, client.ErrPlaintext) {
		t.Errorf("in the clear: %v", err)
	}
	o.AllowPlaintext = true
	if _, err := client.Register(testkit.Soon(t), o); client.CodeOf(err) != wire.PlainSecret {
		t.Errorf("allowed here, not there: %v", err)
	}
	o.AllowPlaintext, o.Sealed = false, true
	if _, err := client.Register(testkit.Soon(t), o); err != nil {
		t.Errorf("sealed: %v", err)
	}
	p.Kill()
	p.Args = append(p.Args, "--allow-plaintext")
	p.Restart()
	o.AllowPlaintext, o.Sealed, o.Name = true, false, "bob"
	if _, err := client.Register(testkit.Soon(t), o); err != nil {
		t.Errorf("allowed on both sides: %v", err)
	}
}

// elsewhere is a connection whose other end is on another machine, as it says.
type elsewhere struct{ net.Conn }

func (elsewhere) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 9), Port: 6000} }
