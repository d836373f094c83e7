package term

import (
	"context"
	"net"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"parley/client"
	"parley/wire"
)

// keeping returns a Chat a state folder.
func keeping(dir string) func(*Chat) {
	return func(ch *Chat) { ch.State, ch.Lines = dir, 3 }
}

// away makes the server unreachable.
func away(o *client.Options) {
	o.Dialer = func(context.Context, string, string) (net.Conn, error) { return nil, syscall.ECONNREFUSED }
}

func TestWithoutAServer(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.withTokens(nil)
		f.greet(says(1, "first"), says(2, "second"))
		f.seq = 2
		// The very first start needs a server.
		_, err := script(t, f, func(ch *Chat) { keeping(dir)(ch); ch.Options = away })
		if err == nil || !strings.Contains(err.Error(), "no server listens") {
			t.Fatal(err)
		}
		if _, err := script(t, f, func(ch *Chat) { keeping(dir)(ch); ch.Linger = 1e9 }, "/msg bob third"); err != nil {
			t.Fatal(err)
		}
		got, err := script(t, f, func(ch *Chat) { keeping(dir)(ch); ch.Options = away },
			"/to BOB", "fourth", "/msg zoe x", "/group 9 to all", "/history 2", "/friends")
		same(t, err.Error(), "2 messages have no ack; they are kept, and sent at the next start")
		got = regexp.MustCompile(`trying again in .*`).ReplaceAllString(got, "trying again in PAUSE")
		same(t, got, `-- Friday, 2 January 2026 --
12:00:00 bob: first
12:00:00 bob: second
12:00:00 me (test) to bob: third
* connection lost (cannot connect to tcp://server:6000: connection refused); trying again in PAUSE
* what you write is kept, and sent when the server is there again
12:00:00 bob: first
12:00:00 bob: second
12:00:00 me (test) to bob: third
* now talking to bob
  … bob: kept
! /msg: there is no connection to the server now; messages are kept and sent later, but this has to be done again when it is back
  … #9 club: kept
@2    12:00:00 bob: second
@3    12:00:00 me (test) to bob: third
* 2 messages of bob
! /friends: there is no connection to the server now; messages are kept and sent later, but this has to be done again when it is back
`)
		got, err = script(t, f, func(ch *Chat) { keeping(dir)(ch); ch.JSON, ch.Options = true, away }, "/msg 2 fifth")
		if err == nil || !strings.Contains(got, `{"event":"kept","with":2,"text":"fifth"}`) {
			t.Fatalf("%v\n%s", err, got)
		}
		// Back again: all of it goes out, in order.
		got, err = script(t, f, keeping(dir), "/msg bob sixth")
		if err != nil {
			t.Fatal(err)
		}
		for _, ack := range []string{"  ✓ bob 4\n", "  ✓ #9 club 5\n", "  ✓ bob 6\n", "  ✓ bob 7\n"} {
			if !strings.Contains(got, ack) {
				t.Errorf("no %q in\n%s", ack, got)
			}
		}
		want := []string{"to 2: third", "to 2: fourth", "group 9: to all", "to 2: fifth", "to 2: sixth"}
		if d := cmp.Diff(want, f.got); d != "" {
			t.Fatal(d)
		}
	})
}

func TestTheTokenIsEnough(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		var secrets []string
		f.withTokens(func(q *wire.Request) { secrets = append(secrets, q.Token+"/"+q.Pwd) })
		var revoked []bool
		f.answers[wire.Logout] = func(q *wire.Request) []appendsJSON {
			revoked = append(revoked, q.Revoke)
			return ok(q)
		}
		if _, err := script(t, f, keeping(dir), "/quit"); err != nil {
			t.Fatal(err)
		}
		forgetful := func(ch *Chat) { keeping(dir)(ch); ch.Password = "" }
		if _, err := script(t, f, forgetful, "/logout"); err != nil {
			t.Fatal(err)
		}
		if _, err := script(t, f, keeping(dir), "/quit"); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff([]string{"/password", "token/", "/password"}, secrets); d != "" {
			t.Fatal(d)
		}
		if d := cmp.Diff([]bool{false, true, false}, revoked); d != "" {
			t.Fatalf("tokens ended: %s", d)
		}
	})
}

// TestOldMessagesAreForWhoIsProved: after /logout, or with a token that is not good any
// more, nothing of what was said is shown before the password has proved the account.
func TestOldMessagesAreForWhoIsProved(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.withTokens(nil)
		if _, err := script(t, f, func(ch *Chat) { keeping(dir)(ch); ch.Linger = 1e9 }, "/msg bob the secret"); err != nil {
			t.Fatal(err)
		}
		shown := func(want bool, change func(*Chat), commands ...string) {
			t.Helper()
			got, err := script(t, f, func(ch *Chat) { keeping(dir)(ch); change(ch) }, commands...)
			if strings.Contains(got, "secret") != want {
				t.Fatalf("shown: %v, want %v; %v\n%s", !want, want, err, got)
			}
		}
		offline := func(ch *Chat) { ch.Options = away }
		refused := func(ch *Chat) {
			ch.Password = ""
			ch.Options = func(o *client.Options) { f.options(o); o.Device = "refused" }
		}
		all := []string{"/to bob", "/history bob 5"}
		shown(true, func(*Chat) {})
		shown(true, offline, all...) // this device is still logged in, as far as it knows
		shown(false, refused)
		// The server was not there when /logout was said.
		got, err := script(t, f, func(ch *Chat) { keeping(dir)(ch); offline(ch) }, "/logout")
		if err == nil || !strings.Contains(got, "the server could not be told") {
			t.Fatalf("%v\n%s", err, got)
		}
		shown(false, offline, all...)
		shown(false, func(ch *Chat) { ch.Password = "wrong" })
		shown(true, func(*Chat) {})
	})
}

func TestOneChatForEachDevice(t *testing.T) {
	dir := t.TempDir()
	a := &Chat{Account: Account{Name: "alice", Device: "x"}, State: dir}
	store, err := a.openStore()
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	b := &Chat{Account: Account{Name: "ALICE", Server: client.DefaultServer, Device: "x"}, State: dir}
	if _, err := b.openStore(); err == nil || !strings.HasSuffix(err.Error(), "another program has it open; give this one a --device of its own, or --no-state") {
		t.Fatal(err)
	}
}
