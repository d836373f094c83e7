package wire

import (
	"fmt"
	"strings"
)

// The tables of the protocol reference.

const fieldHead = "| field | type | need | |\n|---|---|---|---|\n"

func (c comments) clientTable(m Msgid) string { return c.fieldTable(client(m)) }

func (c comments) serverTable(m Msgid) string {
	return c.fieldTable(c.server(serverPlans[m], frames[m].form))
}

func (c comments) fieldTable(fields []entry) string {
	var b strings.Builder
	b.WriteString(fieldHead)
	c.fieldRows(&b, "", fields)
	return b.String()
}

func (c comments) fieldRows(b *strings.Builder, within string, fields []entry) {
	for _, e := range fields {
		line := fmt.Sprintf("| `%s%s` | %s | %s | %s", within, e.name, e.typeWords(), e.need, strings.ReplaceAll(e.doc, "|", `\|`))
		b.WriteString(strings.TrimSpace(line) + " |\n")
		switch {
		case e.row == nil || isMessage(e.row):
		case e.kind == list:
			c.fieldRows(b, within+e.name+"[].", c.server(e.row, ""))
		default:
			c.fieldRows(b, within+e.name+".", c.server(e.row, ""))
		}
	}
}

func (e *entry) typeWords() string {
	switch {
	case e.kind == list && e.of == object:
		return "list of objects"
	case e.kind == list && e.of == text:
		return "list of texts"
	case e.kind == list:
		return "list of integers"
	}
	return [...]string{integer: "integer", text: "text", boolean: "boolean", object: "object", scalar: "number or string"}[e.kind]
}

// answersTable says which request has an answer of its own.
func answersTable() string {
	var pairs []string
	for _, m := range Msgids() {
		if m.IsRequest() && m.Answer() != Ack {
			pairs = append(pairs, fmt.Sprintf("%d by %d", m, m.Answer()))
		}
	}
	return "**Answers.** " + strings.Replace(pairs[0], " by", " is answered by", 1) + ", " + strings.Join(pairs[1:], ", ") + "."
}

func codeTable() string {
	var b strings.Builder
	b.WriteString("| code | name | | text |\n|---|---|---|---|\n")
	for _, c := range Codes() {
		when := "for good"
		switch {
		case c == OK:
			when = ""
		case c.Retry():
			when = "for now"
		}
		fmt.Fprintf(&b, "| %d | `%s` | %s | %s |\n", c, c.Name(), when, c.Text())
	}
	return b.String()
}

func byeTable() string {
	var b strings.Builder
	b.WriteString("| code | name | reconnect | text |\n|---|---|---|---|\n")
	for _, c := range GoodbyeCodes() {
		when := "no"
		if c.Reconnect() {
			when = "yes"
		}
		fmt.Fprintf(&b, "| %d | `%s` | %s | %s |\n", c, c.Name(), when, c.Text())
	}
	return b.String()
}
