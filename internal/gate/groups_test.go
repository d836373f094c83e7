package gate

import (
	"testing"

	"parley/wire"
)

// While a node of an older version is there, nothing is turned on that it would let everybody pass
// by; what it knows goes on.
func TestAnOlderNodeHoldsRulesBack(t *testing.T) {
	n := newNode(t)
	alice, bob := n.person("alice", "desk"), n.person("bob", "")
	gid := alice.ask(`{"msgid":6,"gname":"garden"}`)["gid"]
	bob.ask(`{"msgid":7,"gid":%v}`, gid)
	old, err := n.store.AddNode(t.Context(), "old", 0)
	if err != nil {
		t.Fatal(err)
	}
	held := []string{
		`{"msgid":6,"rid":"the one","gname":"closed","joining":"closed"}`,
		`{"msgid":54,"rid":"the one","gid":1,"joining":"invite"}`,
		`{"msgid":54,"rid":"the one","gid":1,"posting":"admins"}`,
		`{"msgid":55,"rid":"the one","gid":1,"member":2,"role":"readonly"}`,
		`{"msgid":58,"rid":"the one","gid":1}`,
	}
	for _, frame := range held {
		if got := alice.codeOf(frame); got != wire.OlderNode.Name() {
			t.Errorf("%s: answered with %s while an older node is there", frame, got)
		}
	}
	for _, frame := range []string{
		`{"msgid":54,"rid":"the one","gid":1,"gname":"park"}`,
		`{"msgid":54,"rid":"the one","gid":1,"joining":"open"}`,
		`{"msgid":55,"rid":"the one","gid":1,"member":2,"role":"admin"}`,
	} {
		if got := alice.codeOf(frame); got != "-" {
			t.Errorf("%s: answered with %s", frame, got)
		}
	}
	if err := n.store.RemoveNode(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	for _, frame := range held {
		if got := alice.codeOf(frame); got != "-" {
			t.Errorf("%s: answered with %s when the older node is gone", frame, got)
		}
	}
}

// Who was live and posted must be refused from the next message on, and let post again at once.
func TestRightsToPostChangeAtOnce(t *testing.T) {
	n := newNode(t)
	alice, bob := n.person("alice", "desk"), n.person("bob", "")
	bobID := bob.client.session.User().ID
	gid := alice.ask(`{"msgid":6,"gname":"garden"}`)["gid"]
	bob.ask(`{"msgid":7,"gid":%v}`, gid)
	posts := func(want string) {
		t.Helper()
		if got := bob.codeOf(`{"msgid":8,"rid":"the one","gid":1,"msg":"hello"}`); got != want {
			t.Errorf("answered with %s, want %s", got, want)
		}
	}
	posts("-")
	for range 3 {
		alice.ask(`{"msgid":55,"gid":%v,"member":%d,"role":"readonly"}`, gid, bobID)
		posts(wire.MayNotPost.Name())
		alice.ask(`{"msgid":55,"gid":%v,"member":%d,"role":"normal"}`, gid, bobID)
		posts("-")
		alice.ask(`{"msgid":54,"gid":%v,"posting":"admins"}`, gid)
		posts(wire.MayNotPost.Name())
		alice.ask(`{"msgid":55,"gid":%v,"member":%d,"role":"admin"}`, gid, bobID)
		posts("-")
		alice.ask(`{"msgid":55,"gid":%v,"member":%d,"role":"normal"}`, gid, bobID)
		posts(wire.MayNotPost.Name())
		alice.ask(`{"msgid":54,"gid":%v,"posting":"all"}`, gid)
		posts("-")
	}
}
