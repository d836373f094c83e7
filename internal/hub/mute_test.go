package hub

import (
	"testing"
	"testing/synctest"

	"parley/internal/chat"
)

// muteBus is a bus that nobody hears, beside other nodes.
type muteBus struct {
	noBus
	t *testing.T
}

func (muteBus) Alone() bool { return false }

func (b muteBus) Publish(n chat.Notice, _ ...chat.Topic) {
	b.t.Errorf("a notice was made for nobody: %+v", n)
}

// Where nobody hears notices, none are made.
func TestNoNoticesWithoutABus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeLog()
		f.direct()
		h := New(Options{}, f, chat.SystemClock{})
		h.SetBus(muteBus{t: t})
		a := open(t, h, f, 1, 1, 1)
		a.chat(2, 1, "stored all the same")
		synctest.Wait()
		f.step(1, commits)
		h.Notify(chat.Notice{Presence: &chat.PresenceNotice{}}, chat.Topic{User: 2})
		_ = a.conn.Close()
		if err := h.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
