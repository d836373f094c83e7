package front

import (
	"regexp"
	"strings"
	"testing"

	"parley/test/testkit"
)

// TestGroupsInTheLineClient looks after a group by everything that /group can do, at the real server.
func TestGroupsInTheLineClient(t *testing.T) {
	t.Parallel()
	p := testkit.Serve(t, t.TempDir())
	says := func(who string, register bool, lines ...string) string {
		t.Helper()
		args := []string{"chat", "--name", who, "--device", "d"}
		if register {
			args = append(args, "--register")
		}
		out, err := p.Run(t, strings.Join(lines, "\n")+"\n", args...)
		if err != nil {
			t.Fatalf("%s: %v\n%s", who, err, out)
		}
		return out
	}
	wants := func(out string, lines ...string) {
		t.Helper()
		for _, want := range lines {
			if !strings.Contains(out, want) {
				t.Errorf("there is no %q in:\n%s", want, out)
			}
		}
	}
	out := says("alice", true, `/group create "book club" we read`, "/group invite #1 1 30", "/group invite #1 any", "/group invitations #1")
	wants(out, "group #1 book club is made", "used 0 of 1 times", "used 0 times")
	codes := regexp.MustCompile(`/join (\w{4}-\S+)`).FindAllStringSubmatch(out, -1)
	if len(codes) != 2 {
		t.Fatalf("no two codes in:\n%s", out)
	}
	once, often := codes[0][1], codes[1][1]
	wants(says("bob", true, "/group look "+once, "/join "+once, "hello"), "#1 book club, 1 members", "you are in #1 book club now", "✓ #1 book club 1")
	wants(says("carol", true, "/join https://chat.example.org/#join/"+often), "you are in #1 book club now")
	wants(says("alice", false, "/to #1", "/group role bob admin", "/group rename Readers", "/group describe on Fridays", "/group posting admins",
		"/group joining closed", "/group remove carol", "/group lift 3", "/group add 3", "/group revoke 2", "/group invitations", "/group handover bob", "/group help"),
		"bob is admin now", "is called Readers now", "has another description", "posting is admins now", "joining is closed now", "carol is out",
		"3 may join again", "3 is a member now", "invitation 2 is revoked", "used 1 of 1 times", "bob is creator now", "/group handover")
	wants(says("bob", false, "/groups"), "#1     Readers", "yours")
}
