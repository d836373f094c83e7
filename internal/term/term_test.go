package term

import (
	"context"
	"errors"
	"net"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/client"
	"parley/wire"
)

func same(t *testing.T, got, want string) {
	t.Helper()
	if d := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); d != "" {
		t.Fatalf("(-want +got)\n%s", d)
	}
}

const welcome = `* logged in as alice (id 1)
friends:
  bob                  id 2      online
  carol                id 3      offline
groups:
  #9     club                 2 members, yours  books
* /help lists the commands
`

func TestEveryCommand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		got, err := script(t, f, nil,
			"hello?", "/to BOB", "hello", "//slash", "/msg 3 to carol", "/group #9 all of you",
			"/to #9", "again", "/who", "/friend nobody", "/friend dave", "/friend 4", "/unfriend bob", "/block 5", "/unblock 5",
			`/mkgroup "book club" we read`, "/join 11", "to chess", "/leave 11", "/kick 9 bob", "/readmit 9 5", "/friends", "/groups", "/members 9",
			"/list", "/notify mentions bob", "/notify loudly", "/mute 8 bob", "/mute off bob", "/top bob", "/untop bob", "/hide bob", "/history bob 2", "/read bob", "/readers bob 1", "/readers", "/nonsense", "/to zoe", "/msg", "", "/quit", "not reached")
		if err == nil || err.Error() != "8 of the commands failed" {
			t.Fatalf("ended with %v", err)
		}
		same(t, strings.TrimPrefix(got, welcome), `! text: to whom? Choose with /to NAME, /to ID or /to #GID first
* now talking to bob
  ✓ bob 1
  ✓ bob 2
  ✓ carol 3
  ✓ #9 club 4
* now talking to #9 club
  ✓ #9 club 5
* you are alice (id 1), talking to #9 club
! /friend: there is no such user (code 13)
* dave is now your friend
* dave is now your friend
* bob is no longer your friend
* 5 is blocked
* 5 is no longer blocked
* group #10 book club is made; others join with /join 10
* you are in #11 chess now, and talking to it
  ✓ #11 chess 6
* you left group #11
! /kick: only the creator may do that (code 17)
* 5 may join the group again
friends:
  bob                  id 2      online
no groups yet: /mkgroup NAME makes one, /join GID joins one
  alice                id 1      online   creator
  bob                       999+ unread  bob: hi
* bob: you will be told of: mentions
! /notify: of what do you want to be told? /notify all, /notify mentions or /notify none, and then of whom, if it is not the current conversation
* bob: muted for 8 hours
* bob: no longer muted
* bob: at the top of the list
* bob: no longer at the top of the list
* bob: out of sight until its next message
-- Friday, 2 January 2026 --
@4    12:00:00 bob: old
@5    12:00:00 bob: older␛[2J
* 2 messages of bob
* bob is read
* message 1 of bob: read by 1 of 2, received by 2
  read      bob
  received  carol
! /readers: who has read which message? Give its number, like /readers 12 or /readers #2 12
! /nonsense: there is no command /nonsense; /help lists them (write //… for a text that begins with a slash)
! /to: nobody you know is called "zoe"; add them with /friend NAME, or use their id (a number)
! /msg: write /msg NAME TEXT, and a name with spaces in quotes: /msg "li si" TEXT
`)
		want := []string{"to 2: hello", "to 2: /slash", "to 3: to carol", "group 9: all of you", "group 9: again", "group 11: to chess"}
		if d := cmp.Diff(want, f.got); d != "" {
			t.Fatal(d)
		}
	})
}

func TestMessagesAreShownInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.greet(says(1, "first"), says(3, "third\nline"), says(2, "second"),
			&wire.Message{ID: 3, From: "ca\x07rol", GID: 9, Msg: "\x1b]0;x", Time: noon, Seq: 1},
			&wire.Message{ID: 1, From: "alice", To: 2, Msg: "from elsewhere", Time: noon, Seq: 4, Device: "phone"})
		got, err := script(t, f, func(ch *Chat) { ch.Linger = 5 * time.Second }, "/to bob")
		if err != nil {
			t.Fatal(err)
		}
		_, got, _ = strings.Cut(got, "* /help lists the commands\n")
		got = strings.Replace(got, "* now talking to bob\n", "", 1) // comes anywhere between
		same(t, got, `-- Friday, 2 January 2026 --
12:00:00 bob: first
12:00:00 bob: second
12:00:00 bob: third
    line
12:00:00 [#9 club] ca␇rol: ␛]0;x
12:00:00 me (phone) to bob: from elsewhere
`)
		if len(f.read) == 0 {
			t.Fatal("the server was not told what was displayed")
		}
	})
}

func TestJSONLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got, err := script(t, newFake(t), func(ch *Chat) { ch.JSON = true }, "/msg bob hi", "/friends", "/kick 9 2", "/nonsense")
		if err == nil {
			t.Fatal("failed commands are no error")
		}
		same(t, got, `{"event":"login","id":1,"name":"alice","device":"test","friends":[{"id":2,"name":"bob","online":true},{"id":3,"name":"carol","online":false}],"groups":[{"gid":9,"name":"club","description":"books","creator":true,"members":2}]}
{"event":"ack","with":2,"seq":1,"send_seq":1,"text":"hi","time":"2026-01-02T12:00:00.000Z"}
{"event":"result","command":"/friends","ok":true,"friends":[{"id":2,"name":"bob","online":true}]}
{"event":"error","command":"/kick","text":"only the creator may do that (code 17)","code":17}
{"event":"error","command":"/nonsense","text":"there is no command /nonsense; /help lists them (write //… for a text that begins with a slash)","code":0}
`)
	})
}

func TestHelpNamesEveryCommand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got, err := script(t, newFake(t), nil, "/help")
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range commands {
			if !strings.Contains(got, c.name+" "+c.args) {
				t.Errorf("/help does not name %s", c.name)
			}
		}
	})
}

func TestLoginFailuresSayWhatToDo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.answers[wire.Login] = func(*wire.Request) []appendsJSON {
			return []appendsJSON{&wire.LoginReply{Erron: wire.AlreadyOnline, Errinfo: "already online"}}
		}
		_, err := script(t, f, nil)
		same(t, err.Error(), "cannot log in as alice: already online (code 1); give this program a --device of its own, or log the other session out")
		_, err = script(t, f, func(ch *Chat) {
			ch.Options = func(o *client.Options) {
				o.Dialer = func(context.Context, string, string) (net.Conn, error) { return nil, syscall.ECONNREFUSED }
			}
		})
		same(t, err.Error(), "cannot log in as alice: no server listens at tcp://server:6000; start one with `parley serve`, or name another with --server")
	})
}

func TestRegisterFirst(t *testing.T) {
	for _, code := range []wire.Code{wire.OK, wire.NameTaken, wire.NoRegistration} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(t)
			f.answers[wire.Register] = func(q *wire.Request) []appendsJSON {
				return []appendsJSON{&wire.RegisterReply{Erron: code, ID: 1, Name: q.Name}}
			}
			_, err := script(t, f, func(ch *Chat) { ch.Register = true }, "/who")
			if failed := err != nil; failed != (code == wire.NoRegistration) {
				t.Fatalf("code %d: %v", code, err)
			}
		})
	}
}

// TestRegisterByInvitation: where the server asks for a code, the person is asked for it once,
// and every way that it can end says what to do.
func TestRegisterByInvitation(t *testing.T) {
	for _, c := range []struct{ name, flag, typed, want string }{
		{"given", "right", "", ""},
		{"asked for", "", "right", ""},
		{"wrong", "wrong", "", "give the code with --invite CODE"},
		{"mistyped", "", "wrong", "give the code with --invite CODE"},
		{"nobody to ask", "", "", "; there is no terminal"},
		{"somebody else's name", "taken", "", "cannot register alice: this user name exists already: choose another (code 8); if it is your account, check the password"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				var codes []string
				f.answers[wire.Register] = func(q *wire.Request) []appendsJSON {
					codes = append(codes, q.Invite)
					a := &wire.RegisterReply{ID: 1, Name: q.Name}
					switch q.Invite {
					case "right":
					case "taken":
						a.Erron, a.Errinfo = wire.NameTaken, wire.NameTaken.Text()
					default:
						a.Erron, a.Errinfo = wire.BadRegistrationInvite, wire.BadRegistrationInvite.Text()
					}
					return []appendsJSON{a}
				}
				if c.flag == "taken" {
					f.answers[wire.Login] = func(*wire.Request) []appendsJSON {
						return []appendsJSON{&wire.LoginReply{Erron: wire.BadCredentials}}
					}
				}
				asked := 0
				_, err := script(t, f, func(ch *Chat) {
					ch.Register, ch.Invite = c.flag == "", c.flag
					ch.askCode = func() (string, error) {
						asked++
						if c.typed == "" {
							return "", errors.New("there is no terminal")
						}
						return c.typed, nil
					}
				}, "/who")
				switch {
				case c.want == "" && err != nil, c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
					t.Errorf("%v, want %q", err, c.want)
				}
				if c.flag != "" && (asked != 0 || len(codes) != 1) || c.flag == "" && (asked != 1 || codes[0] != "") {
					t.Errorf("asked %d times; codes sent: %q", asked, codes)
				}
			})
		})
	}
}

func TestSendPrintsTheSeqAfterTheAck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		var out sink
		send := Send{Account: alice(f), To: "BOB", Text: "-", In: strings.NewReader("two\nlines\n"), Out: &out}
		if err := send.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		send = Send{Account: alice(f), Group: "9", Text: "x", JSON: true, Out: &out}
		if err := send.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		same(t, out.String(), "1\n"+`{"event":"ack","gid":9,"seq":2,"send_seq":1,"text":"x","time":"2026-01-02T12:00:00.000Z"}`+"\n")
		if d := cmp.Diff([]string{"to 2: two\nlines", "group 9: x"}, f.got); d != "" {
			t.Fatal(d)
		}
	})
}

func TestSendFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.answers[wire.Chat] = func(q *wire.Request) []appendsJSON {
			return []appendsJSON{&wire.AckReply{Re: q.Msgid, SendSeq: q.SendSeq, Erron: wire.Busy}}
		}
		began := time.Now()
		var out sink
		send := Send{Account: alice(f), To: "2", Text: "x", Wait: 20 * time.Second, Out: &out}
		err := send.Run(t.Context())
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 20*time.Second || out.String() != "" {
			t.Fatalf("%v after %v, printed %q", err, time.Since(began), out.String())
		}
	})
}

func TestTailCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.greet(says(1, "a"), says(2, "b"), says(3, "c"))
		var out sink
		tail := Tail{Account: alice(f), JSON: true, Count: 2, Out: &out}
		if err := tail.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		same(t, out.String(), `{"event":"message","with":2,"seq":1,"id":2,"from":"bob","text":"a","time":"2026-01-02T12:00:00.000Z","mine":false}
{"event":"message","with":2,"seq":2,"id":2,"from":"bob","text":"b","time":"2026-01-02T12:00:00.000Z","mine":false}
`)
		if d := cmp.Diff([]int64{2}, f.read); d != "" {
			t.Fatalf("the server was told: %s", d)
		}
	})
}

func TestCleanLeavesNothingDangerous(t *testing.T) {
	in := "a\x00b\x1bc\u0085d\u202ee\u2066f\tg\r\nh漢字🙂"
	same(t, clean(in), "a␀b␛c�d�e�f    g␍\n    h漢字🙂")
	for _, r := range clean(in) {
		if r != '\n' && dangerous(r) {
			t.Errorf("%q is left", r)
		}
	}
}
