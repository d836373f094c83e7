package wire

import (
	"bytes"
	"io"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// A second decoder for requests, plain and slow, over another JSON reader: whatever
// the two are given, they must say the same.

// refMember is one member of a frame as the other reader sees it.
type refMember struct {
	name  string
	value jsontext.Value
	bad   bool // the value holds text that is not UTF-8
}

// refFrame is a frame as the other reader sees it.
type refFrame struct {
	members  []refMember
	badName  bool
	twice    bool
	deep     bool
	grammar  bool // the whole of it keeps to the grammar
	anywhere []refMember
}

func refRead(data []byte) (f refFrame) {
	data = bytes.Trim(data, " \t\r\n\x00")
	lax := []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}
	f.deep = refDepth(data, lax) > MaxDepth
	dec := jsontext.NewDecoder(bytes.NewReader(data), lax...)
	if tok, err := dec.ReadToken(); err != nil || tok.Kind() != '{' {
		return f
	}
	seen := map[string]bool{}
	for dec.PeekKind() != '}' {
		raw, err := dec.ReadValue()
		if err != nil {
			return f
		}
		name, err := jsontext.AppendUnquote(nil, raw)
		badName := err != nil
		value, err := dec.ReadValue()
		if err != nil {
			return f
		}
		m := refMember{string(name), value.Clone(), !value.IsValid(jsontext.AllowDuplicateNames(true))}
		switch {
		case badName:
			f.badName = true
			f.anywhere = append(f.anywhere, m)
			continue
		case seen[m.name]:
			f.twice = true
			f.anywhere = append(f.anywhere, m)
			continue
		}
		seen[m.name] = true
		f.members = append(f.members, m)
	}
	if _, err := dec.ReadToken(); err != nil {
		return f
	}
	_, err := dec.ReadToken()
	f.grammar = err == io.EOF
	return f
}

func refDepth(data []byte, lax []jsontext.Options) (deepest int) {
	dec := jsontext.NewDecoder(bytes.NewReader(data), lax...)
	for {
		if _, err := dec.ReadToken(); err != nil {
			return deepest
		}
		deepest = max(deepest, dec.StackDepth())
	}
}

func (f *refFrame) get(name string) *refMember {
	for i := range f.members {
		if f.members[i].name == name && f.members[i].value.Kind() != 'n' {
			return &f.members[i]
		}
	}
	return nil
}

var exponentPart = regexp.MustCompile(`[eE]([-+]?)0*(\d+)$`)

func refInteger(v jsontext.Value) (int64, bool) {
	raw := string(v)
	if v.Kind() == '"' {
		text, err := jsontext.AppendUnquote(nil, v)
		if err != nil {
			return 0, false
		}
		raw = string(text)
		if len(raw) == 0 || strings.ContainsAny(raw[:1]+raw[len(raw)-1:], " \t\r\n") {
			return 0, false
		}
		if v = jsontext.Value(raw); !v.IsValid() {
			return 0, false
		}
	}
	if v.Kind() != '0' {
		return 0, false
	}
	if e := exponentPart.FindStringSubmatch(raw); e != nil {
		if n, err := strconv.Atoi(e[2]); err != nil || n > 5000 {
			if strings.ContainsAny(raw[:strings.IndexAny(raw, "eE")], "123456789") {
				return 0, false
			}
			return 0, true
		}
	}
	rat, ok := new(big.Rat).SetString(raw)
	if !ok || !rat.IsInt() || rat.Sign() < 0 || rat.Num().Cmp(big.NewInt(MaxInteger)) > 0 {
		return 0, false
	}
	return rat.Num().Int64(), true
}

// refDecode gives the request, and the code of the error or OK.
func refDecode(t *table, f *refFrame) (r Request, code Code) {
	r.Msgid = -1
	code = OK
	note := func(c Code) {
		if code == OK {
			code = c
		}
	}
	if !f.grammar || f.badName || f.twice {
		note(Malformed)
	}
	for _, m := range append(f.members[:len(f.members):len(f.members)], f.anywhere...) {
		if _, known := t.find([]byte(m.name)); m.bad && !known {
			note(Malformed)
		}
	}
	msgid := f.get("msgid")
	if msgid == nil {
		note(BadField)
	} else if v, ok := refInteger(msgid.value); ok {
		r.Msgid = Msgid(v)
	} else {
		note(BadField)
	}
	if rid := f.get("rid"); rid != nil {
		switch k := rid.value.Kind(); {
		case k != '"' && k != '0':
			note(BadField)
		case rid.bad:
			note(BadText)
		case len(rid.value) > MaxRID:
			note(BadField)
		default:
			r.RID = rid.value
		}
	}
	if code != OK {
		return r, code
	}
	return refFields(t, f, r)
}

func refFields(t *table, f *refFrame, r Request) (Request, Code) {
	shape := t.of(r.Msgid)
	if shape == nil {
		return r, UnknownMsgid
	}
	for _, m := range f.members {
		i, known := t.find([]byte(m.name))
		switch {
		case known && shape.own.has(i):
			if m.value.Kind() != 'n' {
				r.has.add(i)
			}
		case m.bad:
			return r, Malformed
		}
	}
	if t.check(shape, r.Msgid, r.has) != nil {
		return r, BadField
	}
	for _, f := range shape.yes {
		*f.boolean(&r) = true
	}
	for _, field := range t.members {
		if !r.Has(field) {
			continue
		}
		m := f.get(field.name)
		ok := true
		switch field.kind {
		case integer:
			*field.integer(&r), ok = refInteger(m.value)
		case text:
			if ok = m.value.Kind() == '"'; ok && m.bad {
				return r, BadText
			}
			b, _ := jsontext.AppendUnquote(nil, m.value)
			*field.text(&r) = string(b)
		case boolean:
			ok = m.value.Kind() == 't' || m.value.Kind() == 'f'
			*field.boolean(&r) = m.value.Kind() == 't'
		case list:
			if ok = m.value.Kind() == '['; ok && m.bad {
				return r, BadText
			}
			if ok {
				if code := refList(&r, field, m.value); code != OK {
					return r, code
				}
			}
		}
		if !ok {
			return r, BadField
		}
	}
	return r, OK
}

// fataler is the part of testing.TB that rapid has, too.
type fataler interface {
	Fatalf(format string, args ...any)
}

// compareDecoders fails when the two decoders differ about a frame.
func compareDecoders(t fataler, data []byte) {
	compareDecodersOf(t, protocol, data)
	compareDecodersOf(t, wide, data)
}

func compareDecodersOf(t fataler, of *table, data []byte) {
	frame := refRead(data)
	wideFields = wideRequest{}
	want, code := refDecode(of, &frame)
	wantWide := wideFields
	wideFields = wideRequest{}
	var got Request
	err := of.decode(data, &got)
	if err != nil && (err.Re != got.Msgid || !bytes.Equal(err.RID, got.RID)) {
		t.Fatalf("%q: the error says re %d, rid %q; the request %d, %q", data, err.Re, err.RID, got.Msgid, got.RID)
	}
	if frame.deep {
		// Behind too deep a place only brackets are looked at: what else is wrong with
		// such a frame the two need not agree about.
		if err == nil || err.Code != TooDeep && err.Code != Malformed {
			t.Fatalf("%q is nested too deeply: %v", data, err)
		}
		return
	}
	switch {
	case err == nil && code != OK:
		t.Fatalf("%q is taken, must be refused with %d", data, code)
	case err != nil && err.Code != code:
		t.Fatalf("%q is refused with %v, want code %d", data, err, code)
	case err != nil:
		if frame.grammar && !frame.twice && (got.Msgid != want.Msgid || !bytes.Equal(got.RID, want.RID)) {
			t.Fatalf("%q: re %d, rid %q; want %d, %q", data, got.Msgid, got.RID, want.Msgid, want.RID)
		}
		return
	}
	if diff := cmp.Diff(want, got, sameRequest...) + cmp.Diff(wantWide, wideFields, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("%q (-want +got):\n%s", data, diff)
	}
	var again Request
	encoded := of.append(nil, &got)
	wideFields = wideRequest{}
	if err := of.decode(encoded, &again); err != nil {
		t.Fatalf("%q: encoded as %q: %v", data, encoded, err)
	}
	if diff := cmp.Diff(got, again, sameRequest...) + cmp.Diff(wantWide, wideFields, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("%q: encoded as %q (-before +after):\n%s", data, encoded, diff)
	}
}

// frameGen makes frames that are nearly right, in every way they can be wrong.
var frameGen = rapid.Custom(func(t *rapid.T) []byte {
	names := append([]string{"x", "y", `m\u0073g`, `\u0074o`, "\xff", `\ud800`, ""}, namesOf(wide)...)
	numbers := []string{"0", "1", "2", "4", "-1", "1.5", "2.0", "1e2", "25e-1", "9007199254740992", "9007199254740993", "01", "1.", "-"}
	values := append([]string{
		`"2"`, `"2.0"`, `" 2"`, `"\u0032"`, `""`, `"hi"`, `"你好 😀"`, `"\ud83d\ude00"`, `"\ud83d"`, `"\udc00"`, "\"\xc3\"", `"\q"`, "\"\n\"",
		`"0123456789012345678901234567890123456789012345678901234567890123456789"`, `"line\nand \"quote\""`,
		"true", "false", "null", `[1,"2",3.0]`, `[1,null]`, `["a"]`, `[{"id":1,"size":"2","fine":false}]`, `[{"id":1,"size":2,"name":"n\u0020","x":[]},{"id":0,"size":null}]`,
		`[{"size":3}]`, `[{"id":1,"size":2,"id":1}]`, `[{"\u0069d":1,"size":2,"good":true}, {"id":"7" ,"size":1e2}]`, `[{}]`, `[1,2,3,4,5,6]`, "[{\"id\":1,\"\xff\":2}]", "tru", "{}", "[]", `[1,{"a":"b"}]`, `{"a":1,"a":2}`, "[[[[[[[]]]]]]]", "[[[[[[[[]]]]]]]]", "[1,]", "{1:2}", "[\"\xff\"]",
	}, numbers...)
	space := rapid.SampledFrom([]string{"", "", "", " ", "\n\t", "\r"})
	var b strings.Builder
	member := func(name, value string) {
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		b.WriteString(space.Draw(t, "space") + `"` + name + `"` + space.Draw(t, "space") + ":" + space.Draw(t, "space") + value + space.Draw(t, "space"))
	}
	b.WriteByte('{')
	id := rapid.IntRange(0, len(wide.shapes)).Draw(t, "msgid")
	late := rapid.Bool().Draw(t, "late")
	if !late {
		member("msgid", strconv.Itoa(id))
	}
	if shape := wide.of(Msgid(id)); shape != nil && rapid.Bool().Draw(t, "good") {
		needed := shape.required
		for _, set := range shape.some {
			needed = needed.or(set)
		}
		for ; !needed.empty(); needed = needed.rest() {
			f := wide.members[needed.first()]
			member(f.name, map[kind]string{integer: "3", text: `"t"`, boolean: "true", list: "[]"}[f.kind])
		}
	}
	for range rapid.IntRange(0, 4).Draw(t, "members") {
		member(rapid.SampledFrom(names).Draw(t, "name"), rapid.SampledFrom(values).Draw(t, "value"))
	}
	if late {
		member("msgid", strconv.Itoa(id))
	}
	b.WriteByte('}')
	frame := []byte(b.String())
	if rapid.IntRange(0, 5).Draw(t, "spoil") == 0 {
		at := rapid.IntRange(0, len(frame)-1).Draw(t, "at")
		frame[at] = rapid.SampledFrom([]byte("{}[]\",:\\ 1\x00\xff")).Draw(t, "byte")
	}
	return frame
})

func TestDecodersAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { compareDecoders(t, frameGen.Draw(t, "frame")) })
}

func FuzzDecodeRequest(f *testing.F) {
	f.Fuzz(func(t *testing.T, data []byte) { compareDecoders(t, data) })
}
