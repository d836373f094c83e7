package hub

import (
	"context"
	"time"

	"parley/internal/chat"
)

// Open registers a session and finds out where its device stands in each of its
// conversations. Nothing is delivered before its Start.
func (h *Hub) Open(ctx context.Context, o SessionOptions) (*Session, error) {
	s := &Session{
		hub: h, user: o.User, device: o.Device, deviceName: o.DeviceName, id: o.ID,
		since: h.clock.Now(), out: o.Out, owner: o.Owner,
		sendNext: o.SendNext, lastSend: o.LastSendSeq, changes: o.Changes, opening: true,
	}
	s.acks.Store(o.DeviceName != "")
	if s.sendNext == 0 {
		s.sendNext = o.LastSendSeq + 1
	}
	first, missed, err := h.register(s, o.JournalNo)
	if err != nil {
		return nil, err
	}
	if first {
		h.subscribe(ctx, chat.Topic{User: s.user.ID})
	}
	rows, journalNo, err := h.store.Inbox(ctx, s.user.ID, s.device)
	if err != nil {
		s.End(ctx, ReadLost)
		return nil, err
	}
	h.attachInbox(s, rows, missed)
	if journalNo > o.JournalNo {
		h.spawn(func() { h.meanwhile(s, o.JournalNo) })
	}
	h.expectUserEntry(s.user.ID, journalNo)
	return s, nil
}

func (h *Hub) register(s *Session, journalNo int64) (first bool, missed uint64, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return false, 0, stopping()
	}
	h.sessions[s.id] = s
	if s.changes {
		h.changesWanted.Add(1)
	}
	l := h.users[s.user.ID]
	if l == nil {
		l = &local{journal: journal{known: true, last: journalNo}, allowance: h.allowanceOf(s.user.ID)}
		h.users[s.user.ID] = l
		first = true
	}
	l.sessions = append(l.sessions, s)
	s.allowance = l.allowance
	return first, h.missed, nil
}

// Start begins to deliver: first what is behind the device's cursors, then live.
// It is called once, after the login answer was queued, with the friends that the answer
// tells of.
func (s *Session) Start(friends []chat.Friend) {
	s.hub.learnHides(s.user.ID, friends)
	hides := s.hub.hidesFrom(s.user.ID)
	s.tellRevs()
	s.mu.Lock()
	s.started = true
	for i := range s.notices {
		if n := &s.notices[i]; !n.stale(hides) {
			s.out.Send(n.frame)
		}
	}
	s.notices = nil
	waiting := make([]*conv, 0, len(s.catching))
	for c := range s.catching {
		waiting = append(waiting, c)
	}
	behind := len(s.missed)+len(s.unreceipted) > 0
	s.mu.Unlock()
	for _, c := range waiting {
		if !s.goLive(c) {
			behind = true
		}
	}
	if behind {
		s.catchUpSoon()
		return
	}
	s.mu.Lock()
	if len(s.catching) == 0 {
		s.catching = nil
	}
	s.mu.Unlock()
}

// End takes the session out of the hub and writes its cursors. It does not touch
// the connection, nor the store's session. It may be called more than once. If the session
// does not ack, what arrived less than unread ago counts as not delivered: ReadAll,
// ReadClosed or ReadLost.
func (s *Session) End(ctx context.Context, unread time.Duration) {
	if s.ended.Swap(true) {
		return
	}
	if sender := s.sender.Load(); sender != nil {
		sender.stop()
	}
	h := s.hub
	last := h.unregister(s)
	s.mu.Lock()
	subs, early := s.subs, s.early
	s.subs, s.early, s.opening = nil, nil, false
	if s.stop == nil {
		s.stop = make(chan struct{})
	}
	close(s.stop)
	s.mu.Unlock()
	s.leave(subs)
	for _, f := range early {
		h.release(f.conv)
	}
	if last {
		h.unsubscribeUser(s.user.ID)
	}
	h.saveLast(ctx, s, unread)
}

func (h *Hub) unregister(s *Session) (last bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.sessions[s.id] == s {
		delete(h.sessions, s.id)
	}
	if s.changes {
		h.changesWanted.Add(-1)
	}
	l := h.users[s.user.ID]
	for i, other := range l.sessions {
		if other == s {
			l.sessions = append(l.sessions[:i:i], l.sessions[i+1:]...)
			break
		}
	}
	if len(l.sessions) == 0 {
		delete(h.users, s.user.ID)
		h.leaveAllowance(s.user.ID, l.allowance)
		return true
	}
	return false
}

// unsubscribeUser ends a subscription; should the user have come back meanwhile, it
// is made again, and what may have been missed is looked up.
func (h *Hub) unsubscribeUser(u chat.UserID) {
	t := chat.Topic{User: u}
	h.bus.Unsubscribe(t)
	if !h.here(u) {
		return
	}
	h.spawn(func() {
		h.subscribe(h.ctx, t)
		for _, s := range h.sessionsOf(u) {
			h.recheck(s.attached())
		}
	})
}
