package term

import (
	"testing"
	"testing/synctest"
	"time"

	"parley/client"
)

// What others have read and who is writing is shown; who goes on writing is shown once.
func TestReceiptsAndTyping(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out sink
		s := &show{out: &out, zone: time.UTC, who: newRoster()}
		bob := client.User{ID: 2, Name: "bob"}
		direct := client.Typing{Conversation: client.Direct(2), User: bob}
		for _, e := range []client.Event{
			direct, direct,
			client.Typing{Conversation: client.Group(9), User: bob},
			client.Receipts{Conversation: client.Direct(2), Positions: []client.Reached{{User: 2, Received: 1}}},
			client.Receipts{Conversation: client.Direct(2), Positions: []client.Reached{{User: 2, Received: 1, Read: 1}}},
			client.Receipts{Conversation: client.Group(9), Positions: []client.Reached{{User: 2, Received: 1, Read: 1}}},
		} {
			s.event(e)
		}
		time.Sleep(client.TypingShown + time.Second)
		s.event(direct)
		same(t, out.String(), "* bob is typing\n* bob is typing in #9\n  ✓✓ user 2 1\n* bob is typing\n")
		out.b.Reset()
		s.json = true
		s.event(direct)
		s.event(client.Receipts{Conversation: client.Direct(2), Positions: []client.Reached{{User: 2, Received: 3, Read: 1}}})
		same(t, out.String(), `{"event":"typing","with":2,"id":2,"name":"bob"}
{"event":"receipts","with":2,"positions":[{"id":2,"received":3,"read":1}]}
`)
	})
}
