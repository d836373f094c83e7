package store

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"parley/internal/chat"
)

func TestSmoke(t *testing.T) {
	ctx := context.Background()
	s, err := Open(ctx, Options{URL: filepath.Join(t.TempDir(), "a b?.db")})
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan *chat.Append, 10)
	s.SetAppended(func(b []*chat.Append, _ bool) {
		for _, a := range b {
			got <- a
		}
	})
	u1, err := s.CreateUser(ctx, "a", "a", "h")
	if err != nil {
		t.Fatal(err)
	}
	u2, err := s.CreateUser(ctx, "b", "b", "h")
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.CreateUser(ctx, "b", "b", "h")
	t.Log(err)
	o, err := s.OpenSession(ctx, chat.Opening{User: u1, Session: 5, Node: 1, At: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", o)
	c, h, _, err := s.OpenDirect(ctx, u1, u2)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(c, h)
	for i := range 3 {
		s.Append(&chat.Append{Conv: c.ID, Version: h.Version, Sender: u1, Device: o.Device, Session: 5, SendSeq: int64(i) + 1, PrevSendSeq: int64(i), Body: "hi"})
	}
	for range 3 {
		t.Logf("%+v", <-got)
	}
	p, err := s.Page(ctx, c.ID, 0, 10, 100, 1000)
	t.Log(p, err)
	t.Log(s.Inbox(ctx, u2, 77))
	t.Log(s.Conversations(ctx, u2, 77, 0, 10, 100))
	t.Log(s.Ping(ctx))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
