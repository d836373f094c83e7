package gate

import (
	"fmt"
	"strings"
	"testing"
)

// Who has left a group before anything was said while they were in it has seen nothing of it, and
// sees nothing later: not the history, not what was done to messages, not what is pinned.
func TestWhoSawNothingSeesNothing(t *testing.T) {
	n := newNode(t)
	alice, bob, carol := n.person("alice", "desk"), n.person("bob", "phone"), n.person("carol", "phone")
	gid := alice.ask(`{"msgid":6,"gname":"garden"}`)["gid"]
	alice.ask(`{"msgid":8,"gid":%v,"msg":"a secret"}`, gid)
	alice.ask(`{"msgid":39,"gid":%v,"seq":1,"op":"pin"}`, gid)
	bob.ask(`{"msgid":7,"gid":%v}`, gid)
	bob.ask(`{"msgid":30,"gid":%v}`, gid)
	carol.ask(`{"msgid":7,"gid":%v}`, gid)
	alice.ask(`{"msgid":31,"gid":%v,"member":%d}`, gid, carol.client.session.User().ID)
	alice.ask(`{"msgid":8,"gid":%v,"msg":"another secret"}`, gid)
	for name, who := range map[string]*wireTap{"who has left": bob, "who was removed": carol} {
		for frame, field := range map[string]string{
			`{"msgid":19,"gid":%v}`:               "messages",
			`{"msgid":19,"gid":%v,"after":0}`:     "messages",
			`{"msgid":41,"gid":%v}`:               "changes",
			`{"msgid":41,"gid":%v,"pinned":true}`: "messages",
			`{"msgid":27}`:                        "conversations",
			`{"msgid":27,"order":"recent"}`:       "conversations",
		} {
			if list, _ := who.ask("%s", strings.ReplaceAll(frame, "%v", fmt.Sprint(gid)))[field].([]any); len(list) != 0 {
				t.Errorf("%s asks %s and gets %v", name, frame, list)
			}
		}
	}
}
