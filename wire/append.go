package wire

import (
	"math/bits"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The pieces that frames are written from. Each appends to dst and returns it. None allocates,
// except for the growth of dst.

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

const hexDigits = "0123456789abcdef"

// appendQuoted appends s as a JSON string: valid UTF-8 as it is, control characters
// and U+2028/2029 escaped, and what is not UTF-8 as U+FFFD.
func appendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	from, checked := 0, false // all before from is appended
	for i := 0; i < len(s); {
		if i = plainEnd(s, i); i == len(s) {
			break
		}
		switch c := s[i]; {
		case c < utf8.RuneSelf:
			dst = append(dst, s[from:i]...)
			dst = appendEscape(dst, c)
			i++
			from = i
		case !checked:
			if checked = true; !utf8.ValidString(s[i:]) {
				s = s[:i] + strings.ToValidUTF8(s[i:], "\uFFFD")
			}
		case c == 0xE2 && s[i+1] == 0x80 && s[i+2]&^1 == 0xA8: // U+2028 and U+2029
			dst = append(dst, s[from:i]...)
			dst = append(dst, `\u202`...)
			dst = append(dst, hexDigits[s[i+2]&15])
			i += 3
			from = i
		default:
			i++
		}
	}
	dst = append(dst, s[from:]...)
	return append(dst, '"')
}

// plainEnd returns the first place from i on of a byte that is not ASCII or must be escaped in
// a string.
func plainEnd(s string, i int) int {
	for i+8 <= len(s) {
		x := uint64(s[i]) | uint64(s[i+1])<<8 | uint64(s[i+2])<<16 | uint64(s[i+3])<<24 |
			uint64(s[i+4])<<32 | uint64(s[i+5])<<40 | uint64(s[i+6])<<48 | uint64(s[i+7])<<56
		if m := special(x) | x&highs; m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
		i += 8
	}
	for i < len(s) && s[i] >= ' ' && s[i] != '"' && s[i] != '\\' && s[i] < utf8.RuneSelf {
		i++
	}
	return i
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

// AppendTime appends t as times are written on the wire: RFC 3339 in UTC with exactly three
// digits of milliseconds, for example 2024-05-01T08:30:00.125Z. It cuts off the rest of the
// second. The year must have four digits.
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
