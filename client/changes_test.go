package client

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"parley/wire"
)

// view is what a program shows: messages, brought up to date by what it is told.
type view map[int64]*Message

func (v view) event(_ *Client, e Event) {
	switch e := e.(type) {
	case *Message:
		copied := *e
		v[e.Seq] = &copied
	case Changed:
		if m := v[e.Seq]; m != nil {
			m.Apply(e)
		}
	}
}

func changedTo(seq, rev, prev int64) *wire.ChangedNotice {
	return &wire.ChangedNotice{With: 2, Seq: seq, Rev: rev, Prev: prev, Msg: fmt.Sprint("rev ", rev), Edited: "2026-01-02T03:04:05.006Z"}
}

func stateRow(seq, rev int64) wire.StateRow {
	return wire.StateRow{Seq: seq, Rev: rev, Msg: fmt.Sprint("rev ", rev), Edited: "2026-01-02T03:04:05.006Z"}
}

// answerStates answers the client's question for states after a rev, out of the states there are.
func (p *peer) answerStates(after int64, all []wire.StateRow) *wire.Request {
	p.t.Helper()
	q := p.expect(wire.States)
	if q.Rev != after {
		p.t.Fatalf("the client asks for the states after %d, not %d", q.Rev, after)
	}
	reply := &wire.StatesReply{RID: q.RID, With: 2, Changes: []wire.StateRow{}}
	for _, r := range all {
		if r.Rev <= q.Rev {
			continue
		}
		if int64(len(reply.Changes)) == q.Limit {
			reply.More = true
			break
		}
		reply.Changes = append(reply.Changes, r)
		reply.Rev = r.Rev
	}
	p.send(reply)
	synctest.Wait()
	return q
}

// While the client asks, more frames come than it holds: it asks once more, and misses nothing.
func TestMoreChangesThanAreHeld(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		v := view{}
		c := start(t, f, &seen{}, func(o *Options) { o.OnEvent = v.event })
		defer c.Close()
		p, _ := f.login(0)
		p.send(says(1), says(2), &wire.ChangedNotice{With: 2, Rev: 2, Prev: 2})
		q := p.expect(wire.States)
		const last = 3 + mostHeld + 50
		for rev := int64(3); rev <= last; rev++ {
			p.send(changedTo(1+rev%2, rev, rev-1))
		}
		p.send(&wire.StatesReply{RID: q.RID, With: 2, Rev: 2, Changes: []wire.StateRow{stateRow(1, 1), stateRow(2, 2)}})
		p.answerStates(2, []wire.StateRow{stateRow(1, last-1), stateRow(2, last)})
		p.nothing()
		if v[1].State.Rev+v[2].State.Rev != 2*last-1 || v[2].Text != fmt.Sprint("rev ", last) && v[1].Text != fmt.Sprint("rev ", last) {
			t.Errorf("in the end: %+v, %+v", v[1], v[2])
		}
	})
}

// A program that is slow over changes is told all of them: what has no room is asked for later.
func TestASlowProgramMissesNoChange(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		v, told := view{}, 0
		slow := make(chan struct{})
		c := start(t, f, &seen{}, func(o *Options) {
			o.Events = 8
			o.OnEvent = func(c *Client, e Event) {
				if _, changed := e.(Changed); changed {
					told++
					<-slow
				}
				v.event(c, e)
			}
		})
		defer c.Close()
		p, _ := f.login(0)
		const n = 40
		var rows []wire.StateRow
		for seq := int64(1); seq <= n; seq++ {
			p.send(says(seq))
			synctest.Wait()
		}
		for rev := int64(1); rev <= n; rev++ {
			rows = append(rows, stateRow(rev, rev))
			p.send(changedTo(rev, rev, rev-1))
		}
		p.nothing() // there is no room to ask for more
		close(slow)
		synctest.Wait()
		for told < n {
			p.answerStates(int64(told), rows)
		}
		p.nothing()
		for seq := int64(1); seq <= n; seq++ {
			if v[seq].State.Rev != seq {
				t.Fatalf("message %d is %+v", seq, v[seq])
			}
		}
	})
}

// More states come for messages that are still missing than are kept: they are asked for once more
// when the messages have come.
func TestMoreStatesThanWaitForTheirMessages(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		v := view{}
		c := start(t, f, &seen{}, func(o *Options) { o.OnEvent, o.Events, o.GapWait = v.event, 4096, time.Minute })
		defer c.Close()
		p, _ := f.login(0)
		p.send(says(1))
		const n = mostEarly + 200
		var rows []wire.StateRow
		for rev := int64(1); rev <= n; rev++ {
			rows = append(rows, stateRow(rev+1, rev))
			p.send(changedTo(rev+1, rev, rev-1))
		}
		p.nothing()
		for seq := int64(2); seq <= n+1; seq++ {
			p.send(says(seq)) // as it was read before all of that
		}
		synctest.Wait()
		for after := int64(mostEarly); after < n; after += wire.MaxPage {
			p.answerStates(after, rows)
		}
		p.nothing()
		for seq := int64(2); seq <= n+1; seq++ {
			if v[seq].State.Rev != seq-1 {
				t.Fatalf("message %d is %+v", seq, v[seq])
			}
		}
	})
}

// What a handler has not returned from is not known: the next run asks for it.
func TestAChangeCountsWhenItsHandlerHasReturned(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		store := &memory{first: map[Conversation]int64{}}
		killed := make(chan struct{})
		c := start(t, f, &seen{}, func(o *Options) {
			o.Store = store
			o.OnEvent = func(c *Client, e Event) {
				if e, changed := e.(Changed); changed && e.State.Rev == 2 {
					<-killed
				}
			}
		})
		p, _ := f.login(0)
		p.send(says(1), says(2), changedTo(1, 1, 0))
		time.Sleep(time.Second)
		p.send(changedTo(2, 2, 1))
		synctest.Wait()
		go func() {
			<-c.Done()
			close(killed)
		}()
		c.Close()
		f.forget()
		v := view{}
		c = start(t, f, &seen{}, func(o *Options) { o.OnEvent, o.Store = v.event, store })
		defer c.Close()
		p, _ = f.login(0)
		p.send(&wire.ChangedNotice{With: 2, Rev: 2, Prev: 2})
		p.answerStates(1, []wire.StateRow{stateRow(1, 1), stateRow(2, 2)})
		time.Sleep(time.Second)
		page, err := c.Messages(t.Context(), Direct(2), 0, 2)
		if err != nil || len(page.Messages) != 2 || page.Messages[0].Text != "rev 1" || page.Messages[1].Text != "rev 2" {
			t.Errorf("%v, %v", page.Messages, err)
		}
	})
}

// Changes that were sent to a server and then meet one of the version before have an unknown outcome,
// and hold up nothing.
func TestAnOlderServerHoldsUpNothing(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		c := start(t, f, &seen{}, func(o *Options) { o.MaxBackoff = o.MinBackoff })
		defer c.Close()
		p, _ := f.loginTo(0, true)
		outcomes := map[string]error{}
		post := func(name string, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(name, err)
			}
		}
		note := func(name string) func(Receipt, error) { return func(_ Receipt, err error) { outcomes[name] = err } }
		post("one", c.Post(Direct(2), "one", note("one")))
		post("pin", c.PostChange(Direct(2), Change{Op: OpPin, Seq: 1}, note("pin")))
		post("two", c.Post(Direct(2), "two", note("two")))
		p.expect(wire.Chat)
		p.expect(wire.Change)
		p.expect(wire.Chat)
		p.close()
		p, _ = f.loginTo(0, false)
		p.ack(p.expect(wire.Chat), 1)
		two := p.expect(wire.Chat)
		p.send(&wire.AckReply{Re: wire.Chat, SendSeq: two.SendSeq, Erron: wire.SendSeqGap, SendNext: 2})
		p, q := f.loginTo(1, false)
		if q.SendNext != 3 {
			t.Errorf("the client goes on with number %d", q.SendNext)
		}
		p.ack(p.expect(wire.Chat), 2)
		synctest.Wait()
		if len(outcomes) != 3 || outcomes["one"] != nil || outcomes["two"] != nil || !errors.Is(outcomes["pin"], ErrUnknownOutcome) {
			t.Errorf("the outcomes are %v", outcomes)
		}
		if _, err := c.Pin(t.Context(), Direct(2), 0); CodeOf(err) != wire.BadField {
			t.Errorf("a pin of no message: %v", err)
		}
	})
}

func TestPinnedMessages(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		c := start(t, f, &seen{})
		defer c.Close()
		p, _ := f.login(0)
		go func() {
			q := p.expect(wire.States)
			one := *says(3)
			one.Rev, one.Pinned = 4, true
			p.send(&wire.StatesReply{RID: q.RID, With: 2, Messages: []wire.Message{one}, More: true})
			if q = p.expect(wire.States); q.After != 3 || !q.Pinned {
				t.Errorf("the second page is after %d", q.After)
			}
			one.Seq, one.Rev = 9, 5
			p.send(&wire.StatesReply{RID: q.RID, With: 2, Messages: []wire.Message{one}})
		}()
		all, err := c.Pinned(t.Context(), Direct(2))
		if err != nil || len(all) != 2 || all[1].Seq != 9 || !all[0].State.Pinned || all[0].Conversation != Direct(2) {
			t.Errorf("%v, %v", all, err)
		}
	})
}

func TestApply(t *testing.T) {
	m := &Message{Conversation: Direct(2), Seq: 3, Text: "helo", State: State{Rev: 2, Mine: []string{"👍"}}}
	at := time.UnixMilli(1).UTC()
	for _, old := range []Changed{
		{Conversation: Direct(2), Seq: 3, State: State{Rev: 2, Pinned: true}},
		{Conversation: Direct(2), Seq: 4, State: State{Rev: 3}},
		{Conversation: Group(2), Seq: 3, State: State{Rev: 3}},
	} {
		if m.Apply(old) {
			t.Errorf("%+v was applied", old)
		}
	}
	if !m.Apply(Changed{Conversation: Direct(2), Seq: 3, Text: "hello", State: State{Rev: 3, Edited: at}, MineUnchanged: true}) ||
		m.Text != "hello" || !reflect.DeepEqual(m.State, State{Rev: 3, Edited: at, Mine: []string{"👍"}}) {
		t.Errorf("after an edit: %+v", m)
	}
	if !m.Apply(Changed{Conversation: Direct(2), Seq: 3, State: State{Rev: 4, Recalled: true}}) || m.Text != "" || m.State.Mine != nil {
		t.Errorf("after a recall: %+v", m)
	}
}
