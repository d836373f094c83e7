package hub

import (
	"context"
	"errors"
	"testing"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// What waits for the answers to the chat frames before it stands behind them on the
// connection, whoever is faster.
func TestSettleIsBehindTheAnswers(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		f.direct()
		for n := range 300 {
			a := open(t, h, f, 1, 1, chat.SessionID(n+1))
			a.chat(2, 0, "text")
			go f.step(1, commits)
			if err := a.Settle(t.Context()); err != nil {
				t.Fatal(err)
			}
			a.out.Last((&wire.HeartbeatReply{}).AppendJSON(nil))
			if got := a.answers(t); len(got) != 1 {
				t.Errorf("round %d: the ack did not come before what was behind it", n)
				return
			}
			a.End(t.Context(), ReadLost)
		}
	})
}

// A request waits for the answers before it no longer than it may take itself.
func TestSettleKeepsItsDeadline(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		f.direct()
		a := open(t, h, f, 1, 1, 1)
		a.chat(2, 1, "text")
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := a.Settle(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v while the store does not answer", err)
		}
		f.step(1, commits)
		if err := a.Settle(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
