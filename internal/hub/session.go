package hub

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/chat"
	"parley/internal/outbox"
	"parley/wire"
)

// SessionOptions is a session that the store has opened.
type SessionOptions struct {
	User        chat.User
	Device      chat.DeviceID
	DeviceName  string
	ID          chat.SessionID
	LastSendSeq int64 // what the device's row holds
	SendNext    int64 // the client's oldest number without an answer; 0: LastSendSeq+1
	JournalNo   int64 // how far the user's journal went when it opened
	Out         *outbox.Outbox
	Owner       Owner
}

// Owner is the connection that a session is on.
type Owner interface {
	// AppendOutcome appends to dst the frame that tells what became of a message that was
	// given to Send or Refuse, and returns the extended buffer. at is o.At as frames carry
	// it, "" for a message that is not stored. It is called with locks held, from any
	// goroutine.
	AppendOutcome(dst []byte, o Outcome, at string) []byte
	// Ended is called once, in its own goroutine, when the hub ends the session (takeover,
	// revocation, shutdown), after the goodbye was queued.
	Ended(id chat.SessionID, code wire.GoodbyeCode)
}

// Session is one logged-in connection. Its methods are called by the connection's
// reader, one at a time; whatever they start is answered through the Outbox.
type Session struct {
	// Static.
	hub        *Hub
	user       chat.User
	device     chat.DeviceID
	deviceName string
	id         chat.SessionID
	since      time.Time
	out        *outbox.Outbox
	owner      Owner
	sendNext   int64 // where sending begins
	lastSend   int64
	allowance  *allowance // the account's; set by register

	sender  atomic.Pointer[Sender] // made by the first chat frame
	acks    atomic.Bool            // cursors move by frame 13 alone
	ended   atomic.Bool            // nothing may be added to a conversation any more
	goodbye atomic.Bool

	mu       sync.Mutex
	started  bool
	opening  bool        // Open has not merged the inbox yet
	early    []following // conversations that came up while opening
	notices  []notice    // that wait for Start
	subs     []*conv     // what the session is attached to, and has to release
	catching map[*conv]*position
	running  bool          // the catch-up goroutine exists
	wake     chan struct{} // tells it to look again; made with it
	stop     chan struct{} // closed by End; made when first wanted
}

// following is a conversation to attach a session to, from a cursor.
type following struct {
	conv   *conv
	cursor int64
}

// position is where a session stands in a conversation that it reads from the log.
type position struct {
	cursor int64
	// windows are what the session's user may see beyond cursor, nil for everything. A
	// former member's have an end, and there the reading ends.
	windows chat.Windows
	// first is what is left of an earlier time in this group: it is read before.
	first *conv
	own   []int64 // seqs beyond cursor that this very session sent
}

// next is what to read; ok is false where nothing is left.
func (p *position) next() (w chat.Window, ok bool) {
	if p.windows == nil {
		return chat.Window{After: p.cursor, Until: chat.Open}, true
	}
	return p.windows.Next(p.cursor)
}

// waits reports whether something else is to be read first; the caller holds s.mu.
func (s *Session) waits(p *position) bool {
	if p.first != nil && s.catching[p.first] == nil {
		p.first = nil
	}
	return p.first != nil
}

// maxOwn bounds position.own. What a session sends beyond it while it is that far
// behind comes back to it as an echo, which clients know by its seq.
const maxOwn = 4096

// User is who is logged in.
func (s *Session) User() chat.User { return s.user }

// ID is the session's own number.
func (s *Session) ID() chat.SessionID { return s.id }

// Device is the row of the session's device.
func (s *Session) Device() chat.DeviceID { return s.device }

// DeviceName is "" for the nameless device.
func (s *Session) DeviceName() string { return s.deviceName }

// Send takes a chat frame; see Sender.Send. What became of it is told to the connection
// (Owner.AppendOutcome), now or later.
func (s *Session) Send(ctx context.Context, o Outgoing) { s.sends().Send(ctx, o) }

// Refuse is for a chat frame that could not be read, or may not be sent; see Sender.Refuse.
func (s *Session) Refuse(o Outgoing, e *chat.Error) { s.sends().Refuse(o, e) }

// Settle waits until every frame given to Send has its answer; see Sender.Settle.
func (s *Session) Settle(ctx context.Context) error {
	if sender := s.sender.Load(); sender != nil {
		return sender.Settle(ctx)
	}
	return nil
}

// sends gives the session's sender, and makes it when it is wanted first: a session that
// only listens has none.
func (s *Session) sends() *Sender {
	if sender := s.sender.Load(); sender != nil {
		return sender
	}
	from := author{user: s.user, device: s.device, deviceName: s.deviceName, session: s.id}
	sender := s.hub.newSender(from, s.allowance, s, s.lastSend, s.sendNext)
	sender.live = s
	s.sender.Store(sender)
	if s.ended.Load() { // End may not have seen it
		sender.stop()
	}
	return sender
}

// Open registers a session and finds out where its device stands in each of its
// conversations. Nothing is delivered before its Start.
func (h *Hub) Open(ctx context.Context, o SessionOptions) (*Session, error) {
	s := &Session{
		hub: h, user: o.User, device: o.Device, deviceName: o.DeviceName, id: o.ID,
		since: h.clock.Now(), out: o.Out, owner: o.Owner,
		sendNext: o.SendNext, lastSend: o.LastSendSeq, opening: true,
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

// stopping is what somebody is told who comes too late.
func stopping() *chat.Error {
	return &chat.Error{Code: wire.Unavailable, Info: "the server is stopping; reconnect in a moment", RetryAfter: time.Second}
}

// attachInbox puts the session into its conversations, all of them catching up.
func (h *Hub) attachInbox(s *Session, rows []chat.InboxRow, missed uint64) {
	subs := make([]*conv, 0, len(rows))
	catching := make(map[*conv]*position, len(rows))
	var fresh, doubtful []*conv
	for i := range rows {
		row := &rows[i]
		at := &position{cursor: row.Delivered, windows: row.Windows}
		if end := row.Windows.End(); row.Windows != nil && end != chat.Open { // a former member: the log alone
			catching[&conv{Conv: row.Conv, head: end, dead: true}] = at
			continue
		}
		head := chat.Head{Conv: row.Conv.ID, LastSeq: row.LastSeq, Version: row.Version, JournalNo: row.JournalNo}
		c, isNew := h.acquire(row.Conv, &head)
		if isNew {
			fresh = append(fresh, c)
		} else if c.differs(row.Version) {
			doubtful = append(doubtful, c)
		}
		subs = append(subs, c)
		catching[c] = at
	}
	s.mu.Lock()
	ended := s.ended.Load()
	if !ended {
		s.subs, s.catching = subs, catching
	}
	s.mu.Unlock()
	if ended { // by somebody else, who did not see these
		s.leave(subs)
		return
	}
	for _, c := range subs {
		c.mu.Lock()
		if !s.ended.Load() {
			c.subs = append(c.subs, subscriber{s: s})
		}
		c.mu.Unlock()
	}
	h.mu.Lock()
	passed := h.missed != missed
	h.mu.Unlock()
	if passed || !h.bus.Alone() {
		h.serve(fresh)
	}
	h.review(doubtful)
	h.attachEarly(s)
}

// differs reports whether a group's members were read here at another version than
// this one: one of the two was before somebody was taken out.
func (c *conv) differs(version int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.Kind == chat.Direct {
		c.moved(version)
		return false
	}
	return c.version != version
}

// attachEarly puts the session into what came up while it opened.
func (h *Hub) attachEarly(s *Session) {
	s.mu.Lock()
	s.opening = false
	early := s.early
	s.early = nil
	s.mu.Unlock()
	for _, f := range early {
		h.attach(s, f.conv, f.cursor)
		if f.conv.Kind == chat.Group { // he may have been taken out again before he was put in
			h.review([]*conv{f.conv})
		}
		h.release(f.conv)
	}
}

// attach puts a session into a conversation that came up after it opened, from a
// cursor. It does nothing for one that is in it already.
func (h *Hub) attach(s *Session, c *conv, cursor int64) {
	h.mu.Lock()
	c.refs++
	h.mu.Unlock()
	c.mu.Lock()
	taken, started := s.adopt(c, cursor)
	c.mu.Unlock()
	if !taken {
		h.release(c)
	}
	if started && !s.goLive(c) {
		s.catchUpSoon()
	}
}

// adopt takes over a reference to a conversation and puts the session in, for now or,
// while it opens, for later. It reports whether it took the reference, and whether there
// is something to deliver. The caller holds c.mu, so that whoever takes the session out
// finds it in both or in neither.
func (s *Session) adopt(c *conv, cursor int64) (taken, started bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.ended.Load() || slices.Contains(s.subs, c):
		return false, false
	case s.opening:
		s.early = append(s.early, following{c, cursor})
		return true, false
	}
	s.subs = append(s.subs, c)
	c.subs = append(c.subs, subscriber{s: s})
	s.behind(c, cursor)
	s.catching[c].first = s.restOf(c)
	return true, s.started
}

// restOf gives what the session still reads of the last time that its user was in a group,
// nil for nothing. The caller holds s.mu.
func (s *Session) restOf(c *conv) (rest *conv) {
	if c.Kind != chat.Group {
		return nil
	}
	for other := range s.catching {
		if other != c && other.ID == c.ID && (rest == nil || rest.head < other.head) {
			rest = other
		}
	}
	return rest
}

// behind records that the session reads a conversation from the log. The caller
// holds s.mu.
func (s *Session) behind(c *conv, cursor int64) {
	if s.catching == nil {
		s.catching = map[*conv]*position{}
	}
	s.catching[c] = &position{cursor: cursor}
}

// fallBehind is behind for a live session whose queue is full; the caller holds c.mu.
func (s *Session) fallBehind(c *conv, cursor int64) {
	s.mu.Lock()
	s.behind(c, cursor)
	s.mu.Unlock()
	s.catchUpSoon()
}

// noteOwn remembers a seq that this session sent while it reads the conversation
// from the log; the caller holds c.mu.
func (s *Session) noteOwn(c *conv, seq int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.catching[c]; p != nil && len(p.own) < maxOwn {
		p.own = append(p.own, seq)
	}
}

// goLive turns the session live in a conversation if it stands at the head, and
// reports whether it is.
func (s *Session) goLive(c *conv) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.catching[c]
	if p == nil {
		return true
	}
	w, left := p.next()
	switch {
	case !left:
		delete(s.catching, c)
		return true
	case w.Until != chat.Open || s.waits(p):
		return false
	}
	p.cursor = w.After // over what was said while the user was out
	if c.loading || p.cursor < c.head {
		return false
	}
	if p.cursor > c.head { // the device knows more than this node: what comes first is not for it
		s.hub.expect(c, p.cursor)
		return false
	}
	sub := c.subscriber(s)
	if sub == nil { // detached or ended meanwhile
		delete(s.catching, c)
		return true
	}
	sub.live = true
	delete(s.catching, c)
	return true
}

// ahead reports whether the session has seen seq before this node has handed it on.
func (s *Session) ahead(c *conv, seq int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.catching[c]
	return p != nil && p.cursor >= seq
}

// Start begins to deliver: first what is behind the device's cursors, then live.
// It is called once, after the login answer was queued, with the friends that the answer
// tells of.
func (s *Session) Start(friends []chat.Friend) {
	s.hub.learnHides(s.user.ID, friends)
	hides := s.hub.hidesFrom(s.user.ID)
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
	s.mu.Unlock()
	behind := false
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

// bye queues a goodbye as the connection's last frame and tells whoever opened the
// session.
func (s *Session) bye(code wire.GoodbyeCode, reason string, after time.Duration) {
	if s.goodbye.Swap(true) {
		return
	}
	n := wire.GoodbyeNotice{Code: code, Reason: reason, Reconnect: code.Reconnect(), AfterMS: after.Milliseconds()}
	s.out.Last(n.AppendJSON(nil))
	if s.owner != nil {
		s.hub.spawn(func() { s.owner.Ended(s.id, code) })
	}
}

// dispossessed ends a session that may no longer append. If another login has its device
// the client must not come back; if nobody has, this node was buried, and it should.
func (s *Session) dispossessed() {
	h := s.hub
	for !s.ended.Load() && h.ctx.Err() == nil {
		holder, err := h.store.DeviceSession(h.ctx, s.device)
		switch {
		case err == nil && holder != 0 && holder != s.id:
			s.bye(wire.ByeTakenOver, "another login of this device took over", 0)
			return
		case err == nil:
			s.bye(wire.ByeFenced, "this session is over: its node had lost touch with the cluster; reconnect", 0)
			return
		}
		h.pause(h.opts.RetryEvery, s.stopped())
	}
}

// stopped is closed by End.
func (s *Session) stopped() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stop == nil {
		s.stop = make(chan struct{})
	}
	return s.stop
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

func (s *Session) leave(subs []*conv) {
	for _, c := range subs {
		c.mu.Lock()
		c.drop(s)
		c.mu.Unlock()
		s.hub.release(c)
	}
}

func (h *Hub) unregister(s *Session) (last bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.sessions[s.id] == s {
		delete(h.sessions, s.id)
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

func (s *Session) attached() []*conv {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*conv(nil), s.subs...)
}
