package gate

import (
	"fmt"
	"testing"

	"parley/wire"
)

// least is the least that each frame of the table needs to be read; a new row without
// one fails the tests below.
var least = map[wire.Msgid]string{
	wire.Register: `"name":"eve","pwd":"a long password"`, wire.Login: `"name":"eve","pwd":"a long password"`,
	wire.Chat: `"to":2,"msg":"x"`, wire.AddFriend: `"friendid":2`, wire.CreateGroup: `"gname":"x"`,
	wire.JoinGroup: `"gid":1`, wire.GroupChat: `"gid":1,"msg":"x"`, wire.Logout: ``, wire.Heartbeat: ``,
	wire.Received: `"with":2,"seq":1`, wire.Friends: ``, wire.Groups: ``, wire.History: `"with":2`,
	wire.Conversations: ``, wire.Read: `"with":2,"seq":1`, wire.LeaveGroup: `"gid":1`,
	wire.RemoveMember: `"gid":1,"member":2`, wire.Unfriend: `"friendid":2`, wire.Block: `"user":2`,
	wire.ChangePassword: `"pwd":"a long password","newpwd":"another password"`, wire.Sessions: ``, wire.RevokeSession: `"session":1`,
	wire.PublicKey: ``, wire.KeyExchange: `"key":"x"`, wire.Sealed: `"data":"x"`,
}

func eachRow(t *testing.T, do func(t *testing.T, r *row, frame func(more string) string)) {
	for _, r := range table {
		if r == nil {
			continue
		}
		t.Run(r.msgid.Name(), func(t *testing.T) {
			fields, ok := least[r.msgid]
			if !ok {
				t.Fatal("the test does not know what this frame needs")
			}
			do(t, r, func(more string) string {
				s := fmt.Sprintf(`{"msgid":%d`, r.msgid)
				for _, part := range []string{fields, more} {
					if part != "" {
						s += "," + part
					}
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
