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

// since gives a presence newer than the one that was just told, if there is one.
func (p *presenceNumbers) since(u chat.UserID, told presence) (_ presence, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.last[u]
	return now, now.no > told.no
}

// receivePresence tells a user's sessions. Somebody else may be telling them something
// newer at the same time, and be done first: then that is told once more, so that what
// they hear last is how it is.
func (h *Hub) receivePresence(t chat.Topic, n *chat.PresenceNotice) {
	now := presence{n.No, n.Online}
	ok := h.presence.note(n.User, now) && h.presence.tell(listener{t.User, n.User}, now.no)
	for ; ok && !h.hidden(t.User, n.User); now, ok = h.presence.since(n.User, now) {
		h.tellState(t.User, chat.User{ID: n.User, Name: n.Name}, chat.StateOf(now.online))
	}
}

// tellState tells a user's sessions how a friend looks.
func (h *Hub) tellState(to chat.UserID, about chat.User, state string) {
	frame := (&wire.PresenceNotice{ID: int64(about.ID), Name: about.Name, State: state}).AppendJSON(nil)
	for _, s := range h.sessionsOf(to) {
		s.tell(frame)
	}
}

// hidden reports whether a friend is known to block a user with sessions here: what was
// read before the block, and is on its way still, must not be told after it.
func (h *Hub) hidden(from, friend chat.UserID) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	l := h.users[from]
	return l != nil && l.blockers[friend]
}

// maxBlockers bounds local.blockers; whoever is beyond it is left out by what is read
// from the database all the same.
const maxBlockers = 1000

// receiveBlock takes what a block, or its end, means for the one who is blocked: the other
// looks offline, or as they are. Nothing says why.
func (h *Hub) receiveBlock(to chat.UserID, n *chat.ChangeNotice) {
	blocked := n.What == chat.UserBlocked
	h.mu.Lock()
	if l := h.users[to]; l != nil {
		switch {
		case !blocked:
			delete(l.blockers, n.Owner)
		case len(l.blockers) < maxBlockers:
			if l.blockers == nil {
				l.blockers = map[chat.UserID]bool{}
			}
			l.blockers[n.Owner] = true
		}
	}
	h.mu.Unlock()
	// Who blocks, or no longer does, has a session, and looked online, or does. A notice
	// made anew later must not tell "offline" twice.
	if n.State != "" && (blocked || n.State == chat.StateOf(true)) {
		h.tellState(to, n.User, n.State)
	}
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
