package wire

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// serverFrame is what every frame of the server can do.
type serverFrame interface{ AppendJSON(dst []byte) []byte }

func TestServerFramesToTheLetter(t *testing.T) {
	at := AppendTime(nil, time.Date(2024, 5, 1, 10, 30, 0, 125_999_999, time.FixedZone("", 2*3600)))
	rid := []byte(`"r1"`)
	direct := Message{ID: 1, From: "huangyuming", To: 2, Msg: "hi", Time: string(at), Seq: 7}
	own := Message{ID: 1, From: "h", GID: 3, Msg: "a\nb", Time: string(at), Seq: 8, SendSeq: 5, Device: "phone"}
	tests := []struct {
		frame serverFrame
		want  string
	}{
		{&RegisterReply{ID: 1, Name: "huangyuming"}, `{"msgid":1,"erron":0,"id":1,"name":"huangyuming"}`},
		{
			&RegisterReply{Erron: RateLimited, Errinfo: "wait", RID: rid, RetryAfterMS: 50, Name: "x"},
			`{"msgid":1,"rid":"r1","erron":30,"errinfo":"wait","retry_after_ms":50}`,
		},
		{&LoginReply{Erron: AlreadyOnline}, `{"msgid":3,"erron":1,"errinfo":"already online"}`},
		{
			&LoginReply{ID: 1, Name: "huangyuming", HeartbeatMS: 30000},
			`{"msgid":3,"erron":0,"id":1,"name":"huangyuming","last_send_seq":0,"heartbeat_ms":30000,"friends":[],"groups":[]}`,
		},
		{
			&LoginReply{
				RID: rid, ID: 1, Name: "h", Device: "phone", LastSendSeq: 4, Token: "t", HeartbeatMS: 1,
				Friends: []FriendRow{{ID: 2, Name: "b", State: "online"}, {ID: 3, Name: "c", State: "offline"}}, Groups: []GroupRow{{GID: 1, GName: "g", Role: "creator", Members: 2}},
			},
			`{"msgid":3,"rid":"r1","erron":0,"id":1,"name":"h","device":"phone","last_send_seq":4,"token":"t","heartbeat_ms":1,` +
				`"friends":[{"id":2,"name":"b","state":"online"},{"id":3,"name":"c","state":"offline"}],` +
				`"groups":[{"gid":1,"gname":"g","gdesc":"","role":"creator","members":2}]}`,
		},
		{&direct, `{"msgid":4,"id":1,"from":"huangyuming","to":2,"msg":"hi","time":"2024-05-01T08:30:00.125Z","seq":7}`},
		{&own, `{"msgid":8,"id":1,"from":"h","gid":3,"msg":"a\nb","time":"2024-05-01T08:30:00.125Z","seq":8,"send_seq":5,"device":"phone"}`},
		{
			&AckReply{Re: Chat, RID: rid, SendSeq: 1, Seq: 2, Time: string(at)},
			`{"msgid":10,"re":4,"rid":"r1","erron":0,"send_seq":1,"seq":2,"time":"2024-05-01T08:30:00.125Z"}`,
		},
		{&AckReply{Re: -1, Erron: Malformed, Errinfo: "no"}, `{"msgid":10,"re":-1,"erron":2,"errinfo":"no"}`},
		{
			&AckReply{Re: Chat, Erron: SendSeqGap, Errinfo: "gap", SendSeq: 9, SendNext: 7},
			`{"msgid":10,"re":4,"erron":22,"errinfo":"gap","send_seq":9,"send_next":7}`,
		},
		{&AckReply{Re: CreateGroup, GID: 5}, `{"msgid":10,"re":6,"erron":0,"gid":5}`},
		{&AckReply{Re: AddFriend, FriendID: 2, Name: "b"}, `{"msgid":10,"re":5,"erron":0,"friendid":2,"name":"b"}`},
		{&HeartbeatReply{}, `{"msgid":12}`},
		{&PresenceNotice{2, "b", "online"}, `{"msgid":14,"id":2,"name":"b","state":"online"}`},
		{&FriendsReply{More: true}, `{"msgid":16,"friends":[],"more":true}`},
		{&GroupsReply{}, `{"msgid":18,"groups":[],"more":false}`},
		{
			&GroupsReply{GID: 3, Members: []MemberRow{{ID: 1, Name: "h", Role: "creator", State: "online"}, {ID: 2, Name: "b", Role: "normal"}}},
			`{"msgid":18,"gid":3,"members":[{"id":1,"name":"h","role":"creator","state":"online"},{"id":2,"name":"b","role":"normal"}],"more":false}`,
		},
		{
			&HistoryReply{With: 2, Messages: []Message{{ID: 1, From: "h", To: 2, Msg: "x", Seq: 1}}},
			`{"msgid":20,"with":2,"messages":[{"msgid":4,"id":1,"from":"h","to":2,"msg":"x","time":"","seq":1}],"more":false}`,
		},
		{
			&GoodbyeNotice{Code: ByeShutdown, Reconnect: true, AfterMS: 10},
			`{"msgid":26,"code":1000,"reason":"the server is stopping: reconnect","reconnect":true,"after_ms":10}`,
		},
		{
			&HistoryReply{GID: 2, Messages: []Message{}, Windows: []WindowRow{{Until: 5}, {After: 8}}},
			`{"msgid":20,"gid":2,"messages":[],"windows":[{"after":0,"until":5},{"after":8}],"more":false}`,
		},
		{
			&ConversationsReply{Conversations: []ConversationRow{{Key: 1, GID: 3, Name: "g", LastSeq: 8, Delivered: 7, Read: 6, Unread: 2}}},
			`{"msgid":28,"conversations":[{"key":1,"gid":3,"name":"g","last_seq":8,"delivered":7,"read":6,"unread":2}],"more":false}`,
		},
		{&ReadNotice{With: 2, Seq: 3}, `{"msgid":29,"with":2,"seq":3}`},
		{
			&NoticeFrame{What: "friend_added", ID: 2, Name: "b", State: "online"},
			`{"msgid":34,"what":"friend_added","id":2,"name":"b","state":"online"}`,
		},
	}
	for _, test := range tests {
		got := test.frame.AppendJSON([]byte("before"))
		if string(got) != "before"+test.want {
			t.Errorf("got  %s\nwant %s", got[6:], test.want)
		}
		checkServerFrame(t, got[6:])
	}
}

// checkServerFrame fails unless what is decoded from a frame is written as that very
// frame again.
func checkServerFrame(t *testing.T, frame []byte) {
	t.Helper()
	decoded, err := DecodeServer(frame)
	if err != nil {
		t.Errorf("%s: %v", frame, err)
		return
	}
	if again := decoded.(serverFrame).AppendJSON(nil); !bytes.Equal(again, frame) {
		t.Errorf("decoded and written again:\n%s\nbefore:\n%s", again, frame)
	}
}

// anyText makes valid UTF-8 with all that needs care in JSON.
var anyText = rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "\u2028\u2029\x00\x1f\x7f\"\\/", "你好😀", "<a&b>"}))

func TestHotFramesAgainstTheOtherReader(t *testing.T) {
	whole := rapid.Int64Range(0, MaxInteger)
	some := rapid.Int64Range(1, MaxInteger)
	rapid.Check(t, func(t *rapid.T) {
		m := Message{
			ID: whole.Draw(t, "id"), From: anyText.Draw(t, "from"), Msg: anyText.Draw(t, "msg"), Time: anyText.Draw(t, "time"),
			Seq: whole.Draw(t, "seq"), SendSeq: whole.Draw(t, "send_seq"), Device: anyText.Draw(t, "device"),
		}
		id := Chat
		if rapid.Bool().Draw(t, "group") {
			id = GroupChat
			m.GID = some.Draw(t, "gid")
		} else {
			m.To = whole.Draw(t, "to")
		}
		agree(t, id, &m)
		a := AckReply{
			Re: Msgid(rapid.IntRange(-1, 40).Draw(t, "re")), RID: rapid.SampledFrom([][]byte{nil, []byte(`"é\n"`), []byte("-1.5e3")}).Draw(t, "rid"),
			Erron: Code(rapid.IntRange(0, 50).Draw(t, "erron")), SendSeq: whole.Draw(t, "send_seq"), Seq: whole.Draw(t, "seq"),
			Time: anyText.Draw(t, "time"), GID: whole.Draw(t, "gid"), FriendID: whole.Draw(t, "friendid"), Name: anyText.Draw(t, "name"),
			State: anyText.Draw(t, "state"), Token: anyText.Draw(t, "token"), SendNext: whole.Draw(t, "next"), RetryAfterMS: whole.Draw(t, "retry"),
		}
		if a.Erron != OK {
			a.Errinfo = "x" + anyText.Draw(t, "errinfo")
		}
		agree(t, Ack, &a)
		agree(t, Sealed, &SealedFrame{Data: m.Msg})
		agree(t, Presence, &PresenceNotice{ID: m.ID, Name: m.From, State: m.Msg})
	})
}

// agree writes a frame by hand and by the plan of its struct, and reads it by DecodeServer and by its json tags.
func agree(t *rapid.T, id Msgid, want serverFrame) {
	frame := want.AppendJSON(nil)
	if planned := appendFrame(nil, id, want); !bytes.Equal(planned, frame) {
		t.Fatalf("written by hand: %s\nby the plan:     %s", frame, planned)
	}
	if !jsontext.Value(frame).IsValid() || bytes.ContainsAny(frame, "\u2028\u2029\n\r\x00") {
		t.Fatalf("written as %s", frame)
	}
	other := reflect.New(reflect.TypeOf(want).Elem()).Interface()
	if err := json.Unmarshal(frame, other, rawRID); err != nil {
		t.Fatalf("%s: %v", frame, err)
	}
	got, err := DecodeServer(frame)
	if err != nil {
		t.Fatalf("%s: %v", frame, err)
	}
	for _, read := range []any{got, other} {
		if diff := cmp.Diff(any(want), read, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("%s (-want +got):\n%s", frame, diff)
		}
	}
}

func TestQuotedIsAlwaysJSON(t *testing.T) {
	for _, s := range []string{"\xff", "a\xc3", "\xed\xa0\x80", "ok\xf0\x9f\x98", "\x80\u2028"} {
		quoted := appendQuoted(nil, s)
		var back string
		if err := json.Unmarshal(quoted, &back); err != nil || back != strings.ToValidUTF8(s, "\uFFFD") && !strings.Contains(back, "\uFFFD") {
			t.Errorf("%q is written as %s: %v", s, quoted, err)
		}
	}
}

func TestDecodeServerRefuses(t *testing.T) {
	var unknown *UnknownFrameError
	if _, err := DecodeServer([]byte(`{"msgid":77}`)); !errors.As(err, &unknown) || unknown.Msgid != 77 || err.Error() == "" {
		t.Errorf("msgid 77: %v", err)
	}
	if _, err := DecodeServer([]byte(`{"msgid":0,"name":"x","pwd":"y"}`)); !errors.As(err, &unknown) {
		t.Errorf("msgid 0: %v", err)
	}
	for _, frame := range []string{
		``, `[]`, `{}`, `{"msgid":4}`, `{"msgid":"x"}`, `{"msgid":4,"id":"1","from":"h","to":2,"msg":"m","time":"t","seq":1}`,
		`{"msgid":4,"id":1,"from":"h","gid":2,"msg":"m","time":"t","seq":1}`, `{"msgid":8,"id":1,"from":1,"gid":2,"msg":"m","time":"t","seq":1}`,
		`{"msgid":8,"id":1,"from":"\ud800","gid":2,"msg":"m","time":"t","seq":1}`,
		`{"msgid":10,"erron":0}`, `{"msgid":10,"re":4}`, `{"msgid":10,"re":4,"erron":-1}`, `{"msgid":10,"re":-2,"erron":0}`, `{"msgid":10,"re":4,"erron":0,"rid":[]}`,
		`{"msgid":16,"friends":7}`, `{"msgid":16,"friends":[{"id":1,"id":2}]}`, `{"msgid":14,"id":1,"id":2}`,
	} {
		var e *Error
		if got, err := DecodeServer([]byte(frame)); !errors.As(err, &e) || e.Error() == "" {
			t.Errorf("%s: %v, %v", frame, got, err)
		}
	}
}

func FuzzDecodeServer(f *testing.F) {
	f.Fuzz(func(t *testing.T, data []byte) {
		frame, err := DecodeServer(data)
		if err != nil {
			return
		}
		first := frame.(serverFrame).AppendJSON(nil)
		if !jsontext.Value(first).IsValid() {
			t.Fatalf("%q is written as %q", data, first)
		}
		checkServerFrame(t, first)
	})
}

func TestAppendTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(-62135596800, 253402300799).Draw(t, "s"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns"))
		if got, want := string(AppendTime(nil, at)), at.UTC().Format("2006-01-02T15:04:05.000Z"); got != want {
			t.Fatalf("%s, want %s", got, want)
		}
	})
}
