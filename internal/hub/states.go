package hub

import (
	"context"
	"slices"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// What is done to messages is never carried from node to node: a notice says that there is
// something, and each node reads the present states once for all of its sessions.

const (
	// foldFor is how long the states of a conversation are gathered after some were told.
	foldFor = 250 * time.Millisecond
	// statesPage is how many states one reading has at most.
	statesPage = 200
)

// tellsOf is where a conversation stands with what is done to its messages. conv.mu guards
// it.
type tellsOf struct {
	told    int64 // the rev up to which this node has told its sessions
	seen    int64 // the highest rev that is known to exist
	telling bool  // a goroutine tells, or is about to
	// ahead is the highest seq, beyond the head, of what may have been changed up to aheadRev. Such
	// a message is handed on as the log has it: a notice of it has the text that it was sent with,
	// and who logs in now was told that it knows of everything up to aheadRev.
	ahead, aheadRev int64
	// sees is what users of sessions here may see of a group, as far as it was asked.
	sees map[chat.UserID]chat.Windows
}

// tellsFrom is for a conversation whose sessions know, or find out by themselves, what was
// done up to a rev. It is nil where nothing was, as in most conversations.
func tellsFrom(rev int64) *tellsOf {
	if rev == 0 {
		return nil
	}
	return &tellsOf{told: rev, seen: rev}
}

// lastRev is the highest rev that is known to exist. The caller holds c.mu.
func (c *conv) lastRev() int64 {
	if c.tells == nil {
		return 0
	}
	return c.tells.seen
}

// expectRev takes note that messages were changed up to a rev, and reports whether the caller
// has to start tellStates. The caller holds c.mu.
func (c *conv) expectRev(rev int64) (start bool) {
	if rev <= c.lastRev() && (c.tells == nil || c.tells.seen <= c.tells.told) {
		return false
	}
	if c.tells == nil {
		c.tells = &tellsOf{}
	}
	t := c.tells
	t.seen = max(t.seen, rev)
	if t.telling || c.loading || c.dead {
		return false
	}
	t.telling = true
	return true
}

// changedAhead takes note that messages up to seq may have been changed up to a rev before this
// node has handed them on. The caller holds c.mu.
func (c *conv) changedAhead(seq, rev int64) {
	if rev == 0 || seq <= c.head || c.loading {
		return
	}
	if c.tells == nil {
		c.tells = &tellsOf{}
	}
	c.tells.ahead, c.tells.aheadRev = max(c.tells.ahead, seq), max(c.tells.aheadRev, rev)
}

// outdated reports whether a message may have been changed since it was read. The caller holds
// c.mu.
func (c *conv) outdated(m *delivery) bool {
	return c.tells != nil && m.Seq <= c.tells.ahead && m.asOf < c.tells.aheadRev
}

// noteRev is expectRev, and starts what it asks for.
func (h *Hub) noteRev(c *conv, rev int64) {
	c.mu.Lock()
	start := c.expectRev(rev)
	c.mu.Unlock()
	h.startTelling(c, start)
}

func (h *Hub) startTelling(c *conv, start bool) {
	if start {
		h.spawn(func() { h.tellStates(c) })
	}
}

// tellRev tells this node's sessions and the other nodes that messages were changed.
func (h *Hub) tellRev(id *chat.Conv, version, rev int64) {
	if c := h.lookupOrMiss(id.ID); c != nil {
		h.noteRev(c, rev)
	}
	if !h.bus.Mute() {
		h.bus.Publish(chat.Notice{Rev: &chat.RevNotice{Conv: *id, Version: version, LastRev: rev}}, topicsOf(id)...)
	}
}

// receiveRev takes what another node says of changes.
func (h *Hub) receiveRev(n *chat.RevNotice) {
	c := h.lookupOrMiss(n.Conv.ID)
	if c == nil {
		return
	}
	b := newBurst()
	c.mu.Lock()
	gap := h.offer(b, c, nil, n.Version)
	start := c.expectRev(n.LastRev)
	c.mu.Unlock()
	b.flush()
	if gap {
		h.arrangeFill(c)
	}
	h.startTelling(c, start)
}

// tellStates tells the sessions here what was done to messages: at once, and then whatever has
// come meanwhile every foldFor, until nothing has. tells.telling is set by the caller and
// cleared here.
func (h *Hub) tellStates(c *conv) {
	wait := h.backoff()
	for h.ctx.Err() == nil {
		after, todo := c.nextStates()
		if !todo {
			return
		}
		more, err := h.tellPage(h.ctx, c, after)
		switch {
		case err != nil:
			if h.ctx.Err() == nil {
				h.log.Warn("reading what was done to messages failed; retrying", "conversation", c.ID, "err", err)
			}
			h.pause(wait.Next(), nil)
		case !more:
			wait.Reset()
			h.pause(foldFor, nil)
		}
	}
}

// nextStates says after which rev there is something to tell. Where no session here wants to
// know, everything counts as told.
func (c *conv) nextStates() (after int64, todo bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.tells
	if !slices.ContainsFunc(c.subs, func(sub subscriber) bool { return sub.s.changes }) {
		t.told = t.seen
	}
	if c.dead || t.told >= t.seen {
		t.telling = false
		return 0, false
	}
	return t.told, true
}

// tellPage reads a page of states and tells it; more says that the next one can follow at once.
func (h *Hub) tellPage(ctx context.Context, c *conv, after int64) (more bool, err error) {
	if err := h.readSees(ctx, c); err != nil {
		return false, err
	}
	h.Metrics.StateReads.Add(1)
	states, err := h.store.States(ctx, c.ID, after, statesPage)
	if err != nil {
		return false, err
	}
	var mine map[reactor][]string
	if len(states) > 0 {
		if mine, err = h.reacted(ctx, c, after); err != nil {
			return false, err
		}
	}
	b := newBurst()
	defer b.flush()
	c.mu.Lock()
	defer c.mu.Unlock()
	switch t := c.tells; {
	case c.stale:
		return true, nil // somebody may be out: read anew who sees what
	case len(states) == 0: // what was said to be there is not
		t.seen, t.aheadRev = t.told, min(t.aheadRev, t.told)
	default:
		h.handStates(b, c, states, mine)
		t.told = states[len(states)-1].Rev
		for i := range states {
			c.changedAhead(states[i].Seq, t.told)
		}
		t.seen = max(t.seen, t.told)
	}
	return len(states) == statesPage, nil
}

// reactor is a user with reactions on a message.
type reactor struct {
	user chat.UserID
	seq  int64
}

func (h *Hub) reacted(ctx context.Context, c *conv, after int64) (map[reactor][]string, error) {
	list, err := h.store.Reacted(ctx, c.ID, after)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	mine := make(map[reactor][]string, len(list))
	for i := range list {
		r := &list[i]
		if r.Emoji == nil {
			r.Emoji = []string{} // none any more, which is told as well
		}
		mine[reactor{r.User, r.Seq}] = r.Emoji
	}
	return mine, nil
}

// readSees reads what of a group the users may see who want to hear of changes, as far as it
// is not known, and its members where they are in doubt.
func (h *Hub) readSees(ctx context.Context, c *conv) error {
	if c.Kind != chat.Group {
		return nil
	}
	c.mu.Lock()
	stale := c.stale
	var unknown []chat.UserID
	for i := range c.subs {
		s := c.subs[i].s
		if _, known := c.tells.sees[s.user.ID]; s.changes && !known && !slices.Contains(unknown, s.user.ID) {
			unknown = append(unknown, s.user.ID)
		}
	}
	c.mu.Unlock()
	if stale {
		return h.reload(ctx, c) // which reads it for all
	}
	if len(unknown) == 0 {
		return nil
	}
	head, members, err := h.store.Memberships(ctx, c.ID, unknown)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.moved(head.Version); c.stale {
		return nil // as tellPage finds out
	}
	for i := range members {
		if !members[i].Left {
			c.knowSees(members[i].User, windowsOf(&members[i]))
		}
	}
	return nil
}

// knowSees remembers what a user may see, where anybody may ask for it. The caller holds c.mu.
func (c *conv) knowSees(u chat.UserID, w chat.Windows) {
	if c.tells == nil {
		return
	}
	if c.tells.sees == nil {
		c.tells.sees = map[chat.UserID]chat.Windows{}
	}
	c.tells.sees[u] = w
}

// forgetSees is for a user who was taken out. The caller holds c.mu.
func (c *conv) forgetSees(u chat.UserID) {
	if c.tells != nil {
		delete(c.tells.sees, u)
	}
}

// handStates queues states, in the order of rev, to every session that wants them. Who may not
// see a message gets the numbers alone. The caller holds c.mu.
func (h *Hub) handStates(b *burst, c *conv, states []chat.State, mine map[reactor][]string) {
	shared := sharedStates{conv: &c.Conv, states: states, prev: c.tells.told}
	for i := range c.subs {
		s := c.subs[i].s
		if !s.changes {
			continue
		}
		sees, known := c.tells.sees[s.user.ID]
		if c.Kind == chat.Direct {
			sees, known = nil, true
		}
		if !known || !s.takesStates() {
			s.missStates(c)
			continue
		}
		framed := shared.framed(s.out.Framing(), s.user.ID, sees, mine)
		if b.queue(s.out, framed) {
			h.Metrics.StateFrames.Add(int64(len(states)))
		}
	}
}

// sharedStates makes the bytes of states once for all sessions that are told the same.
type sharedStates struct {
	conv   *chat.Conv
	states []chat.State
	prev   int64
	bytes  [2][2][]byte // by framing, and by the side of a direct conversation
}

func (x *sharedStates) framed(f wire.Framing, u chat.UserID, sees chat.Windows, mine map[reactor][]string) []byte {
	own := false // something is told to this user alone
	for i := range x.states {
		seq := x.states[i].Seq
		own = own || mine[reactor{u, seq}] != nil || sees != nil && !sees.Has(seq)
	}
	if own {
		return x.encode(f, u, sees, mine)
	}
	side := 0
	if x.conv.Kind == chat.Direct && u == x.conv.Hi {
		side = 1
	}
	if x.bytes[f][side] == nil {
		x.bytes[f][side] = x.encode(f, u, nil, nil)
	}
	return x.bytes[f][side]
}

func (x *sharedStates) encode(f wire.Framing, u chat.UserID, sees chat.Windows, mine map[reactor][]string) (framed []byte) {
	prev := x.prev
	for i := range x.states {
		state := &x.states[i]
		frame := changedFrame(x.conv, u, state.Rev, prev)
		if sees == nil || sees.Has(state.Seq) {
			setChanged(&frame, state, mine[reactor{u, state.Seq}])
		}
		framed = wire.AppendFramed(framed, f, frame.AppendJSON(nil))
		prev = state.Rev
	}
	return framed
}

// takesStates reports whether a session can be told now.
func (s *Session) takesStates() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.started && !s.out.Full()
}

// tellRevs tells a session that is about to start how far its conversations have come, where
// messages were changed: before the first message, so that its client knows from which rev on it
// is told everything, and what it missed. What is told between this and the start is missed.
func (s *Session) tellRevs() {
	if !s.changes {
		return
	}
	s.mu.Lock()
	list := make([]*conv, 0, len(s.catching))
	for c := range s.catching {
		list = append(list, c)
	}
	s.mu.Unlock()
	var framed []byte
	for _, c := range list {
		c.mu.Lock()
		rev := int64(0)
		if c.tells != nil {
			rev = c.tells.told
		}
		c.mu.Unlock()
		if rev > 0 {
			frame := changedFrame(&c.Conv, s.user.ID, rev, rev)
			framed = wire.AppendFramed(framed, s.out.Framing(), frame.AppendJSON(nil))
		}
	}
	if len(framed) > 0 {
		b := newBurst()
		b.queue(s.out, framed)
		b.flush()
	}
}

// missStates remembers that a session was not told of changes in a conversation. It is told the
// number as soon as it can be, and its client asks for the rest. The caller holds c.mu.
func (s *Session) missStates(c *conv) {
	s.hub.Metrics.StatesMissed.Add(1)
	s.mu.Lock()
	if s.missed == nil {
		s.missed = map[*conv]struct{}{}
	}
	s.missed[c] = struct{}{}
	s.mu.Unlock()
	s.catchUpSoon() // nothing before Start, which looks itself
}

// tellMissed tells a session how far conversations have come in which it was not told of
// changes. It waits until the connection takes something.
func (s *Session) tellMissed(stop <-chan struct{}) error {
	if !s.hasMissed() {
		return nil
	}
	if err := s.out.Wait(stop); err != nil {
		return err
	}
	s.tellMissedReceipts()
	for _, c := range s.takeMissed() { // what came while it waited as well
		c.mu.Lock()
		rev := c.tells.told
		c.mu.Unlock()
		frame := changedFrame(&c.Conv, s.user.ID, rev, rev)
		s.tell(frame.AppendJSON(nil))
	}
	return nil
}

func (s *Session) hasMissed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.missed)+len(s.unreceipted) > 0
}

func (s *Session) takeMissed() []*conv {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]*conv, 0, len(s.missed))
	for c := range s.missed {
		list = append(list, c)
	}
	s.missed = nil
	return list
}
