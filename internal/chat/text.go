package chat

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"parley/internal/chat/confusable"
	"parley/wire"
)

// CheckText returns a message as it is kept: UTF-8 in NFC, 1 to max characters, at least one
// that can be seen, and no control characters but newline and tab. Errors are BadText and
// TextTooLong.
// Plain ASCII and text that is in NFC already comes back as it is, without any
// allocation, and what most people write is seen to be in NFC at a glance.
func CheckText(s string, max int) (string, error) {
	switch {
	case s == "":
		return "", Errorf(wire.BadText, "the message is empty: put its text into `msg`")
	case blank(s):
		return "", Errorf(wire.BadText, "the message has nothing that can be seen: put its text into `msg`")
	}
	if plainASCII(s) {
		if len(s) > max {
			return "", tooLong("message", len(s), max)
		}
		return s, nil
	}
	if n, ok := plainText(s); ok {
		if n > max {
			return "", tooLong("message", n, max)
		}
		return s, nil
	}
	return checkLines("message", s, max)
}

// CheckDescription returns a group's description as it is kept: like a message, of 0
// to wire.MaxDescription characters. Errors are BadText and TextTooLong.
func CheckDescription(s string) (string, error) {
	return checkLines("group's description", s, wire.MaxDescription)
}

// blank reports whether s consists of spaces, line ends and what cannot be seen. It looks no
// further than the first character that can, which is the first one of most messages.
func blank(s string) bool {
	for _, r := range s {
		if r > ' ' && (r < 0x7f || !unicode.IsSpace(r) && !confusable.Invisible(r)) || r < ' ' && r != '\n' && r != '\t' {
			return false // (or a control character, which gets an answer of its own)
		}
	}
	return true
}

// plainASCII reports whether s is ASCII with no control characters but newline and
// tab: nothing is left to check but its length.
func plainASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= 0x7f || c < 0x20 && c != '\n' && c != '\t' {
			return false
		}
	}
	return true
}

// plainText counts the characters of a text that has only such as stand for themselves
// wherever they are: in NFC, never merged with what is before them, no controls.
func plainText(s string) (n int, ok bool) {
	for _, r := range s {
		n++
		if r < 0x7f && (r >= 0x20 || r == '\n' || r == '\t') || inert(r) {
			continue
		}
		return 0, false
	}
	return n, true
}

// inert tells such characters beyond ASCII; a test holds it against the Unicode
// tables. It is not complete: what is missing is looked at more closely.
func inert(r rune) bool {
	switch {
	case r >= 0x4E00 && r <= 0x9FFF, // Chinese characters
		r >= 0x3400 && r <= 0x4DBF,   // rare ones
		r >= 0x3001 && r <= 0x3029,   // their punctuation
		r >= 0xFF01 && r <= 0xFF9F,   // full width forms
		r >= 0x3041 && r <= 0x3096,   // Hiragana
		r >= 0x30A1 && r <= 0x30FF,   // Katakana
		r >= 0xAC00 && r <= 0xD7A3,   // Hangul
		r >= 0x00A0 && r <= 0x02FF,   // Latin with its accents
		r >= 0x0400 && r <= 0x0482,   // Cyrillic
		r >= 0x048A && r <= 0x052F,   //
		r >= 0x05D0 && r <= 0x05EA,   // Hebrew
		r >= 0x0621 && r <= 0x064A,   // Arabic
		r >= 0x2010 && r <= 0x2027,   // dashes and quotation marks
		r >= 0x1F300 && r <= 0x1F64F: // pictures
		return true
	}
	return false
}

func checkLines(what, s string, max int) (string, error) {
	s, err := normalized(wire.BadText, what, s)
	if err != nil {
		return "", err
	}
	n := 0
	for _, r := range s {
		n++
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return "", Errorf(wire.BadText,
				"the %s has the control character %U as its character %d: only newline and tab are allowed", what, r, n)
		}
	}
	if n > max {
		return "", tooLong(what, n, max)
	}
	return s, nil
}

func normalized(code wire.Code, what, s string) (string, error) {
	if !utf8.ValidString(s) {
		return "", Errorf(code, "the %s is not valid UTF-8: send it in UTF-8", what)
	}
	return norm.NFC.String(s), nil
}

func tooLong(what string, n, max int) error {
	return Errorf(wire.TextTooLong, "the %s has %d characters: at most %d are allowed", what, n, max)
}
