package server

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	sdk "parley/client"
	"parley/internal/chat"
)

const auditedPassword = "correct horse"

var auditTime = regexp.MustCompile(`^time=\S+ `)

// auditLines are the lines about accounts in a log, without their times.
func auditLines(log string) (lines []string) {
	for line := range strings.Lines(log) {
		if strings.Contains(line, " address=") && strings.Contains(line, " reason=") {
			lines = append(lines, auditTime.ReplaceAllString(strings.TrimSuffix(line, "\n"), ""))
		}
	}
	return lines
}

// goThrough does everything that is audited, and returns the secrets that were used.
func goThrough(t *testing.T, s *Server, dir string) (secrets []string) {
	t.Helper()
	tcp, _ := s.Addrs()
	ctx := t.Context()
	o := sdk.Options{Server: tcp.String(), Name: "alice", Password: auditedPassword, Device: "phone", OnEvent: func(*sdk.Client, sdk.Event) {}}
	op := NewOperator(dir)
	invite, err := op.Invite(ctx, InviteOrder{Name: "alice", Uses: 1, Valid: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	o.Invite = strings.Repeat("7", 28)
	if _, err := sdk.Register(ctx, o); err == nil {
		t.Fatal("a wrong code was taken")
	}
	secrets = append(secrets, o.Invite, invite.Code, strings.ReplaceAll(invite.Code, "-", ""))
	o.Invite = invite.Code
	if _, err := sdk.Register(ctx, o); err != nil {
		t.Fatal(err)
	}
	fails := func(change func(*sdk.Options)) {
		t.Helper()
		wrong := o
		change(&wrong)
		if c, err := sdk.Dial(ctx, wrong); err == nil {
			c.Close()
			t.Fatal("a wrong login succeeded")
		}
	}
	fails(func(o *sdk.Options) { o.Password = "wrong secret" })
	fails(func(o *sdk.Options) { o.Name, o.Password = "a password typed as a name", "wrong secret" })
	fails(func(o *sdk.Options) { o.Token, o.Password = "made up token", "" })
	dial := func(o sdk.Options) *sdk.Client {
		t.Helper()
		c, err := sdk.Dial(ctx, o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(c.Close)
		secrets = append(secrets, c.Token())
		return c
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	phone := dial(o)
	must(phone.Logout(ctx))
	byToken := o
	byToken.Token, byToken.Password = phone.Token(), ""
	phone = dial(byToken)
	other := o
	other.Device = `tv" address=9.9.9.9 reason=wrong_password x`
	dial(other)
	logins, err := phone.Logins(ctx)
	must(err)
	must(phone.Revoke(ctx, logins[1].DeviceID))
	if phone.ChangePassword(ctx, "wrong secret", "another horse") == nil {
		t.Fatal("the old password was not asked for")
	}
	must(phone.ChangePassword(ctx, auditedPassword, "another horse"))
	secrets = append(secrets, phone.Token())
	must(phone.SignOut(ctx))
	_, err = op.ResetPassword(ctx, Who{Name: "alice"}, "third horse")
	must(err)
	_, err = op.SetDisabled(ctx, Who{Name: "alice"}, true)
	must(err)
	fails(func(o *sdk.Options) { o.Password = "third horse" })
	if _, err := op.CreateUser(ctx, "bob", "fourth horse"); err != nil {
		t.Fatal(err)
	}
	_, err = op.RevokeInvite(ctx, int64(invite.Invite))
	must(err)
	if op.Kick(ctx, 7) == nil {
		t.Fatal("there is no session 7")
	}
	if _, err := op.Sessions(ctx); err != nil { // which only reads
		t.Fatal(err)
	}
	must(op.Invites(ctx, func([]InviteRow) error { return nil })) // as does this
	return append(secrets, auditedPassword, "wrong secret", "typed as a name", "another horse", "third horse", "fourth horse", "made up token")
}

var audit = []string{
	`level=INFO msg=admin address=- reason=done action="invites create" user=0 device_id=- invite=1 account=alice`,
	`level=INFO msg="registration failed" address=127.0.0.1 reason=unknown_invite user=0 device_id=0 account="" device=""`,
	`level=INFO msg=registered address=127.0.0.1 reason=invite:1 user=1 device_id=0 account=alice device=""`,
	`level=INFO msg="login failed" address=127.0.0.1 reason=wrong_password user=1 device_id=0 account=alice device=phone`,
	`level=INFO msg="login failed" address=127.0.0.1 reason=no_such_account user=0 device_id=0 account="" device=phone`,
	`level=INFO msg="login failed" address=127.0.0.1 reason=wrong_token user=1 device_id=0 account=alice device=phone`,
	`level=INFO msg=login address=127.0.0.1 reason=password user=1 device_id=0 account=alice device=phone`,
	`level=INFO msg=login address=127.0.0.1 reason=token user=1 device_id=0 account=alice device=phone`,
	`level=INFO msg=login address=127.0.0.1 reason=password user=1 device_id=0 account=alice device="tv\" address=9.9.9.9 reason=wrong_password x"`,
	`level=INFO msg="session revoked" address=127.0.0.1 reason=owner user=1 device_id=2 account=alice device=""`,
	`level=INFO msg="password change failed" address=127.0.0.1 reason=wrong_password user=1 device_id=1 account=alice device=""`,
	`level=INFO msg="password changed" address=127.0.0.1 reason=- user=1 device_id=1 account=alice device=""`,
	`level=INFO msg="token ended" address=127.0.0.1 reason=logout user=1 device_id=1 account=alice device=""`,
	`level=INFO msg=admin address=- reason=done action="users password" user=1 device_id=- account=alice`,
	`level=INFO msg=admin address=- reason=done action="users disable" user=1 device_id=- account=alice`,
	`level=INFO msg="login failed" address=127.0.0.1 reason=disabled user=1 device_id=0 account=alice device=phone`,
	`level=INFO msg=admin address=- reason=done action="users create" user=2 device_id=- account=bob`,
	`level=INFO msg=admin address=- reason=done action="invites revoke" user=0 device_id=- invite=1 account=alice`,
	`level=INFO msg=admin address=- reason=refused action="sessions kick" user=0 device_id=7 account=""`,
}

// TestAudit: one line for everything that happens to accounts, in the log or in a file of
// its own, and never a secret.
func TestAudit(t *testing.T) {
	t.Run("in the log", func(t *testing.T) {
		dir := t.TempDir()
		c := testConfig(dir)
		c.Registration = "invite"
		s, _, log := startServer(t, c)
		secrets := goThrough(t, s, dir)
		if d := cmp.Diff(audit, auditLines(log.String())); d != "" {
			t.Error(d)
		}
		noSecrets(t, log.String(), secrets)
	})
	t.Run("in a file", func(t *testing.T) {
		dir := t.TempDir()
		c := testConfig(dir)
		c.Audit, c.LogLevel, c.Registration = filepath.Join(dir, "audit log"), "warn", "invite"
		s, _, log := startServer(t, c)
		secrets := goThrough(t, s, dir)
		file, err := os.ReadFile(c.Audit)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(audit, auditLines(string(file))); d != "" {
			t.Error(d)
		}
		if lines := auditLines(log.String()); len(lines) > 0 {
			t.Errorf("in the log as well: %q", lines)
		}
		noSecrets(t, string(file)+log.String(), secrets)
		if info, err := os.Stat(c.Audit); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info.Mode(), err)
		}
	})
	t.Run("a folder", func(t *testing.T) {
		c := testConfig(t.TempDir())
		c.Audit = c.Data
		if _, err := Start(t.Context(), c, new(lines), new(lines)); err == nil || !strings.Contains(err.Error(), "audit") {
			t.Errorf("started: %v", err)
		}
	})
}

func noSecrets(t *testing.T, log string, secrets []string) {
	t.Helper()
	for _, s := range secrets {
		if s != "" && strings.Contains(log, s) {
			t.Errorf("%q is in the log", s)
		}
	}
}

// TestAuditFileMayBeMovedAway, as programs do that rotate logs.
func TestAuditFileMayBeMovedAway(t *testing.T) {
	clock := &steppedClock{now: time.Now()}
	f := &auditFile{path: filepath.Join(t.TempDir(), "audit"), clock: clock}
	if err := f.open(); err != nil {
		t.Fatal(err)
	}
	write := func(line string) {
		t.Helper()
		if _, err := f.Write([]byte(line)); err != nil {
			t.Fatal(err)
		}
	}
	write("first\n")
	if err := os.Rename(f.path, f.path+".1"); err != nil {
		t.Fatal(err)
	}
	write("second\n") // still into the old one
	clock.now = clock.now.Add(time.Second)
	write("third\n")
	for path, want := range map[string]string{f.path + ".1": "first\nsecond\n", f.path: "third\n"} {
		if got, err := os.ReadFile(path); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", path, got, err)
		}
	}
	if err := f.close(); err != nil {
		t.Fatal(err)
	}
}

// filterOf is the filter for fail2ban in the docs.
func filterOf(t *testing.T) string {
	t.Helper()
	doc, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(doc), "```ini\n# /etc/fail2ban/filter.d/parley.conf\n")
	filter, _, found := strings.Cut(rest, "```")
	if !found {
		t.Fatal("docs/operations.md has no filter for fail2ban")
	}
	return filter
}

// TestFail2banFilter holds the filter in the docs against real lines, of both formats, by
// the expressions themselves, and by fail2ban where it is installed.
func TestFail2banFilter(t *testing.T) {
	filter := filterOf(t)
	for _, format := range []string{"text", "json"} {
		t.Run(format, func(t *testing.T) {
			dir := t.TempDir()
			c := testConfig(dir)
			c.Audit, c.LogFormat, c.Registration = filepath.Join(dir, "audit"), format, "invite"
			s, _, _ := startServer(t, c)
			goThrough(t, s, dir)
			log, err := os.ReadFile(c.Audit)
			if err != nil {
				t.Fatal(err)
			}
			const failures = 4 // a wrong code, a wrong password, a wrong token, and nobody
			if got := matches(t, filter, string(log)); len(got) != failures || got[0] != "127.0.0.1" {
				t.Errorf("the expressions find %q", got)
			}
			tool, err := exec.LookPath("fail2ban-regex")
			if err != nil {
				return
			}
			path := filepath.Join(dir, "parley.conf")
			if err := os.WriteFile(path, []byte(filter), 0o600); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			out, err := exec.CommandContext(ctx, tool, c.Audit, path).CombinedOutput()
			if want := fmt.Sprintf("%d matched", failures); err != nil || !strings.Contains(string(out), want) {
				t.Errorf("%v; fail2ban says\n%s", err, out)
			}
		})
	}
}

// matches are the addresses that the filter finds, in the way of fail2ban: what the pattern
// of the date takes is cut out first.
func matches(t *testing.T, filter, log string) (found []string) {
	t.Helper()
	setting := func(key string) string {
		_, value, _ := strings.Cut(filter, key+" = ")
		return value
	}
	pattern, _, _ := strings.Cut(setting("datepattern"), "\n")
	date := strings.NewReplacer("%%Y", `\d{4}`, "%%m", `\d\d`, "%%d", `\d\d`, "%%H", `\d\d`, "%%M", `\d\d`, "%%S", `\d\d`, "%%z", `(?:Z|[+-]\d\d:\d\d)`).Replace(pattern)
	var expressions []*regexp.Regexp
	for line := range strings.Lines(setting("failregex")) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "^") {
			break
		}
		expressions = append(expressions, regexp.MustCompile(strings.ReplaceAll(line, "<HOST>", `([0-9a-f.:]+)`)))
	}
	for line := range strings.Lines(log) {
		rest := regexp.MustCompile(date).ReplaceAllString(line, "")
		if rest == line {
			t.Errorf("no date in %s", line)
		}
		for _, e := range expressions {
			if m := e.FindStringSubmatch(rest); m != nil {
				if _, err := netip.ParseAddr(m[1]); err != nil {
					t.Errorf("%s: %v", line, err)
				}
				found = append(found, m[1])
			}
		}
	}
	return found
}

// steppedClock stands still until it is moved.
type steppedClock struct {
	chat.SystemClock
	now time.Time
}

func (c *steppedClock) Now() time.Time { return c.now }
