package wire

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The protocol reference is held against the code: its examples, its sections, its errors and
// its limits. Its tables of fields and codes are generated.

const reference = "../docs/protocol.md"

// example is one frame of a fenced block.
type example struct {
	line   int
	client bool
	kind   string // "": to the letter; "loose": other spellings; "refused"
	frame  string
}

// msgid is the frame's, -1 if it is not the first thing in it.
func (e example) msgid() Msgid {
	id := Msgid(-1)
	fmt.Sscanf(e.frame, `{"msgid":%d`, &id)
	return id
}

// section is one msgid's part of the reference.
type section struct {
	name     string
	body     string
	examples []example
}

var (
	heading  = regexp.MustCompile(`^### (\d+) (\w+)$`)
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

func TestReferenceHasEveryMsgid(t *testing.T) {
	_, sections, _ := readReference(t)
	for _, m := range Msgids() {
		s := sections[m]
		if s == nil || s.name != m.Name() {
			t.Errorf("%s has no section %q", reference, fmt.Sprintf("### %d %s", m, m.Name()))
			continue
		}
		var fromClient, fromServer bool
		for _, e := range s.examples {
			id := e.msgid()
			fromClient = fromClient || e.client && id == m
			fromServer = fromServer || !e.client && id == m
		}
		if m.IsRequest() && !fromClient {
			t.Errorf("section %d has no example from the client", m)
		}
		if frames[m].server != nil && !fromServer {
			t.Errorf("section %d has no example from the server", m)
		}
	}
	if len(sections) != len(Msgids()) {
		t.Errorf("%s has %d sections of msgids, there are %d", reference, len(sections), len(Msgids()))
	}
}

func TestReferenceHasEveryCode(t *testing.T) {
	lines, sections, _ := readReference(t)
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

// protocolLimits are the limits that the reference and the types tell.
var protocolLimits = []struct {
	name  string
	value int
}{
	{"DefaultMaxFrame", DefaultMaxFrame},
	{"MaxDepth", MaxDepth},
	{"MaxRID", MaxRID},
	{"MaxUnacked", MaxUnacked},
	{"MaxPage", MaxPage},
	{"DefaultPage", DefaultPage},
	{"MaxLoginList", MaxLoginList},
	{"MaxWindows", MaxWindows},
	{"UnreadCap", UnreadCap},
	{"MaxSealPiece", MaxSealPiece},
	{"MaxSealedFrame", MaxSealedFrame},
	{"MaxDeviceName", MaxDeviceName},
	{"MaxName", MaxName},
	{"MaxDescription", MaxDescription},
	{"MaxInviteUses", MaxInviteUses},
	{"MaxInviteHours", MaxInviteHours},
	{"DefaultMaxText", DefaultMaxText},
	{"MaxEmoji", MaxEmoji},
	{"MaxOwnEmoji", MaxOwnEmoji},
	{"MaxPins", MaxPins},
	{"MaxTold", MaxTold},
	{"MaxTyping", MaxTyping},
	{"ChangesKept", ChangesKept},
}

func TestReferenceHasTheLimits(t *testing.T) {
	lines, _, _ := readReference(t)
	want := map[string]int{}
	for _, l := range protocolLimits {
		want[l.name] = l.value
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
