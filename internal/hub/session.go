package hub

import (
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
	Changes     bool  // it is told of changes of messages
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
	changes    bool       // it is told of changes of messages, of receipts and of who is writing
	allowance  *allowance // the account's; set by register

	typing *typing // the connection's reader's; nil until its user writes

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
	missed   map[*conv]struct{} // where it was not told of changes
	// unreceipted is where it was not told how far others have come.
	unreceipted map[*conv]struct{}
	running     bool          // the catch-up goroutine exists
	wake        chan struct{} // tells it to look again; made with it
	stop        chan struct{} // closed by End; made when first wanted
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

// restOf returns what the session still reads of the last time that its user was in a group,
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

// noteOwn remembers a seq that this session sent while it reads the conversation
// from the log; the caller holds c.mu.
func (s *Session) noteOwn(c *conv, seq int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.catching[c]; p != nil && len(p.own) < maxOwn {
		p.own = append(p.own, seq)
	}
}

// ahead reports whether the session has seen seq before this node has handed it on.
func (s *Session) ahead(c *conv, seq int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.catching[c]
	return p != nil && p.cursor >= seq
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

func (s *Session) attached() []*conv {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*conv(nil), s.subs...)
}

// isOwn reports whether this very session sent the message while it was behind.
func (s *Session) isOwn(c *conv, seq int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.catching[c]
	if p == nil {
		return false
	}
	for _, own := range p.own {
		if own >= seq {
			return own == seq
		}
	}
	return false
}

// tell queues a notice to a session; before its Start it waits, so that nothing that
// happens after the lists of the login answer were read is missed.
func (s *Session) tell(frame []byte) { s.tellNotice(notice{frame: frame}) }

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

// forget takes a conversation off what the session has to release; the caller holds
// c.mu, and releases it if forget reports so.
func (s *Session) forget(c *conv) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, have := range s.subs {
		if have == c {
			last := len(s.subs) - 1
			s.subs[i] = s.subs[last]
			s.subs = s.subs[:last]
			return true
		}
	}
	return false
}

// skipTo moves a cursor ahead; the caller holds c.mu.
func (s *Session) skipTo(c *conv, seq int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.catching[c]; p != nil {
		p.cursor = max(p.cursor, seq)
	}
}

// see says what of a conversation that a session reads its user may see; the caller holds
// c.mu.
func (s *Session) see(c *conv, w chat.Windows) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.catching[c]; p != nil {
		p.windows = w.Beyond(p.cursor)
	}
}
