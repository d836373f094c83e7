package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// The JSON Schema of all frames.

const schemaFile = "../docs/protocol.schema.json"

// ordered is a JSON object that keeps the order of its members.
type ordered []pair

type pair struct {
	key   string
	value any
}

func (o ordered) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	for i, m := range o {
		b.WriteByte("{,"[min(i, 1)])
		key, err := json.Marshal(m.key)
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(m.value); err != nil {
			return nil, err
		}
	}
	if len(o) == 0 {
		b.WriteByte('{')
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func ref(name string) ordered { return ordered{{"$ref", "#/$defs/" + name}} }

// schema is what the file holds.
func schema(docs comments) ordered {
	defs := ordered{
		{"client", ordered{{"description", "any frame of a client"}, {"oneOf", refs(clientName)}}},
		{"server", ordered{{"description", "any frame of the server"}, {"oneOf", refs(serverName)}}},
		{"number", ordered{{"type", "integer"}, {"minimum", 0}, {"maximum", int64(MaxInteger)}}},
		{"integer", ordered{
			{"description", "in requests: a whole number, or a string holding one"},
			{"anyOf", []any{ref("number"), ordered{{"type", "string"}, {"pattern", "^[0-9]+$"}}}},
		}},
		{"rid", ordered{
			{"description", "the client's own mark, at most 64 bytes as written; it comes back in the answer"},
			{"type", []string{"number", "string"}},
		}},
	}
	for _, p := range rowPlans() {
		defs = append(defs, pair{p.of.Name(), docs.serverSchema(p, "", nil)})
	}
	for _, m := range Msgids() {
		if name := clientName(m); name != "" {
			defs = append(defs, pair{name, clientSchema(m)})
		}
		if name := serverName(m); name != "" {
			defs = append(defs, pair{name, docs.serverSchema(serverPlans[m], frames[m].form, &m)})
		}
	}
	return ordered{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"$id", "urn:parley:protocol"},
		{"title", "Frames of the Parley protocol"},
		{"description", "Generated from the table of frames in wire/table.go; do not edit. What a frame means, and the sections that are named here, are in docs/protocol.md. Fields that are not named are ignored. Frames of a client are described as a client should write them."},
		{"anyOf", []any{ref("client"), ref("server")}},
		{"$defs", defs},
	}
}

// clientName and serverName are the names of a msgid's frames in schema and types, "" for none.
func clientName(m Msgid) string {
	if !m.IsRequest() {
		return ""
	}
	return camel(m.Name()) + "Request"
}

func serverName(m Msgid) string {
	if frames[m].server == nil {
		return ""
	}
	if name := camel(m.Name()); strings.HasSuffix(name, "Answer") {
		return name
	}
	return camel(m.Name()) + "Frame"
}

func camel(name string) string {
	var b strings.Builder
	for _, word := range strings.Split(name, "_") {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

func refs(name func(Msgid) string) (all []any) {
	for _, m := range Msgids() {
		if n := name(m); n != "" {
			all = append(all, ref(n))
		}
	}
	return all
}

// rowPlans are the plans of objects inside of frames, by their names.
func rowPlans() []*plan {
	found := map[string]*plan{}
	var walk func(p *plan)
	walk = func(p *plan) {
		if p == nil || isMessage(p) || found[p.of.Name()] != nil {
			return
		}
		found[p.of.Name()] = p
		for _, f := range p.fields {
			walk(f.entry)
		}
	}
	for _, p := range serverPlans {
		if p != nil {
			for _, f := range p.fields {
				walk(f.entry)
			}
		}
	}
	for _, f := range protocol.members {
		if f.entries != nil {
			_, p, _ := f.entries.of()
			walk(p)
		}
	}
	var all []*plan
	for _, name := range slices.Sorted(maps.Keys(found)) {
		all = append(all, found[name])
	}
	return all
}

func clientSchema(m Msgid) ordered {
	shape := protocol.of(m)
	properties := ordered{{"msgid", ordered{{"const", int(m)}}}, {"rid", ref("rid")}}
	if login := slices.ContainsFunc(shape.uses, func(u use) bool { return u.field == FID }); !login {
		properties = append(properties, pair{"id", ref("integer")})
	}
	required := []string{"msgid"}
	for _, e := range client(m) {
		properties = append(properties, pair{e.name, e.schema("integer")})
		if e.always {
			required = append(required, e.name)
		}
	}
	o := ordered{
		{"title", fmt.Sprintf("%d %s, from the client", m, m.Name())},
		{"type", "object"},
		{"properties", properties},
		{"required", required},
	}
	var all []any
	for _, of := range shape.one {
		all = append(all, ordered{{"oneOf", eachRequired(namesIn(of))}})
	}
	for _, of := range shape.some {
		all = append(all, ordered{{"anyOf", eachRequired(namesIn(of))}})
	}
	for _, of := range shape.most {
		var pairs []any
		for i, a := range namesIn(of) {
			for _, b := range namesIn(of)[:i] {
				pairs = append(pairs, ordered{{"required", []string{b, a}}})
			}
		}
		all = append(all, ordered{{"not", ordered{{"anyOf", pairs}}}})
	}
	if all != nil {
		o = append(o, pair{"allOf", all})
	}
	return o
}

func eachRequired(names []string) (all []any) {
	for _, name := range names {
		all = append(all, ordered{{"required", []string{name}}})
	}
	return all
}

// schema is that of a field; whole names the definition of an integer.
func (e *entry) schema(whole string) ordered {
	var o ordered
	if e.doc != "" {
		o = append(o, pair{"description", e.doc})
	}
	switch e.kind {
	case integer:
		return append(o, ref(whole)...)
	case text:
		return append(o, pair{"type", "string"})
	case boolean:
		return append(o, pair{"type", "boolean"})
	case scalar:
		return append(o, ref("rid")...)
	case object:
		return append(o, rowSchema(e.row)...)
	}
	items := ref(whole)
	switch e.of {
	case object:
		items = rowSchema(e.row)
	case text:
		items = ordered{{"type", "string"}}
	}
	o = append(o, pair{"type", "array"}, pair{"items", items})
	if e.most > 0 {
		o = append(o, pair{"maxItems", e.most})
	}
	return o
}

func rowSchema(p *plan) ordered {
	if isMessage(p) {
		return ordered{{"oneOf", []any{ref(serverName(Chat)), ref(serverName(GroupChat))}}}
	}
	return ref(p.of.Name())
}

// serverSchema is that of a frame of the server, or of an object in a list.
func (c comments) serverSchema(p *plan, is string, m *Msgid) ordered {
	var o, properties ordered
	required := []string{}
	if m != nil {
		o = ordered{{"title", fmt.Sprintf("%d %s, from the server", *m, m.Name())}}
		properties = ordered{{"msgid", ordered{{"const", int(*m)}}}}
		required = append(required, "msgid")
	}
	forms := map[form][]string{}
	for _, e := range c.server(p, is) {
		s := e.schema("number")
		if e.name == "re" { // -1 stands for a msgid that could not be read
			s = ordered{{"description", e.doc}, {"type", "integer"}, {"minimum", -1}}
		}
		properties = append(properties, pair{e.name, s})
		switch {
		case e.always && e.form == anyForm:
			required = append(required, e.name)
		case e.always:
			forms[e.form] = append(forms[e.form], e.name)
		}
	}
	o = append(o, pair{"type", "object"}, pair{"properties", properties}, pair{"required", required})
	if len(forms[taken])+len(forms[refused]) > 0 {
		o = append(
			o,
			pair{"if", ordered{{"properties", ordered{{"erron", ordered{{"const", 0}}}}}}},
			pair{"then", needed(forms[taken])},
			pair{"else", needed(forms[refused])},
		)
	}
	if len(forms[direct])+len(forms[ofGroup]) > 0 {
		o = append(o, pair{"oneOf", []any{needed(forms[direct]), needed(forms[ofGroup])}})
	}
	return o
}

func needed(names []string) ordered {
	if names == nil {
		return ordered{}
	}
	return ordered{{"required", names}}
}

func TestGeneratedSchema(t *testing.T) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "\t")
	if err := enc.Encode(schema(readComments(t))); err != nil {
		t.Fatal(err)
	}
	checkFile(t, schemaFile, b.String())
}

// schemaOf compiles a definition of the file.
func schemaOf(t *testing.T, c *jsonschema.Compiler, definition string) *jsonschema.Schema {
	t.Helper()
	s, err := c.Compile(schemaFile + "#/$defs/" + definition)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func parse(t *testing.T, frame string) map[string]any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(frame))
	if err != nil {
		t.Fatalf("%s: %v", frame, err)
	}
	return v.(map[string]any)
}

func TestExamplesKeepToTheSchema(t *testing.T) {
	c := jsonschema.NewCompiler()
	client, server := schemaOf(t, c, "client"), schemaOf(t, c, "server")
	_, _, all := readReference(t)
	checked := 0
	for _, e := range all {
		side := server
		if e.client {
			side = client
		}
		if e.client && e.kind == "refused" {
			continue
		}
		checked++
		if err := side.Validate(parse(t, e.frame)); err != nil {
			t.Errorf("%s:%d: %v", reference, e.line, err)
		}
	}
	if checked < 100 {
		t.Errorf("only %d examples", checked)
	}
}

// Whatever is done to a request, the schema takes what the decoder takes, and refuses what the
// decoder refuses.
func TestSchemaAgreesWithTheDecoder(t *testing.T) {
	c := jsonschema.NewCompiler()
	_, _, all := readReference(t)
	tried, refused := 0, 0
	for _, e := range all {
		if !e.client || e.kind == "refused" {
			continue
		}
		schema := schemaOf(t, c, clientName(e.msgid()))
		for _, f := range spoilt(t, e.frame, append(namesOf(protocol), "stranger")) {
			raw, err := json.Marshal(f)
			if err != nil {
				t.Fatal(err)
			}
			var r Request
			decoded, valid := DecodeRequest(raw, &r), schema.Validate(f)
			tried++
			if decoded != nil {
				refused++
			}
			if (decoded == nil) != (valid == nil) {
				t.Errorf("%s\nthe decoder says %v\nthe schema says %v", raw, decoded, valid)
			}
		}
	}
	if tried < 5000 || refused < 1000 {
		t.Errorf("%d frames, %d of them refused", tried, refused)
	}
}

// spoilt gives a frame without each of its fields, and with each of the names set to values of
// all types. What a server reads more freely than clients should write is left out.
func spoilt(t *testing.T, frame string, names []string) (all []map[string]any) {
	values := []any{true, "x", "7", 7, 0, -1, 1.5, []any{}, map[string]any{}, []any{1}}
	for _, name := range names {
		if name == "msgid" {
			continue
		}
		without := parse(t, frame)
		delete(without, name)
		all = append(all, without)
		for _, v := range values {
			f := parse(t, frame)
			f[name] = v
			all = append(all, f)
		}
	}
	return all
}

// What the server always sends may not be left out.
func TestSchemaNeedsWhatIsAlwaysThere(t *testing.T) {
	c := jsonschema.NewCompiler()
	_, _, all := readReference(t)
	docs := readComments(t)
	for _, e := range all {
		if e.client {
			continue
		}
		id := e.msgid()
		server := schemaOf(t, c, serverName(id))
		for _, field := range docs.server(serverPlans[id], frames[id].form) {
			f := parse(t, e.frame)
			_, there := f[field.name]
			f[field.name] = map[string]any{}
			if err := server.Validate(f); err == nil {
				t.Errorf("%s:%d: %q may be an object", reference, e.line, field.name)
			}
			delete(f, field.name)
			if err := server.Validate(f); there && field.always && err == nil {
				t.Errorf("%s:%d: %q may be left out", reference, e.line, field.name)
			}
		}
	}
}

// A larger table makes a schema too: lists have their types and bounds.
func TestSchemaOfLists(t *testing.T) {
	for _, f := range wide.members {
		if f.entries == nil {
			continue
		}
		e := entry{name: f.name, kind: f.kind}
		e.of, e.row, e.most = f.entries.of()
		got, err := json.Marshal(e.schema("integer"))
		if err != nil {
			t.Fatal(err)
		}
		want, ours := map[string]string{
			"tags":  `{"type":"array","items":{"$ref":"#/$defs/integer"},"maxItems":5}`,
			"files": `{"type":"array","items":{"$ref":"#/$defs/wideFile"},"maxItems":2}`,
		}[f.name]
		if ours && string(got) != want {
			t.Errorf("%s: %s", f.name, got)
		}
	}
	if got := (comments{}).serverSchema(planOf(reflect.TypeFor[wideFile]()), "", nil); fmt.Sprint(got[2]) != "{required [id size]}" {
		t.Errorf("%v", got)
	}
}
