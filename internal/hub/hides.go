package hub

import (
	"maps"

	"parley/internal/chat"
)

// maxHides bounds local.hides. Whoever is beyond it is left out by what is read from the
// database all the same.
const maxHides = 1000

// hide takes note of who blocks a user, or no longer does. The caller holds Hub.mu.
func (l *local) hide(who chat.UserID, hides bool) {
	if _, known := l.hides[who]; !known && len(l.hides) >= maxHides {
		maps.DeleteFunc(l.hides, func(_ chat.UserID, hides bool) bool { return !hides })
		if len(l.hides) >= maxHides {
			return
		}
	}
	if l.hides == nil {
		l.hides = map[chat.UserID]bool{}
	}
	l.hides[who] = hides
}

// hidden reports whether a friend is known to block a user with sessions here: what was
// read before the block, and is on its way still, must not be told after it.
func (h *Hub) hidden(from, friend chat.UserID) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	l := h.users[from]
	return l != nil && l.hides[friend]
}

// learnHides takes note of who blocks a user, as a page says. What was told of blocks is
// newer than the page: it was told after the user's first session opened here.
func (h *Hub) learnHides(u chat.UserID, page []chat.Friend) {
	h.mu.Lock()
	defer h.mu.Unlock()
	l := h.users[u]
	if l == nil {
		return
	}
	for i := range page {
		f := &page[i]
		if hides, told := l.hides[f.ID]; told {
			f.Hides = hides
		} else if f.Hides {
			l.hide(f.ID, true)
		}
	}
}

// hidesFrom returns a copy of what is known of who hides from a user, nil for nobody.
func (h *Hub) hidesFrom(u chat.UserID) map[chat.UserID]bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if l := h.users[u]; l != nil {
		return maps.Clone(l.hides)
	}
	return nil
}
