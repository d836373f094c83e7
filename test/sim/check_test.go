package sim

import (
	"errors"
	"time"

	"parley/client"
	"parley/internal/chat"
	"parley/test/sim/memstore"
)

// lockout is how long an account may be out of reach once the faults are over.
const lockout = 12 * time.Second

// settle waits until everybody is there and has seen everything, as long as that may
// take, and checks that nobody is locked out.
func (w *world) settle() {
	began := time.Now()
	for !w.everybodyIn() {
		if time.Since(began) > lockout {
			w.tellWhoIsOut()
			break
		}
		time.Sleep(250 * time.Millisecond)
	}
	rng := split(w.rng)
	for _, a := range w.accounts {
		if w.hasNameless(a) {
			continue // it is logged in, or was told above
		}
		for began := time.Now(); !w.tryLogin(a, rng); time.Sleep(200 * time.Millisecond) {
			if time.Since(began) > lockout {
				w.record.violated("account %d is locked out", a.id)
				break
			}
		}
	}
	for began := time.Now(); time.Since(began) < time.Minute; time.Sleep(500 * time.Millisecond) {
		if w.answered() && w.complete(nil) && w.mirrorsTrue(nil) {
			return
		}
	}
	if !w.answered() {
		w.record.violated("messages or changes never get an answer")
	}
	w.record.tellOpen()
}

// answered reports whether every message that was posted has its outcome.
func (w *world) answered() bool {
	w.record.mu.Lock()
	defer w.record.mu.Unlock()
	for _, p := range w.record.posts {
		if errors.Is(p.err, errOpen) {
			return false
		}
	}
	for _, e := range w.record.entries {
		if errors.Is(e.err, errOpen) {
			return false
		}
	}
	return true
}

func (w *world) hasNameless(a *account) bool {
	for _, p := range w.plains {
		if p.user == a && p.device == "" {
			return true
		}
	}
	return false
}

func (w *world) everybodyIn() bool {
	for _, i := range w.instances {
		if in, ended := i.state(); !in && ended == nil {
			return false
		}
	}
	for _, p := range w.plains {
		if !p.state() {
			return false
		}
	}
	for _, m := range w.mirrors {
		if !m.LoggedIn() {
			return false
		}
	}
	return true
}

func (w *world) tellWhoIsOut() {
	for _, i := range w.instances {
		if in, ended := i.state(); !in && ended == nil {
			w.record.violated("%d/%s is locked out", i.user.id, i.device)
		}
	}
	for _, p := range w.plains {
		if !p.state() {
			w.record.violated("%d/%q (plain) is locked out", p.user.id, p.device)
		}
	}
	for _, m := range w.mirrors {
		if !m.LoggedIn() {
			w.record.violated("%d/%s (mirror) is locked out", m.who.user, m.who.device)
		}
	}
}

// check holds everything that was recorded against the promises.
func (w *world) check() {
	w.checkPresence()
	w.checkLogs()
	w.complete(w.record.violated)
	w.mirrorsTrue(w.record.violated)
	w.checkChanges()
	w.checkLatecomers()
	w.record.mu.Lock()
	defer w.record.mu.Unlock()
	for _, p := range w.record.posts {
		w.checkPost(p)
	}
	for _, s := range w.record.screens {
		w.checkScreen(s)
	}
	for _, p := range w.plains {
		w.checkPlain(p)
	}
}

// checkLogs: one dense order, and every message once.
func (w *world) checkLogs() {
	times := map[string]int{}
	for _, c := range w.db.Convs() {
		for k, m := range w.db.Log(c.ID) {
			if m.Seq != int64(k)+1 {
				w.record.violated("conversation %d has seq %d in place %d", c.ID, m.Seq, k+1)
			}
			if times[m.Body]++; times[m.Body] > 1 {
				w.record.violated("%q is stored %d times", m.Body, times[m.Body])
			}
		}
	}
}

// checkPost: what was acked is there, in its place.
func (w *world) checkPost(p *post) {
	if !p.acked {
		return
	}
	id := w.convID(&account{id: p.from}, p.name)
	log := w.db.Log(id)
	if p.seq < 1 || p.seq > int64(len(log)) || log[p.seq-1].Body != p.text {
		w.record.violatedLocked("%q was acked as seq %d of conversation %d and is not there", p.text, p.seq, id)
	}
}

// checkScreen: each message once and in order, as it is stored, and none that the
// user may not see. A message may be left out only where the user was not a member,
// or was made one anew.
func (w *world) checkScreen(s *screen) {
	for _, c := range w.names(&account{id: s.who.user}) {
		rows := s.rows[c]
		if len(rows) == 0 {
			continue
		}
		id := w.convID(&account{id: s.who.user}, c)
		log, spans := w.db.Log(id), w.db.Spans(id, s.who.user)
		var before int64
		for k, r := range rows {
			switch {
			case r.seq > int64(len(log)) || log[r.seq-1].Body != r.text && !w.wasText(id, r.seq, r.text):
				w.record.violatedLocked("%d/%s shows %q as seq %d of conversation %d", s.who.user, s.who.device, r.text, r.seq, id)
				return
			case !inSpan(spans, r.seq):
				w.record.violatedLocked("%d/%s shows seq %d of conversation %d, which he may not see", s.who.user, s.who.device, r.seq, id)
			case k > 0 && r.seq <= before:
				w.record.violatedLocked("%d/%s shows seq %d of conversation %d after %d", s.who.user, s.who.device, r.seq, id, before)
			case k > 0 && !w.record.unsure[member{s.who.user, c.GID}] && leavesOut(spans, before, r.seq, nil):
				w.record.violatedLocked("%d/%s leaves out what is between seq %d and %d of conversation %d", s.who.user, s.who.device, before, r.seq, id)
			}
			before = r.seq
		}
	}
	for _, g := range s.gaps {
		id := w.convID(&account{id: s.who.user}, g.Conversation)
		for seq := g.From; seq <= g.To; seq++ {
			if inSpan(w.db.Spans(id, s.who.user), seq) {
				w.record.violatedLocked("%d/%s gives up seq %d of conversation %d", s.who.user, s.who.device, seq, id)
				break
			}
		}
	}
	for _, a := range s.absent {
		id := w.convID(&account{id: s.who.user}, a.Conversation)
		for seq := a.From; seq <= a.To; seq++ {
			if inSpan(w.db.Spans(id, s.who.user), seq) {
				w.record.violatedLocked("%d/%s is told to have been no member at seq %d of conversation %d", s.who.user, s.who.device, seq, id)
				break
			}
		}
	}
}

// checkPlain: on each connection the server delivers without leaving anything out.
func (w *world) checkPlain(p *plain) {
	for _, j := range p.jumps {
		id := w.convID(p.user, j.conv)
		from := j.from
		if from == 0 {
			from = w.db.Start(p.user.id, p.device, id) // the device's first
		}
		if !w.record.unsure[member{p.user.id, j.conv.GID}] && leavesOut(w.db.Spans(id, p.user.id), from, j.to, displayed(p.screen, j.conv)) {
			w.record.violatedLocked("%d/%q is delivered seq %d of conversation %d after %d", p.user.id, p.device, j.to, id, j.from)
		}
	}
}

// displayed are the messages of a conversation on a screen.
func displayed(s *screen, of client.Conversation) map[int64]bool {
	seen := map[int64]bool{}
	for _, r := range s.rows[of] {
		seen[r.seq] = true
	}
	return seen
}

func inSpan(spans []memstore.Span, seq int64) bool {
	for _, s := range spans {
		if seq > s.After && seq <= s.UpTo {
			return true
		}
	}
	return false
}

// leavesOut reports whether somebody who is shown seq after before misses something
// that he should see, in whichever of his times in a group, and has not seen earlier.
func leavesOut(spans []memstore.Span, before, seq int64, seen map[int64]bool) bool {
	for s := before + 1; s < seq; s++ {
		if !seen[s] && inSpan(spans, s) {
			return true
		}
	}
	return false
}

// complete reports whether every device has displayed what it should; tell, if there
// is one, hears of each that has not.
func (w *world) complete(tell func(string, ...any)) bool {
	all := true
	miss := func(who deviceKey, u *account) {
		for _, c := range w.names(u) {
			id := w.convID(u, c)
			if id == 0 || w.record.isUnsure(u.id, c.GID) {
				continue
			}
			seq, missing := w.firstMissing(who, id)
			if !missing {
				continue
			}
			all = false
			if tell != nil {
				tell("%d/%q never shows seq %d of conversation %d", who.user, who.device, seq, id)
			}
		}
	}
	for _, i := range w.instances {
		if _, ended := i.state(); ended == nil {
			miss(i.screen.who, i.user)
		}
	}
	for _, p := range w.plains {
		miss(p.screen.who, p.user)
	}
	return all
}

// firstMissing finds what a device should have displayed and has not, on none of its
// programs' screens.
func (w *world) firstMissing(who deviceKey, id chat.ConvID) (seq int64, missing bool) {
	spans := w.db.Spans(id, who.user)
	if len(spans) == 0 {
		return 0, false
	}
	last := spans[len(spans)-1]
	from := max(last.After, w.db.Start(who.user, who.device, id))
	if from >= last.UpTo {
		return 0, false
	}
	seen := map[int64]bool{}
	log := w.db.Log(id)
	w.record.mu.Lock()
	defer w.record.mu.Unlock()
	for _, p := range w.record.posts {
		if p.refused() && p.from == who.user { // stored in doubt, and refused when it was repeated
			for k := range log {
				seen[log[k].Seq] = seen[log[k].Seq] || log[k].Body == p.text
			}
		}
	}
	for _, s := range w.record.screens {
		if s.who != who {
			continue
		}
		for c, rows := range s.rows {
			if w.convID(&account{id: who.user}, c) == id {
				for _, r := range rows {
					seen[r.seq] = true
				}
			}
		}
	}
	for seq := from + 1; seq <= last.UpTo; seq++ {
		if !seen[seq] {
			return seq, true
		}
	}
	return 0, false
}

// checkPresence: what clients know of their friends is so, once all that is told late
// has been told.
func (w *world) checkPresence() {
	for began := time.Now(); !w.presenceTrue(nil); time.Sleep(time.Second) {
		if time.Since(began) > 30*time.Second {
			w.presenceTrue(w.record.violated)
			return
		}
	}
}

// presenceTrue reports whether all clients know who is online; tell hears of those who
// do not.
func (w *world) presenceTrue(tell func(string, ...any)) bool {
	all := true
	for _, i := range w.instances {
		if in, _ := i.state(); !in {
			continue
		}
		for _, a := range w.accounts {
			if a == i.user {
				continue
			}
			i.mu.Lock()
			known := i.online[int64(a.id)]
			i.mu.Unlock()
			is := w.db.LooksOnline(a.id, i.user.id)
			if known != is {
				all = false
				if tell != nil {
					tell("%d/%s takes user %d to be online: %v, and it is %v", i.user.id, i.device, a.id, known, is)
				}
			}
		}
	}
	return all
}
