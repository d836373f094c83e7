package gate

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"parley/internal/chat"
	"parley/internal/hub"
	"parley/internal/outbox"
)

// sink is a connection to nowhere.
type sink struct{ out *outbox.Outbox }

func (sink) Write([]byte) error          { return nil }
func (sink) Unsent() int                 { return 0 }
func (sink) Close() error                { return nil }
func (s *sink) Out() *outbox.Outbox      { return s.out }
func (*sink) Remote() netip.AddrPort     { return netip.AddrPort{} }
func (*sink) Secure() bool               { return true }
func (*sink) Authenticated(bool)         {}
func (*sink) Expected(time.Duration)     {}
func (*sink) CutWith(context.CancelFunc) {}
func (*sink) Cut()                       {}
func (*sink) Unread(error) time.Duration { return hub.ReadLost }

// BenchmarkFrame is what a frame costs between the connection and its handler:
// decoding, preconditions, rate, and the answer.
func BenchmarkFrame(b *testing.B) {
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	h := NewHandlers(HandlerOptions{Log: log, Rates: Rates{Traffic: Rate{PerSecond: -1}}})
	defer h.Close()
	s := &sink{}
	s.out = outbox.New(s, outbox.Options{Soft: 1 << 28})
	c := h.newClient(s)
	frame := []byte(`{"msgid":11}`)
	b.ReportAllocs()
	for b.Loop() {
		c.Object(frame)
	}
	s.out.Die(net.ErrClosed)
	s.out.Join()
}

// BenchmarkTokenLogin is a storm of 128 devices that log in by token, over and over:
// each login takes over from the one before it. cpu-µs/op is the whole process's.
func BenchmarkTokenLogin(b *testing.B) {
	ctx := context.Background()
	n := newNode(b)
	var next atomic.Int64
	b.SetParallelism(64) // for each of two cores
	before := cpuTime(b)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		name := fmt.Sprintf("user %d", next.Add(1))
		user, err := n.Service.Register(ctx, netip.Addr{}, name, "a long password", "")
		if err != nil {
			b.Error(err)
			return
		}
		l, err := n.Service.Login(ctx, chat.Credentials{ID: user.ID, Password: "a long password", Device: "phone"})
		if err != nil {
			b.Error(err)
			return
		}
		again := chat.Credentials{ID: user.ID, Name: name, Token: l.Token, Device: "phone"}
		for pb.Next() {
			l, err := n.Service.Login(ctx, again)
			if err == nil {
				_, err = n.Service.Welcome(ctx, l)
			}
			if err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64((cpuTime(b)-before).Microseconds())/float64(b.N), "cpu-µs/op")
}

func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
