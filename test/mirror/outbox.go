package mirror

import (
	"time"

	"parley/client"
	"parley/wire"
)

// outbox is what a Mirror has to send: messages and changes in one row. The Mirror's mu guards it.
type outbox struct {
	entries []*Entry // without an answer yet, in order
	sent    int      // how many of them are on their way on this connection
	next    int64    // the next number
	paused  bool     // something was refused for now
	forgot  bool     // next has to be learnt at the next login
}

// window is how many entries are on their way at most.
const window = 5

// Entry is a message, or a change if Op is set.
type Entry struct {
	Name  client.Conversation
	Op    string
	Seq   int64 // the message that is changed
	Text  string
	Emoji string
	Tag   any // the caller's

	// Set by the Mirror. When it has an outcome, it changes no more.
	Number int64 // its send_seq
	Err    error // ErrOpen, ErrForgotten, a *client.Error, or nil for done
	Rev    int64 // of a change that was made
	Stored int64 // the seq of a message that was stored
}

func (o *outbox) oldest() (number int64, ok bool) {
	switch {
	case o.forgot:
		return 0, false
	case len(o.entries) > 0 && o.entries[0].Number != 0:
		return o.entries[0].Number, true
	}
	return o.next, true
}

// find returns the place of a number; -1 if it has its answer.
func (o *outbox) find(number int64) int {
	for i, e := range o.entries {
		if e.Number == number && number != 0 {
			return i
		}
	}
	return -1
}

// Post sends an entry, once, in the order of the calls.
func (m *Mirror) Post(e *Entry) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e.Err = ErrOpen
	m.outbox.entries = append(m.outbox.entries, e)
	m.pump()
}

// Open is how many entries have no outcome yet.
func (m *Mirror) Open() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.outbox.entries)
}

// Emoji are what a Mirror reacts with.
var Emoji = []string{"👍", "❤️", "😀"}

// Change makes up a change of a message that this client knows, mostly one that it may make. text is
// for an edit. It returns nil where no message is known.
func (m *Mirror) Change(to client.Conversation, text string) *Entry {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, v := m.of(to.With, to.GID)
	if v.last == 0 {
		return nil
	}
	r := m.opts.Rand
	e := &Entry{Name: to, Seq: v.last - r.Int64N(min(v.last, 4))}
	if r.IntN(4) == 0 {
		e.Seq = 1 + r.Int64N(v.last)
	}
	own := v.authors[e.Seq] == m.opts.User
	switch n := r.IntN(16); {
	case n < 4 && (own || n == 0):
		e.Op, e.Text = "edit", text
	case n == 4 && (own || r.IntN(3) == 0):
		e.Op = "recall"
	case n < 10:
		e.Op, e.Emoji = "react", Emoji[r.IntN(len(Emoji))]
	case n < 13:
		e.Op, e.Emoji = "unreact", Emoji[r.IntN(len(Emoji))]
	case n == 13:
		e.Op = "unpin"
	default:
		e.Op = "pin"
	}
	return e
}

// pump sends what may be sent. It is called with mu held, as everything below is.
func (m *Mirror) pump() {
	o := &m.outbox
	if !m.loggedIn || o.paused || o.forgot {
		return
	}
	for ; o.sent < min(window, len(o.entries)); o.sent++ {
		e := o.entries[o.sent]
		if e.Number == 0 {
			e.Number = o.next
			o.next++
		}
		m.send(e.frame())
	}
}

func (e *Entry) frame() *wire.Request {
	if e.Op != "" {
		q := requestTo(wire.Change, e.Name)
		q.Seq, q.Op, q.SendSeq = e.Seq, e.Op, e.Number
		q.Set(wire.FSeq, wire.FOp, wire.FSendSeq)
		switch e.Op {
		case "edit":
			q.Msg = e.Text
			q.Set(wire.FMsg)
		case "react", "unreact":
			q.Emoji = e.Emoji
			q.Set(wire.FEmoji)
		}
		return q
	}
	q := &wire.Request{Msgid: wire.Chat, To: e.Name.With, GID: e.Name.GID, Msg: e.Text, SendSeq: e.Number}
	if e.Name.GID != 0 {
		q.Msgid = wire.GroupChat
		q.Set(wire.FGID, wire.FMsg, wire.FSendSeq)
	} else {
		q.Set(wire.FTo, wire.FMsg, wire.FSendSeq)
	}
	return q
}

// acked takes frame 10, and reports whether the connection goes on.
func (m *Mirror) acked(f *wire.AckReply) bool {
	switch f.Re {
	case wire.Chat, wire.GroupChat, wire.Change:
		return m.answered(f)
	case wire.Conversations, wire.States, wire.History:
		if f.Erron.Retry() || f.Erron == wire.Internal {
			return false // it is asked again on the next connection
		}
		m.pullRefused(f.RID)
	}
	return f.Erron != wire.SessionEnded
}

// answered takes the answer to a message or a change.
func (m *Mirror) answered(f *wire.AckReply) bool {
	o := &m.outbox
	at := o.find(f.SendSeq)
	switch {
	case f.Erron == wire.SessionEnded:
		return false
	case at < 0:
		return true // an answer to what was sent twice
	case f.Erron == wire.SendSeqGap || f.Erron.Retry():
		if i := o.find(f.SendNext); i >= 0 {
			at = i
		}
		o.sent = min(o.sent, at)
		m.pause(max(50*time.Millisecond, time.Duration(f.RetryAfterMS)*time.Millisecond))
		return true
	}
	e := o.entries[at]
	o.entries = append(o.entries[:at:at], o.entries[at+1:]...)
	if at < o.sent {
		o.sent--
	}
	e.Rev, e.Stored = f.Rev, f.Seq
	var err error
	if f.Erron != 0 {
		err = &client.Error{Code: f.Erron}
	} else if e.Op == "" {
		m.stored(e)
	}
	m.conclude(e, err)
	m.pump()
	return true
}

func (m *Mirror) conclude(e *Entry, err error) {
	e.Err = err
	if m.opts.Concluded != nil {
		m.opts.Concluded(e)
	}
}

// stored shows a message of one's own: nobody delivers it here.
func (m *Mirror) stored(e *Entry) {
	name, v := m.of(e.Name.With, e.Name.GID)
	v.sent[e.Stored], v.authors[e.Stored] = e.Text, m.opts.User
	v.last = max(v.last, e.Stored)
	if v.upTo == e.Stored-1 {
		m.reached(name, v, e.Stored)
	}
}

// pause waits with what was refused for now.
func (m *Mirror) pause(d time.Duration) {
	if m.outbox.paused {
		return
	}
	m.outbox.paused = true
	l := m.line
	time.AfterFunc(d, func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.line == l && l != nil {
			m.outbox.paused = false
			m.pump()
		}
	})
}
