package wire

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// Eight bytes at a time: ones has the lowest and highs the highest bit of each.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// special marks, in its highest bit, the first byte of x that is a quote, a
// backslash or a control character. Marks above the first may be wrong.
func special(x uint64) uint64 {
	quote := x ^ ones*'"'
	slash := x ^ ones*'\\'
	return ((quote-ones)&^quote | (slash-ones)&^slash | (x-ones*' ')&^x) & highs
}

// str reads the rest of a string whose opening quote is read.
func (s *scanner) str() (v span, ok bool) {
	d, i := s.data, s.pos
	v = span{start: int32(i), kind: aString}
	var high uint64 // the union of all bytes so far
	for {
		for i+8 <= len(d) {
			x := binary.LittleEndian.Uint64(d[i:])
			if m := special(x); m != 0 {
				high |= x & (m&-m - 1)
				i += bits.TrailingZeros64(m) >> 3
				break
			}
			high |= x
			i += 8
		}
		for i < len(d) && d[i] >= ' ' && d[i] != '"' && d[i] != '\\' {
			high |= uint64(d[i])
			i++
		}
		if i == len(d) || d[i] < ' ' {
			s.pos = i
			return v, false
		}
		if d[i] == '"' {
			break
		}
		n, lone := escapeLen(d[i:])
		if n == 0 {
			s.pos = i
			return v, false
		}
		v.marks |= hasEscape
		if lone {
			v.marks |= hasBadText
		}
		i += n
	}
	v.end = int32(i)
	s.pos = i + 1
	if high&highs != 0 && !utf8.Valid(d[v.start:v.end]) {
		v.marks |= hasBadText
	}
	return v, true
}

// escapeLen gives the length of the escape that d begins with (twelve for a pair of
// surrogates), 0 if it is none; bad tells of a surrogate without its other half.
func escapeLen(d []byte) (n int, bad bool) {
	if len(d) < 2 {
		return 0, false
	}
	switch d[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2, false
	case 'u':
	default:
		return 0, false
	}
	r := hexRune(d)
	switch {
	case r < 0:
		return 0, false
	case r < 0xD800 || r > 0xDFFF:
		return 6, false
	case r < 0xDC00:
		if low := hexRune(d[6:]); low >= 0xDC00 && low <= 0xDFFF {
			return 12, false
		}
	}
	return 6, true
}

// hexRune reads \uXXXX at the beginning of d, -1 if there is none.
func hexRune(d []byte) rune {
	if len(d) < 6 || d[0] != '\\' || d[1] != 'u' {
		return -1
	}
	var r rune
	for _, c := range d[2:6] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return -1
		}
		r = r<<4 | rune(c)
	}
	return r
}

// appendUnescaped appends the text of a string that str has found to be good.
func appendUnescaped(dst, raw []byte) []byte {
	for i := 0; i < len(raw); {
		c := raw[i]
		if c != '\\' {
			dst = append(dst, c)
			i++
			continue
		}
		n, _ := escapeLen(raw[i:])
		switch raw[i+1] {
		case 'u':
			r := hexRune(raw[i:])
			if n == 12 {
				r = (r-0xD800)<<10 | (hexRune(raw[i+6:]) - 0xDC00) + 0x10000
			}
			dst = utf8.AppendRune(dst, r)
		case 'b':
			dst = append(dst, '\b')
		case 'f':
			dst = append(dst, '\f')
		case 'n':
			dst = append(dst, '\n')
		case 'r':
			dst = append(dst, '\r')
		case 't':
			dst = append(dst, '\t')
		default:
			dst = append(dst, raw[i+1])
		}
		i += n
	}
	return dst
}
