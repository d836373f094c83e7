package test

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"parley/client"
	"parley/wire"
)

// ended waits for the goodbye that ends a client.
func ended(t *testing.T, c *client.Client) wire.GoodbyeCode {
	t.Helper()
	select {
	case <-c.Done():
	case <-time.After(patience):
		t.Fatal("the client was not ended")
	}
	var bye *client.GoodbyeError
	if !errors.As(c.Err(), &bye) {
		t.Fatalf("it ended with %v", c.Err())
	}
	return bye.Code
}

// commandWith runs the program with more in its environment and on its standard input.
func commandWith(t *testing.T, env []string, in string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(soon(t), parley(t), args...)
	cmd.Env = append(cmd.Environ(), env...)
	cmd.Stdin = strings.NewReader(in)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestAccountCommands goes through what people and operators do about accounts, with the
// program's own commands.
func TestAccountCommands(t *testing.T) {
	data := t.TempDir()
	p := serve(t, data, wide...)
	o, _ := account(t, p, "ann")
	admin := func(args ...string) string {
		t.Helper()
		out, err := command(t, append([]string{"admin", "--data", data, "user"}, args...)...)
		if err != nil {
			t.Fatalf("%v: %v %s", args, err, out)
		}
		return out
	}
	refused := func(why string, args ...string) {
		t.Helper()
		if out, err := command(t, append([]string{"admin", "--data", data, "user"}, args...)...); err == nil || !strings.Contains(out, why) {
			t.Errorf("%v: %v %s, which does not say %q", args, err, out, why)
		}
	}
	c := login(t, o)

	// A person changes his password; what was logged in ends.
	env := []string{"PARLEY_PASSWORD=" + password, "PARLEY_NEW_PASSWORD=three blue stones"}
	if out, err := commandWith(t, env, "", "password", "--server", "tcp://"+p.tcp, "--name", "ann", "--sealed"); err != nil || !strings.Contains(out, "is changed") {
		t.Fatalf("%v %s", err, out)
	}
	if code := ended(t, c); code != wire.ByeLoggedOut {
		t.Errorf("ended with %d", code)
	}
	if _, err := client.Dial(soon(t), o); client.CodeOf(err) != wire.BadCredentials {
		t.Errorf("the old password: %v", err)
	}
	o.Password = "three blue stones"
	c = login(t, o)
	list, err := c.Logins(soon(t))
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
		out, err := commandWith(t, nil, "", append([]string{"admin", "--data", data}, args...)...)
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
	ended(t, c)
	c = login(t, o)
	parleyAdmin("user", "revoke", "ann", "--device-id", number)
	ended(t, c)
	c = login(t, o)
	refused("there is no user eve", "sessions", "eve")
	refused("there is no user eve", "reset-password", "eve")
	refused("has no such device", "revoke", "ann", "--device-id", "999")
	refused("say --id 1", "disable", "#1")
	refused("not both", "disable", "ann", "--id", "1")
	refused("which account?", "disable")
	if out, err := commandWith(t, nil, "four blue stones\n", "admin", "--data", data, "user", "reset-password", "ann", "--stdin"); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	ended(t, c)
	made := strings.Fields(admin("reset-password", "--id", "1"))
	o.Password = made[len(made)-1]
	c = login(t, o)
	admin("disable", "ann")
	ended(t, c)
	if _, err := client.Dial(soon(t), o); client.CodeOf(err) != wire.Disabled {
		t.Errorf("a disabled account: %v", err)
	}
	if out := admin("list"); !strings.Contains(out, "disabled") {
		t.Errorf("list: %s", out)
	}
	admin("enable", "ann")
	c = login(t, o)
	admin("revoke", "ann")
	ended(t, c)
	o.Token, o.Password = c.Token(), ""
	if _, err := client.Dial(soon(t), o); client.CodeOf(err) != wire.BadCredentials {
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
	ann := client.Options{Server: "tcp://" + p.tcp, Name: "ann", Password: password}
	if _, err := client.Register(soon(t), ann); client.CodeOf(err) != wire.NameTaken {
		t.Errorf("the name of an erased account: %v", err)
	}
	admin("erase", "ann", "--yes", "--free-name")
	if _, err := client.Register(soon(t), ann); err != nil {
		t.Errorf("the name once it is free: %v", err)
	}
}

// TestKeyCommand: what it prints is what clients pin.
func TestKeyCommand(t *testing.T) {
	data := t.TempDir()
	out, err := command(t, "key", "--data", data)
	if err != nil || !strings.HasPrefix(out, "SHA256:") {
		t.Fatalf("%v %s", err, out)
	}
	p := serve(t, data, wide...)
	o := client.Options{Server: "tcp://" + p.tcp, Name: "ann", Password: password, Pin: strings.TrimSpace(out)}
	if _, err := client.Register(soon(t), o); err != nil {
		t.Error(err)
	}
	again, err := command(t, "key", "show", "--data", data)
	if err != nil || again != out {
		t.Errorf("%v %s", err, again)
	}
	if out, err := command(t, "key", "rotate", "--data", data); err != nil || strings.Count(out, "SHA256:") != 2 || !strings.Contains(out, "older") {
		t.Errorf("%v %s", err, out)
	}
	if out, err := command(t, "key", "retire", "--data", data); err != nil || strings.Count(out, "SHA256:") != 1 {
		t.Errorf("%v %s", err, out)
	}
	if out, err := command(t, "key", "new", data+"/seal.key"); err == nil || !strings.Contains(out, "file exists") {
		t.Errorf("%v %s", err, out)
	}
}

// TestRevocationReachesAllNodes: a change of password on one node ends sessions on the
// others, also while they cannot hear of it over the bus.
func TestRevocationReachesAllNodes(t *testing.T) {
	t.Parallel()
	for kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			c := newCluster(t, kind)
			here, there := c.nodes[0], c.nodes[1]
			o, _ := account(t, here, "ann")
			pass := password
			for round, fail := range []func(){func() {}, c.redis.Stop} {
				fail()
				o.Password = pass
				o.Device = "here"
				o.Server = "tcp://" + here.tcp
				one := login(t, o)
				o.Device = "there"
				o.Server = "tcp://" + there.tcp
				other := login(t, o)
				pass += "!"
				if err := one.ChangePassword(soon(t), o.Password, pass); err != nil {
					t.Fatal(err)
				}
				if code := ended(t, other); code != wire.ByeLoggedOut {
					t.Errorf("round %d: ended with %d", round, code)
				}
				if list, err := one.Logins(soon(t)); err != nil || len(list) != 1 {
					t.Errorf("round %d: %+v %v", round, list, err)
				}
				one.Close()
			}
		})
	}
}
