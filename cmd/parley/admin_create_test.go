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
