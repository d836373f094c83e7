package wire

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// sameRequest compares all of two requests but the kept memory of RID.
var sameRequest = []cmp.Option{
	cmp.AllowUnexported(Request{}, set{}), cmpopts.IgnoreFields(Request{}, "ridBuf"), cmpopts.EquateEmpty(),
}

func TestDecodeRequest(t *testing.T) {
	tests := []struct {
		frame string
		want  Request
	}{
		{`{"msgid":0,"name":"huangyuming","pwd":"s"}`, Request{Msgid: 0, Name: "huangyuming", Pwd: "s", has: setOf(FName, FPwd)}},
		{`{"msgid":2,"id":1,"name":"h","pwd":"s"}`, Request{Msgid: 2, ID: 1, Name: "h", Pwd: "s", has: setOf(FID, FName, FPwd)}},
		{
			`{"msgid":2,"id":"1","token":"t","device":"d","send_next":"9"}`,
			Request{Msgid: 2, ID: 1, Token: "t", Device: "d", SendNext: 9, has: setOf(FID, FToken, FDevice, FSendNext)},
		},
		{`{"msgid":4,"id":1,"from":"h","to":2,"msg":"hi","time":"now"}`, Request{Msgid: 4, ID: 1, To: 2, Msg: "hi", has: setOf(FID, FTo, FMsg)}},
		{`{"msgid":5,"id":1,"friendid":"2"}`, Request{Msgid: 5, ID: 1, FriendID: 2, has: setOf(FID, FFriendID)}},
		{`{"msgid":"8","gid":"2","msg":""}`, Request{Msgid: 8, GID: 2, has: setOf(FGID, FMsg)}},
		{`{"msgid":9}`, Request{Msgid: 9}},
		{` {"msgid" : 9 , "rid" : "a\"b" } ` + "\n\x00", Request{Msgid: 9, RID: []byte(`"a\"b"`)}},
		{`{"rid":-1.5e3,"msgid":11}`, Request{Msgid: 11, RID: []byte(`-1.5e3`)}},
		{`{"msgid":33,"user":3}`, Request{Msgid: 33, User: 3, Block: true, has: setOf(FUser)}},
		{`{"msgid":33,"user":3,"block":false}`, Request{Msgid: 33, User: 3, has: setOf(FUser, FBlock)}},
		{`{"msgid":31,"gid":2,"member":3}`, Request{Msgid: 31, GID: 2, Member: 3, Remove: true, has: setOf(FGID, FMember)}},
		{`{"msgid":31,"gid":2,"member":3,"remove":false}`, Request{Msgid: 31, GID: 2, Member: 3, has: setOf(FGID, FMember, FRemove)}},
		// Each has its own place: what belongs to the other request says nothing here.
		{`{"msgid":31,"gid":2,"member":3,"block":false}`, Request{Msgid: 31, GID: 2, Member: 3, Remove: true, has: setOf(FGID, FMember)}},
		{`{"msgid":31,"gid":2,"member":3,"remove":true,"block":false}`, Request{Msgid: 31, GID: 2, Member: 3, Remove: true, has: setOf(FGID, FMember, FRemove)}},
		{`{"msgid":33,"user":3,"remove":false}`, Request{Msgid: 33, User: 3, Block: true, has: setOf(FUser)}},
		// Fields of other requests, unknown ones and null are as good as left out.
		{`{"msgid":9,"to":{"x":[1,2]},"msg":7,"name":null,"block":"maybe","what":[[]]}`, Request{Msgid: 9}},
		{`{"msgid":4,"to":2,"msg":"x","id":null,"rid":null}`, Request{Msgid: 4, To: 2, Msg: "x", has: setOf(FTo, FMsg)}},
		// Names and numbers in other spellings.
		{`{"\u006dsgid":4e0,"to":20e-1,"msg":"\u4f60\ud83d\ude00\n\/"}`, Request{Msgid: 4, To: 2, Msg: "你😀\n/", has: setOf(FTo, FMsg)}},
		{`{"msgid":4,"to":9007199254740992,"msg":"x"}`, Request{Msgid: 4, To: 1 << 53, Msg: "x", has: setOf(FTo, FMsg)}},
		{`{"msgid":4,"to":"\u0032","msg":"x"}`, Request{Msgid: 4, To: 2, Msg: "x", has: setOf(FTo, FMsg)}},
		{`{"msgid":21,"pin":"SHA256:x"}`, Request{Msgid: 21, Pin: "SHA256:x", has: setOf(FPin)}},
		{`{"msgid":23,"key":"x"}`, Request{Msgid: 23, Key: "x", has: setOf(FKey)}},
		{`{"data":"eA==","msgid":25}`, Request{Msgid: 25, Data: "eA==", has: setOf(FData)}},
		{`{"a":[[[[[[[]]]]]]],"msgid":9}`, Request{Msgid: 9}},
	}
	var r Request
	for _, test := range tests {
		if err := DecodeRequest([]byte(test.frame), &r); err != nil {
			t.Errorf("%s: %v", test.frame, err)
			continue
		}
		if diff := cmp.Diff(test.want, r, sameRequest...); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.frame, diff)
		}
	}
}

func TestDecodeRequestRefuses(t *testing.T) {
	long := `"` + strings.Repeat("r", MaxRID-1) + `"`
	tests := []struct {
		frame string
		code  Code
		info  string // a part of it
		re    Msgid
		rid   string
	}{
		{``, Malformed, "ends", -1, ""},
		{`{"msgid":4,"rid":1,`, Malformed, "ends", 4, "1"},
		{`{"msgid":4,"rid":1,}`, Malformed, "byte 20", 4, "1"},
		{`[]`, Malformed, "byte 1", -1, ""},
		{`{} {}`, Malformed, "byte 4", -1, ""},
		{`{"msgid":9,"x":01}`, Malformed, "byte", 9, ""},
		{"{\"msgid\":9,\"x\":\"\n\"}", Malformed, "byte", 9, ""},
		{`{"msgid":9,"x":"\q"}`, Malformed, "byte", 9, ""},
		{`{}`, BadField, `"msgid" is missing`, -1, ""},
		{`{"msgid":-4,"rid":7}`, BadField, `"msgid" must be`, -1, "7"},
		{`{"msgid":[4]}`, BadField, `"msgid" must be`, -1, ""},
		{`{"msgid":99,"rid":"q"}`, UnknownMsgid, "", 99, `"q"`},
		{`{"msgid":10}`, UnknownMsgid, "", 10, ""},
		{`{"to":"x","msg":"m","rid":7,"msgid":4}`, BadField, `"to" must be`, 4, "7"},
		{`{"to":1.5,"msg":"m","msgid":4}`, BadField, `"to" must be`, 4, ""},
		{`{"to":9007199254740993,"msg":"m","msgid":4}`, BadField, `"to" must be`, 4, ""},
		{`{"to":1,"msg":2,"msgid":4}`, BadField, `"msg" must be a string`, 4, ""},
		{`{"msgid":4}`, BadField, `"to" and "msg" is missing`, 4, ""},
		{`{"msgid":4,"to":null,"msg":"m"}`, BadField, `"to" is missing`, 4, ""},
		{`{"msgid":13,"seq":3}`, BadField, `"gid" or "with" is missing`, 13, ""},
		{`{"msgid":13,"seq":3,"gid":1,"with":2}`, BadField, `only one of "gid" and "with"`, 13, ""},
		{`{"msgid":19,"gid":1,"after":1,"before":2}`, BadField, `only one of "after" and "before"`, 19, ""},
		{`{"msgid":2,"pwd":"x"}`, BadField, `"id" or "name" is missing`, 2, ""},
		{`{"msgid":2,"id":1,"name":"n"}`, BadField, `"pwd" or "token" is missing`, 2, ""},
		{`{"msgid":33,"user":1,"block":1}`, BadField, `"block" must be true or false`, 33, ""},
		{`{"msgid":4,"to":1,"msg":"m","rid":true}`, BadField, `"rid" must be`, 4, ""},
		{`{"msgid":4,"to":1,"msg":"m","rid":` + long + `}`, BadField, `"rid" is longer`, 4, ""},
		{`{"msgid":4,"to":1,"msg":"m","rid":"` + "\xff" + `"}`, BadText, `"rid"`, 4, ""},
		{`{"to":1,"msg":"\ud800","rid":5,"msgid":4}`, BadText, `"msg" is not valid UTF-8`, 4, "5"},
		{`{"msgid":4,"to":1,"msg":"\udc00\ud800"}`, BadText, `"msg"`, 4, ""},
		{"{\"msgid\":4,\"to\":1,\"msg\":\"12345678\xc3\"}", BadText, `"msg"`, 4, ""},
		{"{\"msgid\":9,\"msg\":\"\xff\"}", Malformed, `"msg" is not valid UTF-8`, 9, ""},
		{"{\"msgid\":9,\"x\":[{\"y\":\"\xff\"}]}", Malformed, `not valid UTF-8`, 9, ""},
		{"{\"\xff\":1,\"msgid\":9}", Malformed, `name is not valid UTF-8`, 9, ""},
		{`{"to":1,"to":2,"msg":"m","msgid":4}`, Malformed, `"to" stands twice`, 4, ""},
		{`{"a":1,"\u0061":2,"msgid":9}`, Malformed, `stands twice`, 9, ""},
		{manyMembers(40) + `,"x39":1,"msgid":9}`, Malformed, `stands twice`, 9, ""},
		{`{"a":[[[[[[[[]]]]]]]],"rid":"z","msgid":9}`, TooDeep, "", 9, `"z"`},
		{`{"a":[[[[[[[[{"]":"]"}]]]]]]]],"msgid":9}`, TooDeep, "", 9, ""},
	}
	var r Request
	for _, test := range tests {
		err := DecodeRequest([]byte(test.frame), &r)
		if err == nil {
			t.Errorf("%s is taken", test.frame)
			continue
		}
		if err.Code != test.code || !strings.Contains(err.Info, test.info) || err.Re != test.re || string(err.RID) != test.rid {
			t.Errorf("%s: %v, re %d, rid %s; want code %d, %q, re %d, rid %s",
				test.frame, err, err.Re, err.RID, test.code, test.info, test.re, test.rid)
		}
		if r.Msgid != err.Re || string(r.RID) != string(err.RID) {
			t.Errorf("%s: the request says %d %s", test.frame, r.Msgid, r.RID)
		}
	}
}

// Who refuses a chat frame needs its number wherever it stands, as far as it can be read.
func TestRefusalsKnowSendSeq(t *testing.T) {
	for frame, want := range map[string]int64{
		`{"msgid":4,"to":1,"msg":"\ud800","send_seq":7}`:        7,
		`{"send_seq":"7","to":"x","msg":"m","msgid":8}`:         7,
		`{"msgid":4,"to":1,"to":1,"msg":"m","send_seq":7}`:      7,
		`{"msgid":4,"send_seq":7,"to":1,`:                       7,
		`{"msgid":4,"send_seq":7,"x":[[[[[[[[[]]]]]]]]]}`:       7,
		`{"msgid":4,"to":1,"msg":"m","send_seq":7.5}`:           0,
		`{"msgid":4,"to":"x","msg":"m"}`:                        0,
		`{"msgid":5,"friendid":"x","send_seq":7}`:               0,
		`{"to":1,"msg":2,"send_seq":7}`:                         0,
		`{"msgid":4,"to":1,"msg":2,"send_seq":{"send_seq":[]}}`: 0,
	} {
		var r Request
		if err := DecodeRequest([]byte(frame), &r); err == nil || err.SendSeq != want {
			t.Errorf("%s: %v, %+v; want send_seq %d", frame, err, err, want)
		}
	}
}

// Every pair of escapes at the edges of the surrogates, alone, in pairs and in threes.
func TestSurrogates(t *testing.T) {
	edges := []string{"", `\u0041`, `\ud7ff`, `\ud800`, `\uD9aB`, `\udbff`, `\udc00`, `\udc0f`, `\udfff`, `\ue000`, `\uffff`, "x", `\n`}
	for _, a := range edges {
		for _, b := range edges {
			for _, c := range edges {
				compareDecoders(t, []byte(`{"msgid":4,"to":1,"msg":"`+a+b+c+`"}`))
			}
		}
	}
}

// manyMembers begins a frame with n unknown members.
func manyMembers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"x%d":%d`, i, i)
	}
	return "{" + b.String()[1:]
}

func TestManyUnknownMembers(t *testing.T) {
	var r Request
	if err := DecodeRequest([]byte(manyMembers(1000)+`,"msgid":9}`), &r); err != nil {
		t.Error(err)
	}
}

func TestDecodeResets(t *testing.T) {
	var r Request
	first := []byte(`{"msgid":4,"to":2,"msg":"x","send_seq":3,"rid":1234}`)
	if err := DecodeRequest(first, &r); err != nil {
		t.Fatal(err)
	}
	msg := r.Msg
	clear(first)
	if err := DecodeRequest([]byte(`{"msgid":9}`), &r); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Request{Msgid: 9}, r, sameRequest...); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if msg != "x" || r.RID != nil {
		t.Errorf("msg %q, rid %q", msg, r.RID)
	}
}

func TestWholeNumber(t *testing.T) {
	zeros := strings.Repeat("0", 400)
	tests := map[string]int64{
		"0": 0, "-0": 0, "0.0": 0, "0e5": 0, "-0.0e-3": 0, "7": 7, "007": -1, "": -1, " 1": -1, "1 ": -1,
		"+1": -1, "-1": -1, "1.5": -1, "1.": -1, ".5": -1, "1e": -1, "0x1": -1, "1_0": -1, "NaN": -1,
		"1.0": 1, "1.50e1": 15, "120e-1": 12, "125e-1": -1, "1e15": 1e15, "1E+2": 100, "9e15": 9e15, "1e16": -1,
		"9007199254740992": 1 << 53, "9007199254740993": -1, "9007199254740992.0": 1 << 53,
		"90071992547409920e-1": 1 << 53, "0.9007199254740992e16": 1 << 53, "90071992547409921e-1": -1,
		"18446744073709551617": -1, "1e99999999999999999999": -1, "1e-99999999999999999999": -1,
		"0e99999999999999999999": 0, "1" + zeros + "e-400": 1, "0." + zeros + "1e401": 1, "0." + zeros + "1e400": -1,
		"123456789012345": 123456789012345, "1234567890123456": 1234567890123456,
	}
	for raw, want := range tests {
		got, ok := wholeNumber([]byte(raw))
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("%s: %d, want %d", raw, got, want)
		}
	}
}

func TestAppendLeavesOutWhatDoesNotBelong(t *testing.T) {
	r := Request{Msgid: Chat, To: 2, Msg: "hi", GID: 3, Pwd: "secret"}
	r.Set(FTo, FMsg, FGID, FPwd)
	if got, want := string(r.AppendJSON(nil)), `{"msgid":4,"to":2,"msg":"hi"}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	r = Request{Msgid: 99}
	if got, want := string(r.AppendJSON(nil)), `{"msgid":99}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
