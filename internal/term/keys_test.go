package term

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/term"
)

// chunks is a terminal whose keys come in pieces, some of them after a pause.
type chunks struct {
	rest  []string
	clock time.Time
}

const rest = "<rest>" // a pause of two seconds instead of a piece

func (c *chunks) Read(p []byte) (int, error) {
	for len(c.rest) > 0 && c.rest[0] == rest {
		c.clock, c.rest = c.clock.Add(2*time.Second), c.rest[1:]
	}
	if len(c.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, c.rest[0])
	if c.rest[0] = c.rest[0][n:]; c.rest[0] == "" {
		c.rest = c.rest[1:]
	}
	return n, nil
}

// lines types the pieces into the real line editor.
func lines(t *testing.T, pieces ...string) (all []input) {
	t.Helper()
	in := &chunks{rest: pieces}
	k := newKeys(in)
	k.now = func() time.Time { return in.clock }
	editor := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{k, io.Discard}, "> ")
	for {
		line, err := editor.ReadLine()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		pasted := k.beganWithPaste()
		line = unmark.Replace(line)
		all = append(all, input{line: line, text: pasted && strings.Contains(line, "\n")})
	}
}

func TestWhatIsTypedAndPasted(t *testing.T) {
	for name, c := range map[string]struct {
		pieces []string
		want   []input
	}{
		"typed":             {[]string{"/to bob\rhello\r"}, []input{{line: "/to bob"}, {line: "hello"}}},
		"a paste is one":    {[]string{pasteBegins + "one\r\ntwo\rthree\nfour" + pasteEnds, "\r"}, []input{{line: "one\ntwo\nthree\nfour", text: true}}},
		"no command runs":   {[]string{pasteBegins + "/quit\r/to bob\r" + pasteEnds, "\r"}, []input{{line: "/quit\n/to bob\n", text: true}}},
		"tabs stay":         {[]string{pasteBegins + "if x:\n\ty()" + pasteEnds + "\r"}, []input{{line: "if x:\n\ty()", text: true}}},
		"controls go":       {[]string{pasteBegins + "a\x1b[2J\x03\x04b" + pasteEnds + "\r"}, []input{{line: "a[2Jb"}}},
		"an end inside":     {[]string{pasteBegins + "x" + pasteEnds + "\r/quit\r" + pasteEnds + "\r"}, []input{{line: "x\n/quit\n", text: true}}},
		"two pastes":        {[]string{pasteBegins + "a" + pasteEnds + pasteBegins + "b" + pasteEnds + "\rc\r"}, []input{{line: "ab"}, {line: "c"}}},
		"one word of it":    {[]string{pasteBegins + "/join 5" + pasteEnds, "\r"}, []input{{line: "/join 5"}}},
		"into a command":    {[]string{"/msg bob ", pasteBegins + "a\nb" + pasteEnds, "\r"}, []input{{line: "/msg bob a\nb"}}},
		"marks in pieces":   {[]string{"\x1b", "[20", "0~a\nb\x1b[2", "01~", "\r"}, []input{{line: "a\nb", text: true}}},
		"the end is lost":   {[]string{pasteBegins + "a\nb", rest, "c\rd\r"}, []input{{line: "a\nbc", text: true}, {line: "d"}}},
		"Alt and Enter":     {[]string{"one\x1b\rtwo\r"}, []input{{line: "one\ntwo"}}},
		"Escape, then more": {[]string{"one\x1b", rest, "\rtwo\r"}, []input{{line: "one"}, {line: "two"}}},
		"Chinese":           {[]string{pasteBegins + "你\n好" + pasteEnds + "吗\r"}, []input{{line: "你\n好吗", text: true}}},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(c.want, lines(t, c.pieces...), cmp.AllowUnexported(input{})); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

func TestFit(t *testing.T) {
	for _, c := range []struct{ text, want, err string }{
		{"one\r\ntwo", "one\ntwo", ""},
		{"\ufeffhello\t!", "hello\t!", ""},
		{"消息", "消息", ""},
		{" \r\n ", "", "there is no text to send"},
		{"caf\xe9", "", "the text is not UTF-8 (byte 4 is 0xe9); convert it from what it is, for example with iconv -f LATIN1 -t UTF-8, or -f GB18030"},
		{"\xcf\xfb\xcf\xa2", "", "the text is not UTF-8 (byte 1 is 0xcf)"},
		{"\xff\xfeh\x00i\x00", "", "the text is UTF-16, not UTF-8; convert it: iconv -f UTF-16 -t UTF-8"},
		{"a\x00b", "", "the text has a control character (U+0000) at byte 2, and only line breaks and tabs may stand in a message"},
		{"a\rb", "", "the text has a control character (U+000D) at byte 2"},
	} {
		got, err := fit(c.text)
		if got != c.want || (err == nil) != (c.err == "") || err != nil && !strings.HasPrefix(err.Error(), c.err) {
			t.Errorf("%q: got %q, %v; want %q, %s", c.text, got, err, c.want, c.err)
		}
	}
}

func TestReadText(t *testing.T) {
	for _, c := range []struct{ in, want string }{{"hello\n", "hello"}, {"hello\r\n", "hello"}, {"a\n\n", "a\n"}, {"", ""}} {
		if got, err := readText(strings.NewReader(c.in)); err != nil || got != c.want {
			t.Errorf("%q: got %q, %v", c.in, got, err)
		}
	}
	if _, err := readText(strings.NewReader(strings.Repeat("x", 5_000_000))); err == nil || !strings.Contains(err.Error(), "nothing was sent") {
		t.Errorf("5 million characters: %v", err)
	}
}
