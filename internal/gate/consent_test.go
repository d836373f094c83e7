package gate

import (
	"fmt"
	"testing"

	"parley/internal/chat"
	"parley/wire"
)

// While a node of an older version is there, which makes friends at once, nobody is asked: what the
// user wanted is refused for now, and goes through when that node is gone.
func TestAnOlderNodeHoldsConsentBack(t *testing.T) {
	n := newNode(t, func(_ *HandlerOptions, o *chat.ServiceOptions) { o.AskFriends = true })
	alice, bob := n.person("alice", "desk"), n.person("bob", "")
	ask := fmt.Sprintf(`{"msgid":5,"rid":"the one","friendid":%d}`, bob.client.session.User().ID)
	old, err := n.store.AddNode(t.Context(), "old", chat.LevelConsent-1)
	if err != nil {
		t.Fatal(err)
	}
	if got := alice.codeOf(ask); got != wire.OlderNode.Name() {
		t.Errorf("answered with %s while an older node is there", got)
	}
	if err := n.store.RemoveNode(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	if got := alice.codeOf(ask); got != "-" {
		t.Errorf("answered with %s when the older node is gone", got)
	}
	if friends := alice.ask(`{"msgid":15}`)["friends"].([]any); len(friends) != 0 {
		t.Errorf("she has the friends %v without consent", friends)
	}
}
