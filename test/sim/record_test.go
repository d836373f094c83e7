package sim

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"parley/client"
	"parley/internal/chat"
	"parley/test/mirror"
	"parley/wire"
)

// record is what the checks look at: what was posted and what became of it, what was
// displayed where, and what went wrong at once.
type record struct {
	began time.Time

	mu         sync.Mutex
	trace      uint64 // a hash over everything that happened, in order
	lines      []string
	verbose    bool
	violations []string
	posts      []*post
	screens    []*screen
	shown      map[deviceKey]map[chat.ConvID]int64 // how far a device has displayed
	unsure     map[member]bool                     // joins without a certain answer
	entries    map[*mirror.Entry]*made             // what mirrors had to send
}

type deviceKey struct {
	user   chat.UserID
	device string
}

// post is one message of a client.
type post struct {
	text  string
	name  client.Conversation
	from  chat.UserID
	acked bool
	seq   int64
	err   error
}

// refused reports whether the sender was told that his message is not to be stored.
func (p *post) refused() bool { return p.err != nil && client.CodeOf(p.err) != 0 }

// member is a user in a group.
type member struct {
	user chat.UserID
	gid  int64
}

// joined notes a join that may have happened although nobody was told. Then it is not
// checked that the user sees everything at once: those of his sessions that were there see
// what is said from then on when they log in again, or when the node has found out by
// comparing numbers. That he sees nothing else, and that in order, is checked.
func (r *record) joined(u chat.UserID, gid int64, err error) {
	if code := client.CodeOf(err); err == nil || code != wire.OK && code != wire.Unavailable {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.unsure[member{u, gid}] = true
}

func (r *record) isUnsure(u chat.UserID, gid int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.unsure[member{u, gid}]
}

// errOpen stands in a post that has no outcome yet.
var errOpen = errors.New("no answer yet")

// screen is what one run of one client program displays.
type screen struct {
	who  deviceKey
	rows map[client.Conversation][]row
	gaps []client.Gap
	// absent is where the client was told that its user was no member.
	absent []client.NotMember
}

type row struct {
	seq  int64
	text string
}

func newRecord(verbose bool) *record {
	return &record{began: time.Now(), trace: 14695981039346656037, verbose: verbose, shown: map[deviceKey]map[chat.ConvID]int64{}, unsure: map[member]bool{}, entries: map[*mirror.Entry]*made{}}
}

// note adds a line to the trace.
func (r *record) note(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.noteLocked(format, args...)
}

func (r *record) noteLocked(format string, args ...any) {
	since := time.Since(r.began)
	r.mix(uint64(since)) //nolint:gosec // any number will do
	for _, a := range args {
		switch a := a.(type) {
		case int64:
			r.mix(uint64(a)) //nolint:gosec // any number will do
		case chat.UserID:
			r.mix(uint64(a)) //nolint:gosec // any number will do
		case client.Conversation:
			r.mix(uint64(a.With)<<32 | uint64(a.GID)) //nolint:gosec // any number will do
		case string:
			for k := range len(a) {
				r.mix(uint64(a[k]))
			}
		}
	}
	if r.verbose {
		r.lines = append(r.lines, fmt.Sprintf("%9.4fs ", since.Seconds())+fmt.Sprintf(format, args...))
	}
}

// mix takes a number into the trace (FNV-1a, by words).
func (r *record) mix(n uint64) { r.trace = (r.trace ^ n) * 1099511628211 }

// violated records that a promise does not hold.
func (r *record) violated(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.violatedLocked(format, args...)
}

func (r *record) violatedLocked(format string, args ...any) {
	if len(r.violations) < 20 {
		r.violations = append(r.violations, fmt.Sprintf("%.3fs: ", time.Since(r.began).Seconds())+fmt.Sprintf(format, args...))
	}
	r.noteLocked("VIOLATION "+format, args...)
}

func (r *record) newScreen(who deviceKey) *screen {
	s := &screen{who: who, rows: map[client.Conversation][]row{}}
	r.newDevice(who)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.screens = append(r.screens, s)
	return s
}

func (r *record) newDevice(who deviceKey) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.shown[who] == nil {
		r.shown[who] = map[chat.ConvID]int64{}
	}
}

// reached notes how far a device was delivered a conversation.
func (r *record) reached(who deviceKey, id chat.ConvID, seq int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.shown[who][id] = max(r.shown[who][id], seq)
	r.noteLocked("%d/%s has %d of %d", who.user, who.device, seq, int64(id))
}

// display puts a message on a screen.
func (r *record) display(s *screen, c client.Conversation, id chat.ConvID, seq int64, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s.rows[c] = append(s.rows[c], row{seq, text})
	r.shown[s.who][id] = max(r.shown[s.who][id], seq)
	r.noteLocked("%d/%s shows %v %d", s.who.user, s.who.device, c, seq)
}

func (r *record) posted(p *post) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.posts = append(r.posts, p)
}

// answered records what became of a post.
func (r *record) answered(p *post, seq int64, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p.acked, p.seq, p.err = err == nil, seq, err
	r.noteLocked("%s %d %v", p.text[:min(len(p.text), 12)], seq, err != nil)
}
