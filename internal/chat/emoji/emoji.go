// Package emoji knows the emoji that Unicode recommends for general interchange: those of
// emoji-test.txt, in the form that it calls fully qualified.
package emoji

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"strings"
	"sync"
)

//go:generate go -C ../../../tools run ./emoji ../internal/chat/emoji/table.gz

// packed has one emoji a line, fully qualified, as gzip.
//
//go:embed table.gz
var packed []byte

// MaxBytes is how long an emoji may be, in bytes of UTF-8, before it is looked up. The longest
// one in the table is shorter.
const MaxBytes = 64

// selector asks for a character as a picture. Keyboards send emoji with it and without it.
const selector = "\uFE0F"

// qualified is the table by what an emoji is without selectors. It is unpacked when it is
// first needed: a node on which nobody reacts does without its 300 KB.
var qualified = sync.OnceValue(func() map[string]string {
	list := unpacked()
	m := make(map[string]string, strings.Count(list, "\n"))
	for line := range strings.Lines(list) {
		e := strings.TrimSuffix(line, "\n")
		m[strings.ReplaceAll(e, selector, "")] = e
	}
	return m
})

func unpacked() string {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		panic("emoji: the table is not what was generated: " + err.Error())
	}
	list, err := io.ReadAll(r)
	if err != nil {
		panic("emoji: the table is not what was generated: " + err.Error())
	}
	return string(list)
}

// Qualified returns the fully qualified form of an emoji; ok is false for a text that is not
// exactly one emoji. U+FE0F is not looked at, so that ❤ and ❤️ are the same emoji. Emoji of
// different skin tones are different. It may be called by several goroutines at a time.
func Qualified(s string) (e string, ok bool) {
	if s == "" || len(s) > MaxBytes {
		return "", false
	}
	e, ok = qualified()[strings.ReplaceAll(s, selector, "")]
	return e, ok
}
