package hub

import (
	"context"

	"parley/internal/chat"
)

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
	s.tellNotice(presenceNotice(about, online))
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

// hides is hidden for a friend of whom something else may be known.
func (h *Hub) hides(a *asked) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if l := h.users[a.to]; l != nil {
		if hides, told := l.hides[a.about.ID]; told {
			return hides
		}
	}
	return a.hides
}
