package gate

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/wire"
)

// While a node of an older version is there, which would lose what a message has beside its text,
// a message with such a thing is refused for now and its number is not used up: plain ones go on.
func TestAnOlderNodeHoldsRepliesAndMentionsBack(t *testing.T) {
	n := newNode(t)
	alice, bob := n.person("alice", "desk"), n.person("bob", "")
	bobID := bob.client.session.User().ID
	alice.ask(`{"msgid":4,"to":%d,"msg":"one","send_seq":1}`, bobID)
	old, err := n.store.AddNode(t.Context(), "old", 1)
	if err != nil {
		t.Fatal(err)
	}
	held := []string{
		fmt.Sprintf(`{"msgid":4,"rid":"the one","to":%d,"msg":"two","reply_to":1,"send_seq":2}`, bobID),
		fmt.Sprintf(`{"msgid":4,"rid":"the one","to":%d,"msg":"two","mentions":[%d],"send_seq":2}`, bobID, bobID),
		fmt.Sprintf(`{"msgid":4,"rid":"the one","to":%d,"msg":"two","mention_all":true,"send_seq":2}`, bobID),
		fmt.Sprintf(`{"msgid":39,"rid":"the one","with":%d,"seq":1,"op":"edit","msg":"uno","mentions":[],"send_seq":2}`, bobID),
	}
	for _, frame := range held {
		if got := alice.codeOf(frame); got != wire.OlderNode.Name() {
			t.Errorf("%s: answered with %s while an older node is there", frame, got)
		}
	}
	for _, plain := range []string{
		`{"msgid":4,"rid":"the one","to":%d,"msg":"two","send_seq":2}`,
		`{"msgid":4,"rid":"the one","to":%d,"msg":"three","reply_to":0,"mentions":[],"mention_all":false,"send_seq":3}`,
		`{"msgid":39,"rid":"the one","with":%d,"seq":1,"op":"edit","msg":"uno","send_seq":4}`,
	} {
		if got := alice.codeOf(fmt.Sprintf(plain, bobID)); got != "-" {
			t.Errorf("%s: answered with %s", plain, got)
		}
	}
	if err := n.store.RemoveNode(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	if got := alice.codeOf(fmt.Sprintf(`{"msgid":4,"rid":"the one","to":%d,"msg":"five","reply_to":1,"mention_all":true,"send_seq":5}`, bobID)); got != "-" {
		t.Errorf("answered with %s when the older node is gone", got)
	}
}

// Whom a message mentions is decided when it is stored: who left before is left out, and is not by a
// node that has not heard of it.
func TestMentionsAreOfMembers(t *testing.T) {
	n := newNode(t)
	alice, bob, eve := n.person("alice", "desk"), n.person("bob", ""), n.person("eve", "")
	id := func(w *wireTap) int64 { return int64(w.client.session.User().ID) }
	alice.ask(`{"msgid":6,"gname":"garden"}`)
	bob.ask(`{"msgid":7,"gid":1}`)
	say := func(msg string) any {
		alice.ask(`{"msgid":8,"gid":1,"msg":%q,"mentions":[%d,%d,%d,%d]}`, msg, id(eve), id(bob), id(bob), id(alice))
		page := alice.ask(`{"msgid":19,"gid":1,"limit":1}`)
		return page["messages"].([]any)[0].(map[string]any)["mentions"]
	}
	if diff := cmp.Diff([]any{float64(id(bob)), float64(id(alice))}, say("one")); diff != "" {
		t.Error(diff)
	}
	// Another node lets bob go, and this one hears nothing of it.
	if _, err := n.store.LeaveGroup(t.Context(), bob.client.session.User().ID, 1); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]any{float64(id(alice))}, say("two")); diff != "" {
		t.Error(diff)
	}
}

// A list of mentions in pages of every size is the same list, whatever lies between windows, was
// recalled or edited away, and whichever messages have one time.
func TestWhereOneWasMentioned(t *testing.T) {
	n := newNode(t)
	alice, bob := n.person("alice", "desk"), n.person("bob", "")
	bobID := bob.client.session.User().ID
	alice.ask(`{"msgid":6,"gname":"garden"}`)
	var want []string
	seq := 0
	say := func(msg, fields string, mentions bool) {
		t.Helper()
		if got := alice.ask(`{"msgid":8,"gid":1,"msg":%q%s}`, msg, fields); got["erron"] != 0.0 {
			t.Fatal(got)
		}
		if seq++; mentions {
			want = append([]string{msg}, want...)
		}
	}
	you := fmt.Sprintf(`,"mentions":[%d]`, bobID)
	say("before", `,"mention_all":true`, false)
	bob.ask(`{"msgid":7,"gid":1}`)
	for i := range 5 {
		say(fmt.Sprint("you ", i), you, true)
		say(fmt.Sprint("all ", i), `,"mention_all":true`, true)
		say(fmt.Sprint("nobody ", i), "", false)
	}
	bob.ask(`{"msgid":30,"gid":1}`)
	say("without", `,"mention_all":true`, false)
	say("without you", you, false)
	bob.ask(`{"msgid":7,"gid":1}`)
	say("recalled", you, false)
	alice.ask(`{"msgid":39,"gid":1,"seq":%d,"op":"recall"}`, seq)
	say("edited away", you, false)
	alice.ask(`{"msgid":39,"gid":1,"seq":%d,"op":"edit","msg":"edited away","mention_all":false}`, seq)
	say("edited in", "", true)
	alice.ask(`{"msgid":39,"gid":1,"seq":%d,"op":"edit","msg":"edited in","mentions":[%d]}`, seq, bobID)
	bob.ask(`{"msgid":8,"gid":1,"msg":"one's own","mention_all":true}`)
	for _, of := range []string{"", `,"gid":1`} {
		for limit := 1; limit < len(want)+2; limit++ {
			var got []string
			next := ""
			for {
				page := bob.ask(`{"msgid":48%s,"limit":%d%s}`, of, limit, next)
				for _, m := range page["messages"].([]any) {
					got = append(got, m.(map[string]any)["msg"].(string))
				}
				if page["more"] != true {
					break
				}
				next = fmt.Sprintf(`,"next":%q`, page["next"])
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("in pages of %d%s (-want +got):\n%s", limit, of, diff)
			}
		}
	}
	for _, c := range bob.ask(`{"msgid":27}`)["conversations"].([]any) {
		if got := c.(map[string]any)["mentions"]; got != float64(len(want)) {
			t.Errorf("%v unread mentions, want %d", got, len(want))
		}
	}
}
