package store

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/chat"
)

// BenchmarkAppend keeps a number of messages of 100 bytes in flight, 16 for each
// sender, each sender in a conversation of his own. It reports messages a second,
// fsyncs (one for each commit) a message, and the CPU time of the process a message.
func BenchmarkAppend(b *testing.B) {
	for _, inFlight := range []int{1, 16, 256, 1600} {
		b.Run(fmt.Sprintf("inflight=%d", inFlight), func(b *testing.B) { benchmarkAppend(b, inFlight) })
	}
}

func benchmarkAppend(b *testing.B, inFlight int) {
	var commits atomic.Int64
	s := openBench(b, &Metrics{Commit: func(int, int, float64, bool) { commits.Add(1) }})
	senders := benchSenders(b, s, (inFlight+15)/16)
	body := strings.Repeat("x", 100)
	window := min(inFlight, 16)
	// Appended returns each append back; its sender's next one takes its place.
	left := int64(b.N)
	finished := make(chan struct{})
	var answered int64
	send := func(a *chat.Append) bool {
		if atomic.AddInt64(&left, -1) < 0 {
			return false
		}
		w := a.Owner.(*benchSender)
		w.next++
		a.SendSeq, a.PrevSendSeq, a.Body = w.next, w.next-1, body
		s.Append(a)
		return true
	}
	s.SetAppended(func(batch []*chat.Append, _ bool) {
		for _, a := range batch {
			if a.Err != nil {
				b.Errorf("append: %v", a.Err)
			}
			if answered++; answered == int64(b.N) {
				close(finished)
			}
			send(a)
		}
	})
	commits.Store(0)
	b.ResetTimer()
	cpu := cpuTime(b)
	for range window {
		for _, w := range senders {
			send(w.append())
		}
	}
	<-finished
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
	b.ReportMetric(float64(commits.Load())/float64(b.N), "fsync/msg")
	b.ReportMetric(float64(cpuTime(b)-cpu)/float64(b.N)/1000, "cpu-µs/msg")
}

// benchSender is a device that sends into one direct conversation.
type benchSender struct {
	user, peer chat.UserID
	conv       chat.Conv
	version    int64
	device     chat.DeviceID
	next       int64
}

func (w *benchSender) append() *chat.Append {
	return &chat.Append{Conv: w.conv.ID, Version: w.version, Sender: w.user, Device: w.device, Session: chat.SessionID(w.user), Owner: w}
}

func openBench(b *testing.B, m *Metrics) *Store {
	b.Helper()
	s, err := Open(context.Background(), Options{URL: filepath.Join(b.TempDir(), "bench.db"), Metrics: m})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	return s
}

func benchSenders(b *testing.B, s *Store, n int) []*benchSender {
	b.Helper()
	ctx := context.Background()
	senders := make([]*benchSender, n)
	for i := range senders {
		w := &benchSender{user: benchUser(b, s, fmt.Sprint("sender", i)), peer: benchUser(b, s, fmt.Sprint("peer", i))}
		o, err := s.OpenSession(ctx, chat.Opening{User: w.user, Session: chat.SessionID(w.user), Node: 1, At: time.Now()})
		if err != nil {
			b.Fatal(err)
		}
		conv, head, _, err := s.OpenDirect(ctx, w.user, w.peer)
		if err != nil {
			b.Fatal(err)
		}
		w.device, w.conv, w.version = o.Device, conv, head.Version
		senders[i] = w
	}
	return senders
}

func benchUser(b *testing.B, s *Store, name string) chat.UserID {
	b.Helper()
	id, err := s.CreateUser(context.Background(), name, name, "hash")
	if err != nil {
		b.Fatal(err)
	}
	return id
}

// fillConversations makes n conversations of a user with some messages each.
func fillConversations(b *testing.B, s *Store, n, messages int) (chat.UserID, []chat.Conv) {
	b.Helper()
	ctx := context.Background()
	user := benchUser(b, s, "reader")
	var convs []chat.Conv
	done := make(chan struct{})
	answered := 0
	s.SetAppended(func(batch []*chat.Append, _ bool) {
		if answered += len(batch); answered == n*messages {
			close(done)
		}
	})
	for i := range n {
		peer := benchUser(b, s, fmt.Sprint("friend", i))
		o, err := s.OpenSession(ctx, chat.Opening{User: peer, Session: chat.SessionID(peer), Node: 1, At: time.Now()})
		if err != nil {
			b.Fatal(err)
		}
		conv, head, _, err := s.OpenDirect(ctx, user, peer)
		if err != nil {
			b.Fatal(err)
		}
		convs = append(convs, conv)
		for range messages {
			s.Append(&chat.Append{
				Conv: conv.ID, Version: head.Version, Sender: peer, Device: o.Device, Session: chat.SessionID(peer),
				Body: strings.Repeat("x", 100),
			})
		}
	}
	<-done
	return user, convs
}

// BenchmarkPage reads pages of 200 messages of 100 bytes.
func BenchmarkPage(b *testing.B) {
	s := openBench(b, nil)
	_, convs := fillConversations(b, s, 1, 5000)
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		after := int64(i % 25 * 200)
		page, err := s.Page(context.Background(), convs[0].ID, after, after+200, 200, 1<<20)
		if err != nil || len(page) != 200 {
			b.Fatalf("%d messages, %v", len(page), err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/200, "ns/row")
}

// BenchmarkLogin is what a login by token asks of the store, for a user with 23
// conversations: the token's hash, a session, and where the device stands.
func BenchmarkLogin(b *testing.B) {
	ctx := context.Background()
	s := openBench(b, nil)
	user, convs := fillConversations(b, s, 23, 5)
	o, err := s.OpenSession(ctx, chat.Opening{User: user, Device: "phone", Session: 1, Node: 1, At: time.Now()})
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range convs {
		if err := s.SaveDelivered(ctx, []chat.Cursor{{User: user, Device: o.Device, Conv: c.ID, Seq: 3}}); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("inbox", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			rows, _, err := s.Inbox(ctx, user, o.Device)
			if err != nil || len(rows) != len(convs) {
				b.Fatalf("%d rows, %v", len(rows), err)
			}
		}
	})
	b.Run("open", func(b *testing.B) {
		cpu := cpuTime(b)
		for i := range b.N {
			if _, err := s.TokenHash(ctx, user, "phone"); err != nil {
				b.Fatal(err)
			}
			if _, err := s.OpenSession(ctx, chat.Opening{User: user, Device: "phone", Session: chat.SessionID(i + 2), Node: 1, At: time.Now()}); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(cpuTime(b)-cpu)/float64(b.N)/1000, "cpu-µs/login")
	})
}
