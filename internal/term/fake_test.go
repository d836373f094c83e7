package term

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/client"
	"parley/wire"
)

const noon = "2026-01-02T12:00:00.000Z"

type appendsJSON interface{ AppendJSON([]byte) []byte }

// fake is a small server behind Options.Dialer that answers by a table.
type fake struct {
	t       *testing.T
	answers map[wire.Msgid]func(q *wire.Request) []appendsJSON
	mu      sync.Mutex
	seq     int64
	got     []string // what was sent, as "to 2: text"
	read    []int64  // received cursors
}

func newFake(t *testing.T) *fake {
	f := &fake{t: t}
	f.answers = map[wire.Msgid]func(q *wire.Request) []appendsJSON{
		wire.Login: func(q *wire.Request) []appendsJSON {
			return []appendsJSON{&wire.LoginReply{
				ID: 1, Name: q.Name, Device: q.Device, HeartbeatMS: 30_000, Changes: true,
				Friends: []wire.FriendRow{{ID: 2, Name: "bob", State: "online"}, {ID: 3, Name: "carol", State: "offline"}},
				Groups:  []wire.GroupRow{{GID: 9, GName: "club", GDesc: "books", Role: "creator", Members: 2}},
			}}
		},
		wire.Chat:      f.chat,
		wire.GroupChat: f.chat,
		wire.Logout:    ok,
		wire.AddFriend: func(q *wire.Request) []appendsJSON {
			if q.Name == "nobody" {
				return []appendsJSON{&wire.AckReply{Re: q.Msgid, RID: q.RID, Erron: wire.NoSuchUser, Errinfo: "there is no such user"}}
			}
			return []appendsJSON{&wire.AckReply{Re: q.Msgid, RID: q.RID, FriendID: max(q.FriendID, 4), Name: "dave"}}
		},
		wire.Friends: func(q *wire.Request) []appendsJSON {
			return []appendsJSON{&wire.FriendsReply{RID: q.RID, Friends: []wire.FriendRow{{ID: 2, Name: "bob", State: "online"}}}}
		},
		wire.CreateGroup: func(q *wire.Request) []appendsJSON {
			return []appendsJSON{&wire.AckReply{Re: q.Msgid, RID: q.RID, GID: 10}}
		},
		wire.RemoveMember: func(q *wire.Request) []appendsJSON {
			if !q.Remove {
				return []appendsJSON{&wire.AckReply{Re: q.Msgid, RID: q.RID, GID: q.GID}}
			}
			return []appendsJSON{&wire.AckReply{Re: q.Msgid, RID: q.RID, Erron: wire.NotCreator, Errinfo: "only the creator may do that"}}
		},
		wire.Groups: func(q *wire.Request) []appendsJSON {
			if q.GID != 0 {
				return []appendsJSON{&wire.GroupsReply{RID: q.RID, GID: q.GID, Members: []wire.MemberRow{{ID: 1, Name: "alice", Role: "creator", State: "online"}}}}
			}
			return []appendsJSON{&wire.GroupsReply{RID: q.RID}}
		},
		wire.Conversations: func(q *wire.Request) []appendsJSON {
			return []appendsJSON{&wire.ConversationsReply{RID: q.RID, Conversations: []wire.ConversationRow{
				{With: 2, Name: "bob", LastSeq: 1200, Unread: 1000, Last: says(1200, "hi")},
			}}}
		},
		wire.History: func(q *wire.Request) []appendsJSON {
			return []appendsJSON{&wire.HistoryReply{RID: q.RID, With: q.With, GID: q.GID, Messages: []wire.Message{*says(4, "old"), *says(5, "older\x1b[2J")}}}
		},
		wire.Change: func(q *wire.Request) []appendsJSON {
			f.got = append(f.got, fmt.Sprintf("%s %d/%d @%d %s%s", q.Op, q.With, q.GID, q.Seq, q.Msg, q.Emoji))
			if q.Emoji == "thumb" {
				return []appendsJSON{&wire.AckReply{Re: q.Msgid, SendSeq: q.SendSeq, Erron: wire.BadEmoji, Errinfo: "this is not one emoji"}}
			}
			return []appendsJSON{&wire.AckReply{Re: q.Msgid, SendSeq: q.SendSeq, Rev: 8, Time: noon}}
		},
		wire.States: func(q *wire.Request) []appendsJSON {
			m := says(3, "rules")
			m.Rev, m.Pinned, m.Edited, m.Reactions = 7, true, noon, []wire.ReactionRow{{Emoji: "👍", Count: 2}}
			return []appendsJSON{&wire.StatesReply{RID: q.RID, With: q.With, GID: q.GID, Messages: []wire.Message{*m}}}
		},
		wire.Settings: ok, wire.Read: ok, wire.Block: ok, wire.Unfriend: ok, wire.LeaveGroup: ok,
		wire.JoinGroup: func(q *wire.Request) []appendsJSON {
			return []appendsJSON{&wire.AckReply{Re: q.Msgid, RID: q.RID, GID: q.GID, Name: "chess"}}
		},
		wire.Readers: func(q *wire.Request) []appendsJSON {
			return []appendsJSON{&wire.ReadersReply{RID: q.RID, With: q.With, Seq: q.Seq, Members: 2, Received: 2, Read: 1, Users: []wire.ReaderRow{
				{ID: 2, Name: "bob", Stage: "read"}, {ID: 3, Name: "carol", Stage: "received"},
			}}}
		},
		wire.Heartbeat: func(q *wire.Request) []appendsJSON { return []appendsJSON{&wire.HeartbeatReply{RID: q.RID}} },
		wire.Received: func(q *wire.Request) []appendsJSON {
			f.read = append(f.read, q.Seq)
			return nil
		},
	}
	return f
}

func ok(q *wire.Request) []appendsJSON {
	return []appendsJSON{&wire.AckReply{Re: q.Msgid, RID: q.RID}}
}

func (f *fake) chat(q *wire.Request) []appendsJSON {
	f.seq++
	to := fmt.Sprint("to ", q.To)
	if q.GID != 0 {
		to = fmt.Sprint("group ", q.GID)
	}
	f.got = append(f.got, to+": "+q.Msg)
	return []appendsJSON{&wire.AckReply{Re: q.Msgid, SendSeq: q.SendSeq, Seq: f.seq, Time: noon}}
}

func says(seq int64, text string) *wire.Message {
	return &wire.Message{ID: 2, From: "bob", To: 1, Msg: text, Time: noon, Seq: seq}
}

// withTokens makes the server give a token to every login, refuse those of the device
// "refused", and the password "wrong".
func (f *fake) withTokens(seen func(q *wire.Request)) {
	login := f.answers[wire.Login]
	f.answers[wire.Login] = func(q *wire.Request) []appendsJSON {
		if seen != nil {
			seen(q)
		}
		if q.Device == "refused" || q.Pwd == "wrong" {
			return []appendsJSON{&wire.LoginReply{Erron: wire.BadCredentials}}
		}
		out := login(q)
		out[0].(*wire.LoginReply).Token = "token"
		return out
	}
}

// greet makes the server deliver messages right behind the login answer.
func (f *fake) greet(messages ...*wire.Message) {
	login := f.answers[wire.Login]
	f.answers[wire.Login] = func(q *wire.Request) []appendsJSON {
		out := login(q)
		for _, m := range messages {
			out = append(out, m)
		}
		return out
	}
}

func (f *fake) options(o *client.Options) {
	o.Dialer = func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go f.serve(ours)
		return theirs, nil
	}
}

func (f *fake) serve(conn net.Conn) {
	defer conn.Close()
	scan := bufio.NewScanner(conn)
	scan.Buffer(nil, 1<<20)
	for scan.Scan() {
		var q wire.Request
		if err := wire.DecodeRequest(scan.Bytes(), &q); err != nil {
			f.t.Errorf("the client sent %s: %v", scan.Bytes(), err)
			return
		}
		answer := f.answers[q.Msgid]
		if answer == nil {
			f.t.Errorf("the client sent %s, which the test does not answer", scan.Bytes())
			return
		}
		f.mu.Lock()
		frames := answer(&q)
		f.mu.Unlock()
		for _, a := range frames {
			if _, err := conn.Write(append(a.AppendJSON(nil), '\n')); err != nil {
				return
			}
		}
	}
}

// sink collects output; lines come from several goroutines.
type sink struct {
	mu sync.Mutex
	b  strings.Builder
}

func (s *sink) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *sink) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func alice(f *fake) Account {
	return Account{Server: "tcp://server:6000", Name: "alice", Device: "test", Password: "password", Options: f.options}
}

// script runs commands as from a pipe, and returns the output.
func script(t *testing.T, f *fake, change func(*Chat), commands ...string) (string, error) {
	t.Helper()
	var out sink
	ch := &Chat{Account: alice(f), In: strings.NewReader(strings.Join(commands, "\n")), Out: &out, Zone: time.UTC}
	if change != nil {
		change(ch)
	}
	err := ch.Run(t.Context())
	return out.String(), err
}
