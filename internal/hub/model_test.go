package hub

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"

	"pgregory.net/rapid"

	"parley/internal/chat"
	"parley/wire"
)

// op is one step of a run of the model: something that the client, the store or
// another login does.
type op struct {
	kind opKind
	n    int
	how  outcome
}

type opKind int

const (
	sendNew   opKind = iota // the next number, a text that is stored
	sendBad                 // the next number, a text that is refused for good
	sendWeird               // the next number, a text that the database refuses
	resend                  // everything without an answer, in order
	repeatOld               // some number that was used before
	skipAhead               // a number beyond the next
	commit                  // the store commits n appends, somehow
	takeover                // another connection logs the device in
	revoke                  // the version moves, membership stays
	block                   // one of the two blocks the other, or no longer
	goDeaf                  // answers are lost from here to the next takeover
	reads                   // reads of the store fail, or work again
	opKinds
)

// client is the other end, with what it was told.
type modelClient struct {
	next    int64            // the next new number
	body    map[int64]string // by number
	open    []int64          // sent, without a final answer, ascending
	acked   map[int64]int64  // number → seq
	refused map[int64]wire.Code
}

// modelRun plays a script and gives what went wrong, "" for nothing.
func modelRun(t *testing.T, script []op) (wrong string) {
	f := newFakeLog()
	conv := f.direct()
	h := New(Options{}, f, chat.SystemClock{})
	m := &model{t: t, f: f, h: h, conv: conv, client: modelClient{
		next: 1, body: map[int64]string{}, acked: map[int64]int64{}, refused: map[int64]wire.Code{},
	}}
	m.login()
	for i, o := range script {
		m.do(o)
		m.listen()
		if m.wrong != "" {
			m.close()
			return fmt.Sprintf("after step %d of %v: %s", i+1, script, m.wrong)
		}
	}
	m.finish()
	m.close()
	if m.wrong != "" {
		return fmt.Sprintf("at the end of %v: %s", script, m.wrong)
	}
	return ""
}

type model struct {
	t       *testing.T
	f       *fakeLog
	h       *Hub
	conv    *fakeConv
	client  modelClient
	peer    *peer
	old     []*peer // connections that were taken over and still have frames queued
	session chat.SessionID
	frames  chan Outgoing // to the reader of the connection
	fence   int           // what the log held when the last login returned
	deaf    bool
	wrong   string
}

// login opens a connection for the device and has a reader for it, as a gate does.
func (m *model) login() {
	if m.peer != nil {
		m.old = append(m.old, m.peer)
		close(m.frames)
	}
	if m.deaf {
		for _, p := range m.old {
			p.conn.take(m.t)
		}
		m.old, m.deaf = nil, false
	}
	m.session++
	c := &m.client
	sendNext := c.next
	if len(c.open) > 0 {
		sendNext = c.open[0]
	}
	m.peer = open(m.t, m.h, m.f, 1, 1, m.session, func(o *SessionOptions) { o.SendNext = sendNext })
	m.fence = len(m.conv.log)
	frames := make(chan Outgoing, 10_000)
	m.frames = frames
	s := m.peer.Session
	go func() {
		for o := range frames {
			s.Send(context.Background(), o)
		}
	}()
	synctest.Wait()
}

func (m *model) say(n int64) {
	m.frames <- Outgoing{Kind: chat.Direct, SendSeq: n, To: 2, Body: m.client.body[n]}
	synctest.Wait()
}

func (m *model) do(o op) {
	c := &m.client
	switch o.kind {
	case sendNew, sendBad, sendWeird:
		if len(c.open) >= wire.MaxUnacked {
			return
		}
		n := c.next
		c.next++
		c.body[n] = fmt.Sprintf("text %d", n)
		if o.kind == sendBad {
			c.body[n] = ""
		} else if o.kind == sendWeird {
			c.body[n] = "\uFFFF"
		}
		c.open = append(c.open, n)
		m.say(n)
	case resend:
		for _, n := range append([]int64(nil), c.open...) {
			m.say(n)
		}
	case repeatOld:
		if c.next > 1 {
			m.say(1 + int64(o.n)%(c.next-1))
		}
	case skipAhead:
		m.frames <- Outgoing{Kind: chat.Direct, SendSeq: c.next + 1 + int64(o.n%3), To: 2, Body: "from the future"}
		synctest.Wait()
	case commit:
		m.f.step(1+o.n%8, o.how)
		synctest.Wait()
	case takeover:
		if !m.f.down {
			m.login()
		}
	case revoke:
		m.f.mu.Lock()
		m.conv.version++
		m.f.mu.Unlock()
	case block:
		m.f.mu.Lock()
		if m.conv.barred == wire.OK {
			m.conv.barred = wire.Blocked
		} else {
			m.conv.barred = wire.OK
		}
		m.conv.version++
		version := m.conv.version
		m.f.mu.Unlock()
		if o.n%2 == 0 { // the notice may be lost
			m.h.Receive(chat.Topic{User: 1}, chat.Notice{People: &chat.PeopleNotice{
				What: "blocked", Conv: m.conv.Conv, Version: version, Owner: 2,
			}})
		}
	case goDeaf:
		m.deaf = true
	case reads:
		m.f.mu.Lock()
		m.f.down = !m.f.down
		m.f.mu.Unlock()
	}
}

// listen takes the answers, on all connections: an ack may still come on an old one.
func (m *model) listen() {
	synctest.Wait()
	if m.deaf {
		m.check()
		return
	}
	for _, p := range append(m.old, m.peer) {
		for _, f := range p.conn.take(m.t) {
			if a, ok := f.(*wire.AckReply); ok {
				m.answered(a, p == m.peer)
			}
		}
	}
	m.check()
}

func (m *model) answered(a *wire.AckReply, current bool) {
	c := &m.client
	if a.SendSeq == 0 {
		m.fail("an answer without a number: %+v", *a)
		return
	}
	switch {
	case a.Erron == wire.OK:
		if seq, ok := c.acked[a.SendSeq]; ok && seq != a.Seq {
			m.fail("number %d was acked at seq %d, and then at %d", a.SendSeq, seq, a.Seq)
		}
		c.acked[a.SendSeq] = a.Seq
		if a.Seq < 1 || a.Seq > int64(len(m.conv.log)) {
			m.fail("number %d was acked at seq %d, which is not in the log", a.SendSeq, a.Seq)
			return
		}
		if got := m.conv.log[a.Seq-1]; got.SendSeq != a.SendSeq || got.Body != c.body[a.SendSeq] {
			m.fail("number %d was acked at seq %d, where %+v stands", a.SendSeq, a.Seq, got)
		}
	case a.Erron.Retry() || a.Erron == wire.SessionEnded:
		return // not final
	case !current:
		return // what an old connection refuses is not the last word
	default:
		if _, acked := c.acked[a.SendSeq]; !acked {
			c.refused[a.SendSeq] = a.Erron
		}
	}
	for i, n := range c.open {
		if n == a.SendSeq {
			c.open = append(c.open[:i:i], c.open[i+1:]...)
			break
		}
	}
}

// check holds the log against the promises.
func (m *model) check() {
	last := int64(0)
	for _, msg := range m.conv.log {
		if msg.SendSeq <= last {
			m.fail("number %d is stored behind number %d", msg.SendSeq, last)
		}
		last = msg.SendSeq
		if code, refused := m.client.refused[msg.SendSeq]; refused && code != wire.Passed {
			m.fail("number %d was refused for good with code %d, and is stored", msg.SendSeq, code)
		}
	}
	m.f.mu.Lock()
	defer m.f.mu.Unlock()
	for _, a := range m.f.queue {
		if a.Session != m.session && a.Seq != 0 {
			m.fail("an append of an old session was stored")
		}
	}
}

func (m *model) fail(format string, args ...any) {
	if m.wrong == "" {
		m.wrong = fmt.Sprintf(format, args...)
	}
}

// finish lets the client repeat, in order, what has no answer, and the store commit,
// until all have one: nothing may be stuck.
func (m *model) finish() {
	m.f.mu.Lock()
	m.f.down = false
	m.f.mu.Unlock()
	if m.deaf {
		m.login()
	}
	for round := 0; len(m.client.open) > 0; round++ {
		if round > 20 {
			m.fail("numbers %v never get a final answer", m.client.open)
			return
		}
		for m.f.queued() > 0 {
			m.f.step(1000, commits)
			m.listen()
		}
		m.do(op{kind: resend})
		for m.f.queued() > 0 {
			m.f.step(1000, commits)
			m.listen()
		}
		m.listen()
	}
	for n, body := range m.client.body {
		_, acked := m.client.acked[n]
		if _, refused := m.client.refused[n]; !acked && !refused {
			m.fail("number %d has no final answer", n)
		}
		if good := body != "" && body != "\uFFFF"; acked && !good {
			m.fail("number %d was acked with a text that cannot be stored", n)
		}
	}
}

func (m *model) close() {
	close(m.frames)
	for m.f.queued() > 0 {
		m.f.step(1000, commits)
		synctest.Wait()
	}
	for _, p := range append(m.old, m.peer) {
		_ = p.conn.Close()
	}
	if err := m.h.Close(context.Background()); err != nil {
		m.fail("closing: %v", err)
	}
}

// TestSendSeqModel: whatever the order of new frames, repeats, refusals for good and
// for now, commits of unknown outcome and takeovers, no ack is ever wrong, nothing is
// stored twice or out of order, and everything gets a final answer in the end.
func TestSendSeqModel(t *testing.T) {
	ops := rapid.Custom(func(rt *rapid.T) op {
		return op{
			kind: opKind(rapid.IntRange(0, int(opKinds)-1).Draw(rt, "kind")),
			n:    rapid.IntRange(0, 30).Draw(rt, "n"),
			how:  outcome(rapid.IntRange(0, 3).Draw(rt, "how")),
		}
	})
	rapid.Check(t, func(rt *rapid.T) {
		script := rapid.SliceOfN(ops, 1, 60).Draw(rt, "script")
		wrong := ""
		synctest.Test(t, func(t *testing.T) { wrong = modelRun(t, script) })
		if wrong != "" {
			rt.Fatal(wrong)
		}
	})
}
