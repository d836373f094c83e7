package gate

import (
	"fmt"
	"testing"

	"parley/internal/chat"
	"parley/wire"
)

// loginWith tries to log in and gives the answer.
func (n *node) loginWith(name, device, secret string) (*wireTap, map[string]any) {
	n.t.Helper()
	w := n.dial()
	w.send(`{"msgid":2,"name":%q,"device":%q,%s}`, name, device, secret)
	return w, w.want(`{"msgid":3}`)
}

func TestChangeOfPasswordEndsTheRest(t *testing.T) {
	n := newNode(t)
	desk := n.person("alice", "desk")
	phone, told := n.loginWith("alice", "phone", `"pwd":"a long password"`)
	phoneToken := told["token"]

	desk.send(`{"msgid":35,"pwd":"not this one","newpwd":"another password"}`)
	desk.want(`{"re":35,"erron":7}`)
	desk.send(`{"msgid":35,"pwd":"a long password","newpwd":"four"}`)
	desk.want(`{"re":35,"erron":34}`)
	phone.wantNothing()

	desk.send(`{"msgid":35,"rid":1,"pwd":"a long password","newpwd":"another password"}`)
	deskToken := desk.want(`{"re":35,"rid":1,"erron":0}`)["token"]
	phone.want(fmt.Sprintf(`{"msgid":26,"code":%d,"reconnect":false}`, wire.ByeLoggedOut))
	desk.send(`{"msgid":36}`)
	desk.want(`{"msgid":37,"erron":null}`)

	for secret, code := range map[string]wire.Code{
		`"pwd":"a long password"`:               wire.BadCredentials,
		fmt.Sprintf(`"token":"%v"`, phoneToken): wire.BadCredentials,
		`"pwd":"another password"`:              wire.OK,
	} {
		_, answer := n.loginWith("alice", "phone", secret)
		if answer["erron"] != float64(code) {
			t.Errorf("%s: %v", secret, answer)
		}
	}
	if _, answer := n.loginWith("alice", "desk", fmt.Sprintf(`"token":"%v"`, deskToken)); answer["erron"] != 0.0 {
		t.Errorf("the new token: %v", answer)
	}
}

func TestSessionsAreListedAndRevoked(t *testing.T) {
	n := newNode(t)
	desk := n.person("alice", "desk")
	phone, told := n.loginWith("alice", "phone", `"pwd":"a long password"`)
	n.person("bob", "pad")

	desk.send(`{"msgid":36,"rid":1}`)
	rows := desk.want(`{"msgid":37,"rid":1}`)["sessions"].([]any)
	if len(rows) != 2 {
		t.Fatalf("got %v", rows)
	}
	second := rows[1].(map[string]any)
	if rows[0].(map[string]any)["here"] != true || second["device"] != "phone" || second["online"] != true || second["here"] != false {
		t.Fatalf("got %v", rows)
	}
	for _, foreign := range []int{0, 3, 1 << 30} { // 3 is bob's
		desk.send(`{"msgid":38,"device_id":%d}`, foreign)
		desk.want(fmt.Sprintf(`{"re":38,"erron":%d}`, wire.NoSuchSession))
	}
	desk.send(`{"msgid":38,"device_id":%v}`, second["device_id"])
	desk.want(`{"re":38,"erron":0}`)
	phone.want(fmt.Sprintf(`{"msgid":26,"code":%d}`, wire.ByeLoggedOut))
	if _, answer := n.loginWith("alice", "phone", fmt.Sprintf(`"token":"%v"`, told["token"])); answer["erron"] != float64(wire.BadCredentials) {
		t.Errorf("a revoked token: %v", answer)
	}
	desk.send(`{"msgid":38,"device_id":1}`)
	desk.want(fmt.Sprintf(`{"msgid":26,"code":%d}`, wire.ByeLoggedOut))
}

// Whether the account is there or not, and whether name and id agree or not, a wrong
// password is answered the same.
func TestGuessesLearnNothing(t *testing.T) {
	n := newNode(t)
	n.person("alice", "")
	n.person("bob", "")
	var first string
	for _, who := range []string{`"name":"alice"`, `"name":"nobody"`, `"id":1`, `"id":999`, `"id":1,"name":"bob"`} {
		w := n.dial()
		w.send(`{"msgid":2,%s,"pwd":"a wrong password"}`, who)
		answer := w.next()
		if first == "" {
			first = answer
		}
		if answer != first {
			t.Errorf("%s is answered with %s, another with %s", who, answer, first)
		}
	}
}

func TestHashesAreBroughtToTodaysCost(t *testing.T) {
	n := newNode(t)
	n.person("alice", "")
	before, err := n.store.Account(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	dearer := chat.NewService(n.store, n.Hub, n.Hub, chat.SystemClock{}, chat.ServiceOptions{
		Node: 1, HashCost: chat.HashCost{MemoryKiB: 128, Passes: 1, Threads: 1},
	})
	defer dearer.Close(t.Context())
	if _, err := dearer.Login(t.Context(), chat.Credentials{Name: "alice", Password: "a long password", Device: "x"}); err != nil {
		t.Fatal(err)
	}
	after, err := n.store.Account(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if before.PasswordHash == after.PasswordHash {
		t.Error("the hash stayed as it was")
	}
	n.loginWith("alice", "y", `"pwd":"a long password"`)
}
