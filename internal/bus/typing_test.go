package bus

import (
	"context"
	"testing"

	"parley/internal/chat"
)

// Who is typing is the first thing that is left out when much waits to be published.
func TestTypingIsLeftOutFirst(t *testing.T) {
	r := &Redis{o: RedisOptions{Queue: 4, Bytes: 1 << 20}, out: make(chan outgoing, 4), ctx: context.Background()}
	topic := chat.Topic{User: 1}
	typing, read := chat.Notice{Typing: &chat.TypingNotice{}}, chat.Notice{Read: &chat.ReadNotice{Seq: 1}}
	for _, n := range []chat.Notice{typing, read, read, typing, read} {
		r.Publish(n, topic)
	}
	if len(r.out) != 4 || r.counts.Dropped.Load() != 0 {
		t.Errorf("%d wait and %d count as dropped, want 4 and none", len(r.out), r.counts.Dropped.Load())
	}
	r.Publish(typing, topic)
	if r.counts.Dropped.Load() != 0 {
		t.Error("what nobody misses counts as dropped, and the bus looks ill for it")
	}
}
