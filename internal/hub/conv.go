package hub

import (
	"sync"
	"sync/atomic"

	"parley/internal/chat"
)

// maxEarly bounds the messages that wait beyond a gap; what comes after them is
// read from the log when the gap is filled.
const maxEarly = 256

// conv is one conversation that sessions of this node are in. It exists while there
// are any.
type conv struct {
	chat.Conv // static

	refs int // guarded by Hub.mu: attached sessions

	journal journal // of a group

	known [2]atomic.Bool // direct: Lo, and Hi, is no stranger to the other one, or there is no limit

	mu sync.Mutex
	// head is the seq up to which this node has handed on. It moves by exactly one.
	head int64
	// seen is the highest seq that is known to exist; a gap is open while seen > head.
	seen int64
	// version is the conversation's when membership (or the block) was last read.
	version int64
	open    bool // direct: nothing stood against writing as of version
	stale   bool // group: version has moved; membership is read before anything is handed on
	doubts  int  // group: how often stale was set; a reading from before the last time does not clear it
	// present holds, for users who came in while this conv was here, the version at which
	// they did: what tells of an older removal comes too late.
	present map[chat.UserID]int64
	loading bool // head is not known yet
	dead    bool // no longer in the hub's maps; a newer conv may stand there
	filling bool // a goroutine fills the gap, or is about to
	early   map[int64]delivery
	subs    []subscriber
	tells   *tellsOf // what was done to messages; nil where nothing was
}

// subscriber is a session in a conversation: live, or else catching up.
type subscriber struct {
	s    *Session
	live bool
	// posts is one more than the version of a group at which the session's user was seen to be
	// allowed to post in it, 0 for never. Of another version it means nothing.
	posts int64
}

// moved takes note of a version that somebody else has seen. The caller holds c.mu.
func (c *conv) moved(version int64) {
	if version <= c.version {
		return
	}
	if c.Kind == chat.Group {
		c.doubt() // version follows when membership has been read
		return
	}
	c.version, c.open = version, false
}

// doubt holds back what is to be handed on in a group until membership has been read
// anew. The caller holds c.mu, and starts the reading.
func (c *conv) doubt() {
	c.stale = true
	c.doubts++
}

// mayPost reports whether a session's user may post in a group as far as is known here. The
// caller holds c.mu.
func (c *conv) mayPost(s *Session) bool {
	sub := c.subscriber(s)
	return sub != nil && sub.posts == c.version+1
}

// allow notes at a version who may post: the users for whom may is true. The caller holds c.mu.
func (c *conv) allow(version int64, may func(chat.UserID) bool) {
	for i := range c.subs {
		if may(c.subs[i].s.user.ID) {
			c.subs[i].posts = version + 1
		}
	}
}

func (c *conv) subscriber(s *Session) *subscriber {
	for i := range c.subs {
		if c.subs[i].s == s {
			return &c.subs[i]
		}
	}
	return nil
}

func (c *conv) drop(s *Session) {
	for i := range c.subs {
		if c.subs[i].s == s {
			last := len(c.subs) - 1
			c.subs[i] = c.subs[last]
			c.subs[last] = subscriber{}
			c.subs = c.subs[:last]
			return
		}
	}
}

// acquire returns the conv of a conversation, counted for one more session, and whether
// it is new here; a new one is loading unless head is given.
func (h *Hub) acquire(id chat.Conv, head *chat.Head) (c *conv, fresh bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	c = h.convs[id.ID]
	if c == nil {
		fresh = true
		c = &conv{Conv: id, loading: head == nil}
		if head != nil {
			c.head, c.seen, c.version = head.LastSeq, head.LastSeq, head.Version
			c.journal.known, c.journal.last = true, head.JournalNo
			c.tells = tellsFrom(head.LastRev)
		}
		h.convs[id.ID] = c
		if id.Kind == chat.Direct {
			h.pairs[pair{id.Lo, id.Hi}] = c
		} else {
			h.groups[id.Group] = c
		}
	}
	c.refs++
	return c, fresh
}

// release undoes one acquire.
func (h *Hub) release(c *conv) {
	h.mu.Lock()
	c.refs--
	gone := c.refs == 0
	if gone {
		delete(h.convs, c.ID)
		if c.Kind == chat.Direct {
			delete(h.pairs, pair{c.Lo, c.Hi})
		} else {
			delete(h.groups, c.Group)
		}
		h.missed++
	}
	h.mu.Unlock()
	if !gone {
		return
	}
	h.bury(c)
	h.receipts.forget(c.ID)
	if c.Kind == chat.Group {
		h.unsubscribeGroup(c.Group)
	}
}

// bury ends a conv that is in no map any more. What was handed to it since is told to
// the one that stands there now.
func (h *Hub) bury(c *conv) {
	c.mu.Lock()
	c.dead = true
	c.early = nil
	c.mu.Unlock()
	if next := h.lookupOrMiss(c.ID); next != nil {
		h.spawn(func() { h.recheck([]*conv{next}) })
	}
}

// unsubscribeGroup ends a subscription unless somebody has come meanwhile; the check
// after the fact repairs the race of an unsubscription with a new subscription.
func (h *Hub) unsubscribeGroup(g chat.GroupID) {
	t := chat.Topic{Group: g}
	h.bus.Unsubscribe(t)
	h.mu.Lock()
	again := h.groups[g]
	h.mu.Unlock()
	if again != nil {
		h.spawn(func() { h.serve([]*conv{again}) })
	}
}

// lookup returns the conv of a conversation, nil if no session here is in it.
func (h *Hub) lookup(id chat.ConvID) *conv {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.convs[id]
}

// lookupOrMiss is lookup; where there is nobody, it lets sessions that are opening
// know that something passed them by.
func (h *Hub) lookupOrMiss(id chat.ConvID) *conv {
	h.mu.Lock()
	defer h.mu.Unlock()
	c := h.convs[id]
	if c == nil {
		h.missed++
	}
	return c
}

// convOrNone is lookup; where nobody here is in the conversation it returns one that
// stands in no map.
func (h *Hub) convOrNone(id chat.Conv) *conv {
	if c := h.lookup(id.ID); c != nil {
		return c
	}
	return &conv{Conv: id, dead: true}
}

func (h *Hub) pairConv(a, b chat.UserID) *conv {
	p := pairOf(a, b)
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.pairs[p]
}

func (h *Hub) groupConv(g chat.GroupID) *conv {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.groups[g]
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

// behind are the sessions that are catching up; the caller holds c.mu.
func (c *conv) behind() []*Session {
	waiting := make([]*Session, 0, len(c.subs))
	for _, sub := range c.subs {
		if !sub.live {
			waiting = append(waiting, sub.s)
		}
	}
	return waiting
}

// users returns whose sessions are here, and how often they were doubted until now.
func (c *conv) users() ([]chat.UserID, int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	seen := make(map[chat.UserID]bool, len(c.subs))
	users := make([]chat.UserID, 0, len(c.subs))
	for _, sub := range c.subs {
		if u := sub.s.user.ID; !seen[u] {
			seen[u] = true
			users = append(users, u)
		}
	}
	return users, c.doubts
}

// side is where a direct conversation's user stands in conv.known.
func (c *conv) side(u chat.UserID) int {
	if u == c.Hi {
		return 1
	}
	return 0
}
