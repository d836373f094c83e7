package wire

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// goldenCodes writes the tables of codes the way testdata/codes.golden holds them: what programs
// go by. The texts are for people and may become better.
func goldenCodes() string {
	var b strings.Builder
	for _, c := range Codes() {
		fmt.Fprintf(&b, "code %d %s retry=%v\n", c, c.Name(), c.Retry())
	}
	for _, c := range GoodbyeCodes() {
		fmt.Fprintf(&b, "goodbye %d %s reconnect=%v\n", c, c.Name(), c.Reconnect())
	}
	return b.String()
}

// A number must never get another meaning: the file is changed by hand, and only by
// adding lines at the end of each part.
func TestCodesAreFrozen(t *testing.T) {
	want, err := os.ReadFile("testdata/codes.golden")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), goldenCodes()); diff != "" {
		t.Errorf("the codes differ from testdata/codes.golden (-golden +code):\n%s", diff)
	}
}

func TestCodesAreComplete(t *testing.T) {
	names := map[string]bool{}
	for _, c := range Codes() {
		if c.Name() == "" || c.Text() == "" && c != OK {
			t.Errorf("code %d has no name or no text", c)
		}
		if names[c.Name()] {
			t.Errorf("two codes have the name %s", c.Name())
		}
		names[c.Name()] = true
	}
	if got := LastCode; int(got) != len(codes)-1 {
		t.Errorf("the table of codes has %d rows, the last constant is %d", len(codes), got)
	}
	if got := AlreadyOnline.Text(); got != "already online" {
		t.Errorf("code 1 says %q; its text is given", got)
	}
}

// Each text says what happened and, after a colon, what to do.
func TestCodesSayWhatToDo(t *testing.T) {
	says := func(what, text string) {
		t.Helper()
		if happened, do, found := strings.Cut(text, ": "); !found || happened == "" || do == "" {
			t.Errorf("%s says %q: what happened and what to do belong there, with a colon between", what, text)
		}
		if strings.HasSuffix(text, ".") || strings.ToLower(text[:1]) != text[:1] {
			t.Errorf("%s says %q: it goes on in the middle of a line, so no capital letter and no full stop", what, text)
		}
	}
	for _, c := range Codes() {
		if c != OK && c != AlreadyOnline { // its text is given
			says(c.Name(), c.Text())
		}
	}
	for _, c := range GoodbyeCodes() {
		says(c.Name(), c.Text())
	}
}

func TestUnknownCodes(t *testing.T) {
	for _, c := range []Code{-1, 1000} {
		if c.Text() == "" || c.Name() == "" || c.Retry() {
			t.Errorf("code %d: %q %q %v", c, c.Text(), c.Name(), c.Retry())
		}
	}
	if c := GoodbyeCode(1999); c.Text() == "" || c.Name() != "goodbye_1999" || !c.Reconnect() {
		t.Errorf("goodbye 1999: %q %q", c.Text(), c.Name())
	}
	if m := Msgid(-1); m.Name() != "msgid_-1" || m.IsRequest() {
		t.Errorf("msgid -1: %q", m.Name())
	}
}

// declared finds the variables of fields in the source.
var declared = regexp.MustCompile(`(?m)^\t(\w+)\s+= protocol\.\w+\("(\w+)"|^\t(\w+)\s+= objects\(protocol, "(\w+)"`)

// declarations gives the variable of each field by its name on the wire.
func declarations(t *testing.T) map[string]string {
	t.Helper()
	source, err := os.ReadFile("table.go")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, d := range declared.FindAllStringSubmatch(string(source), -1) {
		all[d[2]+d[4]] = d[1] + d[3]
	}
	return all
}

func TestMsgids(t *testing.T) {
	for _, m := range Msgids() {
		if m.Name() == "" {
			t.Errorf("msgid %d has no name", m)
		}
		if a := m.Answer(); frames[a].server == nil || m.IsRequest() && a.IsRequest() {
			t.Errorf("msgid %d is answered by %d", m, a)
		}
	}
	for _, name := range []string{"", "x", "Msgid", "msgi", "send_se", "msgid "} {
		if i, ok := protocol.find([]byte(name)); ok {
			t.Errorf("%q is found as %q", name, protocol.members[i].name)
		}
	}
}

// A number that no frame has yet is none that this version knows.
func TestMsgidsHaveFrames(t *testing.T) {
	for _, m := range Msgids() {
		if m.Name() == "" || frames[m].client == nil && frames[m].server == nil {
			t.Errorf("msgid %d is listed and has no frame", m)
		}
	}
}
