package gate

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"parley/wire"
)

// relations are what somebody can be to alice and her group; whom each frame is about is
// she, her group, or a member of it. "again" has left her group and joined it again, "closed" is
// a stranger to whom her account is disabled, "device" is another device of hers, and the last two are members with those roles.
var relations = []string{"guest", "stranger", "friend", "blocked", "member", "former", "removed", "again", "closed", "creator", "device", "admin", "readonly"}

// matrix says how each frame is answered for each relation, by the names of codes: "-" is
// success (a block makes the conversation that it is about), and a single entry is for everybody but guests, who then must log in. A row of
// the handler table that is not here fails the test.
var matrix = map[wire.Msgid]map[string]string{
	wire.Register: {
		`"name":"new","pwd":"a long password"`:              "- logged_in logged_in logged_in logged_in logged_in logged_in logged_in logged_in logged_in logged_in logged_in logged_in",
		`"name":"new","pwd":"a long password","invite":"x"`: "- logged_in logged_in logged_in logged_in logged_in logged_in logged_in logged_in logged_in logged_in logged_in logged_in",
	},
	wire.Login: {`"name":"new","pwd":"a long password"`: "bad_credentials logged_in logged_in logged_in logged_in logged_in logged_in logged_in logged_in logged_in logged_in logged_in logged_in"},
	wire.Chat: {
		`"to":$alice,"msg":"x"`:                       "not_logged_in - - blocked - - - - account_closed not_yourself not_yourself - -",
		`"to":$alice,"msg":"x","mentions":[$alice,1]`: "not_logged_in - - blocked - - - - account_closed not_yourself not_yourself - -",
		`"to":$alice,"msg":"x","reply_to":1`:          "not_logged_in no_such_message - blocked no_such_message no_such_message no_such_message no_such_message account_closed not_yourself not_yourself no_such_message no_such_message",
	},
	wire.AddFriend: {
		`"friendid":$alice`: "not_logged_in - already_friends blocked - - - - account_closed not_yourself not_yourself - -",
		`"name":"$name"`:    "not_logged_in - already_friends blocked - - - - account_closed not_yourself not_yourself - -",
	},
	wire.CreateGroup: {`"gname":"x"`: "-"},
	wire.JoinGroup: {
		`"code":"$code"`:   "not_logged_in - - - already_member - kept_out already_member invite_revoked already_member already_member already_member already_member",
		`"code":"a guess"`: "no_such_invite",
		`"gid":$group`:     "not_logged_in - - - already_member - kept_out already_member - already_member already_member already_member already_member",
	},
	wire.GroupChat: {
		`"gid":$group,"msg":"x"`:                    "not_logged_in not_member not_member not_member - not_member not_member - not_member - - - may_not_post",
		`"gid":$group,"msg":"x","mention_all":true`: "not_logged_in not_member not_member not_member - not_member not_member - not_member - - - may_not_post",
		`"gid":$group,"msg":"x","reply_to":1`:       "not_logged_in not_member not_member not_member no_such_message not_member not_member no_such_message not_member - - no_such_message may_not_post",
	},
	wire.Logout:    {``: "-"},
	wire.Heartbeat: {``: "- - - - - - - - - - - - -"},
	wire.Received: {
		`"with":$alice,"seq":1`: "not_logged_in no_conversation - - no_conversation no_conversation no_conversation no_conversation no_conversation not_yourself not_yourself no_conversation no_conversation",
		`"gid":$group,"seq":1`:  "not_logged_in not_member not_member not_member - - - - not_member - - - -",
	},
	wire.Friends: {``: "-", `"blocked":true`: "-"},
	wire.Groups: {
		``:             "-",
		`"gid":$group`: "not_logged_in not_member not_member not_member - not_member not_member - not_member - - - -",
	},
	wire.History: {
		`"with":$alice`: "not_logged_in no_conversation - - no_conversation no_conversation no_conversation no_conversation no_conversation not_yourself not_yourself no_conversation no_conversation",
		`"gid":$group`:  "not_logged_in not_member not_member not_member - - - - not_member - - - -",
	},
	wire.Conversations: {``: "-"},
	wire.Read: {
		`"with":$alice,"seq":1`: "not_logged_in no_conversation - - no_conversation no_conversation no_conversation no_conversation no_conversation not_yourself not_yourself no_conversation no_conversation",
		`"gid":$group,"seq":1`:  "not_logged_in not_member not_member not_member - - - - not_member - - - -",
	},
	wire.LeaveGroup: {`"gid":$group`: "not_logged_in not_member not_member not_member - not_member not_member - not_member - - - -"},
	wire.RemoveMember: {
		`"gid":$group,"member":$other`:                "not_logged_in not_member not_member not_member not_admin not_member not_member not_admin not_member - - - not_admin",
		`"gid":$group,"member":$other,"remove":false`: "not_logged_in not_member not_member not_member not_admin not_member not_member not_admin not_member - - - not_admin",
	},
	wire.Unfriend:       {`"friendid":$alice`: "not_logged_in not_friends - not_friends not_friends not_friends not_friends not_friends not_friends not_yourself not_yourself not_friends not_friends"},
	wire.Block:          {`"user":$alice`: "not_logged_in - - - - - - - - not_yourself not_yourself - -"},
	wire.ChangePassword: {`"pwd":"a long password","newpwd":"another password"`: "-", `"pwd":"a wrong password","newpwd":"another password"`: "bad_credentials"},
	wire.Sessions:       {``: "-"},
	wire.RevokeSession:  {`"device_id":$desk`: "not_logged_in no_such_session no_such_session no_such_session no_such_session no_such_session no_such_session no_such_session no_such_session - - no_such_session no_such_session"},
	wire.Change: {
		`"with":$alice,"seq":1,"op":"react","emoji":"👍"`:                 "not_logged_in no_conversation - blocked no_conversation no_conversation no_conversation no_conversation no_conversation not_yourself not_yourself no_conversation no_conversation",
		`"with":$alice,"seq":1,"op":"edit","msg":"x"`:                    "not_logged_in no_conversation - no_such_message no_conversation no_conversation no_conversation no_conversation no_conversation not_yourself not_yourself no_conversation no_conversation",
		`"with":$alice,"seq":1,"op":"recall"`:                            "not_logged_in no_conversation - no_such_message no_conversation no_conversation no_conversation no_conversation no_conversation not_yourself not_yourself no_conversation no_conversation",
		`"with":$alice,"seq":1,"op":"pin"`:                               "not_logged_in no_conversation - blocked no_conversation no_conversation no_conversation no_conversation no_conversation not_yourself not_yourself no_conversation no_conversation",
		`"gid":$group,"seq":1,"op":"react","emoji":"👍"`:                  "not_logged_in not_member not_member not_member no_such_message not_member not_member no_such_message not_member - - no_such_message no_such_message",
		`"gid":$group,"seq":1,"op":"unreact","emoji":"👍"`:                "not_logged_in not_member not_member not_member no_such_message not_member not_member no_such_message not_member - - no_such_message no_such_message",
		`"gid":$group,"seq":1,"op":"edit","msg":"x"`:                     "not_logged_in not_member not_member not_member no_such_message not_member not_member no_such_message not_member - - no_such_message no_such_message",
		`"gid":$group,"seq":1,"op":"recall"`:                             "not_logged_in not_member not_member not_member no_such_message not_member not_member no_such_message not_member - - no_such_message no_such_message",
		`"gid":$group,"seq":1,"op":"pin"`:                                "not_logged_in not_member not_member not_member no_such_message not_member not_member no_such_message not_member - - no_such_message no_such_message",
		`"gid":$group,"seq":1,"op":"unpin"`:                              "not_logged_in not_member not_member not_member no_such_message not_member not_member no_such_message not_member - - no_such_message no_such_message",
		`"gid":$group,"seq":1,"op":"edit","msg":"x","mentions":[$other]`: "not_logged_in not_member not_member not_member no_such_message not_member not_member no_such_message not_member - - no_such_message no_such_message",
		`"gid":$group,"seq":1,"op":"frame"`:                              "bad_field",
		`"gid":$group,"seq":1,"op":"react","emoji":"x"`:                  "bad_emoji",
		`"gid":$group,"seq":1,"op":"edit","msg":""`:                      "bad_text",
	},
	wire.States: {
		`"with":$alice`:              "not_logged_in no_conversation - - no_conversation no_conversation no_conversation no_conversation no_conversation not_yourself not_yourself no_conversation no_conversation",
		`"gid":$group`:               "not_logged_in not_member not_member not_member - - - - not_member - - - -",
		`"gid":$group,"pinned":true`: "not_logged_in not_member not_member not_member - - - - not_member - - - -",
	},
	wire.Readers: {
		`"with":$alice,"seq":1`:              "not_logged_in no_conversation - no_such_message no_conversation no_conversation no_conversation no_conversation no_conversation not_yourself not_yourself no_conversation no_conversation",
		`"gid":$group,"seq":1`:               "not_logged_in not_member not_member not_member no_such_message not_member not_member no_such_message not_member - - no_such_message no_such_message",
		`"gid":$group,"seq":1,"only":"some"`: "bad_field",
	},
	wire.Typing: {
		`"with":$alice`: "not_logged_in no_conversation - no_conversation no_conversation no_conversation no_conversation no_conversation no_conversation not_yourself not_yourself no_conversation no_conversation",
		`"gid":$group`:  "not_logged_in not_member not_member not_member - not_member not_member - not_member - - - may_not_post",
	},
	wire.Settings: {
		`"with":$alice,"pinned":true`: "not_logged_in no_conversation - - no_conversation no_conversation no_conversation no_conversation no_conversation not_yourself not_yourself no_conversation no_conversation",
		`"gid":$group,"level":"none"`: "not_logged_in not_member not_member not_member - - - - not_member - - - -",
	},
	wire.Mentions: {
		``:              "-",
		`"with":$alice`: "not_logged_in no_conversation - - no_conversation no_conversation no_conversation no_conversation no_conversation not_yourself not_yourself no_conversation no_conversation",
		`"gid":$group`:  "not_logged_in not_member not_member not_member - - - - not_member - - - -",
		`"next":"x"`:    "bad_field",
	},
	wire.UpdateGroup: {
		`"gid":$group,"gname":"y"`:          "not_logged_in not_member not_member not_member not_admin not_member not_member not_admin not_member - - - not_admin",
		`"gid":$group,"joining":"closed"`:   "not_logged_in not_member not_member not_member not_admin not_member not_member not_admin not_member - - not_creator not_admin",
		`"gid":$group,"posting":"admins"`:   "not_logged_in not_member not_member not_member not_admin not_member not_member not_admin not_member - - not_creator not_admin",
		`"gid":$group,"posting":"somebody"`: "bad_field",
	},
	wire.SetRole: {
		`"gid":$group,"member":$other,"role":"admin"`:   "not_logged_in not_member not_member not_member not_creator not_member not_member not_creator not_member - - not_creator not_creator",
		`"gid":$group,"member":$other,"role":"creator"`: "not_logged_in not_member not_member not_member not_creator not_member not_member not_creator not_member - - not_creator not_creator",
		`"gid":$group,"member":$other,"role":"king"`:    "bad_field",
	},
	wire.AddMembers: {`"gid":$group,"users":[$other]`: "not_logged_in not_member not_member not_member not_admin not_member not_member not_admin not_member - - - not_admin"},
	wire.MakeInvite: {
		`"gid":$group`:                    "not_logged_in not_member not_member not_member not_admin not_member not_member not_admin not_member - - - not_admin",
		`"gid":$group,"uses":0,"hours":0`: "bad_field",
	},
	wire.Invites:      {`"gid":$group`: "not_logged_in not_member not_member not_member not_admin not_member not_member not_admin not_member - - - not_admin"},
	wire.RevokeInvite: {`"gid":$group,"invite_id":$invite`: "not_logged_in not_member not_member not_member not_admin not_member not_member not_admin not_member - - - not_admin"},
	wire.LookAtInvite: {
		`"code":"$code"`:   "- - - - - - - - invite_revoked - - - -",
		`"code":"a guess"`: "no_such_invite no_such_invite no_such_invite no_such_invite no_such_invite no_such_invite no_such_invite no_such_invite no_such_invite no_such_invite no_such_invite no_such_invite no_such_invite",
	},
	wire.People:         {`"name":"alice of"`: "-"},
	wire.FriendRequests: {``: "-", `"out":true`: "-"},
	wire.AnswerRequest: {
		`"user":$alice,"accept":true`:  "not_logged_in no_such_request no_such_request blocked no_such_request no_such_request no_such_request no_such_request account_closed not_yourself not_yourself no_such_request no_such_request",
		`"user":$alice,"accept":false`: "not_logged_in no_such_request no_such_request no_such_request no_such_request no_such_request no_such_request no_such_request no_such_request not_yourself not_yourself no_such_request no_such_request",
	},
	wire.Profile: {
		``:              "-",
		`"user":$alice`: "-",
		`"user":999`:    "no_such_user",
	},
	wire.DeleteAccount: {
		`"pwd":"a long password"`:  "-",
		`"pwd":"a wrong password"`: "bad_credentials",
		`"cancel":true`:            "-",
	},
	wire.UpdateProfile: {
		`"display":"x","about":"y","hide_receipts":true,"hide_seen":true`: "-",
		`"display":"admin"`: "bad_name",
	},
	wire.PublicKey:   {``: "cannot_seal cannot_seal cannot_seal cannot_seal cannot_seal cannot_seal cannot_seal cannot_seal cannot_seal cannot_seal cannot_seal cannot_seal cannot_seal"},
	wire.KeyExchange: {`"key":"x"`: "cannot_seal cannot_seal cannot_seal cannot_seal cannot_seal cannot_seal cannot_seal cannot_seal cannot_seal cannot_seal cannot_seal cannot_seal cannot_seal"},
	wire.Sealed:      {`"data":"x"`: "cannot_seal cannot_seal cannot_seal cannot_seal cannot_seal cannot_seal cannot_seal cannot_seal cannot_seal cannot_seal cannot_seal cannot_seal cannot_seal"},
}

func TestWhoMayDoWhat(t *testing.T) {
	known := 0
	for _, r := range table {
		if r == nil {
			continue
		}
		rows := matrix[r.msgid]
		if len(rows) == 0 {
			t.Errorf("the matrix has no row for msgid %d (%s): say who may send it", r.msgid, r.msgid.Name())
			continue
		}
		known++
		for fields, answers := range rows {
			t.Run(r.msgid.Name()+" "+fields, func(t *testing.T) {
				t.Parallel()
				each := strings.Fields(answers)
				if len(each) == 1 {
					each = append([]string{"not_logged_in"}, strings.Fields(strings.Repeat(answers+" ", len(relations)-1))...)
				}
				if len(each) != len(relations) {
					t.Fatalf("%d answers for %d relations", len(each), len(relations))
				}
				n := newNode(t)
				for i, relation := range relations {
					w, frame := n.scene(relation, fmt.Sprintf(`{"msgid":%d,"rid":"the one"`, r.msgid), fields)
					if got := w.codeOf(frame); got != each[i] {
						t.Errorf("%s: answered with %s, want %s", relation, got, each[i])
					}
				}
			})
		}
	}
	if known != len(matrix) {
		t.Errorf("the matrix has rows for %d frames, the handler table %d", len(matrix), known)
	}
}

// codeOf sends a frame and gives the name of its answer's code.
func (w *wireTap) codeOf(frame string) string {
	w.t.Helper()
	w.send("%s", frame)
	for {
		line := w.next()
		var answer struct {
			RID   string    `json:"rid"`
			Msgid int       `json:"msgid"`
			Code  int       `json:"code"`
			Erron wire.Code `json:"erron"`
		}
		if err := json.Unmarshal([]byte(line), &answer); err != nil {
			w.t.Fatalf("%s: %v", line, err)
		}
		switch {
		case answer.Msgid == int(wire.Goodbye) && answer.Code == int(wire.ByeLoggedOut):
			return "-" // who revokes his own session is told so by this
		case answer.RID != "the one": // a notice
		case answer.Erron == wire.OK:
			return "-"
		default:
			return answer.Erron.Name()
		}
	}
}

// scene makes alice with a group and a device "desk", and somebody with a relation to her,
// and returns him and the frame that he is to send.
func (n *node) scene(relation, head, fields string) (who *wireTap, frame string) {
	n.t.Helper()
	alice := n.person("alice of "+relation, "desk")
	other := n.person("other of "+relation, "")
	alice.send(`{"msgid":6,"gname":"garden","rid":"g"}`)
	gid := int64(alice.answer("g")["gid"].(float64))
	other.send(`{"msgid":7,"gid":%d,"rid":"j"}`, gid)
	other.answer("j")
	alice.send(`{"msgid":8,"gid":%d,"msg":"secret","rid":"m"}`, gid)
	alice.answer("m")
	invite := alice.ask(`{"msgid":58,"gid":%d}`, gid)["invite"].(map[string]any)
	aliceID, desk := alice.client.session.User().ID, alice.client.session.Device()
	name := "he of " + relation
	switch relation {
	case "guest":
		who = n.dial()
	case "creator":
		who = alice
	case "device":
		who = n.dial()
		who.login("alice of "+relation, "phone")
	default:
		who = n.person(name, "")
	}
	ask := func(format string, args ...any) {
		who.send(format, args...)
		who.answer("s")
	}
	switch relation {
	case "friend":
		ask(`{"msgid":5,"friendid":%d,"rid":"s"}`, aliceID)
		ask(`{"msgid":4,"to":%d,"msg":"hello","rid":"s"}`, aliceID)
	case "blocked":
		alice.send(`{"msgid":33,"user":%d,"rid":"b"}`, who.client.session.User().ID)
		alice.answer("b")
	case "former":
		ask(`{"msgid":7,"gid":%d,"rid":"s"}`, gid)
		ask(`{"msgid":8,"gid":%d,"msg":"I was here","rid":"s"}`, gid)
		ask(`{"msgid":30,"gid":%d,"rid":"s"}`, gid)
	case "removed":
		ask(`{"msgid":7,"gid":%d,"rid":"s"}`, gid)
		alice.send(`{"msgid":31,"gid":%d,"member":%d,"rid":"out"}`, gid, who.client.session.User().ID)
		alice.answer("out")
	case "again":
		for _, id := range []int{7, 30, 7} {
			ask(`{"msgid":%d,"gid":%d,"rid":"s"}`, id, gid)
		}
	case "admin", "readonly":
		ask(`{"msgid":7,"gid":%d,"rid":"s"}`, gid)
		alice.send(`{"msgid":55,"gid":%d,"member":%d,"role":%q,"rid":"role"}`, gid, who.client.session.User().ID, relation)
		alice.answer("role")
	case "member":
		ask(`{"msgid":7,"gid":%d,"rid":"s"}`, gid)
	case "closed":
		if _, err := n.Service.SetDisabled(n.t.Context(), aliceID, true); err != nil {
			n.t.Fatal(err)
		}
	}
	frame = head
	if fields != "" {
		frame += "," + fields
	}
	frame = strings.NewReplacer(
		"$code", invite["code"].(string), "$invite", fmt.Sprint(invite["invite_id"]), "$name", "alice of "+relation, "$alice", fmt.Sprint(aliceID), "$group", fmt.Sprint(gid), "$desk", fmt.Sprint(desk),
		"$other", fmt.Sprint(other.client.session.User().ID),
	).Replace(frame) + "}"
	return who, frame
}

// answer waits for the answer to a rid and wants success.
func (w *wireTap) answer(rid string) map[string]any {
	w.t.Helper()
	for {
		line := w.next()
		var got map[string]any
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			w.t.Fatalf("%s: %v", line, err)
		}
		if got["rid"] != rid {
			continue
		}
		if got["erron"] != nil && got["erron"] != 0.0 {
			w.t.Fatalf("refused: %s", line)
		}
		return got
	}
}
