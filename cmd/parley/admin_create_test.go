package main

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
)

func TestAdminUserCreate(t *testing.T) {
	dir := t.TempDir()
	p := serve(t, dir)
	create := func(stdin string, args ...string) (int, string) {
		var out bytes.Buffer
		status := run(t.Context(), append([]string{"admin", "--data", dir, "user", "create"}, args...), streams{strings.NewReader(stdin), &out, &out})
		return status, out.String()
	}
	if status, said := create("my own words\r\n", "ann", "--stdin"); status != 0 || said != "ann (#1) is made\n" {
		t.Errorf("status %d, %q", status, said)
	}
	if got := talk(t, p.tcp, `{"msgid":2,"name":"ann","pwd":"my own words"}`, 1); !strings.Contains(got[0], `"erron":0`) {
		t.Errorf("login: %s", got)
	}
	status, said := create("", "bob", "--generate")
	made := regexp.MustCompile(`^bob \(#2\) is made; the password is (\S{20,})\n$`).FindStringSubmatch(said)
	if status != 0 || made == nil {
		t.Fatalf("status %d, %q", status, said)
	}
	if got := talk(t, p.tcp, `{"msgid":2,"name":"bob","pwd":"`+made[1]+`"}`, 1); !strings.Contains(got[0], `"erron":0`) {
		t.Errorf("login: %s", got)
	}
	if status, said := create("x\n", "ann", "--stdin", "--generate"); status != 2 {
		t.Errorf("two passwords: status %d, %q", status, said)
	}
}

// TestInvite: an operator's commands make codes, list and revoke them, and the line client uses
// them.
func TestInvite(t *testing.T) {
	dir := t.TempDir()
	p := serve(t, dir, "--registration", "closed")
	parley := func(args ...string) (int, string) {
		var out bytes.Buffer
		status := run(t.Context(), args, streams{strings.NewReader(""), &out, &out})
		return status, out.String()
	}
	admin := func(args ...string) (int, string) {
		return parley(append([]string{"admin", "--data", dir}, args...)...)
	}
	status, said := admin("user", "create", "o'hara", "--invite")
	made := regexp.MustCompile(`^invitation 1, for the account o'hara, is good until \S+Z\nits code, .*:\n\n    ([0-9A-Z-]{34})\n\nwho has it .*: parley chat --server ADDRESS --name 'o'\\''hara' --invite CODE\n$`).FindStringSubmatch(said)
	if status != 0 || made == nil {
		t.Fatalf("status %d, %q", status, said)
	}
	if status, said := admin("user", "create", "O'HARA", "--generate"); status != 1 || !strings.Contains(said, "is kept for somebody") {
		t.Errorf("the name is kept: status %d, %q", status, said)
	}
	if status, said := admin("user", "create", "bob", "--invite", "--stdin"); status != 2 {
		t.Errorf("a code and a password: status %d, %q", status, said)
	}
	status, said = admin("invite", "create", "--uses", "3", "--valid", "30d", "--note", "for\nthe club")
	if status != 0 || !strings.Contains(said, "invitation 2, for 3 accounts, ") || !strings.Contains(said, "note: registration is closed on this server, which takes only codes for a name") {
		t.Errorf("status %d, %q", status, said)
	}
	status, said = admin("invite", "create", "--json")
	if status != 0 || !regexp.MustCompile(`^\{"invite":3,"uses":1,"used":0,"state":"open","made":"[^"]+","ends":"[^"]+","code":"[0-9A-Z-]{34}","registration":"closed"\}\n$`).MatchString(said) {
		t.Errorf("status %d, %q", status, said)
	}
	if status, said = admin("invite", "revoke", "3"); status != 0 || said != "invitation 3 is revoked; it was used 0 of 1 times\n" {
		t.Errorf("status %d, %q", status, said)
	}

	t.Setenv("PARLEY_PASSWORD", "my own words")
	chat := []string{"chat", "--server", "tcp://" + p.tcp, "--name", "o'hara", "--no-state"}
	if status, said := parley(append(chat, "--register")...); status != 1 || !strings.Contains(said, "ask its operator for an account, or for an invitation code for your name") {
		t.Errorf("without a code: status %d, %q", status, said)
	}
	if status, said := parley(append(chat, "--invite", "guess")...); status != 1 || !strings.Contains(said, "ask the operator for a code") || !strings.Contains(said, "--invite CODE") {
		t.Errorf("a guess: status %d, %q", status, said)
	}
	if status, said := parley(append(chat, "--invite", strings.ToLower(made[1]))...); status != 0 {
		t.Errorf("the code: status %d, %q", status, said)
	}
	if status, said := parley(append(chat, "--invite", made[1])...); status != 0 {
		t.Errorf("the same command again: status %d, %q", status, said)
	}
	status, said = admin("invite", "list")
	if want := regexp.MustCompile(`^INVITATION +STATE +USED +ENDS +NAME +LAST USER +NOTE\n1 +used +1 of 1 +\S+ +o'hara +#1 +parley admin user create\n2 +open +0 of 3 +\S+ +- +- +for the club\n$`); status != 0 || !want.MatchString(said) {
		t.Errorf("status %d, the list is\n%s", status, said)
	}
	if status, said = admin("invite", "list", "--json"); status != 0 || strings.Count(said, "\n") != 2 || strings.Contains(said, "code") {
		t.Errorf("status %d, %s", status, said)
	}
}
