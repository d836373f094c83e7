package hub

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// fakeLog is a store with nothing but devices and logs in it, whose commits happen
// when the test says so, and end as it says.
type fakeLog struct {
	chat.Store // what no test needs

	mu       sync.Mutex
	appended func([]*chat.Append, bool)
	queue    []*chat.Append
	state    fakeState
	// down makes every read fail.
	down bool
	// reads counts the pages read.
	reads int
	saved map[chat.DeviceID]map[chat.ConvID]int64
	// journals and marks are what the database says of users.
	journals     map[chat.Topic][]chat.JournalEntry
	marks        []chat.UserMark
	friends      []chat.Friend                       // user 1's
	settings     map[chat.ConvID]chat.SettingsNotice // user 1's
	journalReads int
	// positions are what the database says of cursors, hiding who hides theirs; quiet: nothing changed
	// lately.
	positions     map[chat.ConvID]map[chat.UserID]chat.Mark
	hiding        []chat.UserID
	positionReads atomic.Int64
	quiet         bool
	audience      chat.Audience
	// strangers are strangers to everybody; sent is what was counted of them.
	strangers  map[chat.UserID]bool
	sent       map[chat.UserID]int
	approaches int
	// after is called when something was read and is about to be given.
	after func(what string)
}

// given lets a test do something between a read and what is made of it.
func (f *fakeLog) given(what string) {
	f.mu.Lock()
	after := f.after
	f.mu.Unlock()
	if after != nil {
		after(what)
	}
}

type fakeState struct {
	keys    map[postKey]chat.KeptKey
	devices map[chat.DeviceID]fakeDevice
	convs   map[chat.ConvID]*fakeConv
}

type fakeDevice struct {
	session chat.SessionID
	last    int64
}

type fakeConv struct {
	chat.Conv
	version int64
	barred  wire.Code
	log     []chat.Message
	members map[chat.UserID]*chat.Membership
	fakeChanges
}

func newFakeLog() *fakeLog {
	return &fakeLog{
		state:     fakeState{keys: map[postKey]chat.KeptKey{}, devices: map[chat.DeviceID]fakeDevice{}, convs: map[chat.ConvID]*fakeConv{}},
		saved:     map[chat.DeviceID]map[chat.ConvID]int64{},
		journals:  map[chat.Topic][]chat.JournalEntry{},
		strangers: map[chat.UserID]bool{}, sent: map[chat.UserID]int{},
	}
}

// outcome is how a commit ends.
type outcome int

const (
	commits  outcome = iota
	refused          // known not to have happened: the disk is full
	lost             // unknown, and it did not happen
	tookHold         // unknown, and it happened
)

var errDown = &chat.Error{Code: wire.Unavailable, RetryAfter: time.Millisecond}

// step commits the first n queued appends as one batch.
func (f *fakeLog) step(n int, how outcome) {
	f.mu.Lock()
	n = min(n, len(f.queue))
	batch := slices.Clone(f.queue[:n])
	f.queue = f.queue[n:]
	if n == 0 {
		f.mu.Unlock()
		return
	}
	if how == commits || how == tookHold {
		for _, a := range batch {
			f.state.apply(a)
		}
	}
	for _, a := range batch {
		switch how {
		case refused:
			a.Err = &chat.Error{Code: wire.StoreFull}
		case lost, tookHold:
			a.Seq, a.Err = 0, &chat.Error{Code: wire.Unavailable}
		}
	}
	appended := f.appended
	f.mu.Unlock()
	appended(batch, how == lost || how == tookHold)
}

// apply is the contract of chat.Append, for one of them.
func (s *fakeState) apply(a *chat.Append) {
	d := s.devices[a.Device]
	c := s.convs[a.Conv]
	a.Err, a.LastSendSeq = nil, d.last
	var used chat.KeptKey
	if a.Key != nil {
		used = s.keys[postKey{a.Sender, a.Key.Key}]
	}
	switch {
	case used.Seq != 0 && used.Sum != a.Key.Sum:
		a.Err = chat.E(wire.KeyReused)
	case used.Seq != 0:
		a.Seq, a.At, a.Err = used.Seq, used.At, chat.ErrRepeat
	case a.Key == nil && d.session != a.Session:
		a.Err = chat.ErrSessionGone
	case a.SendSeq != 0 && d.last >= a.SendSeq:
		a.Err = chat.ErrRepeat
	case a.SendSeq != 0 && d.last != a.PrevSendSeq:
		a.Err = chat.ErrOutOfStep
	case c.version != a.Version:
		a.Err = chat.ErrStaleMembers
	case a.Body == "\uFFFF": // what this database refuses
		a.Err = &chat.Error{Code: wire.BadText}
	}
	if a.Err != nil {
		return
	}
	a.Seq, a.At = int64(len(c.log)+1), time.UnixMilli(0)
	c.log = append(c.log, chat.Message{
		Conv: a.Conv, Seq: a.Seq, Sender: a.Sender, Device: a.Device,
		SendSeq: a.SendSeq, SentAt: a.At, Body: a.Body, Extra: a.Extra.Pack(),
	})
	if a.SendSeq != 0 {
		s.devices[a.Device] = fakeDevice{d.session, a.SendSeq}
	}
	if a.Key != nil {
		s.keys[postKey{a.Sender, a.Key.Key}] = chat.KeptKey{Sum: a.Key.Sum, Conv: a.Conv, Seq: a.Seq, At: a.At}
	}
}

func (f *fakeLog) SentWith(_ context.Context, u chat.UserID, key string) (chat.KeptKey, bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down {
		return chat.KeptKey{}, false, errDown
	}
	k, found := f.state.keys[postKey{u, key}]
	return k, found, nil
}

func (f *fakeLog) SetAppended(fn func([]*chat.Append, bool)) { f.appended = fn }

func (f *fakeLog) Append(a *chat.Append) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.queue = append(f.queue, a)
}

func (f *fakeLog) queued() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.queue)
}

// take is what a login does to a device's row.
func (f *fakeLog) take(d chat.DeviceID, s chat.SessionID) (last int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	last = f.state.devices[d].last
	f.state.devices[d] = fakeDevice{s, last}
	return last
}

// direct makes the direct conversation 1 of users 1 and 2.
func (f *fakeLog) direct() *fakeConv {
	c := &fakeConv{Conv: chat.Conv{ID: 1, Kind: chat.Direct, Lo: 1, Hi: 2}, version: 1}
	f.state.convs[c.ID] = c
	return c
}

// group makes the group 1, whose conversation is 7, with members.
func (f *fakeLog) group(users ...chat.UserID) *fakeConv {
	c := &fakeConv{
		Conv: chat.Conv{ID: 7, Kind: chat.Group, Group: 1}, version: 1,
		members: map[chat.UserID]*chat.Membership{},
	}
	for _, u := range users {
		c.members[u] = &chat.Membership{Conv: c.Conv, User: u, Version: 1}
	}
	f.state.convs[c.ID] = c
	return c
}

// store appends as another node would: without a word to the hub.
func (f *fakeLog) store(c *fakeConv, sender chat.UserID, body string) chat.Message {
	f.mu.Lock()
	defer f.mu.Unlock()
	m := chat.Message{
		Conv: c.ID, Seq: int64(len(c.log) + 1), Sender: sender, Device: chat.DeviceID(sender) * 100,
		SentAt: time.UnixMilli(0), Body: body,
	}
	c.log = append(c.log, m)
	return m
}

func (f *fakeLog) OpenDirect(_ context.Context, a, b chat.UserID) (chat.Conv, chat.Head, wire.Code, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down {
		return chat.Conv{}, chat.Head{}, wire.OK, errDown
	}
	for _, c := range f.state.convs {
		if c.Kind == chat.Direct && c.Lo == min(a, b) && c.Hi == max(a, b) {
			return c.Conv, c.head(), c.barred, nil
		}
	}
	return chat.Conv{}, chat.Head{}, wire.OK, chat.E(wire.NoSuchUser)
}

func (c *fakeConv) head() chat.Head {
	return chat.Head{Conv: c.ID, LastSeq: int64(len(c.log)), LastRev: c.lastRev, Version: c.version}
}

func (f *fakeLog) FindDirect(ctx context.Context, a, b chat.UserID) (chat.Conv, chat.Head, error) {
	c, h, _, err := f.OpenDirect(ctx, a, b)
	return c, h, err
}

func (f *fakeLog) Membership(_ context.Context, gid chat.GroupID, u chat.UserID) (chat.Membership, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down {
		return chat.Membership{}, errDown
	}
	for _, c := range f.state.convs {
		if c.Kind == chat.Group && c.Group == gid {
			m := c.members[u]
			if m == nil {
				return chat.Membership{}, chat.E(wire.NotMember)
			}
			with := *m
			with.Version = c.version
			return with, nil
		}
	}
	return chat.Membership{}, chat.E(wire.NoSuchGroup)
}

func (f *fakeLog) Memberships(_ context.Context, id chat.ConvID, users []chat.UserID) (chat.Head, []chat.Membership, error) {
	defer f.given("memberships")
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down {
		return chat.Head{}, nil, errDown
	}
	c := f.state.convs[id]
	var ms []chat.Membership
	for _, u := range users {
		if m := c.members[u]; m != nil {
			with := *m
			with.Version = c.version
			ms = append(ms, with)
		}
	}
	return c.head(), ms, nil
}

// remove takes a member out, as the store does it.
func (f *fakeLog) remove(c *fakeConv, u chat.UserID) chat.Membership {
	f.mu.Lock()
	defer f.mu.Unlock()
	c.version++
	m := c.members[u]
	m.Windows = windowsOf(m).Upto(int64(len(c.log)))
	m.Left, m.LeftSeq, m.Version = true, int64(len(c.log)), c.version
	return *m
}

// join makes a member, as the store does it.
func (f *fakeLog) join(c *fakeConv, u chat.UserID) chat.Membership {
	f.mu.Lock()
	defer f.mu.Unlock()
	var past chat.Windows
	if was := c.members[u]; was != nil {
		past = slices.Clone(was.Windows)
	}
	last := chat.Window{After: int64(len(c.log)), Until: chat.Open}
	c.members[u] = &chat.Membership{Conv: c.Conv, User: u, JoinedSeq: last.After, Version: c.version, Windows: past.Add(last)}
	return *c.members[u]
}

func (f *fakeLog) Heads(_ context.Context, ids []chat.ConvID) ([]chat.Head, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down {
		return nil, errDown
	}
	var heads []chat.Head
	for _, id := range ids {
		if c := f.state.convs[id]; c != nil {
			heads = append(heads, c.head())
		}
	}
	return heads, nil
}

func (f *fakeLog) Changed(_ context.Context, _ time.Duration, after chat.ConvID, _ int) ([]chat.ChangedConv, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down {
		return nil, errDown
	}
	if f.quiet {
		return nil, nil
	}
	var changed []chat.ChangedConv
	for _, c := range f.state.convs {
		if c.ID > after {
			changed = append(changed, chat.ChangedConv{Conv: c.Conv, Head: c.head()})
		}
	}
	return changed, nil
}

func (f *fakeLog) Page(_ context.Context, id chat.ConvID, after, upTo int64, limit, _ int) ([]chat.Message, error) {
	defer f.given("page")
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down {
		return nil, errDown
	}
	f.reads++
	log := f.state.convs[id].log
	upTo = min(upTo, int64(len(log)), after+int64(limit))
	if after >= upTo {
		return nil, nil
	}
	return slices.Clone(log[after:upTo]), nil
}

func (f *fakeLog) FindRepeat(_ context.Context, id chat.ConvID, d chat.DeviceID, n int64) (chat.Message, bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down {
		return chat.Message{}, false, errDown
	}
	for _, m := range f.state.convs[id].log {
		if m.Device == d && m.SendSeq == n {
			return m, true, nil
		}
	}
	return chat.Message{}, false, nil
}

func (f *fakeLog) Inbox(_ context.Context, u chat.UserID, d chat.DeviceID) ([]chat.InboxRow, int64, error) {
	defer f.given("inbox")
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down {
		return nil, 0, errDown
	}
	var rows []chat.InboxRow
	for _, c := range f.state.convs {
		row := chat.InboxRow{Conv: c.Conv, LastSeq: int64(len(c.log)), LastRev: c.lastRev, Version: c.version, Delivered: f.saved[d][c.ID]}
		switch {
		case c.Kind == chat.Group:
			m := c.members[u]
			if m == nil {
				continue
			}
			if row.Windows = windowsOf(m).Beyond(row.Delivered); row.Windows == nil {
				continue
			}
			row.Delivered = max(row.Delivered, row.Windows[0].After)
		case c.Lo != u && c.Hi != u || len(c.log) == 0:
			continue
		}
		rows = append(rows, row)
	}
	return rows, 0, nil
}

func (f *fakeLog) ChangedUsers(_ context.Context, _ time.Duration, after chat.UserID, _ int) (marks []chat.UserMark, _ error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, m := range f.marks {
		if m.ID > after {
			marks = append(marks, m)
		}
	}
	return marks, nil
}

func (f *fakeLog) UserMarks(_ context.Context, users []chat.UserID) (marks []chat.UserMark, _ error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, m := range f.marks {
		if slices.Contains(users, m.ID) {
			marks = append(marks, m)
		}
	}
	return marks, nil
}

func (f *fakeLog) WatchersOf(_ context.Context, users []chat.UserID) (map[chat.UserID][]chat.UserID, error) {
	friends := map[chat.UserID][]chat.UserID{}
	for _, u := range users {
		friends[u] = []chat.UserID{3 - u} // 1 and 2
	}
	return friends, nil
}

func (f *fakeLog) Friends(_ context.Context, _, _ chat.UserID, _ int) ([]chat.Friend, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down {
		return nil, errDown
	}
	return slices.Clone(f.friends), nil
}

func (f *fakeLog) DeviceSession(_ context.Context, d chat.DeviceID) (chat.SessionID, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.state.devices[d].session, nil
}

func (f *fakeLog) mark(m chat.UserMark) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.marks = []chat.UserMark{m}
}

func (f *fakeLog) readings() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.journalReads
}

func (f *fakeLog) JournalPage(_ context.Context, t chat.Topic, after int64, _ int) ([]chat.JournalEntry, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down {
		return nil, errDown
	}
	f.journalReads++
	var list []chat.JournalEntry
	for _, c := range f.journals[t] {
		if c.No > after {
			list = append(list, c)
		}
	}
	return list, nil
}

// entry writes one into user 1's journal, as another node would, and returns the
// notice of it.
func (f *fakeLog) entry(what string) chat.Notice {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := chat.Topic{User: 1}
	c := chat.JournalEntry{No: int64(len(f.journals[t]) + 1), What: what, User: 2, Owner: 2}
	f.journals[t] = append(f.journals[t], c)
	return chat.Notice{No: c.No, People: &chat.PeopleNotice{What: what, User: chat.User{ID: 2, Name: nameOf(2)}, Owner: 2}}
}

func (f *fakeLog) UserNames(_ context.Context, ids []chat.UserID) (map[chat.UserID]string, error) {
	names := map[chat.UserID]string{}
	for _, id := range ids {
		names[id] = nameOf(id)
	}
	return names, nil
}

func nameOf(u chat.UserID) string { return "user " + string(rune('0'+u)) }

func (f *fakeLog) DeviceNames(_ context.Context, ids []chat.DeviceID) (map[chat.DeviceID]string, error) {
	names := map[chat.DeviceID]string{}
	for _, id := range ids {
		names[id] = "device"
	}
	return names, nil
}

func (f *fakeLog) SaveDelivered(_ context.Context, cursors []chat.Cursor) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down {
		return errors.New("down")
	}
	for _, c := range cursors {
		if f.saved[c.Device] == nil {
			f.saved[c.Device] = map[chat.ConvID]int64{}
		}
		f.saved[c.Device][c.Conv] = max(f.saved[c.Device][c.Conv], c.Seq)
	}
	return nil
}

func (f *fakeLog) delivered(d chat.DeviceID, c chat.ConvID) int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.saved[d][c]
}
