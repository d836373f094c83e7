package gate

import (
	"fmt"
	"testing"
)

// TestSeveralTimesInAGroup: who leaves and comes back keeps what they could see, is told
// where the edges are, and nothing of what lies between counts as unread.
func TestSeveralTimesInAGroup(t *testing.T) {
	n := newNode(t)
	alice, bob := n.person("alice", ""), n.person("bob", "phone")
	gid := alice.ask(`{"msgid":6,"gname":"garden"}`)["gid"]
	say := func(texts ...string) {
		for _, text := range texts {
			alice.ask(`{"msgid":8,"gid":%v,"msg":"%s"}`, gid, text)
		}
	}
	in := func() { bob.ask(`{"msgid":7,"gid":%v}`, gid) }
	out := func() { bob.ask(`{"msgid":30,"gid":%v}`, gid) }
	in()
	say("1", "2")
	out()
	say("3", "4", "5")
	list := func() map[string]any {
		t.Helper()
		return bob.ask(`{"msgid":27}`)["conversations"].([]any)[0].(map[string]any)
	}
	if row := list(); row["last_seq"] != 2.0 || row["unread"] != 2.0 {
		t.Errorf("after leaving the list says %v", row)
	}
	in()
	say("6")
	row := list()
	if row["last_seq"] != 6.0 || row["unread"] != 3.0 || fmt.Sprint(row["windows"]) != "[map[after:0 until:2] map[after:5]]" {
		t.Errorf("back again the list says %v", row)
	}
	read := func(fields string, want string, more bool) {
		t.Helper()
		page := bob.ask(`{"msgid":19,"gid":%v%s}`, gid, fields)
		seqs := []int64{}
		for _, m := range page["messages"].([]any) {
			seqs = append(seqs, int64(m.(map[string]any)["seq"].(float64)))
		}
		if fmt.Sprint(seqs) != want || page["more"] != more || fmt.Sprint(page["windows"]) != "[map[after:0 until:2] map[after:5]]" {
			t.Errorf("history%s: %v, more %v, windows %v", fields, seqs, page["more"], page["windows"])
		}
	}
	read("", "[6]", true)
	read(`,"before":6`, "[1 2]", false)
	read(`,"after":0`, "[1 2]", true)
	read(`,"after":2`, "[6]", false)
	read(`,"after":4`, "[6]", false)

	// A device that was never told of anything gets all times, in order.
	bob.ask(`{"msgid":9}`)
	again := n.dial()
	again.login("bob", "phone")
	for _, want := range []string{"1", "2", "6"} {
		again.want(fmt.Sprintf(`{"msgid":8,"msg":"%s"}`, want))
	}
	again.wantFrames("of what lies between")
}
