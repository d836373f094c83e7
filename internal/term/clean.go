package term

import (
	"strings"
	"unicode"
)

// clean makes a text from elsewhere fit for a terminal: control characters, which
// could move the cursor or recolour the screen, and those that turn the direction of
// writing around, are shown as what they are called. A newline becomes an indented line.
func clean(s string) string {
	if strings.IndexFunc(s, dangerous) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n':
			b.WriteString("\n    ")
		case r == '\t':
			b.WriteString("    ")
		case r < 0x20:
			b.WriteRune(0x2400 + r) // the picture of this control character
		case dangerous(r):
			b.WriteRune('�')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func dangerous(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == '\u061c' ||
		r >= '\u200e' && r <= '\u200f' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// name cleans a name: it stays on one line.
func name(s string) string { return strings.ReplaceAll(clean(s), "\n    ", " ") }
