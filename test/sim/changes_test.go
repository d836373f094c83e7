package sim

import (
	"maps"
	"slices"

	"parley/client"
	"parley/internal/chat"
	"parley/test/mirror"
	"parley/test/sim/memstore"
	"parley/wire"
)

// replayed is what a message has come to by the changes that were made, worked out anew.
type replayed struct {
	rev      int64
	text     string
	recalled bool
	edited   bool
	by       chat.UserID
	pinned   bool
	given    []given  // in the order in which they came
	emoji    []string // that are given, in that order
}

type given struct {
	user  chat.UserID
	emoji string
}

func (r *replayed) apply(m *memstore.Made) {
	r.rev = m.Rev
	mine := given{m.By, m.Emoji}
	switch m.Op {
	case chat.Edit:
		r.text, r.edited = m.Body, true
	case chat.Recall:
		*r = replayed{rev: m.Rev, recalled: true, by: m.By}
	case chat.React:
		r.given = append(r.given, mine)
		if !slices.Contains(r.emoji, m.Emoji) {
			r.emoji = append(r.emoji, m.Emoji)
		}
	case chat.Unreact:
		r.given = slices.DeleteFunc(r.given, func(g given) bool { return g == mine })
		r.emoji = slices.DeleteFunc(r.emoji, func(e string) bool { return r.count(e) == 0 })
	case chat.Pin:
		r.pinned = true
	case chat.Unpin:
		r.pinned = false
	}
}

// counts are the reactions as they are told.
func (r *replayed) counts() (rows []wire.ReactionRow) {
	for _, e := range r.emoji {
		rows = append(rows, wire.ReactionRow{Emoji: e, Count: r.count(e)})
	}
	return rows
}

func (r *replayed) count(emoji string) (n int64) {
	for _, g := range r.given {
		if g.emoji == emoji {
			n++
		}
	}
	return n
}

func (r *replayed) of(u chat.UserID) (mine []string) {
	for _, g := range r.given {
		if g.user == u {
			mine = append(mine, g.emoji)
		}
	}
	return mine
}

// stands reports whether what an entry asked for is so.
func (r *replayed) stands(e *made) bool {
	switch e.Op {
	case "edit":
		return r.text == e.Text
	case "recall":
		return r.recalled
	case "react":
		return slices.Contains(r.given, given{e.who.user, e.Emoji})
	case "unreact":
		return !slices.Contains(r.given, given{e.who.user, e.Emoji})
	case "pin":
		return r.pinned
	default:
		return !r.pinned
	}
}

// replay works out the messages of a conversation; after is called after each change.
func (w *world) replay(id chat.ConvID, after func(*memstore.Made, *replayed)) map[int64]*replayed {
	all := map[int64]*replayed{}
	for _, m := range w.db.Log(id) {
		all[m.Seq] = &replayed{text: m.Body}
	}
	for _, m := range w.db.Made(id) {
		if r := all[m.Seq]; r != nil {
			r.apply(&m)
			after(&m, r)
		}
	}
	return all
}

func notAsked(*memstore.Made, *replayed) {}

// recalls are all messages that are recalled now.
func (w *world) recalls() map[place]bool {
	all := map[place]bool{}
	for _, c := range w.db.Convs() {
		_, states := w.db.Changed(c.ID)
		for i := range states {
			if states[i].Recalled() {
				all[place{c.ID, states[i].Seq}] = true
			}
		}
	}
	return all
}

// wasText reports whether a message had a text at some time after it was sent.
func (w *world) wasText(id chat.ConvID, seq int64, text string) bool {
	return slices.ContainsFunc(w.db.Made(id), func(m memstore.Made) bool {
		return m.Seq == seq && (m.Op == chat.Edit && m.Body == text || m.Op == chat.Recall && text == "")
	})
}

// checkChanges: dense numbers, nothing twice, by nobody who may not, and what was acked is so.
func (w *world) checkChanges() {
	for _, c := range w.db.Convs() {
		w.checkRevs(c)
		w.checkStates(c.ID)
	}
}

func (w *world) checkRevs(c chat.Conv) {
	type number struct {
		device  chat.DeviceID
		sendSeq int64
	}
	log, seen := w.db.Log(c.ID), map[number]bool{}
	moves := w.db.Made(c.ID)
	for i := range moves {
		m := &moves[i]
		n := number{m.Device, m.SendSeq}
		switch {
		case m.Rev != int64(i)+1:
			w.record.violated("conversation %d has rev %d in place %d", c.ID, m.Rev, i+1)
		case seen[n]:
			w.record.violated("the change %d of device %d moves conversation %d twice, to rev %d", n.sendSeq, n.device, c.ID, m.Rev)
		case !mayMake(m, c.Kind, log[m.Seq-1].Sender) || !inSpan(w.db.Spans(c.ID, m.By), m.Seq):
			w.record.violated("user %d makes the %v of seq %d of conversation %d and may not", m.By, m.Op, m.Seq, c.ID)
		}
		seen[n] = true
	}
}

// mayMake is who may make a change, as the reference says it.
func mayMake(m *memstore.Made, kind chat.Kind, author chat.UserID) bool {
	switch m.Op {
	case chat.Edit:
		return m.By == author && !m.Barred
	case chat.Recall:
		return m.By == author || m.Leading
	case chat.Pin, chat.Unpin:
		return !m.Barred && (kind == chat.Direct || m.Leading)
	}
	return !m.Barred
}

// checkStates: what is stored is what the changes make, and what was acked is among it.
func (w *world) checkStates(id chat.ConvID) {
	acked := map[int64][]*made{}
	w.record.mu.Lock()
	entries := slices.Collect(maps.Values(w.record.entries))
	w.record.mu.Unlock()
	for _, e := range entries {
		if e.Op == "" || e.err != nil || w.convID(&account{id: e.who.user}, e.Name) != id {
			continue
		}
		if e.rev == 0 && e.Op != "unreact" && e.Op != "unpin" {
			w.record.violated("the %s %d of %d/%s was acked without a rev", e.Op, e.Number, e.who.user, e.who.device)
		}
		acked[e.rev] = append(acked[e.rev], e)
	}
	delete(acked, 0)
	all := w.replay(id, func(m *memstore.Made, r *replayed) {
		for _, e := range acked[m.Rev] {
			if e.Seq != m.Seq || !r.stands(e) {
				w.record.violated("the %s %d of %d/%s was acked with rev %d of conversation %d, which is another change", e.Op, e.Number, e.who.user, e.who.device, e.rev, id)
			}
		}
		delete(acked, m.Rev)
	})
	for rev := range acked {
		w.record.violated("a change was acked with rev %d of conversation %d, which is not there", rev, id)
	}
	_, states := w.db.Changed(id)
	for i := range states {
		s := &states[i]
		if r := all[s.Seq]; !sameState(r, s) {
			w.record.violated("the state of seq %d of conversation %d is %+v, and the changes make %+v", s.Seq, id, *s, *r)
		}
	}
}

func sameState(r *replayed, s *chat.State) bool {
	rows := make([]wire.ReactionRow, len(s.Reactions))
	for i, e := range s.Reactions {
		rows[i] = wire.ReactionRow{Emoji: e.Emoji, Count: e.Count}
	}
	return r.rev == s.Rev && r.recalled == s.Recalled() && r.by == s.RecalledBy && r.edited == s.Edited() &&
		(!r.edited || r.text == s.Body) && r.pinned == s.Pinned() && slices.Equal(r.counts(), rows)
}

// mirrorsTrue reports whether all mirrors have the states that the database has, and so all of
// them the same; tell, if there is one, hears of each difference.
func (w *world) mirrorsTrue(tell func(string, ...any)) bool {
	all := true
	for _, m := range w.mirrors {
		for _, name := range w.names(m.user) {
			id := w.convID(m.user, name)
			if id == 0 || w.record.isUnsure(m.user.id, name.GID) || !w.db.Inside(id, m.user.id) {
				continue
			}
			spans := w.db.Spans(id, m.user.id)
			from := max(spans[len(spans)-1].After, w.db.Start(m.who.user, m.who.device, id))
			all = m.like(w.replay(id, notAsked), name, spans, from, tell) && all
		}
	}
	return all
}

// like compares what a mirror has of a conversation with what was worked out. It has to know the
// texts after a seq.
func (m *mirrored) like(all map[int64]*replayed, name client.Conversation, spans []memstore.Span, from int64, tell func(string, ...any)) bool {
	v := m.View(name)
	differ := func(seq int64, what string, is, want any) bool {
		if tell != nil {
			tell("%d/%s has of seq %d in %v the %s %v, and it is %v", m.who.user, m.who.device, seq, name, what, is, want)
		}
		return false
	}
	same := true
	for seq, r := range all {
		text, known := v.Texts[seq]
		s, changed := v.States[seq]
		switch want := r.state(); {
		case !inSpan(spans, seq):
			if known || changed {
				same = differ(seq, "text", text, "not for them")
			}
		case !known && !changed && seq <= from: // from before this device was there
		case !known && seq > from || known && text != r.text:
			same = differ(seq, "text", text, r.text)
		case !s.Equal(want):
			same = differ(seq, "state", s, want)
		case !slices.Equal(s.Mine, r.of(m.who.user)):
			same = differ(seq, "own reactions", s.Mine, r.of(m.who.user))
		}
	}
	return same
}

// state is what a client should have of a message.
func (r *replayed) state() mirror.State {
	s := mirror.State{Rev: r.rev, Edited: r.edited, Recalled: r.recalled, By: int64(r.by), Pinned: r.pinned, Reactions: r.counts()}
	if r.edited {
		s.Text = r.text
	}
	return s
}
