package test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/client"
	"parley/wire"
)

// unbounded is a server for tests in which an account sends more than one person would.
var unbounded = []string{"--bytes-per-minute", "0", "--strangers-per-day", "0", "--stranger-messages-per-day", "0"}

// TestBytesOfAnAccount: a program that sends more than its account may in a minute gets all
// of it stored, in order and no faster than that, without a word about it.
func TestBytesOfAnAccount(t *testing.T) {
	const (
		cost   = 200 // of a message of 100 characters
		once   = 300 // so many are in the budget
		beyond = 10  // so many are not: two seconds' worth, at once/60 a second
		budget = once * cost
	)
	p := serve(t, t.TempDir(), "--max-text", "100", "--bytes-per-minute", fmt.Sprint(budget))
	sender, _ := account(t, p, "sender")
	receiver, to := account(t, p, "receiver")
	texts := make(chan string, once+beyond)
	receiver.OnMessage = func(_ *client.Client, m *client.Message) { texts <- m.Text }
	login(t, receiver)
	c := login(t, sender)
	began := time.Now()
	filler := strings.Repeat("x", 100)
	for n := range once + beyond {
		text := fmt.Sprintf("%03d%s", n, filler)[:100]
		err := c.Post(client.Direct(to), text, func(_ client.Receipt, err error) {
			if err != nil {
				t.Errorf("message %d: %v", n, err)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Flush(soon(t)); err != nil {
		t.Fatal(err)
	}
	if took, least := time.Since(began), beyond*cost*time.Minute/budget/2; took < least {
		t.Errorf("all was taken within %v, half of the excess takes %v", took, least)
	}
	for n := range once + beyond {
		select {
		case text := <-texts:
			if text[:3] != fmt.Sprintf("%03d", n) {
				t.Fatalf("message %s is displayed where %d was due", text[:3], n)
			}
		case <-time.After(patience):
			t.Fatalf("message %d does not come", n)
		}
	}
	if n := p.metric(t, "parley_bytes_refused_total"); n == 0 {
		t.Error("nothing was refused")
	}
}

// TestDiskReserve: before a real disk is full, who fills it is held back, and others still
// talk. With room again all is as before, without a restart.
func TestDiskReserve(t *testing.T) {
	if os.Geteuid() != 0 {
		asRoot(t)
		return
	}
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Fatalf("this test needs the right to mount a tmpfs: %v: %s", err, out)
	}
	t.Cleanup(func() { _ = exec.Command("umount", "-l", dir).Run() })
	p := serve(t, filepath.Join(dir, "parley"), "--disk-reserve", "50%", "--scarce-bytes-per-minute", "20KiB")
	_, loud := account(t, p, "loud")
	_, calm := account(t, p, "calm")
	people := map[string]*plain{}
	for _, name := range []string{"loud", "calm"} {
		people[name] = dialPlain(t, p.tcp)
		people[name].say(t, `{"msgid":2,"name":"%s","pwd":"%s"}`, name, password)
		people[name].await(t, wire.LoginAnswer)
	}
	says := func(name string, to int64) wire.Code {
		people[name].say(t, `{"msgid":4,"to":%d,"msg":"%s"}`, to, strings.Repeat("x", 4000))
		return people[name].ack(t, wire.Chat)
	}
	for range 20 {
		if code := says("loud", calm); code != wire.OK {
			t.Fatalf("with room: code %d", code)
		}
	}
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 40<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the server to see that there is little room", func() bool { return p.metric(t, "parley_disk_scarce") == 1 })
	code, sent := wire.OK, 0
	for ; code == wire.OK && sent < 20; sent++ {
		code = says("loud", calm)
	}
	if code != wire.StoreFull || sent > 8 {
		t.Errorf("%d messages and then code %d", sent, code)
	}
	if code := says("calm", loud); code != wire.OK {
		t.Errorf("somebody who sends little is answered with code %d", code)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the server to see that there is room", func() bool { return p.metric(t, "parley_disk_scarce") == 0 })
	if code := says("loud", calm); code != wire.OK {
		t.Errorf("with room again: code %d", code)
	}
	if n := p.metric(t, "parley_scarce_refused_total"); n != 1 {
		t.Errorf("%v refusals are counted, want 1", n)
	}
}
