// Package bus carries notices between nodes. Memory joins the nodes of one process.
package bus

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"parley/internal/chat"
)

// ErrClosed is what Subscribe answers after Close.
var ErrClosed = errors.New("bus: closed")

// DefaultQueue is how many notices may wait for one node before the bus drops.
const DefaultQueue = 16384

// Memory joins the nodes of one process. With a single node attached a Publish is
// one atomic load. The notices that it delivers are shared between all receivers:
// nobody may change what they point to.
type Memory struct {
	queue int
	most  int          // nodes that may attach, 0 for any number
	count atomic.Int32 // nodes attached, so that a lone node pays nothing

	// Lock order: mu before a node's own mu.
	mu    sync.RWMutex
	nodes []*memoryNode
}

// MemoryOption changes a Memory.
type MemoryOption func(*Memory)

// Queue bounds how many notices may wait for one node (default DefaultQueue).
func Queue(notices int) MemoryOption { return func(m *Memory) { m.queue = notices } }

// Nodes is how many nodes may attach in all; one more panics. The bus of a server
// that will never have company is made with Nodes(1): it keeps no topics.
func Nodes(most int) MemoryOption { return func(m *Memory) { m.most = most } }

// NewMemory makes an exchange without nodes.
func NewMemory(options ...MemoryOption) *Memory {
	m := &Memory{queue: DefaultQueue}
	for _, o := range options {
		o(m)
	}
	return m
}

// Attach joins a node to the exchange. Its receiver is called from one goroutine,
// which exists only while something is queued; it may publish, subscribe and
// unsubscribe from within the call, but not Close.
func (m *Memory) Attach(node chat.NodeID, r chat.Receiver) chat.Bus {
	n := &memoryNode{id: node, exchange: m, receiver: r, topics: map[chat.Topic]struct{}{}}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.most > 0 && len(m.nodes) >= m.most {
		panic("bus: more nodes attach than NewMemory was told")
	}
	m.nodes = append(m.nodes, n)
	m.count.Store(int32(len(m.nodes))) //nolint:gosec // a handful of nodes
	return n
}

func (m *Memory) detach(n *memoryNode) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, other := range m.nodes {
		if other == n {
			m.nodes = append(m.nodes[:i:i], m.nodes[i+1:]...)
			break
		}
	}
	clear(n.topics)
	m.count.Store(int32(len(m.nodes))) //nolint:gosec // a handful of nodes
}

// memoryNode is one node's end: the chat.Bus that Attach gives.
type memoryNode struct {
	id       chat.NodeID
	exchange *Memory
	receiver chat.Receiver
	dropped  atomic.Uint64

	// guarded by exchange.mu
	topics map[chat.Topic]struct{}

	// guarded by mu
	mu      sync.Mutex
	waiting []delivery
	lost    bool // something was dropped and the receiver does not know yet
	running bool // a goroutine delivers
	closed  bool

	delivering sync.WaitGroup
}

type delivery struct {
	topic  chat.Topic
	notice chat.Notice
}

// Alone implements chat.Bus.
func (n *memoryNode) Alone() bool { return n.exchange.most == 1 }

// Mute implements chat.Bus.
func (n *memoryNode) Mute() bool { return n.Alone() }

// Publish implements chat.Bus.
func (n *memoryNode) Publish(notice chat.Notice, topics ...chat.Topic) {
	m := n.exchange
	if m.count.Load() < 2 {
		return
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	for _, t := range topics {
		for _, other := range m.nodes {
			if other == n {
				continue
			}
			if _, wanted := other.topics[t]; wanted {
				other.enqueue(delivery{topic: t, notice: notice})
			}
		}
	}
}

// Subscribe implements chat.Bus; the topics are confirmed when it returns.
func (n *memoryNode) Subscribe(ctx context.Context, topics ...chat.Topic) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	n.exchange.mu.Lock()
	defer n.exchange.mu.Unlock()
	if n.isClosed() {
		return ErrClosed
	}
	if n.Alone() {
		return nil
	}
	for _, t := range topics {
		n.topics[t] = struct{}{}
	}
	return nil
}

// Unsubscribe implements chat.Bus. What is queued already still comes.
func (n *memoryNode) Unsubscribe(topics ...chat.Topic) {
	n.exchange.mu.Lock()
	defer n.exchange.mu.Unlock()
	for _, t := range topics {
		delete(n.topics, t)
	}
}

// Health implements chat.Bus: memory always carries.
func (n *memoryNode) Health() error { return nil }

// Close implements chat.Bus. When it returns, the receiver is called no more.
func (n *memoryNode) Close() error {
	n.mu.Lock()
	n.closed = true
	n.waiting = nil
	n.mu.Unlock()
	n.exchange.detach(n)
	n.delivering.Wait()
	return nil
}

// Dropped is how many notices for this node found its queue full.
func (n *memoryNode) Dropped() uint64 { return n.dropped.Load() }

func (n *memoryNode) isClosed() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.closed
}

// enqueue never blocks: past the bound a notice is dropped and the receiver is told.
func (n *memoryNode) enqueue(d delivery) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return
	}
	if len(n.waiting) >= n.exchange.queue {
		n.lost = true
		n.dropped.Add(1)
		return
	}
	n.waiting = append(n.waiting, d)
	if !n.running {
		n.running = true
		n.delivering.Go(n.deliver)
	}
}

// deliver runs until nothing is queued. It takes all that waits at once, so that the
// lock is held once for a burst.
func (n *memoryNode) deliver() {
	for {
		n.mu.Lock()
		batch, lost := n.waiting, n.lost
		n.waiting, n.lost = nil, false
		if n.closed || (len(batch) == 0 && !lost) {
			n.running = false
			n.mu.Unlock()
			return
		}
		n.mu.Unlock()
		if lost {
			n.receiver.Lost()
		}
		for _, d := range batch {
			if n.isClosed() {
				break
			}
			n.receiver.Receive(d.topic, d.notice)
		}
	}
}
