package gate

import (
	"context"
	"fmt"

	"parley/wire"
)

// handler does what one frame asks for. It sends its own answer when all went well;
// an error becomes the answer in one place (refuse). r is valid during the call only.
type handler func(c *client, ctx context.Context, r *wire.Request) error

// row is one msgid: what must hold before its handler is called, and the handler.
type row struct {
	msgid wire.Msgid
	who   who
	class class
	order order
	carry carry
	do    handler
}

// who may send a frame.
type who uint8

const (
	member who = iota // somebody who is logged in
	guest             // somebody who is not
	anyone
)

// order is how a frame stands to the chat frames before it.
type order uint8

const (
	behind  order = iota // it waits until they all have their answers
	abreast              // it need not wait for them
)

// carry says whether a frame carries a secret, which must not cross a plain
// connection from another machine unless the operator allows it.
type carry uint8

const (
	plain carry = iota
	secret
)

// table is every frame that a client may send. Whatever is not here goes to the
// default handler, (*client).unknown.
var table = newTable(
	row{wire.Register, guest, account, behind, secret, (*client).register},
	row{wire.Login, guest, account, behind, secret, (*client).login},
	row{wire.Chat, member, traffic, abreast, plain, (*client).chat},
	row{wire.AddFriend, member, request, behind, plain, (*client).addFriend},
	row{wire.CreateGroup, member, request, behind, plain, (*client).createGroup},
	row{wire.JoinGroup, member, request, behind, plain, (*client).joinGroup},
	row{wire.GroupChat, member, traffic, abreast, plain, (*client).chat},
	row{wire.Logout, member, request, behind, plain, (*client).logout},
	row{wire.Heartbeat, anyone, traffic, abreast, plain, (*client).heartbeat},
	row{wire.Received, member, traffic, abreast, plain, (*client).received},
	row{wire.Friends, member, request, behind, plain, (*client).friends},
	row{wire.Groups, member, request, behind, plain, (*client).groups},
	row{wire.History, member, request, behind, plain, (*client).history},
	row{wire.Conversations, member, request, behind, plain, (*client).conversations},
	row{wire.Read, member, request, behind, plain, (*client).read},
	row{wire.LeaveGroup, member, request, behind, plain, (*client).leaveGroup},
	row{wire.RemoveMember, member, request, behind, plain, (*client).removeMember},
	row{wire.Unfriend, member, request, behind, plain, (*client).unfriend},
	row{wire.Block, member, request, behind, plain, (*client).block},
	row{wire.ChangePassword, member, account, behind, secret, (*client).changePassword},
	row{wire.Sessions, member, request, behind, plain, (*client).sessions},
	row{wire.RevokeSession, member, request, behind, plain, (*client).revokeSession},
	row{wire.Change, member, traffic, abreast, plain, (*client).change},
	row{wire.States, member, request, behind, plain, (*client).states},
	row{wire.Readers, member, request, behind, plain, (*client).readers},
	row{wire.Typing, member, request, abreast, plain, (*client).typing},
	row{wire.Settings, member, request, behind, plain, (*client).settings},
	row{wire.Mentions, member, request, behind, plain, (*client).mentions},
	row{wire.UpdateGroup, member, request, behind, plain, (*client).updateGroup},
	row{wire.SetRole, member, request, behind, plain, (*client).setRole},
	row{wire.AddMembers, member, request, behind, plain, (*client).addMembers},
	row{wire.MakeInvite, member, request, behind, plain, (*client).makeInvite},
	row{wire.Invites, member, request, behind, plain, (*client).invites},
	row{wire.RevokeInvite, member, request, behind, plain, (*client).revokeInvite},
	row{wire.LookAtInvite, anyone, request, behind, plain, (*client).lookAtInvite},
	row{wire.People, member, request, behind, plain, (*client).people},
	row{wire.FriendRequests, member, request, behind, plain, (*client).friendRequests},
	row{wire.AnswerRequest, member, request, behind, plain, (*client).answerRequest},
	row{wire.Profile, member, request, behind, plain, (*client).profile},
	row{wire.DeleteAccount, member, account, behind, secret, (*client).deleteAccount},
	row{wire.UpdateProfile, member, request, behind, plain, (*client).updateProfile},
	row{wire.PublicKey, anyone, request, abreast, plain, (*client).cannotSeal},
	row{wire.KeyExchange, anyone, request, abreast, plain, (*client).cannotSeal},
	row{wire.Sealed, anyone, request, abreast, plain, (*client).cannotSeal},
)

// rows is a table by msgid.
type rows []*row

// newTable panics when two rows claim one msgid, when no client sends it, or when
// there is no handler: each is a mistake in the program.
func newTable(all ...row) rows {
	var t rows
	for i := range all {
		r := &all[i]
		if !r.msgid.IsRequest() {
			panic(fmt.Sprintf("gate: no client sends msgid %d, yet the table has a row for it", r.msgid))
		}
		if r.do == nil {
			panic(fmt.Sprintf("gate: the row of msgid %d has no handler", r.msgid))
		}
		for len(t) <= int(r.msgid) {
			t = append(t, nil)
		}
		if t[r.msgid] != nil {
			panic(fmt.Sprintf("gate: two rows for msgid %d (%s)", r.msgid, r.msgid.Name()))
		}
		t[r.msgid] = r
	}
	return t
}

// of returns a msgid's row, nil if there is none.
func (t rows) of(id wire.Msgid) *row {
	if id < 0 || int(id) >= len(t) {
		return nil
	}
	return t[id]
}
