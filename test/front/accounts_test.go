package front

import (
	"fmt"
	"strings"
	"testing"

	"parley/client"
	"parley/test/testkit"
	"parley/wire"
)

// TestAccountCommands goes through what people and operators do about accounts, with the
// program's own commands.
func TestAccountCommands(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	p := testkit.Serve(t, data, testkit.Wide...)
	o, _ := testkit.Account(t, p, "ann")
	admin := func(args ...string) string {
		t.Helper()
		out, err := testkit.Command(t, append([]string{"admin", "--data", data, "user"}, args...)...)
		if err != nil {
			t.Fatalf("%v: %v %s", args, err, out)
		}
		return out
	}
	refused := func(why string, args ...string) {
		t.Helper()
		if out, err := testkit.Command(t, append([]string{"admin", "--data", data, "user"}, args...)...); err == nil || !strings.Contains(out, why) {
			t.Errorf("%v: %v %s, which does not say %q", args, err, out, why)
		}
	}
	c := testkit.Login(t, o)

	// A person changes his password; what was logged in ends.
	env := []string{"PARLEY_PASSWORD=" + testkit.Password, "PARLEY_NEW_PASSWORD=three blue stones"}
	if out, err := testkit.CommandWith(t, env, "", "password", "--server", "tcp://"+p.TCP, "--name", "ann", "--sealed"); err != nil || !strings.Contains(out, "is changed") {
		t.Fatalf("%v %s", err, out)
	}
	if code := testkit.Ended(t, c); code != wire.ByeLoggedOut {
		t.Errorf("ended with %d", code)
	}
	if _, err := client.Dial(testkit.Soon(t), o); client.CodeOf(err) != wire.BadCredentials {
		t.Errorf("the old password: %v", err)
	}
	o.Password = "three blue stones"
	c = testkit.Login(t, o)
	list, err := c.Logins(testkit.Soon(t))
	if err != nil || len(list) != 1 || !list[0].Here || list[0].Device != "test" {
		t.Fatalf("%+v %v", list, err)
	}

	// The operator does.
	if out := admin("sessions", "ann"); !strings.Contains(out, "test") || !strings.Contains(out, "online") {
		t.Errorf("sessions: %s", out)
	}
	// The number that any list shows is the one that every command takes.
	number := fmt.Sprint(list[0].DeviceID)
	parleyAdmin := func(args ...string) string {
		out, err := testkit.CommandWith(t, nil, "", append([]string{"admin", "--data", data}, args...)...)
		if err != nil {
			t.Fatalf("admin %v: %v %s", args, err, out)
		}
		return out
	}
	for _, args := range [][]string{{"sessions", "--json"}, {"user", "sessions", "ann", "--json"}} {
		if out := parleyAdmin(args...); !strings.Contains(out, `"device_id":`+number+`,`) {
			t.Errorf("admin %v does not show device %s: %s", args, number, out)
		}
	}
	parleyAdmin("kick", number)
	testkit.Ended(t, c)
	c = testkit.Login(t, o)
	parleyAdmin("user", "revoke", "ann", "--device-id", number)
	testkit.Ended(t, c)
	c = testkit.Login(t, o)
	refused("there is no user eve", "sessions", "eve")
	refused("there is no user eve", "reset-password", "eve")
	refused("has no such device", "revoke", "ann", "--device-id", "999")
	refused("say --id 1", "disable", "#1")
	refused("not both", "disable", "ann", "--id", "1")
	refused("which account?", "disable")
	if out, err := testkit.CommandWith(t, nil, "four blue stones\n", "admin", "--data", data, "user", "reset-password", "ann", "--stdin"); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	testkit.Ended(t, c)
	made := strings.Fields(admin("reset-password", "--id", "1"))
	o.Password = made[len(made)-1]
	c = testkit.Login(t, o)
	admin("disable", "ann")
	testkit.Ended(t, c)
	if _, err := client.Dial(testkit.Soon(t), o); client.CodeOf(err) != wire.Disabled {
		t.Errorf("a disabled account: %v", err)
	}
	if out := admin("list"); !strings.Contains(out, "disabled") {
		t.Errorf("list: %s", out)
	}
	admin("enable", "ann")
	c = testkit.Login(t, o)
	admin("revoke", "ann")
	testkit.Ended(t, c)
	o.Token, o.Password = c.Token(), ""
	if _, err := client.Dial(testkit.Soon(t), o); client.CodeOf(err) != wire.BadCredentials {
		t.Errorf("a revoked token: %v", err)
	}
	refused("say --yes", "erase", "ann")
	if out := admin("erase", "ann", "--yes"); !strings.Contains(out, "0 messages of ann are empty") {
		t.Errorf("erase: %s", out)
	}
	if out := admin("list"); !strings.Contains(out, "deleted account") || !strings.Contains(out, "erased") || strings.Contains(out, "ann") {
		t.Errorf("list: %s", out)
	}
	refused("erased", "enable", "--id", "1")
	ann := client.Options{Server: "tcp://" + p.TCP, Name: "ann", Password: testkit.Password}
	if _, err := client.Register(testkit.Soon(t), ann); client.CodeOf(err) != wire.NameTaken {
		t.Errorf("the name of an erased account: %v", err)
	}
	admin("erase", "ann", "--yes", "--free-name")
	if _, err := client.Register(testkit.Soon(t), ann); err != nil {
		t.Errorf("the name once it is free: %v", err)
	}
}

// TestKeyCommand: what it prints is what clients pin.
func TestKeyCommand(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	out, err := testkit.Command(t, "key", "--data", data)
	if err != nil || !strings.HasPrefix(out, "SHA256:") {
		t.Fatalf("%v %s", err, out)
	}
	p := testkit.Serve(t, data, testkit.Wide...)
	o := client.Options{Server: "tcp://" + p.TCP, Name: "ann", Password: testkit.Password, Pin: strings.TrimSpace(out)}
	if _, err := client.Register(testkit.Soon(t), o); err != nil {
		t.Error(err)
	}
	again, err := testkit.Command(t, "key", "show", "--data", data)
	if err != nil || again != out {
		t.Errorf("%v %s", err, again)
	}
	if out, err := testkit.Command(t, "key", "rotate", "--data", data); err != nil || strings.Count(out, "SHA256:") != 2 || !strings.Contains(out, "older") {
		t.Errorf("%v %s", err, out)
	}
	if out, err := testkit.Command(t, "key", "retire", "--data", data); err != nil || strings.Count(out, "SHA256:") != 1 {
		t.Errorf("%v %s", err, out)
	}
	if out, err := testkit.Command(t, "key", "new", data+"/seal.key"); err == nil || !strings.Contains(out, "file exists") {
		t.Errorf("%v %s", err, out)
	}
}
