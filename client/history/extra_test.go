package history

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/client"
)

// What a message has beside its text is kept, follows edits, and goes with a recall.
func TestExtraIsKept(t *testing.T) {
	s, err := Open(filepath.Join(t.TempDir(), "x.sqlite"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	of := client.Group(7)
	sent := client.Extra{ReplyTo: 3, Mentions: client.Mentions{Users: []int64{2, 5}}}
	want := func(e client.Extra) {
		t.Helper()
		list, _, err := s.Messages(of, 0, 10)
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		if diff := cmp.Diff(e, list[0].Extra); diff != "" {
			t.Errorf("(-want +kept):\n%s", diff)
		}
	}
	save := func(b client.Batch) {
		t.Helper()
		if err := s.Save(b); err != nil {
			t.Fatal(err)
		}
	}
	save(client.Batch{Shown: []*client.Message{{Conversation: of, Seq: 4, SenderID: 2, Text: "hi", Time: time.UnixMilli(5).UTC(), Extra: sent}}})
	want(sent)
	edited := time.UnixMilli(9).UTC()
	save(client.Batch{States: []client.Changed{{Conversation: of, Seq: 4, Text: "ho", State: client.State{Rev: 1, Edited: edited}}}})
	want(sent)
	save(client.Batch{States: []client.Changed{{Conversation: of, Seq: 4, Text: "ho", State: client.State{Rev: 2, Edited: edited, Mentions: &client.Mentions{All: true}}}}})
	want(client.Extra{ReplyTo: 3, Mentions: client.Mentions{All: true}})
	save(client.Batch{States: []client.Changed{{Conversation: of, Seq: 4, Text: "ho", State: client.State{Rev: 3, Edited: edited, Mentions: &client.Mentions{}}}}})
	want(client.Extra{ReplyTo: 3})
	save(client.Batch{States: []client.Changed{{Conversation: of, Seq: 4, State: client.State{Rev: 4, Recalled: true, RecalledBy: 2}}}})
	want(client.Extra{})
}
