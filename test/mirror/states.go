package mirror

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"parley/client"
	"parley/wire"
)

// View is what a Mirror knows of a conversation.
type View struct {
	Rev     int64            // all changes up to this one are in States
	Last    int64            // the highest seq that is known
	Texts   map[int64]string // of messages as they are now, by seq
	States  map[int64]State  // of messages that were changed
	Came    []Delivery       // what was delivered, in order
	authors map[int64]int64
}

// State is what was done to a message.
type State struct {
	Rev       int64
	Text      string // where it was edited
	Edited    bool
	Recalled  bool
	By        int64
	Reactions []wire.ReactionRow
	Mine      []string
	Pinned    bool
}

// Equal reports whether two states say the same, but for whose own reactions they have.
func (s State) Equal(o State) bool {
	return s.Rev == o.Rev && s.Text == o.Text && s.Edited == o.Edited && s.Recalled == o.Recalled && s.By == o.By &&
		s.Pinned == o.Pinned && slices.Equal(s.Reactions, o.Reactions)
}

// conv is what a Mirror keeps of a conversation. The Mirror's mu guards it.
type conv struct {
	sent    map[int64]string // texts of messages as they were sent, where that was told
	authors map[int64]int64
	states  map[int64]State
	rev     int64
	pulling bool
	waiting []*wire.ChangedNotice // that came while states were asked for
	last    int64
	upTo    int64 // how far messages were delivered
	told    int64 // and how far the server knows
	came    []Delivery
}

// Delivery is a message that came by itself, and over which of the connections.
type Delivery struct {
	Connection int
	Seq        int64
}

// View returns what is known of a conversation.
func (m *Mirror) View(of client.Conversation) View {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, v := m.of(of.With, of.GID)
	view := View{Rev: v.rev, Last: v.last, Texts: maps.Clone(v.sent), States: maps.Clone(v.states), Came: slices.Clone(v.came), authors: maps.Clone(v.authors)}
	for seq, s := range v.states {
		switch {
		case s.Recalled:
			view.Texts[seq] = ""
		case s.Edited:
			view.Texts[seq] = s.Text
		}
	}
	return view
}

// HasRead reports whether a fresh Mirror has come to the end of all histories.
func (m *Mirror) HasRead() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.loggedIn && !m.fresh && m.loaded == m.asked
}

// All below is called with mu held.

func (m *Mirror) of(with, gid int64) (client.Conversation, *conv) {
	name := client.Conversation{With: with, GID: gid}
	if gid != 0 {
		name.With = 0
	}
	v := m.convs[name]
	if v == nil {
		v = &conv{sent: map[int64]string{}, authors: map[int64]int64{}, states: map[int64]State{}}
		m.convs[name] = v
	}
	return name, v
}

// put takes a state, from wherever it comes: it replaces what is known, but for a newer one. One
// that is as new may know more: frame 40 does not have one's own reactions when they did not move.
func (v *conv) put(seq int64, s State) {
	if s.Rev >= v.states[seq].Rev {
		v.states[seq] = s
	}
}

// message takes frames 4 and 8, delivered or from history.
func (m *Mirror) message(f *wire.Message, delivered bool) {
	with := f.ID
	if f.ID == m.opts.User {
		with = f.To
	}
	name, v := m.of(with, f.GID)
	if m.opts.Shown != nil {
		m.opts.Shown(name, f)
	}
	v.authors[f.Seq] = f.ID
	if f.Edited == "" && !f.Recalled {
		v.sent[f.Seq] = f.Msg
	}
	if f.Rev > 0 {
		s := State{Rev: f.Rev, Edited: f.Edited != "", Recalled: f.Recalled, By: f.By, Reactions: f.Reactions, Mine: f.Mine, Pinned: f.Pinned}
		if s.Edited {
			s.Text = f.Msg
		}
		v.put(f.Seq, s)
	}
	v.last = max(v.last, f.Seq)
	if !delivered {
		return
	}
	v.came = append(v.came, Delivery{m.connections, f.Seq})
	if f.Seq <= v.told {
		v.told = 0 // the server does not know yet
	}
	m.reached(name, v, f.Seq)
}

func (m *Mirror) reached(name client.Conversation, v *conv, seq int64) {
	if seq <= v.upTo {
		return
	}
	v.upTo = seq
	if m.opts.Reached != nil {
		m.opts.Reached(name, seq)
	}
}

// listed takes the list of conversations, of which a fresh Mirror reads the history.
func (m *Mirror) listed(f *wire.ConversationsReply) {
	m.fresh = false
	for i := range f.Conversations {
		row := &f.Conversations[i]
		name, _ := m.of(row.With, row.GID)
		m.asked++
		m.readOn(name, 0)
	}
}

func (m *Mirror) readOn(name client.Conversation, after int64) {
	q := requestTo(wire.History, name)
	q.After, q.Limit = after, 7
	q.Set(wire.FAfter, wire.FLimit)
	m.send(q)
}

// read takes a page of history.
func (m *Mirror) read(f *wire.HistoryReply) {
	name, _ := m.of(f.With, f.GID)
	for i := range f.Messages {
		m.message(&f.Messages[i], false)
	}
	if f.More && len(f.Messages) > 0 {
		m.readOn(name, f.Messages[len(f.Messages)-1].Seq)
		return
	}
	m.loaded++
}

// changed takes frame 40.
func (m *Mirror) changed(f *wire.ChangedNotice) {
	name, v := m.of(f.With, f.GID)
	switch {
	case f.Prev == f.Rev && v.nothing(): // what comes has present states
		v.rev = f.Rev
	case v.pulling:
		v.waiting = append(v.waiting, f)
	case f.Prev > v.rev:
		v.waiting = append(v.waiting, f)
		m.pull(name, v)
	case f.Rev > v.rev:
		v.apply(f)
		v.rev = f.Rev
	}
}

// nothing reports whether there is nothing yet that could be out of date.
func (v *conv) nothing() bool { return v.rev == 0 && v.last == 0 && len(v.states) == 0 }

func (v *conv) apply(f *wire.ChangedNotice) {
	if f.Seq == 0 {
		return
	}
	s := State{Rev: f.Rev, Text: f.Msg, Edited: f.Edited != "", Recalled: f.Recalled, By: f.By, Reactions: f.Reactions, Mine: f.Mine, Pinned: f.Pinned}
	if f.Mine == nil && !f.Recalled {
		s.Mine = v.states[f.Seq].Mine
	}
	v.put(f.Seq, s)
}

// pull asks for the states that are missing.
func (m *Mirror) pull(name client.Conversation, v *conv) {
	v.pulling = true
	q := requestTo(wire.States, name)
	q.RID = rid(name)
	q.Rev, q.Limit = v.rev, int64(1+m.opts.Rand.IntN(4))
	q.Set(wire.FRev, wire.FLimit)
	m.send(q)
}

// rid names a conversation in a request and its answer.
func rid(name client.Conversation) []byte { return fmt.Appendf(nil, `"%d-%d"`, name.With, name.GID) }

// pullRefused takes the refusal of an asking for states: they may be seen no more, and what waits
// for them can wait for ever.
func (m *Mirror) pullRefused(of []byte) {
	for name, v := range m.convs {
		if bytes.Equal(of, rid(name)) {
			v.pulling, v.waiting = false, nil
		}
	}
}

// pulled takes a page of states.
func (m *Mirror) pulled(f *wire.StatesReply) {
	name, v := m.of(f.With, f.GID)
	for i := range f.Changes {
		r := &f.Changes[i]
		v.put(r.Seq, State{
			Rev: r.Rev, Text: r.Msg, Edited: r.Edited != "", Recalled: r.Recalled, By: r.By,
			Reactions: r.Reactions, Mine: r.Mine, Pinned: r.Pinned,
		})
	}
	v.rev = max(v.rev, f.Rev)
	if f.More {
		m.pull(name, v)
		return
	}
	waiting := v.waiting
	v.pulling, v.waiting = false, nil
	for _, n := range waiting {
		m.changed(n)
	}
}
