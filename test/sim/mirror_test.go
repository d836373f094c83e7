package sim

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"parley/client"
	"parley/internal/chat"
	"parley/test/mirror"
	"parley/wire"
)

// mirrored is a device that hears of changes and makes them, without the SDK.
type mirrored struct {
	*mirror.Mirror
	world *world
	user  *account
	who   deviceKey
	gone  map[place]bool // what was recalled when its connection began
}

// place is where a message is.
type place struct {
	conv chat.ConvID
	seq  int64
}

func (w *world) startMirror(u *account, device string, fresh bool) *mirrored {
	m := &mirrored{world: w, user: u, who: deviceKey{u.id, device}}
	w.record.newDevice(m.who)
	dial := w.dialer(split(w.rng))
	m.Mirror = mirror.Start(mirror.Options{
		User: int64(u.id), Password: password, Device: device, Rand: split(w.rng), Silence: heartbeat * 5 / 2, Fresh: fresh,
		Dial:       func(ctx context.Context) (net.Conn, error) { return dial(ctx, "", "") },
		Connecting: func() { m.gone = w.recalls() },
		Shown:      m.shown,
		Reached: func(name client.Conversation, seq int64) {
			w.record.reached(m.who, w.convID(u, name), seq)
		},
		Concluded: w.record.concluded,
		Fault:     w.record.violated,
	})
	return m
}

// shown looks at every message that comes. What was recalled before the connection began is
// nowhere any more, and so in no page that comes late.
func (m *mirrored) shown(name client.Conversation, f *wire.Message) {
	if f.Msg != "" && m.gone[place{m.world.convID(m.user, name), f.Seq}] {
		m.world.record.violated("%d/%s is shown %q, which was recalled before it connected", m.who.user, m.who.device, f.Msg)
	}
}

// say sends a message with a text that nobody else sends.
func (m *mirrored) say(to client.Conversation) {
	w := m.world
	w.said++
	p := &post{text: fmt.Sprintf("m%d of %d/%s", w.said, m.who.user, m.who.device), name: to, from: m.who.user, err: errOpen}
	w.record.posted(p)
	m.post(&mirror.Entry{Name: to, Text: p.text, Tag: p})
}

// alter makes a change of a message that this client knows.
func (m *mirrored) alter(to client.Conversation) {
	w := m.world
	w.said++
	if e := m.Change(to, fmt.Sprintf("e%d of %d/%s", w.said, m.who.user, m.who.device)); e != nil {
		m.post(e)
		if back := opposite[e.Op]; back != "" && w.said%2 == 0 { // they change their mind at once
			m.post(&mirror.Entry{Name: to, Op: back, Seq: e.Seq, Emoji: e.Emoji})
		}
		return
	}
	m.say(to)
}

var opposite = map[string]string{"react": "unreact", "unreact": "react", "pin": "unpin"}

func (m *mirrored) post(e *mirror.Entry) {
	m.world.record.entered(m.who, e)
	m.Post(e)
}

// made is what became of an entry of a mirror.
type made struct {
	who deviceKey
	*mirror.Entry
	rev int64
	err error
}

func (r *record) entered(who deviceKey, e *mirror.Entry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.entries[e] = &made{who: who, Entry: e, err: errOpen}
}

// concluded records what became of what a mirror had to send.
func (r *record) concluded(e *mirror.Entry) {
	if p, ok := e.Tag.(*post); ok {
		r.answered(p, e.Stored, e.Err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	m := r.entries[e]
	m.rev, m.err = e.Rev, e.Err
	if e.Op != "" {
		r.noteLocked("%d/%s: %s of %v %d: rev %d, %v", m.who.user, m.who.device, e.Op, e.Name, e.Seq, e.Rev, e.Err)
	}
}

// tellOpen notes what has no answer.
func (r *record) tellOpen() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.posts {
		if errors.Is(p.err, errOpen) {
			r.noteLocked("%q to %v has no answer", p.text, p.name)
		}
	}
}

// checkLatecomers: a device that comes when all is over and reads history has the same, also of
// groups that its user has left.
func (w *world) checkLatecomers() {
	var late []*mirrored
	for _, a := range w.accounts {
		late = append(late, w.startMirror(a, "late", true))
	}
	for _, m := range late {
		for began := time.Now(); !m.HasRead(); time.Sleep(100 * time.Millisecond) {
			if time.Since(began) > 30*time.Second {
				w.record.violated("%d/late never comes to the end of history", m.who.user)
				break
			}
		}
		for _, name := range w.names(m.user) {
			id := w.convID(m.user, name)
			if spans := w.db.Spans(id, m.who.user); id != 0 && len(spans) > 0 {
				m.like(w.replay(id, notAsked), name, spans, 0, w.record.violated)
			}
		}
		m.Close()
	}
}
