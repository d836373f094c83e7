package test

import (
	"encoding/json"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"parley/wire"
)

// A plain client is killed with a message unread in its socket, which its kernel has
// acknowledged: it gets the message again. So it does behind a balancer, which ends its own
// connection in order whatever becomes of the client.
func TestUnreadInAKilledClient(t *testing.T) {
	// The balancer is 127.0.0.1, clients without one come from 127.0.0.2.
	p := serve(t, t.TempDir(), "--proxy-from", "127.0.0.1")
	ways := map[string]string{"direct": p.tcp}
	for _, name := range []string{"haproxy.cfg", "nginx.conf"} {
		ways[name], _ = balancer(t, name, []*process{p, p, p})
	}
	sender := plainFrom(t, "127.0.0.2", p.tcp)
	sender.say(t, `{"msgid":0,"name":"sender","pwd":"%s"}{"msgid":2,"name":"sender","pwd":"%s"}`, password, password)
	for name, addr := range ways {
		t.Run(name, func(t *testing.T) {
			sender.say(t, `{"msgid":9}`) // accounts are made by who is not logged in
			sender.ack(t, wire.Logout)
			sender.say(t, `{"msgid":0,"name":"%s","pwd":"%s"}`, name, password)
			id := sender.await(t, wire.RegisterAnswer).ID
			sender.say(t, `{"msgid":2,"name":"sender","pwd":"%s"}`, password)
			c := enterPlain(t, addr, name)
			sender.say(t, `{"msgid":4,"to":%d,"msg":"unread"}`, id)
			c.awaitUnread(t)
			if err := c.conn.Close(); err != nil {
				t.Fatal(err)
			}
			c = enterPlain(t, addr, name)
			if f := c.await(t, wire.Chat); f.Msg != "unread" {
				t.Errorf("it gets %q", f.Msg)
			}
		})
	}
}

// enterPlain logs a plain client in, as soon as the balancer has checked its nodes and the
// account is free. It has read nothing behind the answer.
func enterPlain(t *testing.T, addr, name string) *plain {
	t.Helper()
	for began := time.Now(); time.Since(began) < patience; time.Sleep(20 * time.Millisecond) {
		c := plainFrom(t, "127.0.0.2", addr)
		c.say(t, `{"msgid":2,"name":"%s","pwd":"%s"}`, name, password)
		line, err := c.in.ReadBytes('\n')
		var f frame
		if err == nil && json.Unmarshal(line, &f) == nil && f.Msgid == wire.LoginAnswer && f.Erron == 0 {
			return c
		}
		_ = c.conn.Close()
	}
	t.Fatal("the account cannot log in")
	return nil
}

// awaitUnread waits until there is something in the client's socket that it has not read.
func (p *plain) awaitUnread(t *testing.T) {
	t.Helper()
	raw, err := p.conn.(syscall.Conn).SyscallConn()
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
		if time.Since(began) > patience {
			t.Fatal("nothing arrives")
		}
	}
}
