package chat

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"parley/wire"
)

// fakeStore keeps in memory what the use cases need of a Store. Where the database's
// own work is asked for (the log), it is as simple as can be. Methods that are not
// here panic.
type fakeStore struct {
	Store

	mu        sync.Mutex
	users     []Account // id-1
	keys      map[string]UserID
	devices   []fakeDevice // id-1
	presence  map[UserID]int64
	friends   map[[2]UserID]bool
	blocks    map[[2]UserID]bool
	convs     []Conv // id-1
	heads     map[ConvID]*Head
	groups    map[GroupID]*GroupInfo
	members   map[GroupID]map[UserID]*Membership
	log       map[ConvID][]Message
	reads     map[UserID]map[ConvID]int64
	settings  map[UserID]map[ConvID]ConvSettings
	addresses map[UserID]map[string]time.Time
	closeFail error // CloseSession gives it
	openFail  error // OpenSession gives it after it took effect
	readFail  error // Friends, Watchers and ListUsers give it
	closes    int   // calls of CloseSession

	invites    []fakeInvite
	inviteLost bool // CreateInvitedUser comes too late
}

type fakeDevice struct {
	user    UserID
	name    string
	session SessionID
	token   []byte
	last    int64
}

func newFakeStore() *fakeStore {
	return &fakeStore{
		addresses: map[UserID]map[string]time.Time{},
		keys:      map[string]UserID{}, presence: map[UserID]int64{},
		friends: map[[2]UserID]bool{}, blocks: map[[2]UserID]bool{}, heads: map[ConvID]*Head{},
		groups: map[GroupID]*GroupInfo{}, members: map[GroupID]map[UserID]*Membership{},
		log: map[ConvID][]Message{}, reads: map[UserID]map[ConvID]int64{},
	}
}

func (f *fakeStore) set(field *error, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	*field = err
}

func (f *fakeStore) LookAlikes(_ context.Context, name string) (found []User, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, k := range NameSkeletons(name) {
		if i := slices.IndexFunc(f.users, func(a Account) bool { return slices.Contains(NameSkeletons(a.Name), k) }); i >= 0 {
			found = append(found, f.users[i].User)
		}
	}
	return found, nil
}

func (f *fakeStore) CreateUser(_ context.Context, name, key, hash string) (UserID, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.keys[key] != 0 {
		return 0, E(wire.NameTaken)
	}
	id := UserID(len(f.users) + 1)
	f.users = append(f.users, Account{User: User{ID: id, Name: name}, PasswordHash: hash})
	f.keys[key] = id
	return id, nil
}

func (f *fakeStore) account(id UserID) (Account, error) {
	if id < 1 || int(id) > len(f.users) {
		return Account{}, E(wire.NoSuchUser)
	}
	return f.users[id-1], nil
}

func (f *fakeStore) Account(_ context.Context, id UserID) (Account, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.account(id)
}

func (f *fakeStore) AccountByKey(_ context.Context, key string) (Account, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.account(f.keys[key])
}

func (f *fakeStore) ListUsers(_ context.Context, after UserID, limit int) (list []UserState, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, a := range f.users {
		if a.ID > after && len(list) < limit {
			list = append(list, UserState{User: a.User, Online: f.online(a.ID)})
		}
	}
	return list, f.readFail
}

func (f *fakeStore) UserNames(_ context.Context, ids []UserID) (map[UserID]string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	names := map[UserID]string{}
	for _, id := range ids {
		if a, err := f.account(id); err == nil {
			names[id] = a.Name
		}
	}
	return names, nil
}

func (f *fakeStore) DeviceNames(_ context.Context, ids []DeviceID) (map[DeviceID]string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	names := map[DeviceID]string{}
	for _, id := range ids {
		names[id] = f.devices[id-1].name
	}
	return names, nil
}

func (f *fakeStore) device(user UserID, name string) DeviceID {
	for i, d := range f.devices {
		if d.user == user && d.name == name {
			return DeviceID(i + 1)
		}
	}
	return 0
}

func (f *fakeStore) online(u UserID) bool {
	return slices.ContainsFunc(f.devices, func(d fakeDevice) bool { return d.user == u && d.session != 0 })
}

func (f *fakeStore) OpenSession(_ context.Context, o Opening) (Opened, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	id := f.device(o.User, o.Device)
	was := f.online(o.User)
	out := Opened{NewDevice: id == 0}
	if id == 0 {
		f.devices = append(f.devices, fakeDevice{user: o.User, name: o.Device})
		id = DeviceID(len(f.devices))
	}
	d := &f.devices[id-1]
	if d.session != 0 && o.Device == "" {
		return Opened{}, E(wire.AlreadyOnline)
	}
	out.Device, out.Replaced, out.LastSendSeq = id, d.session, d.last
	d.session = o.Session
	if o.From != "" {
		if f.addresses[o.User] == nil {
			f.addresses[o.User] = map[string]time.Time{}
		}
		f.addresses[o.User][o.From] = o.At
	}
	if o.TokenHash != nil {
		d.token = o.TokenHash
	}
	if !was {
		f.presence[o.User]++
	}
	out.PresenceNo, out.CameOnline = f.presence[o.User], !was
	return out, f.openFail
}

func (f *fakeStore) CloseSession(_ context.Context, c Closing) (PresenceMove, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closes++
	if f.closeFail != nil {
		return PresenceMove{}, f.closeFail
	}
	move := PresenceMove{User: c.User}
	for i := range f.devices {
		d := &f.devices[i]
		if d.user == c.User && d.session == c.Session && (c.Device == 0 || c.Device == DeviceID(i+1)) {
			d.session = 0
			move.Changed = !f.online(c.User)
		}
	}
	if move.Changed {
		f.presence[c.User]++
	}
	a, _ := f.account(c.User)
	move.No, move.Online, move.Name = f.presence[c.User], f.online(c.User), a.Name
	return move, nil
}

func (f *fakeStore) AddFriend(_ context.Context, a, b UserID, most int) (Nos, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.friends[[2]UserID{a, b}]:
		return Nos{}, E(wire.AlreadyFriends)
	case f.blocks[[2]UserID{a, b}] || f.blocks[[2]UserID{b, a}]:
		return Nos{}, E(wire.Blocked)
	case len(f.friendIDs(a)) >= most || len(f.friendIDs(b)) >= most:
		return Nos{}, E(wire.LimitReached)
	}
	f.friends[[2]UserID{a, b}], f.friends[[2]UserID{b, a}] = true, true
	return Nos{User: 1, Other: 1}, nil
}

func (f *fakeStore) RemoveFriend(_ context.Context, a, b UserID) (Nos, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.friends[[2]UserID{a, b}] {
		return Nos{}, E(wire.NotFriends)
	}
	delete(f.friends, [2]UserID{a, b})
	delete(f.friends, [2]UserID{b, a})
	return Nos{}, nil
}

func (f *fakeStore) friendIDs(u UserID) (ids []UserID) {
	for pair := range f.friends {
		if pair[0] == u {
			ids = append(ids, pair[1])
		}
	}
	slices.Sort(ids)
	return ids
}

func (f *fakeStore) Watchers(_ context.Context, u UserID) ([]UserID, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.DeleteFunc(f.friendIDs(u), func(id UserID) bool { return f.blocks[[2]UserID{u, id}] }), f.readFail
}

func (f *fakeStore) Friends(_ context.Context, u, after UserID, limit int) (page []Friend, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, id := range f.friendIDs(u) {
		if id > after && len(page) < limit {
			page = append(page, Friend{
				User: f.users[id-1].User, Online: f.online(id) && !f.blocks[[2]UserID{id, u}], PresenceNo: f.presence[id],
				Hidden: f.blocks[[2]UserID{u, id}], Hides: f.blocks[[2]UserID{id, u}],
			})
		}
	}
	return page, f.readFail
}

func (f *fakeStore) SetBlocked(_ context.Context, a, b UserID, blocked bool) (Conv, Head, Nos, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := f.direct(a, b)
	if f.blocks[[2]UserID{a, b}] == blocked {
		return c, *f.heads[c.ID], Nos{}, nil
	}
	f.blocks[[2]UserID{a, b}] = blocked
	f.heads[c.ID].Version++
	return c, *f.heads[c.ID], Nos{User: f.heads[c.ID].Version, Other: f.heads[c.ID].Version}, nil
}

func (f *fakeStore) add(c Conv) Conv {
	c.ID = ConvID(len(f.convs) + 1)
	f.convs = append(f.convs, c)
	f.heads[c.ID] = &Head{Conv: c.ID}
	return c
}

func (f *fakeStore) direct(a, b UserID) Conv {
	lo, hi := min(a, b), max(a, b)
	for _, c := range f.convs {
		if c.Kind == Direct && c.Lo == lo && c.Hi == hi {
			return c
		}
	}
	return f.add(Conv{Kind: Direct, Lo: lo, Hi: hi})
}

func (f *fakeStore) FindDirect(_ context.Context, a, b UserID) (Conv, Head, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	lo, hi := min(a, b), max(a, b)
	for _, c := range f.convs {
		if c.Kind == Direct && c.Lo == lo && c.Hi == hi {
			return c, *f.heads[c.ID], nil
		}
	}
	return Conv{}, Head{}, E(wire.NoConversation)
}

// say appends without any check.
func (f *fakeStore) say(c Conv, by UserID, d DeviceID, texts ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, text := range texts {
		f.heads[c.ID].LastSeq++
		f.log[c.ID] = append(f.log[c.ID], Message{
			Conv: c.ID, Seq: f.heads[c.ID].LastSeq, Sender: by, Device: d, Body: text, SentAt: time.Unix(0, 0),
		})
	}
}

func (f *fakeStore) Heads(_ context.Context, ids []ConvID) (heads []Head, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, id := range ids {
		heads = append(heads, *f.heads[id])
	}
	return heads, nil
}

func (f *fakeStore) Page(_ context.Context, conv ConvID, after, upTo int64, limit, _ int) (page []Message, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, m := range f.log[conv] {
		if m.Seq > after && m.Seq <= upTo && len(page) < limit {
			page = append(page, m)
		}
	}
	return page, nil
}

func (f *fakeStore) PageBefore(_ context.Context, conv ConvID, before, floor int64, limit, _ int) (page []Message, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, m := range f.log[conv] {
		if m.Seq > floor && m.Seq < before {
			page = append(page, m)
		}
	}
	return page[max(0, len(page)-limit):], nil
}

func (f *fakeStore) CreateGroup(_ context.Context, u UserID, name, desc string, joining Joining, _ int, _ time.Time) (GroupInfo, Membership, Nos, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	g := &GroupInfo{ID: GroupID(len(f.groups) + 1), Name: name, Desc: desc, Role: Creator, Members: 1, Joining: joining}
	c := f.add(Conv{Kind: Group, Group: g.ID})
	m := &Membership{Conv: c, User: u, Role: Creator, Windows: Windows{{0, Open}}}
	f.groups[g.ID], f.members[g.ID] = g, map[UserID]*Membership{u: m}
	return *g, *m, Nos{}, nil
}

func (f *fakeStore) JoinGroup(_ context.Context, u UserID, gid GroupID, _, most int) (GroupInfo, Membership, Nos, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	g := f.groups[gid]
	switch {
	case g == nil:
		return GroupInfo{}, Membership{}, Nos{}, E(wire.NoSuchGroup)
	case f.members[gid][u] != nil && !f.members[gid][u].Left:
		return GroupInfo{}, Membership{}, Nos{}, E(wire.AlreadyMember)
	case int(g.Members) >= most:
		return GroupInfo{}, Membership{}, Nos{}, E(wire.LimitReached)
	}
	g.Members++
	var conv Conv
	for _, c := range f.convs {
		if c.Group == gid {
			conv = c
		}
	}
	m := &Membership{Conv: conv, User: u, JoinedSeq: f.heads[conv.ID].LastSeq, Version: f.heads[conv.ID].Version}
	if was := f.members[gid][u]; was != nil {
		m.Windows = slices.Clone(was.Windows)
	}
	m.Windows = m.Windows.Add(Window{m.JoinedSeq, Open})
	f.members[gid][u] = m
	info := *g
	info.Role = Normal
	return info, *m, Nos{}, nil
}

func (f *fakeStore) take(gid GroupID, u UserID) (Removal, error) {
	m := f.members[gid][u]
	if f.groups[gid] == nil {
		return Removal{}, E(wire.NoSuchGroup)
	}
	if m == nil || m.Left {
		return Removal{}, E(wire.NotMember)
	}
	head := f.heads[m.Conv.ID]
	head.Version++
	m.Left, m.LeftSeq, m.Version, m.Windows = true, head.LastSeq, head.Version, m.Windows.Upto(head.LastSeq)
	f.groups[gid].Members--
	r := Removal{Membership: *m, GroupName: f.groups[gid].Name, UserName: f.users[u-1].Name}
	if m.Role == Creator {
		for _, id := range slices.Sorted(maps.Keys(f.members[gid])) {
			if next := f.members[gid][id]; !next.Left {
				next.Role = Creator
				r.NewCreator = &f.users[id-1].User
				break
			}
		}
	}
	return r, nil
}

func (f *fakeStore) LeaveGroup(_ context.Context, u UserID, gid GroupID) (Removal, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.take(gid, u)
}

func (f *fakeStore) RemoveMember(_ context.Context, by UserID, gid GroupID, u UserID) (Removal, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if m := f.members[gid][by]; m == nil || m.Role != Creator {
		return Removal{}, E(wire.NotCreator)
	}
	return f.take(gid, u)
}

func (f *fakeStore) Groups(_ context.Context, u UserID, after GroupID, limit int) (page []GroupInfo, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, gid := range slices.Sorted(maps.Keys(f.groups)) {
		if m := f.members[gid][u]; gid > after && m != nil && !m.Left && len(page) < limit {
			g := *f.groups[gid]
			g.Role = m.Role
			page = append(page, g)
		}
	}
	return page, nil
}

func (f *fakeStore) Members(_ context.Context, gid GroupID, viewer, after UserID, limit int) (page []Member, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, u := range slices.Sorted(maps.Keys(f.members[gid])) {
		if m := f.members[gid][u]; u > after && !m.Left && len(page) < limit {
			page = append(page, Member{User: f.users[u-1].User, Role: m.Role, Online: f.online(u) && !f.blocks[[2]UserID{u, viewer}]})
		}
	}
	return page, nil
}

func (f *fakeStore) Membership(_ context.Context, gid GroupID, u UserID) (Membership, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.groups[gid] == nil {
		return Membership{}, E(wire.NoSuchGroup)
	}
	if m := f.members[gid][u]; m != nil {
		return *m, nil
	}
	return Membership{}, E(wire.NotMember)
}

func (f *fakeStore) SaveRead(_ context.Context, u UserID, _ DeviceID, conv ConvID, seq int64) (int64, int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.reads[u] == nil {
		f.reads[u] = map[ConvID]int64{}
	}
	seq = min(seq, f.heads[conv].LastSeq)
	if seq <= f.reads[u][conv] {
		return f.reads[u][conv], 0, nil
	}
	f.reads[u][conv] = seq
	return seq, seq, nil
}

func (f *fakeStore) Conversations(_ context.Context, u UserID, _ DeviceID, after ConvID, limit, _ int) (page []ConvRow, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.convs {
		mine := c.Lo == u || c.Hi == u || f.members[c.Group][u] != nil
		if c.ID > after && mine && len(page) < limit {
			row := ConvRow{Conv: c, LastSeq: f.heads[c.ID].LastSeq}
			if log := f.log[c.ID]; len(log) > 0 {
				row.Last = &log[len(log)-1]
			}
			page = append(page, row)
		}
	}
	return page, nil
}

func (f *fakeStore) RecentConversations(ctx context.Context, u UserID, d DeviceID, after Spot, limit, unreadCap int) ([]ConvRow, error) {
	page, err := f.Conversations(ctx, u, d, 0, 1<<30, unreadCap)
	var found []ConvRow
	for _, row := range page {
		row.Settings = f.settingsOf(u, row.Conv.ID)
		row.Spot = Spot{Shelf: ShelfPlain, Conv: row.Conv.ID}
		if row.Settings.Pinned {
			row.Spot.Shelf = ShelfPinned
		}
		if row.Last != nil {
			row.Spot.At = row.Last.SentAt.UnixMilli()
		}
		if after.Compare(row.Spot) < 0 {
			found = append(found, row)
		}
	}
	slices.SortFunc(found, func(a, b ConvRow) int { return a.Spot.Compare(b.Spot) })
	return found[:min(limit, len(found))], err
}

func (f *fakeStore) settingsOf(u UserID, conv ConvID) ConvSettings {
	f.mu.Lock()
	defer f.mu.Unlock()
	if now, ok := f.settings[u][conv]; ok {
		return now
	}
	return NoSettings
}

func (f *fakeStore) SaveSettings(_ context.Context, u UserID, conv ConvID, c SettingsChange) (ConvSettings, bool, error) {
	now := f.settingsOf(u, conv)
	was := now
	c.Apply(&now)
	if now.Equal(&was) {
		return was, false, nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	now.No++
	if f.settings[u] == nil {
		f.settings = map[UserID]map[ConvID]ConvSettings{u: {}}
	}
	f.settings[u][conv] = now
	return now, true, nil
}

// told is a Notifier that remembers.
type told struct {
	mu  sync.Mutex
	all []telling
}

type telling struct {
	Notice
	topics []Topic
}

func (t *told) Notify(n Notice, topics ...Topic) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all = append(t.all, telling{n, slices.Clone(topics)})
}

// take returns what was told since the last take.
func (t *told) take() []telling {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := t.all
	t.all = nil
	return all
}
