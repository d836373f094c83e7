package gate

import (
	"fmt"
	"testing"
)

// When somebody was last here is told to friends, and not to those from whom it is hidden, who are
// blocked, or who hide it themselves.
func TestWhoSeesTheLastTime(t *testing.T) {
	n := newNode(t)
	alice, bob := n.person("alice", "desk"), n.person("bob", "phone")
	aliceID, bobID := alice.client.session.User().ID, bob.client.session.User().ID
	see := func(what string, seen bool) {
		t.Helper()
		p := bob.ask(`{"msgid":68,"user":%d}`, aliceID)
		if at, _ := p["seen"].(string); seen != (at != "") {
			t.Errorf("%s: last seen %q", what, at)
		}
	}
	come := func(meanwhile func(w *wireTap)) {
		t.Helper()
		w := n.dial()
		w.login("alice", "desk")
		meanwhile(w)
		w.ask(`{"msgid":9}`)
	}
	hide := func(w *wireTap, yes bool) { w.ask(`{"msgid":70,"hide_seen":%v}`, yes) }
	alice.ask(`{"msgid":9}`)
	see("a stranger", false)
	come(func(w *wireTap) { w.ask(`{"msgid":5,"friendid":%d}`, bobID) })
	see("a friend", true)
	come(func(w *wireTap) {
		see("a friend who is here", false)
		hide(w, true)
	})
	see("a friend who hides it", false)
	come(func(w *wireTap) { hide(w, false) })
	see("a friend who hides it no more", true)
	hide(bob, true)
	see("by one who hides it", false)
	hide(bob, false)
	see("by one who hides it no more", true)
	come(func(w *wireTap) { w.ask(`{"msgid":33,"user":%d}`, bobID) })
	see("by one who is blocked", false)
	if p := bob.ask(`{"msgid":68,"user":%d}`, aliceID); fmt.Sprint(p["state"]) != "offline" {
		t.Errorf("to one who is blocked she is %v", p["state"])
	}
}
