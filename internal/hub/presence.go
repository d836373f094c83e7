package hub

import (
	"context"
	"sync"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// presenceNumbers remembers the presence with the highest number that is known of each
// user, so that an older notice that comes late is dropped, and what was told to whom
// lately, so that a comparison tells what is missing and nothing twice.
type presenceNumbers struct {
	mu   sync.Mutex
	last map[chat.UserID]presence
	told map[listener]int64
	// swept is up to which number a comparison has seen to it that all friends here were
	// told; absent is since when one has seen a user offline and waits for his return.
	swept  map[chat.UserID]int64
	absent map[chat.UserID]absence
}

type presence struct {
	no     int64
	online bool
}

// listener is a friend with sessions here, and the user that he was told about.
type listener struct{ friend, user chat.UserID }

type absence struct {
	no    int64
	since time.Time
}

// maxPresence bounds the maps of presenceNumbers; what falls out is old enough to be in
// no queue.
const maxPresence = 100_000

func newPresenceNumbers() presenceNumbers {
	return presenceNumbers{
		last: map[chat.UserID]presence{}, told: map[listener]int64{},
		swept: map[chat.UserID]int64{}, absent: map[chat.UserID]absence{},
	}
}

// note records a presence, and reports false for one that is older than what is known.
func (p *presenceNumbers) note(u chat.UserID, now presence) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now.no < p.last[u].no {
		return false
	}
	makeRoom(p.last)
	p.last[u] = now
	return true
}

func makeRoom[K comparable, V any](m map[K]V) {
	for old := range m {
		if len(m) < maxPresence {
			return
		}
		delete(m, old)
	}
}

// tell reports whether a friend has not been told this yet, and takes note of it.
func (p *presenceNumbers) tell(l listener, no int64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.told[l] >= no {
		return false
	}
	makeRoom(p.told)
	p.told[l] = no
	return true
}

// newest returns what is known of a user's presence here, unless the given one is newer.
func (p *presenceNumbers) newest(u chat.UserID, now presence) presence {
	p.mu.Lock()
	defer p.mu.Unlock()
	if last, ok := p.last[u]; ok && last.no >= now.no {
		return last
	}
	return now
}

// receivePresence tells a user's sessions.
func (h *Hub) receivePresence(t chat.Topic, n *chat.PresenceNotice) {
	now, about := presence{n.No, n.Online}, chat.User{ID: n.User, Name: n.Name}
	if !h.presence.note(n.User, now) || !h.presence.tell(listener{t.User, n.User}, now.no) || h.hidden(t.User, n.User) {
		return
	}
	h.tellState(t.User, about, now.online)
	h.settle(asked{to: t.User, about: about}, now, now.online)
}

// asked is whom to tell about a friend: all sessions of a user, or only one. hides is
// whether the friend hides from the user, where nothing that was told says so.
type asked struct {
	to    chat.UserID
	about chat.User
	only  *Session
	hides bool
}

// settle goes on telling how a friend looks until what it told last is how it is. Several
// may tell of one friend at the same time: of a newer presence, and of a block or its end.
// Each takes note of what is new, tells it and then settles, so that the last that tells
// anything tells the truth.
func (h *Hub) settle(a asked, now presence, told bool) {
	for {
		now = h.presence.newest(a.about.ID, now)
		looks := now.online && !h.hides(&a)
		switch {
		case looks == told:
			return
		case a.only != nil:
			a.only.tellState(a.about, looks)
		default:
			h.tellState(a.to, a.about, looks)
		}
		told = looks
	}
}

// tellState tells a user's sessions how a friend looks.
func (h *Hub) tellState(to chat.UserID, about chat.User, online bool) {
	for _, s := range h.sessionsOf(to) {
		s.tellState(about, online)
	}
}

func (s *Session) tellState(about chat.User, online bool) {
	n := notice{frame: (&wire.PresenceNotice{ID: int64(about.ID), Name: about.Name, State: chat.StateOf(online)}).AppendJSON(nil)}
	if online {
		n.online = about.ID
	}
	s.tellNotice(n)
}

// untold gives, of users whose rows have moved, those whose friends here may not have
// heard of it. One who is offline is given only once that has lasted for a while: he may
// be on his way back.
func (p *presenceNumbers) untold(marks []chat.UserMark, now time.Time, wait time.Duration) (missing []chat.UserMark) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range marks {
		if m.PresenceNo <= p.swept[m.ID] {
			continue
		}
		if m.Online {
			delete(p.absent, m.ID)
		} else {
			a, known := p.absent[m.ID]
			if !known || a.no != m.PresenceNo {
				makeRoom(p.absent)
				p.absent[m.ID] = absence{m.PresenceNo, now}
				continue
			}
			if now.Sub(a.since) < wait {
				continue
			}
			delete(p.absent, m.ID)
		}
		missing = append(missing, m)
	}
	return missing
}

func (p *presenceNumbers) sweptUp(marks []chat.UserMark) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range marks {
		makeRoom(p.swept)
		p.swept[m.ID] = max(p.swept[m.ID], m.PresenceNo)
	}
}

// friendsAtOnce is how many users' friends one query gives.
const friendsAtOnce = 100

// tellPresence tells the friends here of users what no notice has told them.
func (h *Hub) tellPresence(ctx context.Context, marks []chat.UserMark) error {
	marks = h.presence.untold(marks, h.clock.Now(), h.opts.OfflineWait)
	for len(marks) > 0 {
		some := marks[:min(len(marks), friendsAtOnce)]
		marks = marks[len(some):]
		ids := make([]chat.UserID, len(some))
		for i := range some {
			ids[i] = some[i].ID
		}
		friends, err := h.store.WatchersOf(ctx, ids)
		if err != nil {
			return err
		}
		for i := range some {
			m := &some[i]
			move := chat.PresenceMove{User: m.ID, Name: m.Name, No: m.PresenceNo, Online: m.Online, Changed: true}
			for _, f := range friends[m.ID] {
				if h.here(f) {
					h.receivePresence(chat.Topic{User: f}, &chat.PresenceNotice{PresenceMove: move})
				}
			}
		}
		h.presence.sweptUp(some)
	}
	return nil
}
