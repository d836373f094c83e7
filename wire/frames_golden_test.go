package wire

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write what is generated from the table of frames")

const framesGolden = "testdata/frames.golden"

// TestFramesGolden freezes how frames are written, byte for byte: each request with all of its
// fields, each frame of the server with all fields set, with none set, and in every form that
// it has. A line that changes breaks clients. Frames after 38, and fields that came later, are
// frozen by their examples in the reference. The words of a code's own text are not frozen.
func TestFramesGolden(t *testing.T) {
	var b strings.Builder
	for m := Register; m <= RevokeSession; m++ {
		if m.IsRequest() {
			r := everything(m)
			fmt.Fprintf(&b, "C: %s\n", r.AppendJSON(nil))
		}
	}
	for _, f := range serverSamples() {
		fmt.Fprintf(&b, "S: %s\n", withoutTexts.Replace(string(f.AppendJSON(nil))))
		checkServerFrame(t, f.AppendJSON(nil))
	}
	if *update {
		if err := os.WriteFile(framesGolden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(framesGolden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(b.String(), "\n")); diff != "" {
		t.Errorf("frames are written otherwise than before (-before +now):\n%s", diff)
	}
}

// withoutTexts puts the name of a code in the place of its own text.
var withoutTexts = func() *strings.Replacer {
	var pairs []string
	for _, c := range Codes()[1:] {
		pairs = append(pairs, strconv.Quote(c.Text()), strconv.Quote("text of "+c.Name()))
	}
	for _, c := range GoodbyeCodes() {
		pairs = append(pairs, strconv.Quote(c.Text()), strconv.Quote("text of "+c.Name()))
	}
	return strings.NewReplacer(pairs...)
}()

// everything is a request with many fields set, each to a value of its own; what does not
// belong to the request must not be written.
func everything(m Msgid) *Request {
	r := &Request{
		Msgid: m, RID: []byte(`"r\"1"`), ID: 101, Name: "name\n", Pwd: "pwd", NewPwd: "newpwd", Device: "device", Token: "token",
		SendNext: 102, To: 103, FriendID: 104, GID: 105, GName: "gname", GDesc: "gdesc", Member: 106, User: 107, Block: true, Remove: true,
		With: 108, Msg: "msg 你好 \u2028", SendSeq: 109, Seq: 110, After: 111, Before: 112, Limit: 113, Session: 114,
		Pin: "pin", Key: "key", Data: "data", Revoke: true, Invite: "invite",
	}
	for _, f := range requestFields(protocol) {
		if isSet(f, r) {
			r.Set(f)
		}
	}
	return r
}

// serverSamples are the frames of the server in all their forms.
func serverSamples() []serverFrame {
	rid := []byte("17")
	direct := Message{ID: 1, From: "from", To: 2, Msg: "msg", Time: "time", Seq: 3, SendSeq: 4, Device: "device"}
	group := Message{ID: 1, From: "from", GID: 5, Msg: "msg", Time: "time", Seq: 3}
	friends := []FriendRow{{ID: 1, Name: "name", State: "online"}, {}}
	groups := []GroupRow{{GID: 1, GName: "gname", GDesc: "gdesc", Role: "creator", Members: 2}, {}}
	members := []MemberRow{{ID: 1, Name: "name", Role: "normal", State: "offline"}, {}}
	windows := []WindowRow{{After: 1, Until: 2}, {}}
	return []serverFrame{
		&RegisterReply{}, &RegisterReply{RID: rid, ID: 1, Name: "name", Errinfo: "not told", RetryAfterMS: 1},
		&RegisterReply{Erron: NameTaken}, &RegisterReply{RID: rid, Erron: Busy, Errinfo: "errinfo", ID: 1, Name: "not told", RetryAfterMS: 2},
		&LoginReply{}, &LoginReply{Erron: BadCredentials},
		&LoginReply{
			RID: rid, ID: 1, Name: "name", Device: "device", Log: "log", LastSendSeq: 2, Token: "token", HeartbeatMS: 3,
			Friends: friends, Groups: groups, Errinfo: "not told", RetryAfterMS: 4,
		},
		&LoginReply{RID: rid, Erron: RateLimited, Errinfo: "errinfo", ID: 1, Name: "not told", Token: "not told", Friends: friends, RetryAfterMS: 2},
		&Message{}, &direct, &Message{GID: 1}, &group, &Message{GID: 5, To: 2, SendSeq: 1, Device: "d"},
		&AckReply{}, &AckReply{Re: -1, Erron: Malformed}, &AckReply{
			Re: Chat, RID: rid, SendSeq: 1, Seq: 2, Time: "time", GID: 3, FriendID: 4, Name: "name", State: "state", Token: "token",
			SendNext: 5, RetryAfterMS: 6, Errinfo: "not told",
		},
		&AckReply{Re: GroupChat, RID: rid, Erron: Busy, Errinfo: "errinfo", SendSeq: 1, Seq: 2, Time: "time", GID: 3, Name: "name", SendNext: 5, RetryAfterMS: 6},
		&HeartbeatReply{}, &HeartbeatReply{RID: rid, Time: "time"},
		&PresenceNotice{}, &PresenceNotice{ID: 1, Name: "name", State: "online"},
		&FriendsReply{}, &FriendsReply{RID: rid, Friends: friends, More: true},
		&GroupsReply{}, &GroupsReply{RID: rid, Groups: groups, Members: members, More: true}, &GroupsReply{RID: rid, GID: 1, Groups: groups, Members: members},
		&HistoryReply{}, &HistoryReply{RID: rid, With: 1, Messages: []Message{direct, group}, More: true},
		&HistoryReply{RID: rid, With: 1, GID: 2, Messages: []Message{}, Windows: windows}, &HistoryReply{GID: 2, Windows: []WindowRow{}},
		&PublicKeyReply{}, &PublicKeyReply{RID: rid, Key: "key", Nonce: "nonce"},
		&KeyExchangeReply{}, &KeyExchangeReply{RID: rid, Pin: "pin"},
		&SealedFrame{}, &SealedFrame{Data: "data"},
		&GoodbyeNotice{}, &GoodbyeNotice{Code: ByeCrowded, Reconnect: true, AfterMS: 1}, &GoodbyeNotice{Code: ByeAbuse, Reason: "reason"},
		&ConversationsReply{}, &ConversationsReply{RID: rid, More: true, Conversations: []ConversationRow{
			{},
			{Key: 1, With: 2, Name: "name", LastSeq: 3, Delivered: 4, Read: 5, Unread: 6, Last: &direct},
			{Key: 1, With: 2, GID: 7, Name: "name", Windows: windows, Last: &group},
			{GID: 7, Windows: []WindowRow{}},
		}},
		&ReadNotice{}, &ReadNotice{With: 1, Seq: 2}, &ReadNotice{With: 1, GID: 3, Seq: 2},
		&NoticeFrame{}, &NoticeFrame{What: "what", ID: 1, Name: "name", State: "state", GID: 2, GName: "gname", Seq: 3},
		&SessionsReply{}, &SessionsReply{RID: rid, More: true, Sessions: []SessionRow{{DeviceID: 1, Session: 1, Device: "device", Label: "label", Address: "address", Online: true, Used: "used", Here: true}, {}}},
	}
}

func isSet(f *Field, r *Request) bool {
	switch f.kind {
	case integer:
		return *f.integer(r) != 0
	case text:
		return *f.text(r) != ""
	case boolean:
		return *f.boolean(r)
	}
	return false
}
