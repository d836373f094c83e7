package gate

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"parley/wire"
)

// anExample returns the fields of the first request of each msgid in the protocol reference, but
// for those that any request may carry.
func anExample(t *testing.T) map[wire.Msgid]map[string]any {
	text, err := os.ReadFile("../../docs/protocol.md")
	if err != nil {
		t.Fatal(err)
	}
	all := map[wire.Msgid]map[string]any{}
	for line := range strings.Lines(string(text)) {
		frame, fromClient := strings.CutPrefix(line, "C: ")
		var r wire.Request
		if !fromClient || wire.DecodeRequest([]byte(frame), &r) != nil || all[r.Msgid] != nil {
			continue
		}
		fields := map[string]any{}
		if err := json.Unmarshal([]byte(frame), &fields); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"msgid", "rid", "id"} {
			delete(fields, name)
		}
		all[r.Msgid] = fields
	}
	return all
}

// eachRow runs a test for each row of the table, with a frame that can be read: that of the
// reference, with further fields.
func eachRow(t *testing.T, do func(t *testing.T, r *row, frame func(more string) string)) {
	examples := anExample(t)
	for _, r := range table {
		if r == nil {
			continue
		}
		t.Run(r.msgid.Name(), func(t *testing.T) {
			fields, ok := examples[r.msgid]
			if !ok {
				t.Fatal("the reference has no example of this frame")
			}
			do(t, r, func(more string) string {
				s := fmt.Sprintf(`{"msgid":%d,%s`, r.msgid, more)
				for name, value := range fields {
					raw, err := json.Marshal(value)
					if err != nil {
						t.Fatal(err)
					}
					s += fmt.Sprintf(`,%q:%s`, name, raw)
				}
				return s + "}"
			})
		})
	}
}

func TestNobodyGetsAnythingWithoutALogin(t *testing.T) {
	n := newNode(t)
	w := n.dial()
	eachRow(t, func(_ *testing.T, r *row, frame func(string) string) {
		if r.who != member {
			return
		}
		w.send("%s", frame(`"rid":"r","id":1`))
		w.want(fmt.Sprintf(`{"msgid":10,"re":%d,"rid":"r","erron":%d}`, r.msgid, wire.NotLoggedIn))
	})
}

func TestNobodyActsForAnother(t *testing.T) {
	n := newNode(t)
	n.person("alice", "")
	w := n.person("bob", "")
	eachRow(t, func(_ *testing.T, r *row, frame func(string) string) {
		code := wire.NotYou
		if r.who == guest {
			code = wire.LoggedIn
		}
		if r.msgid == wire.Register {
			w.send("%s", frame(`"rid":"r"`)) // it has no id
		} else {
			w.send("%s", frame(`"rid":"r","id":1`))
		}
		w.want(fmt.Sprintf(`{"rid":"r","erron":%d}`, code))
	})
	w.wantNothing()
}

func TestRowsWithSecretsNeedProtection(t *testing.T) {
	n := newNode(t, plainSecretsRefused)
	w := n.dial()
	eachRow(t, func(_ *testing.T, r *row, frame func(string) string) {
		if r.carry == secret && r.who != member {
			w.send("%s", frame(`"rid":"r"`))
			w.want(fmt.Sprintf(`{"rid":"r","erron":%d}`, wire.PlainSecret))
		}
	})
}
