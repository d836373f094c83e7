package gate

import (
	"fmt"
	"strings"
	"testing"

	"parley/internal/chat"
	"parley/wire"
)

// upToNow returns the frames that came until the answer to a question asked now, without it.
func (w *wireTap) upToNow() (frames []string) {
	w.t.Helper()
	w.send(`{"msgid":11,"rid":"now"}`)
	for {
		line := w.next()
		if strings.Contains(line, `"rid":"now"`) {
			return frames
		}
		frames = append(frames, line)
	}
}

func (w *wireTap) wantFrames(what string, want ...string) {
	w.t.Helper()
	if got := w.upToNow(); fmt.Sprint(got) != fmt.Sprint(want) {
		w.t.Errorf("%s:\n got %s\nwant %s", what, got, want)
	}
}

// ask sends a request and gives its answer.
func (w *wireTap) ask(format string, args ...any) map[string]any {
	w.t.Helper()
	w.send("%s", strings.TrimSuffix(fmt.Sprintf(format, args...), "}")+`,"rid":"asked"}`)
	return w.answer("asked")
}

// Whoever is blocked hears nothing of who blocks them: the other looks offline, in notices,
// lists, at login, and as a member.
func TestTheBlockedSeeNothing(t *testing.T) {
	n := newNode(t)
	alice, bob := n.person("alice", "desk"), n.person("bob", "phone")
	aliceID, bobID := alice.client.session.User().ID, bob.client.session.User().ID
	alice.ask(`{"msgid":5,"friendid":%d}`, bobID)
	gid := alice.ask(`{"msgid":6,"gname":"garden"}`)["gid"]
	bob.ask(`{"msgid":7,"gid":%v}`, gid)
	bob.upToNow()
	alice.ask(`{"msgid":33,"user":%d}`, bobID)
	offline := fmt.Sprintf(`{"msgid":14,"id":%d,"name":"alice","state":"offline"}`, aliceID)
	online := strings.Replace(offline, "offline", "online", 1)
	bob.wantFrames("at the block", offline)
	alice.ask(`{"msgid":33,"user":%d}`, bobID)
	bob.wantFrames("at the block a second time")

	// She goes and comes: for him nothing happens.
	alice.ask(`{"msgid":9}`)
	alice.login("alice", "desk")
	alice.upToNow()
	bob.wantFrames("while she goes and comes")
	seen := func(what string, rows any, want string) {
		t.Helper()
		for _, row := range rows.([]any) {
			if r := row.(map[string]any); r["name"] == "alice" {
				if r["state"] != want {
					t.Errorf("%s she is %v, want %s", what, r["state"], want)
				}
				return
			}
		}
		t.Errorf("%s she is not there", what)
	}
	seen("in the list of friends", bob.ask(`{"msgid":15}`)["friends"], "offline")
	seen("among the members", bob.ask(`{"msgid":17,"gid":%v}`, gid)["members"], "offline")
	tablet := n.dial()
	tablet.send(`{"msgid":2,"name":"bob","pwd":"a long password","device":"tablet","rid":"in"}`)
	seen("at login", tablet.answer("in")["friends"], "offline")

	// What was read before the block and comes after it is dropped as well.
	n.Hub.Receive(chat.Topic{User: bobID}, chat.Notice{Presence: &chat.PresenceNotice{
		PresenceMove: chat.PresenceMove{User: aliceID, Name: "alice", No: 1000, Online: true, Changed: true},
	}})
	bob.wantFrames("of a notice that is late")

	alice.ask(`{"msgid":33,"user":%d,"block":false}`, bobID)
	bob.wantFrames("at the end of the block", online)
	seen("in the list of friends", bob.ask(`{"msgid":15}`)["friends"], "online")
	seen("among the members", bob.ask(`{"msgid":17,"gid":%v}`, gid)["members"], "online")
}

// The database does not say, right after a change, how a friend looks: what the others are
// told is how it is all the same.
func TestStatesAreToldThatCouldNotBeRead(t *testing.T) {
	n := newNode(t)
	alice, bob := n.person("alice", "desk"), n.person("bob", "phone")
	aliceID, bobID := alice.client.session.User().ID, bob.client.session.User().ID
	unread := func() {
		fail := func() error { return chat.E(wire.Unavailable) }
		n.store.friends.Store(&fail)
	}
	state := func(s string) string {
		return fmt.Sprintf(`{"msgid":14,"id":%d,"name":"alice","state":"%s"}`, aliceID, s)
	}
	unread()
	alice.ask(`{"msgid":5,"friendid":%d}`, bobID)
	bob.want(`{"msgid":34,"what":"friend_added","id":1,"name":"alice","state":"online"}`)
	unread()
	alice.ask(`{"msgid":33,"user":%d}`, bobID)
	bob.want(state("offline"))
	unread()
	alice.ask(`{"msgid":33,"user":%d,"block":false}`, bobID)
	bob.want(state("online"))
}

// An operator disables and erases an account: what others see of it.
func TestErasedAccount(t *testing.T) {
	n := newNode(t)
	ctx := t.Context()
	alice, bob, carol := n.person("alice", "desk"), n.person("bob", "phone"), n.person("carol", "")
	aliceID, bobID := alice.client.session.User().ID, bob.client.session.User().ID
	alice.ask(`{"msgid":5,"friendid":%d}`, bobID)
	gid := alice.ask(`{"msgid":6,"gname":"garden"}`)["gid"]
	carol.ask(`{"msgid":7,"gid":%v}`, gid)
	bob.ask(`{"msgid":7,"gid":%v}`, gid)
	alice.ask(`{"msgid":8,"gid":%v,"msg":"to all"}`, gid)
	alice.ask(`{"msgid":4,"to":%d,"msg":"to one"}`, bobID)
	alice.ask(`{"msgid":47,"with":%d,"draft":"a secret"}`, bobID)
	code := alice.ask(`{"msgid":58,"gid":%v}`, gid)["invite"].(map[string]any)["code"]
	bob.upToNow()
	carol.upToNow()

	if _, err := n.Service.SetDisabled(ctx, aliceID, true); err != nil {
		t.Fatal(err)
	}
	carol.wantFrames("of a creator who is disabled",
		fmt.Sprintf(`{"msgid":34,"what":"creator_changed","id":%d,"name":"carol","gid":%v,"gname":"garden"}`, carol.client.session.User().ID, gid))
	if got := bob.codeOf(fmt.Sprintf(`{"msgid":4,"to":%d,"msg":"hello?","rid":"the one"}`, aliceID)); got != "account_closed" {
		t.Errorf("a message to a disabled account is answered with %s", got)
	}
	bob.upToNow()
	if err := n.Service.ForgetAccount(ctx, aliceID, false); err != nil {
		t.Fatal(err)
	}
	conv, _, err := n.store.FindDirect(ctx, aliceID, bobID)
	if err != nil {
		t.Fatal(err)
	}
	if _, left, err := n.store.SettingsOf(ctx, aliceID, conv.ID); err != nil || left != chat.NoSettings {
		t.Errorf("what is left of the settings is %+v, %v", left, err)
	}
	bob.wantFrames("of the erasure",
		fmt.Sprintf(`{"msgid":34,"what":"member_left","id":%d,"name":"alice","gid":%v,"gname":"garden"}`, aliceID, gid),
		fmt.Sprintf(`{"msgid":34,"what":"friend_removed","id":%d,"name":"alice"}`, aliceID))
	if friends := bob.ask(`{"msgid":15}`)["friends"].([]any); len(friends) != 0 {
		t.Errorf("friends are %v", friends)
	}
	if members := bob.ask(`{"msgid":17,"gid":%v}`, gid)["members"].([]any); len(members) != 2 {
		t.Errorf("members are %v", members)
	}
	for _, of := range []string{fmt.Sprintf(`"gid":%v`, gid), fmt.Sprintf(`"with":%d`, aliceID)} {
		page := bob.ask(`{"msgid":19,%s}`, of)["messages"].([]any)
		if from := page[len(page)-1].(map[string]any)["from"]; from != chat.DeletedName {
			t.Errorf("in the history %s they are called %v", of, from)
		}
	}
	if got := bob.codeOf(fmt.Sprintf(`{"msgid":63,"code":%q,"rid":"the one"}`, code)); got != "invite_revoked" {
		t.Errorf("an invitation that they made: %s", got)
	}
	// Also by a node that has the name in its memory.
	late := n.dial()
	late.login("bob", "tablet")
	for _, line := range late.upToNow() {
		if strings.Contains(line, `"from":"alice"`) {
			t.Errorf("a new device is told %s", line)
		}
	}
	for _, frame := range []string{
		fmt.Sprintf(`{"msgid":4,"to":%d,"msg":"hello?","rid":"the one"}`, aliceID),
		fmt.Sprintf(`{"msgid":5,"friendid":%d,"rid":"the one"}`, aliceID),
	} {
		if got := bob.codeOf(frame); got != "account_closed" {
			t.Errorf("%s is answered with %s", frame, got)
		}
	}
	guest := n.dial()
	if got := guest.codeOf(`{"msgid":0,"name":"alice","pwd":"a long password","rid":"the one"}`); got != "name_taken" {
		t.Errorf("the name: %s", got)
	}
	if got := guest.codeOf(`{"msgid":2,"name":"alice","pwd":"a long password","rid":"the one"}`); got != "bad_credentials" {
		t.Errorf("a login: %s", got)
	}
	if _, err := n.Service.SetDisabled(ctx, aliceID, false); err == nil {
		t.Error("an erased account was enabled")
	}
	if err := n.Service.ForgetAccount(ctx, aliceID, true); err != nil {
		t.Fatal(err)
	}
	if got := guest.codeOf(`{"msgid":0,"name":"alice","pwd":"a long password","rid":"the one"}`); got != "-" {
		t.Errorf("the name once it is free: %s", got)
	}
}
