// Package confusable tells which texts look alike and which mix scripts, by Unicode's Security
// Mechanisms (UTS #39).
package confusable

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

//go:generate go -C ../../../tools run ./confusables ../internal/chat/confusable/table.go

// prototypes is the table by character. It is read when it is first needed: programs that
// register nobody do without.
var prototypes = sync.OnceValue(func() map[rune]string {
	m := make(map[rune]string, 7000)
	for line := range strings.Lines(table) {
		prototype, sources, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		for _, r := range sources {
			m[r] = prototype
		}
	}
	return m
})

// Skeleton is the same for two texts that look the same: s without characters that cannot be
// seen, each other one replaced by its prototype. It is for comparing and not for showing.
// Where prototypes are not yet what they look like themselves, they are replaced too.
func Skeleton(s string) string {
	for {
		next := replace(s)
		if next == s {
			return s
		}
		s = next
	}
}

func replace(s string) string {
	var b strings.Builder
	table := prototypes()
	for _, r := range norm.NFD.String(s) {
		switch p, known := table[r]; {
		case Invisible(r):
		case known:
			b.WriteString(p)
		default:
			b.WriteRune(r)
		}
	}
	return norm.NFD.String(b.String())
}

// Invisible reports whether a character shows nothing, or nothing of its own, though Unicode may
// count it among letters, marks and signs: what has Unicode's property Default_Ignorable_Code_Point,
// fillers, and blanks that are not called so. Spaces are not meant.
func Invisible(r rune) bool {
	switch {
	case r < 0xAD:
		return false
	case r == 0x2800, // an empty Braille cell
		r == 0xFFFC,                // the place of an object
		r == 0x13441, r == 0x13442, // Egyptian blanks
		r == 0x16FE4, // a Khitan filler
		r == 0x1D159: // a note without a head
		return true
	}
	return unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// together are the sets of scripts that one name may have in it: what Unicode calls highly
// restrictive. Chinese, Japanese and Korean are written with several, and with Latin.
var together = [][]*unicode.RangeTable{
	{unicode.Latin, unicode.Han, unicode.Hiragana, unicode.Katakana},
	{unicode.Latin, unicode.Han, unicode.Bopomofo},
	{unicode.Latin, unicode.Han, unicode.Hangul},
}

// Mixed returns the names of two scripts in s that do not go together in one word, such as Latin
// and Cyrillic, or "", "". Digits, signs and marks belong to all scripts.
func Mixed(s string) (one, other string) {
	var first string
	for _, r := range s {
		script := scriptOf(r)
		switch {
		case script == "" || script == first:
		case first == "":
			first = script
		case !goesWith(s):
			return first, script
		}
	}
	return "", ""
}

// goesWith reports whether one of the sets has all letters of s.
func goesWith(s string) bool {
	for _, set := range together {
		all := true
		for _, r := range s {
			all = all && (scriptOf(r) == "" || unicode.In(r, set...))
		}
		if all {
			return true
		}
	}
	return false
}

// scriptOf is the name of a character's script, "" for what all scripts share.
func scriptOf(r rune) string {
	switch {
	case r < utf8.RuneSelf:
		if 'A' <= r&^0x20 && r&^0x20 <= 'Z' {
			return "Latin"
		}
		return ""
	case unicode.Is(unicode.Han, r):
		return "Han"
	case unicode.In(r, unicode.Common, unicode.Inherited):
		return ""
	}
	for name, table := range unicode.Scripts {
		if unicode.Is(table, r) {
			return name
		}
	}
	return ""
}
