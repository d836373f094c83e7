package bus_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"parley/internal/bus"
	"parley/internal/bus/bustest"
	"parley/internal/chat"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestMemoryKeepsTheContract(t *testing.T) {
	bustest.Run(t, func(*testing.T) bustest.Attach {
		exchange, next := bus.NewMemory(bus.Queue(bustest.Queue)), chat.NodeID(0)
		return func(r chat.Receiver) chat.Bus {
			next++
			return exchange.Attach(next, r)
		}
	})
}

type counter struct{ received, lost atomic.Int64 }

func (c *counter) Receive(chat.Topic, chat.Notice) {
	time.Sleep(time.Second) // a fake second: see the bubble below
	c.received.Add(1)
}
func (c *counter) Lost() { c.lost.Add(1) }

// The whole core runs in a bubble of fake time, so the bus must never keep one from
// becoming idle.
func TestMemoryInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		exchange := bus.NewMemory()
		var c counter
		from, to := exchange.Attach(1, &counter{}), exchange.Attach(2, &c)
		topic := chat.Topic{User: 1}
		if err := to.Subscribe(context.Background(), topic); err != nil {
			t.Fatal(err)
		}
		for range 10 {
			from.Publish(chat.Notice{}, topic)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := c.received.Load(); got != 10 {
			t.Errorf("received %d notices, want 10", got)
		}
		if err := to.Close(); err != nil {
			t.Error(err)
		}
		if err := from.Close(); err != nil {
			t.Error(err)
		}
	})
}

func BenchmarkPublishAlone(b *testing.B) {
	alone := bus.NewMemory().Attach(1, &counter{})
	topic := chat.Topic{User: 1}
	b.ReportAllocs()
	for b.Loop() {
		alone.Publish(chat.Notice{}, topic)
	}
}

func TestMemoryOfOneNode(t *testing.T) {
	exchange := bus.NewMemory(bus.Nodes(1))
	b := exchange.Attach(1, &counter{})
	if !b.Alone() || !b.Mute() {
		t.Error("the only node that may attach does not know that it is alone")
	}
	if (bus.None{}).Alone() || !(bus.None{}).Mute() {
		t.Error("without a bus, others may be there, and nobody hears")
	}
	if err := b.Subscribe(t.Context(), chat.Topic{User: 1}); err != nil {
		t.Error(err)
	}
	defer func() {
		if recover() == nil {
			t.Error("a second node attached to a bus for one")
		}
	}()
	exchange.Attach(2, &counter{})
}
