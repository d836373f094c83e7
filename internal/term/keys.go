package term

import (
	"bytes"
	"io"
	"strings"
	"time"
)

// The line editor holds one line. What a person means as a line break inside of it
// stands there as a mark, and so does a pasted tab.
const (
	breakMark = '␤'
	tabMark   = '␉'
)

var unmark = strings.NewReplacer(string(breakMark), "\n", string(tabMark), "\t")

// What a terminal sends before and after a paste (bracketed paste, as xterm defines it),
// and for Enter with Alt.
const (
	pasteBegins = "\x1b[200~"
	pasteEnds   = "\x1b[201~"
	altEnter    = "\x1b\r"
)

// pasteGivenUp is how long a paste may rest before it counts as over: its end mark may
// have been lost, and Enter must work again.
const pasteGivenUp = time.Second

// keys stands between the terminal and the line editor. It keeps a paste together: line
// breaks and tabs in it become marks, other control characters are left out, so that
// nothing is sent or run before the person presses Enter. It is used by one goroutine.
type keys struct {
	in  io.Reader
	now func() time.Time

	raw     []byte // read, and not looked at yet
	out     []byte // for the editor
	err     error  // after raw
	pasting bool
	last    time.Time // the last read

	typed  bool   // something was typed in this line
	pasted bool   // the line began with a paste
	begun  []bool // of each line that was ended: did it begin with a paste?
}

func newKeys(in io.Reader) *keys { return &keys{in: in, now: time.Now} }

// Read implements io.Reader for the editor.
func (k *keys) Read(p []byte) (int, error) {
	for len(k.out) == 0 {
		if k.err != nil {
			return 0, k.err
		}
		k.fill()
	}
	n := copy(p, k.out)
	k.out = append(k.out[:0], k.out[n:]...)
	return n, nil
}

// beganWithPaste reports it of the oldest line that was ended and not asked for yet.
func (k *keys) beganWithPaste() bool {
	if len(k.begun) == 0 {
		return false
	}
	first := k.begun[0]
	k.begun = k.begun[1:]
	return first
}

func (k *keys) fill() {
	buf := make([]byte, 4096)
	n, err := k.in.Read(buf)
	now := k.now()
	if k.pasting && now.Sub(k.last) > pasteGivenUp {
		k.pasting = false
	}
	if string(k.raw) == "\x1b" && now.Sub(k.last) > pasteGivenUp {
		k.raw = nil // the Escape key alone, which means nothing here
	}
	k.last, k.err = now, err
	k.raw = append(k.raw, buf[:n]...)
	for len(k.raw) > 0 && k.step() {
	}
	if err != nil {
		k.out = append(k.out, k.raw...)
		k.raw = nil
	}
}

// step takes the next key from raw. It returns false where the rest of it is to come.
func (k *keys) step() bool {
	if k.raw[0] == '\x1b' && incomplete(k.raw) {
		return false
	}
	if k.pasting {
		return k.paste()
	}
	switch {
	case bytes.HasPrefix(k.raw, []byte(pasteBegins)):
		k.raw = k.raw[len(pasteBegins):]
		k.pasting, k.pasted = true, k.pasted || !k.typed
	case bytes.HasPrefix(k.raw, []byte(altEnter)):
		k.raw = k.raw[len(altEnter):]
		k.typed = true
		k.out = append(k.out, string(breakMark)...)
	case k.raw[0] == '\r' || k.raw[0] == '\n':
		k.begun = append(k.begun, k.pasted)
		k.typed, k.pasted = false, false
		k.pass(1)
	default:
		k.typed = k.typed || k.raw[0] >= ' '
		k.pass(1)
	}
	return true
}

// incomplete reports whether raw is the beginning of one of the sequences known here.
func incomplete(raw []byte) bool {
	for _, s := range []string{pasteBegins, pasteEnds, altEnter} {
		if len(raw) < len(s) && s[:len(raw)] == string(raw) {
			return true
		}
	}
	return false
}

// paste takes the next byte of a paste.
func (k *keys) paste() bool {
	c := k.raw[0]
	switch {
	case bytes.HasPrefix(k.raw, []byte(pasteEnds)):
		k.raw = k.raw[len(pasteEnds):]
		// An end mark inside of what was pasted is followed by the terminal's own.
		k.pasting = bytes.Contains(k.raw, []byte(pasteEnds)) && !bytes.Contains(k.raw, []byte(pasteBegins))
		return true
	case c == '\r' && len(k.raw) > 1 && k.raw[1] == '\n':
		k.raw = k.raw[1:]
		k.mark(breakMark)
	case c == '\r' || c == '\n':
		k.mark(breakMark)
	case c == '\t':
		k.mark(tabMark)
	case c < ' ' || c == 0x7f:
		k.raw = k.raw[1:]
	default:
		k.pass(1)
	}
	return true
}

func (k *keys) mark(r rune) {
	k.raw = k.raw[1:]
	k.out = append(k.out, string(r)...)
}

func (k *keys) pass(n int) {
	k.out = append(k.out, k.raw[:n]...)
	k.raw = k.raw[n:]
}
