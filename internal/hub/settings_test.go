package hub

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// set writes a setting of user 1 into the journal, as another node would, and returns its notice.
func (f *fakeLog) set(c *fakeConv, draft string) chat.Notice {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := chat.Topic{User: 1}
	no := int64(len(f.journals[t]) + 1)
	f.journals[t] = append(f.journals[t], chat.JournalEntry{No: no, What: chat.HasSet, User: 1, Owner: 1, Number: int64(c.ID)})
	now := chat.NoSettings
	now.No, now.Draft = no, draft
	if f.settings == nil {
		f.settings = map[chat.ConvID]chat.SettingsNotice{}
	}
	f.settings[c.ID] = chat.SettingsNotice{Conv: c.Conv, Settings: now}
	return chat.Notice{No: no, Settings: &chat.SettingsNotice{Conv: c.Conv, Settings: now}}
}

func (f *fakeLog) SettingsOf(_ context.Context, _ chat.UserID, conv chat.ConvID) (chat.Conv, chat.ConvSettings, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, ok := f.settings[conv]
	if !ok {
		return chat.Conv{}, chat.ConvSettings{}, chat.E(wire.NoConversation)
	}
	return n.Conv, n.Settings, nil
}

// toldSettings are the frames 47 that were written to a connection.
func (p *peer) toldSettings(t *testing.T) (list []string) {
	t.Helper()
	synctest.Wait()
	for _, f := range p.conn.take(t) {
		if n, ok := f.(*wire.SettingsNotice); ok {
			list = append(list, fmt.Sprint(n.With, " ", n.No, " ", n.Draft))
		}
	}
	return list
}

// Whatever becomes of the notices, every session that asked for changes hears how a setting is in
// the end, in the order of the changes; the others hear nothing.
func TestALostSettingIsFound(t *testing.T) {
	inBubble(t, func(t *testing.T, h *Hub, f *fakeLog) {
		h.SetBus(crowded{})
		c := f.direct()
		a, plain := open(t, h, f, 1, 1, 1, wantsChanges), open(t, h, f, 1, 2, 2)
		want := func(list ...string) {
			t.Helper()
			if got := a.toldSettings(t); !slices.Equal(got, list) {
				t.Errorf("told %q, want %q", got, list)
			}
			if got := plain.toldSettings(t); len(got) > 0 {
				t.Errorf("a session that did not ask is told %q", got)
			}
		}
		me := chat.Topic{User: 1}
		one, two := f.set(c, "one"), f.set(c, "two")
		h.Receive(me, two)
		h.Receive(me, one)
		h.Receive(me, two)
		want("2 1 one", "2 2 two")
		f.set(c, "three") // is lost, and what is read in its place is the present
		h.Receive(me, f.set(c, "four"))
		time.Sleep(h.opts.GapWait + time.Millisecond)
		want("2 4 four", "2 4 four")
		f.set(c, "five") // is the last
		f.mark(chat.UserMark{User: chat.User{ID: 1}, JournalNo: 5})
		time.Sleep(h.opts.SweepEvery + time.Second)
		want("2 5 five")
	})
}
