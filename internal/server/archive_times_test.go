package server

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"parley/internal/archive"
	"parley/internal/chat"
)

type deafNotifier struct{}

func (deafNotifier) Notify(chat.Notice, ...chat.Topic) {}

// TestTimesInAGroupAcrossTheSeam: what somebody may see of a group that they were in several
// times is the same once it is in files: history, the list with what is unread, exports.
func TestTimesInAGroupAcrossTheSeam(t *testing.T) {
	storage, _ := folderStorage(t)
	c := newCellar(t, storage)
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	stored := make(chan error, 1)
	c.db.SetAppended(func(batch []*chat.Append, _ bool) {
		for _, a := range batch {
			stored <- a.Err
		}
	})
	ann, err := c.db.CreateUser(ctx, "ann", "ann", "x")
	must(err)
	bob, err := c.db.CreateUser(ctx, "bob", "bob", "x")
	must(err)
	o, err := c.db.OpenSession(ctx, chat.Opening{User: ann, Session: 1, Node: 1, At: time.Now()})
	must(err)
	g, m, _, err := c.db.CreateGroup(ctx, ann, "garden", "", chat.JoinOpen, 0, time.Now())
	must(err)
	seq, want := int64(0), []int64{}
	for _, members := range []bool{true, false, true, false, true} {
		var version int64
		if members {
			_, in, _, err := c.db.JoinGroup(ctx, bob, g.ID, 0, 0)
			must(err)
			version = in.Version
		} else {
			r, err := c.db.LeaveGroup(ctx, bob, g.ID)
			must(err)
			version = r.Version
		}
		for range 40 {
			seq++
			c.db.Append(&chat.Append{Conv: m.Conv.ID, Version: version, Sender: ann, Device: o.Device, Session: 1, Body: strconv.FormatInt(seq, 10)})
			must(<-stored)
			if members {
				want = append(want, seq)
			}
		}
	}
	s := chat.NewService(&archived{c.db, c.Store}, deafNotifier{}, nil, chat.SystemClock{}, chat.ServiceOptions{Node: 1})
	by := chat.Caller{User: chat.User{ID: bob, Name: "bob"}}
	check := func(when string) {
		t.Helper()
		rows, err := c.Store.Conversations(ctx, bob, 0, 0, 10, 1000)
		must(err)
		if len(rows) != 1 || rows[0].Unread != 120 || rows[0].Last == nil || rows[0].Last.Seq != 200 {
			t.Errorf("%s the list is %+v", when, rows)
		}
		var onward, back, exported []int64
		for after, more := int64(0), true; more; {
			p, err := s.History(ctx, by, chat.Target{Group: g.ID}, chat.Span{After: &after, Limit: 17})
			must(err)
			for _, m := range p.Messages {
				onward, after = append(onward, m.Seq), m.Seq
			}
			more = p.More
		}
		for before, more := int64(1000), true; more; {
			p, err := s.History(ctx, by, chat.Target{Group: g.ID}, chat.Span{Before: &before, Limit: 17})
			must(err)
			for _, m := range slices.Backward(p.Messages) {
				back, before = append(back, m.Seq), m.Seq
			}
			more = p.More
		}
		slices.Reverse(back)
		must(c.ExportUser(ctx, bob, func(l archive.Line) error { exported = append(exported, l.Seq); return nil }))
		for what, got := range map[string][]int64{"history onward": onward, "history back": back, "the export": exported} {
			if !slices.Equal(got, want) {
				t.Errorf("%s %s is %v", when, what, got)
			}
		}
	}
	check("before a run")
	if done := c.run(); done.Messages != 199 {
		t.Fatalf("%+v", done)
	}
	check("in files")
	_, _, err = c.db.SaveRead(ctx, bob, o.Device, m.Conv.ID, 60) // between the first and the second time
	must(err)
	rows, err := c.Store.Conversations(ctx, bob, 0, 0, 10, 1000)
	must(err)
	if rows[0].Unread != 80 {
		t.Errorf("%d are unread beyond 60", rows[0].Unread)
	}
}
