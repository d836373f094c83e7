package dialogues

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/server"
	"parley/test/testkit"
	"parley/wire"
)

// shownBy are the codes that no dialogue can provoke, with the test that does: a
// folder and its name.
var shownBy = map[wire.Code][2]string{
	wire.Busy:           {"internal/store", "TestAFullQueueSaysBusy"},
	wire.Unavailable:    {"internal/store", "TestCommitFailsAfterItTookEffect"},
	wire.TooManyUnacked: {"internal/hub", "TestRefusalsByNumber"},
	wire.SessionEnded:   {"internal/hub", "TestRefusalsByNumber"},
	wire.StoreFull:      {"test/crash", "TestFullDisk"},
	wire.PlainSecret:    {"test/security", "TestSecretsNeedCover"}, // needs another address than loopback
	wire.Internal:       {"internal/chat", "TestHoleIsAnError"},
	wire.Archived:       {"test/archive", "TestDamagedArchive"},
	wire.FrameTooLong:   {"wire", "TestCutterRefuses"},      // a client hears it as goodbye 2003
	wire.KeyReused:      {"internal/store", "TestContract"}, // no frame carries a send key
	wire.OlderNode:      {"internal/chat", "TestOlderNode"},
	wire.InviteEnded:    {"internal/store", "TestContract"}, // an invitation lasts for an hour at least
}

func TestDialogues(t *testing.T) {
	files, err := filepath.Glob("*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no dialogues: %v", err)
	}
	var seen coverage
	t.Run("over", func(t *testing.T) {
		for _, file := range files {
			script, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			name := strings.TrimSuffix(filepath.Base(file), ".txt")
			for _, f := range []wire.Framing{wire.Lines, wire.WebSocket} {
				kind := []string{"tcp", "websocket"}[f]
				if strings.Contains(string(script), "\nonly ") && !strings.Contains(string(script), "\nonly "+kind+"\n") {
					continue
				}
				t.Run(name+"/"+kind, func(t *testing.T) {
					t.Parallel()
					runDialogue(t, file, string(script), f, &seen)
				})
			}
		}
	})
	if t.Failed() {
		return
	}
	seen.check(t)
}

// coverage is which msgids and codes the dialogues have seen.
type coverage struct {
	mu     sync.Mutex
	msgids map[int]bool
	codes  map[wire.Code]bool
}

func (c *coverage) note(frame map[string]any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.msgids == nil {
		c.msgids, c.codes = map[int]bool{}, map[wire.Code]bool{}
	}
	if n, ok := frame["msgid"].(json.Number); ok {
		id, _ := n.Int64()
		c.msgids[int(id)] = true
	}
	if n, ok := frame["erron"].(json.Number); ok {
		code, _ := n.Int64()
		c.codes[wire.Code(code)] = true
	}
}

func (c *coverage) check(t *testing.T) {
	for _, id := range wire.Msgids() {
		if !c.msgids[int(id)] {
			t.Errorf("no dialogue has a frame with msgid %d", id)
		}
	}
	for code := wire.OK; code <= wire.LastCode; code++ {
		shown, excused := shownBy[code]
		switch {
		case c.codes[code] && excused:
			t.Errorf("a dialogue provokes code %d: it needs no excuse", code)
		case !c.codes[code] && !excused:
			t.Errorf("no dialogue provokes code %d (%s)", code, code.Text())
		case excused && !hasTest(t, shown[0], shown[1]):
			t.Errorf("code %d: %s has no test %s", code, shown[0], shown[1])
		}
	}
}

// hasTest reports whether a test of this name is in the folder.
func hasTest(t *testing.T, folder, name string) bool {
	files, err := filepath.Glob(filepath.Join("..", "..", folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte("\nfunc "+name+"(")) {
			return true
		}
	}
	return false
}

// dialogue is one run of a script.
type dialogue struct {
	t       *testing.T
	where   string // file:line of what is being done
	framing wire.Framing
	server  *server.Server
	data    string // the server's folder
	people  map[string]*testkit.Person
	caught  map[string]any
	seen    *coverage
}

func runDialogue(t *testing.T, file, script string, f wire.Framing, seen *coverage) {
	d := &dialogue{t: t, framing: f, data: t.TempDir(), people: map[string]*testkit.Person{}, caught: map[string]any{}, seen: seen}
	flags := []string{"--data", d.data}
	lines := strings.Split(script, "\n")
	for _, line := range lines {
		if rest, ok := strings.CutPrefix(line, "server "); ok {
			flags = append(flags, strings.Fields(rest)...)
		}
	}
	d.server = testkit.StartServer(t, flags...)
	defer func() {
		for _, p := range d.people {
			p.Close()
		}
	}()
	for i, line := range lines {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") || strings.HasPrefix(line, "server ") || strings.HasPrefix(line, "only ") {
			continue
		}
		d.where = fmt.Sprintf("%s:%d", file, i+1)
		d.do(line)
	}
}

func (d *dialogue) fatal(format string, args ...any) {
	d.t.Helper()
	d.t.Fatalf("%s: %s", d.where, fmt.Sprintf(format, args...))
}

func (d *dialogue) do(line string) {
	d.t.Helper()
	name, rest, _ := strings.Cut(line, " ")
	verb, arg, _ := strings.Cut(rest, " ")
	switch {
	case name == "operator" && verb == "invites":
		d.invite(arg)
		return
	case name == "operator":
		d.operator(strings.Fields(rest))
		return
	}
	p := d.people[name]
	if p == nil {
		p = d.connect()
		d.people[name] = p
	}
	switch verb {
	case "C:":
		said := d.fill(arg)
		if frame, err := parseFrame([]byte(said)); err == nil {
			delete(frame, "erron")
			d.seen.note(frame)
		}
		send(p, d, said)
	case "S:":
		d.expectNext(p, d.parse(arg))
	case "S~":
		d.expectAmong(p, d.parse(arg))
	case "raw":
		text, err := strconv.Unquote(arg)
		if err != nil {
			d.fatal("raw wants a quoted string: %v", err)
		}
		sendRaw(p, d, []byte(text))
	case "quiet":
		d.quiet(p)
	case "seals":
		d.seal(p)
	case "drop":
		p.Close()
		delete(d.people, name)
	case "closed":
		if frame, ok := p.Next(); ok {
			d.fatal("the server sent %s instead of closing", frame)
		}
		delete(d.people, name)
	default:
		d.fatal("unknown verb %q", verb)
	}
}

// operator runs a command of the program that looks after a server.
func (d *dialogue) operator(args []string) {
	d.t.Helper()
	args = append([]string{"admin", "--data", d.data}, args...)
	if out, err := testkit.CommandWith(d.t, nil, "", args...); err != nil {
		d.fatal("parley %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// invite makes an invitation and catches its code.
func (d *dialogue) invite(arg string) {
	d.t.Helper()
	as, name, _ := strings.Cut(arg, " ")
	row, err := server.NewOperator(d.data).Invite(d.t.Context(), server.InviteOrder{Name: name, Uses: 1, Valid: time.Hour})
	if err != nil {
		d.fatal("inviting: %v", err)
	}
	d.caught[as] = row.Code
}

// fill puts caught values into what a client says.
func (d *dialogue) fill(s string) string {
	for name, v := range d.caught {
		text, _ := json.Marshal(v)
		s = strings.ReplaceAll(s, `"<`+name+`>"`, string(text))
	}
	for {
		i := strings.Index(s, `"repeat `)
		if i < 0 {
			return s
		}
		end := i + 1 + strings.IndexByte(s[i+1:], '"')
		n, err := strconv.Atoi(s[i+len(`"repeat `) : end])
		if err != nil {
			d.fatal("repeat: %v", err)
		}
		s = s[:i] + `"` + strings.Repeat("x", n) + s[end:]
	}
}

func (d *dialogue) parse(s string) map[string]any {
	d.t.Helper()
	frame, err := parseFrame([]byte(d.fill(s)))
	if err != nil {
		d.fatal("%q is no object: %v", s, err)
	}
	return frame
}

func parseFrame(b []byte) (map[string]any, error) {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	var frame map[string]any
	err := dec.Decode(&frame)
	return frame, err
}

func (d *dialogue) expectNext(p *testkit.Person, want map[string]any) {
	d.t.Helper()
	raw, ok := p.Next()
	if !ok {
		d.fatal("the connection ended (%v) where %v was expected", p.Err, want)
	}
	got, err := parseFrame(raw)
	if err != nil {
		d.fatal("the server sent %q: %v", raw, err)
	}
	d.seen.note(got)
	caught := map[string]any{}
	if why := match(want, got, d.caught, caught); why != "" {
		d.fatal("got %s\nwant %v: %s", raw, want, why)
	}
	for k, v := range caught {
		d.caught[k] = v
	}
}

func (d *dialogue) expectAmong(p *testkit.Person, want map[string]any) {
	d.t.Helper()
	var passed [][]byte
	for {
		raw, ok := p.Next()
		if !ok {
			d.fatal("%v did not come; what came is %s", want, bytes.Join(passed, []byte("\n")))
		}
		got, err := parseFrame(raw)
		if err != nil {
			d.fatal("the server sent %q: %v", raw, err)
		}
		caught := map[string]any{}
		if match(want, got, d.caught, caught) == "" {
			d.seen.note(got)
			for k, v := range caught {
				d.caught[k] = v
			}
			p.Pending = append(passed, p.Pending...)
			return
		}
		passed = append(passed, raw)
	}
}

// quiet proves that nothing was on its way: the answer of a heartbeat is the next.
func (d *dialogue) quiet(p *testkit.Person) {
	d.t.Helper()
	send(p, d, `{"msgid":11,"rid":"quiet"}`)
	d.expectNext(p, map[string]any{"msgid": json.Number("12"), "rid": "quiet", "…": true})
}

// match compares a frame with what is wanted and tells the difference.
func match(want, got any, known, caught map[string]any) string {
	switch w := want.(type) {
	case string:
		if name, ok := placeholder(w); ok {
			if name == "*" {
				return ""
			}
			if have, ok := known[name]; ok {
				return match(have, got, nil, nil)
			}
			if have, ok := caught[name]; ok {
				return match(have, got, nil, nil)
			}
			caught[name] = got
			return ""
		}
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			return fmt.Sprintf("%v is no object", got)
		}
		return matchObject(w, g, known, caught)
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			return fmt.Sprintf("%v is not a list of %d", got, len(w))
		}
		for i := range w {
			if why := match(w[i], g[i], known, caught); why != "" {
				return fmt.Sprintf("[%d] %s", i, why)
			}
		}
		return ""
	}
	if fmt.Sprint(want) != fmt.Sprint(got) {
		return fmt.Sprintf("%v is not %v", got, want)
	}
	return ""
}

func placeholder(s string) (string, bool) {
	if strings.HasPrefix(s, "<") && strings.HasSuffix(s, ">") && len(s) > 2 {
		return s[1 : len(s)-1], true
	}
	return "", false
}

func matchObject(w, g, known, caught map[string]any) string {
	_, open := w["…"]
	var differences []string
	for k, v := range w {
		if k == "…" {
			continue
		}
		have, ok := g[k]
		if !ok {
			differences = append(differences, k+" is missing")
			continue
		}
		if why := match(v, have, known, caught); why != "" {
			differences = append(differences, k+": "+why)
		}
	}
	for k := range g {
		if _, ok := w[k]; !ok && !open {
			differences = append(differences, k+" is unexpected")
		}
	}
	slices.Sort(differences)
	return strings.Join(differences, "; ")
}
