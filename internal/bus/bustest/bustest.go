// Package bustest is the contract of chat.Bus as a test that every bus must pass.
package bustest

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/chat"
)

// Queue is the bound that a bus under test should set for a node's queue, so that
// an overflow takes few notices. A bus with a larger one passes as well, up to 16
// times this.
const Queue = 256

// Attach joins one more node to the exchange under test.
type Attach func(chat.Receiver) chat.Bus

// Run runs the contract. fresh makes an exchange that no other test shares.
func Run(t *testing.T, fresh func(*testing.T) Attach) {
	t.Helper()
	for _, c := range []struct {
		name string
		run  func(*testing.T, Attach)
	}{
		{"a notice reaches every other subscriber, once for each topic", reaches},
		{"a notice arrives as it was published", arrivesWhole},
		{"nobody gets his own notices", notOwn},
		{"an unsubscribed topic falls silent", unsubscribed},
		{"who subscribes while another unsubscribes is not left deaf", anew},
		{"many topics in one call", manyTopics},
		{"one call at a time for each topic", oneAtATime},
		{"a receiver that hangs blocks no publisher and learns of the loss", overflow},
		{"after Close nothing comes and nothing can be subscribed", closed},
		{"a subscription obeys its context", cancelled},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, fresh(t)) })
	}
}

const patience = 10 * time.Second

// got is one call of Receive.
type got struct {
	topic  chat.Topic
	notice chat.Notice
}

// recorder is a receiver that keeps what it gets.
type recorder struct{ calls chan got }

func newRecorder() *recorder { return &recorder{calls: make(chan got, 64*Queue)} }

func (r *recorder) Receive(t chat.Topic, n chat.Notice) { r.calls <- got{t, n} }
func (r *recorder) Lost()                               {}

func (r *recorder) next(t *testing.T) got {
	t.Helper()
	select {
	case g := <-r.calls:
		return g
	case <-time.After(patience):
		t.Fatal("no notice came")
		return got{}
	}
}

func presence(user chat.UserID, no int64) chat.Notice {
	return chat.Notice{Presence: &chat.PresenceNotice{PresenceMove: chat.PresenceMove{
		User: user, Name: fmt.Sprint("user ", user), No: no, Online: true, Changed: true,
	}}}
}

func subscribe(t *testing.T, b chat.Bus, topics ...chat.Topic) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := b.Subscribe(ctx, topics...); err != nil {
		t.Fatalf("subscribe: %v", err)
	}
}

func closing(t *testing.T, b chat.Bus) chat.Bus {
	t.Helper()
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return b
}

func reaches(t *testing.T, attach Attach) {
	first, second := newRecorder(), newRecorder()
	from := closing(t, attach(newRecorder()))
	a, b := closing(t, attach(first)), closing(t, attach(second))
	user, group := chat.Topic{User: 7}, chat.Topic{Group: 7}
	subscribe(t, a, user, group)
	subscribe(t, b, group)
	from.Publish(presence(7, 1), user, group)
	topics := map[chat.Topic]int{first.next(t).topic: 1}
	topics[first.next(t).topic]++
	if want := (map[chat.Topic]int{user: 1, group: 1}); !cmp.Equal(topics, want) {
		t.Errorf("the first subscriber got %v, want one for each of its two topics", topics)
	}
	if g := second.next(t); g.topic != group {
		t.Errorf("the second subscriber got topic %v, want %v", g.topic, group)
	}
	if len(first.calls)+len(second.calls) != 0 {
		t.Error("a notice came more often than it was published")
	}
}

func arrivesWhole(t *testing.T, attach Attach) {
	to := newRecorder()
	from, b := closing(t, attach(newRecorder())), closing(t, attach(to))
	topic := chat.Topic{Group: 3}
	subscribe(t, b, topic)
	conv := chat.Conv{ID: 5, Kind: chat.Group, Group: 3}
	for _, n := range []chat.Notice{
		presence(1, 9),
		{Messages: &chat.Messages{
			Conv: conv, Version: 2,
			Messages: []chat.Message{{
				Conv: 5, Seq: 8, Sender: 1, Device: 4, SendSeq: 6,
				SentAt: time.Date(2026, 1, 2, 3, 4, 5, 6e6, time.UTC), Body: "line\n\"quoted\" 你好",
			}},
			From: map[chat.UserID]string{1: "ann"}, Devices: map[chat.DeviceID]string{4: "phone"},
		}},
		{Takeover: &chat.Takeover{Device: 4, Session: 1<<53 - 1}},
		{People: &chat.PeopleNotice{
			What: "member_left", User: chat.User{ID: 1, Name: "ann"}, Conv: conv,
			Member: &chat.Membership{Conv: conv, User: 1, JoinedSeq: 1, Left: true, LeftSeq: 8}, Version: 3, By: 11,
		}},
		{Read: &chat.ReadNotice{Conv: conv, Seq: 8, From: 4}},
	} {
		from.Publish(n, topic)
		if diff := cmp.Diff(n, to.next(t).notice); diff != "" {
			t.Errorf("the notice changed on its way (-published +received):\n%s", diff)
		}
	}
}

func notOwn(t *testing.T, attach Attach) {
	own, others := newRecorder(), newRecorder()
	a, b := closing(t, attach(own)), closing(t, attach(others))
	topic := chat.Topic{User: 1}
	subscribe(t, a, topic)
	subscribe(t, b, topic)
	a.Publish(presence(1, 1), topic)
	b.Publish(presence(1, 2), topic)
	if g := own.next(t); g.notice.Presence.No != 2 {
		t.Errorf("a node got its own notice %d", g.notice.Presence.No)
	}
	if g := others.next(t); g.notice.Presence.No != 1 {
		t.Errorf("the other node got notice %d, want 1", g.notice.Presence.No)
	}
}

func unsubscribed(t *testing.T, attach Attach) {
	to := newRecorder()
	from, b := closing(t, attach(newRecorder())), closing(t, attach(to))
	quiet, fence := chat.Topic{User: 1}, chat.Topic{User: 2}
	subscribe(t, b, quiet, fence)
	b.Unsubscribe(quiet)
	// It may take effect late: ask until the fence comes alone.
	deadline := time.Now().Add(patience)
	for time.Now().Before(deadline) {
		from.Publish(presence(1, 0), quiet)
		from.Publish(presence(2, 0), fence)
		if to.next(t).topic == fence {
			return
		}
		for to.next(t).topic != fence {
		}
	}
	t.Error("the topic never fell silent")
}

// anew has a topic ended and wanted at the same moment, over and over. Whichever came
// last, who subscribes after both hears what is published after that.
func anew(t *testing.T, attach Attach) {
	to := newRecorder()
	from, b := closing(t, attach(newRecorder())), closing(t, attach(to))
	for i := range 200 {
		topic := chat.Topic{Group: chat.GroupID(i%3 + 1)}
		subscribe(t, b, topic)
		var both sync.WaitGroup
		both.Go(func() { b.Unsubscribe(topic) })
		both.Go(func() { subscribe(t, b, topic) })
		both.Wait()
		subscribe(t, b, topic)
		from.Publish(presence(1, int64(i)), topic)
		if g := to.next(t); g.topic != topic || g.notice.Presence.No != int64(i) {
			t.Fatalf("round %d: got %v on %v", i, g.notice.Presence, g.topic)
		}
	}
}

func manyTopics(t *testing.T, attach Attach) {
	to := newRecorder()
	from, b := closing(t, attach(newRecorder())), closing(t, attach(to))
	topics := make([]chat.Topic, 3000)
	for i := range topics {
		topics[i] = chat.Topic{User: chat.UserID(i + 1)}
	}
	subscribe(t, b, topics...)
	b.Unsubscribe(topics[:1500]...)
	subscribe(t, b, topics...)
	for _, i := range []int{0, 999, 1499, 1500, 2999} {
		from.Publish(presence(chat.UserID(i+1), 1), topics[i])
		if g := to.next(t); g.topic != topics[i] {
			t.Errorf("got %v, want %v", g.topic, topics[i])
		}
	}
}

// soloist fails when two calls for one topic overlap.
type soloist struct {
	busy    sync.Map // chat.Topic → *atomic.Bool
	overlap atomic.Bool
	calls   atomic.Int64
	done    chan struct{}
	want    int64
}

func (s *soloist) Receive(t chat.Topic, _ chat.Notice) {
	v, _ := s.busy.LoadOrStore(t, new(atomic.Bool))
	busy, ok := v.(*atomic.Bool)
	if !ok || !busy.CompareAndSwap(false, true) {
		s.overlap.Store(true)
		return
	}
	busy.Store(false)
	if s.calls.Add(1) == s.want {
		close(s.done)
	}
}
func (s *soloist) Lost() {}

func oneAtATime(t *testing.T, attach Attach) {
	const publishers, each = 4, Queue / 4
	s := &soloist{done: make(chan struct{}), want: publishers * each}
	to := closing(t, attach(s))
	topic := chat.Topic{Group: 1}
	subscribe(t, to, topic)
	for i := range publishers {
		from := closing(t, attach(newRecorder()))
		go func() {
			for j := range each {
				from.Publish(presence(chat.UserID(i+1), int64(j)), topic)
			}
		}()
	}
	select {
	case <-s.done:
	case <-time.After(patience):
		t.Fatalf("%d of %d notices came", s.calls.Load(), s.want)
	}
	if s.overlap.Load() {
		t.Error("two calls for one topic overlapped")
	}
}

// stuck blocks in Receive until it is released.
type stuck struct {
	entered, release, lost chan struct{}
	enterOnce, lostOnce    sync.Once
}

func (s *stuck) Receive(chat.Topic, chat.Notice) {
	s.enterOnce.Do(func() { close(s.entered) })
	<-s.release
}
func (s *stuck) Lost() { s.lostOnce.Do(func() { close(s.lost) }) }

func overflow(t *testing.T, attach Attach) {
	s := &stuck{entered: make(chan struct{}), release: make(chan struct{}), lost: make(chan struct{})}
	from, to := closing(t, attach(newRecorder())), closing(t, attach(s))
	topic := chat.Topic{User: 1}
	subscribe(t, to, topic)
	from.Publish(presence(1, 0), topic)
	<-s.entered
	// Another receiver tells that a part has come through; only then is the next one sent,
	// so that the queue that overflows is the one that hangs.
	witness := newRecorder()
	subscribe(t, closing(t, attach(witness)), topic)
	for range 40 {
		published := make(chan struct{})
		go func() {
			defer close(published)
			for i := range Queue / 2 {
				from.Publish(presence(1, int64(i)), topic)
			}
		}()
		select {
		case <-published:
		case <-time.After(patience):
			t.Fatal("a receiver that hangs holds up the publisher")
		}
		for range Queue / 2 {
			witness.next(t)
		}
	}
	close(s.release)
	select {
	case <-s.lost:
	case <-time.After(patience):
		t.Error("the receiver was never told that notices were dropped")
	}
}

func closed(t *testing.T, attach Attach) {
	to, witness := newRecorder(), newRecorder()
	from, b := closing(t, attach(newRecorder())), attach(to)
	w := closing(t, attach(witness))
	topic := chat.Topic{User: 1}
	subscribe(t, b, topic)
	subscribe(t, w, topic)
	if err := b.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	from.Publish(presence(1, 1), topic)
	witness.next(t)
	b.Publish(presence(1, 2), topic) // must do no harm
	if len(to.calls) != 0 {
		t.Error("a notice came after Close")
	}
	if err := b.Subscribe(t.Context(), topic); err == nil {
		t.Error("Subscribe after Close gave no error")
	}
	if err := b.Close(); err != nil {
		t.Errorf("a second Close: %v", err)
	}
}

func cancelled(t *testing.T, attach Attach) {
	b := closing(t, attach(newRecorder()))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Subscribe(ctx, chat.Topic{User: 1}); err == nil {
		t.Error("Subscribe with a cancelled context gave no error")
	}
}
