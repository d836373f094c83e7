package dbtest

import (
	"testing"
	"time"

	"parley/internal/chat"
)

// Writer is a device with a session on a store, that appends and waits.
type Writer struct {
	T       *testing.T
	S       chat.Store
	User    chat.UserID
	Device  chat.DeviceID
	Session chat.SessionID
	Number  int64
}

// Catch makes a store give appends back to whoever waits for them.
func Catch[S chat.Store](s S) S {
	s.SetAppended(func(batch []*chat.Append, _ bool) {
		for _, a := range batch {
			a.Owner.(chan *chat.Append) <- a
		}
	})
	return s
}

// NewWriter makes a user with a device and a session.
func NewWriter(t *testing.T, s chat.Store, name string, session chat.SessionID) *Writer {
	t.Helper()
	id, err := s.CreateUser(t.Context(), name, name, "")
	if err != nil {
		t.Fatal(err)
	}
	o, err := s.OpenSession(t.Context(), chat.Opening{User: id, Device: "d", Session: session, Node: 1, At: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	return &Writer{T: t, S: s, User: id, Device: o.Device, Session: session}
}

// Send appends the next message and gives its outcome.
func (w *Writer) Send(h chat.Head, body string) *chat.Append {
	a := &chat.Append{
		Conv: h.Conv, Version: h.Version, Sender: w.User, Device: w.Device, Session: w.Session, Body: body,
		SendSeq: w.Number + 1, PrevSendSeq: w.Number, Owner: make(chan *chat.Append, 1),
	}
	w.S.Append(a)
	<-a.Owner.(chan *chat.Append)
	if a.Err == nil {
		w.Number++
	}
	return a
}

// Change changes a message, with the writer's next number.
func (w *Writer) Change(h chat.Head, c chat.Change) *chat.Append {
	a := &chat.Append{
		Conv: h.Conv, Version: h.Version, Sender: w.User, Device: w.Device, Session: w.Session, Change: &c,
		SendSeq: w.Number + 1, PrevSendSeq: w.Number, Owner: make(chan *chat.Append, 1),
	}
	w.S.Append(a)
	<-a.Owner.(chan *chat.Append)
	if a.Err == nil {
		w.Number++
	}
	return a
}

// Dense reads a conversation and wants its numbers to be without a hole.
func Dense(t *testing.T, s chat.Store, conv chat.ConvID) []chat.Message {
	t.Helper()
	var all []chat.Message
	for {
		page, err := s.Page(t.Context(), conv, int64(len(all)), 1<<40, 500, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		all = append(all, page...)
	}
	for i, m := range all {
		if m.Seq != int64(i)+1 {
			t.Fatalf("message %d has seq %d", i+1, m.Seq)
		}
	}
	heads, err := s.Heads(t.Context(), []chat.ConvID{conv})
	if err != nil || len(heads) != 1 || heads[0].LastSeq != int64(len(all)) {
		t.Fatalf("heads %+v (%v), and %d messages", heads, err, len(all))
	}
	return all
}
