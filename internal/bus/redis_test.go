package bus

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/bus/bustest"
	"parley/internal/chat"
	"parley/internal/engines"
)

func redisServer(t *testing.T) *engines.Server {
	t.Helper()
	s, err := engines.StartRedis(context.Background(), engines.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

func openRedis(t *testing.T, s *engines.Server, prefix string, r chat.Receiver) *Redis {
	t.Helper()
	b, err := OpenRedis(RedisOptions{URL: "redis://" + s.Addr(), Prefix: prefix, Receiver: r, Queue: bustest.Queue})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestContractRedis(t *testing.T) {
	s := redisServer(t)
	var exchanges atomic.Int64
	bustest.Run(t, func(t *testing.T) bustest.Attach {
		prefix := fmt.Sprintf("test%d:", exchanges.Add(1))
		return func(r chat.Receiver) chat.Bus { return openRedis(t, s, prefix, r) }
	})
}

// witness counts what comes.
type witness struct {
	notices chan chat.Notice
	lost    chan struct{}
}

func newWitness() *witness {
	return &witness{make(chan chat.Notice, 100_000), make(chan struct{}, 100)}
}

func (w *witness) Receive(_ chat.Topic, n chat.Notice) { w.notices <- n }
func (w *witness) Lost()                               { w.lost <- struct{}{} }

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for began := time.Now(); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > 20*time.Second {
			t.Fatal("never " + what)
		}
	}
}

// carries publishes until something arrives.
func carries(t *testing.T, from *Redis, topic chat.Topic, to *witness) {
	t.Helper()
	eventually(t, "carried", func() bool {
		from.Publish(chat.Notice{Beat: &chat.Beat{Node: 7, Name: "n"}}, topic)
		select {
		case <-to.notices:
			return true
		case <-time.After(50 * time.Millisecond):
			return false
		}
	})
}

// Redis dies, is away, and comes back empty; then it stands still for a while. Nobody
// who publishes waits, Health says what is the matter, and each time the receiver learns
// that it may have missed something.
func TestRedisComesAndGoes(t *testing.T) {
	s := redisServer(t)
	w := newWitness()
	from, to := openRedis(t, s, "p:", newWitness()), openRedis(t, s, "p:", w)
	defer from.Close()
	defer to.Close()
	topic := chat.Topic{User: 5}
	if err := to.Subscribe(t.Context(), topic); err != nil {
		t.Fatal(err)
	}
	carries(t, from, topic, w)
	eventually(t, "content", func() bool { return from.Health() == nil && to.Health() == nil })

	for _, fault := range []struct {
		name      string
		begin     func()
		end       func() error
		reconnect bool
	}{
		{"killed", s.Kill, func() error { return s.Restart(t.Context()) }, true},
		{"frozen", func() { _ = s.Freeze() }, s.Continue, true},
	} {
		fault.begin()
		began := time.Now()
		for range 1000 {
			from.Publish(chat.Notice{Beat: &chat.Beat{Node: 1}}, topic)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("%s: publishing took %v", fault.name, took)
		}
		eventually(t, fault.name+": in trouble", func() bool { return from.Health() != nil && to.Health() != nil })
		if fault.reconnect {
			eventually(t, "given up", func() bool { to.mu.Lock(); defer to.mu.Unlock(); return to.conn == nil })
		}
		if err := fault.end(); err != nil {
			t.Fatal(err)
		}
		for len(w.notices) > 0 {
			<-w.notices
		}
		select {
		case <-w.lost:
		case <-time.After(20 * time.Second):
			t.Fatalf("%s: the receiver was never told that it may have missed something", fault.name)
		}
		carries(t, from, topic, w)
		eventually(t, "content again", func() bool { return from.Health() == nil && to.Health() == nil })
	}
}

// A bus opens without a server, says so, and works when there is one.
func TestRedisIsNotThereYet(t *testing.T) {
	port, err := engines.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	w := newWitness()
	b, err := OpenRedis(RedisOptions{URL: fmt.Sprint("redis://127.0.0.1:", port), Receiver: w})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if b.Health() == nil {
		t.Error("content without a server")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	topic := chat.Topic{Group: 3}
	if b.Subscribe(ctx, topic) == nil {
		t.Error("a subscription was confirmed by nobody")
	}
	s, err := engines.StartRedis(context.Background(), engines.Options{Dir: t.TempDir(), Port: port})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Stop()
	select {
	case <-w.lost: // the topic that could not be had is there now
	case <-time.After(20 * time.Second):
		t.Fatal("the receiver was never told that its topic is confirmed")
	}
	if err := b.Subscribe(t.Context(), topic); err != nil {
		t.Fatal(err)
	}
	other, err := OpenRedis(RedisOptions{URL: fmt.Sprint("redis://127.0.0.1:", port), Receiver: newWitness()})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	carries(t, other, topic, w)
}

// Nobody waits for a Redis that is away: neither who wants a topic, with however much
// patience, nor who wants one no more. What was wanted meanwhile is there when Redis is,
// and the receiver is told so.
func TestNobodyWaitsForRedis(t *testing.T) {
	for _, fault := range []struct {
		name       string
		begin, end func(*engines.Server) error
	}{
		{"killed", func(s *engines.Server) error { s.Kill(); return nil }, func(s *engines.Server) error { return s.Restart(t.Context()) }},
		{"frozen", (*engines.Server).Freeze, (*engines.Server).Continue},
	} {
		t.Run(fault.name, func(t *testing.T) {
			s := redisServer(t)
			w := newWitness()
			from, to := openRedis(t, s, "w:", newWitness()), openRedis(t, s, "w:", w)
			defer from.Close()
			defer to.Close()
			old, fresh := chat.Topic{User: 1}, chat.Topic{User: 2}
			if err := to.Subscribe(t.Context(), old); err != nil {
				t.Fatal(err)
			}
			if err := fault.begin(s); err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			to.Unsubscribe(old)
			if took := time.Since(began); took > 100*time.Millisecond {
				t.Errorf("unsubscribing took %v", took)
			}
			if err := to.Subscribe(t.Context(), fresh); err == nil {
				t.Error("a subscription was confirmed by nobody")
			}
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("subscribing in vain took %v", took)
			}
			began = time.Now()
			if err := to.Subscribe(t.Context(), fresh); err == nil {
				t.Error("a subscription was confirmed by nobody")
			}
			if took := time.Since(began); took > time.Second {
				t.Errorf("subscribing in vain once more took %v", took)
			}
			if err := fault.end(s); err != nil {
				t.Fatal(err)
			}
			select {
			case <-w.lost:
			case <-time.After(20 * time.Second):
				t.Fatal("the receiver was never told that its topics are confirmed")
			}
			if err := to.Subscribe(t.Context(), fresh); err != nil {
				t.Fatal(err)
			}
			carries(t, from, fresh, w)
		})
	}
}

// What may wait is bounded in bytes as well.
func TestQueueIsBoundedInBytes(t *testing.T) {
	const most = 64 << 10
	b, err := OpenRedis(RedisOptions{URL: "redis://127.0.0.1:1", Receiver: newWitness(), Bytes: most})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	n := chat.Notice{Messages: &chat.Messages{Messages: []chat.Message{{Seq: 1, Body: strings.Repeat("x", 4000)}}}}
	for range 1000 {
		b.Publish(n, chat.Topic{User: 1})
		if waits := b.outBytes.Load(); waits > most {
			t.Fatalf("%d bytes wait", waits)
		}
	}
	if b.counts.Dropped.Load() == 0 {
		t.Error("nothing was dropped")
	}
	eventually(t, "emptied", func() bool { return len(b.out) == 0 && b.outBytes.Load() == 0 })
}

// Ten thousand topics, and all of them again after the connection was cut.
func TestManyTopics(t *testing.T) {
	s := redisServer(t)
	w := newWitness()
	from, to := openRedis(t, s, "m:", newWitness()), openRedis(t, s, "m:", w)
	defer from.Close()
	defer to.Close()
	topics := make([]chat.Topic, 10_000)
	for i := range topics {
		topics[i] = chat.Topic{User: chat.UserID(i + 1)}
	}
	if err := to.Subscribe(t.Context(), topics...); err != nil {
		t.Fatal(err)
	}
	carries(t, from, topics[9_999], w)
	s.Kill()
	if err := s.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-w.lost
	carries(t, from, topics[9_999], w)
	if len(w.lost) != 0 {
		t.Errorf("the receiver was told %d times more than once", len(w.lost))
	}
}

func TestRedisURLs(t *testing.T) {
	for url, want := range map[string]string{
		"http://h:1":                 "begins with",
		"redis://":                   "names no host",
		"redis://u:secret@h:1?x=1":   "unknown parameter",
		"redis://u:sec%zzret@h:6379": "cannot be read",
		"redis://u:secret@h:1/nine":  "cannot be used",
	} {
		_, err := OpenRedis(RedisOptions{URL: url})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", url, err)
		}
	}
}
