package chat

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/wire"
)

// notices returns what was told of friends and members since the last look, one line each:
// what, about whom, in which group, to which topics.
func (h *house) notices(by Caller) (lines []string) {
	h.t.Helper()
	for _, n := range h.told.take() {
		c := n.People
		if c == nil {
			continue
		}
		if c.By != by.Session || c.Owner != by.User.ID {
			h.t.Errorf("%s is said to be by session %d of user %d", c.What, c.By, c.Owner)
		}
		line := fmt.Sprintf("%s %s", c.What, c.User.Name)
		if c.Group.ID != 0 {
			line += fmt.Sprintf(" in %s", c.Group.Name)
		}
		if c.State != "" {
			line += " " + c.State
		}
		if c.Version != 0 {
			line += fmt.Sprintf(" v%d", c.Version)
		}
		for _, t := range n.topics {
			line += fmt.Sprintf(" →u%dg%d", t.User, t.Group)
		}
		lines = append(lines, line)
	}
	return lines
}

func (h *house) wantNotices(by Caller, want ...string) {
	h.t.Helper()
	if diff := cmp.Diff(want, h.notices(by)); diff != "" {
		h.t.Fatalf("told (-want +got):\n%s", diff)
	}
}

func threePeople(t *testing.T, change ...func(*ServiceOptions)) (h *house, a, b, c Login) {
	h = newHouse(t, change...)
	for _, name := range []string{"alice", "bob", "carol"} {
		h.register(name)
	}
	a, b, c = h.login("alice", ""), h.login("bob", "phone"), h.login("carol", "")
	h.told.take()
	return h, a, b, c
}

func TestFriends(t *testing.T) {
	h, a, b, c := threePeople(t, func(o *ServiceOptions) { o.MaxFriends = 1 })
	ctx := t.Context()
	f, err := h.AddFriend(ctx, a.Caller, b.User.ID)
	if err != nil || f != (Befriended{Friend: Friend{User: b.User, Online: true, PresenceNo: 1}}) {
		t.Fatalf("got %+v, %v", f, err)
	}
	h.wantNotices(a.Caller, "friend_added alice online →u2g0", "friend_added bob online →u1g0")
	for id, code := range map[UserID]wire.Code{
		a.User.ID: wire.NotYourself, b.User.ID: wire.AlreadyFriends, c.User.ID: wire.LimitReached, 99: wire.NoSuchUser,
	} {
		_, err := h.AddFriend(ctx, a.Caller, id)
		wantCode(t, err, code)
	}
	h.wantNotices(a.Caller)
	if page, more, err := h.Friends(ctx, b.Caller, 0, 1); err != nil || more || len(page) != 1 || page[0].Name != "alice" {
		t.Fatalf("got %v, %v, %v", page, more, err)
	}
	if _, err := h.RemoveFriend(ctx, b.Caller, a.User.ID); err != nil {
		t.Fatal(err)
	}
	h.wantNotices(b.Caller, "friend_removed bob →u1g0", "friend_removed alice →u2g0")
	_, err = h.RemoveFriend(ctx, b.Caller, a.User.ID)
	wantCode(t, err, wire.NotFriends)
}

func TestLoginTellsFriendsAndGroups(t *testing.T) {
	h, a, b, _ := threePeople(t)
	h.befriend(a, b)
	if _, err := h.CreateGroup(t.Context(), b.Caller, NewGroup{Name: "garden", Desc: "weeds"}); err != nil {
		t.Fatal(err)
	}
	l := h.welcome(h.login("bob", "phone"))
	if !slices.Equal(l.Friends, []Friend{{User: a.User, Online: true, PresenceNo: 1}}) ||
		!slices.Equal(l.Groups, []GroupInfo{{ID: 1, Name: "garden", Desc: "weeds", Role: Creator, Members: 1}}) {
		t.Fatalf("got %+v, %+v", l.Friends, l.Groups)
	}
}

func TestBlocking(t *testing.T) {
	h, a, b, _ := threePeople(t)
	if _, err := h.SetBlocked(t.Context(), a.Caller, b.User.ID, true); err != nil {
		t.Fatal(err)
	}
	h.wantNotices(a.Caller, "blocked bob v1 →u1g0", "blocked alice v1 →u2g0")
	_, err := h.AddFriend(t.Context(), b.Caller, a.User.ID)
	wantCode(t, err, wire.Blocked)
	if _, err := h.SetBlocked(t.Context(), a.Caller, b.User.ID, false); err != nil {
		t.Fatal(err)
	}
	h.wantNotices(a.Caller, "unblocked bob v2 →u1g0", "unblocked alice v2 →u2g0")
	_, err = h.SetBlocked(t.Context(), a.Caller, a.User.ID, true)
	wantCode(t, err, wire.NotYourself)
}

// After a change was committed, how a friend looks cannot be read. Nobody is told a guess:
// nodes hear of nothing but the entry in the journal, which they read until they can.
func TestStatesThatCannotBeRead(t *testing.T) {
	h, a, b, _ := threePeople(t)
	want := func(what string, want ...telling) {
		t.Helper()
		if diff := cmp.Diff(want, h.told.take(), cmp.AllowUnexported(telling{})); diff != "" {
			t.Errorf("%s is told (-want +got):\n%s", what, diff)
		}
	}
	to := func(u UserID, no int64) telling {
		return telling{Notice{No: no}, []Topic{{User: u}}}
	}
	h.store.set(&h.store.readFail, E(wire.Unavailable))
	if f, err := h.AddFriend(t.Context(), a.Caller, b.User.ID); err != nil || f.User != b.User {
		t.Fatalf("got %+v, %v", f, err)
	}
	want("a friendship", to(b.User.ID, 1), to(a.User.ID, 1))
	for k, what := range []string{UserBlocked, UserUnblocked} {
		if _, err := h.SetBlocked(t.Context(), a.Caller, b.User.ID, what == UserBlocked); err != nil {
			t.Fatal(err)
		}
		version := int64(k + 1)
		own := PeopleNotice{
			What: what, User: b.User, Owner: a.User.ID, Conv: Conv{ID: 1, Kind: Direct, Lo: 1, Hi: 2}, Version: version, By: a.Session,
		}
		want(what, telling{Notice{No: version, People: &own}, []Topic{{User: a.User.ID}}}, to(b.User.ID, version))
	}
}

func TestGroups(t *testing.T) {
	h, a, b, c := threePeople(t, func(o *ServiceOptions) { o.MaxMembers = 2 })
	ctx := t.Context()
	g, err := h.CreateGroup(ctx, a.Caller, NewGroup{Name: "garden"})
	if err != nil {
		t.Fatal(err)
	}
	h.wantNotices(a.Caller, "group_created alice in garden →u1g0")
	if _, err := h.JoinGroup(ctx, b.Caller, g.ID); err != nil {
		t.Fatal(err)
	}
	h.wantNotices(b.Caller, "member_joined bob in garden →u0g1", "member_joined bob in garden →u2g0")
	_, err = h.JoinGroup(ctx, b.Caller, g.ID)
	wantCode(t, err, wire.AlreadyMember)
	_, err = h.JoinGroup(ctx, c.Caller, g.ID)
	wantCode(t, err, wire.LimitReached)
	_, err = h.JoinGroup(ctx, c.Caller, 99)
	wantCode(t, err, wire.NoSuchGroup)

	_, err = h.RemoveMember(ctx, b.Caller, g.ID, a.User.ID)
	wantCode(t, err, wire.NotCreator)
	_, err = h.RemoveMember(ctx, a.Caller, g.ID, a.User.ID)
	wantCode(t, err, wire.NotYourself)
	if _, err := h.RemoveMember(ctx, a.Caller, g.ID, b.User.ID); err != nil {
		t.Fatal(err)
	}
	h.wantNotices(a.Caller, "member_removed bob in garden v1 →u0g1", "member_removed bob in garden v1 →u2g0")
	_, _, err = h.Members(ctx, b.Caller, g.ID, 0, 0)
	wantCode(t, err, wire.NotMember)

	if _, err := h.JoinGroup(ctx, b.Caller, g.ID); err != nil {
		t.Fatal(err)
	}
	h.told.take()
	if _, err := h.LeaveGroup(ctx, a.Caller, g.ID); err != nil {
		t.Fatal(err)
	}
	h.wantNotices(a.Caller, "member_left alice in garden v2 →u0g1", "member_left alice in garden v2 →u1g0", "creator_changed bob in garden v2 →u0g1")
	page, more, err := h.Members(ctx, b.Caller, g.ID, 0, 0)
	if err != nil || more || len(page) != 1 || page[0].Role != Creator || !page[0].Online {
		t.Fatalf("got %+v, %v, %v", page, more, err)
	}
	_, _, err = h.Members(ctx, c.Caller, g.ID, 0, 0)
	wantCode(t, err, wire.NotMember)
}

func TestPagesAreCut(t *testing.T) {
	h, a, _, _ := threePeople(t)
	for i := range 5 {
		if _, err := h.CreateGroup(t.Context(), a.Caller, NewGroup{Name: fmt.Sprintf("group %d", i)}); err != nil {
			t.Fatal(err)
		}
	}
	var got []GroupID
	for after, more := GroupID(0), true; more; {
		var page []GroupInfo
		var err error
		if page, more, err = h.Groups(t.Context(), a.Caller, after, 2); err != nil {
			t.Fatal(err)
		}
		for _, g := range page {
			got = append(got, g.ID)
			after = g.ID
		}
	}
	if !slices.Equal(got, []GroupID{1, 2, 3, 4, 5}) {
		t.Fatalf("got %v", got)
	}
	for limit, want := range map[int64]int{-1: wire.DefaultPage, 0: wire.DefaultPage, 7: 7, 1 << 40: wire.MaxPage} {
		if got := pageSize(limit); got != want {
			t.Errorf("limit %d: %d, want %d", limit, got, want)
		}
	}
}

func seqs(messages []Message) (s []int64) {
	for _, m := range messages {
		s = append(s, m.Seq)
	}
	return s
}

func TestHistory(t *testing.T) {
	h, a, b, c := threePeople(t)
	ctx := t.Context()
	conv := h.store.direct(a.User.ID, b.User.ID)
	h.store.say(conv, a.User.ID, a.Device, "1", "2", "3")
	h.store.say(conv, b.User.ID, b.Device, "4", "5")
	with := Target{With: b.User.ID}
	at := func(n int64) *int64 { return &n }
	for name, v := range map[string]struct {
		span Span
		want []int64
		more bool
	}{
		"the last":           {Span{Limit: 2}, []int64{4, 5}, true},
		"all":                {Span{}, []int64{1, 2, 3, 4, 5}, false},
		"after":              {Span{After: at(1), Limit: 2}, []int64{2, 3}, true},
		"after, to the end":  {Span{After: at(3), Limit: 2}, []int64{4, 5}, false},
		"after the end":      {Span{After: at(5)}, nil, false},
		"after zero":         {Span{After: at(0), Limit: 1}, []int64{1}, true},
		"before":             {Span{Before: at(3), Limit: 1}, []int64{2}, true},
		"before, to the top": {Span{Before: at(3)}, []int64{1, 2}, false},
		"before the first":   {Span{Before: at(1)}, nil, false},
		"before the future":  {Span{Before: at(99), Limit: 1}, []int64{5}, true},
	} {
		p, err := h.History(ctx, a.Caller, with, v.span)
		if err != nil || !slices.Equal(seqs(p.Messages), v.want) || p.More != v.more {
			t.Errorf("%s: got %v, more %v, %v", name, seqs(p.Messages), p.More, err)
		}
	}
	p, err := h.History(ctx, b.Caller, Target{With: a.User.ID}, Span{})
	if err != nil || p.Names.Users[a.User.ID] != "alice" || p.Names.Devices[b.Device] != "phone" || len(p.Names.Devices) != 1 {
		t.Fatalf("names %+v, %v", p.Names, err)
	}
	for name, v := range map[string]struct {
		who  Caller
		t    Target
		span Span
		code wire.Code
	}{
		"a stranger":     {c.Caller, with, Span{}, wire.NoConversation},
		"oneself":        {a.Caller, Target{With: a.User.ID}, Span{}, wire.NotYourself},
		"neither":        {a.Caller, Target{}, Span{}, wire.BadField},
		"both":           {a.Caller, Target{With: 2, Group: 1}, Span{}, wire.BadField},
		"both ends":      {a.Caller, with, Span{After: at(1), Before: at(3)}, wire.BadField},
		"no such group":  {a.Caller, Target{Group: 9}, Span{}, wire.NoSuchGroup},
		"negative":       {a.Caller, Target{With: -2}, Span{}, wire.BadField},
		"nobody's group": {a.Caller, Target{Group: -9}, Span{}, wire.BadField},
	} {
		if _, err := h.History(ctx, v.who, v.t, v.span); codeOf(err) != v.code {
			t.Errorf("%s: got %v, want code %d", name, err, v.code)
		}
	}
}

func TestHistoryIsBoundedByMembership(t *testing.T) {
	h, a, b, c := threePeople(t)
	ctx := t.Context()
	g, err := h.CreateGroup(ctx, a.Caller, NewGroup{Name: "garden"})
	if err != nil {
		t.Fatal(err)
	}
	conv := h.store.convs[0]
	in := Target{Group: g.ID}
	h.store.say(conv, a.User.ID, a.Device, "1", "2")
	if _, err := h.JoinGroup(ctx, b.Caller, g.ID); err != nil {
		t.Fatal(err)
	}
	h.store.say(conv, a.User.ID, a.Device, "3", "4")
	if _, err := h.RemoveMember(ctx, a.Caller, g.ID, b.User.ID); err != nil {
		t.Fatal(err)
	}
	h.store.say(conv, a.User.ID, a.Device, "5")
	zero, ten := int64(0), int64(10)
	for _, span := range []Span{{}, {After: &zero}, {Before: &ten}} {
		p, err := h.History(ctx, b.Caller, in, span)
		if err != nil || !slices.Equal(seqs(p.Messages), []int64{3, 4}) || p.More {
			t.Fatalf("a former member reads %v, more %v, %v", seqs(p.Messages), p.More, err)
		}
	}
	_, err = h.History(ctx, c.Caller, in, Span{})
	wantCode(t, err, wire.NotMember)
	if now, err := h.Read(ctx, b.Caller, in, 99); err != nil || now != 4 {
		t.Fatalf("a former member has read up to %d, %v", now, err)
	}
}

// TestHistoryOfSeveralTimes: pages show all the times that somebody was in a group, one
// after the other, and end at their edges, in both directions.
func TestHistoryOfSeveralTimes(t *testing.T) {
	h, a, b, _ := threePeople(t)
	ctx := t.Context()
	g, err := h.CreateGroup(ctx, a.Caller, NewGroup{Name: "garden"})
	if err != nil {
		t.Fatal(err)
	}
	conv, in := h.store.convs[0], Target{Group: g.ID}
	for _, time := range [][2][]string{{{"1", "2", "3"}, {"4"}}, {{"5", "6"}, {"7", "8"}}, {{"9"}, nil}} {
		if _, err := h.JoinGroup(ctx, b.Caller, g.ID); err != nil {
			t.Fatal(err)
		}
		h.store.say(conv, a.User.ID, a.Device, time[0]...)
		if time[1] == nil {
			break
		}
		if _, err := h.LeaveGroup(ctx, b.Caller, g.ID); err != nil {
			t.Fatal(err)
		}
		h.store.say(conv, a.User.ID, a.Device, time[1]...)
	}
	want := Windows{{0, 3}, {4, 6}, {8, Open}}
	page := func(span Span) HistoryPage {
		t.Helper()
		p, err := h.History(ctx, b.Caller, in, span)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, p.Windows); diff != "" {
			t.Fatal(diff)
		}
		return p
	}
	for _, v := range []struct {
		after int64
		seqs  []int64
		more  bool
	}{{0, []int64{1, 2}, true}, {2, []int64{3}, true}, {3, []int64{5, 6}, true}, {4, []int64{5, 6}, true}, {6, []int64{9}, false}, {9, nil, false}} {
		if p := page(Span{After: &v.after, Limit: 2}); !slices.Equal(seqs(p.Messages), v.seqs) || p.More != v.more {
			t.Errorf("after %d: %v, more %v", v.after, seqs(p.Messages), p.More)
		}
	}
	for _, v := range []struct {
		before int64
		seqs   []int64
		more   bool
	}{{99, []int64{9}, true}, {9, []int64{5, 6}, true}, {8, []int64{5, 6}, true}, {6, []int64{5}, true}, {5, []int64{2, 3}, true}, {2, []int64{1}, false}, {1, nil, false}} {
		if p := page(Span{Before: &v.before, Limit: 2}); !slices.Equal(seqs(p.Messages), v.seqs) || p.More != v.more {
			t.Errorf("before %d: %v, more %v", v.before, seqs(p.Messages), p.More)
		}
	}
	if p := page(Span{}); !slices.Equal(seqs(p.Messages), []int64{9}) || !p.More {
		t.Errorf("the last ones: %v, more %v", seqs(p.Messages), p.More)
	}
	if now, err := h.Read(ctx, b.Caller, in, 99); err != nil || now != 9 {
		t.Errorf("read up to %d, %v", now, err)
	}
}

func TestHoleIsAnError(t *testing.T) {
	h, a, b, _ := threePeople(t)
	conv := h.store.direct(a.User.ID, b.User.ID)
	h.store.say(conv, a.User.ID, a.Device, "1", "2", "3")
	h.store.log[conv.ID] = slices.Delete(h.store.log[conv.ID], 1, 2)
	one := int64(1)
	for _, span := range []Span{{}, {After: &one}, {Before: new(int64(3))}} {
		_, err := h.History(t.Context(), a.Caller, Target{With: b.User.ID}, span)
		wantCode(t, err, wire.Internal)
	}
}

func TestReadIsToldToOwnDevices(t *testing.T) {
	h, a, b, _ := threePeople(t)
	ctx := t.Context()
	conv := h.store.direct(a.User.ID, b.User.ID)
	with := Target{With: a.User.ID}
	if now, err := h.Read(ctx, b.Caller, with, 7); err != nil || now != 0 || len(h.told.take()) != 0 {
		t.Fatalf("nothing was said, and read up to %d, %v", now, err)
	}
	h.store.say(conv, a.User.ID, a.Device, "1", "2")
	if now, err := h.Read(ctx, b.Caller, with, 7); err != nil || now != 2 {
		t.Fatalf("got %d, %v", now, err)
	}
	n := h.told.take()
	if len(n) != 1 || *n[0].Read != (ReadNotice{Conv: conv, Seq: 2, From: b.Device}) || !slices.Equal(n[0].topics, []Topic{{User: b.User.ID}}) {
		t.Fatalf("told %+v", n)
	}
	if now, err := h.Read(ctx, b.Caller, with, 1); err != nil || now != 2 || len(h.told.take()) != 0 {
		t.Fatalf("went back to %d, %v", now, err)
	}
	_, err := h.Read(ctx, b.Caller, with, 0)
	wantCode(t, err, wire.BadField)
}

func TestConversations(t *testing.T) {
	h, a, b, c := threePeople(t)
	h.store.say(h.store.direct(a.User.ID, b.User.ID), b.User.ID, b.Device, "hello")
	h.store.say(h.store.direct(a.User.ID, c.User.ID), a.User.ID, a.Device, "hi")
	page, names, more, err := h.Conversations(t.Context(), a.Caller, 0, 1)
	if err != nil || !more || len(page) != 1 || names.Users[b.User.ID] != "bob" {
		t.Fatalf("got %+v, %+v, %v, %v", page, names, more, err)
	}
	page, _, more, err = h.Conversations(t.Context(), a.Caller, page[0].Conv.ID, 1)
	if err != nil || more || len(page) != 1 || page[0].Last.Body != "hi" {
		t.Fatalf("got %+v, %v, %v", page, more, err)
	}
}

func TestConversationIsRemembered(t *testing.T) {
	h, a, b, c := threePeople(t)
	conv := h.store.direct(a.User.ID, b.User.ID)
	with := Target{With: b.User.ID}
	if _, ok := h.KnownConversation(a.Caller, with); ok {
		t.Fatal("known before it was asked for")
	}
	if got, err := h.Conversation(t.Context(), a.Caller, with); err != nil || got != conv {
		t.Fatalf("got %+v, %v", got, err)
	}
	if got, ok := h.KnownConversation(a.Caller, with); !ok || got != conv {
		t.Fatalf("got %+v, %v", got, ok)
	}
	if _, ok := h.KnownConversation(c.Caller, with); ok {
		t.Fatal("known to a stranger")
	}
	_, err := h.Conversation(t.Context(), c.Caller, with)
	wantCode(t, err, wire.NoConversation)
}

func TestConversationCacheIsBounded(t *testing.T) {
	c := newConvCache()
	kept := convKey{user: 1, with: 2}
	c.put(kept, Conv{ID: 1})
	for i := range 2 * maxKnown {
		c.put(convKey{user: 3, with: UserID(i + 4)}, Conv{ID: 2})
		if _, ok := c.get(kept); !ok {
			t.Fatalf("an entry in use was dropped after %d others", i)
		}
	}
	if n := c.convs.Len(); n != maxKnown {
		t.Fatalf("%d entries", n)
	}
}
