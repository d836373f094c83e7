package hub

import (
	"context"
	"testing"

	"parley/internal/chat"
	"parley/wire"
)

// Approach knows strangers by f.strangers alone, and counts for all days as one.
func (f *fakeLog) Approach(_ context.Context, a chat.Approach) (bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.approaches++
	switch {
	case f.down:
		return false, errDown
	case !f.strangers[a.From]:
		return false, nil
	case a.Messages > 0 && f.sent[a.From] >= a.Messages:
		return true, chat.ErrStrangerMessages(a.Messages)
	}
	f.sent[a.From]++
	return true, nil
}

// A stranger's messages past the limit are refused for good, and what comes behind them is
// taken as soon as the sender is none any more. Then the database is not asked again, until
// a friendship ends.
func TestStrangers(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		h.opts.StrangerMessages = 3
		f.direct()
		f.strangers[1] = true
		a, b := open(t, h, f, 1, 1, 1), open(t, h, f, 2, 1, 2)
		for n := range int64(3) {
			a.chat(2, n+1, "hello")
		}
		a.wantStored(t, f, 3)
		for n := range int64(2) {
			a.chat(2, n+4, "hello?")
			if got := a.answerTo(t); got.Erron != wire.TooManyStrangers || got.SendSeq != n+4 || got.RetryAfterMS != 0 {
				t.Errorf("message %d is answered %+v", n+4, got)
			}
		}
		b.conn.take(t)
		asked := f.approaches
		for n := range int64(5) {
			b.chat(1, n+1, "an answer")
		}
		b.wantStored(t, f, 5)
		if n := f.approaches - asked; n != 1 {
			t.Errorf("the database was asked %d times about who is no stranger", n)
		}
		a.conn.take(t)
		f.strangers[1] = false
		asked = f.approaches
		for n := range int64(5) {
			a.chat(2, n+6, "at last")
		}
		a.wantStored(t, f, 5)
		if n := f.approaches - asked; n != 1 {
			t.Errorf("the database was asked %d times about a former stranger", n)
		}

		f.strangers[1] = true
		h.Receive(chat.Topic{User: 2}, chat.Notice{People: &chat.PeopleNotice{What: chat.FriendRemoved, User: chat.User{ID: 1, Name: nameOf(1)}}})
		a.conn.take(t)
		a.chat(2, 11, "and now?")
		if got := a.answerTo(t); got.Erron != wire.TooManyStrangers {
			t.Errorf("a stranger again: %+v", got)
		}
		if to, over := h.Metrics.ToStrangers.Load(), h.Metrics.OverStrangers.Load(); to != 3 || over != 3 {
			t.Errorf("%d messages to strangers and %d refusals are counted, want 3 and 3", to, over)
		}

		// A message that was stored is acked when it is repeated at another login, whatever its
		// sender may send now.
		a.End(context.Background(), ReadAll)
		again := open(t, h, f, 1, 1, 3, func(o *SessionOptions) { o.SendNext = 10 })
		again.conn.take(t)
		again.chat(2, 10, "at last")
		if got := again.answerTo(t); got.Erron != wire.OK || got.Seq == 0 {
			t.Errorf("a repeat of what is stored is answered %+v", got)
		}
	})
}

// Without a limit the database is asked once, and while it is away a message is refused for
// now.
func TestStrangersWithoutALimit(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		f.direct()
		f.strangers[1] = true
		a := open(t, h, f, 1, 1, 1)
		a.chat(2, 1, "one")
		a.wantStored(t, f, 1)
		for n := range int64(5) {
			a.chat(2, n+2, "more")
		}
		a.wantStored(t, f, 5)
		if f.approaches != 1 {
			t.Errorf("the database was asked %d times", f.approaches)
		}
		f.down = true
		h.estrange(1, 2)
		a.chat(2, 7, "away")
		if got := a.answerTo(t); got.Erron != wire.Unavailable {
			t.Errorf("without the database: %+v", got)
		}
		f.down = false
		a.chat(2, 7, "away")
		a.wantStored(t, f, 1)
	})
}
