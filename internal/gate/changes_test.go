package gate

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// changer is a person who is told of changes.
func (n *node) changer(name, device string) *wireTap {
	n.t.Helper()
	w := n.dial()
	w.send(`{"msgid":0,"name":%q,"pwd":"a long password"}`, name)
	w.next() // the name may be there already
	w.send(`{"msgid":2,"name":%q,"pwd":"a long password","device":%q,"changes":true}`, name, device)
	w.want(`{"msgid":3,"erron":0,"changes":true}`)
	return w
}

// changed waits for a frame 40 and compares it with what is wanted, times left out.
func (w *wireTap) changed(want string) {
	w.t.Helper()
	for {
		line := w.next()
		var got map[string]any
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			w.t.Fatalf("%s: %v", line, err)
		}
		if got["msgid"] != 40.0 {
			continue
		}
		var wanted map[string]any
		if err := json.Unmarshal([]byte(want), &wanted); err != nil {
			w.t.Fatalf("%s: %v", want, err)
		}
		if got["edited"] != nil {
			got["edited"] = "then"
		}
		wanted["msgid"] = 40.0
		if diff := cmp.Diff(wanted, got); diff != "" {
			w.t.Fatalf("%s (-want +got):\n%s", line, diff)
		}
		return
	}
}

// does sends a change and wants it acked with a rev.
func (w *wireTap) does(rev int, format string, args ...any) {
	w.t.Helper()
	w.send(`{"msgid":39,"rid":"does",`+format+`}`, args...)
	got := w.answer("does")
	if got["re"] != 39.0 || got["rev"] != float64(rev) || got["time"] == nil || got["seq"] != nil {
		w.t.Fatalf("acked with %v, want rev %d", got, rev)
	}
}

// A direct conversation: everything that can be done to a message, as both see it, one of them
// on two devices.
func TestChangesAreTold(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	li, wang := n.changer("li", "phone"), n.changer("wang", "phone")
	desk := n.changer("wang", "desk")
	plain := n.dial()
	plain.login("wang", "old")
	to, from := wang.client.session.User().ID, li.client.session.User().ID
	li.ask(`{"msgid":4,"to":%d,"msg":"helo","send_seq":1}`, to)

	li.does(1, `"with":%d,"seq":1,"op":"edit","msg":"hello","send_seq":2`, to)
	li.changed(fmt.Sprintf(`{"with":%d,"seq":1,"rev":1,"prev":0,"msg":"hello","edited":"then"}`, to))
	wang.changed(fmt.Sprintf(`{"with":%d,"seq":1,"rev":1,"prev":0,"msg":"hello","edited":"then"}`, from))

	wang.does(2, `"with":%d,"seq":1,"op":"react","emoji":"❤"`, from)
	for _, w := range []*wireTap{wang, desk} {
		if w == desk {
			w.changed(fmt.Sprintf(`{"with":%d,"seq":1,"rev":1,"prev":0,"msg":"hello","edited":"then"}`, from))
		}
		w.changed(fmt.Sprintf(`{"with":%d,"seq":1,"rev":2,"prev":1,"msg":"hello","edited":"then","reactions":[{"emoji":"❤️","count":1}],"mine":["❤️"]}`, from))
	}
	li.changed(fmt.Sprintf(`{"with":%d,"seq":1,"rev":2,"prev":1,"msg":"hello","edited":"then","reactions":[{"emoji":"❤️","count":1}]}`, to))

	wang.does(2, `"with":%d,"seq":1,"op":"react","emoji":"❤️"`, from) // the same again: nothing is told
	wang.does(3, `"with":%d,"seq":1,"op":"unreact","emoji":"❤️"`, from)
	desk.changed(fmt.Sprintf(`{"with":%d,"seq":1,"rev":3,"prev":2,"msg":"hello","edited":"then","mine":[]}`, from))
	li.does(4, `"with":%d,"seq":1,"op":"pin"`, to)
	desk.changed(fmt.Sprintf(`{"with":%d,"seq":1,"rev":4,"prev":3,"msg":"hello","edited":"then","pinned":true}`, from))
	li.does(5, `"with":%d,"seq":1,"op":"recall","send_seq":3`, to)
	desk.changed(fmt.Sprintf(`{"with":%d,"seq":1,"rev":5,"prev":4,"recalled":true,"by":%d}`, from, from))

	// A repeat is acked with the number of the first time, also after it was changed again.
	li.send(`{"msgid":39,"rid":"again","with":%d,"seq":1,"op":"edit","msg":"hello","send_seq":2}`, to)
	if got := li.answer("again"); got["rev"] != 1.0 {
		t.Errorf("a repeat is acked with %v", got)
	}
	// What is unread, and what was read, is as it was.
	got := wang.ask(`{"msgid":27}`)
	row := got["conversations"].([]any)[0].(map[string]any)
	if row["unread"] != 1.0 || row["last_seq"] != 1.0 || row["last_rev"] != 5.0 {
		t.Errorf("the list has %v", row)
	}
	last := row["last"].(map[string]any)
	if last["msg"] != "" || last["recalled"] != true || last["rev"] != 5.0 || last["by"] != float64(from) {
		t.Errorf("the last message is %v", last)
	}
	// Somebody who knows nothing of changes is told nothing of them, and history is the present.
	for _, line := range plain.upToNow() {
		if strings.Contains(line, `"msgid":40`) {
			t.Errorf("a plain session was told %s", line)
		}
	}
	page := plain.ask(`{"msgid":19,"with":%d}`, from)
	if m := page["messages"].([]any)[0].(map[string]any); m["msg"] != "" || m["recalled"] != true {
		t.Errorf("history has %v", m)
	}
}

// Changes come by the pull as they come live: present states, those that may be seen, with one's
// own reactions.
func TestStatesArePulled(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	li, wang := n.changer("li", "phone"), n.changer("wang", "phone")
	gid := int64(li.ask(`{"msgid":6,"gname":"go"}`)["gid"].(float64))
	li.ask(`{"msgid":8,"gid":%d,"msg":"before"}`, gid)
	wang.ask(`{"msgid":7,"gid":%d}`, gid)
	li.ask(`{"msgid":8,"gid":%d,"msg":"one"}`, gid)
	wang.ask(`{"msgid":8,"gid":%d,"msg":"two"}`, gid)

	li.does(1, `"gid":%d,"seq":1,"op":"edit","msg":"before, edited"`, gid)
	wang.changed(fmt.Sprintf(`{"gid":%d,"rev":1,"prev":0}`, gid)) // the number alone
	li.does(2, `"gid":%d,"seq":2,"op":"pin"`, gid)
	wang.does(3, `"gid":%d,"seq":2,"op":"react","emoji":"👍"`, gid)
	li.does(4, `"gid":%d,"seq":2,"op":"react","emoji":"👍"`, gid)
	li.does(5, `"gid":%d,"seq":3,"op":"recall"`, gid) // the creator recalls what somebody else said

	states := func(w *wireTap, rev, limit int) map[string]any {
		got := w.ask(`{"msgid":41,"gid":%d,"rev":%d,"limit":%d}`, gid, rev, limit)
		delete(got, "rid")
		delete(got, "msgid")
		delete(got, "gid")
		return got
	}
	var want map[string]any
	same := func(what string, got map[string]any, wanted string) {
		t.Helper()
		want = nil
		if err := json.Unmarshal([]byte(wanted), &want); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	all := fmt.Sprintf(`{"rev":5,"changes":[
		{"seq":2,"rev":4,"reactions":[{"emoji":"👍","count":2}],"mine":["👍"],"pinned":true},
		{"seq":3,"rev":5,"recalled":true,"by":%d}],"more":false}`, li.client.session.User().ID)
	same("all that may be seen", states(wang, 0, 50), all)
	same("the first page", states(wang, 0, 1), `{"rev":1,"changes":[],"more":true}`)
	same("the second page", states(wang, 1, 1), `{"rev":4,"changes":[
		{"seq":2,"rev":4,"reactions":[{"emoji":"👍","count":2}],"mine":["👍"],"pinned":true}],"more":true}`)
	same("nothing new", states(wang, 5, 50), `{"changes":[],"more":false}`)

	pinned := wang.ask(`{"msgid":41,"gid":%d,"pinned":true}`, gid)
	list := pinned["messages"].([]any)
	if m := list[0].(map[string]any); len(list) != 1 || m["msg"] != "one" || m["pinned"] != true || m["rev"] != 4.0 || pinned["more"] != false {
		t.Errorf("pinned are %v", pinned)
	}
	// A device that comes now finds the same in what it catches up with.
	late := n.changer("zhao", "phone")
	late.ask(`{"msgid":7,"gid":%d}`, gid)
	li.ask(`{"msgid":8,"gid":%d,"msg":"three"}`, gid)
	li.does(6, `"gid":%d,"seq":4,"op":"edit","msg":"four"`, gid)
	for prev := 0.0; ; { // what was done to what zhao may not see comes as numbers, without a hole
		var f map[string]any
		if line := late.next(); !strings.Contains(line, `"msgid":40`) {
			continue
		} else if err := json.Unmarshal([]byte(line), &f); err != nil {
			t.Fatal(err)
		}
		if prev != 0 && f["prev"] != prev {
			t.Fatalf("%v does not follow %v", f, prev)
		}
		if prev = f["rev"].(float64); prev < 6 && f["seq"] != nil || prev == 6 && f["msg"] != "four" {
			t.Fatalf("zhao is told %v", f)
		}
		if prev == 6 {
			break
		}
	}
}
