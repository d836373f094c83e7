package wire

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// The types of the TypeScript SDK.

const typesFile = "../web/sdk/src/frames.ts"

func TestGeneratedTypes(t *testing.T) {
	checkFile(t, typesFile, types(readComments(t)))
}

// writer writes lines of TypeScript.
type writer struct{ strings.Builder }

func (w *writer) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

// doc writes a comment, if there is anything to say.
func (w *writer) doc(indent, text string) {
	if text != "" {
		w.line("%s/** %s */", indent, strings.ReplaceAll(text, "*/", `*\/`))
	}
}

func types(docs comments) string {
	w := new(writer)
	w.line("// Code generated from the table of frames in wire/table.go by `make generate`. DO NOT EDIT.")
	w.line("//")
	w.line("// The frames of the Parley protocol: their numbers, codes and shapes. What they mean, and the")
	w.line("// sections that comments name, are in docs/protocol.md. A client ignores fields, msgids, codes")
	w.line("// and words that it does not know; later versions add some.")
	w.msgids()
	w.codes()
	w.goodbyes()
	w.limits()
	w.line("\n/** The client's own mark of a request, at most 64 bytes as written. Its answer carries it too. */")
	w.line("export type RID = number | string;")
	w.line("\n/** What any request may carry. */")
	w.line("export interface AnyRequest {")
	w.line("  rid?: RID;")
	w.line("}")
	w.line("\n/** The claim of who the sender is, which most requests may carry. A wrong one is refused with code %d. */", NotYou)
	w.line("export interface Claim {")
	w.line("  id?: number;")
	w.line("}")
	for _, p := range rowPlans() {
		w.row(docs, p)
	}
	for _, m := range Msgids() {
		w.request(m)
		w.server(docs, m)
	}
	w.unions()
	return w.String()
}

func (w *writer) msgids() {
	w.line("\n/** The integer that says what a frame is. */")
	w.line("export const Msgid = {")
	for _, m := range Msgids() {
		w.line("  %s: %d,", camel(m.Name()), m)
	}
	w.line("} as const;")
	w.line("export type Msgid = (typeof Msgid)[keyof typeof Msgid];")
}

func (w *writer) codes() {
	w.line("\n/** The number in `erron`: 0 is success. A code never changes its meaning. */")
	w.line("export const Code = {")
	for _, c := range Codes() {
		w.doc("  ", c.Text())
		w.line("  %s: %d,", camel(c.Name()), c)
	}
	w.line("} as const;")
	w.line("export type Code = (typeof Code)[keyof typeof Code];")
	w.line("\n/** What there is to say about a code. */")
	w.line("export interface CodeInfo {")
	w.line("  name: string;")
	w.line("  /** One sentence: what happened and what to do. */")
	w.line("  text: string;")
	w.line("  /** Refused for now: the very same frame, with the same `send_seq`, may be taken later. */")
	w.line("  retry: boolean;")
	w.line("}")
	w.line("\nexport const codes: Readonly<Record<Code, CodeInfo>> = {")
	for _, c := range Codes() {
		w.line("  %d: { name: %q, text: %q, retry: %v },", c, c.Name(), c.Text(), c.Retry())
	}
	w.line("};")
}

func (w *writer) goodbyes() {
	w.line("\n/** The number in a goodbye. 1000 to 1999: reconnect. 2000 to 2999: do not come back by yourself. */")
	w.line("export const GoodbyeCode = {")
	for _, c := range GoodbyeCodes() {
		w.doc("  ", c.Text())
		w.line("  %s: %d,", camel(c.Name()), c)
	}
	w.line("} as const;")
	w.line("export type GoodbyeCode = (typeof GoodbyeCode)[keyof typeof GoodbyeCode];")
}

func (w *writer) limits() {
	w.line("\n/** The limits of the protocol; what they count is in section 9. Those called default can be changed by the operator. */")
	w.line("export const Limits = {")
	for _, l := range protocolLimits {
		w.line("  %s: %d,", strings.ToLower(l.name[:1])+l.name[1:], l.value)
	}
	w.line("} as const;")
}

// row writes an object that stands inside of frames.
func (w *writer) row(docs comments, p *plan) {
	w.line("")
	w.doc("", docs[p.of.Name()])
	w.line("export interface %s {", p.of.Name())
	for _, e := range docs.server(p, "") {
		w.field(e, e.need)
	}
	w.line("}")
}

// field writes a field, and when it is there.
func (w *writer) field(e entry, when string) {
	optional := "?"
	if e.always && e.form == anyForm {
		optional = ""
	}
	doc := e.doc
	if optional != "" && when != "optional" {
		doc = strings.TrimSuffix(when+": "+e.doc, ": ")
	}
	w.doc("  ", doc)
	w.line("  %s%s: %s;", e.name, optional, e.tsType())
}

func (e *entry) tsType() string {
	switch e.kind {
	case integer:
		return "number"
	case text:
		return "string"
	case boolean:
		return "boolean"
	case scalar:
		return "RID"
	}
	entry := "number"
	switch {
	case e.of == text && e.kind == list:
		entry = "string"
	case isMessage(e.row):
		entry = serverName(Chat) + " | " + serverName(GroupChat)
	case e.row != nil:
		entry = e.row.of.Name()
	}
	if e.kind == object {
		return entry
	}
	if strings.Contains(entry, " ") {
		entry = "(" + entry + ")"
	}
	return entry + "[]"
}

// request writes a request. Fields of which one of several must be there become a choice.
func (w *writer) request(m Msgid) {
	name := clientName(m)
	if name == "" {
		return
	}
	shape := protocol.of(m)
	base := []string{"AnyRequest"}
	if !slices.ContainsFunc(shape.uses, func(u use) bool { return u.field == FID }) {
		base = append(base, "Claim")
	}
	choices := choicesOf(shape)
	plain := name
	if choices != nil {
		plain += "Fields"
	}
	w.line("\n/** Frame %d, from the client; frame %d answers it. */", m, m.Answer())
	w.line("export interface %s extends %s {", plain, strings.Join(base, ", "))
	w.line("  msgid: typeof Msgid.%s;", camel(m.Name()))
	for _, e := range client(m) {
		w.field(e, e.need)
	}
	w.line("}")
	if choices != nil {
		w.line("export type %s = %s &\n  %s;", name, plain, strings.Join(choices, " &\n  "))
	}
}

// choicesOf gives a type for each group of fields that belong together.
func choicesOf(s *shape) (all []string) {
	choice := func(of set, chosen, others string) {
		names := namesIn(of)
		var forms []string
		for _, one := range names {
			var fields []string
			for _, name := range names {
				f := entry{kind: s.kindOf(name)}
				if name == one {
					fields = append(fields, name+chosen+f.tsType())
				} else if others == "" {
					fields = append(fields, name+"?: never")
				} else {
					fields = append(fields, name+others+f.tsType())
				}
			}
			forms = append(forms, "{ "+strings.Join(fields, "; ")+" }")
		}
		all = append(all, "("+strings.Join(forms, " | ")+")")
	}
	for _, of := range s.one {
		choice(of, ": ", "")
	}
	for _, of := range s.some {
		choice(of, ": ", "?: ")
	}
	for _, of := range s.most {
		choice(of, "?: ", "")
	}
	return all
}

// kindOf gives the kind of a field of a request; those in a choice are no lists.
func (s *shape) kindOf(name string) kind {
	for _, u := range s.uses {
		if u.field.name == name {
			return u.field.kind
		}
	}
	panic("no such field: " + name)
}

func (w *writer) server(docs comments, m Msgid) {
	name := serverName(m)
	if name == "" {
		return
	}
	w.line("\n/** Frame %d, from the server. */", m)
	w.line("export interface %s {", name)
	w.line("  msgid: typeof Msgid.%s;", camel(m.Name()))
	for _, e := range docs.server(serverPlans[m], frames[m].form) {
		w.field(e, e.need)
	}
	w.line("}")
}

func (w *writer) unions() {
	w.line("\n/** Any frame of a client. */")
	w.line("export type ClientFrame =")
	w.line("  | %s;", strings.Join(allNames(clientName), "\n  | "))
	w.line("\n/** Any frame of the server. */")
	w.line("export type ServerFrame =")
	w.line("  | %s;", strings.Join(allNames(serverName), "\n  | "))
	w.line("\n/** Which frame answers a request that is taken. A refusal of any but 0 and 2 is an ack (10). */")
	w.line("export interface Answers {")
	for _, m := range Msgids() {
		if m.IsRequest() {
			w.line("  %d: %s;", m, serverName(m.Answer()))
		}
	}
	w.line("}")
	w.line("\n/** The msgid of the frame that answers a request, by the request's msgid. */")
	w.line("export const answerOf: Readonly<Record<keyof Answers, Msgid>> = {")
	for _, m := range Msgids() {
		if m.IsRequest() {
			w.line("  %d: %d,", m, m.Answer())
		}
	}
	w.line("};")
}

func allNames(name func(Msgid) string) (all []string) {
	for _, m := range Msgids() {
		if n := name(m); n != "" {
			all = append(all, n)
		}
	}
	return all
}
