package client

import (
	"context"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/gobwas/ws"

	"parley/wire"
)

// TestWebSocket plays a server that sends right behind its handshake, in fragments,
// with a ping in between, and checks that what the client writes is masked.
func TestWebSocket(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		c := start(t, f, &s, func(o *Options) { o.Server = "ws://server:8080/ws" })
		defer c.Close()
		conn := <-f.conns
		if _, err := ws.Upgrade(conn); err != nil {
			t.Fatal(err)
		}
		if login := readMasked(t, conn); !strings.Contains(string(login), `"msgid":2`) {
			t.Fatalf("login: %s", login)
		}
		reply := (&wire.LoginReply{ID: 1, Name: "alice", Device: "test"}).AppendJSON(nil)
		half := len(reply) / 2
		out := ws.MustCompileFrame(ws.NewFrame(ws.OpText, false, reply[:half]))
		go func() {
			long := says(1)
			long.Msg = strings.Repeat("漢", 30_000)
			out = append(out, ws.MustCompileFrame(ws.NewFrame(ws.OpContinuation, true, reply[half:]))...)
			out = append(out, ws.MustCompileFrame(ws.NewPingFrame([]byte("are you there")))...)
			out = append(out, ws.MustCompileFrame(ws.NewTextFrame(long.AppendJSON(nil)))...)
			if _, err := conn.Write(out); err != nil {
				t.Error(err)
			}
		}()
		want(t, string(readMasked(t, conn)), "are you there")
		want(t, s.shown(), []int64{1})
		want(t, len(s.events[1].(*Message).Text), 90_000)
		if err := c.Post(Direct(2), strings.Repeat("x", 300), nil); err != nil {
			t.Fatal(err)
		}
		var q wire.Request
		if err := wire.DecodeRequest(readMasked(t, conn), &q); err != nil || q.SendSeq != 1 || len(q.Msg) != 300 {
			t.Fatalf("%v %+v", err, q)
		}
	})
}

func readMasked(t *testing.T, conn net.Conn) []byte {
	t.Helper()
	h, err := ws.ReadHeader(conn)
	if err != nil {
		t.Fatal(err)
	}
	if !h.Masked || !h.Fin {
		t.Fatalf("the client sent an illegal frame: %+v", h)
	}
	p := make([]byte, h.Length)
	if _, err := io.ReadFull(conn, p); err != nil {
		t.Fatal(err)
	}
	ws.Cipher(p, h.Mask, 0)
	return p
}

func TestFramesAreBounded(t *testing.T) {
	for _, server := range []string{"tcp://x:1", "ws://x:1"} {
		ours, theirs := net.Pipe()
		o := Options{
			Server: server, Name: "a", Password: "b", MaxFrame: 20_000,
			Dialer: func(context.Context, string, string) (net.Conn, error) { return theirs, nil },
		}
		ep, err := o.check()
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			defer ours.Close()
			if ep.webURL != "" {
				if _, err := ws.Upgrade(ours); err != nil {
					return
				}
				_, _ = ours.Write([]byte{0x81, 127, 0, 0, 0, 1, 0, 0, 0, 0}) // 4 GiB, it says
				return
			}
			for {
				if _, err := ours.Write(make([]byte, 8192)); err != nil {
					return
				}
			}
		}()
		tr, err := connect(t.Context(), ep, &o, func([]byte) {})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tr.read(); err == nil || !strings.Contains(err.Error(), "more than 20000 bytes") {
			t.Errorf("%s: %v", server, err)
		}
		theirs.Close()
	}
}
