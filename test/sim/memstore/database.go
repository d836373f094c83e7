package memstore

import (
	"slices"
	"sync"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// Database is what the nodes share. What it holds is as durable as the process.
type Database struct {
	mu       sync.Mutex
	users    []*user // by id-1
	keys     map[string]*user
	devices  []*device // by id-1; nil for a forgotten one
	convs    []*conv   // by id-1
	groups   []*group  // by id-1
	invites  int       // to groups, the last id
	pairs    map[pair]*conv
	blocks   map[[2]chat.UserID]bool
	cursors  map[cursorKey]int64
	sendKeys map[keyName]keptKey
	nodes    []chat.NodeRow // by id; removed ones are gone
	levels   map[chat.NodeID]chat.NodeLevel
	lastID   chat.NodeID // of a node
	moved    func(Moved)
}

type user struct {
	chat.User
	key, hash string
	disabled  bool
	created   time.Time
	presence  int64
	journal   journal
	changed   time.Time            // presence or journal moved
	friends   []chat.UserID        // ascending
	added     map[chat.UserID]bool // of them, those whom this user has added
	day       int64                // since 1970, UTC, of the last new device
	made      int                  // new devices on that day
	strangers strangers            // what was sent to them
	devices   []*device
	addresses map[string]time.Time // that the user has logged in from, and when
	convs     []*conv              // direct ones, and groups he is or was in
	settings  map[chat.ConvID]chat.ConvSettings
	profile   chat.Profile // without the user
}

type device struct {
	id      chat.DeviceID
	user    *user
	name    string
	session chat.SessionID
	node    chat.NodeID
	last    int64 // last_send_seq
	used    time.Time
	token   []byte
	label   string
	address string
	start   map[chat.ConvID]int64 // the cursors that it began with
	changes map[int64][2]int64    // send_seq and rev of changes, by send_seq modulo ChangesKept
}

type conv struct {
	chat.Conv
	version int64
	changed time.Time
	made    time.Time // a group's
	journal journal   // a group's
	log     []chat.Message
	changes
	group *group               // nil: a direct one
	spoke map[chat.UserID]bool // of a direct one: who was about to write there
}

type group struct {
	id         chat.GroupID
	name, desc string
	joining    chat.Joining
	posting    chat.Posting
	conv       *conv
	count      int64
	members    map[chat.UserID]*member
	invites    []*groupInvite // by id
}

type member struct {
	role       chat.Role
	joined     int64
	joinedNo   int64 // the group's journal when this user joined, and once left when they left
	left       bool
	leftAt     int64
	keptOut    bool
	lastedFrom []Span // what this user could see before he joined again
}

// Span are the messages with After < seq <= UpTo.
type Span struct{ After, UpTo int64 }

type pair struct{ lo, hi chat.UserID }

// cursorKey is a delivered cursor, or a read cursor with device 0. Device -1 stands
// for devices that are forgotten.
type cursorKey struct {
	user   chat.UserID
	conv   chat.ConvID
	device chat.DeviceID
}

// New makes an empty database.
func New() *Database {
	return &Database{
		keys: map[string]*user{}, pairs: map[pair]*conv{},
		blocks: map[[2]chat.UserID]bool{}, cursors: map[cursorKey]int64{}, sendKeys: map[keyName]keptKey{},
		levels: map[chat.NodeID]chat.NodeLevel{},
		moved:  func(Moved) {},
	}
}

// Moved is a delivered cursor that moved.
type Moved struct {
	chat.Cursor
	Name  string // the device's
	Start int64  // where the device began
}

// OnCursor names a function that is told of each delivered cursor as it moves. It is
// called with the database locked.
func (d *Database) OnCursor(f func(Moved)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.moved = f
}

// Log is a copy of a conversation's whole log, with the texts that messages were sent with.
func (d *Database) Log(c chat.ConvID) []chat.Message {
	d.mu.Lock()
	defer d.mu.Unlock()
	v := d.conv(c)
	if v == nil {
		return nil
	}
	log := slices.Clone(v.log)
	for seq, text := range v.sent {
		log[seq-1].Body = text
	}
	return log
}

// Convs are all conversations, by id.
func (d *Database) Convs() []chat.Conv {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := make([]chat.Conv, len(d.convs))
	for i, c := range d.convs {
		all[i] = c.Conv
	}
	return all
}

// Spans are the parts of a conversation that a user may see, the current or latest
// one last; UpTo is the log's end where nothing else bounds it.
func (d *Database) Spans(id chat.ConvID, u chat.UserID) []Span {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := d.conv(id)
	end := int64(len(c.log))
	if c.group == nil {
		if c.Lo != u && c.Hi != u {
			return nil
		}
		return []Span{{0, end}}
	}
	m := c.group.members[u]
	if m == nil {
		return nil
	}
	if m.left {
		end = m.leftAt
	}
	return append(slices.Clone(m.lastedFrom), Span{m.joined, end})
}

// Start is where a device began in a conversation.
func (d *Database) Start(u chat.UserID, name string, c chat.ConvID) int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	if v := d.deviceNamed(d.user(u), name); v != nil {
		return v.start[c]
	}
	return 0
}

// Direct finds the conversation of two users; 0 if there is none.
func (d *Database) Direct(a, b chat.UserID) chat.ConvID {
	d.mu.Lock()
	defer d.mu.Unlock()
	if c := d.pairs[pairOf(a, b)]; c != nil {
		return c.ID
	}
	return 0
}

// LooksOnline reports whether a user is online as far as a friend may know: who blocks the
// friend looks offline.
func (d *Database) LooksOnline(u, friend chat.UserID) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.looksOnline(u, friend)
}

// The rest of this file is for callers that hold mu.

func at[T any, ID ~int64](list []*T, id ID) *T {
	if id < 1 || int(id) > len(list) {
		return nil
	}
	return list[id-1]
}

func (d *Database) user(id chat.UserID) *user       { return at(d.users, id) }
func (d *Database) device(id chat.DeviceID) *device { return at(d.devices, id) }
func (d *Database) conv(id chat.ConvID) *conv       { return at(d.convs, id) }
func (d *Database) group(id chat.GroupID) *group    { return at(d.groups, id) }

func (d *Database) deviceNamed(u *user, name string) *device {
	if u == nil {
		return nil
	}
	for _, v := range u.devices {
		if v.name == name {
			return v
		}
	}
	return nil
}

func (d *Database) blocked(a, b chat.UserID) bool {
	return d.blocks[[2]chat.UserID{a, b}] || d.blocks[[2]chat.UserID{b, a}]
}

// barred tells why nothing can be said between two users.
func (d *Database) barred(a, b chat.UserID) wire.Code {
	switch {
	case d.user(a).disabled || d.user(b).disabled:
		return wire.AccountClosed
	case d.blocked(a, b):
		return wire.Blocked
	}
	return wire.OK
}

// looksOnline reports whether a user is online as far as a viewer (0: all) may know.
func (d *Database) looksOnline(u, viewer chat.UserID) bool {
	return d.user(u).sessions() > 0 && !d.blocks[[2]chat.UserID{u, viewer}]
}

func (u *user) sessions() (n int) {
	for _, v := range u.devices {
		if v.session != 0 {
			n++
		}
	}
	return n
}

func (u *user) follow(c *conv) {
	if slices.Contains(u.convs, c) {
		return
	}
	i, _ := slices.BinarySearchFunc(u.convs, c, func(a, b *conv) int { return int(a.ID - b.ID) })
	u.convs = slices.Insert(u.convs, i, c)
}

func (c *conv) last() int64 { return int64(len(c.log)) }

func (c *conv) head() chat.Head {
	return chat.Head{Conv: c.ID, LastSeq: c.last(), LastRev: c.lastRev, Version: c.version, JournalNo: c.journal.no}
}

func (c *conv) membership(u chat.UserID, m *member) chat.Membership {
	return chat.Membership{
		Conv: c.Conv, User: u, Role: m.role, Posting: c.group.posting, JoinedSeq: m.joined,
		Left: m.left, LeftSeq: m.leftAt, KeptOut: m.keptOut, Version: c.version, Windows: m.windows(),
	}
}

// windows are what a member may see; the last one is open while they are in the group.
func (m *member) windows() (w chat.Windows) {
	for _, s := range m.lastedFrom {
		w = w.Add(chat.Window{After: s.After, Until: s.UpTo})
	}
	last := chat.Window{After: m.joined, Until: chat.Open}
	if m.left {
		last.Until = m.leftAt
	}
	return w.Add(last)
}

func (g *group) info(r chat.Role) chat.GroupInfo {
	return chat.GroupInfo{ID: g.id, Name: g.name, Desc: g.desc, Role: r, Members: g.count, Joining: g.joining, Posting: g.posting}
}
