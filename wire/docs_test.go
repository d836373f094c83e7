package wire

import (
	"bytes"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The protocol reference is held against the code: its examples, its tables of
// fields, codes and limits.

const reference = "../docs/protocol.md"

// example is one frame of a fenced block.
type example struct {
	line   int
	client bool
	kind   string // "": to the letter; "loose": other spellings; "refused"
	frame  string
}

// section is one msgid's part of the reference.
type section struct {
	name     string
	body     string
	examples []example
}

var (
	heading  = regexp.MustCompile(`^### (\d+) (\w+)$`)
	fieldRow = regexp.MustCompile("^\\| `(\\w+)` \\| (integer|text|boolean|list|number or string) \\| ([^|]+) \\|")
	codeRows = regexp.MustCompile("^\\| (\\d+) \\| `(\\w+)` \\| ([^|]*) \\| (.*) \\|$")
	limitRow = regexp.MustCompile("^\\| `(\\w+)` \\| (\\d+) \\|")
	quoted   = regexp.MustCompile("`(\\w+)`")
)

func readReference(t *testing.T) (lines []string, sections map[Msgid]*section, all []example) {
	t.Helper()
	text, err := os.ReadFile(reference)
	if err != nil {
		t.Fatal(err)
	}
	lines = strings.Split(string(text), "\n")
	sections = map[Msgid]*section{}
	var now *section
	kind, inside := "", false
	for i, line := range lines {
		switch h := heading.FindStringSubmatch(line); {
		case h != nil:
			n, _ := strconv.Atoi(h[1])
			now = &section{name: h[2]}
			sections[Msgid(n)] = now
		case strings.HasPrefix(line, "## "):
			now = nil
		case strings.HasPrefix(line, "```frames"):
			kind, inside = strings.TrimSpace(strings.TrimPrefix(line, "```frames")), true
		case line == "```":
			inside = false
		case inside:
			e := example{i + 1, strings.HasPrefix(line, "C: "), kind, line[min(3, len(line)):]}
			if !e.client && !strings.HasPrefix(line, "S: ") {
				t.Errorf("%s:%d: a line of an example must begin with C: or S:", reference, i+1)
			}
			all = append(all, e)
			if now != nil {
				now.examples = append(now.examples, e)
			}
		}
		if now != nil {
			now.body += line + "\n"
		}
	}
	return lines, sections, all
}

func TestReferenceExamples(t *testing.T) {
	_, _, all := readReference(t)
	if len(all) < 60 {
		t.Errorf("only %d examples are found", len(all))
	}
	for i, e := range all {
		switch {
		case !e.client:
			e.checkServer(t)
		case e.kind == "refused" && i+1 < len(all):
			e.checkRefused(t, all[i+1])
		default:
			e.checkClient(t)
		}
	}
}

func (e example) checkServer(t *testing.T) {
	decoded, err := DecodeServer([]byte(e.frame))
	if err != nil {
		t.Errorf("%s:%d: %v", reference, e.line, err)
		return
	}
	if got := string(decoded.(serverFrame).AppendJSON(nil)); got != e.frame {
		t.Errorf("%s:%d: %s\nis written as %s", reference, e.line, e.frame, got)
	}
	if a, ok := decoded.(*AckReply); ok && a.Erron != OK && !a.Erron.known() {
		t.Errorf("%s:%d: there is no code %d", reference, e.line, a.Erron)
	}
}

func (e example) checkClient(t *testing.T) {
	var r Request
	if err := DecodeRequest([]byte(e.frame), &r); err != nil {
		t.Errorf("%s:%d: %v", reference, e.line, err)
		return
	}
	if got := string(r.AppendJSON(nil)); e.kind == "" && got != e.frame {
		t.Errorf("%s:%d: %s\nis written as %s", reference, e.line, e.frame, got)
	}
}

func (e example) checkRefused(t *testing.T, answer example) {
	var r Request
	err := DecodeRequest([]byte(e.frame), &r)
	if err == nil {
		t.Errorf("%s:%d: is taken", reference, e.line)
		return
	}
	want := AckReply{Re: err.Re, RID: err.RID, Erron: err.Code, Errinfo: err.Info, SendSeq: err.SendSeq}
	if got := string(want.AppendJSON(nil)); got != answer.frame {
		t.Errorf("%s:%d: is answered with\n%s", reference, e.line, got)
	}
}

// serverStructs are the structs of the frames that a server sends.
var serverStructs = map[Msgid]any{
	Chat: Message{}, GroupChat: Message{}, Ack: AckReply{}, RegisterAnswer: RegisterReply{}, LoginAnswer: LoginReply{},
	HeartbeatAnswer: HeartbeatReply{}, Presence: PresenceNotice{}, FriendsAnswer: FriendsReply{}, GroupsAnswer: GroupsReply{},
	HistoryAnswer: HistoryReply{}, Goodbye: GoodbyeNotice{}, ConversationsAnswer: ConversationsReply{}, Read: ReadNotice{}, Change: ChangeNotice{},
	PublicKeyAnswer: PublicKeyReply{}, KeyExchangeAnswer: KeyExchangeReply{}, Sealed: SealedFrame{}, SessionsAnswer: SessionsReply{},
}

func TestReferenceHasEveryMsgid(t *testing.T) {
	_, sections, _ := readReference(t)
	for _, m := range Msgids() {
		s := sections[m]
		if s == nil || s.name != m.Name() {
			t.Errorf("%s has no section %q", reference, fmt.Sprintf("### %d %s", m, m.Name()))
			continue
		}
		s.checkFields(t, m)
		var fromClient, fromServer bool
		for _, e := range s.examples {
			id := Msgid(-1)
			fmt.Sscanf(e.frame, `{"msgid":%d`, &id)
			fromClient = fromClient || e.client && id == m
			fromServer = fromServer || !e.client && id == m
		}
		if m.IsRequest() && !fromClient {
			t.Errorf("section %d has no example from the client", m)
		}
		if serverStructs[m] != nil && !fromServer {
			t.Errorf("section %d has no example from the server", m)
		}
	}
	if len(sections) != len(Msgids()) {
		t.Errorf("%s has %d sections of msgids, there are %d", reference, len(sections), len(Msgids()))
	}
}

// checkFields compares a section's tables with the table of requests and with the
// json tags of the server's struct.
func (s *section) checkFields(t *testing.T, m Msgid) {
	client, server, _ := strings.Cut(s.body, "\nFrom the server")
	if m.row() == nil {
		client, server = "", s.body
	}
	got := map[string]string{}
	for _, line := range strings.Split(client, "\n") {
		if f := fieldRow.FindStringSubmatch(line); f != nil {
			got[f[1]] = f[2] + ", " + f[3]
		}
	}
	if diff := cmp.Diff(wantFields(m), got); diff != "" {
		t.Errorf("section %d, fields of the request (-code +reference):\n%s", m, diff)
	}
	if serverStructs[m] == nil {
		return
	}
	var names, want []string
	for _, line := range strings.Split(server, "\n") {
		if f := fieldRow.FindStringSubmatch(line); f != nil {
			names = append(names, f[1])
		}
	}
	for _, f := range reflect.VisibleFields(reflect.TypeOf(serverStructs[m])) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if m == Chat && name == "gid" || m == GroupChat && name == "to" {
			continue
		}
		want = append(want, name)
	}
	sort.Strings(names)
	sort.Strings(want)
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("section %d, fields of the server's frame (-code +reference):\n%s", m, diff)
	}
}

// wantFields gives the type and need of each field of a request, but for the id that
// every request may carry.
func wantFields(m Msgid) map[string]string {
	want := map[string]string{}
	row := m.row()
	if row == nil {
		return want
	}
	add := func(set Field, need string) {
		for i := range fieldCount {
			if set&(1<<i) != 0 {
				want[memberNames[i]] = fieldTypes[i].String() + ", " + need
			}
		}
	}
	list := func(set Field) string { return strings.ReplaceAll(set.join(", "), `"`, "`") }
	add(row.required, "required")
	add(row.optional, "optional")
	for _, set := range row.some {
		add(set, "some of "+list(set))
	}
	add(row.most, "at most one of "+list(row.most))
	for _, set := range row.one {
		add(set, "one of "+list(set))
	}
	return want
}

// codeTable and byeTable are the tables of the reference, as the code has them.
func codeTable() (rows []string) {
	for _, c := range Codes() {
		when := "for good"
		switch {
		case c == OK:
			when = ""
		case c.Retry():
			when = "for now"
		}
		rows = append(rows, fmt.Sprintf("| %d | `%s` | %s | %s |", c, c.Name(), when, c.Text()))
	}
	return rows
}

func byeTable() (rows []string) {
	for _, c := range GoodbyeCodes() {
		when := "no"
		if c.Reconnect() {
			when = "yes"
		}
		rows = append(rows, fmt.Sprintf("| %d | `%s` | %s | %s |", c, c.Name(), when, c.Text()))
	}
	return rows
}

func TestReferenceHasEveryCode(t *testing.T) {
	lines, sections, _ := readReference(t)
	var got []string
	for _, line := range lines {
		if codeRows.MatchString(line) {
			got = append(got, line)
		}
	}
	if diff := cmp.Diff(append(codeTable(), byeTable()...), got); diff != "" {
		t.Errorf("the tables of codes (-code +reference):\n%s", diff)
	}
	named := map[string]bool{OK.Name(): true}
	note := func(text string) {
		for _, q := range quoted.FindAllStringSubmatch(text, -1) {
			named[q[1]] = true
		}
	}
	for m, s := range sections {
		for _, line := range strings.Split(s.body, "\n") {
			if !strings.HasPrefix(line, "Errors: ") {
				continue
			}
			note(line)
			for _, q := range quoted.FindAllStringSubmatch(line, -1) {
				if !isCodeName(q[1]) {
					t.Errorf("section %d names an error %q that does not exist", m, q[1])
				}
			}
		}
	}
	_, common, _ := strings.Cut(strings.Join(lines, "\n"), "\nAny request may be refused with")
	common, _, _ = strings.Cut(common, "\n\n")
	note(common)
	for _, c := range Codes() {
		if !named[c.Name()] {
			t.Errorf("no request says that it may be refused with %s", c.Name())
		}
	}
}

func isCodeName(name string) bool {
	for _, c := range Codes() {
		if c.Name() == name {
			return true
		}
	}
	return false
}

func TestReferenceHasTheLimits(t *testing.T) {
	lines, _, _ := readReference(t)
	want := map[string]int{
		"DefaultMaxFrame": DefaultMaxFrame, "MaxDepth": MaxDepth, "MaxRID": MaxRID, "MaxUnacked": MaxUnacked,
		"MaxPage": MaxPage, "DefaultPage": DefaultPage, "MaxLoginList": MaxLoginList, "UnreadCap": UnreadCap, "MaxWindows": MaxWindows,
		"MaxSealPiece": MaxSealPiece, "MaxSealedFrame": MaxSealedFrame, "MaxDeviceName": MaxDeviceName, "MaxName": MaxName, "MaxDescription": MaxDescription, "DefaultMaxText": DefaultMaxText,
	}
	got := map[string]int{}
	for _, line := range lines {
		if l := limitRow.FindStringSubmatch(line); l != nil {
			got[l[1]], _ = strconv.Atoi(l[2])
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the limits (-code +reference):\n%s", diff)
	}
}

// The server's frames must go through its own framing and a client's cutter.
func TestFramedFramesAreCut(t *testing.T) {
	_, _, all := readReference(t)
	var stream []byte
	var want []string
	for _, e := range all {
		if !e.client {
			stream = AppendFramed(stream, Lines, []byte(e.frame))
			want = append(want, e.frame)
		}
	}
	if bytes.Count(stream, []byte("\n")) != len(want) {
		t.Error("a frame of the server has a newline in it")
	}
	got, err := cut(new(Cutter), stream)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	for _, length := range []int{0, 125, 126, 65535, 65536} {
		frame := bytes.Repeat([]byte("x"), length)
		message := AppendFramed(nil, WebSocket, frame)
		head := AppendTextHeader(nil, length)
		wantHead := 2
		switch {
		case length >= 65536:
			wantHead = 10
		case length >= 126:
			wantHead = 4
		}
		if head[0] != 0x81 || len(head) != wantHead || !bytes.HasPrefix(message, head) || len(message) != len(head)+length {
			t.Errorf("a message of %d bytes has the header % x", length, head)
		}
	}
}
