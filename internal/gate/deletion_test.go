package gate

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"parley/internal/chat"
)

// Users have their accounts deleted: with the password, after some days, unless they take it back; then
// once, however many nodes try, and as an operator would. Their reactions stay.
func TestUsersDeleteTheirAccount(t *testing.T) {
	n := newNode(t)
	ctx := t.Context()
	alice, bob := n.person("alice", "desk"), n.person("bob", "phone")
	aliceID, bobID := alice.client.session.User().ID, bob.client.session.User().ID
	alice.ask(`{"msgid":5,"friendid":%d}`, bobID)
	bob.ask(`{"msgid":4,"to":%d,"msg":"hello"}`, aliceID)
	alice.ask(`{"msgid":39,"with":%d,"seq":1,"op":"react","emoji":"👍"}`, bobID)
	alice.ask(`{"msgid":70,"display":"Alice the First","about":"a secret"}`)
	var emptied atomic.Int64
	empty := func(_ context.Context, user chat.UserID) error {
		if user != aliceID {
			t.Errorf("the texts of user %d are emptied", user)
		}
		emptied.Add(1)
		return nil
	}
	due := func() bool {
		t.Helper()
		ok, err := n.Service.DeleteDue(ctx, empty)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}

	if got := alice.codeOf(`{"msgid":71,"rid":"the one","pwd":"a wrong password"}`); got != "bad_credentials" {
		t.Errorf("a wrong password is answered with %s", got)
	}
	at := fmt.Sprint(alice.ask(`{"msgid":71,"pwd":"a long password"}`)["time"])
	if again := alice.ask(`{"msgid":71,"pwd":"a long password"}`)["time"]; again != at {
		t.Errorf("asked again, it is to be at %v, and was at %v", again, at)
	}
	if own := alice.ask(`{"msgid":68}`)["deletes"]; own != at {
		t.Errorf("the profile says %v, want %v", own, at)
	}
	if other := bob.ask(`{"msgid":68,"user":%d}`, aliceID)["deletes"]; other != nil {
		t.Errorf("others are told %v", other)
	}
	tablet := n.dial()
	tablet.send(`{"msgid":2,"name":"alice","pwd":"a long password","device":"tablet","rid":"in"}`)
	if said := tablet.answer("in")["deletes"]; said != at {
		t.Errorf("the login answer says %v, want %v", said, at)
	}
	if due() {
		t.Error("an account is deleted before its time")
	}
	tablet.ask(`{"msgid":71,"cancel":true}`)
	if own := tablet.ask(`{"msgid":68}`)["deletes"]; own != nil {
		t.Errorf("after it was taken back, the profile says %v", own)
	}
	if _, _, err := n.store.PlanDeletion(ctx, aliceID, 0); err != nil {
		t.Fatal(err)
	}
	var nodes sync.WaitGroup
	var deleted atomic.Int64
	for range 4 {
		nodes.Go(func() {
			ok, err := n.Service.DeleteDue(ctx, empty)
			if err != nil {
				t.Error(err)
			}
			if ok {
				deleted.Add(1)
			}
		})
	}
	nodes.Wait()
	if deleted.Load() != 1 || emptied.Load() != 1 || due() {
		t.Errorf("it was deleted %d times, and emptied %d times", deleted.Load(), emptied.Load())
	}
	acc, err := n.store.Account(ctx, aliceID)
	if err != nil || !acc.Erased || acc.Name != chat.DeletedName || !acc.DeletesAt.IsZero() {
		t.Errorf("the account is %+v, %v", acc, err)
	}
	p, err := n.store.Profile(ctx, aliceID)
	if err != nil || p.Display != "" || p.About != "" {
		t.Errorf("the profile is %+v, %v", p, err)
	}
	if friends := bob.ask(`{"msgid":15}`)["friends"].([]any); len(friends) != 0 {
		t.Errorf("friends are %v", friends)
	}
	page := bob.ask(`{"msgid":19,"with":%d}`, aliceID)["messages"].([]any)
	if got := fmt.Sprint(page[0].(map[string]any)["reactions"]); got != "[map[count:1 emoji:👍]]" {
		t.Errorf("reactions are %s", got)
	}
	guest := n.dial()
	if got := guest.codeOf(`{"msgid":2,"name":"alice","pwd":"a long password","rid":"the one"}`); got != "bad_credentials" {
		t.Errorf("a login: %s", got)
	}
}
