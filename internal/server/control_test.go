package server

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/internal/chat"
)

func TestTheControlSocketIsPrivate(t *testing.T) {
	c := testConfig(t.TempDir())
	startServer(t, c)
	info, err := os.Stat(filepath.Join(c.Data, SocketName))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode() != os.ModeSocket|0o600 {
		t.Errorf("its mode is %v, want a socket with 0600", info.Mode())
	}
	left, err := filepath.Glob(filepath.Join(c.Data, ".control-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestOperator(t *testing.T) {
	c := testConfig(t.TempDir())
	o := NewOperator(c.Data)
	if _, err := o.Sessions(t.Context()); err == nil || !strings.Contains(err.Error(), "no parley server runs on the data folder "+c.Data) {
		t.Errorf("without a server: %v", err)
	}
	s, _, _ := startServer(t, c)
	ann := dial(t, s)
	ann.join("ann")

	var users []UserRow
	if err := o.Users(t.Context(), func(page []UserRow) error { users = append(users, page...); return nil }); err != nil {
		t.Fatal(err)
	}
	if len(users) != 1 || users[0].Name != "ann" || !users[0].Online {
		t.Errorf("users: %+v", users)
	}
	sessions, err := o.Sessions(t.Context())
	if err != nil || len(sessions) != 1 || sessions[0].Name != "ann" {
		t.Fatalf("sessions: %+v, %v", sessions, err)
	}
	if err := o.Kick(t.Context(), int64(sessions[0].DeviceID)); err != nil {
		t.Errorf("kick: %v", err)
	}
	if bye := ann.read(); !strings.Contains(bye, `"code":2001`) {
		t.Errorf("the kicked session got %q", bye)
	}
	if err := o.Kick(t.Context(), 1); err == nil || !strings.Contains(err.Error(), "device 1 has no session") {
		t.Errorf("kick of nobody: %v", err)
	}

	stopped := make(chan error, 1)
	go func() { stopped <- o.Stop(t.Context()) }()
	<-s.StopWanted()
	ann.Close()
	stopServer(t, s)
	if err := <-stopped; err != nil {
		t.Errorf("stop: %v", err)
	}
}

// A page of accounts is not all of them.
func TestOperatorPagesUsers(t *testing.T) {
	c := testConfig(t.TempDir())
	s, _, _ := startServer(t, c)
	for i := range controlPage + 1 {
		name := "user" + strings.Repeat("x", i%40) + string(rune('a'+i/40))
		if _, err := s.store.CreateUser(t.Context(), name, name, "hash"); err != nil {
			t.Fatal(err)
		}
	}
	n, pages := 0, 0
	err := NewOperator(c.Data).Users(t.Context(), func(page []UserRow) error { n += len(page); pages++; return nil })
	if err != nil || n != controlPage+1 || pages != 2 {
		t.Errorf("%d users on %d pages, %v", n, pages, err)
	}
}

// TestNothingIsTakenForAnID: an account that is called like an id is not another's, and those
// whose names would be refused today are listed.
func TestNothingIsTakenForAnID(t *testing.T) {
	c := testConfig(t.TempDir())
	s, _, _ := startServer(t, c)
	for _, name := range []string{"ann", "#1", "id:1", "zo\u200de"} {
		if _, err := s.store.CreateUser(t.Context(), name, name, "hash"); err != nil {
			t.Fatal(err)
		}
	}
	o := NewOperator(c.Data)
	for who, want := range map[Who]chat.UserID{{Name: "#1"}: 2, {Name: "id:1"}: 3, {ID: 1}: 1, {Name: " ann"}: 1} {
		if u, err := o.SetDisabled(t.Context(), who, true); err != nil || u.ID != want {
			t.Errorf("%+v: %+v %v, want %d", who, u, err, want)
		}
	}
	for who, why := range map[Who]string{{Name: "#2"}: "say --id 2", {Name: "3"}: "say --id 3", {ID: 99}: "with the id 99", {Name: "eve"}: "no user eve"} {
		if _, err := o.SetDisabled(t.Context(), who, true); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%+v: %v, want %q", who, err, why)
		}
	}
	var doubts []string
	if err := o.DoubtfulUsers(t.Context(), func(page []UserRow) error {
		for _, u := range page {
			doubts = append(doubts, u.Name+": "+u.Doubt)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if len(doubts) != 2 || !strings.Contains(doubts[0], "begins with #") || !strings.Contains(doubts[1], "U+200D") {
		t.Errorf("%q", doubts)
	}
}

// A path longer than a socket address may be works as well.
func TestALongDataFolder(t *testing.T) {
	c := testConfig(filepath.Join(t.TempDir(), strings.Repeat("deep", 30)))
	startServer(t, c)
	if _, err := NewOperator(c.Data).Sessions(t.Context()); err != nil {
		t.Error(err)
	}
}

// What a crashed server left in the socket's place is replaced.
func TestAStaleSocket(t *testing.T) {
	c := testConfig(t.TempDir())
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(c.Data, SocketName), Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	l.Close()
	if _, err := NewOperator(c.Data).Sessions(t.Context()); err == nil || !strings.Contains(err.Error(), "no parley server runs") {
		t.Errorf("a socket that nobody listens on: %v", err)
	}
	startServer(t, c)
	if _, err := NewOperator(c.Data).Sessions(t.Context()); err != nil {
		t.Error(err)
	}
}
