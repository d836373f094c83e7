package gate

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"testing"

	"parley/internal/chat"
	"parley/internal/hub"
)

// sink is a connection to nowhere.
type sink struct{ out *hub.Outbox }

func (sink) Write([]byte) error      { return nil }
func (sink) Unsent() int             { return 0 }
func (sink) Close() error            { return nil }
func (s *sink) Out() *hub.Outbox     { return s.out }
func (*sink) Remote() netip.AddrPort { return netip.AddrPort{} }
func (*sink) Secure() bool           { return true }
func (*sink) Authenticated(bool)     {}

// BenchmarkFrame is what a frame costs between the connection and its handler:
// decoding, preconditions, rate, and the answer.
func BenchmarkFrame(b *testing.B) {
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	h := NewHandlers(HandlerOptions{Log: log, Rates: Rates{Traffic: Rate{PerSecond: -1}}})
	defer h.Close()
	s := &sink{}
	s.out = hub.NewOutbox(s, hub.OutboxOptions{Soft: 1 << 28})
	c := h.newClient(s)
	frame := []byte(`{"msgid":11}`)
	b.ReportAllocs()
	for b.Loop() {
		c.Object(frame)
	}
	s.out.Die(net.ErrClosed)
	s.out.Join()
}

// BenchmarkTokenLogin is a login by token and the logout behind it, each of them a
// commit to disk.
func BenchmarkTokenLogin(b *testing.B) {
	ctx := context.Background()
	n := newNode(b)
	user, err := n.Service.Register(ctx, "alice", "a long password")
	if err != nil {
		b.Fatal(err)
	}
	l, err := n.Service.Login(ctx, chat.Credentials{ID: user.ID, Password: "a long password", Device: "phone"})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		again, err := n.Service.Login(ctx, chat.Credentials{ID: user.ID, Token: l.Token, Device: "phone"})
		if err != nil {
			b.Fatal(err)
		}
		n.Service.EndSession(ctx, again.Caller, chat.LoggedOut)
	}
}
