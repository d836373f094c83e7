package term

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"parley/wire"
)

// readText reads a message from standard input, without its last line break.
func readText(in io.Reader) (string, error) {
	data, err := io.ReadAll(io.LimitReader(in, wire.DefaultMaxFrame+1))
	if err != nil {
		return "", fmt.Errorf("reading the text from standard input: %w", err)
	}
	if len(data) > wire.DefaultMaxFrame {
		return "", fmt.Errorf("standard input has more than %d bytes, and nothing was sent: a message may have some thousand characters; send it in pieces", wire.DefaultMaxFrame)
	}
	text := strings.TrimSuffix(string(data), "\n")
	return strings.TrimSuffix(text, "\r"), nil
}

// fit makes a text from elsewhere fit for a message: the line breaks and the byte order
// mark of Windows go. The error says what cannot stand in a message, and what to do.
func fit(text string) (string, error) {
	if !utf8.ValidString(text) {
		return "", notUTF8(text)
	}
	text = strings.TrimPrefix(text, "\ufeff")
	text = strings.ReplaceAll(text, "\r\n", "\n")
	if i := strings.IndexFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }); i >= 0 {
		r, _ := utf8.DecodeRuneInString(text[i:])
		return "", fmt.Errorf("the text has a control character (%U) at byte %d, and only line breaks and tabs may stand in a message", r, i+1)
	}
	if strings.TrimSpace(text) == "" {
		return "", errors.New("there is no text to send")
	}
	return text, nil
}

func notUTF8(text string) error {
	if b := []byte(text); bytes.HasPrefix(b, []byte{0xff, 0xfe}) || bytes.HasPrefix(b, []byte{0xfe, 0xff}) {
		return errors.New("the text is UTF-16, not UTF-8; convert it: iconv -f UTF-16 -t UTF-8")
	}
	at := 0
	for at < len(text) {
		r, n := utf8.DecodeRuneInString(text[at:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		at += n
	}
	return fmt.Errorf("the text is not UTF-8 (byte %d is %#02x); convert it from what it is, for example with iconv -f LATIN1 -t UTF-8, or -f GB18030", at+1, text[at])
}
