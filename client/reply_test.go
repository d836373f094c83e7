package client

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"parley/wire"
)

// TestEchoWithAMessageWaiting is the first program that everybody writes: it answers in
// the handler, and a message is there before the login has returned.
func TestEchoWithAMessageWaiting(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		replies := make(chan error, 1)
		o := Options{
			Server: "tcp://server:6000", Name: "alice", Password: "password", Device: "test", Dialer: f.dial,
			OnMessage: func(c *Client, m *Message) {
				if m.Mine {
					return
				}
				if c.Self().ID != 1 {
					t.Errorf("the handler got a client of %+v", c.Self())
				}
				_, err := m.Reply(context.Background(), "echo: "+m.Text)
				replies <- err
			},
		}
		go func() {
			p, _ := f.login(0)
			deliver(p, 1)
			q := p.expect(wire.Chat)
			if q.To != 2 || q.Msg != "echo: text 1" {
				t.Errorf("the reply is %q to %d", q.Msg, q.To)
			}
			p.ack(q, 2)
		}()
		c, err := Dial(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if err := <-replies; err != nil {
			t.Fatal(err)
		}
	})
}

func TestReplyGoesToTheGroup(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		c := start(t, f, &s)
		defer c.Close()
		p, _ := f.login(0)
		go func() {
			q := p.expect(wire.History)
			p.send(&wire.HistoryReply{RID: q.RID, GID: 7, Messages: []wire.Message{{ID: 2, From: "bob", GID: 7, Msg: "who plays?", Seq: 1}}})
			q = p.expect(wire.GroupChat)
			want(t, q.GID, 7)
			p.ack(q, 2)
		}()
		page, err := c.HistoryBefore(t.Context(), Group(7), 0, 1)
		if err != nil {
			t.Fatal(err)
		}
		r, err := page.Messages[0].Reply(t.Context(), "I do")
		if err != nil {
			t.Fatal(err)
		}
		want(t, r.Seq, 2)
		_, err = (&Message{Conversation: Group(7)}).Reply(t.Context(), "from nowhere")
		if !errors.Is(err, errNoClient) {
			t.Fatalf("replying to a message of no client: %v", err)
		}
	})
}

// TestHandlerSendsWhileCallbacksWait has the outbox full of messages that are stored and
// whose callbacks wait for the handler, which wants to send itself.
func TestHandlerSendsWhileCallbacksWait(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		var out posted
		handling, acked, sent := make(chan struct{}), make(chan struct{}), make(chan error, 1)
		c := start(t, f, &s, func(o *Options) {
			o.Outbox = 2
			o.OnMessage = func(_ *Client, m *Message) {
				if m.Mine {
					return
				}
				close(handling)
				<-acked
				_, err := m.Reply(context.Background(), "c")
				sent <- err
			}
		})
		defer c.Close()
		p, _ := f.login(0)
		deliver(p, 1)
		<-handling
		post(t, c, &out, "a", "b")
		p.ack(p.expect(wire.Chat), 2)
		p.ack(p.expect(wire.Chat), 3)
		synctest.Wait()
		if err := c.Post(Direct(2), "too many", out.done); !errors.Is(err, ErrOutboxFull) {
			t.Errorf("a third Post without a callback that returned: %v", err)
		}
		close(acked)
		q := p.expect(wire.Chat)
		want(t, q.Msg, "c")
		p.ack(q, 4)
		if err := <-sent; err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		want(t, out.outcomes, []string{"1@2", "2@3"})
	})
}
