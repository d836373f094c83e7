package security

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"parley/internal/server"
	"parley/test/testkit"
	"parley/wire"
)

// payloads are texts that mean something to somebody on the way: databases, JSON, shells,
// terminals, logs, browsers, file systems, format strings, and Unicode.
var payloads = []string{
	`'; DROP TABLE users;--`, `' OR '1'='1`, `" OR ""="`, `') OR ('a'='a`, `1; DELETE FROM messages`, `admin'--`, `' UNION SELECT password_hash FROM users--`,
	`'||(SELECT password_hash FROM users LIMIT 1)||'`, `\'; DROP TABLE users; --`, `'/**/OR/**/1=1#`, `' AND SLEEP(5)--`, `';SELECT pg_sleep(5)--`, `$$; DROP TABLE users; $$`,
	`'; ATTACH DATABASE 'x' AS y;--`, `' INTO OUTFILE '/tmp/x`, `'; COPY users TO '/tmp/x';--`, `x' AND 1=(SELECT COUNT(*) FROM devices)--`, `?`, `??`, `$1`, `$2::text`, `:name`, `@p1`, `{ids}`, `{now}`,
	`%s%s%s%n`, `%00`, `%27%20OR`, `%(name)s`, `{0}`, `{{7*7}}`, `${7*7}`, `#{7*7}`, `<%= 7*7 %>`, `$(id)`, "`id`", `; cat /etc/passwd`, `| nc 127.0.0.1 1`, `&& reboot`, `../../../../etc/passwd`, `..\..\windows`, `/dev/zero`,
	`file:///etc/passwd`, `http://127.0.0.1:8080/metrics`, `<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `javascript:alert(1)`, `<!--#exec cmd="id"-->`, `]]>`, `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>`,
	`*)(uid=*))(|(uid=*`, `{"$ne":null}`, `{"msgid":9}`, `"}{"msgid":9}`, `","erron":0,"x":"`, `null`, `true`, `undefined`, `NaN`, `Infinity`, `[object Object]`, `-1`, `0`, `00`, `1e309`, `9223372036854775808`, `18446744073709551616`, `0x10`, `1,000`, `٣`,
	"line\nbreak", "tab\there", "carriage\rreturn", "esc \u001b[2J\u001b[31m", "nul \u0000 inside", "bell \u0007", "del \u007f", "c1 \u009b31m", "ok\ntime=2024-01-01 level=ERROR msg=forged", "\u2028line\u2029paragraph",
	"rtl \u202e txet", "zero\u200bwidth", "join\u200der", "bom \ufeff", "nonchar \ufffe", "private \ue000", "e\u0301 composes", "\u1112\u1161\u11ab composes", "Ａ fullwidth", "ﬁ ligature", "ı İ i I ß ẞ ſ K Å", "\U0001F468\u200d\U0001F469\u200d\U0001F467", "\U000E0001 tag", strings.Repeat("\u0300", 40), strings.Repeat("Z͑ͫ̓", 12), "名前", "اسم",
	"NULL", "null\\u0000", `\u0027`, `\x27`, `\\`, `\`, `'`, `"`, "`", `''`, `""`, `;`, `--`, `/*`, `*/`, `#`, ` `, "\u00a0", strings.Repeat("a", 49) + "'", strings.Repeat("'", 50), strings.Repeat("長", 50), "CON", "aux.txt", "system", "root", "admin",
}

// corpus puts the payloads into the quotes that they may meet.
func corpus() (all []string) {
	seen := map[string]bool{}
	for _, frame := range []string{"%s", "a'%s"} {
		for _, p := range payloads {
			if s := strings.Replace(frame, "%s", p, 1); !seen[s] {
				seen[s] = true
				all = append(all, s)
			}
		}
	}
	return all
}

// bare are the frames that one who is logged in can send again and again, each with what
// it needs; $ is where the hostile text goes, in the place of each field in turn.
var bare = map[wire.Msgid][]string{
	wire.AddFriend: {`"friendid":$`}, wire.JoinGroup: {`"gid":$`}, wire.LeaveGroup: {`"gid":$`}, wire.Unfriend: {`"friendid":$`},
	wire.Chat:      {`"to":$,"msg":"x"`, `"to":2,"msg":"x","send_seq":$`},
	wire.GroupChat: {`"gid":$,"msg":"x"`},
	wire.Received:  {`"with":$,"seq":1`, `"gid":$,"seq":1`, `"with":2,"seq":$`},
	wire.Read:      {`"with":$,"seq":1`, `"gid":$,"seq":1`, `"with":2,"seq":$`},
	wire.History:   {`"with":$`, `"gid":$`, `"with":2,"after":$`, `"with":2,"before":$`, `"with":2,"limit":$`},
	wire.Friends:   {`"after":$`, `"limit":$`}, wire.Groups: {`"gid":$`, `"after":$`, `"limit":$`}, wire.Conversations: {`"after":$`, `"limit":$`},
	wire.RemoveMember: {`"gid":$,"member":2`, `"gid":1,"member":$`}, wire.Block: {`"user":$`, `"user":2,"block":$`},
	wire.ChangePassword: {`"pwd":$,"newpwd":"another password"`, `"pwd":"not this one","newpwd":$`},
	wire.RevokeSession:  {`"device_id":$`, `"session":$`}, wire.Heartbeat: {`"id":$`}, wire.Sessions: {`"id":$`},
	wire.Register: {`"name":"eve","pwd":"three small stones","invite":$`},
	wire.Login:    {`"name":$,"pwd":"x"`, `"id":$,"pwd":"x"`, `"name":"eve","pwd":$`, `"name":"eve","token":$`, `"name":"eve","token":"x","device":$`, `"name":"eve","token":"x","label":$`, `"name":"eve","pwd":"x","send_next":$`},
}

// TestInjection sends hostile names, texts, group names, ids and tokens through every frame,
// on three databases: each is stored and given back byte for byte, or refused with an error,
// and nothing else changes.
func TestInjection(t *testing.T) {
	if n := len(corpus()); n < 200 {
		t.Fatalf("the corpus has %d texts", n)
	}
	testkit.OnEach(t, inject)
}

// speaker is a connection that comes again when the server has had enough of its nonsense,
// and then logs in as before.
type speaker struct {
	*testkit.Person
	login string
}

// injector is what one run counts.
type injector struct {
	t                     *testing.T
	s                     *server.Server
	eve, bob              *speaker
	users, texts, groups  []string // accepted, as they must be given back
	refused, asked, hurts int
}

func inject(t *testing.T, flags ...string) {
	s := testkit.StartServer(t, append([]string{
		"--rate-requests", "1000000", "--rate-accounts", "100000", "--free-attempts", "1000", "--free-attempts-address", "1000000", "--max-groups", "10000",
	}, flags...)...)
	j := &injector{t: t, s: s, users: []string{"eve", "bob"}}
	guest := j.connect("")
	for _, name := range j.users {
		j.ask(guest, 0, fmt.Sprintf(`"name":%q,"pwd":%q`, name, testkit.Password))
	}
	j.eve = j.connect(fmt.Sprintf(`"name":"eve","pwd":%q,"device":"d"`, testkit.Password))
	j.bob = j.connect(fmt.Sprintf(`"name":"bob","pwd":%q,"device":"d"`, testkit.Password))
	for _, text := range corpus() {
		j.names(guest, text)
		j.speak(text)
		for id, forms := range bare {
			who := j.eve
			if id == wire.Login || id == wire.Register {
				who = guest
			}
			for _, form := range forms {
				j.hurl(who, id, form, text)
			}
		}
	}
	j.account()
	t.Logf("%d texts in %d requests, %d refused", len(corpus()), j.asked, j.refused)
}

func (j *injector) connect(login string) *speaker {
	j.t.Helper()
	who := &speaker{login: login}
	j.reconnect(who)
	return who
}

func (j *injector) reconnect(who *speaker) {
	j.t.Helper()
	p, err := testkit.Connect(j.s, wire.Lines)
	if err != nil {
		j.t.Fatal(err)
	}
	j.t.Cleanup(p.Close)
	who.Person = p
	if who.login != "" {
		if a := j.ask(who, wire.Login, who.login); code(a) != wire.OK {
			j.t.Fatalf("logging in again: %v", a)
		}
	}
}

// quote writes a text as JSON has it.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// ask sends one request and gives its answer, passing over notices.
func (j *injector) ask(who *speaker, id wire.Msgid, fields string) map[string]any {
	j.t.Helper()
	j.asked++
	rid := fmt.Sprint("r", j.asked)
	if err := who.Write(fmt.Appendf(nil, `{"msgid":%d,"rid":%q,%s}`, id, rid, fields)); err != nil {
		j.t.Fatal(err)
	}
	for {
		line, ok := who.Next()
		if !ok {
			j.t.Fatalf("no answer to %d %s: %v", id, fields, who.Err)
		}
		var a map[string]any
		if err := json.Unmarshal(line, &a); err != nil {
			j.t.Fatalf("%s: %v", line, err)
		}
		if a["msgid"] == float64(wire.Goodbye) {
			// It has had enough nonsense, or waited too long for a login.
			j.reconnect(who)
			return j.ask(who, id, fields)
		}
		if a["rid"] != rid {
			continue
		}
		switch code(a) {
		case wire.OK:
		case wire.Internal, wire.Unavailable, wire.RateLimited:
			j.hurts++
			j.t.Errorf("%d %s is answered with %s", id, fields, line)
		default:
			j.refused++
			if text, _ := a["errinfo"].(string); text == "" || strings.Contains(strings.ToLower(text), "sql") {
				j.t.Errorf("%d %s is answered with %s", id, fields, line)
			}
		}
		if j.hurts > 20 {
			j.t.FailNow()
		}
		return a
	}
}

func code(a map[string]any) wire.Code {
	n, _ := a["erron"].(float64)
	return wire.Code(n)
}

// names registers under a name, logs in with it from a device of that name, and makes a
// group of that name and description.
func (j *injector) names(guest *speaker, text string) {
	j.t.Helper()
	a := j.ask(guest, 0, fmt.Sprintf(`"name":%s,"pwd":%q`, quote(text), testkit.Password))
	switch code(a) {
	case wire.OK:
		j.same("a registered name", text, a["name"])
		j.users = append(j.users, norm.NFC.String(text))
		him := j.connect("")
		a = j.ask(him, 2, fmt.Sprintf(`"name":%s,"pwd":%q,"device":%s`, quote(text), testkit.Password, quote(text)))
		j.same("the name at login", text, a["name"])
		if d, _ := a["device"].(string); d != "" {
			j.same("the device at login", text, d)
		}
		him.Close()
	case wire.BadName, wire.NameTaken:
	default:
		j.t.Errorf("registering %q: %v", text, a)
	}
	a = j.ask(j.eve, 6, fmt.Sprintf(`"gname":%s,"gdesc":%s`, quote(text), quote(text)))
	switch code(a) {
	case wire.OK:
		j.same("a group's name", text, a["name"])
		j.groups = append(j.groups, norm.NFC.String(text))
	case wire.BadName, wire.BadText:
	default:
		j.t.Errorf("making a group %q: %v", text, a)
	}
}

func (j *injector) same(what, sent string, got any) {
	j.t.Helper()
	if want := norm.NFC.String(sent); got != want {
		j.t.Errorf("%s: sent %q, got %q", what, want, got)
	}
}

// speak says a text to bob.
func (j *injector) speak(text string) {
	j.t.Helper()
	switch a := j.ask(j.eve, 4, fmt.Sprintf(`"to":2,"msg":%s`, quote(text))); code(a) {
	case wire.OK:
		j.texts = append(j.texts, norm.NFC.String(text))
	case wire.BadText:
	default:
		j.t.Errorf("saying %q: %v", text, a)
	}
}

// textFields are the fields of the bare frames that hold a text.
var textFields = []string{"pwd", "newpwd", "name", "token", "invite", "device", "label"}

// hurl puts a text where a field of some kind belongs: as a string, and in the place of a
// rid. Only what is a number can be anything but an error.
func (j *injector) hurl(who *speaker, id wire.Msgid, form, text string) {
	j.t.Helper()
	a := j.ask(who, id, strings.Replace(form, "$", quote(text), 1))
	ids := true
	for _, field := range textFields {
		ids = ids && !strings.Contains(form, `"`+field+`":$`)
	}
	switch {
	case id == wire.Chat && code(a) == wire.OK && isNumber(text): // a send_seq of 0 is as good as none
		j.texts = append(j.texts, "x")
	case ids && !isNumber(text) && code(a) != wire.BadField && code(a) != wire.BadText:
		j.t.Errorf("%d %s with %q is answered with %v", id, form, text, a)
	case !ids && code(a) == wire.OK:
		j.t.Errorf("%d %s with %q is taken: %v", id, form, text, a)
	}
}

// isNumber reports whether the protocol takes a text for a whole number.
func isNumber(s string) bool { return s == "0" || s == "00" }

// account compares what is there with what was taken.
func (j *injector) account() {
	j.t.Helper()
	var got []string
	for after := 0.0; ; {
		page := j.ask(j.bob, wire.History, fmt.Sprintf(`"with":1,"after":%v,"limit":200`, after))
		messages := page["messages"].([]any)
		for _, m := range messages {
			got = append(got, m.(map[string]any)["msg"].(string))
			after = m.(map[string]any)["seq"].(float64)
		}
		if len(messages) == 0 {
			break
		}
	}
	j.equal("texts", got, j.texts)
	got = nil
	for after := 0.0; ; {
		page := j.ask(j.eve, wire.Groups, fmt.Sprintf(`"after":%v,"limit":200`, after))
		groups := page["groups"].([]any)
		for _, g := range groups {
			row := g.(map[string]any)
			got = append(got, row["gname"].(string))
			if row["gdesc"] != row["gname"] || row["members"] != 1.0 || row["role"] != "creator" {
				j.t.Errorf("a group is %v", row)
			}
			after = row["gid"].(float64)
		}
		if len(groups) == 0 {
			break
		}
	}
	j.equal("groups", got, j.groups)
	for id, name := range j.users {
		a := j.ask(j.connect(""), 2, fmt.Sprintf(`"id":%d,"pwd":%q,"device":"again"`, id+1, testkit.Password))
		if a["name"] != name {
			j.t.Errorf("user %d is %v, want %q", id+1, a, name)
		}
	}
	if a := j.ask(j.connect(""), 2, fmt.Sprintf(`"id":%d,"pwd":%q`, len(j.users)+1, testkit.Password)); code(a) != wire.BadCredentials {
		j.t.Errorf("there is one user more: %v", a)
	}
	if a := j.ask(j.bob, wire.Friends, `"limit":10`); len(a["friends"].([]any)) != 0 {
		j.t.Errorf("bob has friends: %v", a)
	}
	if len(j.users) < 100 || len(j.texts) < 150 || len(j.groups) < 100 || !slices.ContainsFunc(j.texts, func(s string) bool { return !utf8.ValidString(s) || strings.Contains(s, "DROP TABLE") }) {
		j.t.Errorf("only %d names, %d texts and %d groups were taken", len(j.users), len(j.texts), len(j.groups))
	}
}

func (j *injector) equal(what string, got, want []string) {
	j.t.Helper()
	if len(got) != len(want) {
		j.t.Errorf("%d %s are there, %d were taken", len(got), what, len(want))
	}
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			j.t.Fatalf("%s %d: got %q, want %q", what, i, got[i], want[i])
		}
	}
}
