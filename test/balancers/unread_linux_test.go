package balancers

import (
	"encoding/json"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"parley/test/testkit"
	"parley/wire"
)

// A plain client is killed with a message unread in its socket, which its kernel has
// acknowledged: it gets the message again. So it does behind a balancer, which ends its own
// connection in order whatever becomes of the client.
func TestUnreadInAKilledClient(t *testing.T) {
	t.Parallel()
	// The balancer is 127.0.0.1, clients without one come from 127.0.0.2.
	p := testkit.Serve(t, t.TempDir(), "--proxy-from", "127.0.0.1")
	ways := map[string]string{"direct": p.TCP}
	for _, name := range []string{"haproxy.cfg", "nginx.conf"} {
		ways[name], _ = balancer(t, name, []*testkit.Process{p, p, p})
	}
	sender := testkit.PlainFrom(t, "127.0.0.2", p.TCP)
	sender.Say(t, `{"msgid":0,"name":"sender","pwd":"%s"}{"msgid":2,"name":"sender","pwd":"%s"}`, testkit.Password, testkit.Password)
	for name, addr := range ways {
		t.Run(name, func(t *testing.T) {
			sender.Say(t, `{"msgid":9}`) // accounts are made by who is not logged in
			sender.Ack(t, wire.Logout)
			sender.Say(t, `{"msgid":0,"name":"%s","pwd":"%s"}`, name, testkit.Password)
			id := sender.Await(t, wire.RegisterAnswer).ID
			sender.Say(t, `{"msgid":2,"name":"sender","pwd":"%s"}`, testkit.Password)
			c := enterPlain(t, addr, name)
			sender.Say(t, `{"msgid":4,"to":%d,"msg":"unread"}`, id)
			awaitUnread(t, c)
			if err := c.Conn.Close(); err != nil {
				t.Fatal(err)
			}
			c = enterPlain(t, addr, name)
			if f := c.Await(t, wire.Chat); f.Msg != "unread" {
				t.Errorf("it gets %q", f.Msg)
			}
		})
	}
}

// enterPlain logs a plain client in, as soon as the balancer has checked its nodes and the
// account is free. It has read nothing behind the answer.
func enterPlain(t *testing.T, addr, name string) *testkit.Plain {
	t.Helper()
	for began := time.Now(); time.Since(began) < testkit.Patience; time.Sleep(20 * time.Millisecond) {
		c := testkit.PlainFrom(t, "127.0.0.2", addr)
		c.Say(t, `{"msgid":2,"name":"%s","pwd":"%s"}`, name, testkit.Password)
		line, err := c.In.ReadBytes('\n')
		var f testkit.Frame
		if err == nil && json.Unmarshal(line, &f) == nil && f.Msgid == wire.LoginAnswer && f.Erron == 0 {
			return c
		}
		_ = c.Conn.Close()
	}
	t.Fatal("the account cannot log in")
	return nil
}

// awaitUnread waits until there is something in the client's socket that it has not read.
func awaitUnread(t *testing.T, p *testkit.Plain) {
	t.Helper()
	raw, err := p.Conn.(syscall.Conn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	for began := time.Now(); ; time.Sleep(time.Millisecond) {
		n := 0
		if err := raw.Control(func(fd uintptr) { n, err = unix.IoctlGetInt(int(fd), unix.SIOCINQ) }); err != nil {
			t.Fatal(err)
		}
		if n > 0 {
			return
		}
		if time.Since(began) > testkit.Patience {
			t.Fatal("nothing arrives")
		}
	}
}
