package wire

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// cut feeds a stream in the given pieces, each in memory of its own that is
// overwritten afterwards, as a pooled buffer would be.
func cut(c *Cutter, pieces ...[]byte) (objects []string, err error) {
	for _, piece := range pieces {
		in := bytes.Clone(piece)
		for rest := in; ; {
			var object []byte
			if object, rest, err = c.Next(rest); err != nil {
				return objects, err
			}
			if object == nil {
				break
			}
			objects = append(objects, string(object))
		}
		for i := range in {
			in[i] = '"'
		}
	}
	return objects, nil
}

func TestCutter(t *testing.T) {
	ten := strings.Repeat(`{"msgid":9}`, 10)
	tests := []struct {
		stream string
		want   []string
	}{
		{"", nil},
		{" \r\n\t\x00", nil},
		{"{}", []string{"{}"}},
		{`{"a":1}{"b":2}`, []string{`{"a":1}`, `{"b":2}`}},
		{"{\"a\":1}\n\x00 {\"b\":2}\x00\r\n", []string{`{"a":1}`, `{"b":2}`}},
		{`{"a":"}{][\"\\"}{"b":{"c":[{}]}}`, []string{`{"a":"}{][\"\\"}`, `{"b":{"c":[{}]}}`}},
		{`{"a":"\\\\\\\""}{}`, []string{`{"a":"\\\\\\\""}`, `{}`}},
		{"{\"a\":\"new\nline, \x00 and \xff\"}{}", []string{"{\"a\":\"new\nline, \x00 and \xff\"}", "{}"}},
		{`{not json, but balanced [1 2 3]}{}`, []string{`{not json, but balanced [1 2 3]}`, `{}`}},
		{ten, strings.SplitAfter(ten, "}")[:10]},
		{`{"a":[[[[[[[]]]]]]]}{"half":`, []string{`{"a":[[[[[[[]]]]]]]}`}},
	}
	for _, test := range tests {
		stream := []byte(test.stream)
		whole, err := cut(new(Cutter), stream)
		if diff := cmp.Diff(test.want, whole); diff != "" || err != nil {
			t.Errorf("%q in one piece: %v\n%s", stream, err, diff)
		}
		bytewise, err := cut(new(Cutter), bytes.SplitAfter(stream, nil)...)
		if diff := cmp.Diff(test.want, bytewise); diff != "" || err != nil {
			t.Errorf("%q byte by byte: %v\n%s", stream, err, diff)
		}
		for at := range stream {
			halves, err := cut(new(Cutter), stream[:at], stream[at:])
			if diff := cmp.Diff(test.want, halves); diff != "" || err != nil {
				t.Errorf("%q cut at %d: %v\n%s", stream, at, err, diff)
			}
		}
	}
}

func TestCutterRefuses(t *testing.T) {
	tests := []struct {
		stream string
		code   Code
		bye    GoodbyeCode
		before int // objects that come out first
	}{
		{"GET / HTTP/1.1\r\n", Malformed, ByeNotJSON, 0},
		{"{}[1]", Malformed, ByeNotJSON, 1},
		{`{}"x"`, Malformed, ByeNotJSON, 1},
		{"{},{}", Malformed, ByeNotJSON, 1},
		{"\xef\xbb\xbf{}", Malformed, ByeNotJSON, 0},
		{`{"a":[}`, Malformed, ByeNotJSON, 0},
		{`{"a":1]`, Malformed, ByeNotJSON, 0},
		{`{}{"a":[[[[[[[[`, TooDeep, ByeFrameTooBig, 1},
		{`{"msgid":9}{"msg":"` + strings.Repeat("x", 20), FrameTooLong, ByeFrameTooBig, 1},
		{`{"msg":"` + strings.Repeat("x", 20) + `"}`, FrameTooLong, ByeFrameTooBig, 0},
	}
	for _, test := range tests {
		for name, pieces := range map[string][][]byte{
			"whole":        {[]byte(test.stream)},
			"byte by byte": bytes.SplitAfter([]byte(test.stream), nil),
		} {
			c := NewCutter(24)
			objects, err := cut(&c, pieces...)
			var e *CutError
			if !errors.As(err, &e) || e.Code != test.code || e.Bye != test.bye || e.Info == "" || len(objects) != test.before {
				t.Errorf("%q %s: %q, %v", test.stream, name, objects, err)
			}
			if _, _, again := c.Next([]byte("{}")); again != err {
				t.Errorf("%q %s: then %v", test.stream, name, again)
			}
			if c.Pending() != 0 {
				t.Errorf("%q %s: %d bytes are kept", test.stream, name, c.Pending())
			}
		}
	}
}

func TestCutterLimitIsExact(t *testing.T) {
	for _, length := range []int{63, 64, 65} {
		stream := []byte(`{"x":"` + strings.Repeat("y", length-8) + `"}`)
		for name, pieces := range map[string][][]byte{"whole": {stream}, "byte by byte": bytes.SplitAfter(stream, nil)} {
			c := NewCutter(64)
			objects, err := cut(&c, pieces...)
			if took := err == nil && len(objects) == 1; took != (length <= 64) {
				t.Errorf("%d bytes %s: %v", length, name, err)
			}
		}
	}
}

func TestCutterKeepsNoMemoryWhenIdle(t *testing.T) {
	c := NewCutter(1 << 16)
	objects, err := cut(&c, []byte(`{"msg":"`), bytes.Repeat([]byte("x"), 50000))
	if err != nil || objects != nil || c.Pending() != 50008 || cap(c.partial) > 1<<16 {
		t.Fatalf("%d objects, %v, pending %d of %d", len(objects), err, c.Pending(), cap(c.partial))
	}
	if objects, err = cut(&c, []byte(`"} `)); err != nil || len(objects) != 1 || len(objects[0]) != 50010 {
		t.Fatalf("%d objects, %v", len(objects), err)
	}
	if c.Pending() != 0 || c.partial != nil {
		t.Errorf("%d bytes are kept (%d)", c.Pending(), cap(c.partial))
	}
	stream := []byte(strings.Repeat(`{"msgid":11} `, 10))
	if n := testing.AllocsPerRun(100, func() {
		for rest := stream; rest != nil; {
			_, rest, _ = c.Next(rest)
		}
	}); n != 0 {
		t.Errorf("%v allocations for whole objects", n)
	}
}

// checkSplits cuts a stream whole and in pieces, and fails when that differs.
func checkSplits(t fataler, stream []byte, sizes []byte) {
	const limit = 128
	whole := NewCutter(limit)
	want, wantErr := cut(&whole, stream)
	for _, object := range want {
		if len(object) > limit || object[0] != '{' || object[len(object)-1] != '}' {
			t.Fatalf("object %q of %q", object, stream)
		}
	}
	pieces := NewCutter(limit)
	var got []string
	var err error
	for rest := stream; len(rest) > 0 && err == nil; {
		n := 1
		if len(sizes) > 0 {
			n, sizes = max(1, int(sizes[0])), append(sizes[1:len(sizes):len(sizes)], sizes[0])
		}
		n = min(n, len(rest))
		var more []string
		more, err = cut(&pieces, rest[:n])
		got = append(got, more...)
		rest = rest[n:]
		if cap(pieces.partial) > limit {
			t.Fatalf("%d bytes are kept after %q", cap(pieces.partial), stream[:len(stream)-len(rest)])
		}
	}
	if diff := cmp.Diff(want, got); diff != "" || !sameCut(wantErr, err) {
		t.Fatalf("%q: whole %v, in pieces %v\n%s", stream, wantErr, err, diff)
	}
}

// sameCut compares errors. A stream that breaks two rules in one object may be told
// the one or the other, depending on what came with one read.
func sameCut(a, b error) bool {
	var x, y *CutError
	if !errors.As(a, &x) || !errors.As(b, &y) {
		return a == nil && b == nil
	}
	return x.Code == y.Code || x.Code == FrameTooLong || y.Code == FrameTooLong
}

func FuzzCutter(f *testing.F) {
	f.Fuzz(func(t *testing.T, stream, sizes []byte) { checkSplits(t, stream, sizes) })
}

func TestCutterSplits(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for round := range 300 {
		var stream []byte
		for i := range 5 {
			r := Request{Msgid: Chat, To: int64(i), Msg: strings.Repeat(`\"}{`, rng.IntN(12))}
			r.Set(FTo, FMsg)
			stream = append(r.AppendJSON(stream), "\n\x00 "[:rng.IntN(4)]...)
		}
		if round%3 == 0 {
			stream[rng.IntN(len(stream))] = "{}[]\"\\x"[rng.IntN(7)]
		}
		sizes := make([]byte, 1+rng.IntN(6))
		for i := range sizes {
			sizes[i] = byte(1 + rng.IntN(40))
		}
		checkSplits(t, stream, sizes)
	}
}

func ExampleCutter() {
	var c Cutter
	for _, read := range []string{`{"msgid":9}{"msg`, `id":11}`, "\n"} {
		rest := []byte(read)
		for {
			object, more, err := c.Next(rest)
			if err != nil {
				fmt.Println(err)
				return
			}
			if object == nil {
				break
			}
			fmt.Printf("%s\n", object)
			rest = more
		}
	}
	// Output:
	// {"msgid":9}
	// {"msgid":11}
}
