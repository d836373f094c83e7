package client

import (
	"fmt"
	"testing"

	"parley/wire"
)

// Every answer that the table of frames names reaches the call that waits for it, without a
// word about it in this package.
func TestEveryAnswerReachesItsCall(t *testing.T) {
	c := &Client{}
	tried := map[wire.Msgid]bool{}
	for _, m := range wire.Msgids() {
		answer := m.Answer()
		if !m.IsRequest() || tried[answer] {
			continue
		}
		tried[answer] = true
		frame, err := wire.DecodeServer(fmt.Appendf(nil, `{"msgid":%d,"re":%d,"erron":0,"rid":7}`, answer, wire.Friends))
		if err != nil {
			t.Fatal(err)
		}
		waiting := make(chan any, 1)
		s := &session{c: c, calls: map[int64]chan any{7: waiting}}
		c.receive(s, frame)
		select {
		case got := <-waiting:
			if got != frame {
				t.Errorf("frame %d: the call got %v", answer, got)
			}
		default:
			t.Errorf("frame %d answers %d and is not handed to the call that waits", answer, m)
		}
	}
	if len(tried) < 10 {
		t.Errorf("only %d kinds of answers", len(tried))
	}
	if _, ok := wire.Awaited(&wire.PresenceNotice{}); ok {
		t.Error("a notice counts as an answer")
	}
}
