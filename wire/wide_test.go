package wire

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// The table must carry the frames that come: more than 64 fields, lists of integers and of
// objects, several booleans. wide is the protocol with such fields and frames added, and goes
// through all that the protocol goes through.

// wideFields is where the added fields go. Tests that decode with wide do not run side by side.
var wideFields wideRequest

type wideRequest struct {
	Tags     []int64
	TagAll   bool
	Hidden   bool
	Files    []wideFile
	Extra    [28]int64
	Switches [3]bool
}

// wideFile is an object in a list, with every type that one may have.
type wideFile struct {
	ID   int64  `json:"id"`
	Name string `json:"name,omitzero"`
	Size int64  `json:"size"`
	Good bool   `json:"good,omitzero"`
	Fine bool   `json:"fine,omitzero"`
}

// The msgids of the added frames.
const (
	wideChat Msgid = LastMsgid + 1 + iota
	wideSettings
)

const mostTags, mostFiles = 5, 2

var wide = makeWide()

func makeWide() *table {
	t := new(table)
	for _, f := range protocol.members {
		t.member(*f)
	}
	var extra []use
	for i := range wideFields.Extra {
		extra = append(extra, optional(t.integer(fmt.Sprintf("extra_%d", i), func(*Request) *int64 { return &wideFields.Extra[i] }), ""))
	}
	tags := t.integers("tags", mostTags, func(*Request) *[]int64 { return &wideFields.Tags })
	tagAll := t.boolean("tag_all", func(*Request) *bool { return &wideFields.TagAll })
	hidden := t.boolean("secluded", func(*Request) *bool { return &wideFields.Hidden })
	files := objects(t, "files", mostFiles, func(*Request) *[]wideFile { return &wideFields.Files })
	for i := range wideFields.Switches {
		extra = append(extra, optional(t.boolean(fmt.Sprintf("switch_%d", i), func(*Request) *bool { return &wideFields.Switches[i] }), ""))
	}
	rows := append(frames[:len(frames):len(frames)],
		frame{name: "wide_chat", client: fields(required(FTo, ""), optional(FMsg, ""), optional(tags, ""), optional(tagAll, ""), required(files, ""), optional(FBlock, ""), optionalYes(FRemove, ""))},
		frame{name: "wide_settings", client: append(fields(optionalYes(hidden, ""), optional(tagAll, ""), optional(FRevoke, "")), extra...)},
	)
	t.shapes = shapesOf(rows)
	return t
}

func namesOf(t *table) (names []string) {
	for _, f := range t.members {
		names = append(names, f.name)
	}
	return names
}

func TestWideTableIsWide(t *testing.T) {
	if len(wide.members) <= 64+len(protocol.members)/2 {
		t.Errorf("only %d fields", len(wide.members))
	}
	for _, f := range wide.members {
		if i, ok := wide.find([]byte(f.name)); !ok || i != f.index || wide.members[i] != f {
			t.Errorf("%q is found as %d, %v; want %d", f.name, i, ok, f.index)
		}
	}
}

// setAll gives a field a value that no other field has, and reports its place.
func setAll(f *Field, r *Request) (place any) {
	unique := int64(f.index) + 1000
	switch f.kind {
	case integer:
		*f.integer(r) = unique
		return f.integer(r)
	case text:
		*f.text(r) = fmt.Sprintf("t\u2028\"\x01%d", unique)
		return f.text(r)
	case boolean:
		*f.boolean(r) = true
		return f.boolean(r)
	}
	switch l := f.entries.(type) {
	case *integerList:
		*l.place(r) = []int64{unique, 0, MaxInteger}
		return l.place(r)
	case *objectList[wideFile]:
		*l.place(r) = []wideFile{{ID: unique, Name: "n\\", Size: 1, Good: true}, {Fine: true}}
		return l.place(r)
	}
	panic("the test does not know the kind of " + f.name)
}

// requestFields are the fields that any request has.
func requestFields(t *table) (all []*Field) {
	var own set
	for i := range t.shapes {
		own = own.or(t.shapes[i].own)
	}
	for ; !own.empty(); own = own.rest() {
		all = append(all, t.members[own.first()])
	}
	return all
}

// No two fields go to one place: a field that does would be overwritten by the other, and
// nobody would be told.
func TestEachFieldHasItsOwnPlace(t *testing.T) {
	for _, of := range []*table{protocol, wide} {
		places := map[any]string{}
		var r Request
		for _, f := range requestFields(of) {
			place := setAll(f, &r)
			if other, taken := places[place]; taken {
				t.Errorf("%q and %q go to the same place", other, f.name)
			}
			places[place] = f.name
		}
	}
}

// A field of Request, its variable and its name on the wire are one word, and each field of
// the struct can be sent.
func TestFieldsGoWhereTheirNamesSay(t *testing.T) {
	var r Request
	names := map[any]string{}
	for _, f := range requestFields(protocol) {
		names[setAll(f, &r)] = strings.ReplaceAll(f.name, "_", "")
	}
	v := reflect.ValueOf(&r).Elem()
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if !field.IsExported() || field.Name == "Msgid" || field.Name == "RID" {
			continue
		}
		if got := names[v.Field(i).Addr().Interface()]; got != strings.ToLower(field.Name) {
			t.Errorf("%q goes to Request.%s", got, field.Name)
		}
	}
	variables := declarations(t)
	for _, f := range requestFields(protocol) {
		if got := strings.ToLower(variables[f.name]); got != "f"+strings.ReplaceAll(f.name, "_", "") {
			t.Errorf("%q is declared as %s", f.name, variables[f.name])
		}
	}
}

// Each request survives with all of its fields, and each with one of its booleans alone.
func TestRequestRoundTrip(t *testing.T) {
	for _, of := range []*table{protocol, wide} {
		for m := range Msgid(len(of.shapes)) {
			shape := of.of(m)
			if shape == nil {
				continue
			}
			has := shape.required
			for _, u := range shape.uses {
				switch {
				case u.need == isOptional, u.need == ofSome, u.need == ofOne && firstOf(shape.one, u), u.need == ofMost && firstOf(shape.most, u):
					has.add(u.field.index)
				}
			}
			roundTrip(t, of, m, has, nil)
			for left := has; !left.empty(); left = left.rest() {
				if f := of.members[left.first()]; f.kind == boolean {
					roundTrip(t, of, m, has, f)
				}
			}
		}
	}
}

func firstOf(sets []set, u use) bool {
	return sets[u.group].first() == u.field.index
}

// roundTrip writes and reads a request whose booleans are false but for one.
func roundTrip(t *testing.T, of *table, m Msgid, has set, alone *Field) {
	t.Helper()
	wideFields = wideRequest{}
	want := Request{Msgid: m, RID: []byte(`"q1"`), has: has}
	for left := has; !left.empty(); left = left.rest() {
		f := of.members[left.first()]
		setAll(f, &want)
		if f.kind == boolean {
			*f.boolean(&want) = f == alone
		}
	}
	wantWide := wideFields
	frame := of.append(nil, &want)
	wideFields = wideRequest{}
	var got Request
	if err := of.decode(frame, &got); err != nil {
		t.Errorf("%s: %v", frame, err)
	}
	if diff := cmp.Diff(want, got, sameRequest...) + cmp.Diff(wantWide, wideFields); diff != "" {
		t.Errorf("%s (-want +got):\n%s", frame, diff)
	}
	if !jsontext.Value(frame).IsValid() {
		t.Errorf("%s is not JSON", frame)
	}
}

func TestListsInRequests(t *testing.T) {
	for _, test := range []struct {
		fields string
		want   wideRequest
	}{
		{`"tags":[],"files":[]`, wideRequest{}},
		{`"tags":[ 1 , "2",3.0,4e0 ],"files":[]`, wideRequest{Tags: []int64{1, 2, 3, 4}}},
		{`"tags":null,"tag_all":true,"files":[ {"size":2,"id":"\u0031","x":{"id":[]}} , {"id":3,"size":4,"name":"\ud83d\ude00","good":true,"fine":null} ]`, wideRequest{
			TagAll: true, Files: []wideFile{{ID: 1, Size: 2}, {ID: 3, Size: 4, Name: "😀", Good: true}},
		}},
	} {
		wideFields = wideRequest{}
		var r Request
		if err := wide.decode(fmt.Appendf(nil, `{"msgid":%d,"to":1,%s}`, wideChat, test.fields), &r); err != nil {
			t.Errorf("%s: %v", test.fields, err)
		}
		if diff := cmp.Diff(test.want, wideFields, cmpopts.EquateEmpty()); diff != "" || !r.Remove || r.Block {
			t.Errorf("%s: remove %v, block %v (-want +got):\n%s", test.fields, r.Remove, r.Block, diff)
		}
	}
}

func TestListsInRequestsRefused(t *testing.T) {
	for fields, want := range map[string]string{
		`"files":{}`:                           `4 "files" must be a list`,
		`"files":[1]`:                          `4 "files[0]" must be an object`,
		`"files":[null]`:                       `4 "files[0]" must be an object`,
		`"files":[{"id":1,"size":2},{}]`:       `4 "files[1].id" is missing`,
		`"files":[{"id":1,"size":null}]`:       `4 "files[0].size" is missing`,
		`"files":[{"id":-1,"size":1}]`:         `4 "files[0].id" must be a whole number from 0 to 9007199254740992`,
		`"files":[{"id":1,"size":1,"name":2}]`: `4 "files[0].name" must be a string`,
		`"files":[{"id":1,"size":1,"fine":2}]`: `4 "files[0].fine" must be true or false`,
		`"files":[{"id":1,"i\u0064":1}]`:       `2 "files[0].id" stands twice: send each field once`,
		`"files":[{},{},{}]`:                   `4 "files[0].id" is missing`,
		`"files":[{"id":1,"size":1},{"id":1,"size":1},{"id":1,"size":1}]`: `4 "files" has more than 2 entries: send fewer`,
		`"files":[],"tags":7`:                                 `4 "tags" must be a list`,
		`"files":[],"tags":[1,null]`:                          `4 "tags[1]" must be a whole number from 0 to 9007199254740992`,
		`"files":[],"tags":[1,2,3,4,5,6]`:                     `4 "tags" has more than 5 entries: send fewer`,
		"\"files\":[{\"id\":1,\"size\":1,\"name\":\"\xff\"}]": `10 "files" holds text that is not valid UTF-8: send text in UTF-8, without lone surrogates`,
		`"files":[],"tag_all":[]`:                             `4 "tag_all" must be true or false`,
		`"tags":[]`:                                           `4 "files" is missing: frame 39 needs it`,
	} {
		var r Request
		err := wide.decode(fmt.Appendf(nil, `{"msgid":%d,"to":1,%s}`, wideChat, fields), &r)
		if err == nil || fmt.Sprint(int(err.Code), " ", err.Info) != strings.Replace(want, "frame 39", fmt.Sprint("frame ", int(wideChat)), 1) {
			t.Errorf("%s: %v; want %s", fields, err, want)
		}
	}
}

// refList reads a list as the other decoder has it.
func refList(r *Request, f *Field, value jsontext.Value) Code {
	_, _, most := f.entries.of()
	dec := jsontext.NewDecoder(bytes.NewReader(value), jsontext.AllowDuplicateNames(true))
	dec.ReadToken()
	for n := 0; dec.PeekKind() != ']'; n++ {
		entry, _ := dec.ReadValue()
		if n == most {
			return BadField
		}
		switch l := f.entries.(type) {
		case *integerList:
			v, ok := refInteger(entry)
			if !ok {
				return BadField
			}
			*l.place(r) = append(*l.place(r), v)
		case *objectList[wideFile]:
			file, code := refFile(entry)
			if code != OK {
				return code
			}
			*l.place(r) = append(*l.place(r), file)
		}
	}
	return OK
}

func refFile(value jsontext.Value) (v wideFile, code Code) {
	if value.Kind() != '{' {
		return v, BadField
	}
	f := refRead(value)
	for _, m := range f.anywhere { // a name that stands twice counts if it is one of ours
		switch m.name {
		case "id", "name", "size", "good", "fine":
			code = Malformed
		}
	}
	ok := true
	for _, m := range f.members {
		switch kind := m.value.Kind(); {
		case kind == 'n':
		case m.name == "id" || m.name == "size":
			n, whole := refInteger(m.value)
			if ok = ok && whole; m.name == "id" {
				v.ID = n
			} else {
				v.Size = n
			}
		case m.name == "name":
			ok = ok && kind == '"'
			b, _ := jsontext.AppendUnquote(nil, m.value)
			v.Name = string(b)
		case m.name == "good" || m.name == "fine":
			ok = ok && (kind == 't' || kind == 'f')
			if m.name == "good" {
				v.Good = kind == 't'
			} else {
				v.Fine = kind == 't'
			}
		}
	}
	switch {
	case code != OK:
		return v, code
	case !ok || f.get("id") == nil || f.get("size") == nil:
		return v, BadField
	}
	return v, OK
}
