package hub

import "parley/internal/chat"

// apply does what a notice says.
func (h *Hub) apply(t chat.Topic, n *chat.Notice) {
	switch {
	case n.Messages != nil:
		h.receiveMessages(n.Messages)
	case n.Presence != nil:
		h.receivePresence(t, n.Presence)
	case n.Takeover != nil:
		h.dispossess(n.Takeover.Session, n.Takeover.Revoked)
	case n.People != nil:
		h.receivePeople(t, n.People)
	case n.Read != nil:
		h.receiveRead(t, n.Read)
	case n.Settings != nil:
		h.receiveSettings(t, n.Settings)
	case n.Rev != nil:
		h.receiveRev(n.Rev)
	case n.Receipts != nil:
		h.receiveReceipts(n.Receipts)
	case n.Typing != nil:
		h.receiveTyping(n.Typing)
	}
}

// receiveMessages takes what another node has committed.
func (h *Hub) receiveMessages(n *chat.Messages) {
	ds := make([]delivery, len(n.Messages))
	for i := range n.Messages {
		m := &n.Messages[i]
		ds[i] = delivery{Message: *m, from: n.From[m.Sender], device: n.Devices[m.Device]}
	}
	c := h.lookupOrMiss(n.Conv.ID)
	if c == nil {
		if n.Conv.Kind != chat.Direct || !h.here(n.Conv.Lo) && !h.here(n.Conv.Hi) {
			return
		}
		// A conversation that was not there when these users' sessions opened.
		c = h.openFresh(n.Conv)
	}
	b := newBurst()
	c.mu.Lock()
	gap := h.offer(b, c, ds, n.Version)
	c.mu.Unlock()
	b.flush()
	if gap {
		h.arrangeFill(c)
	}
}

// receiveSettings tells all sessions of the user that asked for changes, also the one that has just
// changed the settings: so each hears of every change, in their order.
func (h *Hub) receiveSettings(t chat.Topic, n *chat.SettingsNotice) {
	var frame []byte
	for _, s := range h.sessionsOf(t.User) {
		if !s.changes {
			continue
		}
		if frame == nil {
			frame = settingsFrame(t.User, n)
		}
		s.tell(frame)
	}
}

func (h *Hub) receiveRead(t chat.Topic, n *chat.ReadNotice) {
	frame := readFrame(t.User, n)
	for _, s := range h.sessionsOf(t.User) {
		if s.device != n.From {
			s.tell(frame)
		}
	}
}
