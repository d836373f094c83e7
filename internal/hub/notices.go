package hub

import (
	"parley/internal/chat"
	"parley/wire"
)

// Notify implements chat.Notifier.
func (h *Hub) Notify(n chat.Notice, topics ...chat.Topic) {
	for _, t := range topics {
		h.Receive(t, n)
	}
	if !h.bus.Mute() {
		h.bus.Publish(n, topics...)
	}
}

// Receive implements chat.Receiver.
func (h *Hub) Receive(t chat.Topic, n chat.Notice) {
	if n.No != 0 {
		h.receiveNumbered(t, &n)
		return
	}
	h.apply(t, &n)
}

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
	}
}

// dispossess says goodbye to a session whose device another login has, or that was
// revoked.
func (h *Hub) dispossess(id chat.SessionID, revoked bool) {
	if revoked {
		h.Kick(id, wire.ByeLoggedOut, "this session was revoked: log in again")
		return
	}
	h.Kick(id, wire.ByeTakenOver, "another login of this device took over")
}

// Lost implements chat.Receiver: everything is compared with the database.
func (h *Hub) Lost() {
	h.mu.Lock()
	h.missed++
	h.mu.Unlock()
	h.kickSweep(true)
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

// begun attaches the sessions here of both users to a conversation whose first message
// was handed on. One that opened after the conversation was made, and before anything
// was said in it, did not find it in its inbox.
func (h *Hub) begun(id chat.Conv) {
	h.attachBoth(id, &chat.Head{Conv: id.ID, LastSeq: 1})
}

// openFresh attaches the sessions here of both users to a conversation in which
// nothing had been said when they opened.
func (h *Hub) openFresh(id chat.Conv) *conv {
	return h.attachBoth(id, &chat.Head{Conv: id.ID})
}

func (h *Hub) attachBoth(id chat.Conv, head *chat.Head) *conv {
	c, _ := h.acquire(id, head)
	for _, u := range []chat.UserID{id.Lo, id.Hi} {
		for _, s := range h.sessionsOf(u) {
			h.attach(s, c, 0)
		}
	}
	h.release(c)
	return c
}

func (h *Hub) receiveRead(t chat.Topic, n *chat.ReadNotice) {
	r := wire.ReadNotice{Seq: n.Seq}
	if n.Conv.Kind == chat.Group {
		r.GID = int64(n.Conv.Group)
	} else {
		r.With = int64(n.Conv.Other(t.User))
	}
	frame := r.AppendJSON(nil)
	for _, s := range h.sessionsOf(t.User) {
		if s.device != n.From {
			s.tell(frame)
		}
	}
}

// tell queues a notice to a session; before its Start it waits, so that nothing that
// happens after the lists of the login answer were read is missed.
func (s *Session) tell(frame []byte) { s.tellNotice(notice{frame: frame}) }

// notice is a frame that tells something, and who is online by it, if it tells that.
type notice struct {
	frame  []byte
	online chat.UserID
}

func (s *Session) tellNotice(n notice) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.ended.Load(): // somebody else may be logged in on its connection
	case s.started:
		s.out.Send(n.frame)
	default:
		s.notices = append(s.notices, n)
	}
}

// stale reports whether a notice that waited tells that somebody is online who hides it:
// that they do was learnt with the list of friends.
func (n *notice) stale(hides map[chat.UserID]bool) bool { return n.online != 0 && hides[n.online] }
