package wire

import (
	"strconv"
	"time"
	"unicode/utf8"
)

// The pieces that frames are written from. Each appends to dst and gives it back;
// none allocates beyond the growth of dst.

// appendOpen begins an object with its msgid and, if there is one, the rid.
func appendOpen(dst []byte, id Msgid, rid []byte) []byte {
	dst = append(dst, `{"msgid":`...)
	dst = strconv.AppendInt(dst, int64(id), 10)
	return appendRID(dst, rid)
}

func appendRID(dst, rid []byte) []byte {
	if len(rid) == 0 {
		return dst
	}
	dst = append(dst, `,"rid":`...)
	return append(dst, rid...)
}

// appendInt appends key, which is everything from comma to colon, and v.
func appendInt(dst []byte, key string, v int64) []byte {
	dst = append(dst, key...)
	return strconv.AppendInt(dst, v, 10)
}

// appendSome is appendInt for a field that is left out when it is 0.
func appendSome(dst []byte, key string, v int64) []byte {
	if v == 0 {
		return dst
	}
	return appendInt(dst, key, v)
}

func appendText(dst []byte, key, v string) []byte {
	dst = append(dst, key...)
	return appendQuoted(dst, v)
}

// appendNonempty is appendText for a field that is left out when it is "".
func appendNonempty(dst []byte, key, v string) []byte {
	if v == "" {
		return dst
	}
	return appendText(dst, key, v)
}

func appendBool(dst []byte, key string, v bool) []byte {
	dst = append(dst, key...)
	return strconv.AppendBool(dst, v)
}

const hexDigits = "0123456789abcdef"

// plain holds the ASCII characters that stand for themselves in a JSON string.
var plain = func() (t [utf8.RuneSelf]bool) {
	for c := byte(' '); c < utf8.RuneSelf; c++ {
		t[c] = c != '"' && c != '\\' && c != 0x7f
	}
	return t
}()

// appendQuoted appends s as a JSON string: valid UTF-8 as it is, control characters
// and U+2028/2029 escaped, and what is not UTF-8 as U+FFFD.
func appendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	from := 0
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if !plain[c] {
				dst = append(dst, s[from:i]...)
				dst = appendEscape(dst, c)
				from = i + 1
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			dst = append(dst, s[from:i]...)
			dst = append(dst, "\uFFFD"...)
			from = i + 1
		case r == '\u2028' || r == '\u2029':
			dst = append(dst, s[from:i]...)
			dst = append(dst, `\u202`...)
			dst = append(dst, hexDigits[r&15])
			from = i + size
		}
		i += size
	}
	dst = append(dst, s[from:]...)
	return append(dst, '"')
}

// appendEscape appends an ASCII character that may not stand for itself.
func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, '\\', 'n')
	case '\t':
		return append(dst, '\\', 't')
	case '\r':
		return append(dst, '\\', 'r')
	case '\b':
		return append(dst, '\\', 'b')
	case '\f':
		return append(dst, '\\', 'f')
	default:
		return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
	}
}

// AppendTime appends t as every time on the wire is written: RFC 3339 in UTC with
// exactly three digits of milliseconds, the rest cut off, as in
// 2024-05-01T08:30:00.125Z. The year must have four digits.
func AppendTime(dst []byte, t time.Time) []byte {
	t = t.UTC()
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	milli := t.Nanosecond() / 1e6
	dst = appendTwo(dst, year/100)
	dst = appendTwo(dst, year%100)
	dst = appendTwo(append(dst, '-'), int(month))
	dst = appendTwo(append(dst, '-'), day)
	dst = appendTwo(append(dst, 'T'), hour)
	dst = appendTwo(append(dst, ':'), minute)
	dst = appendTwo(append(dst, ':'), second)
	dst = append(dst, '.', byte('0'+milli/100))
	return append(appendTwo(dst, milli%100), 'Z')
}

func appendTwo(dst []byte, n int) []byte {
	return append(dst, byte('0'+n/10%10), byte('0'+n%10))
}
